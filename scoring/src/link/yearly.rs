//! Measures, events and earlier years: whose they are, and which stand twice. METHOD §2.

use crate::link::Warning;
use crate::link::fault::{column, doubled};
use crate::link::hints::Hints;
use crate::link::persons::unknown_person;
use crate::link::roster::{Roster, place_of};
use crate::link::units::unknown;
use crate::moment::Moment;
use crate::number::{Fraction, Number};
use crate::policy::{Method, Policy};
use crate::read::TableName;
use crate::read::reject::{Class, Fault, Order};
use crate::read::rows::{EventCells, MeasureCells, PriorCells, Row, Table};
use crate::terms::SubjectKind;

/// Whom names in these tables stand for.
#[derive(Debug, Clone, Copy)]
pub struct Subjects<'a> {
    /// Units and persons, those whom only tasks name among them.
    pub roster: &'a Roster,
    /// What may have been meant by unknown names.
    pub hints: &'a Hints,
}

/// A value handed in for a subject (评价值).
#[derive(Debug, Clone)]
pub struct Measure {
    /// Whether of a unit or a person.
    pub kind: SubjectKind,
    /// The subject, as a place in its list; `None` when it is not assessed.
    pub subject: Option<u32>,
    /// The indicator, as a place in the policy.
    pub indicator: usize,
    /// The period; `None`: the whole year.
    pub period: Option<String>,
    /// What was handed in.
    pub given: Given,
}

/// What a measure gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// A value.
    Value(Fraction),
    /// Yes or no, or another word.
    Word(String),
    /// Numerator and denominator.
    Parts(Fraction, Fraction),
}

/// An event (加减分事项).
#[derive(Debug, Clone)]
pub struct Event {
    /// Whether of a unit or a person.
    pub kind: SubjectKind,
    /// The subject, as a place in its list; `None` when it is not assessed.
    pub subject: Option<u32>,
    /// Its id.
    pub id: String,
    /// Its code, as a place in the policy.
    pub code: usize,
    /// When it happened.
    pub date: Moment,
    /// The matter it belongs to.
    pub matter: Option<String>,
    /// Its own points.
    pub points: Option<Fraction>,
}

/// A subject's result of an earlier year.
#[derive(Debug, Clone)]
pub struct Prior {
    /// Whether of a unit or a person.
    pub kind: SubjectKind,
    /// The subject, as a place in its list; `None` when it is not assessed.
    pub subject: Option<u32>,
    /// The year.
    pub year: i32,
    /// The score.
    pub score: Option<Fraction>,
    /// The band, as written.
    pub band: Option<String>,
    /// The recommendation, as written.
    pub recommendation: Option<String>,
}

impl Subjects<'_> {
    /// The place of a subject; an error when the table that would know it is there and does not.
    fn find(&self, kind: SubjectKind, name: &str, order: Order, heading: &str) -> Result<Option<u32>, Fault> {
        match kind {
            SubjectKind::Unit => match self.roster.directory.find(name) {
                None if self.roster.units_known => Err(unknown(order, heading, name, self.hints)),
                found => Ok(found),
            },
            SubjectKind::Person if !self.roster.people.known => {
                let id = self.roster.person_aliases.resolve(name);
                Ok(place_of(&self.roster.persons, |person| &person.id, id))
            }
            SubjectKind::Person => {
                let found = self.roster.people.find(name).map(Some);
                found.ok_or_else(|| unknown_person(order, heading, name, self.hints))
            }
        }
    }

    /// Finds the subject of each row, and rejects rows whose subject nobody is.
    fn resolve<T>(
        &self,
        table: &mut Table<T>,
        place: u8,
        cells: impl Fn(&T) -> (Option<SubjectKind>, Option<&String>),
    ) -> Vec<Option<u32>> {
        let mut found = Vec::with_capacity(table.rows.len());
        for row in &mut table.rows {
            let (Some(kind), Some(name)) = cells(&row.cells) else {
                found.push(None);
                continue;
            };
            let heading = table.headings.of(row.place.file, usize::from(place));
            match self.find(kind, name, column(place), heading) {
                Ok(subject) => found.push(subject),
                Err(fault) => {
                    Fault::first(&mut row.fault, fault);
                    found.push(None);
                }
            }
        }
        found
    }
}

/// Whether the cells of a row's key, all columns up to a place, are without fault.
fn key_is_sound<T>(row: &Row<T>, last: u8) -> bool {
    row.fault.as_ref().is_none_or(|fault| fault.order > Order::Column(last, Class::Unknown))
}

/// Measures that are accepted.
pub fn measures(
    table: &mut Table<MeasureCells>,
    subjects: &Subjects<'_>,
    policy: &Policy,
    warnings: &mut Vec<Warning>,
) -> Vec<Measure> {
    let found = subjects.resolve(table, 1, |cells| (cells.subject_kind, cells.subject_id.as_ref()));
    let key = |(row, subject): (&Row<MeasureCells>, &Option<u32>)| {
        let cells = &row.cells;
        let name = if subject.is_some() { None } else { cells.subject_id.clone() };
        key_is_sound(row, 3).then_some((
            cells.subject_kind?,
            *subject,
            name,
            cells.indicator.clone()?,
            cells.period.clone(),
        ))
    };
    let keys = table.rows.iter().zip(&found).map(key).collect();
    doubled(table, None, keys);
    let mut measures = Vec::new();
    for (row, subject) in table.rows.iter().zip(found) {
        let cells = &row.cells;
        let indicator = policy.indicators.iter().position(|known| Some(&known.id) == cells.indicator.as_ref());
        let (None, Some(kind), Some(indicator), Some(given)) =
            (&row.fault, cells.subject_kind, indicator, given(cells, policy, indicator))
        else {
            continue;
        };
        if let Given::Parts(_, denominator) = &given
            && denominator.is_zero()
        {
            let is_ratio =
                policy.indicators.get(indicator).is_some_and(|known| matches!(known.method, Method::Ratio { .. }));
            warnings.push(Warning {
                code: if is_ratio { "zero-target" } else { "zero-denominator" },
                table: TableName::Measures,
                file: table.files.get(row.place.file as usize).map(|file| file.name.clone()).unwrap_or_default(),
                place: row.place,
                column: table.headings.of(row.place.file, 6).to_owned(),
                message: "the denominator is 0, so there is no value".to_owned(),
            });
        }
        measures.push(Measure { kind, subject, indicator, period: cells.period.clone(), given });
    }
    measures
}

/// What a row of measures gives: a value wins over its parts, but `ratio` looks at the parts.
fn given(cells: &MeasureCells, policy: &Policy, indicator: Option<usize>) -> Option<Given> {
    let method = &policy.indicators.get(indicator?)?.method;
    let exact = |number: &Option<Number>| number.as_ref().map(Number::exact);
    let parts = || Some(Given::Parts(exact(&cells.numerator)?, exact(&cells.denominator)?));
    match method {
        Method::Ratio { .. } => parts(),
        Method::Flag { .. } => cells.value_text.clone().map(Given::Word).or_else(parts),
        _ => exact(&cells.value).map(Given::Value).or_else(parts),
    }
}

/// Events that are accepted.
pub fn events(table: &mut Table<EventCells>, subjects: &Subjects<'_>, policy: &Policy) -> Vec<Event> {
    let found = subjects.resolve(table, 2, |cells| (cells.subject_kind, cells.subject_id.as_ref()));
    let keys = table.rows.iter().map(|row| row.cells.event_id.clone()).collect();
    doubled(table, Some(0), keys);
    let accepted = table.rows.iter().zip(found).filter(|(row, _)| row.fault.is_none());
    accepted
        .filter_map(|(row, subject)| {
            let cells = &row.cells;
            let code = policy.events.iter().position(|known| Some(&known.code) == cells.code.as_ref())?;
            Some(Event {
                kind: cells.subject_kind?,
                subject,
                id: cells.event_id.clone()?,
                code,
                date: cells.date?,
                matter: cells.matter_id.clone(),
                points: cells.points.as_ref().map(Number::exact),
            })
        })
        .collect()
}

/// Rows of earlier years that are accepted.
pub fn prior(table: &mut Table<PriorCells>, subjects: &Subjects<'_>) -> Vec<Prior> {
    let found = subjects.resolve(table, 1, |cells| (cells.subject_kind, cells.subject_id.as_ref()));
    let key = |(row, subject): (&Row<PriorCells>, &Option<u32>)| {
        let cells = &row.cells;
        let name = if subject.is_some() { None } else { cells.subject_id.clone() };
        key_is_sound(row, 2).then_some((cells.subject_kind?, *subject, name, cells.year?))
    };
    let keys = table.rows.iter().zip(&found).map(key).collect();
    doubled(table, None, keys);
    let accepted = table.rows.iter().zip(found).filter(|(row, _)| row.fault.is_none());
    accepted
        .filter_map(|(row, subject)| {
            let cells = &row.cells;
            Some(Prior {
                kind: cells.subject_kind?,
                subject,
                year: cells.year?,
                score: cells.score.as_ref().map(Number::exact),
                band: cells.band.clone(),
                recommendation: cells.recommendation.clone(),
            })
        })
        .collect()
}

//! Whom the tasks name: units and persons, by id or by name. METHOD §2, §8 (principals).

use crate::judge::{Judged, JudgedTask};
use crate::link::fault::column;
use crate::link::hints::Hints;
use crate::link::persons::{People, unknown_person};
use crate::link::tasks::{Roles, role_bit};
use crate::link::units::unknown;
use crate::link::{Lead, Names};
use crate::read::batch::{Dictionary, ListColumn, TaskColumn};
use crate::read::reject::Fault;
use crate::read::rows::Headings;
use crate::terms::Post;

/// What a row's names come to.
#[derive(Debug, Default)]
pub(super) struct Named {
    pub units: ListColumn<u32>,
    pub persons: ListColumn<(u32, Roles)>,
    pub faults: Vec<(usize, Fault)>,
}

/// Whom the names of a dictionary stand for, by code.
pub(super) struct Known<'a> {
    written: &'a Dictionary,
    people: &'a People,
    hints: &'a Hints,
    units: Vec<Option<u32>>,
    persons: Vec<KnownPerson<'a>>,
}

/// Whom the name of a person stands for.
#[derive(Debug, Clone, Copy)]
enum KnownPerson<'a> {
    /// It is an id.
    One(u32),
    /// It is a name of these, or of nobody.
    Named(&'a [u32]),
}

impl<'a> Known<'a> {
    pub fn new(written: &'a Dictionary, names: &Names<'a>) -> Self {
        let person = |name| match person_by_id(names, name) {
            Some(person) => KnownPerson::One(person),
            None => KnownPerson::Named(names.people.named(name)),
        };
        Self {
            written,
            people: names.people,
            hints: names.hints,
            units: written.units.iter().map(|name| names.units.find(name)).collect(),
            persons: written.persons.iter().map(person).collect(),
        }
    }

    /// The person of a code in a task of these units.
    fn person(&self, code: u32, units: &[u32]) -> Option<u32> {
        match self.persons.get(code as usize)? {
            KnownPerson::One(person) => Some(*person),
            KnownPerson::Named(named) => self.people.one_of(named, units),
        }
    }
}

/// Finds the units and persons that the rows of a batch name.
pub(super) fn name_batch(judged: &Judged, known: &Known<'_>, headings: &Headings) -> Named {
    let mut named = Named::default();
    let mut units: Vec<u32> = Vec::new();
    let mut persons: Vec<(u32, Roles)> = Vec::new();
    for (row, task) in judged.tasks.iter().enumerate() {
        units.clear();
        persons.clear();
        let lead = judged.lead_unit.get(row).iter().map(|code| (*code, TaskColumn::LeadUnit));
        let co = judged.co_units.as_ref().map_or(&[][..], |cells| cells.get(row));
        for (code, place) in lead.chain(co.iter().map(|code| (*code, TaskColumn::CoUnits))) {
            match known.units.get(code as usize).copied().flatten() {
                Some(unit) if !units.contains(&unit) => units.push(unit),
                Some(_) => {}
                None => {
                    let name = known.written.units.name(code);
                    let heading = headings.of(judged.file, place as usize);
                    let fault = unknown(column(place as u8), heading, name, known.hints);
                    named.faults.push((row, fault));
                }
            }
        }
        let unknown_person = |place: TaskColumn, code: u32| {
            let heading = headings.of(judged.file, place as usize);
            unknown_person(column(place as u8), heading, known.written.persons.name(code), known.hints)
        };
        let faults = name_persons(judged, known, row, task, &units, &mut persons);
        named.faults.extend(faults.into_iter().map(|(place, code)| (row, unknown_person(place, code))));
        named.units.push(units.iter().copied());
        named.persons.push(persons.iter().copied());
    }
    named
}

/// Finds the persons of a row, and gives the names that nobody has, with their columns.
fn name_persons(
    judged: &Judged,
    known: &Known<'_>,
    row: usize,
    task: &JudgedTask,
    units: &[u32],
    persons: &mut Vec<(u32, Roles)>,
) -> Vec<(TaskColumn, u32)> {
    let mut nobody = Vec::new();
    let mut add = |person: u32, role: Roles| match persons.iter_mut().find(|(known, _)| *known == person) {
        Some((_, roles)) => *roles |= role,
        None => persons.push((person, role)),
    };
    let columns = [TaskColumn::Principal, TaskColumn::Deputy, TaskColumn::Staff];
    for ((post, place), cells) in Post::ALL.iter().zip(columns).zip(&judged.persons) {
        let codes = cells.as_ref().map_or(&[][..], |cells| cells.get(row));
        for code in codes {
            match known.person(*code, units) {
                Some(person) => add(person, role_bit(*post)),
                None => nobody.push((place, *code)),
            }
        }
        if codes.is_empty()
            && *post == Post::Principal
            && let Some(lead) = units.first()
        {
            known.people.principals(*lead, task.principal_day).for_each(|person| add(person, role_bit(*post)));
        }
    }
    nobody
}

fn person_by_id(names: &Names<'_>, name: &str) -> Option<u32> {
    if names.people.known {
        return names.people.by_id(name);
    }
    let known = |name: &str| names.persons.get(name).copied();
    known(name).or_else(|| known(names.person_aliases.find(name)?))
}

/// The first unit that a row names as its lead.
pub(super) fn lead(judged: &Judged, row: usize, known: Option<&Known<'_>>) -> Option<Lead> {
    let (code, known) = (judged.lead_unit.get(row).first()?, known?);
    let unit = known.units.get(*code as usize).copied().flatten();
    Some(Lead { written: known.written.units.name(*code).to_owned(), unit })
}

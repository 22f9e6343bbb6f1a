//! Tables about whole subjects: measures, events, prior years. METHOD §2.

use std::collections::BTreeMap;

use num_traits::Zero;

use crate::judge::{flag_word, of_number};
use crate::moment::Moment;
use crate::number::{Q, round, whole};
use crate::people::People;
use crate::policy::{Indicator, Kind, Method, Missing, Policy, Source};
use crate::run_log::RunLog;
use crate::tables::{Fault, Row, Table, fault, twice};
use crate::units::Units;

/// Kind and id.
pub type Subject = (Kind, String);

/// Who can be named.
pub struct Known<'a> {
    pub units: &'a Units,
    pub people: &'a People,
}

impl Known<'_> {
    fn subject(&self, table: &Table, row: &Row) -> Result<Subject, Fault> {
        let kind = match table.text(row, "subject_kind").as_str() {
            "" | "unit" | "单位" => Kind::Unit,
            "person" | "个人" => Kind::Person,
            _ => return Err(fault("out-of-range", "subject_kind")),
        };
        let text = table.required_id(row, "subject_id")?;
        let id = match kind {
            Kind::Unit => self.units.resolve(&text).ok_or_else(|| fault("unknown-unit", "subject_id"))?,
            Kind::Person => self.people.resolve(&text).ok_or_else(|| fault("unknown-person", "subject_id"))?,
        };
        Ok((kind, id))
    }
}

/// Reads all rows; rows that share a key are doubles, whatever else is wrong with them.
fn read_keyed<T, K: Ord + Clone>(
    table: &Table,
    log: &mut RunLog,
    column: &str,
    key: impl Fn(&Row) -> Option<K>,
    judge: impl Fn(&Row) -> Result<T, Fault>,
) -> Vec<T> {
    let key = |row: &Row| if row.broken.is_none() { key(row) } else { None };
    let doubles = twice(table.rows.iter().filter_map(key));
    let judged = table.rows.iter().map(|row| match row.broken {
        Some(code) => Err(fault(code, "")),
        None if key(row).is_some_and(|key| doubles.contains(&key)) => Err(fault("duplicate-id", column)),
        None => judge(row),
    });
    log.sort_out(table, judged.collect())
}

/// What a row of measures gives to its indicator.
#[derive(Clone)]
pub enum Figure {
    /// A value, rate or rating, rounded to `rate_round` places where that is given.
    One(Q),
    /// Actual and target of a `ratio`.
    Two(Q, Q),
    NotApplicable,
}

pub struct Measure {
    pub subject: Subject,
    pub indicator: String,
    pub period: String,
    pub figure: Figure,
}

pub fn measures(table: Option<&Table>, known: &Known, policy: &Policy, log: &mut RunLog) -> Vec<Measure> {
    let Some(table) = table else { return Vec::new() };
    let key = |row: &Row| {
        measure_key(table, known, policy, row)
            .ok()
            .map(|(subject, indicator, period)| (subject, indicator.id.clone(), period))
    };
    let judge = |row: &Row| {
        let (subject, indicator, period) = measure_key(table, known, policy, row)?;
        let (figure, warning) = figure(table, policy, indicator, row)?;
        Ok((Measure { subject, indicator: indicator.id.clone(), period, figure }, warning.map(|code| (row.line, code))))
    };
    let mut measures = Vec::new();
    for (measure, warning) in read_keyed(table, log, "", key, judge) {
        if let Some((line, code)) = warning {
            log.warn(table, line, code, "denominator");
        }
        measures.push(measure);
    }
    measures
}

fn measure_key<'a>(
    table: &Table,
    known: &Known,
    policy: &'a Policy,
    row: &Row,
) -> Result<(Subject, &'a Indicator, String), Fault> {
    let subject = known.subject(table, row)?;
    let id = table.required_text(row, "indicator")?;
    let among = policy.indicators_of(subject.0, Source::Measures);
    let indicator =
        among.into_iter().find(|one| one.id == id).ok_or_else(|| fault("unknown-indicator", "indicator"))?;
    let period = table.text(row, "period");
    if indicator.periods.as_ref().is_some_and(|periods| !periods.iter().any(|(name, _)| *name == period)) {
        return Err(fault("out-of-range", "period"));
    }
    Ok((subject, indicator, period))
}

fn figure(
    table: &Table,
    policy: &Policy,
    indicator: &Indicator,
    row: &Row,
) -> Result<(Figure, Option<&'static str>), Fault> {
    let blank = |column: &str| table.blank(row, column);
    let is_ratio = matches!(indicator.method, Method::Ratio { .. });
    if blank("value") && (blank("numerator") || blank("denominator")) {
        let column = ["value", "numerator", "denominator"].into_iter().find(|column| table.has(column));
        return Err(fault("missing-value", column.unwrap_or("value")));
    }
    let word = match &indicator.method {
        Method::Flag { .. } => flag_word(&table.text(row, "value")),
        _ => None,
    };
    let value = match (word, &indicator.method) {
        (Some(yes), _) => Some(whole(i64::from(yes))),
        // A text that is neither a word nor a number is a word that nobody knows.
        (None, Method::Flag { .. }) => table.number(row, "value").map_err(|_| fault("out-of-range", "value"))?,
        _ => table.number(row, "value")?,
    };
    let mut parts = Vec::new();
    for column in ["numerator", "denominator"] {
        if is_ratio && blank(column) {
            return Err(fault("missing-value", column));
        }
        parts.push(table.number(row, column)?);
    }
    if is_ratio {
        return match (parts[0].clone(), parts[1].clone()) {
            (Some(_), Some(target)) if target < Q::zero() => Err(fault("out-of-range", "denominator")),
            (Some(_), Some(target)) if target.is_zero() => Ok((Figure::NotApplicable, Some("zero-target"))),
            (Some(actual), Some(target)) => Ok((Figure::Two(actual, target), None)),
            _ => Ok((Figure::NotApplicable, None)),
        };
    }
    let column = if value.is_some() { "value" } else { "numerator" };
    let x = match (value, parts[0].clone(), parts[1].clone()) {
        (Some(value), _, _) => value,
        (None, Some(_), Some(below)) if below.is_zero() => {
            return Ok((Figure::NotApplicable, Some("zero-denominator")));
        }
        (None, Some(above), Some(below)) => whole(100) * above / below,
        _ => return Ok((Figure::NotApplicable, None)),
    };
    let x = indicator.rate_round.map_or(x.clone(), |places| round(&x, places, policy.rounding.half));
    let fits = match &indicator.method {
        Method::Rating { .. } => of_number(indicator, &x).is_some(),
        Method::Flag { .. } => x == whole(0) || x == whole(1),
        _ => true,
    };
    if fits { Ok((Figure::One(x), None)) } else { Err(fault("out-of-range", column)) }
}

/// Whether a subject without any row of a measure gets 0.
pub fn zero_without_row(indicator: &Indicator) -> bool {
    indicator.missing == Missing::Zero
}

pub struct Event {
    pub id: String,
    pub subject: Subject,
    pub code: String,
    pub date: Moment,
    pub matter: Option<String>,
    pub points: Option<Q>,
}

pub fn events(table: Option<&Table>, known: &Known, policy: &Policy, log: &mut RunLog) -> Vec<Event> {
    let Some(table) = table else { return Vec::new() };
    let judge = |row: &Row| {
        let id = table.required_id(row, "event_id")?;
        let subject = known.subject(table, row)?;
        let code = table.required_text(row, "code")?;
        if !policy.events.iter().any(|event| event.code == code) {
            return Err(fault("unknown-code", "code"));
        }
        let date = table.date(row, "date")?.ok_or_else(|| fault("missing-value", "date"))?;
        Ok(Event { id, subject, code, date, matter: table.id(row, "matter_id"), points: table.number(row, "points")? })
    };
    read_keyed(table, log, "event_id", |row| table.id(row, "event_id"), judge)
}

/// What a subject came to in an earlier year.
pub struct Prior {
    pub year: i32,
    pub score: Option<Q>,
    /// Ids where the words are known ones; empty when blank.
    pub band: String,
    pub recommendation: String,
}

pub fn prior(table: Option<&Table>, known: &Known, policy: &Policy, log: &mut RunLog) -> BTreeMap<Subject, Vec<Prior>> {
    let mut all: BTreeMap<Subject, Vec<Prior>> = BTreeMap::new();
    let Some(table) = table else { return all };
    let key = |row: &Row| -> Result<(Subject, i32), Fault> {
        let subject = known.subject(table, row)?;
        let year = table.number(row, "year")?.ok_or_else(|| fault("missing-value", "year"))?;
        let earlier = year.is_integer() && year < whole(i64::from(policy.first_year()));
        let year = year
            .to_integer()
            .to_string()
            .parse()
            .ok()
            .filter(|_| earlier)
            .ok_or_else(|| fault("out-of-range", "year"))?;
        Ok((subject, year))
    };
    let judge = |row: &Row| {
        let (subject, year) = key(row)?;
        let score = table.number(row, "score")?;
        let band = band_id(policy, subject.0, &table.text(row, "band"));
        let recommendation = recommendation_id(&table.text(row, "recommendation"));
        Ok((subject, Prior { year, score, band, recommendation }))
    };
    for (subject, prior) in read_keyed(table, log, "", |row| key(row).ok(), judge) {
        all.entry(subject).or_default().push(prior);
    }
    for years in all.values_mut() {
        years.sort_by_key(|prior| std::cmp::Reverse(prior.year));
    }
    all
}

/// A band by the policy's id or name, or by the words of METHOD §1; other words stay as they are.
pub fn band_id(policy: &Policy, kind: Kind, word: &str) -> String {
    let bands = &policy.bands[&kind];
    let known = bands
        .iter()
        .find(|band| band.id == word)
        .or_else(|| bands.iter().find(|band| !band.name.is_empty() && band.name == word));
    if let Some(band) = known {
        return band.id.clone();
    }
    match word {
        "优秀" => "excellent",
        "良好" => "good",
        "合格" => "fair",
        "不合格" => "poor",
        other => other,
    }
    .to_string()
}

pub fn recommendation_id(word: &str) -> String {
    match word {
        "表扬激励" => "commend",
        "责令限期整改" => "rectify",
        "通报批评" => "criticize",
        "约谈" => "interview",
        "移送" => "refer",
        other => other,
    }
    .to_string()
}

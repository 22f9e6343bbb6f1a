//! `task_scores.csv`: every accepted task, in the order of the ledger. METHOD §11.

use std::io::Write;

use rayon::prelude::*;

use crate::judge::NOT_APPLICABLE;
use crate::link::tasks::{Fate, LinkedBatch};
use crate::number::{Fraction, TooLarge, show_fixed};
use crate::policy::{Policy, Source};
use crate::report::words::{Lang, plain_writer, text, writer};
use crate::report::{FileError, Results};
use crate::tally::WEIGHT_ONE;

const HEADINGS: [&str; 8] = ["task_id", "state", "exclusion", "lead_unit", "level", "weight", "late_days", "composite"];

/// An indicator's column.
struct Column<'p> {
    /// Its bit, which is its place among the values of a row.
    at: usize,
    places: u32,
    id: &'p str,
    name: &'p str,
    weight: &'p Fraction,
    /// 100 / full, per unit of its places.
    unit: Fraction,
}

/// Writes `task_scores.csv`; batches are put into text side by side and written in order.
pub(super) fn write(results: &Results<'_>, lang: Lang, into: &mut impl Write) -> Result<(), FileError> {
    let columns = columns(results.policy, &results.tally.indicators);
    let mut csv = writer(&mut *into)?;
    let named = columns.iter().map(|column| match lang {
        Lang::Ids => format!("indicator.{}", column.id),
        Lang::Zh => column.name.to_owned(),
    });
    let headings: Vec<String> = HEADINGS.iter().map(|id| lang.heading(id).to_owned()).chain(named).collect();
    csv.write_record(headings.iter().map(|heading| text(heading).into_owned()))?;
    csv.flush()?;
    drop(csv);
    for some in results.ledger.batches.chunks(rayon::current_num_threads() * 2) {
        let texts: Result<Vec<Vec<u8>>, FileError> =
            some.par_iter().map(|batch| batch_text(batch, results, &columns, lang)).collect();
        for bytes in texts? {
            into.write_all(&bytes)?;
        }
    }
    Ok(())
}

/// Indicators of tasks sections, units' then persons', each in policy order.
fn columns<'p>(policy: &'p Policy, tallied: &[usize]) -> Vec<Column<'p>> {
    let of_side = |side: &crate::policy::Side| {
        let sections = side.sections.iter().filter(|section| section.source == Source::Tasks);
        let mut places: Vec<usize> = sections.flat_map(|section| section.indicators.iter().copied()).collect();
        places.sort_unstable();
        places
    };
    let mut places: Vec<usize> = Vec::new();
    for place in of_side(&policy.unit).into_iter().chain(of_side(&policy.person)) {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    let column = |place: &usize| {
        let indicator = policy.indicators.get(*place)?;
        let places = indicator.places.unwrap_or(policy.rounding.indicator);
        Some(Column {
            at: tallied.iter().position(|known| known == place)?,
            places,
            id: &indicator.id,
            name: &indicator.name,
            weight: &indicator.weight,
            unit: (&Fraction::fixed(1, places) * &Fraction::HUNDRED).checked_div(&indicator.full)?,
        })
    };
    places.iter().filter_map(column).collect()
}

fn batch_text(
    batch: &LinkedBatch,
    results: &Results<'_>,
    columns: &[Column<'_>],
    lang: Lang,
) -> Result<Vec<u8>, FileError> {
    let mut csv = plain_writer(Vec::new());
    let width = results.tally.indicators.len();
    for row in batch.accepted() {
        let Some(task) = batch.judged.tasks.get(row) else { continue };
        let fate = batch.fates.get(row).copied();
        let excluded = match fate {
            Some(Fate::Excluded(why)) => Some(why),
            _ => None,
        };
        let values = batch.judged.values.get(row * width..(row + 1) * width).unwrap_or_default();
        let values = if excluded.is_some() { &[] } else { values };
        let lead = batch.units.get(row).first().and_then(|unit| results.ledger.units.get(*unit as usize));
        let weight = batch.judged.weight.as_ref().and_then(|weights| *weights.get(row)?).unwrap_or(WEIGHT_ONE);
        csv.write_field(&*text(batch.judged.task_id.get(row).unwrap_or_default()))?;
        csv.write_field(lang.state(task.state))?;
        csv.write_field(excluded.map_or("", |why| lang.exclusion(why)))?;
        csv.write_field(&*text(lead.map_or("", |unit| unit.id.as_str())))?;
        csv.write_field(&*text(batch.judged.levels.name(task.level)))?;
        csv.write_field(Fraction::fixed(weight, 6).to_string())?;
        csv.write_field(task.late_days.map_or(String::new(), |days| days.to_string()))?;
        csv.write_field(composite(values, columns, results.policy)?)?;
        for column in columns {
            let value = values.get(column.at).filter(|value| **value != NOT_APPLICABLE);
            csv.write_field(value.map_or(Ok(String::new()), |value| show_fixed(i128::from(*value), column.places))?)?;
        }
        csv.write_record(None::<&[u8]>)?;
    }
    csv.into_inner().map_err(|error| FileError::Io(error.into_error()))
}

/// T over the indicators of all tasks sections; blank when none has a value and a weight.
fn composite(values: &[i64], columns: &[Column<'_>], policy: &Policy) -> Result<String, TooLarge> {
    let mut sum = Fraction::ZERO;
    let mut weights = Fraction::ZERO;
    for column in columns {
        if let Some(value) = values.get(column.at).filter(|value| **value != NOT_APPLICABLE) {
            let worth = &column.unit * &Fraction::whole(i128::from(*value));
            sum = &sum + &(column.weight * &worth);
            weights = &weights + column.weight;
        }
    }
    let rounding = policy.rounding;
    sum.checked_div(&weights).map_or(Ok(String::new()), |mean| mean.show(rounding.score, rounding.mode))
}

//! `rejected_by_unit.csv`: which units lead the tasks that were rejected. A task that is missing can raise a score.
//!
//! Basis: none; METHOD knows no such report.

use std::collections::BTreeMap;
use std::io::Write;

use crate::link::units::Directory;
use crate::link::{Ledger, Reject, TableAccount};
use crate::read::batch::TaskColumn;
use crate::read::width::half;
use crate::read::{self, TableName, list};
use crate::report::words::{Lang, text, writer};
use crate::report::{FileError, Results};

/// The rejected tasks of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedOfUnit {
    /// The id of the unit that leads them, or as written when no unit has that id or name; `None`: it is not named.
    pub unit: Option<String>,
    /// Its name; blank when no unit is known by what is written.
    pub name: String,
    /// Rejected tasks.
    pub rejected: u64,
    /// Accepted tasks that it leads.
    pub accepted: u64,
}

/// The units that lead rejected tasks, by id; last those that are not named.
pub fn rejected_by_unit(ledger: &Ledger) -> Vec<RejectedOfUnit> {
    let Some(account) = ledger.tables.iter().find(|account| account.table == TableName::Tasks) else {
        return Vec::new();
    };
    let directory = Directory::of(&ledger.units);
    let mut counts: BTreeMap<(bool, String), (u64, Option<u32>)> = BTreeMap::new();
    for reject in ledger.rejects.iter().filter(|reject| reject.table == TableName::Tasks) {
        let (written, known) = match &reject.lead {
            Some(lead) => (lead.written.clone(), lead.unit),
            // The cells of a record that is not whole may stand in the wrong columns: what names no unit is none.
            None => (String::new(), lead(reject, account).and_then(|written| directory.find(&written))),
        };
        let id = known.and_then(|place| Some(ledger.units.get(place as usize)?.id.clone())).unwrap_or(written);
        let (count, place) = counts.entry((id.is_empty(), id)).or_default();
        (*count, *place) = (*count + 1, known);
    }
    let of_unit = |((unnamed, id), (rejected, place)): ((bool, String), (u64, Option<u32>))| RejectedOfUnit {
        unit: (!unnamed).then_some(id),
        name: place.and_then(|place| ledger.units.get(place as usize)).map_or(String::new(), |unit| unit.name.clone()),
        rejected,
        accepted: place.map_or(0, |place| ledger.tasks.led_by(place)),
    };
    counts.into_iter().map(of_unit).collect()
}

/// The first unit of the lead cell of a record, in half width.
fn lead(reject: &Reject, account: &TableAccount) -> Option<String> {
    let record = read::cells(reject.raw.as_deref()?);
    let cell =
        half(account.headings.file(reject.place.file)?.cell(&record, TaskColumn::LeadUnit.place())?).into_owned();
    list::names(&cell).next().map(str::to_owned)
}

/// Writes `rejected_by_unit.csv`; the unit that is not named is blank.
pub(super) fn write(results: &Results<'_>, lang: Lang, into: &mut impl Write) -> Result<(), FileError> {
    let mut csv = writer(into)?;
    csv.write_record(["unit", "name", "rejected", "accepted"].map(|id| lang.heading(id)))?;
    for of_unit in rejected_by_unit(results.ledger) {
        csv.write_record([
            &*text(of_unit.unit.as_deref().unwrap_or_default()),
            &*text(&of_unit.name),
            &of_unit.rejected.to_string(),
            &of_unit.accepted.to_string(),
        ])?;
    }
    Ok(csv.flush()?)
}

//! `reconciliation_by_file.csv`: what became of the rows of each file, and of the sums of its columns of numbers.
//!
//! In every line read = accepted + rejected + skipped, so that a person can hold a column's sum in a spreadsheet against
//! what was read of it. Basis: none; METHOD reconciles whole tables, see [`super::tables::account`].

use std::collections::BTreeMap;
use std::io::Write;

use crate::link::{Reject, TableAccount};
use crate::read::sums::{self, Total};
use crate::read::{self, FileColumns, TableName};
use crate::report::words::{Lang, text, writer};
use crate::report::{FileError, Results};

/// The columns of the report.
const HEADINGS: [&str; 9] =
    ["table", "file", "item", "column", "read", "accepted", "rejected", "skipped", "unreadable"];

/// Writes `reconciliation_by_file.csv`.
pub(super) fn write(results: &Results<'_>, lang: Lang, into: &mut impl Write) -> Result<(), FileError> {
    let mut rejects: BTreeMap<(TableName, u16), Vec<&Reject>> = BTreeMap::new();
    for reject in &results.ledger.rejects {
        rejects.entry((reject.table, reject.place.file)).or_default().push(reject);
    }
    let mut csv = writer(into)?;
    csv.write_record(HEADINGS.map(|id| lang.heading(id)))?;
    for account in &results.ledger.tables {
        for (place, file) in (0..).zip(&account.files) {
            let rejects = rejects.get(&(account.table, place)).map(Vec::as_slice).unwrap_or_default();
            let name = text(&file.name);
            let (rejected, skipped) = (rejects.len() as u64, file.skipped.len() as u64);
            let accepted = file.rows.saturating_sub(rejected + skipped);
            let counts = [file.rows, accepted, rejected, skipped].map(|count| count.to_string());
            let [read, accepted, rejected, skipped] = &counts;
            csv.write_record([account.table.id(), &name, "rows", "", read, accepted, rejected, skipped, ""])?;
            let Some(columns) = account.headings.file(place) else { continue };
            for sums in sums(account, place, columns, rejects) {
                let [read, accepted, rejected] = &sums.shown();
                let (heading, unreadable) = (text(columns.heading(sums.column)), sums.unreadable.to_string());
                let sums = [read, accepted, rejected, "", &unreadable];
                csv.write_record([account.table.id(), &name, "sum", &heading].into_iter().chain(sums))?;
            }
        }
    }
    Ok(csv.flush()?)
}

/// The sums of a column.
struct Sums {
    /// Its place in the table's list of columns.
    column: usize,
    /// Over all whole rows.
    whole: Total,
    /// Over those of them that were rejected.
    rejected_whole: Total,
    /// Over all rejected rows, as far as their cells can be read.
    rejected: Total,
    /// Cells of rejected rows that are no number.
    unreadable: u64,
}

impl Sums {
    /// Read, accepted, rejected; blank where the sum has too many digits to be kept.
    fn shown(&self) -> [String; 3] {
        let (accepted, rejected) = (self.whole.less(&self.rejected_whole), self.rejected.sum());
        let read = accepted.as_ref().zip(rejected.as_ref()).map(|(accepted, rejected)| accepted + rejected);
        [read, accepted, rejected].map(|sum| sum.map_or(String::new(), |sum| sum.to_string()))
    }
}

/// The sums of the columns of numbers that a file has.
fn sums(account: &TableAccount, place: u16, columns: &FileColumns, rejects: &[&Reject]) -> Vec<Sums> {
    let totals = account.totals.get(&place);
    let whole = |column: usize| totals.and_then(|totals| totals.get(&column)).cloned().unwrap_or_default();
    let has = sums::numeric(account.table).filter(|column| !columns.heading(*column).is_empty());
    let mut sums: BTreeMap<usize, Sums> = has
        .map(|column| {
            let none = Total::default;
            (column, Sums { column, whole: whole(column), rejected_whole: none(), rejected: none(), unreadable: 0 })
        })
        .collect();
    for reject in rejects {
        let record = read::cells(reject.raw.as_deref().unwrap_or_default());
        for (column, cell) in sums::of_record(account.table, columns, &record) {
            let Some(sums) = sums.get_mut(&column) else { continue };
            if !reject.fault.code.is_of_record() {
                sums.rejected_whole.add_kept(account.table, column, cell);
            }
            match sums::number(cell) {
                Some(number) => sums.rejected.add(&number),
                None => sums.unreadable += 1,
            }
        }
    }
    sums.into_values().collect()
}

//! `rejected/TABLE.csv`: the rejected rows alone, to be corrected and given back.
//!
//! The first two columns say where a row stands; below the others stand its cells as they were. Cells are guarded as
//! those of other reports, METHOD §11, in a way that giving back undoes exactly.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use crate::link::{Reject, TableAccount};
use crate::read::{self, TableName};
use crate::report::words::{Lang, guard, writer};
use crate::report::{FileError, Results};

/// The folder that they are in.
pub const FOLDER: &str = "rejected";

/// The headings of the first two columns: the file and the line of a row. They are known by their place, so that
/// columns of the ledger may have the same headings.
pub const PLACE: [&str; 2] = ["file", "line"];

/// The name of the report on a table.
pub fn name(table: TableName) -> String {
    format!("{FOLDER}/{}.csv", table.id())
}

/// The tables with rejected rows.
pub(super) fn tables(results: &Results<'_>) -> BTreeSet<TableName> {
    results.ledger.rejects.iter().map(|reject| reject.table).collect()
}

/// Writes the rejected rows of a table, by file and line.
pub(super) fn write(
    results: &Results<'_>,
    table: TableName,
    lang: Lang,
    into: &mut impl Write,
) -> Result<(), FileError> {
    let rejects: Vec<&Reject> = results.ledger.rejects.iter().filter(|reject| reject.table == table).collect();
    let files: BTreeSet<u16> = rejects.iter().map(|reject| reject.place.file).collect();
    let account = results.ledger.tables.iter().find(|account| account.table == table);
    let columns = Columns::of(account, files);
    let mut csv = writer(into)?;
    let headings = columns.headings.iter().map(|heading| guard(heading).into_owned());
    csv.write_record(PLACE.iter().map(|id| lang.heading(id).to_owned()).chain(headings))?;
    for reject in rejects {
        let cells = read::cells(reject.raw.as_deref().unwrap_or_default());
        let place = [reject.file.clone(), reject.place.line.to_string()];
        let cells = place.into_iter().chain(columns.row(reject.place.file, cells));
        csv.write_record(cells.map(|cell| guard(&cell).into_owned()))?;
    }
    Ok(csv.flush()?)
}

/// The columns of all files of a table, each heading once for each time that a file has it.
#[derive(Debug, Default)]
struct Columns {
    headings: Vec<String>,
    /// Where the columns of each file stand.
    places: BTreeMap<u16, Vec<usize>>,
}

impl Columns {
    /// The columns of these files of a table, in the order in which they first appear.
    fn of(account: Option<&TableAccount>, files: BTreeSet<u16>) -> Self {
        let mut columns = Self::default();
        let mut known: BTreeMap<(String, usize), usize> = BTreeMap::new();
        for file in files {
            let headings = account.and_then(|account| account.headings.file(file));
            let headings = headings.map(|columns| columns.headings()).unwrap_or_default();
            let places = read::numbered_headings(headings).into_iter().zip(headings).map(|(key, heading)| {
                *known.entry(key).or_insert_with(|| {
                    columns.headings.push(heading.clone());
                    columns.headings.len() - 1
                })
            });
            let places = places.collect();
            columns.places.insert(file, places);
        }
        columns
    }

    /// The cells of a record of a file below their headings; those beyond its last heading come after all columns.
    fn row(&self, file: u16, cells: Vec<String>) -> Vec<String> {
        let mut row = vec![String::new(); self.headings.len()];
        let mut places = self.places.get(&file).into_iter().flatten();
        for cell in cells {
            match places.next().and_then(|place| row.get_mut(*place)) {
                Some(known) => *known = cell,
                None => row.push(cell),
            }
        }
        row
    }
}

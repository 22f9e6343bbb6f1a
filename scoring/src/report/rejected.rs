//! `rejected/TABLE.csv`: the rejected rows alone, to be corrected and given back.
//!
//! The first two columns say where a row stands; below the others stand its cells as they were. Cells are guarded as
//! those of other reports, METHOD §11, in a way that giving back undoes exactly.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::digest::hex;
use crate::link::{Reject, TableAccount};
use crate::read::given_back::{PLACE, PLACE_ZH, guard};
use crate::read::rows::Place;
use crate::read::{self, TableName};
use crate::report::manifest::Recorded;
use crate::report::words::{Lang, writer};
use crate::report::{FileError, Results};

/// The folder that they are in.
pub const FOLDER: &str = "rejected";

/// The name of the report on a table.
pub fn name(table: TableName) -> String {
    format!("{FOLDER}/{}.csv", table.id())
}

/// The first of the files in a folder of reports that is not as the run wrote it: somebody is correcting it. What the
/// manifest there does not know is nobody's work in hand.
pub fn corrected(out: &Path) -> Option<PathBuf> {
    let manifest = fs::read(out.join("manifest.json")).ok()?;
    let recorded: Recorded = serde_json::from_slice(&manifest).ok()?;
    let changed = |table: &TableName| {
        let (name, written) = (name(*table), recorded.sha256(&name(*table))?);
        let path = out.join(name);
        let bytes = fs::read(&path).ok()?;
        (hex(&Sha256::digest(&bytes)) != written).then_some(path)
    };
    TableName::ALL.iter().find_map(changed)
}

/// The rows that are handed out, with their cells as CSV records: those that are rejected and, where they are to be
/// `kept`, those that were given back and are accepted.
#[derive(Debug)]
pub(super) struct Rows<'a> {
    results: &'a Results<'a>,
    rows: BTreeMap<(TableName, Place), Cow<'a, str>>,
}

impl<'a> Rows<'a> {
    pub fn of(results: &'a Results<'a>, kept: bool) -> Self {
        let given = kept.then(|| results.ledger.given_back.records()).into_iter().flatten();
        let given = given.map(|(table, place, record)| ((table, place), Cow::Owned(record)));
        let raw = |reject: &'a Reject| Cow::Borrowed(reject.raw.as_deref().unwrap_or_default());
        let rejected = results.ledger.rejects.iter().map(|reject| ((reject.table, reject.place), raw(reject)));
        Self { results, rows: given.chain(rejected).collect() }
    }

    /// The tables with such rows.
    pub fn tables(&self) -> BTreeSet<TableName> {
        self.rows.keys().map(|(table, _)| *table).collect()
    }

    /// Writes those of a table, by file and line.
    pub fn write(&self, table: TableName, lang: Lang, into: &mut impl Write) -> Result<(), FileError> {
        let rows = || self.rows.iter().filter(|((of, _), _)| *of == table).map(|((_, place), record)| (place, record));
        let account = self.results.ledger.tables.iter().find(|account| account.table == table);
        let columns = Columns::of(account, rows().map(|(place, _)| place.file).collect());
        let mut csv = writer(into)?;
        let headings = columns.headings.iter().map(|heading| guard(heading).into_owned());
        let place = match lang {
            Lang::Ids => PLACE,
            Lang::Zh => PLACE_ZH,
        };
        csv.write_record(place.map(str::to_owned).into_iter().chain(headings))?;
        for (place, record) in rows() {
            let file = account.and_then(|account| account.files.get(usize::from(place.file)));
            let file = file.map_or("", |file| &*file.name);
            let cells = columns.row(place.file, read::cells(record));
            let cells = [file.to_owned(), place.line.to_string()].into_iter().chain(cells);
            csv.write_record(cells.map(|cell| guard(&cell).into_owned()))?;
        }
        Ok(csv.flush()?)
    }
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

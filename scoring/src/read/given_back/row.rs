//! One row that is given back: where it belongs, and its cells in the shape of the file there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::spreadsheet::{restored, says_the_same};
use super::{Cell, GivenBackError, PLACE, RawRow, unguard};
use crate::read::block::Broken;
use crate::read::columns::numbered_headings;
use crate::read::rows::Place;
use crate::read::source::SourceFile;
use crate::read::table::TableName;
use crate::read::width::half;
use crate::read::{Sources, numbered, scan, trim};

/// What stands in text for bytes that are none.
const GARBLED: char = '\u{FFFD}';

/// A row in the place of another.
#[derive(Debug, Clone)]
pub(in crate::read) struct GivenRow {
    /// Its cells, in the order of the file there.
    pub cells: Vec<String>,
    /// Why it still is no whole row.
    pub broken: Option<Broken>,
}

impl GivenRow {
    /// The cell of a column, in the place of another; `was` are the cells of the row there as they stand in the file. A
    /// cell that is blank in both has what reading puts there, as in the lower part of merged cells.
    pub fn cell<'a>(&'a self, column: usize, was: &Option<Vec<String>>, there: Option<&'a str>) -> Option<&'a str> {
        let cell = self.cells.get(column).map(String::as_str).filter(|cell| !cell.is_empty());
        let was = was.as_ref().and_then(|was| was.get(column)).filter(|was| !was.is_empty());
        cell.or(there.filter(|_| was.is_none()))
    }

    /// Its cells as one CSV record.
    pub fn record(&self) -> String {
        let mut record = Vec::new();
        scan::write_cells(self.cells.iter().map(|cell| cell.as_bytes().into()), &mut record);
        String::from_utf8_lossy(&record).into_owned()
    }
}

fn cell_at(path: &Path, row: &RawRow, column: &str) -> Cell {
    Cell { path: path.to_owned(), line: row.line, column: column.to_owned() }
}

/// The place that the first two cells of a row name.
pub(super) fn place(sources: &Sources, table: TableName, path: &Path, row: &RawRow) -> Result<Place, GivenBackError> {
    let [file_column, line_column] = PLACE;
    let cell = |place: usize| unguard(trim(row.cells.get(place).map_or("", String::as_str)));
    let (name, line) = (cell(0), cell(1));
    let files = sources.files.get(&table).map(Vec::as_slice).unwrap_or_default();
    let Some((file, _)) = numbered(files).find(|(_, file)| file.name == name) else {
        let cell = cell_at(path, row, file_column);
        return Err(GivenBackError::UnknownFile { cell, table: table.id(), file: name.to_owned() });
    };
    let digits = half(line);
    match digits.parse() {
        Ok(line) if digits.bytes().all(|byte| byte.is_ascii_digit()) => Ok(Place { file, line }),
        _ => Err(GivenBackError::NoLine { cell: cell_at(path, row, line_column), text: line.to_owned() }),
    }
}

pub(super) fn no_row(path: &Path, row: &RawRow, known: &SourceFile, line: u64) -> GivenBackError {
    GivenBackError::NoRow { cell: cell_at(path, row, PLACE[1]), file: known.name.clone(), line }
}

pub(super) fn twice(
    sources: &Sources,
    table: TableName,
    path: &Path,
    row: &RawRow,
    place: Place,
    first: &str,
) -> GivenBackError {
    let file = sources.files.get(&table).and_then(|files| files.get(usize::from(place.file)));
    let file = file.map_or(String::new(), |file| file.name.clone());
    let cell = cell_at(path, row, PLACE[1]);
    GivenBackError::Twice { cell, file, line: place.line, first: first.to_owned() }
}

/// How the rows of a file that is given back come into the shape of the file that they belong to.
#[derive(Debug)]
pub(super) struct Shape<'a> {
    /// For each column of the file there its place here; `None` where a column without heading is not here any more.
    places: Vec<Option<usize>>,
    /// The headings here.
    headings: &'a [String],
    /// Columns here that the file there does not have.
    others: Vec<usize>,
    known: &'a SourceFile,
    path: PathBuf,
}

impl<'a> Shape<'a> {
    /// The shape by the headings there and here.
    pub fn of(
        there: &[String],
        known: &'a SourceFile,
        here: &'a [String],
        path: &Path,
    ) -> Result<Self, GivenBackError> {
        let own = here.get(PLACE.len()..).unwrap_or_default();
        let own: Vec<String> = own.iter().map(|heading| unguard(trim(heading)).to_owned()).collect();
        let mut columns: BTreeMap<(String, usize), usize> =
            numbered_headings(&own).into_iter().zip(PLACE.len()..).collect();
        let mut places = Vec::with_capacity(there.len());
        for key in numbered_headings(there) {
            let place = columns.remove(&key).or_else(|| remove_spaced(&mut columns, &key));
            if place.is_none() && !key.0.is_empty() {
                let (path, file) = (path.to_owned(), known.name.clone());
                return Err(GivenBackError::LostColumn { path, heading: key.0, file });
            }
            places.push(place);
        }
        let others = columns.into_values().collect();
        Ok(Self { places, headings: here, others, known, path: path.to_owned() })
    }

    /// A row in that shape; `was` is the row whose place it takes.
    ///
    /// A row that is not whole and was not corrected is none again. A spreadsheet pads short rows, so a row that was
    /// short stays so until a cell says something else, whatever a spreadsheet made of the others; and it may save what
    /// is no text as `?`.
    pub fn row(&self, row: &RawRow, was: &RawRow) -> Result<GivenRow, GivenBackError> {
        let cell = |place: usize| unguard(row.cells.get(place).map_or("", String::as_str));
        let own = self.places.iter().map(|place| place.map_or("", cell)).zip(padded(&was.cells));
        let mut cells: Vec<String> = own.map(|(cell, was)| restored(cell, was).to_owned()).collect();
        let width = cells.len();
        let garbled = row.garbled || cells.iter().zip(&was.cells).any(|(cell, was)| is_still_garbled(cell, was));
        cells.extend(self.beyond(row)?);
        if was.cells.len() < width && cells.iter().zip(padded(&was.cells)).all(|(cell, was)| says_the_same(cell, was)) {
            cells.truncate(was.cells.len());
        }
        let broken = match cells.len() {
            _ if garbled && (row.garbled || was.garbled) => Some(Broken::Encoding),
            count if count != width => Some(Broken::Ragged { cells: count }),
            _ => None,
        };
        Ok(GivenRow { cells, broken })
    }

    /// The cells of a row that stand in no column of the file there: those beyond the header, and below blank headings up
    /// to the last that says something.
    fn beyond(&self, row: &RawRow) -> Result<Vec<String>, GivenBackError> {
        let mut beyond = Vec::new();
        for place in &self.others {
            let cell = row.cells.get(*place).map_or("", String::as_str);
            let heading = self.headings.get(*place).map_or("", |heading| unguard(trim(heading)));
            if heading.is_empty() {
                beyond.push(unguard(cell).to_owned());
            } else if !trim(cell).is_empty() {
                let cell = cell_at(&self.path, row, heading);
                return Err(GivenBackError::ForeignCell { cell, file: self.known.name.clone() });
            }
        }
        let said = beyond.iter().rposition(|cell| !trim(cell).is_empty()).map_or(0, |last| last + 1);
        beyond.truncate(said);
        beyond.extend(row.cells.iter().skip(self.headings.len()).map(|cell| unguard(cell).to_owned()));
        Ok(beyond)
    }
}

/// Takes out the column whose heading differs in its inner spaces alone, which fall away in workbooks.
fn remove_spaced(columns: &mut BTreeMap<(String, usize), usize>, key: &(String, usize)) -> Option<usize> {
    let bare = |heading: &str| heading.split_whitespace().collect::<String>();
    let same = |known: &&(String, usize)| !key.0.is_empty() && known.1 == key.1 && bare(&known.0) == bare(&key.0);
    let known = columns.keys().find(same)?.clone();
    columns.remove(&known)
}

/// The cells of a row, and blank ones without end.
fn padded(cells: &[String]) -> impl Iterator<Item = &str> {
    cells.iter().map(String::as_str).chain(std::iter::repeat(""))
}

/// Whether a cell still has what is no text, where it was so.
fn is_still_garbled(cell: &str, was: &str) -> bool {
    was.contains(GARBLED) && (cell.contains(GARBLED) || cell == was.replace(GARBLED, "?"))
}

//! Rows that are given back: rejected rows, corrected, each in the place of the row of that file and line.
//!
//! They come from the files that [`crate::report::rejected`] writes, as a spreadsheet saves them. A row is brought into
//! the shape of the file that it comes from and read in the place of its row, so that everything about it is as if it
//! had been corrected there. Basis: none; METHOD knows the corrected ledger alone.

mod error;
mod form;
mod row;
mod spreadsheet;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub use error::{Cell, GivenBackError};
pub use form::{PLACE, PLACE_ZH, guard, unguard};
pub(super) use row::GivenRow;

use super::block::{Block, Broken};
use super::columns::cells;
use super::error::ReadError;
use super::layout::Layout;
use super::rows::{FileInfo, Place};
use super::settings::{Settings, TableSettings};
use super::source::{Plan, Reading, SourceFile};
use super::table::TableName;
use super::{Sources, find, numbered};
use row::Shape;

/// The rows that are given back.
#[derive(Debug, Clone, Default)]
pub struct GivenBack {
    files: Vec<(TableName, FileInfo)>,
    rows: BTreeMap<(TableName, u16), BTreeMap<u64, GivenRow>>,
}

impl GivenBack {
    /// The files that they come from, by table.
    pub fn files(&self) -> impl Iterator<Item = (TableName, &FileInfo)> {
        self.files.iter().map(|(table, file)| (*table, file))
    }

    /// The places of the rows, each with its cells as one CSV record, by table, file and line.
    pub fn records(&self) -> impl Iterator<Item = (TableName, Place, String)> {
        self.rows.iter().flat_map(|((table, file), rows)| {
            rows.iter().map(|(line, row)| (*table, Place { file: *file, line: *line }, row.record()))
        })
    }

    /// The rows in the place of those of a file, by line.
    pub(super) fn of(&self, table: TableName, file: u16) -> Option<&BTreeMap<u64, GivenRow>> {
        self.rows.get(&(table, file))
    }
}

/// The rows of a file as they stand there.
struct Raw {
    info: FileInfo,
    headings: Vec<String>,
    rows: Vec<RawRow>,
}

/// A row as it stands in a file.
struct RawRow {
    line: u64,
    cells: Vec<String>,
    /// Whether it is no text.
    garbled: bool,
}

/// Reads the rows in a folder, and finds the place of each in the ledger.
pub(super) fn read(sources: &Sources, folder: &Path) -> Result<GivenBack, ReadError> {
    let found = find::tables(folder, &Settings::default())?;
    if found.is_empty() {
        return Err(GivenBackError::NoTable { folder: folder.to_owned() }.into());
    }
    let mut given = GivenBack::default();
    for (table, files) in found {
        for file in &files {
            let layout = |headings: &[String]| match form::begins_with_place(headings) {
                true => Ok(Layout::of_records(table, headings)),
                false => Err(GivenBackError::NoPlace { path: file.path.clone() }.into()),
            };
            // No row of these is one of totals.
            let settings = TableSettings { skip_totals: Some(false), ..TableSettings::default() };
            let raw = raw(table, file, &settings, None, &layout)?;
            given.files.push((table, raw.info.clone()));
            take_in(sources, table, file, &raw, &mut given)?;
        }
    }
    Ok(given)
}

/// Puts the rows of a file in the places of those that they stand for.
fn take_in(
    sources: &Sources,
    table: TableName,
    file: &SourceFile,
    raw: &Raw,
    given: &mut GivenBack,
) -> Result<(), ReadError> {
    let path = &file.path;
    let mut of_file: BTreeMap<u16, BTreeMap<u64, &RawRow>> = BTreeMap::new();
    for row in &raw.rows {
        let place = row::place(sources, table, path, row)?;
        if let Some(first) = of_file.entry(place.file).or_default().insert(place.line, row) {
            return Err(row::twice(sources, table, path, row, place, &format!("on line {}", first.line)).into());
        }
    }
    for (at, known) in numbered(sources.files.get(&table).map(Vec::as_slice).unwrap_or_default()) {
        let Some(rows) = of_file.get(&at) else { continue };
        let lines = rows.keys().copied().collect();
        let settings = sources.settings.table(table);
        let layout =
            |headings: &[String]| Ok(sources.layout(table, known, headings, &BTreeSet::new())?.without_reading());
        let there = self::raw(table, known, &settings, Some(&lines), &layout)?;
        let shape = Shape::of(&there.headings, known, &raw.headings, path)?;
        let there: BTreeMap<u64, &RawRow> = there.rows.iter().map(|row| (row.line, row)).collect();
        for (line, row) in rows {
            let Some(was) = there.get(line) else {
                return Err(row::no_row(path, row, known, *line).into());
            };
            let row_there = shape.row(row, was)?;
            if given.rows.entry((table, at)).or_default().insert(*line, row_there).is_some() {
                let place = Place { file: at, line: *line };
                return Err(row::twice(sources, table, path, row, place, "in another file").into());
            }
        }
    }
    Ok(())
}

/// The rows of a file as they stand there; those on the wanted lines alone, where some are named.
fn raw(
    table: TableName,
    file: &SourceFile,
    settings: &TableSettings,
    wanted: Option<&BTreeSet<u64>>,
    layout: &dyn Fn(&[String]) -> Result<Layout, ReadError>,
) -> Result<Raw, ReadError> {
    let seen = RefCell::new(Vec::new());
    let rows_of = |block: Block| -> Vec<RawRow> {
        let garbled = block.broken.iter().filter(|(_, broken)| *broken == Broken::Encoding);
        let garbled: BTreeSet<usize> = garbled.map(|(row, _)| *row).collect();
        let is_wanted = |line: &u64| wanted.is_none_or(|wanted| wanted.contains(line));
        let rows = block.lines.iter().enumerate().filter(|(_, line)| is_wanted(line));
        rows.map(|(row, line)| RawRow {
            line: *line,
            cells: cells(&block.records.get(row)),
            garbled: garbled.contains(&row),
        })
        .collect()
    };
    let reading: Reading<Vec<RawRow>> = file.read(&Plan {
        table,
        settings,
        layout: &|headings| {
            *seen.borrow_mut() = headings.to_vec();
            layout(headings)
        },
        each: &|_: &Layout, _, block: Block| rows_of(block),
        progress: &|_| {},
    })?;
    let rows = reading.parts.into_iter().flatten().collect();
    Ok(Raw { info: reading.info, headings: seen.into_inner(), rows })
}

impl Sources {
    /// The same tables with the rows of a folder, as [`crate::report::rejected`] wrote it and clerks corrected it, in the
    /// places of those that they stand for. The files themselves stay as they are.
    ///
    /// # Errors
    /// [`ReadError::GivenBack`] for a row whose place is not there or is taken, and for a column that is lost;
    /// [`ReadError`] for a file that cannot be read.
    pub fn with_given_back(mut self, folder: &Path) -> Result<Self, ReadError> {
        self.given_back = read(&self, folder)?;
        Ok(self)
    }

    /// The rows that are given back.
    pub fn given_back(&self) -> &GivenBack {
        &self.given_back
    }
}

//! Reading tables: finding files, decoding, splitting records, parsing cells. METHOD §2.
//!
//! [`find`] looks which tables are there, [`small`] reads the six small ones, and [`tasks`] goes through the ledger
//! in batches, in parallel. Reading never stops at a row that is wrong: the row carries a [`reject::Fault`].
//!
//! A file goes by this way: `stream` reads, hashes and decodes it, and cuts it into chunks of whole records;
//! `scan` finds the records and their lines, and those that are short, long, empty or no text; `frame` hands the
//! whole ones to polars; `layout` knows which column is which; `tasks` and `small` type the cells.

pub mod batch;
mod block;
pub mod date;
mod delimiter;
mod encoding;
mod error;
mod fault;
mod frame;
mod kind;
mod layout;
pub mod list;
mod named;
pub mod number;
mod parquet;
pub mod reject;
pub mod rows;
mod scan;
mod settings;
mod small;
mod source;
mod stream;
mod table;
mod tasks;
mod unpack;
pub mod width;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub use error::ReadError;
pub use source::Progress;
pub use table::{ColumnSpec, TableName};

use crate::policy::Policy;
use batch::TaskBatch;
use block::Block;
use date::DateContext;
use layout::Layout;
use rows::{EventCells, FileInfo, HolidayCells, MeasureCells, Place, PostCells, PriorCells, Row, Table, UnitCells};
use settings::Settings;
use small::RowReader;
use source::{Plan, Reading, SourceFile};

/// The tables that were found, and the tables file.
#[derive(Debug)]
pub struct Sources {
    files: BTreeMap<TableName, SourceFile>,
    settings: Settings,
}

/// The six small tables, where they are there.
#[derive(Debug, Default)]
pub struct Small {
    /// `units`.
    pub units: Option<Table<UnitCells>>,
    /// `posts`.
    pub posts: Option<Table<PostCells>>,
    /// `measures`.
    pub measures: Option<Table<MeasureCells>>,
    /// `events`.
    pub events: Option<Table<EventCells>>,
    /// `prior`.
    pub prior: Option<Table<PriorCells>>,
    /// `holidays`.
    pub holidays: Option<Table<HolidayCells>>,
}

/// The table `tasks`, with what was made of its batches.
#[derive(Debug)]
pub struct TaskTable<J> {
    /// The files it was read from.
    pub files: Vec<FileInfo>,
    /// The heading in the file for each [`batch::TaskColumn`]; blank where it has none.
    pub headings: Vec<String>,
    /// Headings of extra columns that the policy names and the file has.
    pub extra: Vec<String>,
    /// What was made of the batches, in the order of the ledger.
    pub batches: Vec<J>,
}

/// Whether a trimmed cell says nothing: it is empty, or one of the signs that clerks put for that.
pub fn blank(cell: &str) -> bool {
    // Nearly all cells say something: they are longer than `Ｎ／Ａ`, or begin with another character.
    match cell.as_bytes() {
        [] => return true,
        [b'/' | b'-' | b'N' | b'n' | 0x80.., ..] if cell.len() <= "Ｎ／Ａ".len() => {}
        _ => return false,
    }
    let half = width::half(cell);
    matches!(&*half, "" | "/" | "-" | "—" | "——" | "无")
        || half.eq_ignore_ascii_case("N/A")
        || half.eq_ignore_ascii_case("NA")
}

/// A cell without the spaces around it, full-width ones too.
pub fn trim(cell: &str) -> &str {
    match cell.as_bytes() {
        [b'!'..=b'~', .., b'!'..=b'~'] | [b'!'..=b'~'] => cell,
        _ => cell.trim(),
    }
}

/// Finds the tables in a folder, or takes one file as `tasks`, and reads the tables file.
///
/// # Errors
/// [`ReadError`] when there is neither `tasks` nor `measures`, when two files are one table, and for a tables file
/// that says what it cannot say.
pub fn find(data: &Path, tables_file: Option<&Path>) -> Result<Sources, ReadError> {
    let settings = tables_file.map(Settings::load).transpose()?.unwrap_or_default();
    let unreadable = |source| ReadError::Unreadable { path: data.to_owned(), source };
    if !std::fs::metadata(data).map_err(unreadable)?.is_dir() {
        return Ok(Sources { files: BTreeMap::from([(TableName::Tasks, SourceFile::new(data))]), settings });
    }
    let entries = std::fs::read_dir(data).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(unreadable)?;
    let mut paths: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    paths.sort();
    let mut files: BTreeMap<TableName, SourceFile> = BTreeMap::new();
    for path in paths {
        let Some(table) = table_of(&path) else { continue };
        if let Some(first) = files.insert(table, SourceFile::new(&path)) {
            return Err(ReadError::TwoFiles { table: table.id(), first: first.path, second: path });
        }
    }
    if !files.contains_key(&TableName::Tasks) && !files.contains_key(&TableName::Measures) {
        return Err(ReadError::NoTable { folder: data.to_owned() });
    }
    Ok(Sources { files, settings })
}

/// Tables that are given as text of CSV, not as files.
pub fn in_memory<'t>(tables: impl IntoIterator<Item = (TableName, &'t str)>) -> Sources {
    let file = |(table, text): (TableName, &str)| (table, SourceFile::in_memory(&format!("{}.csv", table.id()), text));
    Sources { files: tables.into_iter().map(file).collect(), settings: Settings::default() }
}

fn table_of(path: &Path) -> Option<TableName> {
    TableName::parse(kind::of(path)?.0)
}

impl Sources {
    /// The tables that are there, in order.
    pub fn tables(&self) -> impl Iterator<Item = TableName> {
        self.files.keys().copied()
    }

    /// What the dates of a table depend on: the policy, and the formats of the tables file.
    pub fn dates(&self, policy: &Policy, table: TableName) -> DateContext {
        DateContext::of(policy).with_formats(&self.settings.table(table).date_formats)
    }

    fn layout(
        &self,
        table: TableName,
        file: &SourceFile,
        headings: &[String],
        named: &BTreeSet<String>,
    ) -> Result<Layout, ReadError> {
        Layout::new(table, &file.name, headings, &self.settings.table(table), named)
    }

    fn small<T: Send>(
        &self,
        table: TableName,
        policy: &Policy,
        cells: impl Fn(&mut RowReader<'_>) -> T + Sync,
    ) -> Result<Option<Table<T>>, ReadError> {
        let Some(file) = self.files.get(&table) else { return Ok(None) };
        let context = small::Context { table, policy, dates: self.dates(policy, table), file: 0 };
        let reading: Reading<Vec<Row<T>>> = file.read(&Plan {
            settings: &self.settings.table(table),
            layout: &|headings| self.layout(table, file, headings, &BTreeSet::new()),
            each: &|layout: &Layout, block: Block| small::rows(&context, layout, &block, &cells),
            progress: &|_| {},
        })?;
        let headings = reading.layout.headings();
        Ok(Some(Table { files: vec![reading.info], headings, rows: reading.parts.into_iter().flatten().collect() }))
    }
}

/// Reads the six small tables.
///
/// # Errors
/// [`ReadError`] for a file that cannot be read or lacks a column.
pub fn small(sources: &Sources, policy: &Policy) -> Result<Small, ReadError> {
    Ok(Small {
        units: sources.small(TableName::Units, policy, small::unit)?,
        posts: sources.small(TableName::Posts, policy, small::post)?,
        measures: sources.small(TableName::Measures, policy, small::measure)?,
        events: sources.small(TableName::Events, policy, small::event)?,
        prior: sources.small(TableName::Prior, policy, small::prior)?,
        holidays: sources.small(TableName::Holidays, policy, small::holiday)?,
    })
}

/// Reads `tasks` in batches, as many at a time as there are threads, and makes something of each.
///
/// `each` may be called again for the same rows, when the file turns out to be in another encoding than it began in;
/// what it made of them before is dropped.
///
/// # Errors
/// [`ReadError`] for a file that cannot be read or lacks a column.
pub fn tasks<J: Send>(
    sources: &Sources,
    policy: &Policy,
    each: impl Fn(TaskBatch) -> J + Sync,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Option<TaskTable<J>>, ReadError> {
    let table = TableName::Tasks;
    let Some(file) = sources.files.get(&table) else { return Ok(None) };
    let context = tasks::Context { policy, dates: sources.dates(policy, table), file: 0, stem: &file.stem };
    let named = named::named_columns(policy);
    let reading = file.read(&Plan {
        settings: &sources.settings.table(table),
        layout: &|headings| sources.layout(table, file, headings, &named),
        each: &|layout: &Layout, block: Block| each(tasks::batch(&context, layout, block)),
        progress,
    })?;
    let extra = reading.layout.named.keys().filter(|name| table.column(name).is_none()).cloned().collect();
    Ok(Some(TaskTable {
        files: vec![reading.info],
        headings: reading.layout.headings(),
        extra,
        batches: reading.parts,
    }))
}

/// The cells of rows as they were, each row as one CSV record: a second pass over the table's files, for rows that
/// later stages reject.
///
/// # Errors
/// [`ReadError`] for a file that can no longer be read.
pub fn records(
    sources: &Sources,
    table: TableName,
    places: &BTreeSet<Place>,
) -> Result<BTreeMap<Place, String>, ReadError> {
    let mut records = BTreeMap::new();
    let Some(file) = sources.files.get(&table).filter(|_| !places.is_empty()) else { return Ok(records) };
    let lines: BTreeSet<u64> = places.iter().filter(|place| place.file == 0).map(|place| place.line).collect();
    file.records(&sources.settings.table(table), &lines, &mut |line, record| {
        records.insert(Place { file: 0, line }, record);
    })?;
    Ok(records)
}

#[cfg(test)]
mod tests;

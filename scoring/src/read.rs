//! Reading tables: finding files, decoding, splitting records, parsing cells. METHOD §2.
//!
//! [`find`] looks which tables are there, [`small`] reads the six small ones, and [`tasks`] goes through the ledger
//! in batches, in parallel. Reading never stops at a row that is wrong: the row carries a [`reject::Fault`].
//!
//! A file goes by this way: `stream` reads and decodes it, and cuts it into chunks of whole records, which are hashed
//! in their order; `split` finds the records and their lines, those that are short, long, empty or no text, and the
//! places of cells, by the rules of `scan`, or in the shorter way of `regular` where text is as nearly all text is;
//! `layout` knows which column is which; `tasks` and `small` type the cells.

pub mod aliases;
pub mod batch;
mod block;
mod coding;
mod columns;
pub mod date;
mod delimiter;
mod eight;
mod encoding;
mod error;
mod fault;
mod find;
mod float;
mod foreign;
pub mod given_back;
mod hash;
mod kind;
mod layout;
mod limits;
pub mod list;
mod named;
pub mod names;
pub mod number;
mod numbered;
mod parquet;
pub mod pass;
mod propose;
mod regular;
pub mod reject;
pub mod rows;
mod scan;
mod separators;
mod settings;
mod sideways;
mod small;
mod source;
mod split;
mod stream;
pub mod sums;
mod table;
mod tasks;
mod total;
mod typed;
mod unpack;
pub mod width;
mod workbook;

use std::collections::{BTreeMap, BTreeSet};

pub use columns::{FileColumns, cells, numbered_headings};
pub use error::ReadError;
pub use find::{find, in_memory};
pub use foreign::hush_caught_panics;
pub use propose::propose;
pub use source::Progress;
pub use table::{ColumnSpec, TableName};

use crate::policy::Policy;
use aliases::Aliases;
use block::Block;
use date::DateContext;
use given_back::GivenBack;
use layout::Layout;
use pass::{Desk, Desks, Pass};
use rows::{
    EventCells, FileInfo, Headings, HolidayCells, MeasureCells, Place, PostCells, PriorCells, Row, Table, UnitCells,
};
use settings::Settings;
use small::RowReader;
use source::{Plan, Reading, SourceFile};
use sums::Totals;

/// The tables that were found, and the tables file.
#[derive(Debug)]
pub struct Sources {
    /// The files of each table, in the order in which they are read.
    files: BTreeMap<TableName, Vec<SourceFile>>,
    settings: Settings,
    /// Rows in the place of rows of the files.
    given_back: GivenBack,
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
    /// Other names of units, by the tables file.
    pub unit_aliases: Aliases,
    /// Other names of persons.
    pub person_aliases: Aliases,
}

/// The table `tasks`, with what a pass made of its batches.
#[derive(Debug)]
pub struct TaskTable<P: Pass> {
    /// The files it was read from.
    pub files: Vec<FileInfo>,
    /// The headings of each [`batch::TaskColumn`].
    pub headings: Headings,
    /// The sums of the columns of numbers of each file.
    pub totals: BTreeMap<u16, Totals>,
    /// Those who worked on the batches, with the names that they met.
    pub desks: Vec<Desk<P::Worker>>,
    /// What was made of the batches, in the order of the ledger.
    pub parts: Vec<P::Part>,
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

/// A word for yes or no. METHOD §5 (flag).
pub fn flag(word: &str) -> Option<bool> {
    match word {
        "是" | "yes" | "y" | "true" | "1" | "√" => Some(true),
        "否" | "no" | "n" | "false" | "0" | "×" => Some(false),
        _ => None,
    }
}

/// A cell without the spaces around it, full-width ones too.
pub fn trim(cell: &str) -> &str {
    match cell.as_bytes() {
        [b'!'..=b'~', .., b'!'..=b'~'] | [b'!'..=b'~'] => cell,
        _ => cell.trim(),
    }
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
        let Some(files) = self.files.get(&table) else { return Ok(None) };
        let settings = self.settings.table(table);
        let mut read = Table { files: Vec::new(), headings: Headings::default(), rows: Vec::new() };
        for (place, file) in numbered(files) {
            let given = self.given_back.of(table, place);
            let context = small::Context { table, policy, dates: self.dates(policy, table), file: place };
            let reading: Reading<Vec<Row<T>>> = file.read(&Plan {
                table,
                settings: &settings,
                layout: &|headings| self.layout(table, file, headings, &BTreeSet::new()),
                each: &|layout: &Layout, _, block: Block| {
                    small::rows(&context, layout, &block.with_rows(given, layout), &cells)
                },
                progress: &|_| {},
            })?;
            read.files.push(reading.info);
            read.headings.push(reading.layout.headings());
            read.rows.extend(reading.parts.into_iter().flatten());
        }
        Ok(Some(read))
    }
}

/// Files with their places in the list of a table's files.
fn numbered(files: &[SourceFile]) -> impl Iterator<Item = (u16, &SourceFile)> {
    (0..).zip(files)
}

/// Reads the six small tables.
///
/// # Errors
/// [`ReadError`] for a file that cannot be read or lacks a column, and for an alias that is a name, or of none.
pub fn small(sources: &Sources, policy: &Policy) -> Result<Small, ReadError> {
    let units = sources.small(TableName::Units, policy, small::unit)?;
    let posts = sources.small(TableName::Posts, policy, small::post)?;
    let aliases = |table| sources.settings.table(table).aliases;
    let (unit_aliases, person_aliases) = (aliases(TableName::Units), aliases(TableName::Posts));
    units.as_ref().map_or(Ok(()), |table| unit_aliases.check_units(table))?;
    posts.as_ref().map_or(Ok(()), |table| person_aliases.check_posts(table))?;
    Ok(Small {
        units,
        posts,
        measures: sources.small(TableName::Measures, policy, small::measure)?,
        events: sources.small(TableName::Events, policy, small::event)?,
        prior: sources.small(TableName::Prior, policy, small::prior)?,
        holidays: sources.small(TableName::Holidays, policy, small::holiday)?,
        unit_aliases,
        person_aliases,
    })
}

/// Reads `tasks` in batches, as many at a time as there are threads, and shows each to a pass.
///
/// `begin` begins the pass, and begins it again when a file turns out to be in another encoding than it began in.
///
/// # Errors
/// [`ReadError`] for a file that cannot be read or lacks a column.
pub fn tasks<P: Pass>(
    sources: &Sources,
    policy: &Policy,
    begin: &mut dyn FnMut() -> P,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Option<(P, TaskTable<P>)>, ReadError> {
    let Some(files) = sources.files.get(&TableName::Tasks) else { return Ok(None) };
    let named = named::named_columns(policy);
    loop {
        let pass = begin();
        if let Some(table) = go_through(sources, files, policy, &named, &pass, progress)? {
            return Ok(Some((pass, table)));
        }
    }
}

/// Shows all batches to a pass; `None` when a file turned out to be in another encoding, so that it has to begin again.
fn go_through<P: Pass>(
    sources: &Sources,
    files: &[SourceFile],
    policy: &Policy,
    named: &BTreeSet<String>,
    pass: &P,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Option<TaskTable<P>>, ReadError> {
    let table = TableName::Tasks;
    let settings = sources.settings.table(table);
    let desks = Desks::new();
    let total_bytes = files.iter().map(SourceFile::total_bytes).sum();
    let (mut bytes_before, mut rows_before) = (0, 0);
    let (mut infos, mut headings, mut parts) = (Vec::new(), Headings::default(), Vec::new());
    for (place, file) in numbered(files) {
        let (dates, given) = (sources.dates(policy, table), sources.given_back.of(table, place));
        let context = tasks::Context { policy, dates, file: place, stem: &file.stem };
        let parts_before = parts.len();
        let reading = file.read_once(&Plan {
            table,
            settings: &settings,
            layout: &|headings| sources.layout(table, file, headings, named),
            each: &|layout: &Layout, number, block: Block| {
                desks.work(
                    || pass.worker(),
                    |desk| {
                        let batch = tasks::batch(&context, layout, block.with_rows(given, layout), &mut desk.names);
                        sums::add_batch(desk.totals.entry(place).or_default(), &batch);
                        pass.batch(&mut desk.worker, &desk.names, parts_before + number, batch)
                    },
                )
            },
            progress: &|Progress { bytes, rows, .. }| {
                progress(Progress { bytes: bytes_before + bytes, total_bytes, rows: rows_before + rows });
            },
        })?;
        let Some(reading) = reading else { return Ok(None) };
        bytes_before += file.total_bytes();
        rows_before += reading.info.rows;
        infos.push(reading.info);
        headings.push(reading.layout.headings());
        parts.extend(reading.parts);
    }
    let (desks, mut totals) = desks.clear();
    for (place, totals) in &mut totals {
        if let Some(columns) = headings.file(*place) {
            sums::forget_filled(totals, &settings.sheets.fill_down, columns);
        }
    }
    Ok(Some(TaskTable { files: infos, headings, totals, desks, parts }))
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
    let files = sources.files.get(&table).map(Vec::as_slice).unwrap_or_default();
    for (place, file) in numbered(files) {
        let here = places.iter().filter(|wanted| wanted.file == place);
        let lines: BTreeSet<u64> = here.map(|wanted| wanted.line).collect();
        if !lines.is_empty() {
            file.records(&sources.settings.table(table), &lines, &mut |line, record| {
                records.insert(Place { file: place, line }, record);
            })?;
            let given = sources.given_back.of(table, place).into_iter().flatten();
            let given = given.filter(|(line, _)| lines.contains(line));
            records.extend(given.map(|(line, row)| (Place { file: place, line: *line }, row.record())));
        }
    }
    Ok(records)
}

#[cfg(test)]
mod tests;

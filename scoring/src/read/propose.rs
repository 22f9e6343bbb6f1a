//! A tables file that a ledger may need: proposed from its headings and cells, for a person to confirm.
//!
//! Reading needs its columns; this does not, so it helps where reading fails. Nothing here is used by a run: what it
//! proposes is text, and what it is not sure of stands behind `#`.

mod cells;
mod columns;
mod lines;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::block::Block;
use super::delimiter;
use super::error::ReadError;
use super::layout::Layout;
use super::settings::TableSettings;
use super::source::{Plan, Reading, SourceFile};
use super::table::{ColumnSpec, TableName};
use super::{Sources, named, trim};
use crate::policy::Policy;
use cells::{Cells, Context, Evidence};
use columns::Near;
use lines::Section;

/// What was found out about a table.
#[derive(Debug, Default)]
struct Looked {
    files: Vec<Headings>,
    cells: Cells,
    /// Files that cannot be looked at, and why.
    failed: Vec<ReadError>,
}

/// What the headings of a file show.
#[derive(Debug, Clone, Default)]
struct Headings {
    file: String,
    near: Vec<Near>,
    /// Columns that must be there, and that no heading is near to.
    missing: Vec<&'static str>,
    /// A delimiter that parts the one heading of the file, and whether a part is a standard heading.
    delimiter: Option<(u8, bool)>,
    /// Headings that the tables file names and the file lacks, by column id.
    lost: Vec<(&'static str, String)>,
}

/// Proposes a tables file for a ledger, as commented TOML: headings that are near to standard ones, words and units
/// that are near to known ones, formats of dates, delimiters and encodings, each with its evidence.
pub fn propose(sources: &Sources, policy: &Policy) -> String {
    let looked: BTreeMap<TableName, Looked> =
        sources.tables().map(|table| (table, look_at(sources, policy, table))).collect();
    let mut sections: BTreeMap<TableName, Section> = BTreeMap::new();
    let mut units: BTreeMap<&str, Evidence> = BTreeMap::new();
    for (table, found) in &looked {
        let known = cells::known_words(*table, policy);
        sections.insert(*table, lines::of_table(*table, found, &known, &sources.settings.table(*table)));
        for (name, evidence) in &found.cells.units {
            units.entry(name).and_modify(|kept| kept.cells += evidence.cells).or_insert_with(|| evidence.clone());
        }
    }
    if let Some(found) = looked.get(&TableName::Units) {
        let aliases = &sources.settings.table(TableName::Units).aliases;
        units.retain(|name, _| aliases.find(name).is_none());
        sections.entry(TableName::Units).or_default().aliases = lines::aliases(&units, &found.cells.known_units);
    }
    lines::text(&sections)
}

fn look_at(sources: &Sources, policy: &Policy, table: TableName) -> Looked {
    let settings = sources.settings.table(table);
    let reserved = match table {
        TableName::Tasks => named::named_columns(policy),
        _ => BTreeSet::new(),
    };
    let look = Look { table, reserved, dates: sources.dates(policy, table), words: cells::known_words(table, policy) };
    let mut looked = Looked::default();
    for file in sources.files.get(&table).into_iter().flatten() {
        match look.file(file, &settings) {
            Ok((headings, cells)) => {
                looked.files.push(headings);
                looked.cells.merge(cells);
            }
            Err(error) => looked.failed.push(error),
        }
    }
    looked
}

/// What files of a table are looked at by.
struct Look {
    table: TableName,
    /// Headings that the policy names itself.
    reserved: BTreeSet<String>,
    dates: super::date::DateContext,
    words: BTreeMap<&'static str, Vec<String>>,
}

impl Look {
    /// Looks at a file; once more where its one heading is parted by a delimiter that is not recognised by itself.
    fn file(&self, file: &SourceFile, settings: &TableSettings) -> Result<(Headings, Cells), ReadError> {
        let (headings, cells) = self.once(file, settings)?;
        match headings.delimiter {
            Some((byte, true)) => {
                let settings = TableSettings { delimiter: Some(byte), ..settings.clone() };
                let (again, cells) = self.once(file, &settings)?;
                Ok((Headings { delimiter: headings.delimiter, ..again }, cells))
            }
            _ => Ok((headings, cells)),
        }
    }

    /// Looks at a file by the headings that have the columns that must be there; in a workbook they stand below a
    /// title. Where there are none, by those that a run would blame.
    fn once(&self, file: &SourceFile, settings: &TableSettings) -> Result<(Headings, Cells), ReadError> {
        let last: RefCell<Vec<String>> = RefCell::default();
        let complete = self.by_headings(file, settings, &|headings, layout| {
            last.replace(headings.to_vec());
            let mut columns = self.table.columns().iter().enumerate();
            columns.all(|(place, spec)| !self.must_be_there(spec, settings) || layout.column(place).is_some())
        });
        complete.or_else(|_| self.by_headings(file, settings, &|headings, _| *last.borrow() == *headings))
    }

    fn must_be_there(&self, spec: &ColumnSpec, settings: &TableSettings) -> bool {
        spec.required && !(settings.ids_from_rows && spec.id == "task_id")
    }

    /// Looks at a file by the headings that fit.
    fn by_headings(
        &self,
        file: &SourceFile,
        settings: &TableSettings,
        fit: &dyn Fn(&[String], &Layout) -> bool,
    ) -> Result<(Headings, Cells), ReadError> {
        let seen: RefCell<Headings> = RefCell::default();
        let context = Context { table: self.table, file: &file.name, dates: &self.dates, words: &self.words };
        let reading: Reading<Cells> = file.read(&Plan {
            table: self.table,
            settings,
            layout: &|headings| {
                let found = self.headings(file, headings, settings);
                let mut more = settings.clone();
                for near in found.near.iter().filter(|near| near.sure) {
                    more.columns.extend(near.headings.first().map(|heading| (near.id, heading.clone())));
                }
                let layout = Layout::of_what_is_there(self.table, headings, &more);
                if !fit(headings, &layout) {
                    return Err(ReadError::NoHeader { file: file.name.clone() });
                }
                seen.replace(found);
                Ok(layout)
            },
            each: &|layout: &Layout, _, block: Block| Cells::of(&context, layout, &block),
            progress: &|_| {},
        })?;
        let mut cells = Cells::default();
        reading.parts.into_iter().for_each(|later| cells.merge(later));
        Ok((seen.into_inner(), cells))
    }

    fn headings(&self, file: &SourceFile, headings: &[String], settings: &TableSettings) -> Headings {
        let layout = Layout::of_what_is_there(self.table, headings, settings);
        let near = columns::near(self.table, headings, &layout, &self.reserved);
        let columns = self.table.columns().iter().enumerate();
        let missing = columns.filter(|(place, spec)| {
            let near = near.iter().any(|near| near.id == spec.id);
            self.must_be_there(spec, settings) && layout.column(*place).is_none() && !near
        });
        let delimiter = match (settings.delimiter, headings) {
            (None, [one]) if !file.is_workbook() => self.delimiter(one),
            _ => None,
        };
        let lost = settings.columns.iter().filter(|(id, mapped)| {
            let column = self.table.column(id).and_then(|place| layout.column(place));
            column.is_none_or(|column| column.heading != **mapped)
        });
        Headings {
            file: file.name.clone(),
            missing: missing.map(|(_, spec)| spec.id).collect(),
            delimiter,
            lost: lost.map(|(id, heading)| (*id, heading.clone())).collect(),
            near,
        }
    }

    /// The delimiter that parts a heading into most parts.
    fn delimiter(&self, heading: &str) -> Option<(u8, bool)> {
        let parts = |byte: u8| heading.split(char::from(byte)).map(trim);
        let most = delimiter::NAMED.into_iter().max_by_key(|byte| parts(*byte).count())?;
        let is_standard =
            |part: &str| self.table.columns().iter().any(|spec| spec.id == part || spec.aliases.contains(&part));
        (parts(most).count() > 1).then(|| (most, parts(most).any(is_standard)))
    }
}

#[cfg(test)]
mod tests;

//! What the cells of a file show: words that nobody knows, dates in other formats, units by other names.

use std::collections::{BTreeMap, BTreeSet};

use super::super::block::{Block, Broken};
use super::super::date::{self, DateContext, YearLast};
use super::super::layout::{Column, Layout};
use super::super::list;
use super::super::table::TableName;
use super::super::tasks::STATUS_WORDS;
use super::super::width::half;
use crate::policy::{Policy, Source};
use crate::terms::{Post, SubjectKind};

/// Different words or names of a column that are kept for some rows; what comes after is not proposed for.
const MOST_DIFFERENT: usize = 10_000;

/// Formats that name the month or go from the year down, so that they can mean one day alone.
const PLAIN_FORMATS: [&str; 6] = ["%Y年%m月%d号", "%Y %m %d", "%Y_%m_%d", "%d %b %Y", "%d-%b-%Y", "%b %d, %Y"];

/// How often something stands, and where first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Evidence {
    pub cells: u64,
    /// File and line.
    pub place: String,
    /// The cell, as it stands there first.
    pub cell: String,
}

/// Dates with the year last, by what separates their numbers.
#[derive(Debug, Clone, Default)]
pub(super) struct Orders {
    /// That can be read in both orders.
    pub either: Option<Evidence>,
    /// That are a day with the day first alone.
    pub day_first: Option<Evidence>,
    /// That are a day with the month first alone.
    pub month_first: Option<Evidence>,
}

/// What some rows show.
#[derive(Debug, Default)]
pub(super) struct Cells {
    /// Words of columns of words that are none of those known, by column and word.
    pub words: BTreeMap<(&'static str, String), Evidence>,
    /// Dates with the year last, by their two formats.
    pub orders: BTreeMap<[String; 2], Orders>,
    /// Dates in other formats, by format.
    pub formats: BTreeMap<&'static str, Evidence>,
    /// Names of units, in half width.
    pub units: BTreeMap<String, Evidence>,
    /// Ids and names of the rows of `units`.
    pub known_units: Vec<(String, String)>,
    /// Rows with bytes that are no text.
    pub undecodable: Option<Evidence>,
    pub rows: u64,
}

/// What cells are looked at by.
pub(super) struct Context<'a> {
    pub table: TableName,
    pub file: &'a str,
    pub dates: &'a DateContext,
    /// The words that columns of words know, by column id.
    pub words: &'a BTreeMap<&'static str, Vec<String>>,
}

/// The words that the columns of a table know, where they know any.
pub(super) fn known_words(table: TableName, policy: &Policy) -> BTreeMap<&'static str, Vec<String>> {
    let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let kinds: Vec<&str> = SubjectKind::ALL.iter().flat_map(|kind| [kind.id(), kind.zh()]).collect();
    let mut words = BTreeMap::new();
    match table {
        TableName::Tasks => {
            if let Some(levels) = &policy.levels {
                words.insert("level", levels.weights.iter().map(|(name, _)| name.clone()).collect());
            }
            words.insert("status", own(&STATUS_WORDS));
        }
        TableName::Posts => {
            let posts: Vec<&str> = Post::ALL.iter().flat_map(|post| [post.id(), post.zh()]).collect();
            words.insert("post", own(&[&posts[..], &["第一责任人", "直接责任人"]].concat()));
        }
        TableName::Measures => {
            words.insert("subject_kind", own(&kinds));
            words.insert("indicator", measured(policy));
        }
        TableName::Events => {
            words.insert("subject_kind", own(&kinds));
            words.insert("code", policy.events.iter().map(|event| event.code.clone()).collect());
        }
        TableName::Prior => {
            words.insert("subject_kind", own(&kinds));
        }
        TableName::Holidays => {
            words.insert("kind", own(&["rest", "休", "work", "班"]));
        }
        TableName::Units => {}
    }
    words
}

/// The ids of indicators that measures can give.
fn measured(policy: &Policy) -> Vec<String> {
    let sections = policy.unit.sections.iter().chain(&policy.person.sections);
    let places: BTreeSet<usize> = sections
        .filter(|section| section.source == Source::Measures)
        .flat_map(|section| section.indicators.iter().copied())
        .collect();
    places.into_iter().filter_map(|place| policy.indicators.get(place)).map(|known| known.id.clone()).collect()
}

/// Whether a column holds dates.
fn is_date(id: &str) -> bool {
    id.ends_with("_on") || matches!(id, "extended_to" | "from" | "to" | "date")
}

/// Whether a column names units.
fn names_units(table: TableName, id: &str) -> bool {
    match table {
        TableName::Tasks => matches!(id, "lead_unit" | "co_units"),
        TableName::Units => id == "parent_id",
        TableName::Posts => id == "unit_id",
        _ => id == "subject_id",
    }
}

impl Cells {
    /// Looks at some rows.
    pub fn of(context: &Context<'_>, layout: &Layout, block: &Block) -> Self {
        let mut cells = Self { rows: block.lines.len() as u64, ..Self::default() };
        for (row, _) in block.broken.iter().filter(|(_, broken)| *broken == Broken::Encoding) {
            note(&mut cells.undecodable, || context.place(block, *row), "");
        }
        let persons = persons(context.table, layout, block);
        for (place, spec) in context.table.columns().iter().enumerate() {
            let Some(column) = layout.column(place) else { continue };
            let rows = block.cells(column.index).map(|cell| column.cell(cell)).enumerate();
            for (row, cell) in rows.filter_map(|(row, cell)| Some((row, cell?))) {
                let place = || context.place(block, row);
                if is_date(spec.id) {
                    cells.date(cell, context.dates, &place);
                } else if names_units(context.table, spec.id) && !persons.get(row).copied().unwrap_or_default() {
                    cells.units(cell, context.table, &place);
                } else if context.words.get(spec.id).is_some_and(|known| !known.iter().any(|word| word == cell)) {
                    insert(&mut cells.words, (spec.id, cell.to_owned()), cell, &place);
                }
            }
        }
        cells.known_units = known_units(context.table, layout, block);
        cells
    }

    fn units(&mut self, cell: &str, table: TableName, place: &dyn Fn() -> String) {
        let cell = half(cell);
        if table != TableName::Tasks {
            return insert(&mut self.units, cell.clone().into_owned(), &cell, place);
        }
        for name in list::names(&cell) {
            insert(&mut self.units, name.to_owned(), name, place);
        }
    }

    fn date(&mut self, cell: &str, dates: &DateContext, place: &dyn Fn() -> String) {
        let cell = half(cell);
        if date::parse(&cell, dates).is_ok() {
            return;
        }
        for part in list::split_dates(&cell).filter(|part| date::parse(part, dates).is_err()) {
            if let Some(written) = YearLast::of(part) {
                let orders = self.orders.entry(written.formats()).or_default();
                let kept = match (written.day_first, written.month_first) {
                    (Some(_), Some(_)) => &mut orders.either,
                    (Some(_), None) => &mut orders.day_first,
                    (None, _) => &mut orders.month_first,
                };
                note(kept, place, part);
            } else if let Some(format) = PLAIN_FORMATS.iter().find(|format| date::is_in(part, format)) {
                insert(&mut self.formats, *format, part, place);
            }
        }
    }

    /// Adds what rows show that come after these.
    pub fn merge(&mut self, later: Self) {
        merge_all(&mut self.words, later.words);
        merge_all(&mut self.formats, later.formats);
        merge_all(&mut self.units, later.units);
        for (formats, orders) in later.orders {
            let own = self.orders.entry(formats).or_default();
            merge(&mut own.either, orders.either);
            merge(&mut own.day_first, orders.day_first);
            merge(&mut own.month_first, orders.month_first);
        }
        merge(&mut self.undecodable, later.undecodable);
        self.known_units.extend(later.known_units);
        self.rows += later.rows;
    }
}

impl Context<'_> {
    fn place(&self, block: &Block, row: usize) -> String {
        format!("{}:{}", self.file, block.lines.get(row).copied().unwrap_or_default())
    }
}

/// The cells of a column by its id.
fn column<'a>(table: TableName, layout: &'a Layout, id: &str) -> Option<&'a Column> {
    layout.column(table.column(id)?)
}

/// Rows whose subject is a person, who is no unit.
fn persons(table: TableName, layout: &Layout, block: &Block) -> Vec<bool> {
    let Some(column) = column(table, layout, "subject_kind") else { return Vec::new() };
    let is_person =
        |cell: Option<&str>| column.cell(cell).is_some_and(|word| SubjectKind::parse(word) != Some(SubjectKind::Unit));
    block.cells(column.index).map(is_person).collect()
}

fn known_units(table: TableName, layout: &Layout, block: &Block) -> Vec<(String, String)> {
    let Some(ids) = column(table, layout, "unit_id").filter(|_| table == TableName::Units) else { return Vec::new() };
    let names = column(table, layout, "name");
    let names: Vec<Option<&str>> =
        names.into_iter().flat_map(|column| block.cells(column.index).map(|cell| column.cell(cell))).collect();
    let unit = |(row, id): (usize, Option<&str>)| {
        let id = half(ids.cell(id)?).into_owned();
        let name = names.get(row).copied().flatten().unwrap_or(&id).to_owned();
        Some((id, name))
    };
    block.cells(ids.index).enumerate().filter_map(unit).collect()
}

fn note(kept: &mut Option<Evidence>, place: impl Fn() -> String, cell: &str) {
    match kept {
        Some(evidence) => evidence.cells += 1,
        None => *kept = Some(Evidence { cells: 1, place: place(), cell: cell.to_owned() }),
    }
}

fn insert<K: Ord>(all: &mut BTreeMap<K, Evidence>, key: K, cell: &str, place: &dyn Fn() -> String) {
    if let Some(evidence) = all.get_mut(&key) {
        evidence.cells += 1;
    } else if all.len() < MOST_DIFFERENT {
        all.insert(key, Evidence { cells: 1, place: place(), cell: cell.to_owned() });
    }
}

fn merge(kept: &mut Option<Evidence>, later: Option<Evidence>) {
    match (kept.as_mut(), later) {
        (Some(kept), Some(later)) => kept.cells += later.cells,
        (None, later) => *kept = later,
        (Some(_), None) => {}
    }
}

fn merge_all<K: Ord>(all: &mut BTreeMap<K, Evidence>, later: BTreeMap<K, Evidence>) {
    for (key, evidence) in later {
        all.entry(key).and_modify(|kept| kept.cells += evidence.cells).or_insert(evidence);
    }
}

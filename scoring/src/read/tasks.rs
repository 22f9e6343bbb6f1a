//! Rows of `tasks` as typed columns, and what their cells alone get wrong. METHOD §2.

mod levels;

use std::collections::BTreeMap;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::batch::{Dictionary, ListColumn, Making, NumberColumn, TaskBatch, TaskColumn, TextColumn, Texts};
use super::block::Block;
use super::coding::{Coding, bytes, codes, is_one, text_at};
use super::date::{self, DateContext, DateFault};
use super::fault::{self, At};
use super::layout::{self, Column, Layout};
use super::names::Names;
use super::reject::Fault;
use super::typed::{CodedTexts, Values};
use super::width::half;
use super::{list, number};
use crate::moment::Moment;
use crate::number::Number;
use crate::policy::Policy;

/// Words that `status` may hold.
pub(super) const STATUS_WORDS: [&str; 5] = ["active", "exempt", "免责", "cancelled", "取消"];

/// What rows are read by.
pub(super) struct Context<'a> {
    pub policy: &'a Policy,
    pub dates: DateContext,
    /// The file, as a place in the table's files.
    pub file: u16,
    /// Its name without ending, for ids made from lines.
    pub stem: &'a str,
}

/// Types the columns of some rows; `names` gets the units and persons that are not in it yet.
pub(super) fn batch(context: &Context<'_>, layout: &Layout, block: Block, names: &mut Dictionary) -> TaskBatch {
    let mut typing = Typing { context, layout, block: &block, faults: BTreeMap::new() };
    for (row, broken) in &block.broken {
        typing.fault(*row, fault::of_record(*broken, layout));
    }
    let task_id = typing.task_ids();
    let parent_id = typing.ids(TaskColumn::ParentId);
    let levels = typing.levels();
    let lead_unit = typing.lead_units(&mut names.units);
    let co_units = typing.names(TaskColumn::CoUnits, &mut names.units);
    let persons = [TaskColumn::Principal, TaskColumn::Deputy, TaskColumn::Staff]
        .map(|column| typing.names(column, &mut names.persons));
    let weight = typing.weights();
    let dates = TaskColumn::DATES.into_iter().filter_map(|column| Some((column, typing.dates(column)?))).collect();
    let extended_to = typing.date_lists(TaskColumn::ExtendedTo);
    let extension_approved_on = typing.date_lists(TaskColumn::ExtensionApprovedOn);
    typing.check_approvals(extended_to.as_ref(), extension_approved_on.as_ref());
    let numbers =
        TaskColumn::NUMBERS.into_iter().filter_map(|column| Some((column, typing.numbers(column)?))).collect();
    typing.check_status();
    let texts = typing.texts();
    let faults = typing.faults.into_iter().collect();
    TaskBatch {
        file: context.file,
        faults,
        task_id,
        parent_id,
        levels,
        lead_unit,
        co_units,
        persons,
        weight,
        dates,
        extended_to,
        extension_approved_on,
        numbers,
        texts,
        lines: block.lines,
        records: block.records,
    }
}

struct Typing<'a> {
    context: &'a Context<'a>,
    layout: &'a Layout,
    block: &'a Block,
    faults: BTreeMap<usize, Fault>,
}

impl<'a> Typing<'a> {
    fn fault(&mut self, row: usize, fault: Fault) {
        let mut kept = self.faults.remove(&row);
        Fault::first(&mut kept, fault);
        self.faults.extend(kept.map(|fault| (row, fault)));
    }

    fn at(&self, column: TaskColumn) -> At<'a> {
        At::column(self.layout, column.place())
    }

    /// The cells of a column with their rows; `None` when the file lacks it.
    fn cells(&self, column: TaskColumn) -> Option<impl Iterator<Item = (usize, Option<&'a str>)> + use<'a>> {
        let column = self.layout.column(column.place())?;
        Some(self.block.cells(column.index).map(|cell| column.cell(cell)).enumerate())
    }

    /// The places of a column's cells in the text that they are parts of, where nothing turns words into others: then
    /// a cell that is read by its bytes alone is read as it is meant.
    fn places(&self, column: TaskColumn) -> Option<(&'a str, impl Iterator<Item = Range<u32>> + use<'a>)> {
        let column = self.layout.column(column.place()).filter(|column| !column.changes_words())?;
        self.block.places(column.index)
    }

    /// What each cell of a column says: what `quick` makes of its bytes, as it does of nearly all of them, or else what
    /// `other` makes of its row and its text.
    fn each<T, C: Making<T>>(
        &mut self,
        column: TaskColumn,
        quick: impl Fn(&[u8]) -> Option<T>,
        other: impl Fn(&mut Self, usize, &str) -> Option<T>,
    ) -> Option<C> {
        let Some((text, places)) = self.places(column) else {
            let cells = self.cells(column)?;
            let read = |(row, cell): (usize, Option<&str>)| {
                cell.and_then(|cell| quick(cell.as_bytes()).or_else(|| other(self, row, cell)))
            };
            let mut made = C::with_room(cells.size_hint().0);
            cells.map(read).for_each(|cell| made.add(cell));
            return Some(made);
        };
        let mut made = C::with_room(self.block.lines.len());
        // Each value is put in its place where it is known, so that none is moved there from elsewhere.
        places.enumerate().for_each(|(row, place)| {
            let bytes = bytes(text, &place);
            if let Some(value) = quick(bytes) {
                made.add(Some(value));
            } else if bytes.is_empty() {
                made.add(None);
            } else {
                let cell = text_at(text, &place);
                made.add(cell.and_then(|cell| other(self, row, cell)));
            }
        });
        Some(made)
    }

    /// A column of values that say what they mean without their texts.
    fn values(&self, column: TaskColumn) -> Option<&'a Values> {
        self.block.plain(self.as_written(column)?)
    }

    /// A column of texts that have codes, of which each means the same in all rows.
    fn coded(&self, column: TaskColumn) -> Option<&'a CodedTexts> {
        self.block.coded(self.as_written(column)?)
    }

    /// A column of ids that are short and plain.
    fn short_ids(&self, column: TaskColumn) -> Option<TextColumn> {
        self.block.short_ids(self.as_written(column)?)
    }

    /// The place of a column whose words nothing turns into others.
    fn as_written(&self, column: TaskColumn) -> Option<usize> {
        let column = self.layout.column(column.place()).filter(|column| !column.changes_words())?;
        Some(column.index)
    }

    /// Whether all cells of a column pass, where a look at each text shows it.
    fn all_pass(&self, column: TaskColumn, passes: impl Fn(Option<&str>) -> bool) -> bool {
        self.coded(column).is_some_and(|texts| texts.cells().all(passes))
    }

    fn rows(&self) -> std::ops::Range<usize> {
        0..self.block.lines.len()
    }

    /// A column for texts of the rows.
    fn text_column(&self) -> TextColumn {
        TextColumn::with_room(self.block.lines.len(), self.block.text())
    }

    fn task_ids(&mut self) -> TextColumn {
        let mut ids = self.text_column();
        if self.layout.ids_from_rows {
            for line in &self.block.lines {
                ids.push(Some(&format!("{}:{line}", self.context.stem)));
            }
            return ids;
        }
        if let Some(ids) = self.short_ids(TaskColumn::TaskId) {
            return ids;
        }
        if self.push_quick_ids(TaskColumn::TaskId, &mut ids) {
            return ids;
        }
        let mut missing = Vec::new();
        self.cells(TaskColumn::TaskId).into_iter().flatten().skip(ids.len()).for_each(|(row, cell)| {
            push_id(&mut ids, cell);
            missing.extend(cell.is_none().then_some(row));
        });
        for row in missing {
            self.fault(row, self.at(TaskColumn::TaskId).missing("give the task an id that no other task has"));
        }
        ids
    }

    /// Adds the ids of a column up to the first that is blank or that has spaces around it or characters in full width.
    /// Gives whether these are all.
    fn push_quick_ids(&self, column: TaskColumn, ids: &mut TextColumn) -> bool {
        let Some((text, mut places)) = self.places(column) else { return false };
        places.all(|place| {
            let cell = bytes(text, &place);
            let is_quick = layout::is_plain(cell) && cell.is_ascii();
            if is_quick {
                ids.push_part(place);
            }
            is_quick
        })
    }

    fn ids(&self, column: TaskColumn) -> Option<TextColumn> {
        let short = self.short_ids(column);
        if short.is_some() {
            return short;
        }
        let mut ids = self.text_column();
        self.cells(column)?.for_each(|(_, cell)| push_id(&mut ids, cell));
        Some(ids)
    }

    fn names(&self, column: TaskColumn, names: &mut Names) -> Option<ListColumn<u32>> {
        if let Some(texts) = self.coded(column) {
            return Some(names.listed(texts));
        }
        let Some((text, places)) = self.places(column) else {
            return Some(codes(names, self.cells(column)?.map(|(_, cell)| cell)));
        };
        let mut coding = Coding::new(names, self.block.lines.len());
        coding.add_places(text, places);
        Some(coding.settled())
    }

    fn lead_units(&mut self, names: &mut Names) -> ListColumn<u32> {
        let units = self.names(TaskColumn::LeadUnit, names).unwrap_or_default();
        for row in units.blank() {
            self.fault(row, self.at(TaskColumn::LeadUnit).missing("name the unit that is responsible for the task"));
        }
        units
    }

    fn weights(&mut self) -> Option<Vec<Option<i128>>> {
        if let Some(values) = self.values(TaskColumn::Weight) {
            let weights = values.numbers(number::weight, |row, cell| self.weight(row, cell));
            if weights.is_some() {
                return weights;
            }
        }
        self.each(TaskColumn::Weight, |_| None, |typing, row, cell| typing.weight(row, cell))
    }

    fn weight(&mut self, row: usize, cell: &str) -> Option<i128> {
        let at = self.at(TaskColumn::Weight);
        match number::parse_weight(&half(cell)) {
            Ok(weight @ 0..) => Some(weight),
            Ok(..0) => {
                let message = format!("`{cell}` is negative, and a weight cannot be");
                self.fault(row, at.out_of_range(message, "write 0 or more, or leave the cell empty for 1".into()));
                None
            }
            Err(fault) => {
                self.fault(row, at.bad_number(cell, fault));
                None
            }
        }
    }

    fn dates(&mut self, column: TaskColumn) -> Option<Vec<Option<Moment>>> {
        let typed = self.values(column).and_then(|values| values.dates(&self.context.dates));
        if typed.is_some() {
            return typed;
        }
        let context = &self.context.dates;
        self.each(column, |cell| date::quick(cell, context), |typing, row, cell| typing.date(column, row, cell))
    }

    fn date(&mut self, column: TaskColumn, row: usize, cell: &str) -> Option<Moment> {
        date::parse(&half(cell), &self.context.dates).unwrap_or_else(|fault| {
            self.fault(row, self.at(column).bad_date(cell, &fault));
            None
        })
    }

    fn date_lists(&mut self, column: TaskColumn) -> Option<ListColumn<Option<Moment>>> {
        let mut dates = ListColumn::default();
        for (row, cell) in self.cells(column)? {
            let cell = half(cell.unwrap_or_default());
            match date_list(&cell, &self.context.dates) {
                Ok(moments) => dates.push(moments.into_iter().map(Some)),
                Err((part, fault)) => {
                    dates.push([]);
                    self.fault(row, self.at(column).bad_date(part, &fault));
                }
            }
        }
        Some(dates)
    }

    fn check_approvals(
        &mut self,
        extended: Option<&ListColumn<Option<Moment>>>,
        approved: Option<&ListColumn<Option<Moment>>>,
    ) {
        let Some(approved) = approved else { return };
        for row in self.rows() {
            let (extensions, approvals) = (extended.map_or(0, |cells| cells.get(row).len()), approved.get(row).len());
            if approvals > extensions {
                let message = format!("there are {approvals} approvals, and {extensions} extensions");
                let hint = "give one approval for each extension, in the same order".to_owned();
                self.fault(row, self.at(TaskColumn::ExtensionApprovedOn).out_of_range(message, hint));
            }
        }
    }

    fn numbers(&mut self, column: TaskColumn) -> Option<NumberColumn> {
        if let Some(values) = self.values(column) {
            let plain = |value, places| Some(Number::Decimal { value, places });
            let numbers = values.numbers(plain, |row, cell| self.number(column, row, cell));
            if numbers.is_some() {
                return numbers;
            }
        }
        self.each(column, number::quick, |typing, row, cell| typing.number(column, row, cell))
    }

    fn number(&mut self, column: TaskColumn, row: usize, cell: &str) -> Option<Number> {
        let number = number::parse(&half(cell));
        number.map_err(|fault| self.fault(row, self.at(column).bad_number(cell, fault))).ok()
    }

    fn check_status(&mut self) {
        if self.all_pass(TaskColumn::Status, |cell| cell.is_none_or(|cell| STATUS_WORDS.contains(&cell))) {
            return;
        }
        for (row, cell) in self.cells(TaskColumn::Status).into_iter().flatten() {
            if let Some(cell) = cell.filter(|cell| !STATUS_WORDS.contains(cell)) {
                let words = "active, exempt (免责) or cancelled (取消), or leave the cell empty";
                self.fault(row, self.at(TaskColumn::Status).unknown_word(cell, words));
            }
        }
    }

    fn texts(&self) -> FxHashMap<String, Texts> {
        let text = |column: &Column| match self.block.texts(column.index) {
            Some(texts) if !column.changes_words() => texts,
            _ => {
                let mut cells = self.text_column();
                self.block.cells(column.index).for_each(|cell| cells.push(column.cell(cell)));
                Texts::of_column(cells)
            }
        };
        self.layout.named.iter().map(|(name, column)| (name.clone(), text(column))).collect()
    }
}

/// Adds an id, in half width.
fn push_id(ids: &mut TextColumn, cell: Option<&str>) {
    match cell {
        Some(cell) if !is_one(cell) => ids.push(Some(&half(cell))),
        plain => ids.push(plain),
    }
}

/// The dates of a list; a cell that reads as one date is one.
fn date_list<'c>(cell: &'c str, dates: &DateContext) -> Result<Vec<Moment>, (&'c str, DateFault)> {
    if cell.is_empty() {
        return Ok(Vec::new());
    }
    if let Ok(one) = date::parse(cell, dates) {
        return Ok(one.into_iter().collect());
    }
    let parts = list::split_dates(cell).map(|part| date::parse(part, dates).map_err(|fault| (part, fault)));
    parts.filter_map(Result::transpose).collect()
}

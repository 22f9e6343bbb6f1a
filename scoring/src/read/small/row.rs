//! One row of a small table, cell by cell.

use crate::moment::Moment;
use crate::number::Number;
use crate::policy::Policy;
use crate::read::block::{Block, Broken};
use crate::read::date::{self, DateContext};
use crate::read::fault::{self, At};
use crate::read::layout::Layout;
use crate::read::number;
use crate::read::reject::Fault;
use crate::read::table::TableName;
use crate::read::width::half;

/// What rows are read by.
pub(in crate::read) struct Context<'a> {
    pub table: TableName,
    pub policy: &'a Policy,
    pub dates: DateContext,
    /// The file, as a place in the table's files.
    pub file: u16,
}

/// The cells of some rows, by place in the table's list of columns; empty where the file lacks the column.
pub(super) type Columns<'a> = Vec<Vec<Option<&'a str>>>;

pub(super) fn columns<'a>(context: &Context<'_>, layout: &'a Layout, block: &'a Block) -> Columns<'a> {
    let cells = |place| match layout.column(place) {
        Some(column) => block.cells(column.index).map(|cell| column.cell(cell)).collect(),
        None => Vec::new(),
    };
    (0..context.table.columns().len()).map(cells).collect()
}

/// Reads the cells of a row and keeps its first fault. Columns go by their ids.
pub(in crate::read) struct RowReader<'a> {
    context: &'a Context<'a>,
    layout: &'a Layout,
    columns: &'a Columns<'a>,
    row: usize,
    fault: Option<Fault>,
}

impl<'a> RowReader<'a> {
    pub(super) fn new(
        context: &'a Context<'a>,
        layout: &'a Layout,
        columns: &'a Columns<'a>,
        row: usize,
        broken: Option<Broken>,
    ) -> Self {
        let fault = broken.map(|broken| fault::of_record(broken, layout));
        Self { context, layout, columns, row, fault }
    }

    pub(super) fn into_fault(self) -> Option<Fault> {
        self.fault
    }

    pub(super) fn policy(&self) -> &'a Policy {
        self.context.policy
    }

    fn place(&self, id: &str) -> usize {
        self.context.table.column(id).unwrap_or(usize::MAX)
    }

    /// The place of a fault.
    pub(super) fn at(&self, id: &str) -> At<'a> {
        At::column(self.layout, self.place(id))
    }

    /// Whether the file has the column.
    pub(super) fn has(&self, id: &str) -> bool {
        self.layout.column(self.place(id)).is_some()
    }

    /// A cell; `None` when blank.
    pub(super) fn cell(&self, id: &str) -> Option<&'a str> {
        self.columns.get(self.place(id))?.get(self.row).copied().flatten()
    }

    pub(super) fn reject(&mut self, fault: Fault) {
        Fault::first(&mut self.fault, fault);
    }

    pub(super) fn text(&self, id: &str) -> Option<String> {
        self.cell(id).map(str::to_owned)
    }

    pub(super) fn id(&self, id: &str) -> Option<String> {
        self.cell(id).map(|cell| half(cell).into_owned())
    }

    /// The value of a cell that must have one; a cell that is bad already keeps that fault.
    pub(super) fn required<T>(&mut self, id: &str, value: Option<T>, hint: &str) -> Option<T> {
        if value.is_none() {
            self.reject(self.at(id).missing(hint));
        }
        value
    }

    pub(super) fn number(&mut self, id: &str) -> Option<Number> {
        let cell = self.cell(id)?;
        number::parse(&half(cell)).map_err(|fault| self.reject(self.at(id).bad_number(cell, fault))).ok()
    }

    pub(super) fn date(&mut self, id: &str) -> Option<Moment> {
        let cell = self.cell(id)?;
        let date = date::parse(&half(cell), &self.context.dates);
        date.map_err(|fault| self.reject(self.at(id).bad_date(cell, &fault))).ok().flatten()
    }

    /// A word of a list of words; `words` tells the clerk which.
    pub(super) fn word<T>(&mut self, id: &str, parse: impl Fn(&str) -> Option<T>, words: &str) -> Option<T> {
        let cell = self.cell(id)?;
        let value = parse(cell);
        if value.is_none() {
            self.reject(self.at(id).unknown_word(cell, words));
        }
        value
    }

    /// The same for a cell that must not be blank.
    pub(super) fn required_word<T>(&mut self, id: &str, parse: impl Fn(&str) -> Option<T>, words: &str) -> Option<T> {
        if self.cell(id).is_none() {
            self.reject(self.at(id).missing(&format!("write {words}")));
        }
        self.word(id, parse, words)
    }
}

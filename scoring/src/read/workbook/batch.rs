//! Rows of a sheet that become a block of columns.

use std::ops::Range;
use std::sync::Arc;

use polars::prelude::StringChunked;
use rustc_hash::FxHashMap;

use super::cell;
use crate::read::batch::Records;
use crate::read::block::{Block, Broken};
use crate::read::layout::Layout;
use crate::read::table::{CellKind, TableName};

/// Cells in a block, where rows are not longer.
const CELLS: usize = 1 << 18;

/// Rows that become a block.
pub(super) struct Batch {
    width: usize,
    lines: Vec<u64>,
    /// Rows that hold errors where text should be.
    broken: Vec<(usize, Broken)>,
    /// The columns that are read, by their places.
    columns: Vec<(usize, Vec<Option<String>>)>,
    /// The columns of text among them.
    texts: Vec<usize>,
    text: String,
    records: Vec<Range<usize>>,
}

impl Batch {
    /// For the columns that a layout reads.
    pub fn new(layout: &Layout, table: TableName, width: usize) -> Self {
        let columns = layout.used().into_iter().map(|place| (place, Vec::new())).collect();
        let specs = table.columns().iter().enumerate().filter(|(_, spec)| spec.kind() == CellKind::Text);
        let texts = specs.filter_map(|(place, _)| Some(layout.column(place)?.index)).collect();
        let (lines, broken, text, records) = (Vec::new(), Vec::new(), String::new(), Vec::new());
        Self { width, lines, broken, columns, texts, text, records }
    }

    /// Adds a row, with its cells as they were and as they are read.
    pub fn push(&mut self, line: u64, record: &[u8], cells: &[String]) {
        let start = self.text.len();
        self.text.push_str(&String::from_utf8_lossy(record));
        self.records.push(start..self.text.len());
        self.lines.push(line);
        let error = |column: &usize| Some((*column, cells.get(*column).and_then(|cell| cell::error(cell))?));
        if let Some((column, word)) = self.texts.iter().find_map(error) {
            self.broken.push((self.lines.len() - 1, Broken::Error { column, word }));
            return;
        }
        for (place, column) in &mut self.columns {
            column.push(cells.get(*place).filter(|cell| !cell.is_empty()).cloned());
        }
    }

    /// Whether it has as many as a block should have.
    pub fn is_full(&self) -> bool {
        self.lines.len() * self.width >= CELLS
    }

    /// The rows so far, as a block.
    pub fn take(&mut self) -> Block {
        let columns: FxHashMap<usize, StringChunked> =
            self.columns.iter_mut().map(|(place, cells)| (*place, cells.drain(..).collect())).collect();
        let text = Arc::new(std::mem::take(&mut self.text));
        let records = Records::of_text(text, std::mem::take(&mut self.records));
        Block::of_cells(std::mem::take(&mut self.lines), std::mem::take(&mut self.broken), columns, records)
    }
}

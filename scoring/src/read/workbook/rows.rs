//! Rows of a sheet, as blocks of columns.

use std::collections::BTreeSet;
use std::ops::{ControlFlow, Range};
use std::sync::{Mutex, PoisonError};

use polars::prelude::StringChunked;
use rustc_hash::FxHashMap;

use super::Sheet;
use super::header::{self, Header};
use super::merged::Fill;
use super::open::{Cell, Open};
use super::shares::Shares;
use crate::read::batch::Records;
use crate::read::block::Block;
use crate::read::error::ReadError;
use crate::read::layout::Layout;
use crate::read::rows::{FileInfo, FileWarning};
use crate::read::source::{Plan, Progress, Reading, SourceFile};
use crate::read::{scan, total, trim};

/// Cells in a block, where rows are not longer.
const CELLS: usize = 1 << 18;

/// Cells that the rows of a sheet may have together, empty ones too; each is a byte at least of what is kept.
const MOST_CELLS: usize = 1 << 30;

/// Reads a sheet.
pub(in crate::read) fn read<T: Send>(
    file: &SourceFile,
    sheet: &Sheet,
    plan: &Plan<'_, T>,
) -> Result<Reading<T>, ReadError> {
    let (layout, found) = sheet.book.with(|open| {
        let header = header::find(open, &sheet.name, plan.table, plan.settings, plan.layout)?;
        let header = header.ok_or_else(|| ReadError::NoHeader { file: file.name.clone() })?;
        let layout = (plan.layout)(&header.headings).map_err(|error| misfit(error, &header, plan))?;
        let found = blocks(open, file, sheet, plan, &header, &layout)?;
        // Reading it again finds the same.
        let _ = sheet.header.set(header);
        Ok((layout, found))
    })?;
    let total_bytes = file.total_bytes();
    let Found { parts, rows, skipped, warnings } = found;
    (plan.progress)(Progress { bytes: total_bytes, total_bytes, rows });
    let info = FileInfo { name: file.name.clone(), sha256: file.sha256()?, rows, skipped, warnings };
    Ok(Reading { info, layout, parts })
}

/// Why no row is a header, where the one that comes nearest was looked for.
fn misfit<T>(error: ReadError, header: &Header, plan: &Plan<'_, T>) -> ReadError {
    match error {
        ReadError::MissingColumn { .. } | ReadError::MissingHeading { .. }
            if plan.settings.sheets.header_rows.is_none() =>
        {
            ReadError::NoHeaderFits {
                nearest: Box::new(error),
                row: header.last_row + 1,
                rows: header::LOOKED_AT,
                table: plan.table.id(),
            }
        }
        error => error,
    }
}

/// What was found below the headings of a sheet.
struct Found<T> {
    parts: Vec<T>,
    rows: u64,
    /// Lines of totals.
    skipped: Vec<u64>,
    warnings: Vec<FileWarning>,
}

/// Makes something of the rows below the header, in blocks, while reading goes on.
fn blocks<T: Send>(
    open: &mut Open,
    file: &SourceFile,
    sheet: &Sheet,
    plan: &Plan<'_, T>,
    header: &Header,
    layout: &Layout,
) -> Result<Found<T>, ReadError> {
    let (each, width) = (plan.each, header.headings.len());
    let mut shares = Shares::new(&layout.used(), open.sees_formats());
    let mut fill = fill(open, file, sheet, plan, header)?;
    let (skip, limits) = (plan.settings.skip_totals.unwrap_or(true), plan.settings.limits);
    let (parts, mut skipped) = (Mutex::new(Vec::new()), Vec::new());
    let keep = |place: usize, part: T| parts.lock().unwrap_or_else(PoisonError::into_inner).push((place, part));
    let (mut blocks, mut rows, mut failed) = (0, 0, None);
    rayon::in_place_scope(|scope| {
        let mut batch = Batch::new(layout.used(), width);
        let mut spawn = |block: Block| {
            let place = blocks;
            blocks += 1;
            let keep = &keep;
            scope.spawn(move |_| keep(place, each(layout, block)));
        };
        let read = rows_below(open, sheet, header, &mut |row, cells| {
            let is_total = skip && total::is_total(cells.iter().map(String::as_str));
            let line = u64::from(row) + 1;
            let record = (!is_total).then(|| record(cells));
            let is_row = cells.iter().any(|cell| !trim(cell).is_empty());
            fill.row(row, cells);
            if !is_row {
                return ControlFlow::Continue(());
            }
            rows += 1;
            match record {
                None => skipped.push(line),
                Some(record) if record.len() > limits.record() => {
                    let (file, limit) = (file.name.clone(), limits.record_mib);
                    failed = Some(ReadError::LongRecord { file, line, limit });
                    return ControlFlow::Break(());
                }
                Some(record) => {
                    shares.row(cells);
                    batch.push(line, record, cells);
                }
            }
            if rows as usize * width > MOST_CELLS {
                failed = Some(ReadError::ManyCells { file: file.name.clone(), limit: MOST_CELLS });
                return ControlFlow::Break(());
            }
            if batch.is_full() {
                spawn(batch.take());
            }
            ControlFlow::Continue(())
        });
        spawn(batch.take());
        read
    })?;
    if let Some(error) = failed {
        return Err(error);
    }
    let mut parts = parts.into_inner().unwrap_or_else(PoisonError::into_inner);
    parts.sort_unstable_by_key(|(place, _)| *place);
    let warnings = shares.warnings(&header.headings, u64::from(header.last_row) + 1);
    Ok(Found { parts: parts.into_iter().map(|(_, part)| part).collect(), rows, skipped, warnings })
}

/// The columns whose merged cells are filled.
fn fill<T>(
    open: &mut Open,
    file: &SourceFile,
    sheet: &Sheet,
    plan: &Plan<'_, T>,
    header: &Header,
) -> Result<Fill, ReadError> {
    let wanted = &plan.settings.sheets.fill_down;
    if wanted.is_empty() {
        return Ok(Fill::new(&[], &[]));
    }
    let layout = (plan.layout)(&header.headings)?;
    let mut columns = Vec::with_capacity(wanted.len());
    for name in wanted {
        let standard = plan.table.column(name).and_then(|place| layout.column(place)).map(|column| column.index);
        let own = || header.headings.iter().position(|heading| trim(heading) == name);
        columns.push(standard.or_else(own).ok_or_else(|| ReadError::MissingHeading {
            file: file.name.clone(),
            column: "fill_down".to_owned(),
            heading: name.clone(),
        })?);
    }
    let regions = open.regions(&sheet.name)?.ok_or_else(|| ReadError::UnseenMerges { file: file.name.clone() })?;
    Ok(Fill::new(&columns, &regions))
}

/// Goes through the rows below the header that have a cell, each with as many cells as there are headings.
fn rows_below(
    open: &mut Open,
    sheet: &Sheet,
    header: &Header,
    each: &mut dyn FnMut(u32, &mut [String]) -> ControlFlow<()>,
) -> Result<(), ReadError> {
    let mut cells = vec![String::new(); header.headings.len()];
    let mut current = None;
    let (mut broke, mut ordered) = (false, true);
    open.cells(&sheet.name, &mut |Cell { row, column, text, .. }| {
        if row <= header.last_row {
            return ControlFlow::Continue(());
        }
        if current.is_some_and(|before| row < before) {
            ordered = false;
            return ControlFlow::Break(());
        }
        if current != Some(row) {
            if let Some(before) = current.replace(row) {
                let flow = each(before, &mut cells);
                broke = flow.is_break();
                flow?;
            }
            cells.iter_mut().for_each(String::clear);
        }
        if let Some(cell) = cells.get_mut(column) {
            text.clone_into(cell);
        }
        ControlFlow::Continue(())
    })?;
    if !ordered {
        return Err(open.damaged("its rows are out of order"));
    }
    if let Some(last) = current.filter(|_| !broke) {
        let _ = each(last, &mut cells);
    }
    Ok(())
}

fn record(cells: &[String]) -> Vec<u8> {
    let mut record = Vec::new();
    scan::write_cells(cells.iter().map(|cell| cell.as_bytes().into()), &mut record);
    record
}

/// Rows that become a block.
struct Batch {
    width: usize,
    lines: Vec<u64>,
    /// The columns that are read, by their places.
    columns: Vec<(usize, Vec<Option<String>>)>,
    text: String,
    records: Vec<Range<usize>>,
}

impl Batch {
    fn new(used: Vec<usize>, width: usize) -> Self {
        let columns = used.into_iter().map(|place| (place, Vec::new())).collect();
        Self { width, lines: Vec::new(), columns, text: String::new(), records: Vec::new() }
    }

    /// Adds a row, with its cells as they were and as they are read.
    fn push(&mut self, line: u64, record: Vec<u8>, cells: &[String]) {
        let start = self.text.len();
        self.text.push_str(&String::from_utf8_lossy(&record));
        self.records.push(start..self.text.len());
        self.lines.push(line);
        for (place, column) in &mut self.columns {
            column.push(cells.get(*place).filter(|cell| !cell.is_empty()).cloned());
        }
    }

    fn is_full(&self) -> bool {
        self.lines.len() * self.width >= CELLS
    }

    fn take(&mut self) -> Block {
        let columns: FxHashMap<usize, StringChunked> =
            self.columns.iter_mut().map(|(place, cells)| (*place, cells.drain(..).collect())).collect();
        let records = Records::of_text(std::mem::take(&mut self.text), std::mem::take(&mut self.records));
        Block::of_cells(std::mem::take(&mut self.lines), columns, records)
    }
}

/// The records on these lines, as CSV records, of a sheet that was read.
pub(in crate::read) fn records(
    sheet: &Sheet,
    lines: &BTreeSet<u64>,
    each: &mut dyn FnMut(u64, String),
) -> Result<(), ReadError> {
    let Some(header) = sheet.header.get() else { return Ok(()) };
    sheet.book.with(|open| {
        rows_below(open, sheet, header, &mut |row, cells| {
            let line = u64::from(row) + 1;
            if lines.contains(&line) {
                each(line, String::from_utf8_lossy(&record(cells)).into_owned());
            }
            ControlFlow::Continue(())
        })
    })
}

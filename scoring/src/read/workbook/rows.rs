//! Rows of a sheet, as blocks of columns.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};

use super::Sheet;
use super::batch::Batch;
use super::header::{self, Header};
use super::merged::Fill;
use super::open::{Cell, Open};
use super::shares::Shares;
use crate::read::block::Block;
use crate::read::error::ReadError;
use crate::read::layout::Layout;
use crate::read::limits::Limits;
use crate::read::rows::{FileInfo, FileWarning};
use crate::read::source::{Plan, Progress, Reading, SourceFile};
use crate::read::{scan, total, trim};

/// Cells that the rows of a sheet may have together, empty ones too; each is a byte at least of what is kept.
const MOST_CELLS: u64 = 1 << 30;

/// Reads a sheet.
pub(in crate::read) fn read<T: Send>(
    file: &SourceFile,
    sheet: &Sheet,
    plan: &Plan<'_, T>,
) -> Result<Reading<T>, ReadError> {
    let (layout, found) = sheet.book.with(|open| {
        let header = header::find(open, &sheet.name, plan.table, plan.settings, plan.layout)?;
        let header = header.ok_or_else(|| ReadError::NoHeader { file: file.name.clone() })?;
        file.check_columns(header.headings.len(), plan.settings)?;
        let layout = (plan.layout)(&header.headings).map_err(|error| misfit(error, &header, plan))?;
        let fill = fill(open, file, sheet, plan, &header, &layout)?;
        let found = blocks(open, file, sheet, plan, &header, &layout, fill.clone())?;
        // Reading it again finds the same.
        let _ = sheet.found.set((header, fill));
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
    fill: Fill,
) -> Result<Found<T>, ReadError> {
    let each = plan.each;
    let mut rows = Rows {
        file: &file.name,
        limits: plan.settings.limits,
        skip_totals: plan.settings.skip_totals.unwrap_or(true),
        shares: Shares::new(&layout.used(), open.sees_formats()),
        fill,
        batch: Batch::new(layout, plan.table, header.headings.len()),
        count: 0,
        skipped: Vec::new(),
    };
    let parts = Mutex::new(Vec::new());
    let keep = |place: usize, part: T| parts.lock().unwrap_or_else(PoisonError::into_inner).push((place, part));
    let (keep, mut blocks, mut failed) = (&keep, 0, None);
    rayon::in_place_scope(|scope| {
        let mut spawn = |block: Block| {
            let place = blocks;
            blocks += 1;
            scope.spawn(move |_| keep(place, each(layout, place, block)));
        };
        let read = rows_below(open, sheet, header, &mut |row, cells| {
            if let Err(error) = rows.add(row, cells) {
                failed = Some(error);
                return ControlFlow::Break(());
            }
            if rows.batch.is_full() {
                spawn(rows.batch.take());
            }
            ControlFlow::Continue(())
        });
        spawn(rows.batch.take());
        read
    })?;
    if let Some(error) = failed {
        return Err(error);
    }
    let mut parts = parts.into_inner().unwrap_or_else(PoisonError::into_inner);
    parts.sort_unstable_by_key(|(place, _)| *place);
    let parts = parts.into_iter().map(|(_, part)| part).collect();
    let warnings = rows.shares.warnings(&header.headings, u64::from(header.last_row) + 1);
    Ok(Found { parts, rows: rows.count, skipped: rows.skipped, warnings })
}

/// The rows of a sheet as they come.
struct Rows<'a> {
    /// The name of the file.
    file: &'a str,
    limits: Limits,
    skip_totals: bool,
    shares: Shares,
    fill: Fill,
    batch: Batch,
    count: u64,
    /// Lines of totals.
    skipped: Vec<u64>,
}

impl Rows<'_> {
    /// Adds a row, counted from 0.
    fn add(&mut self, row: u32, cells: &mut [String]) -> Result<(), ReadError> {
        let line = u64::from(row) + 1;
        let is_row = cells.iter().any(|cell| !trim(cell).is_empty());
        let is_total = self.skip_totals && total::is_total(cells.iter().map(String::as_str));
        self.fill.row(row, cells);
        let record = record(cells);
        if !is_row {
            return Ok(());
        }
        self.count += 1;
        if record.len() > self.limits.record() {
            return Err(ReadError::LongRecord { file: self.file.to_owned(), line, limit: self.limits.record_mib });
        }
        if self.count.saturating_mul(cells.len() as u64) > MOST_CELLS {
            return Err(ReadError::ManyCells { file: self.file.to_owned(), limit: MOST_CELLS });
        }
        if is_total {
            self.skipped.push(line);
        } else {
            self.shares.row(cells);
            self.batch.push(line, &record, cells);
        }
        Ok(())
    }
}

/// The columns whose merged cells are filled.
fn fill<T>(
    open: &mut Open,
    file: &SourceFile,
    sheet: &Sheet,
    plan: &Plan<'_, T>,
    header: &Header,
    layout: &Layout,
) -> Result<Fill, ReadError> {
    let wanted = &plan.settings.sheets.fill_down;
    if wanted.is_empty() {
        return Ok(Fill::new(&[], &[]));
    }
    let mut columns = Vec::with_capacity(wanted.len());
    for name in wanted {
        let standard = plan.table.column(name).and_then(|place| layout.column(place)).map(|column| column.index);
        // A layout need not read the column.
        let aliases = plan.table.columns().iter().find(|spec| spec.id == name).map_or(&[][..], |spec| spec.aliases);
        let mapped = plan.settings.columns.get(name.as_str()).map(String::as_str);
        let mut names = mapped.into_iter().chain([name.as_str()]).chain(aliases.iter().copied());
        let own = || names.find_map(|name| header.headings.iter().position(|heading| trim(heading) == name));
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
    let mut broke = false;
    open.cells(&sheet.name, &mut |Cell { row, column, text }| {
        if row <= header.last_row {
            return ControlFlow::Continue(());
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

/// The records on these lines, as CSV records, of a sheet that was read.
pub(in crate::read) fn records(
    sheet: &Sheet,
    lines: &BTreeSet<u64>,
    each: &mut dyn FnMut(u64, String),
) -> Result<(), ReadError> {
    let Some((header, fill)) = sheet.found.get() else { return Ok(()) };
    let mut fill = fill.clone();
    sheet.book.with(|open| {
        rows_below(open, sheet, header, &mut |row, cells| {
            let line = u64::from(row) + 1;
            fill.row(row, cells);
            if lines.contains(&line) {
                each(line, String::from_utf8_lossy(&record(cells)).into_owned());
            }
            ControlFlow::Continue(())
        })
    })
}

//! Parquet files, slice by slice of their row groups. METHOD §2.
//!
//! A row counts as the line on which it would stand in a CSV file: the first is line 2.

mod coded;
mod group;
mod numbers;
mod pages;
mod plain;

use std::collections::BTreeSet;
use std::fs::File;
use std::sync::Arc;

use polars::io::mmap::ReaderBytes;
use polars::prelude::{ArrowSchema, BooleanChunked, FileMetadata, ParquetReader, PolarsError, PolarsResult, SerReader};
use polars_buffer::Buffer;
use rayon::prelude::*;

use super::block::Block;
use super::error::ReadError;
use super::foreign::caught;
use super::rows::FileInfo;
use super::settings::TableSettings;
use super::source::{Plan, Progress, Reading, SourceFile};
use super::total;
use super::typed::{TypedColumn, TypedTexts};
use group::{Decoded, Group};
use pages::Unpacker;

/// Rows that are decoded at once.
const ROWS: usize = 1 << 18;

/// Rows of a block: so many that codes of names, or sums of persons, are used often before what is done next with the
/// block drives them out of the caches.
const BLOCK: usize = 1 << 17;

/// Some rows of a file that follow each other in one row group.
#[derive(Debug, Clone, Copy)]
struct Slice {
    /// The place of the row group.
    group: usize,
    /// The first row, counted in the row group.
    start: usize,
    rows: usize,
    /// The line of the first row.
    line: u64,
    /// The number of its first block.
    first_block: usize,
}

impl Slice {
    /// The number, the line and the columns of each of its blocks.
    fn blocks(self, columns: &[TypedColumn]) -> impl Iterator<Item = (usize, u64, usize, Vec<TypedColumn>)> {
        let starts = (0..self.rows).step_by(BLOCK);
        (self.first_block..).zip(starts).map(move |(number, start)| {
            let rows = BLOCK.min(self.rows - start);
            let columns = columns.iter().map(|column| column.slice(start, rows)).collect();
            (number, self.line + start as u64, rows, columns)
        })
    }
}

/// What the end of a file says of it.
struct Outline {
    headings: Vec<String>,
    schema: Arc<ArrowSchema>,
    bytes: Buffer<u8>,
    whole: Arc<FileMetadata>,
    /// The rows of the file.
    slices: Vec<Slice>,
}

/// Reads a file.
pub(super) fn read<T: Send>(file: &SourceFile, plan: &Plan<'_, T>) -> Result<Reading<T>, ReadError> {
    let outline = Outline::of(file)?;
    file.check_columns(outline.headings.len(), plan.settings)?;
    let layout = (plan.layout)(&outline.headings)?;
    let total_bytes = file.total_bytes();
    let (settings, each, progress) = (plan.settings, plan.each, plan.progress);
    let skip_totals = settings.skip_totals.unwrap_or(false);
    let part = |(number, line, rows, columns)| {
        let mut block = block(file, settings, line, rows, columns, skip_totals)?;
        let skipped = std::mem::take(&mut block.skipped);
        let rows = (block.lines.len() + skipped.len()) as u64;
        Ok((rows, skipped, each(&layout, number, block)))
    };
    let parts_of = |slice: &Slice| -> Result<Vec<(u64, Vec<u64>, T)>, ReadError> {
        let columns = outline.columns(file, *slice)?;
        // Who has no slice any more helps with the blocks of another's.
        let blocks: Vec<_> = slice.blocks(&columns).collect();
        let parts: Vec<_> = blocks.into_par_iter().with_max_len(1).map(part).collect();
        parts.into_iter().collect()
    };
    let slices = outline.slices.par_iter().with_max_len(1);
    let parts = || slices.map(parts_of).collect::<Result<Vec<_>, ReadError>>();
    let (parts, sha256) = rayon::join(parts, || file.sha256());
    let parts: Vec<(u64, Vec<u64>, T)> = parts?.into_iter().flatten().collect();
    let rows = parts.iter().map(|(rows, ..)| rows).sum();
    let skipped = parts.iter().flat_map(|(_, skipped, _)| skipped).copied().collect();
    progress(Progress { bytes: total_bytes, total_bytes, rows });
    let info = FileInfo { name: file.name.clone(), sha256: sha256?, rows, skipped, warnings: Vec::new() };
    Ok(Reading { info, layout, parts: parts.into_iter().map(|(.., part)| part).collect() })
}

/// The records on these lines, as CSV records.
pub(super) fn records(
    file: &SourceFile,
    settings: &TableSettings,
    lines: &BTreeSet<u64>,
    each: &mut dyn FnMut(u64, String),
) -> Result<(), ReadError> {
    let outline = Outline::of(file)?;
    for slice in &outline.slices {
        if lines.range(slice.line..slice.line + slice.rows as u64).next().is_none() {
            continue;
        }
        let columns = outline.columns(file, *slice)?;
        let block = block(file, settings, slice.line, slice.rows, columns, false)?;
        for (row, line) in block.lines.iter().enumerate().filter(|(_, line)| lines.contains(line)) {
            each(*line, block.records.get(row));
        }
    }
    Ok(())
}

impl Outline {
    fn of(file: &SourceFile) -> Result<Self, ReadError> {
        let mut opened = File::open(&file.path).map_err(|error| file.unreadable(error))?;
        let outline = || -> PolarsResult<_> {
            let mut reader = ParquetReader::new(&mut opened);
            let schema = reader.schema()?;
            let headings = schema.iter_names().map(|name| name.to_string()).collect();
            let whole = Arc::clone(reader.get_metadata()?);
            let ReaderBytes::Owned(bytes) = ReaderBytes::from(&mut opened) else { return Err(damaged()) };
            let mut slices = Vec::new();
            let (mut line, mut first_block) = (2, 0);
            for (place, group) in whole.row_groups.iter().enumerate() {
                for start in (0..group.num_rows()).step_by(ROWS) {
                    let rows = ROWS.min(group.num_rows() - start);
                    slices.push(Slice { group: place, start, rows, line, first_block });
                    first_block += rows.div_ceil(BLOCK);
                    line += rows as u64;
                }
            }
            Ok(Self { headings, schema, bytes, whole, slices })
        };
        sound(outline).map_err(|error| file.table_error(1, error))
    }

    fn columns(&self, file: &SourceFile, slice: Slice) -> Result<Vec<TypedColumn>, ReadError> {
        let columns = || {
            let whole = self.whole.row_groups.get(slice.group).ok_or_else(damaged)?;
            let rows = slice.start..slice.start + slice.rows;
            let unpacker = &mut Unpacker::new();
            Group { bytes: &self.bytes, schema: &self.schema, whole, rows, unpacker }.columns()
        };
        let failed = |error| file.table_error(slice.line, error);
        let typed = |column| {
            let (values, codes) = match column {
                Decoded::Coded(texts) => return Ok(TypedColumn::Coded(texts)),
                Decoded::Plain(texts) => return Ok(TypedColumn::Plain(texts)),
                Decoded::Values(values) => (values, None),
                Decoded::CodedValues(values, codes) => (values, Some(codes)),
            };
            let (column, kind) = (values.name().to_string(), values.dtype().to_string());
            let typed = match codes {
                Some(codes) => TypedColumn::of_codes(values, codes),
                None => TypedColumn::of(values),
            };
            let typed = typed.map_err(failed)?;
            typed.ok_or_else(|| ReadError::ColumnKind { file: file.name.clone(), column, kind })
        };
        sound(columns).map_err(failed)?.into_iter().map(typed).collect()
    }
}

/// The rows of columns, the first of which stands on this line.
fn block(
    file: &SourceFile,
    settings: &TableSettings,
    first: u64,
    rows: usize,
    mut columns: Vec<TypedColumn>,
    skip_totals: bool,
) -> Result<Block, ReadError> {
    if let Some(row) = long_record(&columns, rows, settings.limits.record()) {
        let line = first + row as u64;
        return Err(ReadError::LongRecord { file: file.name.clone(), line, limit: settings.limits.record_mib });
    }
    if !skip_totals && columns.iter().any(TypedColumn::is_filled) {
        return Ok(Block::of_columns((first..).take(rows).collect(), Vec::new(), columns));
    }
    let filled = filled(&columns, rows);
    let totals = if skip_totals { totals(&columns, rows) } else { vec![false; rows] };
    let numbered = || (first..).zip(filled.iter().zip(&totals)).filter(|(_, (filled, _))| **filled);
    let lines = numbered().filter(|(_, (_, total))| !**total).map(|(line, _)| line).collect();
    let skipped = numbered().filter(|(_, (_, total))| **total).map(|(line, _)| line).collect();
    if filled.contains(&false) || totals.contains(&true) {
        let mask: BooleanChunked =
            filled.into_iter().zip(totals).map(|(filled, total)| Some(filled && !total)).collect();
        let kept = columns.iter().map(|column| column.filter(&mask)).collect::<PolarsResult<_>>();
        columns = kept.map_err(|error| file.table_error(first, error))?;
    }
    Ok(Block::of_columns(lines, skipped, columns))
}

/// What polars makes of a file: it stops a file that is not sound with an error, or with a panic.
fn sound<T>(work: impl FnOnce() -> PolarsResult<T>) -> PolarsResult<T> {
    caught(work).unwrap_or_else(|| Err(damaged()))
}

fn damaged() -> PolarsError {
    PolarsError::ComputeError("the file is damaged: its parts do not fit together".into())
}

/// The first row whose cells together are longer than a record can be.
fn long_record(columns: &[TypedColumn], rows: usize, longest: usize) -> Option<usize> {
    if columns.iter().map(TypedColumn::longest).sum::<usize>() <= longest {
        return None;
    }
    let mut lengths = vec![0_usize; rows];
    for column in columns {
        let mut lengths = lengths.iter_mut();
        column.texts().fold((), |(), cell| {
            if let Some(length) = lengths.next() {
                *length += cell.map_or(0, str::len);
            }
        });
    }
    lengths.into_iter().position(|length| length > longest)
}

/// Which rows have a cell that is not empty.
fn filled(columns: &[TypedColumn], rows: usize) -> Vec<bool> {
    let mut filled = vec![false; rows];
    for column in columns {
        column.note_filled(&mut filled);
        if !filled.contains(&false) {
            break;
        }
    }
    filled
}

/// Which rows are totals.
fn totals(columns: &[TypedColumn], rows: usize) -> Vec<bool> {
    let texts: Vec<TypedTexts<'_>> = columns.iter().map(TypedColumn::texts).collect();
    let is_total = |row| total::is_total(texts.iter().map(|column| column.get(row).unwrap_or_default()));
    (0..rows).map(is_total).collect()
}

#[cfg(test)]
mod tests;

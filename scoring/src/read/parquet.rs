//! Parquet files, slice by slice of their row groups. METHOD §2.
//!
//! A row counts as the line on which it would stand in a CSV file: the first is line 2.

use std::collections::BTreeSet;
use std::fs::File;
use std::sync::Arc;

use polars::prelude::{
    BooleanChunked, DataFrame, FileMetadata, ParallelStrategy, ParquetReader, PolarsError, PolarsResult, SerReader,
    StringChunked,
};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::block::Block;
use super::error::ReadError;
use super::foreign::caught;
use super::rows::FileInfo;
use super::settings::TableSettings;
use super::source::{Plan, Progress, Reading, SourceFile};
use super::total;
use super::typed::TypedColumn;

/// Rows that are decoded at once.
const ROWS: usize = 1 << 17;

/// Rows of a block. What is made of so few is mostly still in the caches when something is made of that.
const BLOCK: usize = 1 << 15;

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
    /// The number, the line and the rows of each of its blocks.
    fn blocks(self, frame: &DataFrame) -> impl Iterator<Item = (usize, u64, DataFrame)> {
        let starts = (0..self.rows).step_by(BLOCK);
        let block = move |start: usize| {
            (self.line + start as u64, frame.slice(i64::try_from(start).unwrap_or(i64::MAX), BLOCK))
        };
        (self.first_block..).zip(starts.map(block)).map(|(number, (line, rows))| (number, line, rows))
    }
}

/// What the end of a file says of it.
struct Outline {
    headings: Vec<String>,
    whole: Arc<FileMetadata>,
    /// All of it but the row groups.
    without_groups: FileMetadata,
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
    let part = |(number, line, frame)| {
        let mut block = block(file, settings, line, frame, skip_totals)?;
        let skipped = std::mem::take(&mut block.skipped);
        let rows = (block.lines.len() + skipped.len()) as u64;
        Ok((rows, skipped, each(&layout, number, block)))
    };
    let parts_of = |slice: &Slice| -> Result<Vec<(u64, Vec<u64>, T)>, ReadError> {
        let frame = outline.frame(file, *slice)?;
        slice.blocks(&frame).map(part).collect()
    };
    let parts = || outline.slices.par_iter().map(parts_of).collect::<Result<Vec<_>, ReadError>>();
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
        let block = block(file, settings, slice.line, outline.frame(file, *slice)?, false)?;
        for (row, line) in block.lines.iter().enumerate().filter(|(_, line)| lines.contains(line)) {
            each(*line, block.records.get(row));
        }
    }
    Ok(())
}

fn open(file: &SourceFile) -> Result<ParquetReader<File>, ReadError> {
    Ok(ParquetReader::new(File::open(&file.path).map_err(|error| file.unreadable(error))?))
}

impl Outline {
    fn of(file: &SourceFile) -> Result<Self, ReadError> {
        let mut reader = open(file)?;
        let outline = |reader: &mut ParquetReader<File>| -> PolarsResult<_> {
            let headings = reader.schema()?.iter_names().map(|name| name.to_string()).collect();
            let whole = Arc::clone(reader.get_metadata()?);
            let without_groups = FileMetadata { row_groups: Vec::new(), ..FileMetadata::clone(&whole) };
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
            Ok(Self { headings, whole, without_groups, slices })
        };
        sound(|| outline(&mut reader)).map_err(|error| file.table_error(1, error))
    }

    fn frame(&self, file: &SourceFile, slice: Slice) -> Result<DataFrame, ReadError> {
        let mut reader = open(file)?.with_slice(Some((slice.start, slice.rows))).read_parallel(ParallelStrategy::None);
        // The reader goes through all row groups up to the end of the slice, so it gets the one that it needs.
        let row_groups: Vec<_> = self.whole.row_groups.get(slice.group).cloned().into_iter().collect();
        let num_rows = row_groups.iter().map(|group| group.num_rows()).sum();
        reader.set_metadata(Arc::new(FileMetadata { num_rows, row_groups, ..self.without_groups.clone() }));
        sound(|| reader.finish()).map_err(|error| file.table_error(slice.line, error))
    }
}

/// The rows of a frame, the first of which stands on this line.
fn block(
    file: &SourceFile,
    settings: &TableSettings,
    first: u64,
    frame: DataFrame,
    skip_totals: bool,
) -> Result<Block, ReadError> {
    let rows = frame.height();
    let mut columns = Vec::with_capacity(frame.width());
    for column in frame.into_columns() {
        let (name, kind) = (column.name().to_string(), column.dtype().to_string());
        let typed = TypedColumn::of(column.take_materialized_series());
        columns.push(typed.map_err(|error| file.table_error(first, error))?.ok_or_else(|| ReadError::ColumnKind {
            file: file.name.clone(),
            column: name,
            kind,
        })?);
    }
    if let Some(row) = long_record(&columns, rows, settings.limits.record()) {
        let line = first + row as u64;
        return Err(ReadError::LongRecord { file: file.name.clone(), line, limit: settings.limits.record_mib });
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
    let damaged = || PolarsError::ComputeError("the file is damaged: its parts do not fit together".into());
    caught(work).unwrap_or_else(|| Err(damaged()))
}

/// The first row whose cells together are longer than a record can be.
fn long_record(columns: &[TypedColumn], rows: usize, longest: usize) -> Option<usize> {
    if columns.iter().map(TypedColumn::longest).sum::<usize>() <= longest {
        return None;
    }
    let mut lengths = vec![0_usize; rows];
    for column in columns {
        for (length, cell) in lengths.iter_mut().zip(column.text().iter()) {
            *length += cell.map_or(0, str::len);
        }
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
    let texts: Vec<&StringChunked> = columns.iter().map(TypedColumn::text).collect();
    let is_total = |row| total::is_total(texts.iter().map(|column| column.get(row).unwrap_or_default()));
    (0..rows).map(is_total).collect()
}

//! Parquet files: every column as the text that its values mean. METHOD §2.
//!
//! A row counts as the line on which it would stand in a CSV file: the first is line 2.

use std::collections::BTreeSet;
use std::fs::File;

use polars::prelude::{
    AnyValue, BooleanChunked, ChunkFilter, Column, DataFrame, DataType, ParallelStrategy, ParquetReader, PolarsError,
    PolarsResult, SerReader, StringChunked, TimeUnit,
};
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::block::Block;
use super::error::ReadError;
use super::foreign::caught;
use super::rows::FileInfo;
use super::settings::TableSettings;
use super::source::{Plan, Progress, Reading, SourceFile};
use super::total;
use crate::moment::Day;

/// Rows that are read at once.
const ROWS: usize = 1 << 17;

/// Between the items of a list.
const LIST_SEPARATOR: &str = ";";

/// Some rows of a file that follow each other in one row group.
#[derive(Debug, Clone, Copy)]
struct Slice {
    offset: usize,
    rows: usize,
}

/// Reads a file.
pub(super) fn read<T: Send>(file: &SourceFile, plan: &Plan<'_, T>) -> Result<Reading<T>, ReadError> {
    let (headings, slices) = outline(file)?;
    file.check_columns(headings.len(), plan.settings)?;
    let layout = (plan.layout)(&headings)?;
    let total_bytes = file.total_bytes();
    let (settings, each, progress) = (plan.settings, plan.each, plan.progress);
    let skip_totals = settings.skip_totals.unwrap_or(false);
    let parts: Vec<(u64, Vec<u64>, T)> = slices
        .par_iter()
        .enumerate()
        .map(|(number, slice)| {
            let mut block = block(file, settings, *slice, skip_totals)?;
            let skipped = std::mem::take(&mut block.skipped);
            let rows = (block.lines.len() + skipped.len()) as u64;
            Ok((rows, skipped, each(&layout, number, block)))
        })
        .collect::<Result<_, ReadError>>()?;
    let rows = parts.iter().map(|(rows, ..)| rows).sum();
    let skipped = parts.iter().flat_map(|(_, skipped, _)| skipped).copied().collect();
    progress(Progress { bytes: total_bytes, total_bytes, rows });
    let info = FileInfo { name: file.name.clone(), sha256: file.sha256()?, rows, skipped, warnings: Vec::new() };
    Ok(Reading { info, layout, parts: parts.into_iter().map(|(.., part)| part).collect() })
}

/// The records on these lines, as CSV records.
pub(super) fn records(
    file: &SourceFile,
    settings: &TableSettings,
    lines: &BTreeSet<u64>,
    each: &mut dyn FnMut(u64, String),
) -> Result<(), ReadError> {
    for slice in outline(file)?.1 {
        let first = slice.offset as u64 + 2;
        if lines.range(first..first + slice.rows as u64).next().is_none() {
            continue;
        }
        let block = block(file, settings, slice, false)?;
        for (row, line) in block.lines.iter().enumerate().filter(|(_, line)| lines.contains(line)) {
            each(*line, block.records.get(row));
        }
    }
    Ok(())
}

fn open(file: &SourceFile) -> Result<ParquetReader<File>, ReadError> {
    Ok(ParquetReader::new(File::open(&file.path).map_err(|error| file.unreadable(error))?))
}

/// The headings, and the slices that make up the file.
fn outline(file: &SourceFile) -> Result<(Vec<String>, Vec<Slice>), ReadError> {
    let mut reader = open(file)?;
    let outline = |reader: &mut ParquetReader<File>| -> PolarsResult<_> {
        let headings = reader.schema()?.iter_names().map(|name| name.to_string()).collect();
        let mut slices = Vec::new();
        let mut offset = 0;
        for group in &reader.get_metadata()?.row_groups {
            let end = offset + group.num_rows();
            while offset < end {
                let rows = ROWS.min(end - offset);
                slices.push(Slice { offset, rows });
                offset += rows;
            }
        }
        Ok((headings, slices))
    };
    sound(|| outline(&mut reader)).map_err(|error| file.table_error(1, error))
}

fn block(file: &SourceFile, settings: &TableSettings, slice: Slice, skip_totals: bool) -> Result<Block, ReadError> {
    let first = slice.offset as u64 + 2;
    let reader = open(file)?.with_slice(Some((slice.offset, slice.rows))).read_parallel(ParallelStrategy::None);
    let frame: DataFrame = sound(|| reader.finish()).map_err(|error| file.table_error(first, error))?;
    let mut columns = Vec::with_capacity(frame.width());
    for column in frame.columns() {
        columns.push(text_column(column).map_err(|error| file.table_error(first, error))?.ok_or_else(|| {
            ReadError::ColumnKind {
                file: file.name.clone(),
                column: column.name().to_string(),
                kind: column.dtype().to_string(),
            }
        })?);
    }
    if let Some(row) = long_record(&columns, frame.height(), settings.limits.record()) {
        let line = first + row as u64;
        return Err(ReadError::LongRecord { file: file.name.clone(), line, limit: settings.limits.record_mib });
    }
    let filled = filled(&columns, frame.height());
    let totals = if skip_totals { totals(&columns, frame.height()) } else { vec![false; frame.height()] };
    let rows = || (first..).zip(filled.iter().zip(&totals)).filter(|(_, (filled, _))| **filled);
    let lines = rows().filter(|(_, (_, total))| !**total).map(|(line, _)| line).collect();
    let skipped = rows().filter(|(_, (_, total))| **total).map(|(line, _)| line).collect();
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
fn long_record(columns: &[StringChunked], rows: usize, longest: usize) -> Option<usize> {
    let arrays = columns.iter().flat_map(StringChunked::downcast_iter);
    if arrays.map(|array| array.total_bytes_len()).sum::<usize>() <= longest {
        return None;
    }
    let mut lengths = vec![0_usize; rows];
    for column in columns {
        for (length, cell) in lengths.iter_mut().zip(column.iter()) {
            *length += cell.map_or(0, str::len);
        }
    }
    lengths.into_iter().position(|length| length > longest)
}

/// Which rows have a cell that is not empty.
fn filled(columns: &[StringChunked], rows: usize) -> Vec<bool> {
    let mut filled = vec![false; rows];
    for column in columns {
        for (filled, cell) in filled.iter_mut().zip(column.iter()) {
            *filled |= cell.is_some_and(|cell| !cell.trim().is_empty());
        }
        if !filled.contains(&false) {
            break;
        }
    }
    filled
}

/// Which rows are totals.
fn totals(columns: &[StringChunked], rows: usize) -> Vec<bool> {
    let is_total = |row| total::is_total(columns.iter().map(|column| column.get(row).unwrap_or_default()));
    (0..rows).map(is_total).collect()
}

/// A column as text; `None` when its values cannot be cells.
fn text_column(column: &Column) -> PolarsResult<Option<StringChunked>> {
    let series = column.as_materialized_series();
    if let DataType::String = series.dtype() {
        return Ok(Some(series.str()?.clone()));
    }
    let mut texts = Vec::with_capacity(series.len());
    for value in series.iter() {
        match value {
            AnyValue::Null => texts.push(None),
            value => match text(&value) {
                Some(text) => texts.push(Some(text)),
                None => return Ok(None),
            },
        }
    }
    Ok(Some(texts.into_iter().collect()))
}

/// A value as the text of a cell.
fn text(value: &AnyValue<'_>) -> Option<String> {
    Some(match value {
        AnyValue::Null => String::new(),
        AnyValue::Boolean(value) => value.to_string(),
        AnyValue::String(text) => (*text).to_owned(),
        AnyValue::StringOwned(text) => text.to_string(),
        AnyValue::Binary(bytes) => std::str::from_utf8(bytes).ok()?.to_owned(),
        AnyValue::Int8(value) => value.to_string(),
        AnyValue::Int16(value) => value.to_string(),
        AnyValue::Int32(value) => value.to_string(),
        AnyValue::Int64(value) => value.to_string(),
        AnyValue::Int128(value) => value.to_string(),
        AnyValue::UInt8(value) => value.to_string(),
        AnyValue::UInt16(value) => value.to_string(),
        AnyValue::UInt32(value) => value.to_string(),
        AnyValue::UInt64(value) => value.to_string(),
        // Binary numbers are shown as their shortest decimal, without an exponent.
        AnyValue::Float32(value) => value.to_string(),
        AnyValue::Float64(value) => value.to_string(),
        AnyValue::Decimal(value, _, scale) => decimal(*value, *scale),
        AnyValue::Date(day) => Day(*day).date()?.to_string(),
        AnyValue::Datetime(ticks, unit, _) => moment(*ticks, *unit)?,
        AnyValue::List(items) => items.iter().map(|item| text(&item)).collect::<Option<Vec<_>>>()?.join(LIST_SEPARATOR),
        _ => return None,
    })
}

/// A decimal without zeros at its end.
fn decimal(value: i128, scale: usize) -> String {
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = scale + 1);
    let (whole, places) = digits.split_at_checked(digits.len() - scale).unwrap_or((&digits, ""));
    let sign = if value < 0 { "-" } else { "" };
    match places.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        places => format!("{sign}{whole}.{places}"),
    }
}

fn moment(ticks: i64, unit: TimeUnit) -> Option<String> {
    let per_second = match unit {
        TimeUnit::Nanoseconds => 1_000_000_000,
        TimeUnit::Microseconds => 1_000_000,
        TimeUnit::Milliseconds => 1_000,
    };
    let seconds = ticks.div_euclid(per_second);
    let date = Day(i32::try_from(seconds.div_euclid(86_400)).ok()?).date()?;
    let second = seconds.rem_euclid(86_400);
    Some(format!("{date} {:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60))
}

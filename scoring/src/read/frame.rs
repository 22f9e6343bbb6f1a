//! The edge to polars: whole records in, text columns out.

use std::io::Cursor;
use std::sync::Arc;

use polars::prelude::{CsvReadOptions, DataType, PolarsError, PolarsResult, Schema, SerReader, StringChunked};
use rustc_hash::FxHashMap;

/// The line above the records. It keeps polars from taking the first bytes of a record for the mark of an encoding
/// or of a compressed file.
pub(super) const HEADER: &[u8] = b"c\n";

/// A schema of so many text columns.
pub(super) fn schema(width: usize) -> Arc<Schema> {
    Arc::new((0..width).map(|place| (format!("c{place}").into(), DataType::String)).collect())
}

/// The columns at the places that are used, of canonical CSV below [`HEADER`]; an empty cell is null.
///
/// # Errors
/// Those of polars, and one when it does not find as many rows as there are.
pub(super) fn columns(
    text: &[u8],
    rows: usize,
    schema: &Arc<Schema>,
    used: &[usize],
) -> PolarsResult<FxHashMap<usize, StringChunked>> {
    if rows == 0 || used.is_empty() {
        return Ok(FxHashMap::default());
    }
    let frame = CsvReadOptions::default()
        .with_schema(Some(Arc::clone(schema)))
        .with_projection(Some(Arc::new(used.to_vec())))
        .with_has_header(true)
        .with_n_threads(Some(1))
        .with_infer_schema_length(Some(0))
        .into_reader_with_file_handle(Cursor::new(text))
        .finish()?;
    if frame.height() != rows {
        let found = frame.height();
        return Err(PolarsError::ComputeError(format!("{rows} records became {found} rows").into()));
    }
    used.iter().zip(frame.columns()).map(|(place, column)| Ok((*place, column.str()?.clone()))).collect()
}

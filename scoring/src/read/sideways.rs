//! Tables that lie on their side: headings down the first column, a record in each column.

use super::error::ReadError;
use super::scan::Records;
use super::stream::Chunk;
use super::{scan, trim};

/// Why a heading is missing, when a row below the header begins with it; else that it is missing.
///
/// `next` are records that follow the header.
pub(super) fn reason(missing: ReadError, next: Option<&Chunk>) -> ReadError {
    let (file, names) = match &missing {
        ReadError::MissingColumn { file, column, aliases, .. } => {
            (file, [column].into_iter().chain(*aliases).copied().collect())
        }
        ReadError::MissingHeading { file, heading, .. } => (file, vec![heading.as_str()]),
        _ => return missing,
    };
    let records = next.into_iter().flat_map(|chunk| Records::new(&chunk.bytes, chunk.line));
    let heads = records.filter_map(|record| {
        let cell = scan::cells(record.bytes).next()?;
        let cell = trim(std::str::from_utf8(&cell).ok()?);
        names.contains(&cell).then(|| (record.line, cell.to_owned()))
    });
    match { heads }.next() {
        Some((line, heading)) => ReadError::OnItsSide { file: file.clone(), line, heading },
        None => missing,
    }
}

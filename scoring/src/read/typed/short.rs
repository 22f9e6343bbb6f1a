//! Ids as most Parquet files hold them: of ASCII, and so short that the view of a text holds all of it.
//!
//! Every task has another id, so ids alone go through reading one by one. Each of these is copied in a fixed number of
//! bytes, and that none has characters of full width is seen at once for all.

use polars::prelude::StringChunked;
use polars_arrow::array::Array;

use crate::read::batch::TextColumn;
use crate::read::layout::is_plain;

/// The most bytes that a view holds itself.
const SHORT: u32 = 12;

/// Bytes that are copied of a view: those of its text, and zeros.
const COPIED: usize = 16;

/// The cells of a column of ids; `None` where one of them is blank, longer, no ASCII, or not plainly as it is read.
pub(super) fn ids(texts: &StringChunked) -> Option<TextColumn> {
    let rows = texts.len();
    let (mut text, mut end) = (vec![0; rows * SHORT as usize + COPIED], 0);
    let mut places = Vec::with_capacity(rows);
    for array in texts.downcast_iter() {
        if array.has_nulls() {
            return None;
        }
        for view in array.views().iter() {
            let high = u128::from(view.offset) << 64 | u128::from(view.buffer_idx) << 32;
            let bytes = (high | u128::from(view.prefix)).to_le_bytes();
            let cell = bytes.get(..view.length as usize).filter(|_| view.length <= SHORT)?;
            if !is_plain(cell) {
                return None;
            }
            text.get_mut(end..end + COPIED)?.copy_from_slice(&bytes);
            let start = end;
            end += cell.len();
            places.push((u32::try_from(start).ok()?, u32::try_from(end).ok()?));
        }
    }
    text.truncate(end);
    text.is_ascii().then(|| String::from_utf8(text).ok())?.map(|text| TextColumn::of(text, places))
}

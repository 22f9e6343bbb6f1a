//! Pages of ids as they stand in most files: each text behind its length, and one in every row.
//!
//! polars makes a view of each text, which costs more than all else that is done with an id. Here the bytes stay as they
//! are, and it is noted where each text lies; other pages are left to polars.

use std::ops::Range;

use polars_buffer::Buffer;
use polars_parquet::parquet::encoding::Encoding;
use polars_parquet::parquet::page::{DataPage, split_buffer};

use super::pages::{Pages, Present};
use crate::read::layout::is_plain;
use crate::read::typed::PlainTexts;

/// Some rows of a column whose pages have so many bytes; `None` where a page is another one, or a text is long, no
/// ASCII, or not plainly as it is read.
pub(super) fn texts(mut pages: Pages<'_>, rows: &Range<usize>, bytes: usize) -> Option<PlainTexts> {
    // So much room that a page after the first does not move those before it; but not whatever a file says of itself.
    let most = rows.len() * (size_of::<u32>() + PlainTexts::LONGEST);
    let (mut bytes, mut places) = (Vec::with_capacity(bytes.min(most)), Vec::with_capacity(rows.len()));
    let first = pages.each(rows, |page| add(page, &mut bytes, &mut places))?;
    let text = bytes.is_ascii().then(|| String::from_utf8(bytes).ok())??;
    Some(PlainTexts::new(text, Buffer::from(places).sliced(rows.start - first..rows.end - first)))
}

/// Adds the bytes of a page, and where each of its texts starts and ends among them.
fn add(page: &DataPage, bytes: &mut Vec<u8>, places: &mut Vec<(u32, u32)>) -> Option<()> {
    let parts = split_buffer(page).ok()?;
    let is_whole = parts.rep.is_empty() && matches!(Present::of(page, parts.def)?, Present::All);
    if page.encoding() != Encoding::Plain || !is_whole {
        return None;
    }
    let (mut at, mut left) = (bytes.len(), parts.values);
    bytes.extend_from_slice(left);
    u32::try_from(bytes.len()).ok()?;
    for _ in 0..page.num_values() {
        let (length, behind) = left.split_first_chunk()?;
        let length = u32::from_le_bytes(*length) as usize;
        // The length of a short text is ASCII, too, so that all bytes together are a text.
        let (text, behind) = behind.split_at_checked(length).filter(|_| length <= PlainTexts::LONGEST)?;
        if !is_plain(text) {
            return None;
        }
        let start = at + size_of::<u32>();
        at = start + length;
        left = behind;
        places.push((start as u32, at as u32));
    }
    left.is_empty().then_some(())
}

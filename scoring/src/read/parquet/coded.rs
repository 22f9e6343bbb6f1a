//! Columns whose texts or values stand once each in a dictionary, and by the number of one in each row, as names, words
//! and days do in most files.
//!
//! The dictionary is not spread over the rows, and the bytes of its texts stay as they are; other pages are left to
//! polars.

use std::ops::Range;

use polars::prelude::{ArrayRef, ArrowDataType, ArrowField, Series};
use polars_arrow::array::PrimitiveArray;
use polars_arrow::types::NativeType;
use polars_buffer::Buffer;
use polars_parquet::parquet::encoding::Encoding;
use polars_parquet::parquet::encoding::hybrid_rle::{HybridRleChunk, HybridRleDecoder};
use polars_parquet::parquet::page::{DataPage, split_buffer};

use super::pages::{Pages, Present, spread};
use crate::read::typed::{CodedTexts, Codes, Distinct};

/// The widest number of a text.
const MOST_BITS: u8 = 32;

/// Numbers that are unpacked at a time.
const PACK: usize = 32;

/// Some rows of a column of texts; `None` where its pages do not all hold numbers of a dictionary's texts.
///
/// What the end of the file says of the pages does not show that, so it is tried.
pub(super) fn texts(mut pages: Pages<'_>, rows: &Range<usize>) -> Option<CodedTexts> {
    let dictionary = pages.dictionary()?;
    let texts = Distinct::of_page(dictionary.buffer.into_vec(), dictionary.num_values)?;
    let codes = codes(pages, rows, texts.len())?;
    Some(CodedTexts::new(texts, codes))
}

/// The same for a column of days or of numbers: those of the dictionary, and the codes of the rows.
#[expect(clippy::disallowed_types, reason = "a file may hold binary numbers; what they mean is found elsewhere")]
pub(super) fn values(mut pages: Pages<'_>, rows: &Range<usize>, field: &ArrowField) -> Option<(Series, Codes)> {
    let dictionary = pages.dictionary()?;
    let bytes = dictionary.buffer.as_ref();
    let array = match field.dtype {
        ArrowDataType::Int32 | ArrowDataType::Date32 => array(field, bytes, i32::from_le_bytes),
        ArrowDataType::Int64 => array(field, bytes, i64::from_le_bytes),
        ArrowDataType::Float64 => array(field, bytes, f64::from_le_bytes),
        _ => return None,
    };
    let array = array.filter(|array| array.len() == dictionary.num_values)?;
    let codes = codes(pages, rows, array.len())?;
    Some((Series::try_from((field, vec![array])).ok()?, codes))
}

/// The values that bytes are, one behind the other.
fn array<T: NativeType, const SIZE: usize>(
    field: &ArrowField,
    bytes: &[u8],
    value: impl Fn([u8; SIZE]) -> T,
) -> Option<ArrayRef> {
    let (values, rest) = bytes.as_chunks();
    let values = values.iter().map(|bytes| value(*bytes)).collect();
    rest.is_empty().then(|| PrimitiveArray::new(field.dtype.clone(), values, None).boxed())
}

/// The codes of some rows, in pages after that of a dictionary with so many entries.
fn codes(mut pages: Pages<'_>, rows: &Range<usize>, entries: usize) -> Option<Codes> {
    let none = u32::try_from(entries).ok()?;
    let (mut codes, mut has_none) = (Vec::with_capacity(rows.len() + PACK), false);
    let first = pages.each(rows, |page| add(page, none, &mut codes, &mut has_none))?;
    Some(Codes::new(Buffer::from(codes).sliced(rows.start - first..rows.end - first), has_none))
}

/// Adds the numbers of a page, that of `none` where a row has nothing.
fn add(page: &DataPage, none: u32, codes: &mut Vec<u32>, has_none: &mut bool) -> Option<()> {
    let parts = split_buffer(page).ok()?;
    if !matches!(page.encoding(), Encoding::PlainDictionary | Encoding::RleDictionary) || !parts.rep.is_empty() {
        return None;
    }
    let present = Present::of(page, parts.def)?;
    let count = present.values(page);
    let (bits, packed) = parts.values.split_first().filter(|(bits, _)| **bits <= MOST_BITS)?;
    let packed = HybridRleDecoder::new(packed, u32::from(*bits), count);
    match present {
        Present::All => unpack(packed, count, none, codes)?,
        Present::Some(rows) => {
            let mut known = Vec::new();
            unpack(packed, count, none, &mut known)?;
            *has_none |= count < rows.len();
            codes.extend(spread(&rows, &known, none));
        }
    }
    Some(())
}

/// Adds so many packed numbers, all of them below `none`.
fn unpack(packed: HybridRleDecoder<'_>, count: usize, none: u32, codes: &mut Vec<u32>) -> Option<()> {
    let before = codes.len();
    // The last ones are unpacked with those that fill up their pack: without room for it, all would be moved elsewhere.
    codes.reserve(count + PACK);
    for chunk in packed.into_chunk_iter() {
        match chunk.ok()? {
            HybridRleChunk::Rle(code, times) => codes.resize(codes.len() + times, code),
            HybridRleChunk::Bitpacked(pack) => pack.collect_into(codes),
        }
    }
    let added = codes.get(before..)?;
    let last = added.iter().fold(0, |last, code| (*code).max(last));
    (added.len() == count && (count == 0 || last < none)).then_some(())
}

//! Columns of numbers or days that stand in the rows one by one, as numbers do of which nearly each is another one.
//!
//! They are taken from where a page is unpacked, which is the same place for all columns; other pages are left to polars.

use std::ops::Range;

use polars::prelude::{ArrayRef, ArrowDataType, ArrowField, Series};
use polars_arrow::array::PrimitiveArray;
use polars_arrow::bitmap::BitmapBuilder;
use polars_arrow::types::NativeType;
use polars_parquet::parquet::encoding::Encoding;
use polars_parquet::parquet::page::{DataPage, split_buffer};

use super::pages::{Pages, Present, spread};

/// Some rows of a column; `None` where a page holds its values in another way.
#[expect(clippy::disallowed_types, reason = "a file may hold binary numbers; what they mean is found elsewhere")]
pub(super) fn values(pages: Pages<'_>, rows: &Range<usize>, field: &ArrowField) -> Option<Series> {
    let array = match field.dtype {
        ArrowDataType::Int32 | ArrowDataType::Date32 => array(pages, rows, field, i32::from_le_bytes),
        ArrowDataType::Int64 => array(pages, rows, field, i64::from_le_bytes),
        ArrowDataType::Float64 => array(pages, rows, field, f64::from_le_bytes),
        _ => None,
    };
    Series::try_from((field, vec![array?])).ok()
}

fn array<T: NativeType, const SIZE: usize>(
    mut pages: Pages<'_>,
    rows: &Range<usize>,
    field: &ArrowField,
    value: impl Fn([u8; SIZE]) -> T,
) -> Option<ArrayRef> {
    let mut values = Vec::with_capacity(rows.len());
    let mut are_values = BitmapBuilder::with_capacity(rows.len());
    let first = pages.each(rows, |page| add(page, &value, &mut values, &mut are_values))?;
    let array = PrimitiveArray::new(field.dtype.clone(), values.into(), are_values.into_opt_validity());
    Some(array.boxed().sliced(rows.start - first, rows.len()))
}

/// Adds the values of a page, and which rows have one.
fn add<T: NativeType, const SIZE: usize>(
    page: &DataPage,
    value: impl Fn([u8; SIZE]) -> T,
    values: &mut Vec<T>,
    are_values: &mut BitmapBuilder,
) -> Option<()> {
    let parts = split_buffer(page).ok()?;
    let (known, rest) = parts.values.as_chunks();
    if page.encoding() != Encoding::Plain || !parts.rep.is_empty() || !rest.is_empty() {
        return None;
    }
    let present = Present::of(page, parts.def)?;
    if known.len() != present.values(page) {
        return None;
    }
    match present {
        Present::All => {
            values.extend(known.iter().map(|bytes| value(*bytes)));
            are_values.extend_constant(known.len(), true);
        }
        Present::Some(rows) => {
            values.extend(spread(&rows, known, [0; SIZE]).map(value));
            are_values.extend_trusted_len_iter(rows.iter().map(|row| *row > 0));
        }
    }
    Some(())
}

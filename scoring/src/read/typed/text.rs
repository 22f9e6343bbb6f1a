//! The texts of values.

use polars::prelude::{AnyValue, Series, StringChunked};

use super::values::second;
use crate::moment::Day;

/// Between the items of a list.
const LIST_SEPARATOR: &str = ";";

/// Values as texts; `None` when one of them has none.
pub(super) fn of(values: &Series) -> Option<StringChunked> {
    let text = |value| match value {
        AnyValue::Null => Some(None),
        value => of_value(&value).map(Some),
    };
    values.iter().map(text).collect()
}

/// A value as the text of a cell.
pub(super) fn of_value(value: &AnyValue<'_>) -> Option<String> {
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
        AnyValue::Datetime(ticks, unit, _) => {
            let (day, second) = second(*ticks, *unit)?;
            format!("{} {:02}:{:02}:{:02}", day.date()?, second / 3600, second / 60 % 60, second % 60)
        }
        AnyValue::List(items) => {
            items.iter().map(|item| of_value(&item)).collect::<Option<Vec<_>>>()?.join(LIST_SEPARATOR)
        }
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

//! Columns as they come from Parquet files, whose values have types. METHOD §2.
//!
//! A value means what its text would mean in a CSV file.

mod coded;
mod codes;
mod plain;
mod short;
mod text;
mod values;

use std::borrow::Cow;

use polars::prelude::{BooleanChunked, PolarsResult, Series, StringChunked};

use super::batch::TextColumn;
pub use coded::{CodedTexts, Distinct};
pub(super) use codes::Codes;
pub use plain::PlainTexts;
pub(super) use values::Values;

/// A column.
#[derive(Debug)]
pub(super) enum TypedColumn {
    /// A value for each row.
    Values(Values),
    /// Texts by code.
    Coded(CodedTexts),
    /// Texts that are read as they stand.
    Plain(PlainTexts),
}

/// The texts of a column, one a row.
#[derive(Debug, Clone, Copy)]
pub(super) enum TypedTexts<'a> {
    /// By row.
    Each(&'a StringChunked),
    /// By code.
    Coded(&'a CodedTexts),
    /// As they stand.
    Plain(&'a PlainTexts),
}

impl TypedColumn {
    /// A column of values; `None` when they cannot be cells.
    pub fn of(values: Series) -> PolarsResult<Option<Self>> {
        Ok(Values::of(values)?.map(Self::Values))
    }

    /// A column of values by their codes in a dictionary without blanks; `None` when they cannot be cells.
    pub fn of_codes(dictionary: Series, codes: Codes) -> PolarsResult<Option<Self>> {
        Ok(Values::of_codes(dictionary, codes)?.map(Self::Values))
    }

    /// Its values, where they are dates, numbers or truths, whose texts are never blank and have no spaces around them.
    pub fn plain(&self) -> Option<&Values> {
        match self {
            Self::Values(values) => Some(values).filter(|values| values.is_plain()),
            Self::Coded(_) | Self::Plain(_) => None,
        }
    }

    /// Its texts by code, where they have codes.
    pub fn coded(&self) -> Option<&CodedTexts> {
        match self {
            Self::Values(_) | Self::Plain(_) => None,
            Self::Coded(texts) => Some(texts),
        }
    }

    /// The texts of the rows.
    pub fn texts(&self) -> TypedTexts<'_> {
        match self {
            Self::Values(values) => TypedTexts::Each(values.text()),
            Self::Coded(texts) => TypedTexts::Coded(texts),
            Self::Plain(texts) => TypedTexts::Plain(texts),
        }
    }

    /// The text of a row; empty for none.
    pub fn cell(&self, row: usize) -> Cow<'_, str> {
        match self {
            Self::Values(values) => values.cell(row),
            Self::Coded(texts) => texts.get(row).unwrap_or_default().into(),
            Self::Plain(texts) => texts.get(row).unwrap_or_default().into(),
        }
    }

    /// Its cells as ids, where all of them are short and plain.
    pub fn short_ids(&self) -> Option<TextColumn> {
        match self {
            Self::Values(values) => short::ids(values.known_text()?),
            Self::Coded(_) => None,
            Self::Plain(texts) => Some(texts.cells()),
        }
    }

    /// Bytes that no cell is longer than.
    pub fn longest(&self) -> usize {
        match self {
            Self::Values(values) => values.longest(),
            Self::Coded(texts) => texts.longest(),
            Self::Plain(_) => PlainTexts::LONGEST,
        }
    }

    /// Whether it is known at once that every row has a cell that is not empty.
    pub fn is_filled(&self) -> bool {
        match self {
            Self::Values(values) => values.is_filled(),
            Self::Coded(texts) => texts.is_filled(),
            Self::Plain(_) => true,
        }
    }

    /// Notes which rows have a cell that is not empty.
    pub fn note_filled(&self, filled: &mut [bool]) {
        match self {
            Self::Values(values) => values.note_filled(filled),
            Self::Coded(texts) => texts.note_filled(filled),
            Self::Plain(_) => filled.fill(true),
        }
    }

    /// Some rows that follow each other.
    pub fn slice(&self, start: usize, rows: usize) -> Self {
        match self {
            Self::Values(values) => Self::Values(values.slice(start, rows)),
            Self::Coded(texts) => Self::Coded(texts.slice(start, rows)),
            Self::Plain(texts) => Self::Plain(texts.slice(start, rows)),
        }
    }

    /// The rows of a mask.
    pub fn filter(&self, mask: &BooleanChunked) -> PolarsResult<Self> {
        Ok(match self {
            Self::Values(values) => Self::Values(values.filter(mask)?),
            Self::Coded(texts) => Self::Coded(texts.filter(mask)),
            Self::Plain(texts) => Self::Plain(texts.filter(mask)),
        })
    }
}

impl<'a> TypedTexts<'a> {
    /// The text of a row.
    pub fn get(self, row: usize) -> Option<&'a str> {
        match self {
            Self::Each(texts) => texts.get(row),
            Self::Coded(texts) => texts.get(row),
            Self::Plain(texts) => texts.get(row),
        }
    }

    /// Adds up the texts of all rows.
    #[inline]
    pub fn fold<T>(self, first: T, add: impl FnMut(T, Option<&'a str>) -> T) -> T {
        match self {
            Self::Each(texts) => texts.downcast_iter().flat_map(|array| array.iter()).fold(first, add),
            Self::Coded(texts) => texts.codes().iter().map(|code| texts.raw(*code)).fold(first, add),
            Self::Plain(texts) => texts.iter().fold(first, add),
        }
    }
}

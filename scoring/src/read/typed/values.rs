//! Columns of values, each with a type. Most dates and numbers show without their text what they mean, so the text is
//! made when something asks for it.

use std::borrow::Cow;
use std::sync::OnceLock;

use polars::prelude::{
    AnyValue, BooleanChunked, ChunkAgg, ChunkFilter, ChunkedArray, DataType, PolarsNumericType, PolarsResult, Series,
    StringChunked, TimeUnit,
};

use polars_arrow::array::Array;

use super::codes::Codes;
use super::text;
use crate::moment::{Day, Moment, SECONDS_PER_DAY};
use crate::policy::Resolution;
use crate::read::batch::Making;
use crate::read::date::DateContext;
use crate::read::float::{self, Decimals};

/// Bytes that the text of a date or a number has at most: the binary number next to zero has 327.
const LONGEST: usize = 330;

/// Places with which 64 bits of digits are not more than a number may have.
const MOST_PLACES: u8 = 18;

/// Values, and their texts when something has asked for them.
#[derive(Debug)]
pub(in crate::read) struct Values {
    /// One a row; or, where rows have codes, each once.
    values: Series,
    codes: Option<Codes>,
    text: OnceLock<StringChunked>,
    /// Whether they are dates that cells can name, too.
    is_of_cells: bool,
}

impl Values {
    /// Values; `None` when they cannot be cells.
    pub fn of(values: Series) -> PolarsResult<Option<Self>> {
        let text = match values.dtype() {
            DataType::String => Some(values.str()?.clone()),
            DataType::Date if !are_all(values.date()?.physical(), |day| Day(day).date().is_some()) => return Ok(None),
            DataType::Datetime(unit, _)
                if !are_all(values.datetime()?.physical(), |ticks| {
                    second(ticks, *unit).is_some_and(|(day, _)| day.date().is_some())
                }) =>
            {
                return Ok(None);
            }
            dtype if is_plain(dtype) => None,
            _ => match text::of(&values) {
                Some(text) => Some(text),
                None => return Ok(None),
            },
        };
        // Cells can name the days from the year 1 on.
        let is_cell = |day: Day| day >= Day::of_parts(1, 1, 1);
        let is_of_cells = match values.dtype() {
            DataType::Date => are_all(values.date()?.physical(), |day| is_cell(Day(day))),
            DataType::Datetime(unit, _) => {
                let is_cell = |ticks| second(ticks, *unit).is_some_and(|(day, _)| is_cell(day));
                are_all(values.datetime()?.physical(), is_cell)
            }
            _ => false,
        };
        let text = text.map_or_else(OnceLock::new, OnceLock::from);
        Ok(Some(Self { values, codes: None, text, is_of_cells }))
    }

    /// Values by their codes in a dictionary; `None` when they cannot be cells.
    pub fn of_codes(dictionary: Series, codes: Codes) -> PolarsResult<Option<Self>> {
        if let Some(values) = Self::of(dictionary.clone())?.filter(Self::is_plain) {
            return Ok(Some(Self { codes: Some(codes), ..values }));
        }
        // One that can be no cell may be no row's.
        let rows = codes.as_slice().iter().map(|code| Some(*code).filter(|code| (*code as usize) < dictionary.len()));
        Self::of(dictionary.take(&rows.collect())?)
    }

    /// Whether rows have codes.
    #[cfg(test)]
    pub fn is_coded(&self) -> bool {
        self.codes.is_some()
    }

    /// The texts of the values.
    pub fn text(&self) -> &StringChunked {
        // There is no column of values that have none.
        let text = || text::of(&self.values).unwrap_or_default();
        self.text.get_or_init(|| match &self.codes {
            Some(codes) => {
                let text = text();
                let texts: Vec<Option<&str>> = text.iter().chain([None]).collect();
                codes.as_slice().iter().map(|code| texts.get(*code as usize).copied().flatten()).collect()
            }
            None => text(),
        })
    }

    /// The texts of the values, where they are there already, as those of texts are.
    pub fn known_text(&self) -> Option<&StringChunked> {
        self.text.get()
    }

    /// The text of a row's value; empty for none.
    pub fn cell(&self, row: usize) -> Cow<'_, str> {
        match self.text.get() {
            Some(text) => text.get(row).unwrap_or_default().into(),
            None => self.value(row).and_then(|value| text::of_value(&value)).unwrap_or_default().into(),
        }
    }

    fn value(&self, row: usize) -> Option<AnyValue<'_>> {
        let place = self.codes.as_ref().map_or(Some(row), |codes| Some(*codes.as_slice().get(row)? as usize))?;
        self.values.get(place).ok()
    }

    /// Bytes that no cell is longer than.
    pub fn longest(&self) -> usize {
        match self.text.get() {
            Some(text) => {
                let lengths = text.downcast_iter().flat_map(|array| array.len_iter());
                lengths.max().map_or(0, |longest| longest as usize)
            }
            None => LONGEST,
        }
    }

    /// Whether it is known at once that every row has a cell that is not empty.
    pub fn is_filled(&self) -> bool {
        let is_none_blank = || self.codes.as_ref().map_or(self.values.null_count() == 0, |codes| !codes.has_none);
        self.text.get().is_none() && is_none_blank()
    }

    /// Notes which rows have a cell that is not empty.
    pub fn note_filled(&self, filled: &mut [bool]) {
        match (self.text.get(), &self.codes) {
            (Some(text), _) => {
                note(filled, text.iter().map(|cell| cell.is_some_and(|cell| !cell.trim_start().is_empty())));
            }
            (None, Some(codes)) => {
                note(filled, codes.as_slice().iter().map(|code| (*code as usize) < self.values.len()));
            }
            (None, None) => note(filled, self.values.is_not_null().iter().map(|is_value| is_value == Some(true))),
        }
    }

    /// Some rows that follow each other.
    pub fn slice(&self, start: usize, rows: usize) -> Self {
        let first = i64::try_from(start).unwrap_or(i64::MAX);
        let text = self.text.get().map(|text| text.slice(first, rows));
        let text = text.map_or_else(OnceLock::new, OnceLock::from);
        let (values, codes) = match &self.codes {
            Some(codes) => (self.values.clone(), Some(codes.slice(start, rows))),
            None => (self.values.slice(first, rows), None),
        };
        Self { values, codes, text, ..*self }
    }

    /// The rows of a mask.
    pub fn filter(&self, mask: &BooleanChunked) -> PolarsResult<Self> {
        let text = self.text.get().map(|text| text.filter(mask)).transpose()?;
        let text = text.map_or_else(OnceLock::new, OnceLock::from);
        let (values, codes) = match &self.codes {
            Some(codes) => (self.values.clone(), Some(codes.filter(mask))),
            None => (self.values.filter(mask)?, None),
        };
        Ok(Self { values, codes, text, ..*self })
    }

    /// Whether the values are dates, numbers or truths, whose texts are never blank and have no spaces around them.
    pub fn is_plain(&self) -> bool {
        is_plain(self.values.dtype())
    }

    /// The values as dates; `None` where their texts have to say what they are.
    pub fn dates(&self, context: &DateContext) -> Option<Vec<Option<Moment>>> {
        let dates = self.each_as_date(context)?;
        let Some(codes) = &self.codes else { return Some(dates) };
        Some(codes.as_slice().iter().map(|code| dates.get(*code as usize).copied().flatten()).collect())
    }

    fn each_as_date(&self, context: &DateContext) -> Option<Vec<Option<Moment>>> {
        if !self.is_of_cells || !context.formats.is_empty() {
            return None;
        }
        let resolution = context.resolution;
        match self.values.dtype() {
            DataType::Date => {
                Some(each(self.values.date().ok()?.physical(), |day| Moment::of_day(Day(day), resolution)))
            }
            DataType::Datetime(unit, _) => {
                // Each has a day and a second, since all of them have a cell.
                let moment = |ticks| match (second(ticks, *unit).unwrap_or((Day(0), 0)), resolution) {
                    ((day, second), Resolution::Second) => Moment::at(day, second),
                    ((day, _), Resolution::Day) => Moment::of_day(day, resolution),
                };
                Some(each(self.values.datetime().ok()?.physical(), moment))
            }
            _ => None,
        }
    }

    /// The values as numbers: what `plain` makes of the digits and the places of a decimal, or else `other` of the row
    /// and the text. `None` where the texts alone say what they are.
    pub fn numbers<T, C: Making<T>>(
        &self,
        plain: impl Fn(i64, u8) -> Option<T>,
        mut other: impl FnMut(usize, &str) -> Option<T>,
    ) -> Option<C> {
        let Some(codes) = &self.codes else { return self.each_as_number(plain, other) };
        let decimals: Vec<Option<(i64, u8)>> =
            self.each_as_number(|digits, places| Some(float::shortened(digits, places)), |_, _| None)?;
        let mut made = C::with_room(codes.as_slice().len());
        for (row, code) in codes.as_slice().iter().enumerate() {
            match decimals.get(*code as usize) {
                None => made.add(None),
                Some(decimal) => match decimal.and_then(|(digits, places)| plain(digits, places)) {
                    Some(value) => made.add(Some(value)),
                    None => made.add(other(row, &self.cell(row))),
                },
            }
        }
        Some(made)
    }

    fn each_as_number<T, C: Making<T>>(
        &self,
        plain: impl Fn(i64, u8) -> Option<T>,
        other: impl FnMut(usize, &str) -> Option<T>,
    ) -> Option<C> {
        let plain = |(digits, places)| plain(digits, places);
        match self.values.dtype() {
            DataType::Float64 => {
                let mut decimals = Decimals::new();
                Some(self.each_or(self.values.f64().ok()?, |value| decimals.next(value).and_then(plain), other))
            }
            DataType::Decimal(_, scale) => {
                let digits = self.values.decimal().ok()?.physical();
                Some(self.each_or(digits, |digits| short(digits, *scale).and_then(plain), other))
            }
            DataType::Int8
            | DataType::Int16
            | DataType::Int32
            | DataType::Int64
            | DataType::UInt8
            | DataType::UInt16
            | DataType::UInt32 => {
                let whole = self.values.cast(&DataType::Int64).ok()?;
                Some(self.each_or(whole.i64().ok()?, |whole| plain((whole, 0)), other))
            }
            _ => None,
        }
    }

    /// What `plain` makes of each value, or else `other` of its row and its text.
    fn each_or<N: PolarsNumericType, T, C: Making<T>>(
        &self,
        values: &ChunkedArray<N>,
        mut plain: impl FnMut(N::Native) -> Option<T>,
        mut other: impl FnMut(usize, &str) -> Option<T>,
    ) -> C {
        let mut made = C::with_room(values.len());
        for array in values.downcast_iter() {
            let validity = array.validity().filter(|_| array.has_nulls());
            // Each value is put in its place where it is known, so that none is moved there from elsewhere.
            for (place, value) in array.values_iter().enumerate() {
                // What stands where there is no value is a value as well, but nobody's.
                if validity.is_some_and(|validity| validity.get(place) != Some(true)) {
                    made.add(None);
                } else if let Some(value) = plain(*value) {
                    made.add(Some(value));
                } else {
                    made.add(other(made.cells(), &self.cell(made.cells())));
                }
            }
        }
        made
    }
}

/// What something makes of each value.
fn each<N: PolarsNumericType, T>(values: &ChunkedArray<N>, something: impl Fn(N::Native) -> T) -> Vec<Option<T>> {
    let mut made = Vec::with_capacity(values.len());
    for array in values.downcast_iter() {
        match array.validity().filter(|_| array.has_nulls()) {
            Some(validity) => {
                let values = array.values_iter().zip(validity.iter());
                made.extend(values.map(|(value, is_value)| if is_value { Some(something(*value)) } else { None }));
            }
            // Nothing is to be asked of a row then.
            None => made.extend(array.values_iter().map(|value| Some(something(*value)))),
        }
    }
    made
}

/// Notes what is true of rows.
pub(super) fn note(noted: &mut [bool], rows: impl Iterator<Item = bool>) {
    for (noted, row) in noted.iter_mut().zip(rows) {
        *noted |= row;
    }
}

/// Whether values of a type are dates, numbers or truths that have a text.
fn is_plain(dtype: &DataType) -> bool {
    match dtype {
        DataType::Float16 | DataType::UInt128 => false,
        DataType::Boolean | DataType::Decimal(..) | DataType::Date | DataType::Datetime(..) => true,
        dtype => dtype.is_primitive_numeric(),
    }
}

/// Whether the least and the greatest value are something, and so all of them.
fn are_all<N: PolarsNumericType>(values: &ChunkedArray<N>, something: impl Fn(N::Native) -> bool) -> bool
where
    N::Native: Ord,
    ChunkedArray<N>: ChunkAgg<N::Native>,
{
    // It is quicker to look at what stands where there is no value, too: mostly that is something as well.
    let all = || values.downcast_iter().flat_map(|array| array.values_iter().copied());
    let are = |ends: [Option<N::Native>; 2]| ends.into_iter().flatten().all(&something);
    are([all().min(), all().max()]) || are([values.min(), values.max()])
}

/// The day and the second of it of a moment; `None` far outside the years that dates can have.
pub(super) fn second(ticks: i64, unit: TimeUnit) -> Option<(Day, u32)> {
    let per_second = match unit {
        TimeUnit::Nanoseconds => 1_000_000_000,
        TimeUnit::Microseconds => 1_000_000,
        TimeUnit::Milliseconds => 1_000,
    };
    let seconds = ticks.div_euclid(per_second);
    let (day, second) = (seconds.div_euclid(SECONDS_PER_DAY), seconds.rem_euclid(SECONDS_PER_DAY));
    Some((Day(i32::try_from(day).ok()?), u32::try_from(second).ok()?))
}

/// Digits and places of a decimal without the zeros at its end; `None` where it has many of them.
fn short(digits: i128, scale: usize) -> Option<(i64, u8)> {
    let (digits, places) = float::shortened(i64::try_from(digits).ok()?, u8::try_from(scale).ok()?);
    (places <= MOST_PLACES).then_some((digits, places))
}

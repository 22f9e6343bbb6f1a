//! Columns of numbers.

use crate::number::Number;

/// The most places that a column's unit has.
const MOST_PLACES: u8 = 6;

/// The powers of ten that have so many places.
const POWERS: [i64; MOST_PLACES as usize + 1] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];

/// Cells of numbers, nearly all of them as so many of one unit, a power of ten that is the same for the column.
///
/// So cells take little room, and what is made of them is made in whole numbers, of many rows in the same way. Cells
/// that are no decimals, or that have too many digits for it, are kept apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NumberColumn {
    /// The unit is `10^-places`.
    places: u8,
    /// A number from `-MOST` to `MOST`, or [`Self::BLANK`], or the place of another number after it.
    cells: Vec<i64>,
    others: Vec<Number>,
}

impl NumberColumn {
    /// A cell that is blank.
    pub const BLANK: i64 = i64::MIN;

    /// The most units: a million times as many still are a number of 64 bits.
    pub const MOST: i64 = 9_000_000_000_000;

    /// No cells.
    pub const fn new() -> Self {
        Self { places: 0, cells: Vec::new(), others: Vec::new() }
    }

    /// No cells yet, with room for so many.
    pub fn with_capacity(cells: usize) -> Self {
        Self { cells: Vec::with_capacity(cells), ..Self::new() }
    }

    /// Adds a cell.
    #[inline]
    pub fn push(&mut self, cell: Option<Number>) {
        match cell {
            Some(Number::Decimal { value, places }) => self.push_decimal(value, places),
            Some(number) => self.push_other(number),
            None => self.push_blank(),
        }
    }

    /// Adds a blank cell.
    #[inline]
    pub fn push_blank(&mut self) {
        self.cells.push(Self::BLANK);
    }

    /// Adds `value` units of `10^-places`.
    #[inline]
    pub fn push_decimal(&mut self, value: i64, places: u8) {
        match self.in_units(value, places) {
            Some(units) => self.cells.push(units),
            None => self.push_unusual(value, places),
        }
    }

    /// So many of the column's units, when these are fine enough and not too many.
    #[inline]
    fn in_units(&self, value: i64, places: u8) -> Option<i64> {
        let scale = POWERS.get(usize::from(self.places.checked_sub(places)?))?;
        value.checked_mul(*scale).filter(|units| (-Self::MOST..=Self::MOST).contains(units))
    }

    #[inline(never)]
    fn push_unusual(&mut self, value: i64, places: u8) {
        if self.places < places && places <= MOST_PLACES {
            self.refine(places);
        }
        match self.in_units(value, places) {
            Some(units) => self.cells.push(units),
            None => self.push_other(Number::Decimal { value, places }),
        }
    }

    /// Makes the unit one of more places.
    fn refine(&mut self, places: u8) {
        let before = std::mem::replace(&mut self.places, places);
        for place in 0..self.cells.len() {
            let Some(value) = self.cells.get(place).copied().filter(|units| *units >= -Self::MOST) else { continue };
            let units = self.in_units(value, before);
            let units = units.unwrap_or_else(|| self.keep(Number::Decimal { value, places: before }));
            self.cells.get_mut(place).into_iter().for_each(|cell| *cell = units);
        }
    }

    #[inline(never)]
    fn push_other(&mut self, number: Number) {
        let cell = self.keep(number);
        self.cells.push(cell);
    }

    /// Keeps a number that is not in units, and gives what its cell holds.
    fn keep(&mut self, number: Number) -> i64 {
        self.others.push(number);
        i64::try_from(self.others.len()).map_or(Self::BLANK, |place| Self::BLANK + place)
    }

    /// The places of the unit.
    pub fn places(&self) -> u8 {
        self.places
    }

    /// The cells as they are kept: those from `-MOST` on are in units.
    pub fn cells(&self) -> &[i64] {
        &self.cells
    }

    /// The numbers that are not in units.
    pub fn others(&self) -> &[Number] {
        &self.others
    }

    /// The number of a row.
    pub fn get(&self, row: usize) -> Option<Number> {
        match *self.cells.get(row)? {
            Self::BLANK => None,
            value if value >= -Self::MOST => Some(Number::Decimal { value, places: self.places }),
            place => self.others.get(usize::try_from(place - Self::BLANK - 1).ok()?).cloned(),
        }
    }
}

/// A column that is made cell by cell.
pub(in crate::read) trait Making<T> {
    /// No cells yet, with room for so many.
    fn with_room(cells: usize) -> Self;

    /// Adds a cell.
    fn add(&mut self, cell: Option<T>);

    /// How many cells there are.
    fn cells(&self) -> usize;
}

impl<T> Making<T> for Vec<Option<T>> {
    fn with_room(cells: usize) -> Self {
        Self::with_capacity(cells)
    }

    #[inline]
    fn add(&mut self, cell: Option<T>) {
        self.push(cell);
    }

    fn cells(&self) -> usize {
        self.len()
    }
}

impl Making<Number> for NumberColumn {
    fn with_room(cells: usize) -> Self {
        Self::with_capacity(cells)
    }

    #[inline]
    fn add(&mut self, cell: Option<Number>) {
        self.push(cell);
    }

    fn cells(&self) -> usize {
        self.cells.len()
    }
}

impl FromIterator<Option<Number>> for NumberColumn {
    fn from_iter<I: IntoIterator<Item = Option<Number>>>(cells: I) -> Self {
        let cells = cells.into_iter();
        let mut column = Self::with_capacity(cells.size_hint().0);
        cells.for_each(|cell| column.push(cell));
        column
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Fraction;
    use proptest::prelude::*;

    fn cells() -> impl Strategy<Value = Vec<Option<Number>>> {
        let few = (-10_000_i64..10_000, 0_u8..4).prop_map(|(value, places)| Number::Decimal { value, places });
        let many = (any::<i64>(), 0_u32..64, 0_u8..9)
            .prop_map(|(value, less, places)| Number::Decimal { value: value >> less, places });
        let long = any::<i128>().prop_map(|value| Number::decimal(value, 3));
        let fraction = (1_i128..9).prop_map(|below| Number::Fraction(Box::new(Fraction::new(2, below).unwrap())));
        let number = prop_oneof![8 => few, 2 => many, 1 => long, 1 => fraction];
        prop::collection::vec(prop::option::weighted(0.8, number), 0..40)
    }

    proptest! {
        #[test]
        fn cells_are_the_numbers_that_were_added(cells in cells()) {
            let column: NumberColumn = cells.iter().cloned().collect();
            prop_assert_eq!(column.cells().len(), cells.len());
            for (row, cell) in cells.iter().enumerate() {
                let found = column.get(row);
                prop_assert_eq!(found.as_ref().map(Number::exact), cell.as_ref().map(Number::exact));
            }
            prop_assert_eq!(column.get(cells.len()), None);
        }
    }

    #[test]
    fn numbers_of_usual_size_are_in_units_of_the_finest_among_them() {
        let decimal = |value, places| Some(Number::Decimal { value, places });
        let column: NumberColumn =
            [decimal(5, 0), None, decimal(25, 1), decimal(-1, 2), decimal(7, 0)].into_iter().collect();
        assert_eq!((column.places(), column.others()), (2, &[][..]));
        assert_eq!(column.cells(), [500, NumberColumn::BLANK, 250, -1, 700]);
    }
}

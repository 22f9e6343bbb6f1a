//! Exact sums of the columns of numbers, so that a person can hold what was read against a spreadsheet's own sum.
//!
//! Basis: none; METHOD knows no sums of columns.

use std::collections::BTreeMap;

use super::batch::{NumberColumn, TaskBatch, TaskColumn};
use super::columns::{FileColumns, cells};
use super::number;
use super::rows::{Headings, Row};
use super::table::TableName;
use super::width::half;
use crate::number::{Fraction, Number};

/// The most places that a decimal can have.
const PLACES: usize = 29;

/// A sum of numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// The sum of the decimals with so many places.
    decimals: [i128; PLACES],
    /// The sum of all else; `None` when it has left 128 bits, as many unlike fractions make it.
    rest: Option<Fraction>,
}

impl Default for Total {
    fn default() -> Self {
        Self { decimals: [0; PLACES], rest: Some(Fraction::ZERO) }
    }
}

impl Total {
    /// A sum that nobody knows.
    fn unknown() -> Self {
        Self { rest: None, ..Self::default() }
    }

    /// Adds a number.
    pub fn add(&mut self, number: &Number) {
        match number.digits() {
            Some((digits, places)) => self.add_fixed(digits, places),
            None => self.add_rest(&number.exact()),
        }
    }

    /// Adds numbers, those that are in units by one sum in 64 bits.
    fn add_all(&mut self, numbers: &NumberColumn) {
        /// So few numbers that the sum of their units fits.
        const TOGETHER: usize = 1_000_000;
        for cells in numbers.cells().chunks(TOGETHER) {
            let units = cells.iter().map(|cell| if *cell >= -NumberColumn::MOST { *cell } else { 0 });
            self.add_fixed(i128::from(units.fold(0_i64, i64::wrapping_add)), numbers.places().into());
        }
        numbers.others().iter().for_each(|number| self.add(number));
    }

    /// Adds `number` units of `10^-places`.
    fn add_fixed(&mut self, number: i128, places: u32) {
        let kept = self.decimals.get_mut(places as usize);
        match kept.and_then(|kept| Some((kept.checked_add(number)?, kept))) {
            Some((sum, kept)) => *kept = sum,
            None => self.add_rest(&Fraction::fixed(number, places)),
        }
    }

    fn add_rest(&mut self, fraction: &Fraction) {
        self.rest = self.rest.take().map(|rest| &rest + fraction).filter(|sum| sum.parts().is_some());
    }

    /// Adds a cell as the table keeps it: a weight that cannot be one adds nothing.
    pub fn add_kept(&mut self, table: TableName, column: usize, cell: &str) {
        if table == TableName::Tasks && column == TaskColumn::Weight.place() {
            let weight = number::parse_weight(&half(cell)).ok().filter(|weight| *weight >= 0);
            self.add_fixed(weight.unwrap_or_default(), number::WEIGHT_PLACES);
        } else if let Some(number) = number(cell) {
            self.add(&number);
        }
    }

    /// Adds what another one has.
    pub fn merge(&mut self, other: &Self) {
        for (places, number) in (0..).zip(&other.decimals) {
            self.add_fixed(*number, places);
        }
        match &other.rest {
            Some(rest) => self.add_rest(rest),
            None => self.rest = None,
        }
    }

    /// The sum without what another one has; `None` when it has too many digits to be kept.
    pub fn less(&self, other: &Self) -> Option<Fraction> {
        Some(&self.sum()? - &other.sum()?)
    }

    /// The sum; `None` when it has too many digits to be kept.
    pub fn sum(&self) -> Option<Fraction> {
        let decimals = (0..).zip(&self.decimals).map(|(places, number)| Fraction::fixed(*number, places));
        let rest = self.rest.as_ref()?;
        Some(decimals.fold(rest.clone(), |sum, number| &sum + &number)).filter(|sum| sum.parts().is_some())
    }
}

/// The sums of a file's columns of numbers over its whole rows, by place in the table's list of columns.
pub type Totals = BTreeMap<usize, Total>;

/// Adds the sums of some rows to those of their file.
pub fn merge(into: &mut Totals, from: &Totals) {
    for (column, total) in from {
        into.entry(*column).or_default().merge(total);
    }
}

/// The columns of numbers of a table, by place in its list of columns.
pub fn numeric(table: TableName) -> impl Iterator<Item = usize> {
    let ids: &[&str] = match table {
        TableName::Tasks => &["weight", "target", "actual", "quality"],
        TableName::Measures => &["value", "numerator", "denominator"],
        TableName::Events => &["points"],
        TableName::Prior => &["year", "score"],
        TableName::Units | TableName::Posts | TableName::Holidays => &[],
    };
    ids.iter().filter_map(move |id| table.column(id))
}

/// What a cell says as a number, whatever its column makes of it.
pub fn number(cell: &str) -> Option<Number> {
    number::parse(&half(cell)).ok()
}

/// Adds the sums of a batch.
pub(super) fn add_batch(totals: &mut Totals, batch: &TaskBatch) {
    if let Some(weights) = &batch.weight {
        let total = totals.entry(TaskColumn::Weight.place()).or_default();
        weights.iter().flatten().for_each(|weight| total.add_fixed(*weight, number::WEIGHT_PLACES));
    }
    for (column, numbers) in &batch.numbers {
        totals.entry(column.place()).or_default().add_all(numbers);
    }
}

/// Forgets the sums of columns whose merged cells are filled: what a rejected row had there is not kept.
pub(super) fn forget_filled(totals: &mut Totals, filled: &[String], file: &FileColumns) {
    let columns = TableName::Tasks.columns();
    for column in numeric(TableName::Tasks) {
        let is_named = |name: &String| columns.get(column).is_some_and(|spec| spec.id == name);
        if filled.iter().any(|name| is_named(name) || name == file.heading(column)) {
            totals.insert(column, Total::unknown());
        }
    }
}

/// The sums of a small table, by file.
pub fn of_rows<T>(table: TableName, rows: &[Row<T>], headings: &Headings) -> BTreeMap<u16, Totals> {
    let mut files: BTreeMap<u16, Totals> = BTreeMap::new();
    let is_whole = |row: &&Row<T>| !row.fault.as_ref().is_some_and(|fault| fault.code.is_of_record());
    for row in rows.iter().filter(is_whole).filter(|_| numeric(table).next().is_some()) {
        let Some(file) = headings.file(row.place.file) else { continue };
        let record = cells(&row.raw);
        let totals = files.entry(row.place.file).or_default();
        for (column, cell) in of_record(table, file, &record) {
            totals.entry(column).or_default().add_kept(table, column, cell);
        }
    }
    files
}

/// The cells of a record in columns of numbers that say something, by place in the table's list of columns.
pub fn of_record<'a>(
    table: TableName,
    file: &'a FileColumns,
    record: &'a [String],
) -> impl Iterator<Item = (usize, &'a str)> {
    numeric(table).filter_map(move |column| Some((column, file.cell(record, column)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn total<'c>(cells: impl IntoIterator<Item = &'c str>) -> Total {
        let mut total = Total::default();
        cells.into_iter().filter_map(number).for_each(|number| total.add(&number));
        total
    }

    #[test]
    fn a_sum_is_exact_over_decimals_percent_and_fractions() {
        let sum = |cells: &[&str]| total(cells.iter().copied()).sum().map(|sum| sum.to_string());
        assert_eq!(sum(&["0.1", "0.2", "1,000", "-3", "45%", "１"]).as_deref(), Some("1043.3"));
        assert_eq!(sum(&["1/3", "1/3", "0.5"]).as_deref(), Some("7/6"));
        let most = "9".repeat(27);
        assert_eq!(sum(&[&most, &most]).as_deref(), Some("1999999999999999999999999998"));
        assert_eq!(sum(&[]).as_deref(), Some("0"));
    }

    #[test]
    fn a_sum_that_leaves_128_bits_is_none_and_stays_none() {
        let primes = ["1/1000003", "1/1000033", "1/1000037", "1/1000039", "1/1000081", "1/1000099", "1/1000117"];
        let mut long = total(primes);
        assert_eq!(long.sum(), None);
        long.merge(&total(["1"]));
        assert_eq!(long.sum(), None);
    }

    proptest! {
        #[test]
        fn numbers_added_together_are_those_added_one_by_one(cells in prop::collection::vec("-?[0-9]{1,18}(\\.[0-9]{1,9})?|[0-9]{1,2}/[1-9]", 0..20)) {
            let mut together = Total::default();
            together.add_all(&cells.iter().map(|cell| number(cell)).collect());
            prop_assert_eq!(together.sum(), total(cells.iter().map(String::as_str)).sum());
        }

        #[test]
        fn the_sum_of_parts_is_the_sum_of_the_whole(cells in prop::collection::vec("-?[0-9]{1,9}(\\.[0-9]{1,9})?|[0-9]{1,2}/[1-9]", 0..20), cut in 0_usize..20) {
            let (head, tail) = cells.split_at(cut.min(cells.len()));
            let mut both = total(head.iter().map(String::as_str));
            both.merge(&total(tail.iter().map(String::as_str)));
            prop_assert_eq!(both.sum(), total(cells.iter().map(String::as_str)).sum());
        }
    }
}

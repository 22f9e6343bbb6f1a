//! Sums of the subjects of one kind, laid out for many millions of additions.
//!
//! Rows come in the order of the ledger, so each addition lands on another subject, and what it costs is the memory it
//! touches. Most tasks have the weight 1, and their sums fit 32 bits: their cells are small. All others have large
//! ones, of 64 bits, and the rare sum that leaves these goes on in 128.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::link::tasks::Roles;
use crate::tally::laid::{Laid, Used};
use crate::tally::{Overflow, Sums, WEIGHT_ONE};

/// What a sum belongs to, besides its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Shape {
    /// The subject's role: [`LEAD`](crate::tally::LEAD) or 0 for a unit, the set of roles for a person.
    pub roles: Roles,
    /// The number of co units, where they divide their share; else 0.
    pub co_units: u32,
    /// The level, as a place in [`Tally::levels`](crate::tally::Tally::levels).
    pub level: u32,
    /// The indicators that have a value, a bit for each in [`Tally::indicators`](crate::tally::Tally::indicators).
    pub present: u64,
}

/// The cells of one shape, by subject.
#[derive(Debug, Clone, Default)]
pub(super) struct Cells {
    /// Of tasks of weight 1, while they fit: tasks, then Σ value of each indicator, present or not.
    small: Laid<u32>,
    /// Of the others: tasks, Σ weight, then Σ weight·value of each indicator.
    large: Laid<Line>,
    /// Parts of large sums that did not fit 64 bits, by subject and the number's place in the cell.
    wide: FxHashMap<(u32, usize), i128>,
}

/// As many numbers as memory brings at once.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(64))]
struct Line([i64; LINE]);

/// Numbers of a line.
const LINE: usize = 8;

/// The numbers of a small cell of so many indicators.
fn numbers_of(indicators: usize) -> usize {
    indicators + 1
}

/// The lines of a large cell of so many indicators.
fn lines_of(indicators: usize) -> usize {
    (indicators + 2).div_ceil(LINE)
}

/// A cell: exact sums of one subject and shape.
#[derive(Debug, Clone, Copy)]
pub struct Cell<'a> {
    small: &'a [u32],
    large: &'a [Line],
    subject: u32,
    wide: &'a FxHashMap<(u32, usize), i128>,
}

impl Cell<'_> {
    fn small(&self, place: usize) -> u32 {
        self.small.get(place).copied().unwrap_or_default()
    }

    fn large(&self, place: usize) -> i64 {
        let line = self.large.get(place / LINE);
        line.and_then(|line| line.0.get(place % LINE)).copied().unwrap_or_default()
    }

    /// The sum of a number of small cells, of which one is a weight of 1, and one of large cells.
    fn sum(&self, small: usize, large: usize) -> i128 {
        let sum = i128::from(self.small(small)) * WEIGHT_ONE + i128::from(self.large(large));
        if self.wide.is_empty() {
            return sum;
        }
        sum + self.wide.get(&(self.subject, large)).copied().unwrap_or_default()
    }

    /// Tasks.
    pub fn tasks(&self) -> u64 {
        u64::from(self.small(0)) + u64::try_from(self.large(0)).unwrap_or_default()
    }

    /// Σ weight, in millionths.
    pub fn weight(&self) -> i128 {
        self.sum(0, 1)
    }

    /// Σ weight·value of the indicator of a bit, in millionths of units of the indicator's places.
    pub fn value(&self, bit: usize) -> i128 {
        self.sum(1 + bit, 2 + bit)
    }
}

impl Cells {
    /// The cell of a subject, when it has one.
    pub fn get(&self, subject: u32, indicators: usize) -> Option<Cell<'_>> {
        let small = self.small.get(subject, numbers_of(indicators));
        let large = self.large.get(subject, lines_of(indicators));
        (small.is_some() || large.is_some()).then_some(Cell {
            small: small.unwrap_or_default(),
            large: large.unwrap_or_default(),
            subject,
            wide: &self.wide,
        })
    }

    /// Some number of a subject's small cell, where every subject has one.
    pub fn look(&self, subject: u32, indicators: usize) -> u32 {
        self.small.lines.get(subject as usize * numbers_of(indicators)).copied().unwrap_or_default()
    }

    /// The small cells, where every subject has one.
    pub fn dense(&mut self, indicators: usize) -> Dense<'_> {
        let (lines, used) = self.small.dense();
        Dense { lines, used, height: numbers_of(indicators) }
    }

    /// Adds a task of weight 1 to the cell of a subject, of whom so many are known by now. Values that are not present
    /// are 0, all are below [`SMALL`].
    pub fn add_small(&mut self, subject: u32, subjects: usize, values: &[u32]) -> Result<(), Overflow> {
        let height = numbers_of(values.len());
        let at = self.small.place(subject, subjects, height);
        if self.small.lines.get_mut(at..at + height).is_some_and(|cell| add_small::<0>(cell, values)) {
            return Ok(());
        }
        self.add(subject, subjects, WEIGHT_ONE, values.iter().copied().map(i64::from))
    }

    /// Adds a task to the large cell of a subject. Values that are not present are 0.
    pub fn add(
        &mut self,
        subject: u32,
        subjects: usize,
        weight: i128,
        values: impl ExactSizeIterator<Item = i64>,
    ) -> Result<(), Overflow> {
        let at = self.large.place(subject, subjects, lines_of(values.len()));
        self.add_at(at, subject, 0, 1)?;
        self.add_at(at, subject, 1, weight)?;
        for (bit, value) in values.enumerate().filter(|(_, value)| *value != 0) {
            self.add_at(at, subject, 2 + bit, weight.checked_mul(i128::from(value)).ok_or(Overflow)?)?;
        }
        Ok(())
    }

    /// Adds whole sums, of which `values` has those that are present.
    pub fn add_sums(
        &mut self,
        subject: u32,
        subjects: usize,
        shape: &Shape,
        sums: &Sums,
        indicators: usize,
    ) -> Result<(), Overflow> {
        let at = self.large.place(subject, subjects, lines_of(indicators));
        self.add_at(at, subject, 0, i128::from(sums.tasks))?;
        self.add_at(at, subject, 1, sums.weight)?;
        let present = (0..indicators).filter(|bit| shape.present >> bit & 1 == 1);
        for (bit, value) in present.zip(&sums.values) {
            self.add_at(at, subject, 2 + bit, *value)?;
        }
        Ok(())
    }

    /// Adds to a number of the large cell that begins at a line.
    fn add_at(&mut self, at: usize, subject: u32, place: usize, more: i128) -> Result<(), Overflow> {
        let line = self.large.lines.get_mut(at + place / LINE);
        let Some(number) = line.and_then(|line| line.0.get_mut(place % LINE)) else { return Ok(()) };
        if let Some(sum) = i64::try_from(more).ok().and_then(|more| number.checked_add(more)) {
            *number = sum;
            return Ok(());
        }
        let wide = self.wide.entry((subject, place)).or_default();
        *wide = wide.checked_add(more).ok_or(Overflow)?;
        // What the parts come to must fit as well.
        let small = (1_i128 << u32::BITS) * WEIGHT_ONE;
        wide.abs().checked_add(i128::from(number.unsigned_abs()) + small).map(|_| ()).ok_or(Overflow)
    }
}

/// The small cells of a shape, where every subject has one, while many tasks are added to them.
pub(super) struct Dense<'a> {
    lines: &'a mut [u32],
    used: &'a mut usize,
    height: usize,
}

impl Dense<'_> {
    /// Some numbers of a subject's cell: the first and the last, because a cell may stand in two lines of memory.
    #[inline]
    pub fn look(&self, subject: usize, indicators: usize) -> u32 {
        let (at, height) = (subject * numbers_of(indicators), numbers_of(indicators));
        match self.lines.get(at..at + height) {
            Some([first, .., last]) => first ^ last,
            _ => 0,
        }
    }

    /// Adds a task of weight 1, as [`Cells::add_small`] does, where the subject has a cell that holds it; gives whether
    /// it does. `KNOWN` is the number of values, or 0.
    #[inline]
    pub fn add<const KNOWN: usize>(&mut self, subject: usize, values: &[u32]) -> bool {
        let height = if KNOWN > 0 { numbers_of(KNOWN) } else { self.height };
        let Some(cell) = self.lines.get_mut(subject * height..(subject + 1) * height) else { return false };
        let is_new = cell.first() == Some(&0);
        let added = add_small::<KNOWN>(cell, values);
        *self.used += usize::from(is_new & added);
        added
    }
}

impl Used for u32 {
    fn is_used(&self) -> bool {
        *self != 0
    }
}

impl Used for Line {
    fn is_used(&self) -> bool {
        self.0.first() != Some(&0)
    }
}

/// A value that may stand in a small cell.
#[inline]
pub(super) fn narrow(value: i64) -> Option<u32> {
    u32::try_from(value).ok().filter(|value| *value < SMALL)
}

/// What the values of a task, and all numbers of a small cell, are below: two of them together still fit 32 bits.
const SMALL: u32 = 1 << 31;

/// Adds a task to a small cell when all numbers stay below [`SMALL`]; else the cell is left as it was. `KNOWN` is how many
/// values there are, or 0.
#[inline]
fn add_small<const KNOWN: usize>(cell: &mut [u32], values: &[u32]) -> bool {
    let Some((tasks, sums)) = cell.split_first_mut() else { return false };
    if let (Some(sums), Some(values), 1..) = (sums.first_chunk_mut::<KNOWN>(), values.first_chunk::<KNOWN>(), KNOWN) {
        let mut more = *sums;
        more.iter_mut().zip(values).for_each(|(own, value)| *own += value);
        let fit = more.iter().fold(*tasks + 1, |all, own| all | own) < SMALL;
        if fit {
            (*tasks, *sums) = (*tasks + 1, more);
        }
        return fit;
    }
    let fit = sums.iter().zip(values).fold(*tasks + 1, |all, (own, value)| all | (own + value)) < SMALL;
    if fit {
        *tasks += 1;
        sums.iter_mut().zip(values).for_each(|(own, value)| *own += value);
    }
    fit
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn cells_hold_the_sums_however_they_are_laid_out(
            rows in prop::collection::vec((0_u32..40, prop_oneof![Just(1_000_000_i128), Just(1 << 60)], prop_oneof![-5_i32..700, any::<i32>()]), 0..80),
            factor in 1_usize..9,
            more in prop_oneof![Just(0_usize), Just(4), Just(5), Just(14)],
        ) {
            let mut cells = Cells::default();
            let mut plain: BTreeMap<u32, (u64, i128, i128)> = BTreeMap::new();
            let mut subjects = 0;
            for (subject, weight, value) in &rows {
                let value = i64::from(*value) * 3_000_000;
                subjects = subjects.max(*subject as usize * factor + 1);
                let subject = &(*subject * factor as u32);
                let values: Vec<i64> = [0, value].into_iter().chain((0..more).map(|_| value)).collect();
                let small: Option<Vec<u32>> = values.iter().map(|value| narrow(*value)).collect();
                match small.filter(|_| *weight == WEIGHT_ONE) {
                    Some(values) => {
                        let mut dense = cells.dense(more + 2);
                        let subject = *subject as usize;
                        let added = if more == 4 { dense.add::<6>(subject, &values) } else { dense.add::<0>(subject, &values) };
                        if !added {
                            cells.add_small(subject as u32, subjects, &values).unwrap();
                        }
                    }
                    None => cells.add(*subject, subjects, *weight, values.into_iter()).unwrap(),
                }
                let sums = plain.entry(*subject).or_default();
                *sums = (sums.0 + 1, sums.1 + weight, sums.2 + weight * i128::from(value));
            }
            for subject in 0..40 * factor as u32 {
                let found = cells.get(subject, more + 2).map(|cell| (cell.tasks(), cell.weight(), cell.value(more + 1)));
                prop_assert_eq!(found, plain.get(&subject).copied());
            }
        }
    }
}

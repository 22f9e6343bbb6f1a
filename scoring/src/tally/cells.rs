//! Sums of the subjects of one kind, laid out for many millions of additions.
//!
//! Rows come in the order of the ledger, so each addition lands on another subject, and what it costs is the memory it
//! touches. For each [`Shape`] that is common the cells of all subjects therefore stand in one array, where a cell is
//! found without a search; a shape that few subjects have keeps its cells in a map. A cell is a few 64-bit numbers; the
//! rare sum that leaves 64 bits goes on in 128.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::judge::NOT_APPLICABLE;
use crate::link::tasks::Roles;
use crate::tally::{Overflow, Sums};

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
    /// Cells one after another: tasks, Σ weight, then Σ weight·value of each indicator, present or not.
    numbers: Vec<i64>,
    /// Where the cells of single subjects stand; `None` when subjects have one each, in order.
    places: Option<FxHashMap<u32, usize>>,
    /// Cells with a task.
    used: usize,
    /// Parts of sums that did not fit 64 bits, by place in `numbers`.
    wide: FxHashMap<usize, i128>,
}

/// A cell: exact sums of one subject and shape.
#[derive(Debug, Clone, Copy)]
pub struct Cell<'a> {
    numbers: &'a [i64],
    at: usize,
    wide: &'a FxHashMap<usize, i128>,
}

impl Cell<'_> {
    fn number(&self, place: usize) -> i128 {
        let narrow = self.numbers.get(place).copied().map_or(0, i128::from);
        if self.wide.is_empty() {
            return narrow;
        }
        narrow + self.wide.get(&(self.at + place)).copied().unwrap_or_default()
    }

    /// Tasks.
    pub fn tasks(&self) -> u64 {
        self.numbers.first().copied().and_then(|tasks| u64::try_from(tasks).ok()).unwrap_or_default()
    }

    /// Σ weight, in millionths.
    pub fn weight(&self) -> i128 {
        self.number(1)
    }

    /// Σ weight·value of the indicator of a bit, in millionths of units of the indicator's places.
    pub fn value(&self, bit: usize) -> i128 {
        self.number(2 + bit)
    }
}

/// Subjects times this many cells at least are a shape worth an array.
const COMMON: usize = 4;

impl Cells {
    /// No cells, to be found one by one.
    pub fn few() -> Self {
        Self { places: Some(FxHashMap::default()), ..Self::default() }
    }

    /// The cell of a subject, when it has one.
    pub fn get(&self, subject: u32, stride: usize) -> Option<Cell<'_>> {
        let at = match &self.places {
            Some(places) => *places.get(&subject)?,
            None => subject as usize * stride,
        };
        let numbers = self.numbers.get(at..at + stride)?;
        (numbers.first() != Some(&0)).then_some(Cell { numbers, at, wide: &self.wide })
    }

    /// Both ends of a subject's cell in one number, where every subject has one.
    pub fn look(&self, subject: u32, stride: usize) -> i64 {
        let at = if self.places.is_none() { subject as usize * stride } else { 0 };
        let number = |at: usize| self.numbers.get(at).copied().unwrap_or_default();
        number(at) ^ number(at + stride - 1)
    }

    /// Adds a task to the cell of a subject, of whom so many are known by now.
    pub fn add(&mut self, subject: u32, subjects: usize, weight: i128, values: &[i64]) -> Result<(), Overflow> {
        let stride = values.len() + 2;
        let at = self.place(subject, subjects, stride);
        let Some(cell) = self.numbers.get_mut(at..at + stride) else { return Ok(()) };
        self.used += usize::from(cell.first() == Some(&0));
        if let Ok(weight) = i64::try_from(weight)
            && add_narrow(cell, weight, values)
        {
            return Ok(());
        }
        self.add_at(at, 1)?;
        self.add_at(at + 1, weight)?;
        for (place, value) in values.iter().enumerate().filter(|(_, value)| **value != NOT_APPLICABLE) {
            self.add_at(at + 2 + place, weight.checked_mul(i128::from(*value)).ok_or(Overflow)?)?;
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
        width: usize,
    ) -> Result<(), Overflow> {
        let at = self.place(subject, subjects, width + 2);
        self.used += usize::from(self.numbers.get(at) == Some(&0));
        self.add_at(at, i128::from(sums.tasks))?;
        self.add_at(at + 1, sums.weight)?;
        let present = (0..width).filter(|bit| shape.present >> bit & 1 == 1);
        for (bit, value) in present.zip(&sums.values) {
            self.add_at(at + 2 + bit, *value)?;
        }
        Ok(())
    }

    fn add_at(&mut self, at: usize, more: i128) -> Result<(), Overflow> {
        let Some(number) = self.numbers.get_mut(at) else { return Ok(()) };
        if let Some(sum) = i64::try_from(more).ok().and_then(|more| number.checked_add(more)) {
            *number = sum;
            return Ok(());
        }
        let wide = self.wide.entry(at).or_default();
        *wide = wide.checked_add(more).ok_or(Overflow)?;
        // What the two parts come to must fit as well.
        wide.checked_add(i128::from(*number)).map(|_| ()).ok_or(Overflow)
    }

    /// Where the cell of a subject begins.
    fn place(&mut self, subject: u32, subjects: usize, stride: usize) -> usize {
        let dense = subject as usize * stride;
        match &mut self.places {
            None if dense < self.numbers.len() => return dense,
            Some(places) => {
                if let Some(place) = places.get(&subject) {
                    return *place;
                }
            }
            None => {}
        }
        let common = (self.used() + 1) * COMMON > subjects.max(subject as usize + 1);
        match (&mut self.places, common) {
            (None, true) => {
                self.numbers.resize(dense + stride, 0);
                dense
            }
            (Some(_), true) => {
                self.spread(subjects.max(subject as usize + 1), stride);
                dense
            }
            (None, false) => {
                self.gather(stride);
                self.place(subject, subjects, stride)
            }
            (Some(places), false) => {
                let place = self.numbers.len();
                self.numbers.resize(place + stride, 0);
                places.insert(subject, place);
                place
            }
        }
    }

    /// Cells that may have a task.
    fn used(&self) -> usize {
        self.places.as_ref().map_or(self.used, FxHashMap::len)
    }

    /// Gives every subject its cell.
    fn spread(&mut self, subjects: usize, stride: usize) {
        let mut numbers = vec![0; subjects * stride];
        let mut wide = FxHashMap::default();
        let places = self.places.take().unwrap_or_default();
        self.used = places.len();
        for (subject, from) in places {
            let to = subject as usize * stride;
            if let (Some(own), Some(all)) = (self.numbers.get(from..from + stride), numbers.get_mut(to..to + stride)) {
                all.copy_from_slice(own);
            }
            wide.extend((0..stride).filter_map(|place| Some((to + place, *self.wide.get(&(from + place))?))));
        }
        (self.numbers, self.wide) = (numbers, wide);
    }

    /// Keeps only the cells that have a task, because there are more subjects than seemed at first.
    fn gather(&mut self, stride: usize) {
        let mut numbers = Vec::new();
        let (mut places, mut wide) = (FxHashMap::default(), FxHashMap::default());
        for (subject, own) in (0..).zip(self.numbers.chunks_exact(stride)).filter(|(_, own)| own.first() != Some(&0)) {
            let (from, to) = (subject as usize * stride, numbers.len());
            wide.extend((0..stride).filter_map(|place| Some((to + place, *self.wide.get(&(from + place))?))));
            numbers.extend_from_slice(own);
            places.insert(subject, to);
        }
        (self.numbers, self.places, self.wide) = (numbers, Some(places), wide);
    }
}

/// Adds a task to a cell when all its sums stay within 64 bits, as nearly all do; else it is left as it was.
fn add_narrow(cell: &mut [i64], weight: i64, values: &[i64]) -> bool {
    let [tasks, weights, sums @ ..] = cell else { return false };
    let product = |value: i64| if value == NOT_APPLICABLE { Some(0) } else { weight.checked_mul(value) };
    let fits = |sum: i64, value: i64| product(value).and_then(|product| sum.checked_add(product)).is_some();
    let Some(weight_sum) = weights.checked_add(weight) else { return false };
    if !sums.iter().zip(values).all(|(sum, value)| fits(*sum, *value)) {
        return false;
    }
    *tasks += 1;
    *weights = weight_sum;
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += product(*value).unwrap_or(0);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn cells_hold_the_sums_however_they_are_laid_out(
            rows in prop::collection::vec((0_u32..40, prop_oneof![Just(1_000_000_i128), Just(1 << 60)], any::<i32>()), 0..80),
            factor in 1_usize..9,
        ) {
            let mut cells = Cells::few();
            let mut plain: BTreeMap<u32, (u64, i128, i128)> = BTreeMap::new();
            let mut subjects = 0;
            for (subject, weight, value) in &rows {
                let value = i64::from(*value) * 3_000_000;
                subjects = subjects.max(*subject as usize * factor + 1);
                let subject = &(*subject * factor as u32);
                cells.add(*subject, subjects, *weight, &[NOT_APPLICABLE, value]).unwrap();
                let sums = plain.entry(*subject).or_default();
                *sums = (sums.0 + 1, sums.1 + weight, sums.2 + weight * i128::from(value));
            }
            for subject in 0..40 * factor as u32 {
                let found = cells.get(subject, 4).map(|cell| (cell.tasks(), cell.weight(), cell.value(1)));
                prop_assert_eq!(found, plain.get(&subject).copied());
            }
        }
    }
}

//! Sums of the subjects of one kind, laid out for many millions of additions.
//!
//! Rows come in the order of the ledger, so each addition lands on another subject, and what it costs is the memory it
//! touches. Most tasks have the weight 1: they are counted and summed in small cells, which begin and end with half a
//! line of memory, so that a task touches one line alone. What fills a small cell goes on in a large one, of 64 bits, as
//! do all other tasks, and the rare sum that leaves these goes on in 128.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::judge::NOT_APPLICABLE;
use crate::link::tasks::Roles;
use crate::tally::facts::{COUNTED, Counts};
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

/// The cells of some subjects, by the number of a shape and the place of a subject.
#[derive(Debug, Clone)]
pub(super) struct Cells {
    /// Of tasks of weight 1: what is counted of them, then Σ value of each indicator, present or not.
    small: Laid<Half>,
    /// Of the others, and of small cells that were full: tasks, Σ weight, then Σ weight·value of each indicator.
    large: Laid<Line>,
    /// Parts of large sums that did not fit 64 bits, by the number's place in a cell.
    wide: FxHashMap<(Of, usize), i128>,
    indicators: usize,
}

/// Whose cell: the number of a shape, and the place of a subject.
type Of = (u32, u32);

/// Half of what memory brings at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[repr(align(32))]
pub(super) struct Half(pub [u32; HALF]);

/// Numbers of half a line.
const HALF: usize = 8;

/// As many numbers as memory brings at once.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(64))]
struct Line([i64; LINE]);

/// Numbers of a line.
const LINE: usize = 8;

/// The half lines of a small cell of so many indicators.
pub(super) fn halves_of(indicators: usize) -> usize {
    (COUNTED + indicators).div_ceil(HALF)
}

/// The lines of a large cell of so many indicators.
fn lines_of(indicators: usize) -> usize {
    (indicators + 2).div_ceil(LINE)
}

/// Puts what a task counts as and its values, 0 for those that it has not, where they stand in its small cell.
#[inline]
pub(super) fn put(counts: Counts, values: &[i64], into: &mut [Half]) {
    let number = |value: &i64| summed(*value) as u32;
    let Some((Half([counted @ .., a, b, c, d, e]), more)) = into.split_first_mut() else { return };
    *counted = counts.0;
    let (near, far) = values.split_at(values.len().min(HALF - COUNTED));
    [a, b, c, d, e].into_iter().zip(near).for_each(|(own, value)| *own = number(value));
    for (Half(own), values) in more.iter_mut().zip(far.chunks(HALF)) {
        own.iter_mut().zip(values).for_each(|(own, value)| *own = number(value));
    }
}

/// A cell: exact sums of one subject and shape.
#[derive(Debug, Clone, Copy)]
pub struct Cell<'a> {
    small: &'a [Half],
    large: &'a [Line],
    of: Of,
    wide: &'a FxHashMap<(Of, usize), i128>,
}

impl Cell<'_> {
    fn small(&self, place: usize) -> u32 {
        let half = self.small.get(place / HALF);
        half.and_then(|half| half.0.get(place % HALF)).copied().unwrap_or_default()
    }

    /// What is counted of the tasks in the small cell.
    pub(super) fn counts(&self) -> Counts {
        self.small.first().map(Half::counts).unwrap_or_default()
    }

    fn large(&self, place: usize) -> i64 {
        let line = self.large.get(place / LINE);
        line.and_then(|line| line.0.get(place % LINE)).copied().unwrap_or_default()
    }

    /// What tasks of weight 1 and all others come to.
    fn sum(&self, small: u32, large: usize) -> i128 {
        let sum = i128::from(small) * WEIGHT_ONE + i128::from(self.large(large));
        if self.wide.is_empty() {
            return sum;
        }
        sum + self.wide.get(&(self.of, large)).copied().unwrap_or_default()
    }

    /// Tasks.
    pub fn tasks(&self) -> u64 {
        u64::from(self.counts().tasks()) + u64::try_from(self.large(0)).unwrap_or_default()
    }

    /// Σ weight, in millionths.
    pub fn weight(&self) -> i128 {
        self.sum(self.counts().tasks(), 1)
    }

    /// Σ weight·value of the indicator of a bit, in millionths of units of the indicator's places.
    pub fn value(&self, bit: usize) -> i128 {
        self.sum(self.small(COUNTED + bit), 2 + bit)
    }
}

impl Cells {
    /// None, of so many indicators.
    pub fn new(indicators: usize) -> Self {
        let (small, large) = (Laid::new(halves_of(indicators)), Laid::new(lines_of(indicators)));
        Self { small, large, wide: FxHashMap::default(), indicators }
    }

    /// The number of subjects that are known.
    pub fn subjects(&self) -> usize {
        self.small.known().max(self.large.known())
    }

    /// The cell of a shape and subject, when it has something.
    #[inline]
    pub fn get(&self, shape: u32, subject: u32) -> Option<Cell<'_>> {
        let (small, large) = (self.small.get(shape, subject), self.large.get(shape, subject));
        (small.is_some() || large.is_some()).then_some(Cell {
            small: small.unwrap_or_default(),
            large: large.unwrap_or_default(),
            of: (shape, subject),
            wide: &self.wide,
        })
    }

    /// The place of a small cell that is found without a search, until another is begun; or
    /// [`NOWHERE`](crate::tally::laid::NOWHERE).
    #[inline]
    pub fn place(&self, shape: u32, subject: u32) -> usize {
        self.small.in_block(shape, subject)
    }

    /// Some number of the small cell at a place, so that it is at hand when something is added to it.
    #[inline]
    pub fn look(&self, place: usize) -> u32 {
        self.small.lines.get(place).map_or(0, |half| half.0[0])
    }

    /// Adds a task to the small cell at a place; gives whether that is full now. `numbers` is what the task counts as for
    /// who leads it, and its values, where they stand in a cell.
    #[inline]
    pub fn add_short(&mut self, place: usize, numbers: &[Half], lead: bool) -> bool {
        self.small.lines.get_mut(place..place + numbers.len()).is_some_and(|cell| add_to(cell, numbers, lead))
    }

    /// The same for a shape and subject that may have no cell yet.
    pub fn add_first(&mut self, (shape, subject): Of, numbers: &[Half], lead: bool) -> bool {
        let place = self.small.place(shape, subject);
        self.add_short(place, numbers, lead)
    }

    /// Empties a small cell into a large one; gives what was counted in it.
    pub fn spill(&mut self, of: Of) -> Result<Counts, Overflow> {
        let (height, place) = (halves_of(self.indicators), self.small.place(of.0, of.1));
        let Some(cell) = self.small.lines.get_mut(place..place + height) else { return Ok(Counts::default()) };
        let full = cell.to_vec();
        cell.fill(Half::default());
        let counts = full.first().map(Half::counts).unwrap_or_default();
        let cell = Cell { small: &full, large: &[], of, wide: &FxHashMap::default() };
        let values = (0..self.indicators).map(|bit| (bit, cell.value(bit)));
        self.add_whole(of, (cell.tasks(), cell.weight()), values)?;
        Ok(counts)
    }

    /// Adds a task to a large cell. Values that are not present are 0.
    pub fn add(&mut self, of: Of, weight: i128, values: impl Iterator<Item = i64>) -> Result<(), Overflow> {
        let place = self.large.place(of.0, of.1);
        self.add_at(place, of, 0, 1)?;
        self.add_at(place, of, 1, weight)?;
        for (bit, value) in values.enumerate().filter(|(_, value)| *value != 0) {
            self.add_at(place, of, 2 + bit, weight.checked_mul(i128::from(value)).ok_or(Overflow)?)?;
        }
        Ok(())
    }

    /// Adds whole sums of a shape, of which `values` has those that are present.
    pub fn add_sums(&mut self, of: Of, shape: &Shape, sums: &Sums) -> Result<(), Overflow> {
        let present = (0..u64::BITS as usize).filter(|bit| shape.present >> bit & 1 == 1);
        self.add_whole(of, (sums.tasks, sums.weight), present.zip(sums.values.iter().copied()))
    }

    /// Adds whole sums to a large cell, those of values by their bits.
    fn add_whole(
        &mut self,
        of: Of,
        (tasks, weight): (u64, i128),
        mut values: impl Iterator<Item = (usize, i128)>,
    ) -> Result<(), Overflow> {
        let place = self.large.place(of.0, of.1);
        self.add_at(place, of, 0, i128::from(tasks))?;
        self.add_at(place, of, 1, weight)?;
        values.try_for_each(|(bit, value)| self.add_at(place, of, 2 + bit, value))
    }

    /// Adds to a number of the large cell that begins at a line.
    fn add_at(&mut self, at: usize, of: Of, place: usize, more: i128) -> Result<(), Overflow> {
        let line = self.large.lines.get_mut(at + place / LINE);
        let Some(number) = line.and_then(|line| line.0.get_mut(place % LINE)) else { return Ok(()) };
        if let Some(sum) = i64::try_from(more).ok().and_then(|more| number.checked_add(more)) {
            *number = sum;
            return Ok(());
        }
        let wide = self.wide.entry((of, place)).or_default();
        *wide = wide.checked_add(more).ok_or(Overflow)?;
        // What the parts come to must fit as well.
        let small = (1_i128 << u32::BITS) * WEIGHT_ONE;
        wide.abs().checked_add(i128::from(number.unsigned_abs()) + small).map(|_| ()).ok_or(Overflow)
    }
}

impl Half {
    /// The sum of the numbers at each place.
    #[inline]
    fn with(&self, more: &Self) -> Self {
        let (Self(mut sums), Self(more)) = (*self, more);
        sums.iter_mut().zip(more).for_each(|(own, more)| *own = own.wrapping_add(*more));
        Self(sums)
    }

    /// All bits that are set in some number.
    #[inline]
    fn all_bits(&self) -> u32 {
        self.0.iter().fold(0, |all, own| all | own)
    }

    /// What is counted of tasks, where a cell begins.
    pub fn counts(&self) -> Counts {
        let Self([first, second, third, ..]) = *self;
        Counts([first, second, third])
    }
}

impl Used for Half {
    fn is_used(&self) -> bool {
        self.counts().tasks() > 0
    }
}

impl Used for Line {
    fn is_used(&self) -> bool {
        self.0.first() != Some(&0)
    }
}

/// What a value adds to a sum: nothing where there is none.
#[inline]
pub(super) fn summed(value: i64) -> i64 {
    if value == NOT_APPLICABLE { 0 } else { value }
}

/// Whether a value may stand in a small cell.
#[inline]
pub(super) fn is_small(value: i64) -> bool {
    (0..i64::from(FULL)).contains(&value)
}

/// What the values of a task are below, and the sums of a small cell that is not full: two of them together still fit 32
/// bits.
const FULL: u32 = 1 << 31;

/// Adds a task to a small cell; gives whether that is full now.
#[inline]
fn add_to(cell: &mut [Half], numbers: &[Half], lead: bool) -> bool {
    let (Some((first, rest)), Some((numbers, more))) = (cell.split_first_mut(), numbers.split_first()) else {
        return false;
    };
    let (Half([_, _, own, ..]), Half([_, _, last, ..])) = (&*first, numbers);
    let last = Counts::last(*own, *last, lead);
    let Half(mut sums) = first.with(numbers);
    sums[COUNTED - 1] = last;
    *first = Half(sums);
    let mut all = first.all_bits();
    for (own, more) in rest.iter_mut().zip(more) {
        *own = own.with(more);
        all |= own.all_bits();
    }
    all >= FULL
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tally::facts::DONE;
    use crate::tally::laid::NOWHERE;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn cells_hold_the_sums_however_they_are_laid_out(
            rows in prop::collection::vec((0_u32..3, 0_u32..40, prop_oneof![Just(1_000_000_i128), Just(1 << 60)], prop_oneof![-5_i32..700, any::<i32>()]), 0..120),
            factor in 1_usize..9,
            more in prop_oneof![Just(0_usize), Just(4), Just(5), Just(14)],
        ) {
            let mut cells = Cells::new(more + 2);
            let mut plain: BTreeMap<Of, (u64, i128, i128)> = BTreeMap::new();
            let (mut small, mut spilled) = (0, 0);
            for (shape, subject, weight, value) in &rows {
                let (value, of) = (i64::from(*value) * 3_000_000, (*shape, *subject * factor as u32));
                let values: Vec<i64> = [0, value].into_iter().chain((0..more).map(|_| value)).collect();
                if *weight == WEIGHT_ONE && values.iter().all(|value| is_small(*value)) {
                    let mut numbers = vec![Half::default(); halves_of(more + 2)];
                    put(Counts::of(DONE, 3), &values, &mut numbers);
                    let place = cells.place(of.0, of.1);
                    let full = match place {
                        NOWHERE => cells.add_first(of, &numbers, true),
                        _ => cells.add_short(place, &numbers, true),
                    };
                    if full {
                        spilled += cells.spill(of).unwrap().tasks();
                    }
                    small += 1;
                } else {
                    cells.add(of, *weight, values.into_iter()).unwrap();
                }
                let sums = plain.entry(of).or_default();
                *sums = (sums.0 + 1, sums.1 + weight, sums.2 + weight * i128::from(value));
            }
            let all = || (0..4).flat_map(|shape| (0..40 * factor as u32).map(move |subject| (shape, subject)));
            for of in all() {
                let found = cells.get(of.0, of.1).map(|cell| (cell.tasks(), cell.weight(), cell.value(more + 1)));
                prop_assert_eq!(found, plain.get(&of).copied());
            }
            let counted = all().filter_map(|(shape, subject)| cells.get(shape, subject));
            prop_assert_eq!(counted.map(|cell| cell.counts().tasks()).sum::<u32>() + spilled, small);
        }
    }
}

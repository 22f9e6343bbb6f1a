//! Sums of the subjects of one kind, laid out for many millions of additions.
//!
//! Rows come in the order of the ledger, so each addition lands on another subject, and what it costs is the memory it
//! touches. Most tasks have the weight 1: they are counted and summed in small cells, which begin and end with half a
//! line of memory, so that a task touches one line alone. What fills a small cell goes on in a large one, of 64 bits, as
//! do all other tasks, and the rare sum that leaves these goes on in 128.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

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

/// The cells of one shape, by subject.
#[derive(Debug, Clone, Default)]
pub(super) struct Cells {
    /// Of tasks of weight 1: what is counted of them, then Σ value of each indicator, present or not.
    small: Laid<Half>,
    /// Of the others, and of small cells that were full: tasks, Σ weight, then Σ weight·value of each indicator.
    large: Laid<Line>,
    /// Parts of large sums that did not fit 64 bits, by subject and the number's place in the cell.
    wide: FxHashMap<(u32, usize), i128>,
}

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

/// Puts the values of a task where they stand in its small cell.
#[inline]
pub(super) fn put(values: &[i64], into: &mut [Half]) {
    let Some((Half([_, _, _, first @ ..]), more)) = into.split_first_mut() else { return };
    let (near, far) = values.split_at(values.len().min(first.len()));
    first.iter_mut().zip(near).for_each(|(own, value)| *own = *value as u32);
    for (Half(own), values) in more.iter_mut().zip(far.chunks(HALF)) {
        own.iter_mut().zip(values).for_each(|(own, value)| *own = *value as u32);
    }
}

/// A cell: exact sums of one subject and shape.
#[derive(Debug, Clone, Copy)]
pub struct Cell<'a> {
    small: &'a [Half],
    large: &'a [Line],
    subject: u32,
    wide: &'a FxHashMap<(u32, usize), i128>,
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
        sum + self.wide.get(&(self.subject, large)).copied().unwrap_or_default()
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

/// A task as it is added to a small cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Short<'a> {
    pub subject: u32,
    pub counts: Counts,
    pub late_days: u32,
    /// Its values where they stand in a small cell, and before them what does not matter.
    pub values: &'a [Half],
}

/// What became of a task that was to be added to a small cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Added {
    /// It was added.
    Yes,
    /// It was added, and now the cell is full.
    Full,
    /// The subject has no cell yet.
    NoCell,
}

impl Cells {
    /// The cell of a subject, when it has one.
    pub fn get(&self, subject: u32, indicators: usize) -> Option<Cell<'_>> {
        let small = self.small.get(subject, halves_of(indicators));
        let large = self.large.get(subject, lines_of(indicators));
        (small.is_some() || large.is_some()).then_some(Cell {
            small: small.unwrap_or_default(),
            large: large.unwrap_or_default(),
            subject,
            wide: &self.wide,
        })
    }

    /// Some number of a subject's small cell, where every subject has one.
    #[inline]
    pub fn look(&self, subject: u32, halves: usize) -> u32 {
        self.small.lines.get(subject as usize * halves).map_or(0, |half| half.0[0])
    }

    /// Adds a task to the small cell of its subject, where every subject has one. `KNOWN` is the number of half lines, or
    /// 0.
    #[inline]
    pub fn add_short<const KNOWN: usize>(&mut self, task: Short<'_>) -> Added {
        let halves = if KNOWN > 0 { KNOWN } else { task.values.len() };
        match self.small.dense(task.subject as usize * halves, halves) {
            Some(cell) => add_to(cell, task),
            None => Added::NoCell,
        }
    }

    /// Adds a task to the small cell of its subject, of whom so many are known by now.
    pub fn add_first(&mut self, task: Short<'_>, subjects: usize) -> Added {
        let height = task.values.len();
        let at = self.small.place(task.subject, subjects, height);
        self.small.lines.get_mut(at..at + height).map_or(Added::NoCell, |cell| add_to(cell, task))
    }

    /// Empties a small cell of a subject into its large one; gives what was counted in it.
    pub fn spill(&mut self, subject: u32, subjects: usize, indicators: usize) -> Result<Counts, Overflow> {
        let halves = halves_of(indicators);
        let at = self.small.place(subject, subjects, halves);
        let Some(cell) = self.small.lines.get_mut(at..at + halves) else { return Ok(Counts::default()) };
        let full = cell.to_vec();
        cell.fill(Half::default());
        let counts = full.first().map(Half::counts).unwrap_or_default();
        let cell = Cell { small: &full, large: &[], subject, wide: &FxHashMap::default() };
        let values = (0..indicators).map(|bit| (bit, cell.value(bit)));
        self.add_whole(subject, subjects, indicators, (cell.tasks(), cell.weight()), values)?;
        Ok(counts)
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
        let present = (0..indicators).filter(|bit| shape.present >> bit & 1 == 1);
        let values = present.zip(sums.values.iter().copied());
        self.add_whole(subject, subjects, indicators, (sums.tasks, sums.weight), values)
    }

    /// Adds whole sums to a large cell, those of values by their bits.
    fn add_whole(
        &mut self,
        subject: u32,
        subjects: usize,
        indicators: usize,
        (tasks, weight): (u64, i128),
        mut values: impl Iterator<Item = (usize, i128)>,
    ) -> Result<(), Overflow> {
        let at = self.large.place(subject, subjects, lines_of(indicators));
        self.add_at(at, subject, 0, i128::from(tasks))?;
        self.add_at(at, subject, 1, weight)?;
        values.try_for_each(|(bit, value)| self.add_at(at, subject, 2 + bit, value))
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

impl Half {
    /// What is counted of tasks, where a cell begins.
    fn counts(&self) -> Counts {
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

/// Whether a value may stand in a small cell.
#[inline]
pub(super) fn is_small(value: i64) -> bool {
    (0..i64::from(FULL)).contains(&value)
}

/// What the values of a task are below, and the sums of a small cell that is not full: two of them together still fit 32
/// bits.
const FULL: u32 = 1 << 31;

/// Adds a task to a small cell.
#[inline]
fn add_to(cell: &mut [Half], task: Short<'_>) -> Added {
    let (Some((first, rest)), Some((values, more))) = (cell.split_first_mut(), task.values.split_first()) else {
        return Added::NoCell;
    };
    let late_days = task.late_days.max(first.counts().late_days());
    let ([a, b, c], Half([_, _, _, d, e, f, g, h])) = (task.counts.0, values);
    first.0.iter_mut().zip([a, b, c, *d, *e, *f, *g, *h]).for_each(|(own, more)| *own += more);
    let Half([_, _, last_counts, sums @ ..]) = first;
    *last_counts = Counts::with_late_days(*last_counts, late_days);
    let mut all = sums.iter().fold(0, |all, own| all | own);
    for (Half(own), Half(more)) in rest.iter_mut().zip(more) {
        own.iter_mut().zip(more).for_each(|(own, more)| *own += more);
        all = own.iter().fold(all, |all, own| all | own);
    }
    if all >= FULL || first.counts().is_full() { Added::Full } else { Added::Yes }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tally::facts::DONE;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn cells_hold_the_sums_however_they_are_laid_out(
            rows in prop::collection::vec((0_u32..40, prop_oneof![Just(1_000_000_i128), Just(1 << 60)], prop_oneof![-5_i32..700, any::<i32>()]), 0..80),
            factor in 1_usize..9,
            more in prop_oneof![Just(0_usize), Just(4), Just(5), Just(14)],
            are_known: bool,
        ) {
            let mut cells = Cells::default();
            let mut plain: BTreeMap<u32, (u64, i128, i128)> = BTreeMap::new();
            let (mut subjects, mut small, mut spilled) = (0, 0, 0);
            for (subject, weight, value) in &rows {
                let value = i64::from(*value) * 3_000_000;
                // Whoever adds may know of fewer subjects than have cells.
                subjects = if are_known { subjects.max(*subject as usize * factor + 1) } else { 0 };
                let subject = &(*subject * factor as u32);
                let values: Vec<i64> = [0, value].into_iter().chain((0..more).map(|_| value)).collect();
                if *weight == WEIGHT_ONE && values.iter().all(|value| is_small(*value)) {
                    // What stands before the values is not added.
                    let mut entry = vec![Half::default(); halves_of(more + 2)];
                    entry[0].0[..COUNTED].fill(7);
                    put(&values, &mut entry);
                    let task = Short { subject: *subject, counts: Counts::of(DONE), late_days: 3, values: &entry };
                    let mut added = if more < 4 { cells.add_short::<1>(task) } else { cells.add_short::<0>(task) };
                    if added == Added::NoCell {
                        added = cells.add_first(task, subjects);
                    }
                    if added == Added::Full {
                        spilled += cells.spill(*subject, subjects, more + 2).unwrap().tasks();
                    }
                    small += 1;
                } else {
                    cells.add(*subject, subjects, *weight, values.into_iter()).unwrap();
                }
                let sums = plain.entry(*subject).or_default();
                *sums = (sums.0 + 1, sums.1 + weight, sums.2 + weight * i128::from(value));
            }
            for subject in 0..40 * factor as u32 {
                let found = cells.get(subject, more + 2).map(|cell| (cell.tasks(), cell.weight(), cell.value(more + 1)));
                prop_assert_eq!(found, plain.get(&subject).copied());
            }
            let counted = (0..40 * factor as u32).filter_map(|subject| cells.get(subject, more + 2));
            prop_assert_eq!(counted.map(|cell| cell.counts().tasks()).sum::<u32>() + spilled, small);
        }
    }
}

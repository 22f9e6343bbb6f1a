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
    /// Cells one after another, each of as many lines as it needs: tasks, Σ weight, then Σ weight·value of each
    /// indicator, present or not.
    lines: Vec<Line>,
    /// The line at which the cells of single subjects begin; `None` when subjects have one each, in order.
    places: Option<FxHashMap<u32, usize>>,
    /// Cells with a task.
    used: usize,
    /// Parts of sums that did not fit 64 bits, by the cell's first line and the number's place in the cell.
    wide: FxHashMap<(usize, usize), i128>,
}

/// As many numbers as memory brings at once. Most cells are one.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(64))]
struct Line([i64; LINE]);

/// Numbers of a line.
const LINE: usize = 8;

/// The lines of a cell of so many indicators.
fn lines_of(indicators: usize) -> usize {
    (indicators + 2).div_ceil(LINE)
}

/// A cell: exact sums of one subject and shape.
#[derive(Debug, Clone, Copy)]
pub struct Cell<'a> {
    lines: &'a [Line],
    at: usize,
    wide: &'a FxHashMap<(usize, usize), i128>,
}

impl Cell<'_> {
    fn number(&self, place: usize) -> i128 {
        let narrow =
            self.lines.get(place / LINE).and_then(|line| line.0.get(place % LINE)).copied().unwrap_or_default();
        if self.wide.is_empty() {
            return narrow.into();
        }
        i128::from(narrow) + self.wide.get(&(self.at, place)).copied().unwrap_or_default()
    }

    /// Tasks.
    pub fn tasks(&self) -> u64 {
        self.lines.first().and_then(|line| u64::try_from(*line.0.first()?).ok()).unwrap_or_default()
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
    pub fn get(&self, subject: u32, indicators: usize) -> Option<Cell<'_>> {
        let height = lines_of(indicators);
        let at = match &self.places {
            Some(places) => *places.get(&subject)?,
            None => subject as usize * height,
        };
        let lines = self.lines.get(at..at + height)?;
        is_used(lines).then_some(Cell { lines, at, wide: &self.wide })
    }

    /// Some number of a subject's cell, where every subject has one.
    pub fn look(&self, subject: u32, indicators: usize) -> i64 {
        let at = if self.places.is_none() { subject as usize * lines_of(indicators) } else { 0 };
        self.lines.get(at).and_then(|line| line.0.first()).copied().unwrap_or_default()
    }

    /// Adds a task to the cell of a subject, of whom so many are known by now.
    pub fn add(&mut self, subject: u32, subjects: usize, weight: i128, values: &[i64]) -> Result<(), Overflow> {
        let height = lines_of(values.len());
        let at = self.place(subject, subjects, height);
        let Some(lines) = self.lines.get_mut(at..at + height) else { return Ok(()) };
        self.used += usize::from(!is_used(lines));
        if let (Ok(weight), [line]) = (i64::try_from(weight), lines)
            && add_narrow(&mut line.0, weight, values)
        {
            return Ok(());
        }
        self.add_at(at, 0, 1)?;
        self.add_at(at, 1, weight)?;
        for (bit, value) in values.iter().enumerate().filter(|(_, value)| **value != NOT_APPLICABLE) {
            self.add_at(at, 2 + bit, weight.checked_mul(i128::from(*value)).ok_or(Overflow)?)?;
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
        let height = lines_of(indicators);
        let at = self.place(subject, subjects, height);
        self.used += usize::from(!self.lines.get(at..at + height).is_some_and(is_used));
        self.add_at(at, 0, i128::from(sums.tasks))?;
        self.add_at(at, 1, sums.weight)?;
        let present = (0..indicators).filter(|bit| shape.present >> bit & 1 == 1);
        for (bit, value) in present.zip(&sums.values) {
            self.add_at(at, 2 + bit, *value)?;
        }
        Ok(())
    }

    fn add_at(&mut self, at: usize, place: usize, more: i128) -> Result<(), Overflow> {
        let line = self.lines.get_mut(at + place / LINE);
        let Some(number) = line.and_then(|line| line.0.get_mut(place % LINE)) else { return Ok(()) };
        if let Some(sum) = i64::try_from(more).ok().and_then(|more| number.checked_add(more)) {
            *number = sum;
            return Ok(());
        }
        let wide = self.wide.entry((at, place)).or_default();
        *wide = wide.checked_add(more).ok_or(Overflow)?;
        // What the two parts come to must fit as well.
        wide.checked_add(i128::from(*number)).map(|_| ()).ok_or(Overflow)
    }

    /// The line at which the cell of a subject begins.
    fn place(&mut self, subject: u32, subjects: usize, height: usize) -> usize {
        let dense = subject as usize * height;
        match &self.places {
            None if dense < self.lines.len() => return dense,
            None => {}
            Some(places) => {
                if let Some(place) = places.get(&subject) {
                    return *place;
                }
            }
        }
        let subjects = subjects.max(subject as usize + 1);
        let used = self.places.as_ref().map_or(self.used, FxHashMap::len);
        match ((used + 1) * COMMON > subjects, &mut self.places) {
            (true, None) => {
                self.lines.resize(dense + height, Line::default());
                dense
            }
            (true, Some(_)) => {
                self.spread(subjects, height);
                dense
            }
            (false, None) => {
                self.gather(height);
                self.place(subject, subjects, height)
            }
            (false, Some(places)) => {
                let place = self.lines.len();
                self.lines.resize(place + height, Line::default());
                places.insert(subject, place);
                place
            }
        }
    }

    /// Gives every subject its cell.
    fn spread(&mut self, subjects: usize, height: usize) {
        let places = self.places.take().unwrap_or_default();
        self.used = places.len();
        let moved = places.into_iter().map(|(subject, from)| (from, subject as usize * height)).collect();
        self.move_to(vec![Line::default(); subjects * height], moved, height);
    }

    /// Keeps only the cells that have a task, because there are more subjects than seemed at first.
    fn gather(&mut self, height: usize) {
        let used = (0_u32..).zip(self.lines.chunks_exact(height)).filter(|(_, lines)| is_used(lines));
        let places: Vec<(u32, usize)> = used.map(|(subject, _)| subject).zip((0..).step_by(height)).collect();
        let moved = places.iter().map(|(subject, to)| (*subject as usize * height, *to)).collect();
        self.move_to(vec![Line::default(); places.len() * height], moved, height);
        self.places = Some(places.into_iter().collect());
    }

    /// Moves cells from their places to others in new lines.
    fn move_to(&mut self, mut lines: Vec<Line>, moved: FxHashMap<usize, usize>, height: usize) {
        for (from, to) in &moved {
            let cells = (self.lines.get(*from..from + height), lines.get_mut(*to..to + height));
            if let (Some(own), Some(new)) = cells {
                new.copy_from_slice(own);
            }
        }
        let wide = std::mem::take(&mut self.wide).into_iter();
        self.wide = wide.filter_map(|((at, place), more)| Some(((*moved.get(&at)?, place), more))).collect();
        self.lines = lines;
    }
}

/// Whether a cell has a task.
fn is_used(lines: &[Line]) -> bool {
    lines.first().is_some_and(|line| line.0.first() != Some(&0))
}

/// Adds a task to a cell of one line when all its sums stay within 64 bits, as nearly all do; else it is left as it was.
fn add_narrow(cell: &mut [i64; LINE], weight: i64, values: &[i64]) -> bool {
    let [tasks, weights, sums @ ..] = cell;
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
            more in prop_oneof![Just(0_usize), Just(4), Just(5), Just(14)],
        ) {
            let mut cells = Cells::few();
            let mut plain: BTreeMap<u32, (u64, i128, i128)> = BTreeMap::new();
            let mut subjects = 0;
            for (subject, weight, value) in &rows {
                let value = i64::from(*value) * 3_000_000;
                subjects = subjects.max(*subject as usize * factor + 1);
                let subject = &(*subject * factor as u32);
                let values: Vec<i64> = [NOT_APPLICABLE, value].into_iter().chain((0..more).map(|_| value)).collect();
                cells.add(*subject, subjects, *weight, &values).unwrap();
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

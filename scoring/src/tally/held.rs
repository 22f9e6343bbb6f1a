//! Tasks that are dealt out and wait to be added up, as they are added to small cells.

use crate::judge::NOT_APPLICABLE;
use crate::tally::cells::{Half, halves_of, is_small, put, summed};
use crate::tally::facts::Counts;

/// Tasks that are held at most, as a power of two. All of them stay in the cache of a core.
pub(super) const HELD_BITS: u32 = 12;

/// Some tasks, one after another.
#[derive(Debug)]
pub(super) struct Held {
    /// Room for all, each so many half lines.
    numbers: Vec<Half>,
    halves: usize,
    tasks: usize,
}

impl Held {
    /// None, with room for them under so many indicators.
    pub fn new(indicators: usize) -> Self {
        let halves = halves_of(indicators);
        Self { numbers: vec![Half::default(); halves << HELD_BITS], halves, tasks: 0 }
    }

    /// The half lines of each task.
    pub fn halves(&self) -> usize {
        self.halves
    }

    /// Whether there is no room for another one.
    #[inline]
    pub fn is_full(&self) -> bool {
        self.tasks >> HELD_BITS > 0
    }

    /// Holds a task; gives its place, which indicators it has a value of, a bit each, and whether all its values fit.
    #[inline]
    pub fn add(&mut self, counts: Counts, values: &[i64]) -> (usize, u64, bool) {
        let (mut present, mut all) = (0, 0);
        for (bit, value) in values.iter().enumerate() {
            present |= u64::from(*value != NOT_APPLICABLE) << bit;
            all |= summed(*value);
        }
        let place = self.tasks;
        if let Some(numbers) = self.numbers.get_mut(place * self.halves..(place + 1) * self.halves) {
            put(counts, values, numbers);
            self.tasks += 1;
        }
        (place, present, is_small(all))
    }

    /// The numbers of a task, of which there are so many half lines.
    #[inline]
    pub fn get(&self, place: usize, halves: usize) -> &[Half] {
        self.numbers.get(place * halves..(place + 1) * halves).unwrap_or_default()
    }

    /// Lets all of them go.
    pub fn clear(&mut self) {
        self.tasks = 0;
    }
}

//! Tasks dealt out to the parts that their subjects belong to, and added up there some hundreds at a time.
//!
//! Rows come in the order of the ledger, so their subjects are scattered over far more memory than the caches hold, and
//! other workers add to the same sums. So what a task adds to a subject is written down first, in a few numbers behind
//! those of other subjects of the same part; when there are enough of them, the part is taken once for all of them.

use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use crate::policy::Policy;
use crate::tally::Overflow;
use crate::tally::cells::Shape;
use crate::tally::facts::{COMMON, FREE, Marks, RARE};
use crate::tally::shapes::{Numbers, Shapes};
use crate::tally::side::Part;

/// Parts of a side: a power of two.
const PARTS: usize = 1 << PART_BITS;
const PART_BITS: u32 = 4;

/// Numbers of short entries that wait for a part, at most. Of a worker's own they stay in the cache of its core.
const WAITING: usize = 1 << 13;

/// A task as it is added to each of its subjects.
#[derive(Debug)]
pub(super) struct Task<'a> {
    /// What is counted of it, whoever leads it.
    pub marks: Marks,
    /// What is counted of it besides for those who lead it.
    pub marks_of_lead: Marks,
    /// Days late, 0 when it is not.
    pub late_days: u32,
    pub weight: i128,
    /// Values of the indicators, 0 where they are not present.
    pub values: &'a [i64],
    /// The same in short, where all of them fit.
    pub short: Option<&'a [u32]>,
    /// The counts of the policy that it meets, a bit each, 64 to a number.
    pub met: &'a [u64],
}

/// To whom a task is added, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// The subject, by key.
    pub subject: u32,
    pub shape: Shape,
    /// Whether it is added to the sums.
    pub sum: bool,
    /// Whether it is added to the facts.
    pub fact: bool,
    /// Whether the subject has it as lead.
    pub lead: bool,
}

/// Marks that say whether an entry is added to sums and to facts.
const SUM: Marks = FREE;
const FACT: Marks = FREE << 1;

/// In a short entry the marks stand above the subject, and the shape above the days.
const SUBJECT_BITS: u32 = u32::BITS - (COMMON | SUM | FACT).count_ones();
const DAYS_BITS: u32 = 16;

/// Numbers of an entry before its values.
const SHORT_HEAD: usize = 2;
const LONG_HEAD: usize = 6;

/// What waits for one part.
#[derive(Debug, Default)]
struct Waiting {
    /// Entries of tasks that have the weight 1 and nothing rare: marks and subject, shape and days late, values.
    short: Vec<u32>,
    /// Other entries: subject, marks, shape, days late, the two halves of the weight, values, counts that are met.
    long: Vec<i64>,
}

/// What one worker has dealt out of one kind of subject.
#[derive(Debug)]
pub(super) struct Dealt {
    numbers: Numbers,
    parts: Vec<Waiting>,
}

/// The sums and facts of one kind of subject, in parts.
#[derive(Debug)]
pub(super) struct Side<'p> {
    policy: &'p Policy,
    /// The number of indicators.
    width: usize,
    shapes: Shapes,
    parts: Vec<Mutex<Part>>,
}

impl<'p> Side<'p> {
    pub fn new(policy: &'p Policy, width: usize) -> Self {
        let part = || Mutex::new(Part::new(policy.counts.len()));
        Self { policy, width, shapes: Shapes::default(), parts: (0..PARTS).map(|_| part()).collect() }
    }

    /// Nothing dealt out yet.
    pub fn deal(&self) -> Dealt {
        Dealt { numbers: Numbers::new(self.width), parts: (0..PARTS).map(|_| Waiting::default()).collect() }
    }

    /// Adds what waits of some workers, and gives the shapes by number and all parts.
    pub fn finish(self, waiting: &[Dealt]) -> Result<(Vec<Shape>, Vec<Part>), Overflow> {
        self.parts.par_iter().enumerate().try_for_each(|(place, part)| {
            let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
            let mut own = waiting.iter().filter_map(|dealt| dealt.parts.get(place));
            own.try_for_each(|waiting| waiting.add_to(&mut part, &self))
        })?;
        let part = |part: Mutex<Part>| part.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok((self.shapes.into_all(), self.parts.into_iter().map(part).collect()))
    }
}

impl Dealt {
    /// Deals a task out to a subject.
    #[inline]
    pub fn push(&mut self, task: &Task<'_>, entry: Entry, side: &Side<'_>) -> Result<(), Overflow> {
        let (place, own) = (entry.subject as usize % PARTS, entry.subject >> PART_BITS);
        let Some(waiting) = self.parts.get_mut(place) else { return Ok(()) };
        let shape = if entry.sum { self.numbers.number(entry.shape, &side.shapes) } else { 0 };
        let marks = task.marks
            | if entry.lead { task.marks_of_lead } else { 0 }
            | if entry.sum { SUM } else { 0 }
            | if entry.fact { FACT } else { 0 };
        let fits = own >> SUBJECT_BITS == 0 && (shape | task.late_days) >> DAYS_BITS == 0 && marks & RARE == 0;
        match task.short.filter(|_| fits) {
            Some(values) => {
                let head = [marks << SUBJECT_BITS | own, shape << DAYS_BITS | task.late_days];
                append(&mut waiting.short, head, values);
            }
            None => waiting.add_long(task, own, marks, shape),
        }
        if waiting.short.len() + 2 * waiting.long.len() < WAITING { Ok(()) } else { waiting.settle(place, side) }
    }
}

/// Appends a short entry. The compiler copies numbers without a loop where it knows how many there are.
#[inline]
fn append(into: &mut Vec<u32>, [first, second]: [u32; 2], values: &[u32]) {
    match values {
        [a] => into.extend_from_slice(&[first, second, *a]),
        [a, b] => into.extend_from_slice(&[first, second, *a, *b]),
        [a, b, c] => into.extend_from_slice(&[first, second, *a, *b, *c]),
        [a, b, c, d] => into.extend_from_slice(&[first, second, *a, *b, *c, *d]),
        [a, b, c, d, e] => into.extend_from_slice(&[first, second, *a, *b, *c, *d, *e]),
        values => {
            into.extend_from_slice(&[first, second]);
            into.extend_from_slice(values);
        }
    }
}

impl Waiting {
    #[inline(never)]
    fn add_long(&mut self, task: &Task<'_>, own: u32, marks: Marks, shape: u32) {
        let (high, low) = ((task.weight >> u64::BITS) as i64, task.weight as i64);
        self.long.extend([own.into(), marks.into(), shape.into(), task.late_days.into(), high, low]);
        self.long.extend(task.values);
        self.long.extend(task.met.iter().map(|bits| *bits as i64));
    }

    /// Adds all entries to the part at a place, and forgets them.
    #[inline(never)]
    fn settle(&mut self, place: usize, side: &Side<'_>) -> Result<(), Overflow> {
        let Some(part) = side.parts.get(place) else { return Ok(()) };
        self.add_to(&mut part.lock().unwrap_or_else(PoisonError::into_inner), side)?;
        self.short.clear();
        self.long.clear();
        Ok(())
    }

    /// Adds all entries to their part.
    fn add_to(&self, part: &mut Part, side: &Side<'_>) -> Result<(), Overflow> {
        // The compiler does without loops where it knows how many values there are.
        match side.width {
            1 => add_short::<1>(part, &self.short, 1)?,
            2 => add_short::<2>(part, &self.short, 2)?,
            3 => add_short::<3>(part, &self.short, 3)?,
            4 => add_short::<4>(part, &self.short, 4)?,
            5 => add_short::<5>(part, &self.short, 5)?,
            6 => add_short::<6>(part, &self.short, 6)?,
            width => add_short::<0>(part, &self.short, width)?,
        }
        let words = side.policy.counts.len().div_ceil(u64::BITS as usize);
        for entry in self.long.chunks_exact(LONG_HEAD + side.width + words) {
            let Some(([own, marks, shape, late_days, high, low], rest)) = entry.split_first_chunk() else { continue };
            let [own, marks, shape, late_days] = [own, marks, shape, late_days].map(|number| *number as u32);
            let (values, met) = rest.split_at_checked(side.width).unwrap_or_default();
            if marks & FACT != 0 {
                part.facts.count(own, marks, late_days);
                if marks & RARE != 0 {
                    part.facts.count_rare(own, marks, met.iter().map(|bits| *bits as u64), side.policy);
                }
            }
            if marks & SUM != 0
                && let Some((cells, subjects)) = part.of_shape(shape)
            {
                let weight = i128::from(*high) << u64::BITS | i128::from(*low as u64);
                cells.add(own, subjects, weight, values.iter().copied())?;
            }
        }
        Ok(())
    }
}

/// Adds short entries of so many values to their part; `KNOWN` is as many, or 0.
///
/// The sums of some entries are looked at before anything is added to them, because looks do not wait for each other,
/// as additions do.
fn add_short<const KNOWN: usize>(part: &mut Part, entries: &[u32], width: usize) -> Result<(), Overflow> {
    const TOGETHER: usize = 32;
    const SUBJECT: u32 = (1 << SUBJECT_BITS) - 1;
    let width = if KNOWN > 0 { KNOWN } else { width };
    let split = |entry: &'_ [u32]| {
        let &[first, second] = entry.first_chunk()?;
        Some((first >> SUBJECT_BITS, first & SUBJECT, second >> DAYS_BITS, second & ((1 << DAYS_BITS) - 1)))
    };
    let height = SHORT_HEAD + width;
    for entries in entries.chunks(TOGETHER * height) {
        let looks = entries.chunks_exact(height).filter_map(split);
        let looks = looks.map(|(_, own, shape, _)| part.look(own, shape, width));
        std::hint::black_box(looks.fold(0, |seen, look| seen ^ look));
        for entry in entries.chunks_exact(height) {
            let (Some((marks, own, shape, late_days)), Some(values)) = (split(entry), entry.get(SHORT_HEAD..)) else {
                continue;
            };
            if marks & FACT != 0 {
                part.facts.count(own, marks, late_days);
            }
            if marks & SUM != 0
                && let Some((cells, subjects)) = part.of_shape(shape)
            {
                cells.add_small::<KNOWN>(own, subjects, values)?;
            }
        }
    }
    Ok(())
}

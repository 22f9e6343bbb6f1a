//! Tasks dealt out to the parts that their subjects belong to, and added up there some hundreds at a time.
//!
//! Rows come in the order of the ledger, so their subjects are scattered over far more memory than the caches hold, and
//! other workers add to the same sums. So what a task adds to a subject is written down first, in a few numbers behind
//! those of other subjects of the same part; when there are enough of them, the part is taken once for all of them.

use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use crate::link::tasks::Roles;
use crate::policy::Policy;
use crate::tally::Overflow;
use crate::tally::cells::{Half, Shape, Short, halves_of};
use crate::tally::facts::{Counts, FREE, Marks, RARE};
use crate::tally::shapes::{self, Numbers, Shapes};
use crate::tally::side::Part;

/// Parts of a side: a power of two.
const PARTS: usize = 1 << PART_BITS;
const PART_BITS: u32 = 4;

/// Half lines of short entries that wait for a part, at most. Of a worker's own they stay in the cache of its core.
const WAITING: usize = 1 << 11;

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
    /// The same in short, as [`Short::values`], where all of them fit.
    pub short: Option<&'a [Half]>,
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

/// A task as nearly all are: scored, of weight 1, with nothing rare, not very late, and with values that fit the short
/// ones. All that its entries share is made once.
#[derive(Debug)]
pub(super) struct Usual<'a> {
    /// For those who do not lead the task and for those who do.
    marks: [Marks; 2],
    late_days: u32,
    /// Where its shape stands, without roles.
    near: usize,
    first: Half,
    more: &'a [Half],
}

impl<'a> Task<'a> {
    /// The same task as a usual one, if it is.
    #[inline]
    pub fn usual(&self, entry: Entry, width: usize) -> Option<Usual<'a>> {
        let marks = [self.marks, self.marks | self.marks_of_lead];
        let is_usual = entry.sum && entry.fact && self.late_days >> DAYS_BITS == 0 && marks[1] & RARE == 0;
        let (first, more) = self.short.filter(|_| is_usual)?.split_first()?;
        let near = shapes::near(&entry.shape, width)?;
        Some(Usual { marks, late_days: self.late_days, near, first: *first, more })
    }
}

/// Marks that say whether a long entry is added to sums and to facts.
const SUM: Marks = FREE;
const FACT: Marks = FREE << 1;

/// In a short entry the shape stands above the days.
const DAYS_BITS: u32 = 16;

/// The shape of a short entry that is added to no sums.
const NO_SHAPE: u32 = (1 << (u32::BITS - DAYS_BITS)) - 1;

/// Numbers of a long entry before its values.
const LONG_HEAD: usize = 6;

/// What waits for one part.
#[derive(Debug, Default)]
struct Waiting {
    /// Entries of tasks that have the weight 1 and nothing rare, each as its values stand in a small cell, and before
    /// them the subject, the shape and the days late, and the marks.
    short: Vec<Half>,
    /// Other entries: subject, marks, shape, days late, the two halves of the weight, values, counts that are met.
    long: Vec<i64>,
}

/// What one worker has dealt out of one kind of subject.
#[derive(Debug)]
pub(super) struct Dealt {
    numbers: Numbers,
    parts: Box<[Waiting; PARTS]>,
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
        Dealt { numbers: Numbers::new(self.width), parts: Box::default() }
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
    /// Deals a usual task out to a subject with a set of roles; gives whether it could.
    #[inline]
    pub fn push_usual(
        &mut self,
        task: &Usual<'_>,
        subject: u32,
        roles: Roles,
        lead: bool,
        side: &Side<'_>,
    ) -> Result<bool, Overflow> {
        let (place, own) = (subject as usize % PARTS, subject >> PART_BITS);
        let Some(shape) = self.numbers.known(task.near, roles).filter(|shape| *shape < NO_SHAPE) else {
            return Ok(false);
        };
        let Some(waiting) = self.parts.get_mut(place) else { return Ok(false) };
        let [marks, marks_of_lead] = task.marks;
        let head = [own, shape << DAYS_BITS | task.late_days, if lead { marks_of_lead } else { marks }];
        waiting.add_short(head, task.first, task.more);
        if waiting.is_full() {
            waiting.settle(place, side)?;
        }
        Ok(true)
    }

    /// Deals any task out to a subject.
    pub fn push(&mut self, task: &Task<'_>, entry: Entry, side: &Side<'_>) -> Result<(), Overflow> {
        let (place, own) = (entry.subject as usize % PARTS, entry.subject >> PART_BITS);
        let Some(waiting) = self.parts.get_mut(place) else { return Ok(()) };
        let shape = if entry.sum { self.numbers.number(entry.shape, &side.shapes) } else { NO_SHAPE };
        let marks = task.marks | if entry.lead { task.marks_of_lead } else { 0 };
        // What small cells count are facts.
        let fits =
            entry.fact && (shape < NO_SHAPE || !entry.sum) && task.late_days >> DAYS_BITS == 0 && marks & RARE == 0;
        match task.short.filter(|_| fits).and_then(<[Half]>::split_first) {
            Some((first, more)) => waiting.add_short([own, shape << DAYS_BITS | task.late_days, marks], *first, more),
            None => waiting.add_long(task, own, entry, marks, shape),
        }
        if waiting.is_full() { waiting.settle(place, side) } else { Ok(()) }
    }
}

impl Waiting {
    #[inline]
    fn add_short(&mut self, [own, shape, marks]: [u32; 3], first: Half, more: &[Half]) {
        let Half([_, _, _, a, b, c, d, e]) = first;
        self.short.push(Half([own, shape, marks, a, b, c, d, e]));
        if !more.is_empty() {
            self.short.extend_from_slice(more);
        }
    }

    #[inline(never)]
    fn add_long(&mut self, task: &Task<'_>, own: u32, entry: Entry, marks: Marks, shape: u32) {
        let marks = marks | if entry.sum { SUM } else { 0 } | if entry.fact { FACT } else { 0 };
        let (high, low) = ((task.weight >> u64::BITS) as i64, task.weight as i64);
        self.long.extend([own.into(), marks.into(), shape.into(), task.late_days.into(), high, low]);
        self.long.extend(task.values);
        self.long.extend(task.met.iter().map(|bits| *bits as i64));
    }

    fn is_full(&self) -> bool {
        const NUMBERS: usize = size_of::<Half>() / size_of::<i64>();
        self.short.len() + self.long.len() / NUMBERS >= WAITING
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
        // The compiler does without loops where it knows how many half lines there are.
        match halves_of(side.width) {
            1 => add_short::<1>(part, &self.short, side.width)?,
            2 => add_short::<2>(part, &self.short, side.width)?,
            _ => add_short::<0>(part, &self.short, side.width)?,
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
                && let Some((cells, subjects)) = part.of_shape(shape as usize, own)
            {
                let weight = i128::from(*high) << u64::BITS | i128::from(*low as u64);
                cells.add(own, subjects, weight, values.iter().copied())?;
            }
        }
        Ok(())
    }
}

/// Adds short entries to their part; `KNOWN` is the number of half lines of each, or 0.
///
/// The sums of some entries are looked at before anything is added to them, because looks do not wait for each other,
/// as additions do.
fn add_short<const KNOWN: usize>(part: &mut Part, entries: &[Half], width: usize) -> Result<(), Overflow> {
    const TOGETHER: usize = 32;
    let halves = if KNOWN > 0 { KNOWN } else { halves_of(width) };
    for entries in entries.chunks(TOGETHER * halves) {
        let looks = entries.iter().step_by(halves).map(|entry| {
            let Half([own, shape, ..]) = *entry;
            part.look((shape >> DAYS_BITS) as usize, own, halves)
        });
        std::hint::black_box(looks.fold(0, |seen, look| seen ^ look));
        for values in entries.chunks_exact(halves) {
            let Some(Half([subject, shape, marks, ..])) = values.first().copied() else { continue };
            let (shape, late_days) = (shape >> DAYS_BITS, shape & ((1 << DAYS_BITS) - 1));
            if shape == NO_SHAPE {
                part.facts.count(subject, marks, late_days);
            } else {
                let task = Short { subject, counts: Counts::of(marks), late_days, values };
                part.add_short::<KNOWN>(shape as usize, task, width)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{BUILT_IN, parse};
    use crate::tally::cells::put;
    use crate::tally::{SideTally, WEIGHT_ONE};

    #[test]
    fn a_task_is_added_to_its_own_shape_however_many_shapes_there_are() {
        const SHAPES: u32 = 66_000;
        let (policy, _) = parse(BUILT_IN, "wuhan-2021.toml").unwrap();
        let (side, values, met) = (Side::new(&policy, 1), [5], vec![0; policy.counts.len().div_ceil(64)]);
        let (mut dealt, mut short) = (side.deal(), vec![Half::default(); halves_of(1)]);
        put(&values, &mut short);
        let task = Task {
            marks: 0,
            marks_of_lead: 0,
            late_days: 0,
            weight: WEIGHT_ONE,
            values: &values,
            short: Some(&short),
            met: &met,
        };
        let entry = |co_units| {
            let shape = Shape { roles: 0, co_units, level: 0, present: 1 };
            Entry { subject: co_units % 3, shape, sum: true, fact: true, lead: true }
        };
        (1..=SHAPES).for_each(|co_units| dealt.push(&task, entry(co_units), &side).unwrap());
        // The last shape is one of those that are found quickly.
        dealt.push(&task, entry(0), &side).unwrap();
        let usual = task.usual(entry(0), 1).unwrap();
        if !dealt.push_usual(&usual, 0, 0, true, &side).unwrap() {
            dealt.push(&task, entry(0), &side).unwrap();
        }
        let (shapes, parts) = side.finish(&[dealt]).unwrap();
        let tally = SideTally::of_parts(shapes, parts, None, 1);
        let tasks = |subject| tally.sums(subject).map(|(shape, cell)| (tally.shapes[shape].co_units, cell.tasks()));
        for (co_units, tasks) in (0..3).flat_map(tasks) {
            assert_eq!(tasks, if co_units == 0 { 2 } else { 1 }, "{co_units}");
        }
        assert_eq!((0..3).map(|subject| tally.facts(subject).unwrap().tasks).sum::<u32>(), SHAPES + 2);
    }
}

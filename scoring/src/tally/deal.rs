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
use crate::tally::cells::Shape;
use crate::tally::facts::{COMMON, Common, FREE, Marks, RARE};
use crate::tally::shapes::{self, Numbers, Shapes};
use crate::tally::side::Part;

/// Parts of a side: a power of two.
const PARTS: usize = 1 << PART_BITS;
const PART_BITS: u32 = 4;

/// Numbers of short entries that wait for a part, at most. Of a worker's own they stay in the cache of its core.
const WAITING: usize = 1 << 14;

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

/// A task as nearly all are: scored, of weight 1, with nothing rare, not very late, and with values that fit the short
/// ones. All that its entries share is made once.
#[derive(Debug)]
pub(super) struct Usual<'a> {
    /// Marks in their place above the subject, for those who do not lead the task and for those who do.
    marks: [u32; 2],
    late_days: u32,
    /// Where its shape stands, without roles.
    near: usize,
    values: &'a [u32],
}

impl<'a> Task<'a> {
    /// The same task as a usual one, if it is.
    #[inline]
    pub fn usual(&self, entry: Entry, width: usize) -> Option<Usual<'a>> {
        let marks = [self.marks, self.marks | self.marks_of_lead].map(|marks| marks | SUM | FACT);
        let is_usual = entry.sum && entry.fact && self.late_days >> DAYS_BITS == 0 && marks[1] & RARE == 0;
        let values = self.short.filter(|_| is_usual)?;
        let near = shapes::near(&entry.shape, width)?;
        Some(Usual { marks: marks.map(|marks| marks << SUBJECT_BITS), late_days: self.late_days, near, values })
    }
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
        let Some(shape) = self.numbers.known(task.near, roles).filter(|_| own >> SUBJECT_BITS == 0) else {
            return Ok(false);
        };
        let Some(waiting) = self.parts.get_mut(place) else { return Ok(false) };
        let [marks, marks_of_lead] = task.marks;
        let head = [if lead { marks_of_lead } else { marks } | own, shape << DAYS_BITS | task.late_days];
        append(&mut waiting.short, head, task.values);
        if waiting.short.len() >= WAITING {
            waiting.settle(place, side)?;
        }
        Ok(true)
    }

    /// Deals any task out to a subject.
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
                && let Some((cells, subjects)) = part.of_shape(shape as usize)
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
/// as additions do. Subjects and shapes that have no place yet get one after all others, the long way.
fn add_short<const KNOWN: usize>(part: &mut Part, entries: &[u32], width: usize) -> Result<(), Overflow> {
    const TOGETHER: usize = 32;
    let width = if KNOWN > 0 { KNOWN } else { width };
    let height = SHORT_HEAD + width;
    let mut without_place = Vec::new();
    let (mut tables, facts) = part.dense(width);
    for entries in entries.chunks(TOGETHER * height) {
        let looks = entries.chunks_exact(height).filter_map(Short::of).map(|entry| {
            let table = tables.get(entry.shape).map_or(0, |table| table.look(entry.own, width));
            table ^ facts.get(entry.own).map_or(0, Common::look)
        });
        std::hint::black_box(looks.fold(0, |seen, look| seen ^ look));
        for written in entries.chunks_exact(height) {
            let (Some(entry), Some(values)) = (Short::of(written), written.get(SHORT_HEAD..)) else { continue };
            let added = entry.marks & (SUM | FACT) == SUM | FACT
                && facts.get_mut(entry.own).zip(tables.get_mut(entry.shape)).is_some_and(|(facts, table)| {
                    let added = table.add::<KNOWN>(entry.own, values);
                    if added {
                        facts.count(entry.marks, entry.late_days);
                    }
                    added
                });
            if !added {
                without_place.push(written);
            }
        }
    }
    for written in without_place {
        let (Some(entry), Some(values)) = (Short::of(written), written.get(SHORT_HEAD..)) else { continue };
        let own = u32::try_from(entry.own).map_err(|_| Overflow)?;
        if entry.marks & FACT != 0 {
            part.facts.count(own, entry.marks, entry.late_days);
        }
        if entry.marks & SUM != 0
            && let Some((cells, subjects)) = part.of_shape(entry.shape)
        {
            cells.add_small(own, subjects, values)?;
        }
    }
    Ok(())
}

/// What stands before the values of a short entry.
#[derive(Debug, Clone, Copy)]
struct Short {
    marks: Marks,
    own: usize,
    shape: usize,
    late_days: u32,
}

impl Short {
    #[inline]
    fn of(entry: &[u32]) -> Option<Self> {
        let &[first, second] = entry.first_chunk()?;
        Some(Self {
            marks: first >> SUBJECT_BITS,
            own: (first & ((1 << SUBJECT_BITS) - 1)) as usize,
            shape: (second >> DAYS_BITS) as usize,
            late_days: second & ((1 << DAYS_BITS) - 1),
        })
    }
}

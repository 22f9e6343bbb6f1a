//! Tasks dealt out to the parts that their subjects belong to, and added up there some hundreds at a time.
//!
//! Rows come in the order of the ledger, so their subjects are scattered over far more memory than the caches hold, and
//! other workers add to the same sums. So the numbers of some thousands of tasks are held, and for each subject of a task
//! a slip goes to its part, which says where these numbers are; then one part after another is taken for all its slips.

use std::sync::{Mutex, PoisonError};

use crate::link::tasks::Roles;
use crate::policy::Policy;
use crate::tally::Overflow;
use crate::tally::cells::{Half, Shape, summed};
use crate::tally::facts::{DAYS_BITS, FREE, Marks, NOT_JUDGED, RARE};
use crate::tally::held::{HELD_BITS, Held};
use crate::tally::laid::NOWHERE;
use crate::tally::shapes::{self, Numbers, Shapes};
use crate::tally::side::Part;

/// Parts of a side: a power of two.
const PARTS: usize = 1 << PART_BITS;
const PART_BITS: u32 = 4;

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
    /// Values of the indicators.
    pub values: &'a [i64],
    /// Its place among the tasks that are held, where it is as nearly all are: of weight 1, with nothing rare, not very
    /// late, and with values that fit the short ones.
    pub held: Option<usize>,
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

/// A held task that is added to sums and facts, so that a slip says all of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Usual {
    held: usize,
    /// Where its shape stands, without roles.
    near: usize,
}

impl Task<'_> {
    /// Whether a task with nothing but this is as nearly all are.
    #[inline]
    pub fn is_plain(&self) -> bool {
        self.late_days >> DAYS_BITS == 0 && (self.marks | self.marks_of_lead) & RARE == 0
    }

    /// The same task as a usual one, if it is.
    #[inline]
    pub fn usual(&self, entry: Entry, width: usize) -> Option<Usual> {
        let held = self.held.filter(|_| entry.sum && entry.fact)?;
        Some(Usual { held, near: shapes::near(&entry.shape, width)? })
    }
}

/// To whom a held task is added: the subject's place in its part; the shape, or that it is added to no sums; whether the
/// subject leads it; and which task it is.
#[derive(Debug, Clone, Copy)]
struct Slip(u64);

/// Bits of a slip above those of the task and of the lead.
const SHAPE_BITS: u32 = u32::BITS - HELD_BITS - 1;

/// The shape of a judged task that is added to no sums. Those from here on are none.
const NOT_SUMMED: u32 = (1 << SHAPE_BITS) - 2;

/// The shape of a task that is not judged.
const UNJUDGED: u32 = NOT_SUMMED + 1;

impl Slip {
    #[inline]
    fn new(own: u32, shape: u32, lead: bool, held: usize) -> Self {
        Self(u64::from(own) << u32::BITS | u64::from((shape << 1 | u32::from(lead)) << HELD_BITS) | held as u64)
    }

    #[inline]
    fn own(self) -> u32 {
        (self.0 >> u32::BITS) as u32
    }

    #[inline]
    fn shape(self) -> u32 {
        self.0 as u32 >> (HELD_BITS + 1)
    }

    #[inline]
    fn lead(self) -> bool {
        self.0 >> HELD_BITS & 1 != 0
    }

    #[inline]
    fn held(self) -> usize {
        self.0 as usize % (1 << HELD_BITS)
    }
}

/// Marks that say whether a long entry is added to sums and to facts.
const SUM: Marks = FREE;
const FACT: Marks = FREE << 1;

/// Numbers of a long entry before its values.
const LONG_HEAD: usize = 6;

/// What waits for one part.
#[derive(Debug, Default)]
struct Waiting {
    slips: Vec<Slip>,
    /// Of other tasks: subject, marks, shape, days late, the two halves of the weight, values, counts that are met.
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
        let part = || Mutex::new(Part::new(width, policy.counts.len()));
        Self { policy, width, shapes: Shapes::default(), parts: (0..PARTS).map(|_| part()).collect() }
    }

    /// Nothing dealt out yet.
    pub fn deal(&self) -> Dealt {
        Dealt { numbers: Numbers::new(self.width), parts: Box::default() }
    }

    /// Adds all that a worker has dealt out to the parts, and forgets it.
    pub fn add(&self, dealt: &mut Dealt, held: &Held) -> Result<(), Overflow> {
        for (waiting, part) in dealt.parts.iter_mut().zip(&self.parts) {
            if !(waiting.slips.is_empty() && waiting.long.is_empty()) {
                waiting.add_to(&mut part.lock().unwrap_or_else(PoisonError::into_inner), held, self)?;
                waiting.slips.clear();
                waiting.long.clear();
            }
        }
        Ok(())
    }

    /// The shapes by number, and all parts.
    pub fn finish(self) -> (Vec<Shape>, Vec<Part>) {
        let part = |part: Mutex<Part>| part.into_inner().unwrap_or_else(PoisonError::into_inner);
        (self.shapes.into_all(), self.parts.into_iter().map(part).collect())
    }
}

impl Dealt {
    /// Deals a usual task out to a subject with a set of roles; gives whether it could.
    #[inline]
    pub fn push_usual(&mut self, task: Usual, subject: u32, roles: Roles, lead: bool) -> bool {
        let (place, own) = (subject as usize % PARTS, subject >> PART_BITS);
        let shape = self.numbers.known(task.near, roles).filter(|shape| *shape < NOT_SUMMED);
        let (Some(shape), Some(waiting)) = (shape, self.parts.get_mut(place)) else { return false };
        waiting.slips.push(Slip::new(own, shape, lead, task.held));
        true
    }

    /// Deals any task out to a subject.
    pub fn push(&mut self, task: &Task<'_>, entry: Entry, side: &Side<'_>) {
        let (place, own) = (entry.subject as usize % PARTS, entry.subject >> PART_BITS);
        let Some(waiting) = self.parts.get_mut(place) else { return };
        let shape = if entry.sum {
            self.numbers.number(entry.shape, &side.shapes)
        } else if task.marks & NOT_JUDGED == 0 {
            NOT_SUMMED
        } else {
            UNJUDGED
        };
        // What small cells count are facts.
        match task.held.filter(|_| entry.fact && (shape < NOT_SUMMED || !entry.sum)) {
            Some(held) => waiting.slips.push(Slip::new(own, shape, entry.lead, held)),
            None => waiting.add_long(task, own, entry, shape),
        }
    }
}

impl Waiting {
    #[inline(never)]
    fn add_long(&mut self, task: &Task<'_>, own: u32, entry: Entry, shape: u32) {
        let marks = task.marks
            | if entry.lead { task.marks_of_lead } else { 0 }
            | if entry.sum { SUM } else { 0 }
            | if entry.fact { FACT } else { 0 };
        let (high, low) = ((task.weight >> u64::BITS) as i64, task.weight as i64);
        self.long.extend([own.into(), marks.into(), shape.into(), task.late_days.into(), high, low]);
        self.long.extend(task.values.iter().map(|value| summed(*value)));
        self.long.extend(task.met.iter().map(|bits| *bits as i64));
    }

    /// Adds all entries to their part.
    fn add_to(&self, part: &mut Part, held: &Held, side: &Side<'_>) -> Result<(), Overflow> {
        // The compiler does without loops where it knows how many half lines there are.
        match held.halves() {
            1 => add_short::<1>(part, &self.slips, held)?,
            2 => add_short::<2>(part, &self.slips, held)?,
            _ => add_short::<0>(part, &self.slips, held)?,
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
            if marks & SUM != 0 {
                let weight = i128::from(*high) << u64::BITS | i128::from(*low as u64);
                part.cells.add((shape, own), weight, values.iter().copied())?;
            }
        }
        Ok(())
    }
}

/// Adds held tasks to a part; `KNOWN` is the number of half lines of each, or 0.
///
/// The cells of some slips are found and looked at before anything is added to them, because looks do not wait for each
/// other, as additions do.
fn add_short<const KNOWN: usize>(part: &mut Part, slips: &[Slip], held: &Held) -> Result<(), Overflow> {
    const TOGETHER: usize = 32;
    let halves = if KNOWN > 0 { KNOWN } else { held.halves() };
    let mut others = Vec::new();
    for slips in slips.chunks(TOGETHER) {
        let mut places = [NOWHERE; TOGETHER];
        for (place, slip) in places.iter_mut().zip(slips) {
            *place = part.cells.place(slip.shape(), slip.own());
        }
        std::hint::black_box(places.iter().fold(0, |seen, place| seen ^ part.cells.look(*place)));
        for (place, slip) in places.iter().zip(slips) {
            if *place == NOWHERE {
                others.push(slip);
            } else if part.cells.add_short(*place, held.get(slip.held(), halves), slip.lead()) {
                spill(part, slip)?;
            }
        }
    }
    // A cell that is begun may move the others.
    for slip in others {
        let (numbers, lead) = (held.get(slip.held(), halves), slip.lead());
        if slip.shape() >= NOT_SUMMED {
            let counts = numbers.first().map(Half::counts).unwrap_or_default();
            part.facts.add_counts(slip.own(), if lead { counts } else { counts.of_co() }, slip.shape() == UNJUDGED);
        } else if part.cells.add_first((slip.shape(), slip.own()), numbers, lead) {
            spill(part, slip)?;
        }
    }
    Ok(())
}

/// Empties the small cell of a slip, which is full.
#[cold]
fn spill(part: &mut Part, slip: &Slip) -> Result<(), Overflow> {
    let counts = part.cells.spill((slip.shape(), slip.own()))?;
    part.facts.add_counts(slip.own(), counts, false);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{BUILT_IN, parse};
    use crate::tally::facts::Counts;
    use crate::tally::{SideTally, WEIGHT_ONE};

    #[test]
    fn a_task_is_added_to_its_own_shape_however_many_shapes_there_are() {
        const SHAPES: u32 = NOT_SUMMED + 10;
        let (policy, _) = parse(BUILT_IN, "wuhan-2021.toml").unwrap();
        let (side, values, met) = (Side::new(&policy, 1), [5], vec![0; policy.counts.len().div_ceil(64)]);
        let (mut dealt, mut held) = (side.deal(), Held::new(1));
        let (place, present, _) = held.add(Counts::of(0, 0), &values);
        let task = Task {
            marks: 0,
            marks_of_lead: 0,
            late_days: 0,
            weight: WEIGHT_ONE,
            values: &values,
            held: Some(place),
            met: &met,
        };
        let entry = |co_units| {
            let shape = Shape { roles: 0, co_units, level: 0, present };
            Entry { subject: co_units % 3, shape, sum: true, fact: true, lead: true }
        };
        (1..=SHAPES).for_each(|co_units| dealt.push(&task, entry(co_units), &side));
        // The last shape is one of those that are found quickly.
        dealt.push(&task, entry(0), &side);
        let usual = task.usual(entry(0), 1).unwrap();
        if !dealt.push_usual(usual, 0, 0, true) {
            dealt.push(&task, entry(0), &side);
        }
        side.add(&mut dealt, &held).unwrap();
        let (shapes, parts) = side.finish();
        let tally = SideTally::of_parts(shapes, parts, None);
        let tasks = |subject| tally.sums(subject).map(|(shape, cell)| (tally.shapes[shape].co_units, cell.tasks()));
        for (co_units, tasks) in (0..3).flat_map(tasks) {
            assert_eq!(tasks, if co_units == 0 { 2 } else { 1 }, "{co_units}");
        }
        assert_eq!((0..3).map(|subject| tally.facts(subject).unwrap().tasks).sum::<u32>(), SHAPES + 2);
    }
}

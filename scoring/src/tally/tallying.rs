//! Adding up linked tasks, batch by batch, from several threads at a time.

use std::sync::{Mutex, PoisonError};

use crate::judge::{Judged, JudgedTask, task_indicators};
use crate::link::roster::Keys;
use crate::link::tasks::{Fate, LinkedBatch};
use crate::link::units::Unit;
use crate::policy::{CoMode, Policy, Scope};
use crate::read::batch::ListColumn;
use crate::read::names::Names;
use crate::tally::cells::Shape;
use crate::tally::deal::{Dealt, Entry, Side, Task, Usual};
use crate::tally::facts::{
    Counts, DONE, DONE_LATE, FEEDBACK_MISSED, FORMAL_REPORT_MISSED, MEETS_COUNTS, MEETS_COUNTS_AS_LEAD, Marks,
    NOT_JUDGED, OVERDUE, SOLE_ESCALATION,
};
use crate::tally::held::Held;
use crate::tally::{LEAD, Overflow, SideTally, Tally, WEIGHT_ONE};
use crate::terms::{Exclusion, State};

/// The tally of a ledger while it is gone through.
///
/// There is one set of sums, however many workers add to it: subjects are dealt out to parts, and each worker keeps
/// what it has for a part until it is worth going there.
#[derive(Debug)]
pub struct Tallying<'p> {
    policy: &'p Policy,
    indicators: Vec<usize>,
    /// The units above each, itself first; empty where only a unit's own tasks count.
    above: Vec<Vec<u32>>,
    /// Levels in the order in which they came.
    levels: Mutex<Names>,
    units: Side<'p>,
    persons: Side<'p>,
}

/// What one worker keeps of the tasks that it adds to a tally.
#[derive(Debug)]
pub struct Hand {
    units: Dealt,
    persons: Dealt,
    tasks: u64,
    /// The tasks that are dealt out.
    held: Held,
    /// The units that the task at hand has met, and whether they lead it.
    met: Vec<(u32, bool)>,
    overflow: Result<(), Overflow>,
}

impl<'p> Tallying<'p> {
    /// Begins a tally under a policy; `units` are those of the table, where it is there.
    pub fn new(policy: &'p Policy, units: &[Unit]) -> Self {
        let indicators = task_indicators(policy);
        Self {
            policy,
            above: above(units, policy),
            levels: Mutex::default(),
            units: Side::new(policy, indicators.len()),
            persons: Side::new(policy, indicators.len()),
            indicators,
        }
    }

    /// The hand of a worker, empty.
    pub fn hand(&self) -> Hand {
        Hand {
            units: self.units.deal(),
            persons: self.persons.deal(),
            tasks: 0,
            held: Held::new(self.indicators.len()),
            met: Vec::new(),
            overflow: Ok(()),
        }
    }

    /// Adds a batch to what a worker has in hand. A sum that is too large is told at the end.
    pub fn add(&self, hand: &mut Hand, batch: &LinkedBatch) {
        if hand.overflow.is_ok() {
            hand.overflow = self.add_batch(hand, batch);
        }
    }

    fn add_batch(&self, hand: &mut Hand, batch: &LinkedBatch) -> Result<(), Overflow> {
        let levels = self.levels_of(batch);
        let (width, words) = (self.indicators.len(), self.policy.counts.len().div_ceil(64));
        let Judged { tasks, values, weight, counts, .. } = &batch.judged;
        let (units, persons) = (ListColumn::cells(Some(&batch.units)), ListColumn::cells(Some(&batch.persons)));
        for (((row, fate), judged), (units, persons)) in
            batch.fates.iter().enumerate().zip(tasks).zip(units.zip(persons))
        {
            let scored = match fate {
                Fate::Scored => true,
                Fate::Excluded(Exclusion::NotJudged) => false,
                Fate::Rejected | Fate::Excluded(_) => continue,
            };
            hand.tasks += 1;
            if hand.held.is_full() {
                self.settle(hand)?;
            }
            let mut task = Task {
                weight: weight.as_ref().and_then(|weights| *weights.get(row)?).unwrap_or(WEIGHT_ONE),
                values: values.get(row * width..(row + 1) * width).unwrap_or_default(),
                ..Task::of(judged, scored, counts.get(row * words..(row + 1) * words).unwrap_or_default())
            };
            let counted = Counts::of(task.marks | task.marks_of_lead, task.late_days);
            let (place, present, fit) = hand.held.add(counted, task.values);
            task.held = (fit && task.weight == WEIGHT_ONE && task.is_plain()).then_some(place);
            let level = levels.get(judged.level as usize).copied().unwrap_or_default();
            let shape = Shape { roles: 0, co_units: 0, level, present };
            let entry = Entry { subject: 0, shape, sum: scored, fact: true, lead: true };
            let usual = task.usual(entry, width);
            self.units(units, &task, usual, entry, hand);
            for (person, roles) in persons {
                if !usual.is_some_and(|usual| hand.persons.push_usual(usual, *person, *roles, true)) {
                    let entry = Entry { subject: *person, shape: Shape { roles: *roles, ..shape }, ..entry };
                    hand.persons.push(&task, entry, &self.persons);
                }
            }
        }
        self.settle(hand)
    }

    /// Adds up what a worker has dealt out.
    fn settle(&self, hand: &mut Hand) -> Result<(), Overflow> {
        self.units.add(&mut hand.units, &hand.held)?;
        self.persons.add(&mut hand.persons, &hand.held)?;
        hand.held.clear();
        Ok(())
    }

    /// The numbers of a batch's levels.
    fn levels_of(&self, batch: &LinkedBatch) -> Vec<u32> {
        let mut levels = self.levels.lock().unwrap_or_else(PoisonError::into_inner);
        batch.judged.levels.iter().map(|level| levels.code(level)).collect()
    }

    /// Adds a task to its units, and to the units above them.
    #[inline]
    fn units(&self, units: &[u32], task: &Task<'_>, usual: Option<Usual>, entry: Entry, hand: &mut Hand) {
        let split = self.policy.roles.co_mode == CoMode::Split;
        let usual = usual.filter(|_| !split && self.above.is_empty());
        let co_units = u32::try_from(units.len().saturating_sub(1)).unwrap_or(u32::MAX);
        for (place, unit) in units.iter().enumerate() {
            let lead = place == 0;
            let roles = if lead { LEAD } else { 0 };
            if usual.is_some_and(|usual| hand.units.push_usual(usual, *unit, roles, lead)) {
                continue;
            }
            let co_units = if split && !lead { co_units } else { 0 };
            let shape = Shape { roles, co_units, ..entry.shape };
            let entry = Entry { subject: *unit, shape, lead, ..entry };
            match self.above.is_empty() {
                true => hand.units.push(task, entry, &self.units),
                false => self.above(task, entry, hand),
            }
        }
        // A unit above several of them has the task once.
        for (subject, lead) in hand.met.drain(..) {
            hand.units.push(task, Entry { subject, lead, sum: false, ..entry }, &self.units);
        }
    }

    /// Adds a task to the sums of a unit and of the units above it, and notes whom it met.
    fn above(&self, task: &Task<'_>, entry: Entry, hand: &mut Hand) {
        let alone = [entry.subject];
        for subject in self.above.get(entry.subject as usize).map_or(&alone[..], Vec::as_slice) {
            if entry.sum {
                hand.units.push(task, Entry { subject: *subject, fact: false, ..entry }, &self.units);
            }
            match hand.met.iter_mut().find(|(known, _)| known == subject) {
                Some((_, led)) => *led |= entry.lead,
                None => hand.met.push((*subject, entry.lead)),
            }
        }
    }

    /// The tally of all that workers have added; `keys` says where the keys of units and persons stand in their lists.
    ///
    /// # Errors
    /// [`Overflow`] when a sum has left 128 bits, or for more than 2³² tasks.
    pub fn finish(self, hands: Vec<Hand>, keys: &Keys) -> Result<Tally, Overflow> {
        hands.iter().try_for_each(|hand| hand.overflow)?;
        u32::try_from(hands.iter().map(|hand| hand.tasks).sum::<u64>()).map_err(|_| Overflow)?;
        let found = self.levels.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut levels: Vec<String> = found.iter().map(str::to_owned).collect();
        levels.sort();
        let place = |code: u32| levels.binary_search_by(|level| level.as_str().cmp(found.name(code))).ok();
        let level = |code| place(code).and_then(|place| u32::try_from(place).ok()).unwrap_or_default();
        let side = |side: Side<'_>, places: &Option<Vec<u32>>| {
            let (mut shapes, parts) = side.finish();
            shapes.iter_mut().for_each(|shape| shape.level = level(shape.level));
            SideTally::of_parts(shapes, parts, places.as_deref())
        };
        let (units, persons) = (side(self.units, &keys.units), side(self.persons, &keys.persons));
        Ok(Tally { indicators: self.indicators, levels, units, persons })
    }
}

impl<'a> Task<'a> {
    /// What is counted of a task, which meets some counts.
    fn of(judged: &JudgedTask, scored: bool, met: &'a [u64]) -> Self {
        let mark = |is: bool, mark: Marks| if is { mark } else { 0 };
        let late_days = judged.late_days.unwrap_or_default().max(0).unsigned_abs();
        let (done, meets_counts) = (judged.state == State::Done, met.iter().any(|bits| *bits != 0));
        Self {
            marks: mark(!scored, NOT_JUDGED)
                | mark(done, DONE)
                | mark(done && late_days > 0, DONE_LATE)
                | mark(judged.state == State::Overdue, OVERDUE)
                | mark(meets_counts, MEETS_COUNTS),
            marks_of_lead: mark(judged.feedback_missed, FEEDBACK_MISSED)
                | mark(judged.formal_report_missed, FORMAL_REPORT_MISSED)
                | mark(judged.sole_escalation, SOLE_ESCALATION)
                | mark(meets_counts, MEETS_COUNTS_AS_LEAD),
            late_days,
            weight: WEIGHT_ONE,
            values: &[],
            held: None,
            met,
        }
    }
}

/// The units above each unit, itself first, where tasks of units below count too.
fn above(units: &[Unit], policy: &Policy) -> Vec<Vec<u32>> {
    if policy.scope == Scope::Own {
        return Vec::new();
    }
    let mut above = Vec::with_capacity(units.len());
    for unit in 0..units.len() {
        let mut line = Vec::new();
        let mut next = u32::try_from(unit).ok();
        while let Some(place) = next.filter(|place| !line.contains(place)) {
            line.push(place);
            next = units.get(place as usize).and_then(|unit| unit.parent);
        }
        above.push(line);
    }
    above
}

//! The tally: exact sums of everything that weights multiply. METHOD §6, last paragraph.
//!
//! Sums and maxima of integers only, so tallies of any parts of a linked ledger merge into the tally of the whole, in
//! any order, to the last digit. Changing a weight starts here and never needs the ledger again.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::judge::{Judged, JudgedTask, NOT_APPLICABLE, task_indicators};
use crate::link::Ledger;
use crate::link::tasks::{Fate, LinkedBatch, Roles};
use crate::link::units::Unit;
use crate::policy::{CoMode, Policy, Scope};
use crate::terms::{Exclusion, State};

/// The weight 1 in units of [`Sums::weight`]: task weights have six places.
pub const WEIGHT_ONE: i128 = 1_000_000;

/// The bit of a lead unit's role; a co unit has none.
pub const LEAD: Roles = 1;

/// Sums have left 128 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the weights of the tasks of one subject add up to more than can be kept")]
pub struct Overflow;

/// What a sum belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// The subject, as a place in its list.
    pub subject: u32,
    /// Its role: [`LEAD`] or 0 for a unit, the set of roles for a person.
    pub roles: Roles,
    /// The number of co units, where they divide their share; else 0.
    pub co_units: u32,
    /// The level, as a place in [`Tally::levels`].
    pub level: u32,
    /// The indicators that have a value, a bit for each in [`Tally::indicators`].
    pub present: u64,
}

/// What is added up under a key.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sums {
    /// Tasks.
    pub tasks: u64,
    /// Σ weight, in millionths.
    #[serde(with = "decimal_text")]
    pub weight: i128,
    /// Σ weight·value of each indicator present, in order, in millionths of units of the indicator's places.
    #[serde(with = "decimal_texts")]
    pub values: Vec<i128>,
}

/// What facts need of a subject's tasks. METHOD §10.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Facts {
    /// Scored tasks.
    pub scored: u64,
    /// Scored and not judged.
    pub tasks: u64,
    /// Done or overdue.
    pub due: u64,
    /// Done.
    pub done: u64,
    /// Done late or overdue.
    pub overdue: u64,
    /// Overdue and not done.
    pub open_overdue: u64,
    /// Most days late, 0 when none is.
    pub late_days_max: i32,
    /// Feedback missed, as lead.
    pub feedback_missed: u64,
    /// Formal reports missed, as lead.
    pub formal_report_missed: u64,
    /// Escalations without consultation, as lead.
    pub sole_escalations: u64,
    /// Of each count of the policy.
    pub counts: Vec<u64>,
}

/// Sums and facts of one kind of subject.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SideTally {
    /// Sums by key.
    pub sums: FxHashMap<Key, Sums>,
    /// Facts by subject.
    pub facts: FxHashMap<u32, Facts>,
}

/// The tally of a linked ledger or of a part of one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// The indicators of tasks sections, as places in the policy.
    pub indicators: Vec<usize>,
    /// The levels that tasks have, sorted.
    pub levels: Vec<String>,
    /// Of units.
    pub units: SideTally,
    /// Of persons.
    pub persons: SideTally,
}

/// Adds up a linked ledger.
///
/// # Errors
/// [`Overflow`] when a sum leaves 128 bits.
pub fn tally(ledger: &Ledger, policy: &Policy) -> Result<Tally, Overflow> {
    let batches: Vec<&LinkedBatch> = ledger.batches.iter().collect();
    tally_batches(&batches, &ledger.units, policy)
}

/// Adds up some batches of a linked ledger; `units` are all units.
///
/// # Errors
/// [`Overflow`] when a sum leaves 128 bits.
pub fn tally_batches(batches: &[&LinkedBatch], units: &[Unit], policy: &Policy) -> Result<Tally, Overflow> {
    let mut levels: Vec<String> =
        batches.iter().flat_map(|batch| batch.judged.levels.names().iter().cloned()).collect();
    levels.sort();
    levels.dedup();
    let frame = Tally { indicators: task_indicators(policy), levels, ..Tally::default() };
    let counting = Counting { policy, above: above(units, policy), levels: &frame.levels };
    let empty = || Tally { indicators: frame.indicators.clone(), levels: frame.levels.clone(), ..Tally::default() };
    batches
        .par_iter()
        .try_fold(empty, |mut tally, batch| {
            counting.batch(batch, &mut tally)?;
            Ok(tally)
        })
        .try_reduce(empty, Tally::merge)
}

impl Tally {
    /// The tally of two parts of a ledger together.
    ///
    /// # Errors
    /// [`Overflow`] when a sum leaves 128 bits.
    pub fn merge(self, other: Self) -> Result<Self, Overflow> {
        let mut levels: Vec<String> = self.levels.iter().chain(&other.levels).cloned().collect();
        levels.sort();
        levels.dedup();
        let (mut whole, part) = (self.with_levels(&levels), other.with_levels(&levels));
        whole.units.merge(part.units)?;
        whole.persons.merge(part.persons)?;
        Ok(whole)
    }

    /// The same tally over more levels, so that the places of levels agree with those of another.
    fn with_levels(self, levels: &[String]) -> Self {
        if self.levels == levels {
            return self;
        }
        let place = |level: u32| {
            let name = self.levels.get(level as usize)?;
            u32::try_from(levels.binary_search(name).ok()?).ok()
        };
        let renamed = |side: SideTally| SideTally {
            sums: side
                .sums
                .into_iter()
                .filter_map(|(key, sums)| Some((Key { level: place(key.level)?, ..key }, sums)))
                .collect(),
            facts: side.facts,
        };
        let (units, persons) = (renamed(self.units), renamed(self.persons));
        Self { indicators: self.indicators, levels: levels.to_vec(), units, persons }
    }
}

/// A tally as it is written: sorted, so that equal tallies are equal bytes.
#[derive(Serialize, Deserialize)]
struct Written {
    indicators: Vec<usize>,
    levels: Vec<String>,
    units: WrittenSide,
    persons: WrittenSide,
}

#[derive(Serialize, Deserialize)]
struct WrittenSide {
    sums: Vec<(Key, Sums)>,
    facts: Vec<(u32, Facts)>,
}

impl From<&SideTally> for WrittenSide {
    fn from(side: &SideTally) -> Self {
        let mut sums: Vec<(Key, Sums)> = side.sums.iter().map(|(key, sums)| (*key, sums.clone())).collect();
        sums.sort_by_key(|(key, _)| *key);
        let mut facts: Vec<(u32, Facts)> =
            side.facts.iter().map(|(subject, facts)| (*subject, facts.clone())).collect();
        facts.sort_by_key(|(subject, _)| *subject);
        Self { sums, facts }
    }
}

impl From<WrittenSide> for SideTally {
    fn from(side: WrittenSide) -> Self {
        Self { sums: side.sums.into_iter().collect(), facts: side.facts.into_iter().collect() }
    }
}

impl Tally {
    /// Writes the tally as JSON.
    ///
    /// # Errors
    /// When the bytes cannot be written.
    pub fn write(&self, into: impl std::io::Write) -> Result<(), serde_json::Error> {
        let written = Written {
            indicators: self.indicators.clone(),
            levels: self.levels.clone(),
            units: (&self.units).into(),
            persons: (&self.persons).into(),
        };
        serde_json::to_writer(into, &written)
    }

    /// Reads a tally that [`Tally::write`] wrote.
    ///
    /// # Errors
    /// When the bytes are no tally.
    pub fn read(from: impl std::io::Read) -> Result<Self, serde_json::Error> {
        let written: Written = serde_json::from_reader(from)?;
        Ok(Self {
            indicators: written.indicators,
            levels: written.levels,
            units: written.units.into(),
            persons: written.persons.into(),
        })
    }
}

impl SideTally {
    fn merge(&mut self, mut other: Self) -> Result<(), Overflow> {
        if self.sums.len() < other.sums.len() {
            std::mem::swap(self, &mut other);
        }
        for (key, sums) in other.sums {
            match self.sums.get_mut(&key) {
                Some(own) => own.add(sums.tasks, sums.weight, sums.values.iter().copied())?,
                None => {
                    self.sums.insert(key, sums);
                }
            }
        }
        for (subject, facts) in other.facts {
            self.facts.entry(subject).or_default().merge(&facts);
        }
        Ok(())
    }
}

impl Sums {
    fn add(&mut self, tasks: u64, weight: i128, values: impl Iterator<Item = i128>) -> Result<(), Overflow> {
        self.tasks += tasks;
        self.weight = self.weight.checked_add(weight).ok_or(Overflow)?;
        for (place, value) in values.enumerate() {
            match self.values.get_mut(place) {
                Some(sum) => *sum = sum.checked_add(value).ok_or(Overflow)?,
                None => self.values.push(value),
            }
        }
        Ok(())
    }
}

impl Facts {
    fn merge(&mut self, other: &Self) {
        self.scored += other.scored;
        self.tasks += other.tasks;
        self.due += other.due;
        self.done += other.done;
        self.overdue += other.overdue;
        self.open_overdue += other.open_overdue;
        self.late_days_max = self.late_days_max.max(other.late_days_max);
        self.feedback_missed += other.feedback_missed;
        self.formal_report_missed += other.formal_report_missed;
        self.sole_escalations += other.sole_escalations;
        self.counts.resize(self.counts.len().max(other.counts.len()), 0);
        for (own, more) in self.counts.iter_mut().zip(&other.counts) {
            *own += more;
        }
    }

    fn count(&mut self, task: &JudgedTask, scored: bool, lead: bool, met: &[u64], policy: &Policy) {
        let late = task.late_days.unwrap_or(0).max(0);
        self.scored += u64::from(scored);
        self.tasks += 1;
        self.due += u64::from(task.state != State::Open);
        self.done += u64::from(task.state == State::Done);
        self.overdue += u64::from(task.state == State::Overdue || (task.state == State::Done && late > 0));
        self.open_overdue += u64::from(task.state == State::Overdue);
        self.late_days_max = self.late_days_max.max(late);
        self.feedback_missed += u64::from(lead && task.feedback_missed);
        self.formal_report_missed += u64::from(lead && task.formal_report_missed);
        self.sole_escalations += u64::from(lead && task.sole_escalation);
        self.counts.resize(policy.counts.len(), 0);
        for (place, (count, own)) in policy.counts.iter().zip(&mut self.counts).enumerate() {
            let holds = met.get(place / 64).is_some_and(|bits| bits >> (place % 64) & 1 == 1);
            *own += u64::from(holds && (lead || !count.as_lead));
        }
    }
}

/// What counting needs besides a batch.
struct Counting<'a> {
    policy: &'a Policy,
    /// The units above each, itself first; empty where only a unit's own tasks count.
    above: Vec<Vec<u32>>,
    levels: &'a [String],
}

/// One row to be counted.
struct Counted<'a> {
    task: &'a JudgedTask,
    scored: bool,
    met: &'a [u64],
    weight: i128,
    level: u32,
    present: u64,
    values: &'a [i64],
}

fn above(units: &[Unit], policy: &Policy) -> Vec<Vec<u32>> {
    if policy.scope == Scope::Own {
        return Vec::new();
    }
    (0..units.len())
        .map(|unit| {
            let mut line = Vec::new();
            let mut next = u32::try_from(unit).ok();
            while let Some(place) = next.filter(|place| !line.contains(place)) {
                line.push(place);
                next = units.get(place as usize).and_then(|unit| unit.parent);
            }
            line
        })
        .collect()
}

impl Counting<'_> {
    fn batch(&self, batch: &LinkedBatch, tally: &mut Tally) -> Result<(), Overflow> {
        let levels = self.level_places(&batch.judged);
        let width = tally.indicators.len();
        let words = self.policy.counts.len().div_ceil(64);
        for (row, (task, fate)) in batch.judged.tasks.iter().zip(&batch.fates).enumerate() {
            let scored = match fate {
                Fate::Scored => true,
                Fate::Excluded(Exclusion::NotJudged) => false,
                Fate::Rejected | Fate::Excluded(_) => continue,
            };
            let values = batch.judged.values.get(row * width..(row + 1) * width).unwrap_or_default();
            let present = values
                .iter()
                .enumerate()
                .filter(|(_, value)| **value != NOT_APPLICABLE)
                .fold(0, |bits, (place, _)| bits | 1_u64 << place);
            let weight = batch.judged.weight.as_ref().and_then(|weights| *weights.get(row)?).unwrap_or(WEIGHT_ONE);
            let level = levels.get(task.level as usize).copied().unwrap_or_default();
            let met = batch.judged.counts.get(row * words..(row + 1) * words).unwrap_or_default();
            let counted = Counted { task, scored, met, weight, level, present, values };
            self.units(batch.units.get(row), &counted, &mut tally.units)?;
            for (person, roles) in batch.persons.get(row) {
                let key = Key { subject: *person, roles: *roles, co_units: 0, level, present };
                self.add(key, &counted, &mut tally.persons)?;
                self.fact(*person, true, &counted, &mut tally.persons);
            }
        }
        Ok(())
    }

    fn units(&self, units: &[u32], counted: &Counted<'_>, side: &mut SideTally) -> Result<(), Overflow> {
        let split = self.policy.roles.co_mode == CoMode::Split;
        let co_units = u32::try_from(units.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let mut met: Vec<(u32, bool)> = Vec::new();
        for (place, unit) in units.iter().enumerate() {
            let lead = place == 0;
            let own = [*unit];
            let line = self.above.get(*unit as usize).map_or(&own[..], Vec::as_slice);
            for subject in line {
                let roles = if lead { LEAD } else { 0 };
                let co_units = if split && !lead { co_units } else { 0 };
                let key = Key { subject: *subject, roles, co_units, level: counted.level, present: counted.present };
                self.add(key, counted, side)?;
                match met.iter_mut().find(|(known, _)| known == subject) {
                    Some((_, led)) => *led |= lead,
                    None => met.push((*subject, lead)),
                }
            }
        }
        for (subject, lead) in met {
            self.fact(subject, lead, counted, side);
        }
        Ok(())
    }

    fn add(&self, key: Key, counted: &Counted<'_>, side: &mut SideTally) -> Result<(), Overflow> {
        if !counted.scored {
            return Ok(());
        }
        let sums = side.sums.entry(key).or_default();
        sums.tasks += 1;
        sums.weight = sums.weight.checked_add(counted.weight).ok_or(Overflow)?;
        let present = counted.values.iter().filter(|value| **value != NOT_APPLICABLE);
        if sums.values.is_empty() {
            sums.values.resize(counted.present.count_ones() as usize, 0);
        }
        for (sum, value) in sums.values.iter_mut().zip(present) {
            let product = counted.weight.checked_mul(i128::from(*value)).ok_or(Overflow)?;
            *sum = sum.checked_add(product).ok_or(Overflow)?;
        }
        Ok(())
    }

    fn fact(&self, subject: u32, lead: bool, counted: &Counted<'_>, side: &mut SideTally) {
        let facts = side.facts.entry(subject).or_default();
        facts.count(counted.task, counted.scored, lead, counted.met, self.policy);
    }

    fn level_places(&self, judged: &Judged) -> Vec<u32> {
        let place = |name: &String| self.levels.binary_search(name).ok().and_then(|place| u32::try_from(place).ok());
        judged.levels.names().iter().map(|name| place(name).unwrap_or_default()).collect()
    }
}

/// 128-bit numbers as text: JSON readers stop at 64 bits.
mod decimal_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(number: &i128, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(number)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i128, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// Several 128-bit numbers as text.
mod decimal_texts {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(numbers: &[i128], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(numbers.iter().map(ToString::to_string))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<i128>, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        texts.iter().map(|text| text.parse().map_err(D::Error::custom)).collect()
    }
}

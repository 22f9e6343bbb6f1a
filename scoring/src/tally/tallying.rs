//! Adding up linked tasks, batch by batch, from several threads at a time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::judge::{JudgedTask, NOT_APPLICABLE, task_indicators};
use crate::link::roster::Keys;
use crate::link::tasks::{Fate, LinkedBatch};
use crate::link::units::Unit;
use crate::policy::{CoMode, Policy, Scope};
use crate::read::names::Names;
use crate::tally::cells::Shape;
use crate::tally::deal::{Entry, Shapes, Side};
use crate::tally::{LEAD, Overflow, SideTally, Tally, WEIGHT_ONE};
use crate::terms::Exclusion;

/// The tally of a ledger while it is gone through.
///
/// There is one set of sums, however many threads add to it: subjects are dealt out to parts, and a batch goes to each
/// part with all that it has for its subjects.
#[derive(Debug)]
pub struct Tallying<'p> {
    policy: &'p Policy,
    indicators: Vec<usize>,
    /// The units above each, itself first; empty where only a unit's own tasks count.
    above: Vec<Vec<u32>>,
    /// Levels in the order in which they came.
    levels: Mutex<Names>,
    units: Side,
    persons: Side,
    tasks: AtomicU64,
    overflow: Mutex<Option<Overflow>>,
}

/// A batch to be added up.
pub(super) struct Rows<'a> {
    batch: &'a LinkedBatch,
    /// The number of indicators.
    pub width: usize,
    pub policy: &'a Policy,
}

/// One row to be added up.
pub(super) struct Row<'a> {
    pub task: &'a JudgedTask,
    pub scored: bool,
    pub weight: i128,
    pub values: &'a [i64],
    /// The counts of the policy that it meets, a bit each, 64 to a number.
    pub met: &'a [u64],
}

impl<'a> Rows<'a> {
    /// A row of it.
    pub fn get(&self, row: u32) -> Option<Row<'a>> {
        let (row, judged) = (row as usize, &self.batch.judged);
        let words = self.policy.counts.len().div_ceil(64);
        Some(Row {
            task: judged.tasks.get(row)?,
            scored: self.batch.fates.get(row) == Some(&Fate::Scored),
            weight: judged.weight.as_ref().and_then(|weights| *weights.get(row)?).unwrap_or(WEIGHT_ONE),
            values: judged.values.get(row * self.width..(row + 1) * self.width)?,
            met: judged.counts.get(row * words..(row + 1) * words).unwrap_or_default(),
        })
    }
}

impl<'p> Tallying<'p> {
    /// Begins a tally under a policy; `units` are those of the table, where it is there.
    pub fn new(policy: &'p Policy, units: &[Unit]) -> Self {
        let parts = rayon::current_num_threads() * 4;
        Self {
            policy,
            indicators: task_indicators(policy),
            above: above(units, policy),
            levels: Mutex::default(),
            units: Side::new(parts),
            persons: Side::new(parts),
            tasks: AtomicU64::new(0),
            overflow: Mutex::default(),
        }
    }

    /// Adds a batch. A sum that is too large is told at the end.
    pub fn add(&self, batch: &LinkedBatch) {
        if let Err(overflow) = self.add_batch(batch) {
            *self.overflow.lock().unwrap_or_else(PoisonError::into_inner) = Some(overflow);
        }
    }

    fn add_batch(&self, batch: &LinkedBatch) -> Result<(), Overflow> {
        let width = self.indicators.len();
        let levels = self.levels_of(batch);
        let rows = Rows { batch, width, policy: self.policy };
        let most = levels.iter().max().map_or(0, |last| *last as usize + 1);
        let (mut shapes, mut met) = (Shapes::new(most, width), Vec::new());
        let (mut units, mut persons) =
            (self.units.deal(batch.units.items().len()), self.persons.deal(batch.persons.items().len()));
        let mut tasks = 0;
        for (row, fate) in (0_u32..).zip(&batch.fates) {
            let scored = match fate {
                Fate::Scored => true,
                Fate::Excluded(Exclusion::NotJudged) => false,
                Fate::Rejected | Fate::Excluded(_) => continue,
            };
            let Some(Row { task, values, .. }) = rows.get(row) else { continue };
            tasks += 1;
            let level = levels.get(task.level as usize).copied().unwrap_or_default();
            let has_value = values.iter().enumerate();
            let present = has_value.fold(0, |bits, (bit, value)| bits | u64::from(*value != NOT_APPLICABLE) << bit);
            let shape = Shape { roles: 0, co_units: 0, level, present };
            let entry = Entry { subject: 0, row, shape: 0, sum: scored, fact: true, lead: true };
            let own = batch.units.get(row as usize);
            self.units(own, shape, entry, &mut shapes, &mut met, |entry| units.push(entry));
            for (person, roles) in batch.persons.get(row as usize) {
                let shape = shapes.number(Shape { roles: *roles, ..shape });
                persons.push(Entry { subject: *person, shape, ..entry });
            }
        }
        self.tasks.fetch_add(tasks, Ordering::Relaxed);
        self.units.add(units, &shapes, &rows)?;
        self.persons.add(persons, &shapes, &rows)
    }

    /// The numbers of a batch's levels.
    fn levels_of(&self, batch: &LinkedBatch) -> Vec<u32> {
        let mut levels = self.levels.lock().unwrap_or_else(PoisonError::into_inner);
        batch.judged.levels.iter().map(|level| levels.code(level)).collect()
    }

    /// Makes the entries of the units of a row, and of the units above them.
    fn units(
        &self,
        units: &[u32],
        shape: Shape,
        entry: Entry,
        shapes: &mut Shapes,
        met: &mut Vec<(u32, bool)>,
        mut push: impl FnMut(Entry),
    ) {
        let split = self.policy.roles.co_mode == CoMode::Split;
        let co_units = u32::try_from(units.len().saturating_sub(1)).unwrap_or(u32::MAX);
        met.clear();
        for (place, unit) in units.iter().enumerate() {
            let lead = place == 0;
            let roles = if lead { LEAD } else { 0 };
            let co_units = if split && !lead { co_units } else { 0 };
            let shape = shapes.number(Shape { roles, co_units, ..shape });
            if self.above.is_empty() {
                push(Entry { subject: *unit, shape, lead, ..entry });
                continue;
            }
            let own = [*unit];
            for subject in self.above.get(*unit as usize).map_or(&own[..], Vec::as_slice) {
                push(Entry { subject: *subject, shape, fact: false, ..entry });
                match met.iter_mut().find(|(known, _)| known == subject) {
                    Some((_, led)) => *led |= lead,
                    None => met.push((*subject, lead)),
                }
            }
        }
        // A unit above several of them has the task once.
        for (subject, lead) in met {
            push(Entry { subject: *subject, lead: *lead, sum: false, ..entry });
        }
    }

    /// The tally of all batches; `keys` says where the keys of units and persons stand in their lists.
    ///
    /// # Errors
    /// [`Overflow`] when a sum has left 128 bits, or for more than 2³² tasks.
    pub fn finish(self, keys: &Keys) -> Result<Tally, Overflow> {
        if let Some(overflow) = self.overflow.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(overflow);
        }
        u32::try_from(self.tasks.into_inner()).map_err(|_| Overflow)?;
        let found = self.levels.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut levels: Vec<String> = found.iter().map(str::to_owned).collect();
        levels.sort();
        let place = |code: u32| levels.binary_search_by(|level| level.as_str().cmp(found.name(code))).ok();
        let level = |code| place(code).and_then(|place| u32::try_from(place).ok()).unwrap_or_default();
        let width = self.indicators.len();
        let side = |side: Side, places: &Option<Vec<u32>>| {
            let mut parts = side.into_parts();
            parts.iter_mut().for_each(|part| part.relevel(level));
            SideTally::of_parts(parts, places.as_deref(), width)
        };
        let (units, persons) = (side(self.units, &keys.units), side(self.persons, &keys.persons));
        Ok(Tally { indicators: self.indicators, levels, units, persons })
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

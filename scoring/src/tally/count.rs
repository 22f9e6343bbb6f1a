//! One pass over the rows of a linked ledger for each part of the subjects.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::judge::{JudgedTask, NOT_APPLICABLE};
use crate::link::tasks::{Fate, LinkedBatch};
use crate::link::units::Unit;
use crate::policy::{CoMode, Policy, Scope};
use crate::tally::cells::Shape;
use crate::tally::side::Part;
use crate::tally::{LEAD, Overflow, WEIGHT_ONE};
use crate::terms::Exclusion;

/// What counting needs besides rows.
pub(super) struct Counting<'a> {
    pub policy: &'a Policy,
    /// The units above each, itself first; empty where only a unit's own tasks count.
    pub above: Vec<Vec<u32>>,
    pub levels: &'a [String],
    pub indicators: usize,
}

/// Which kind each row of a batch is of: those of one level and one set of present indicators. All parts ask for it, so
/// it is found once.
pub(super) struct Kinds<'a> {
    batch: &'a LinkedBatch,
    kinds: Vec<(u32, u64)>,
    of_rows: Vec<u32>,
}

impl Kinds<'_> {
    /// The level and the set of present indicators of a row.
    fn of(&self, row: usize) -> (u32, u64) {
        self.of_rows.get(row).and_then(|kind| self.kinds.get(*kind as usize)).copied().unwrap_or_default()
    }

    /// The last person in the list of persons whom a row names.
    pub fn last_person(&self) -> Option<u32> {
        self.batch.persons.items().iter().map(|(person, _)| *person).max()
    }
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

/// The units above each unit, itself first, where tasks of units below count too.
pub(super) fn above(units: &[Unit], policy: &Policy) -> Vec<Vec<u32>> {
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
    /// Finds the kinds of a batch's rows.
    pub fn kinds<'b>(&self, batch: &'b LinkedBatch) -> Kinds<'b> {
        let find = |name: &str| self.levels.binary_search_by(|known| known.as_str().cmp(name)).ok();
        let place = |name: &str| find(name).and_then(|place| u32::try_from(place).ok()).unwrap_or_default();
        let levels: Vec<u32> = batch.judged.levels.iter().map(place).collect();
        let mut places: FxHashMap<(u32, u64), u32> = FxHashMap::default();
        let mut kinds = Vec::new();
        let mut of_rows = Vec::with_capacity(batch.judged.tasks.len());
        let no_values = std::iter::repeat_n(&[][..], if self.indicators == 0 { batch.judged.tasks.len() } else { 0 });
        let values = batch.judged.values.chunks(self.indicators.max(1)).chain(no_values);
        for (task, values) in batch.judged.tasks.iter().zip(values) {
            let present = values
                .iter()
                .enumerate()
                .fold(0, |bits, (place, value)| bits | u64::from(*value != NOT_APPLICABLE) << place);
            let kind = (levels.get(task.level as usize).copied().unwrap_or_default(), present);
            let next = u32::try_from(kinds.len()).unwrap_or(u32::MAX);
            of_rows.push(*places.entry(kind).or_insert_with(|| {
                kinds.push(kind);
                next
            }));
        }
        Kinds { batch, kinds, of_rows }
    }

    /// Counts the rows of a batch for the subjects of one part of each side.
    pub fn batch(&self, kinds: &Kinds<'_>, units: &mut Part, persons: &mut Part) -> Result<(), Overflow> {
        const TOGETHER: usize = 32;
        let mut met = Vec::new();
        for start in (0..kinds.of_rows.len()).step_by(TOGETHER) {
            let rows = start..kinds.of_rows.len().min(start + TOGETHER);
            self.fetch(kinds, rows.clone(), persons);
            for row in rows {
                self.row(kinds, row, units, persons, &mut met)?;
            }
        }
        Ok(())
    }

    /// Looks at the sums of the persons of some rows, which are scattered over more memory than is at hand: looks do
    /// not wait for each other, as additions do, so that memory is waited for once and not row by row.
    fn fetch(&self, kinds: &Kinds<'_>, rows: Range<usize>, persons: &Part) {
        let mut seen = 0;
        for row in rows {
            let (level, present) = kinds.of(row);
            for (person, roles) in kinds.batch.persons.get(row) {
                let shape = Shape { roles: *roles, co_units: 0, level, present };
                seen ^= persons.own(*person).map_or(0, |own| persons.look(own, &shape, self.indicators));
            }
        }
        std::hint::black_box(seen);
    }

    fn row(
        &self,
        kinds: &Kinds<'_>,
        row: usize,
        units: &mut Part,
        persons: &mut Part,
        met: &mut Vec<(u32, bool)>,
    ) -> Result<(), Overflow> {
        let batch = kinds.batch;
        let (width, words) = (self.indicators, self.policy.counts.len().div_ceil(64));
        let (Some(task), Some(fate)) = (batch.judged.tasks.get(row), batch.fates.get(row)) else { return Ok(()) };
        let scored = match fate {
            Fate::Scored => true,
            Fate::Excluded(Exclusion::NotJudged) => false,
            Fate::Rejected | Fate::Excluded(_) => return Ok(()),
        };
        let (level, present) = kinds.of(row);
        let counted = Counted {
            task,
            scored,
            met: batch.judged.counts.get(row * words..(row + 1) * words).unwrap_or_default(),
            weight: batch.judged.weight.as_ref().and_then(|weights| *weights.get(row)?).unwrap_or(WEIGHT_ONE),
            level,
            present,
            values: batch.judged.values.get(row * width..(row + 1) * width).unwrap_or_default(),
        };
        self.units(batch.units.get(row), &counted, units, met)?;
        for (person, roles) in batch.persons.get(row) {
            let Some(own) = persons.own(*person) else { continue };
            let shape = Shape { roles: *roles, co_units: 0, level, present };
            self.add(own, shape, &counted, persons)?;
            self.fact(own, true, &counted, persons);
        }
        Ok(())
    }

    fn units(
        &self,
        units: &[u32],
        counted: &Counted<'_>,
        part: &mut Part,
        met: &mut Vec<(u32, bool)>,
    ) -> Result<(), Overflow> {
        let split = self.policy.roles.co_mode == CoMode::Split;
        let co_units = u32::try_from(units.len().saturating_sub(1)).unwrap_or(u32::MAX);
        met.clear();
        for (place, unit) in units.iter().enumerate() {
            let lead = place == 0;
            let own = [*unit];
            let line = self.above.get(*unit as usize).map_or(&own[..], Vec::as_slice);
            let roles = if lead { LEAD } else { 0 };
            let co_units = if split && !lead { co_units } else { 0 };
            let shape = Shape { roles, co_units, level: counted.level, present: counted.present };
            for subject in line {
                let Some(own) = part.own(*subject) else { continue };
                self.add(own, shape, counted, part)?;
                match met.iter_mut().find(|(known, _)| *known == own) {
                    Some((_, led)) => *led |= lead,
                    None => met.push((own, lead)),
                }
            }
        }
        for (own, lead) in met {
            self.fact(*own, *lead, counted, part);
        }
        Ok(())
    }

    fn add(&self, own: u32, shape: Shape, counted: &Counted<'_>, part: &mut Part) -> Result<(), Overflow> {
        if counted.scored { part.add(own, shape, counted.weight, counted.values) } else { Ok(()) }
    }

    fn fact(&self, own: u32, lead: bool, counted: &Counted<'_>, part: &mut Part) {
        if let Some(facts) = part.facts(own) {
            facts.count(counted.task, counted.scored, lead, counted.met, self.policy);
        }
    }
}

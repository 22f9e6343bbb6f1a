//! What only the ledger as a whole shows of its tasks: ids that stand twice, parents that nobody is, cycles, and which
//! tasks are containers. METHOD §2, §4 (container).
//!
//! Most ledgers show nothing of it when they have been read once: no id stands twice, and no task names a parent. Only
//! where there is something are the ids that matter read again, and then the ledger with what was found at hand.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::link::fault::{column, duplicate, parent_cycle, unknown_parent};
use crate::link::ids::{Ids, on_cycles};
use crate::link::parts::{Figures, Parts};
use crate::link::runs::Run;
use crate::link::tasks::Fate;
use crate::read::batch::{Dictionary, TaskBatch, TaskColumn, TextColumn};
use crate::read::names::hash;
use crate::read::pass::Pass;
use crate::read::reject::Fault;
use crate::read::rows::{FileInfo, Headings, Place};
use crate::terms::Exclusion;

/// What the ledger as a whole says of rows.
pub type Marks = BTreeMap<Place, Mark>;

/// What the ledger as a whole says of one row.
#[derive(Debug, Clone, Default)]
pub struct Mark {
    /// What is wrong with it.
    pub fault: Option<Fault>,
    /// Whether tasks that count have it as their parent.
    pub container: bool,
    /// The figures of the tasks that have it as their parent, when all of them count.
    pub(super) parts: Option<Parts>,
}

/// A row that names a parent.
#[derive(Debug, Clone)]
pub struct Child {
    /// Where it stands.
    pub place: Place,
    /// The id of its parent, in half width.
    pub parent: String,
    /// What becomes of it by itself.
    pub fate: Fate,
    /// What it adds to its parent.
    pub(super) figures: Figures,
}

/// Groups of hashes by their first bits.
const GROUPS: usize = 64;

/// Runs that are hashed together.
const RUNS: usize = 16;

/// What is kept of the ids of a ledger to know which may stand twice: of those that count up from row to row the runs,
/// of the others the hashes.
#[derive(Debug)]
pub struct Hashes {
    runs: Mutex<Vec<Run>>,
    groups: Vec<Mutex<Vec<u64>>>,
}

impl Default for Hashes {
    fn default() -> Self {
        Self { runs: Mutex::default(), groups: (0..GROUPS).map(|_| Mutex::default()).collect() }
    }
}

impl Hashes {
    /// Adds the ids of a batch.
    pub fn add(&self, ids: &TextColumn) {
        match Run::all(ids) {
            Some(runs) => self.runs.lock().unwrap_or_else(PoisonError::into_inner).extend(runs),
            None => self.add_hashes(ids.len(), ids.filled().map(hash)),
        }
    }

    fn add_hashes(&self, count: usize, hashes: impl Iterator<Item = u64>) {
        let mut groups: Vec<Vec<u64>> = (0..GROUPS).map(|_| Vec::with_capacity(count / GROUPS * 2)).collect();
        for hash in hashes {
            let group = groups.get_mut((hash >> (u64::BITS - GROUPS.trailing_zeros())) as usize);
            group.into_iter().for_each(|group| group.push(hash));
        }
        for (kept, own) in self.groups.iter().zip(groups).filter(|(_, own)| !own.is_empty()) {
            kept.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&own);
        }
    }

    fn has_hashes(&self) -> bool {
        self.groups.iter().any(|group| !group.lock().unwrap_or_else(PoisonError::into_inner).is_empty())
    }

    /// The hashes that stand twice.
    fn doubled(self) -> FxHashSet<u64> {
        let mut runs = std::mem::take(&mut *self.runs.lock().unwrap_or_else(PoisonError::into_inner));
        // Runs alone show that no id stands twice where they are apart; else their hashes are compared, too.
        if !Run::sort_apart(&mut runs) || self.has_hashes() {
            runs.par_chunks(RUNS).for_each(|runs| {
                let ids = runs.iter().map(Run::len).sum();
                self.add_hashes(ids, runs.iter().flat_map(Run::ids).map(|id| hash(&id)));
            });
        }
        let doubled = self.groups.into_par_iter().flat_map_iter(|group| {
            let mut hashes = group.into_inner().unwrap_or_else(PoisonError::into_inner);
            hashes.sort_unstable();
            let pairs = hashes.array_windows().filter(|[a, b]| a == b);
            pairs.map(|[hash, _]| *hash).collect::<Vec<u64>>()
        });
        doubled.collect::<Vec<u64>>().into_iter().collect()
    }
}

/// The ids that matter to more than their own row: those that may stand twice, and those of parents. `None` when there
/// are none, as in most ledgers.
pub fn wanted(hashes: Hashes, children: &[Child]) -> Option<Wanted> {
    let mut wanted = hashes.doubled();
    wanted.extend(children.iter().map(|child| hash(&child.parent)));
    (!wanted.is_empty()).then_some(Wanted(wanted))
}

/// Ids that are looked for, by their hashes.
#[derive(Debug)]
pub struct Wanted(FxHashSet<u64>);

impl Pass for &Wanted {
    type Worker = ();
    type Part = Vec<(u64, Place, String)>;

    fn worker(&self) {}

    fn batch(&self, (): &mut (), _: &Dictionary, _: usize, batch: TaskBatch) -> Self::Part {
        let ids = batch.lines.iter().enumerate().filter_map(|(row, line)| Some((batch.task_id.get(row)?, *line)));
        let hashed = ids.map(|(id, line)| (hash(id), line, id)).filter(|(hash, ..)| self.0.contains(hash));
        hashed.map(|(hash, line, id)| (hash, Place { file: batch.file, line }, id.to_owned())).collect()
    }
}

/// What the ledger as a whole says, by the ids that matter and the rows that name a parent, in the order of the ledger.
pub fn marks(ids: &Ids, children: &[Child], files: &[FileInfo], headings: &Headings) -> Marks {
    let mut marks = Marks::new();
    let heading = |place: Place, column: TaskColumn| headings.of(place.file, column as usize);
    let mut add = |place: Place, fault: Fault| Fault::first(&mut marks.entry(place).or_default().fault, fault);
    for (place, other) in ids.doubled() {
        add(place, duplicate(heading(place, TaskColumn::TaskId), files, place, other));
    }
    let parents_column = column(TaskColumn::ParentId as u8);
    let found: Vec<Option<Place>> = children.iter().map(|child| ids.find(&child.parent)).collect();
    let mut above: Vec<Option<usize>> = Vec::with_capacity(children.len());
    for (Child { place, parent, .. }, found) in children.iter().zip(&found) {
        if found.is_none() {
            add(*place, unknown_parent(parents_column, heading(*place, TaskColumn::ParentId), parent));
        }
        // Rejected rows count too: of those with one id the one leads on whose parent is the first by code point.
        let rows = ids.all(parent).filter_map(|at| children.binary_search_by_key(&at, |child| child.place).ok());
        above.push(rows.min_by_key(|row| children.get(*row).map(|child| &child.parent)));
    }
    for Child { place, parent, .. } in on_cycles(&above).into_iter().filter_map(|row| children.get(row)) {
        add(*place, parent_cycle(parents_column, heading(*place, TaskColumn::ParentId), parent));
    }
    let rejected: Vec<bool> = children
        .iter()
        .map(|child| child.fate == Fate::Rejected || marks.get(&child.place).is_some_and(|mark| mark.fault.is_some()))
        .collect();
    // `None`: a part of this parent does not count.
    let mut parts: BTreeMap<Place, Option<Parts>> = BTreeMap::new();
    for ((child, parent), rejected) in children.iter().zip(found).zip(rejected) {
        let Some(parent) = parent else { continue };
        let left_out = |why: &[Exclusion]| rejected || why.iter().any(|why| child.fate == Fate::Excluded(*why));
        if !left_out(&[Exclusion::Cancelled, Exclusion::Exempt, Exclusion::OutOfPeriod]) {
            marks.entry(parent).or_default().container = true;
        }
        let counts = !left_out(&[Exclusion::Cancelled, Exclusion::Exempt]);
        let more = |parts: Option<Parts>| parts.filter(|_| counts).map(|parts| parts.with(child.figures));
        parts
            .entry(parent)
            .and_modify(|parts| *parts = more(*parts))
            .or_insert_with(|| counts.then(|| Parts::one(child.figures)));
    }
    for (parent, parts) in parts {
        marks.entry(parent).or_default().parts = parts;
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Some ids that follow each other in a ledger: they count up or down, or stand still.
    fn ids() -> impl Strategy<Value = Vec<String>> {
        ("[AT]", 0_i32..3000, -1_i32..2, 1_i32..60, 0_usize..5).prop_map(|(word, first, step, ids, width)| {
            (0..ids).map(|row| format!("{word}{:0width$}", (first + row * step).abs())).collect()
        })
    }

    proptest! {
        #[test]
        fn ids_stand_twice_wherever_they_stand(parts in prop::collection::vec(ids(), 1..6), batch in 1_usize..80) {
            let all = parts.concat();
            let hashes = Hashes::default();
            for ids in all.chunks(batch) {
                let mut column = TextColumn::default();
                ids.iter().for_each(|id| column.push(Some(id)));
                hashes.add(&column);
            }
            let mut seen = FxHashSet::default();
            let doubled: FxHashSet<u64> = all.iter().filter(|id| !seen.insert(*id)).map(|id| hash(id)).collect();
            prop_assert_eq!(hashes.doubled(), doubled);
        }
    }
}

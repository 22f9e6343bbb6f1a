//! Going through the tasks: each batch is judged and linked, shown to who reckons with it, and let go. What is kept of
//! a ledger grows with its subjects and with its odd rows, not with its rows.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::judge::{Judge, JudgeError, task_indicators};
use crate::link::ids::Ids;
use crate::link::named::Known;
use crate::link::roster::{Keys, Met, Roster};
use crate::link::tasks::{Kept, LinkedBatch, link_batch};
use crate::link::whole::{self, Child, Hashes, Marks};
use crate::link::{self, Ledger, LinkedTasks, TaskCounts, TasksRead};
use crate::policy::Policy;
use crate::read::batch::{Dictionary, TaskBatch};
use crate::read::pass::Pass;
use crate::read::rows::FileInfo;
use crate::read::{self, Progress, ReadError, Small, Sources, TaskTable};

/// Who is shown all linked tasks of a ledger.
///
/// It is begun again, and what it had is dropped, when the ledger has to be gone through again.
pub trait Reckoning: Sync {
    /// What one of those who work side by side keeps from batch to batch.
    type Share: Send;

    /// An empty share.
    fn share(&self) -> Self::Share;

    /// Reckons with a batch, the one of that number in the order of the ledger. The names of units are those of keys.
    fn batch(&self, share: &mut Self::Share, number: usize, batch: LinkedBatch, units: &UnitIds<'_>);
}

/// Nobody.
#[derive(Debug, Clone, Copy)]
pub struct Nothing;

impl Reckoning for Nothing {
    type Share = ();

    fn share(&self) {}

    fn batch(&self, (): &mut (), _: usize, _: LinkedBatch, _: &UnitIds<'_>) {}
}

/// Keeps all batches of a ledger that is small enough for it.
#[derive(Debug, Default)]
pub struct Gathered(Mutex<BTreeMap<usize, LinkedBatch>>);

impl Gathered {
    /// The batches, in the order of the ledger.
    pub fn into_batches(self) -> Vec<LinkedBatch> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect()
    }
}

impl Reckoning for Gathered {
    type Share = ();

    fn share(&self) {}

    fn batch(&self, (): &mut (), number: usize, batch: LinkedBatch, _: &UnitIds<'_>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(number, batch);
    }
}

/// The ids of units by their keys, while not all are known yet.
#[derive(Debug, Clone, Copy)]
pub struct UnitIds<'a> {
    roster: &'a Roster,
    met: &'a Met,
}

impl UnitIds<'_> {
    /// The id of a unit.
    pub fn of(&self, key: u32) -> String {
        match self.roster.units_known {
            true => self.roster.units.get(key as usize).map(|unit| unit.id.clone()).unwrap_or_default(),
            false => self.met.unit_of(key),
        }
    }
}

/// A ledger that was gone through.
#[derive(Debug)]
pub struct Linked<R: Reckoning> {
    /// The ledger.
    pub ledger: Ledger,
    /// Where the keys of units and persons stand in its lists.
    pub keys: Keys,
    /// Who reckoned with its tasks.
    pub reckoning: R,
    /// What they kept.
    pub shares: Vec<R::Share>,
}

/// A ledger cannot be gone through to its end.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// While reading.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// While judging.
    #[error(transparent)]
    Judge(#[from] JudgeError),
}

/// Goes through a ledger whose small tables have been read.
///
/// It is gone through once; where ids stand twice or tasks name parents, the ids that matter are read after that, and
/// the tasks once more with what the ledger as a whole says of them.
///
/// # Errors
/// [`LinkError`], naming the file where there is one.
pub fn go_through<R: Reckoning>(
    sources: &Sources,
    mut small: Small,
    judge: &Judge<'_>,
    policy: &Policy,
    begin: &mut dyn FnMut(&Roster) -> R,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Linked<R>, LinkError> {
    let roster = Roster::new(&mut small);
    let of = Setting { sources, judge, policy, roster: &roster, progress };
    let none = Marks::new();
    let Some((pass, table)) = of.through(&none, begin)? else {
        let reckoning = begin(&roster);
        let (ledger, keys) = link::link(small, roster, None, policy);
        return Ok(Linked { ledger, keys, reckoning, shares: Vec::new() });
    };
    let (mut done, hashes) = Done::of(pass, table)?;
    let children: Vec<Child> = done.kept.iter_mut().flat_map(|kept| std::mem::take(&mut kept.children)).collect();
    if let Some(wanted) = whole::wanted(hashes, &children) {
        let found = read::tasks(sources, policy, &mut || &wanted, progress)?;
        let entries = found.map(|(_, table)| table.parts.concat()).unwrap_or_default();
        let TasksRead { files, headings, .. } = &done.read;
        let marks = whole::marks(&Ids::new(entries), &children, files, headings);
        if let Some((pass, table)) = (!marks.is_empty()).then(|| of.through(&marks, begin)).transpose()?.flatten() {
            // The marks are of the rows that were there before.
            unchanged(files, &table.files)?;
            (done, _) = Done::of(pass, table)?;
        }
    }
    let Done { read, dictionaries, kept, counts, met, reckoning, shares } = done;
    let tasks = LinkedTasks { read, dictionaries, kept, counts, met };
    let (ledger, keys) = link::link(small, roster, Some(tasks), policy);
    Ok(Linked { ledger, keys, reckoning, shares })
}

/// Whether files that were read again are what they were.
fn unchanged(before: &[FileInfo], after: &[FileInfo]) -> Result<(), ReadError> {
    let changed = before.iter().zip(after).find(|(before, after)| before.sha256 != after.sha256);
    changed.map_or(Ok(()), |(file, _)| Err(ReadError::Changed { file: file.name.clone() }))
}

/// What is the same each time that the tasks are gone through.
#[derive(Clone, Copy)]
struct Setting<'a> {
    sources: &'a Sources,
    judge: &'a Judge<'a>,
    policy: &'a Policy,
    roster: &'a Roster,
    progress: &'a (dyn Fn(Progress) + Sync),
}

type Passed<'a, R> = (Through<'a, R>, TaskTable<Through<'a, R>>);

impl<'a> Setting<'a> {
    /// Goes through the tasks once.
    fn through<R: Reckoning>(
        self,
        marks: &'a Marks,
        begin: &mut dyn FnMut(&Roster) -> R,
    ) -> Result<Option<Passed<'a, R>>, ReadError> {
        let mut start = || Through {
            of: self,
            width: task_indicators(self.policy).len(),
            marks,
            met: Met::default(),
            hashes: Hashes::default(),
            reckoning: begin(self.roster),
        };
        read::tasks(self.sources, self.policy, &mut start, self.progress)
    }
}

/// One way through the tasks.
struct Through<'a, R> {
    of: Setting<'a>,
    /// The number of indicators of tasks.
    width: usize,
    marks: &'a Marks,
    met: Met,
    hashes: Hashes,
    reckoning: R,
}

/// What a worker keeps on the way.
struct Worker<'a, S> {
    known: Known<'a>,
    counts: TaskCounts,
    /// Whether a name was new in a batch of which rows were rejected.
    unsettled: bool,
    share: S,
}

impl<'a, R: Reckoning> Pass for Through<'a, R> {
    type Worker = Worker<'a, R::Share>;
    type Part = Result<Kept, JudgeError>;

    fn worker(&self) -> Self::Worker {
        let share = self.reckoning.share();
        Worker { known: Known::new(self.of.roster), counts: TaskCounts::default(), unsettled: false, share }
    }

    fn batch(&self, worker: &mut Self::Worker, names: &Dictionary, number: usize, batch: TaskBatch) -> Self::Part {
        // Where there are marks, it is known which ids stand twice.
        if self.marks.is_empty() {
            self.hashes.add(&batch.task_id);
        }
        let judged = self.of.judge.judge(batch)?;
        let known_before = worker.known.len();
        let (linked, kept) = link_batch(judged, names, &mut worker.known, &self.met, self.marks);
        let names_new = worker.known.len() > known_before;
        // Who is new in rows that are rejected may be named by an accepted one in any batch after this.
        worker.unsettled |= names_new && kept.has_rejects();
        worker.counts.add(&linked, self.width, names_new || worker.unsettled);
        let units = UnitIds { roster: self.of.roster, met: &self.met };
        self.reckoning.batch(&mut worker.share, number, linked, &units);
        Ok(kept)
    }
}

/// What a way through the tasks leaves behind.
struct Done<R: Reckoning> {
    read: TasksRead,
    dictionaries: Vec<Dictionary>,
    kept: Vec<Kept>,
    counts: TaskCounts,
    met: Met,
    reckoning: R,
    shares: Vec<R::Share>,
}

impl<R: Reckoning> Done<R> {
    fn of(pass: Through<'_, R>, table: TaskTable<Through<'_, R>>) -> Result<(Self, Hashes), JudgeError> {
        let TaskTable { files, headings, totals, desks, parts } = table;
        let kept = parts.into_iter().collect::<Result<_, _>>()?;
        let (mut counts, mut dictionaries, mut shares) = (TaskCounts::default(), Vec::new(), Vec::new());
        for desk in desks {
            counts.merge(&desk.worker.counts);
            dictionaries.push(desk.names);
            shares.push(desk.worker.share);
        }
        let Through { met, hashes, reckoning, .. } = pass;
        let read = TasksRead { files, headings, totals };
        Ok((Self { read, dictionaries, kept, counts, met, reckoning, shares }, hashes))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use crate::link::Nothing;
    use crate::policy::{BUILT_IN, parse};
    use crate::{read, run};

    #[test]
    fn a_ledger_that_changes_while_it_is_gone_through_is_refused() {
        let (policy, _) = parse(BUILT_IN, "wuhan-2021.toml").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tasks.csv");
        let twice = "task_id,lead_unit\nT1,U1\nT1,U1\n";
        fs::write(&file, twice).unwrap();
        let sources = read::find(folder.path(), None).unwrap();
        let begun = AtomicUsize::new(0);
        let mut begin = |_: &_| {
            // Somebody saves the ledger before it is gone through again.
            if begun.fetch_add(1, Ordering::Relaxed) == 1 {
                fs::write(&file, format!("{twice}T2,U1\n")).unwrap();
            }
            Nothing
        };
        let error = run::linked(&sources, &policy, &mut begin, &|_| {}).unwrap_err();
        assert_eq!(error.to_string(), "`tasks.csv` changed while it was read: run again when nobody writes to it");
    }
}

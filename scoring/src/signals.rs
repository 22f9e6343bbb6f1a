//! Signals: what looks odd in the tasks of a unit as a whole, for people to look at. See `docs/signals.md`.
//!
//! A signal is no fault and changes no score. It is counted for the lead unit of each task, over the tasks that could
//! show it. All thresholds here: `Basis: none`; they are low enough to be seen and high enough that a unit with few
//! tasks is not pointed at by chance.

use rustc_hash::FxHashMap;

use crate::judge::JudgedTask;
use crate::judge::signs::Signs;
use crate::link::roster::Keys;
use crate::link::tasks::{Fate, LinkedBatch};
use crate::number::Fraction;
use crate::read::batch::ListColumn;
use crate::read::rows::Place;
use crate::terms::{Exclusion, Signal};

/// Fewest tasks of a pattern that is odd only in its frequency (heaps, all complete).
pub const LEAST_PATTERN: u64 = 10;

/// Fewest tasks of what is odd in each single case.
pub const LEAST_ODD: u64 = 3;

/// Tasks that are named as evidence.
pub const NAMED: usize = 3;

/// A signal of one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What is odd.
    pub signal: Signal,
    /// The unit, as a place in the list of units.
    pub unit: u32,
    /// Tasks that show it.
    pub tasks: u64,
    /// Tasks that could show it.
    pub of: u64,
    /// Ids of the first tasks that show it, in the order of the ledger, at most [`NAMED`].
    pub evidence: Vec<String>,
}

impl Found {
    /// Percent of the tasks that could show it; exact.
    pub fn share(&self) -> Fraction {
        Fraction::new(i128::from(self.tasks) * 100, i128::from(self.of)).unwrap_or(Fraction::ZERO)
    }
}

/// When a signal is given: from so many tasks on, and from a share, above / below, of those that could show it.
pub fn threshold(signal: Signal) -> (u64, (u64, u64)) {
    match signal {
        Signal::DueDateHeap => (LEAST_PATTERN, (1, 2)),
        Signal::AllComplete => (LEAST_PATTERN, (1, 1)),
        Signal::Revoked | Signal::ZeroTargets => (LEAST_ODD, (1, 10)),
        Signal::CompletedBeforeAssigned
        | Signal::FeedbackBeforeAssigned
        | Signal::LateExtension
        | Signal::PartsDisagree => (LEAST_ODD, (0, 1)),
    }
}

/// What is counted for one unit and signal.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    tasks: u32,
    of: u32,
}

impl Count {
    fn is_given(&self, signal: Signal) -> bool {
        let (least, (above, below)) = threshold(signal);
        u64::from(self.tasks) >= least
            && u128::from(self.tasks) * u128::from(below) >= u128::from(self.of) * u128::from(above)
    }
}

/// The last tasks of one unit, counted in the eight bytes of one number, a signal each, which is one addition for all
/// signals of a task.
#[derive(Debug, Clone, Copy, Default)]
struct Last {
    /// Tasks that show signals.
    seen: u64,
    /// Tasks that could show them.
    looked: u64,
    tasks: u8,
    /// Signals, a bit each, of which no later task is one of the first.
    closed: u8,
}

/// The counts of units. The last tasks of each stand apart from those before, so that they stay at hand.
#[derive(Debug, Default)]
struct Counts {
    last: Vec<Last>,
    before: Vec<[Count; Signal::ALL.len()]>,
}

impl Counts {
    /// Counts a task of a unit, and gives the signals of it that are not closed for the unit.
    #[inline]
    fn add(&mut self, unit: u32, signs: Signs) -> u8 {
        let place = unit as usize;
        if self.last.len() <= place {
            self.last.resize(place + 1, Last::default());
            self.before.resize(place + 1, Default::default());
        }
        let Some(last) = self.last.get_mut(place) else { return 0 };
        last.seen += bytes(signs.seen_bits());
        last.looked += bytes(signs.looked_bits());
        last.tasks += 1;
        if last.tasks == u8::MAX
            && let Some(before) = self.before.get_mut(place)
        {
            settle(last, before);
        }
        signs.seen_bits() & !last.closed
    }

    /// Closes a signal of a unit.
    fn close(&mut self, unit: u32, signal: Signal) {
        self.last.get_mut(unit as usize).into_iter().for_each(|last| last.closed |= 1 << signal as u8);
    }

    /// Opens all signals again.
    fn open(&mut self) {
        self.last.iter_mut().for_each(|last| last.closed = 0);
    }

    /// All counts of each unit.
    fn into_all(mut self) -> Vec<[Count; Signal::ALL.len()]> {
        self.last.iter_mut().zip(&mut self.before).for_each(|(last, before)| settle(last, before));
        self.before
    }
}

/// Counts the last tasks to those before.
fn settle(last: &mut Last, before: &mut [Count; Signal::ALL.len()]) {
    let Last { seen, looked, closed, .. } = *last;
    *last = Last { closed, ..Last::default() };
    for (count, (tasks, of)) in before.iter_mut().zip(seen.to_le_bytes().into_iter().zip(looked.to_le_bytes())) {
        count.tasks += u32::from(tasks);
        count.of += u32::from(of);
    }
}

/// A number whose bytes are the bits of another, the lowest first.
fn bytes(bits: u8) -> u64 {
    // The first product puts the lower seven bits at the ends of bytes, and the eighth has no room in it.
    let low = (u64::from(bits & 0x7F) * 0x0002_0408_1020_4081) & 0x0001_0101_0101_0101;
    low | u64::from(bits >> 7) << 56
}

/// The first tasks that show a signal, in the order of the ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct First([Option<(Place, String)>; NAMED]);

impl First {
    /// Keeps a task when it is one of the first, and gives whether no later one is.
    fn keep(&mut self, place: Place, id: &str) -> bool {
        if self.is_before(place) {
            return true;
        }
        let mut late = Some((place, id.to_owned()));
        for kept in &mut self.0 {
            if late.is_some() && (kept.is_none() || late < *kept) {
                std::mem::swap(kept, &mut late);
            }
        }
        self.is_before(place)
    }

    /// Whether all that it keeps are there, and none is behind a place.
    fn is_before(&self, place: Place) -> bool {
        matches!(&self.0, [.., Some((last, _))] if *last <= place)
    }
}

/// What some of the tasks show, by the keys of their lead units.
#[derive(Debug, Default)]
pub struct Shown {
    counts: Counts,
    /// By signal and unit.
    first: FxHashMap<(Signal, u32), First>,
    /// The place of the last task with which something was closed, since all was open.
    closed_at: Option<Place>,
}

impl Shown {
    /// Looks at the tasks of a batch.
    pub fn add(&mut self, batch: &LinkedBatch) {
        const OF_CONTAINERS: u8 = 1 << Signal::PartsDisagree as u8;
        let place = |task: &JudgedTask| Place { file: batch.judged.file, line: task.line };
        let tasks = &batch.judged.tasks;
        // What is closed is so for tasks behind the one with which it was closed. Batches come in order but for a few
        // times when those who work side by side change places.
        if tasks.first().map(place) <= self.closed_at {
            self.counts.open();
            self.closed_at = None;
        }
        let units = ListColumn::cells(Some(&batch.units));
        for (((row, task), fate), units) in tasks.iter().enumerate().zip(&batch.fates).zip(units) {
            let signs = match fate {
                Fate::Scored | Fate::Excluded(Exclusion::NotJudged) => task.signs.among(!OF_CONTAINERS),
                Fate::Excluded(Exclusion::Container) => task.signs.among(OF_CONTAINERS),
                Fate::Rejected | Fate::Excluded(_) => continue,
            };
            let Some(lead) = units.first().filter(|_| !signs.is_empty()) else { continue };
            let open = self.counts.add(*lead, signs);
            if open != 0 {
                self.keep(place(task), batch.judged.task_id.get(row).unwrap_or_default(), *lead, signs.among(open));
            }
        }
    }

    /// Keeps a task where it is one of the first.
    #[inline(never)]
    fn keep(&mut self, place: Place, id: &str, lead: u32, signs: Signs) {
        for signal in signs.all_seen() {
            if self.first.entry((signal, lead)).or_default().keep(place, id) {
                self.counts.close(lead, signal);
                self.closed_at = self.closed_at.max(Some(place));
            }
        }
    }
}

/// The signals of a ledger by what the parts of it show, by signal, then unit.
pub fn signals(shown: Vec<Shown>, keys: &Keys) -> Vec<Found> {
    let mut all: Vec<[Count; Signal::ALL.len()]> = Vec::new();
    let mut first: FxHashMap<(Signal, u32), First> = FxHashMap::default();
    for shown in shown {
        let counts = shown.counts.into_all();
        all.resize(all.len().max(counts.len()), Default::default());
        for (count, more) in all.as_flattened_mut().iter_mut().zip(counts.as_flattened()) {
            count.tasks += more.tasks;
            count.of += more.of;
        }
        for (of, more) in shown.first {
            let own = first.entry(of).or_default();
            more.0.into_iter().flatten().for_each(|(place, id)| _ = own.keep(place, &id));
        }
    }
    let mut found = Vec::new();
    for (key, counts) in (0..).zip(all) {
        let Some(unit) = keys.unit(key) else { continue };
        for (signal, count) in Signal::ALL.iter().zip(counts).filter(|(signal, count)| count.is_given(**signal)) {
            let evidence = first.remove(&(*signal, key)).unwrap_or_default();
            let evidence = evidence.0.into_iter().flatten().map(|(_, id)| id).collect();
            found.push(Found { signal: *signal, unit, tasks: count.tasks.into(), of: count.of.into(), evidence });
        }
    }
    found.sort_unstable_by_key(|found| (found.signal, found.unit));
    found
}

#[cfg(test)]
mod tests;

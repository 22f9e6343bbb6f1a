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
mod tests {
    use super::*;
    use crate::judge::Judged;
    use crate::moment::Day;
    use crate::policy::parse;
    use crate::read::{TableName, in_memory};
    use crate::run;
    use crate::terms::State;
    use proptest::prelude::*;

    const POLICY: &str = "schema = 1\nid = \"t\"\n[period]\nfrom = 2025-01-01\nto = 2025-12-31\n\
                          [[indicator]]\nid = \"i\"\nmethod = \"deadline\"\n\
                          [[unit.section]]\nid = \"s\"\nweight = 1\nsource = \"tasks\"\nindicators = [\"i\"]\n";

    /// Signals of tasks whose rows are made from their number, as signal, unit, tasks, of and evidence.
    fn found(headings: &str, rows: &[(usize, &dyn Fn(usize) -> String)]) -> Vec<String> {
        let (policy, _) = parse(POLICY, "p.toml").unwrap();
        let mut text = format!("{headings}\n");
        let mut number = 0;
        for (times, row) in rows {
            for _ in 0..*times {
                number += 1;
                text.push_str(&row(number));
                text.push('\n');
            }
        }
        let run = run::run(&in_memory([(TableName::Tasks, text.as_str())]), &policy, &|_| {}, None).unwrap();
        let shown = |found: Found| {
            let unit = &run.ledger.units[found.unit as usize].id;
            let Found { signal, tasks, of, evidence, .. } = found;
            format!("{} {unit} {tasks}/{of} {}", signal.id(), evidence.join(";"))
        };
        run.signals.iter().cloned().map(shown).collect()
    }

    const DATES: &str = "task_id,lead_unit,assigned_on,due_on,completed_on,revoked_on,feedback_on";

    #[test]
    fn completions_heaped_on_the_due_date_are_a_signal_from_ten_tasks_and_half_on() {
        let on = |n| format!("T{n},甲局,,2025-03-31,2025-03-31,,");
        let off = |n| format!("T{n},甲局,,2025-03-31,2025-03-30,,");
        assert_eq!(found(DATES, &[(10, &on), (10, &off)]), ["due-date-heap 甲局 10/20 T1;T2;T3"]);
        assert_eq!(found(DATES, &[(10, &on), (11, &off)]), [""; 0]);
        assert_eq!(found(DATES, &[(9, &on)]), [""; 0]);
    }

    #[test]
    fn acts_before_assignment_are_a_signal_from_three_tasks_on() {
        let completed = |n| format!("T{n},乙局,2025-03-01,2025-03-31,2025-02-28,,");
        let feedback = |n| format!("T{n},甲局,2025-03-01,2025-03-31,2025-03-02,,2025-02-28");
        assert_eq!(
            found(DATES, &[(3, &feedback), (3, &completed)]),
            ["completed-before-assigned 乙局 3/3 T4;T5;T6", "feedback-before-assigned 甲局 3/3 T1;T2;T3"]
        );
        assert_eq!(found(DATES, &[(2, &feedback), (2, &completed)]), [""; 0]);
    }

    #[test]
    fn many_revoked_completions_are_a_signal_and_few_among_many_are_not() {
        let revoked = |n| format!("T{n},甲局,,2025-03-31,2025-03-02,2025-04-01,");
        let kept = |n| format!("T{n},甲局,,2025-03-31,2025-03-02,,");
        assert_eq!(found(DATES, &[(27, &kept), (3, &revoked)]), ["revoked 甲局 3/30 T28;T29;T30"]);
        assert_eq!(found(DATES, &[(28, &kept), (3, &revoked)]), [""; 0]);
    }

    #[test]
    fn extensions_after_the_due_date_are_a_signal() {
        let headings = "task_id,lead_unit,due_on,extended_to,extension_approved_on,completed_on";
        let late = |n| format!("T{n},甲局,2025-03-31,2025-04-30,2025-04-02,2025-04-15");
        let plain = |n| format!("T{n},甲局,2025-03-31,,,2025-03-15");
        assert_eq!(found(headings, &[(5, &plain), (3, &late)]), ["late-extension 甲局 3/3 T6;T7;T8"]);
    }

    const FIGURES: &str = "task_id,lead_unit,due_on,target,actual,parent_id,weight";

    #[test]
    fn actual_values_that_all_equal_their_targets_and_targets_of_zero_are_signals() {
        let all = |n| format!("T{n},甲局,2025-03-31,{n},{n}.0,,");
        assert_eq!(found(FIGURES, &[(10, &all)]), ["all-complete 甲局 10/10 T1;T2;T3"]);
        let less = |n| format!("T{n},甲局,2025-03-31,{n},0,,");
        assert_eq!(found(FIGURES, &[(10, &all), (1, &less)]), [""; 0]);
        let zero = |n| format!("T{n},甲局,2025-03-31,0,1,,");
        assert_eq!(found(FIGURES, &[(9, &less), (3, &zero)]), ["zero-targets 甲局 3/12 T10;T11;T12"]);
    }

    #[test]
    fn parts_that_do_not_add_up_to_their_parents_are_a_signal() {
        // Every third task is a parent, and the two after it are its parts.
        let row = |target: &'static str| {
            move |n: usize| match n % 3 {
                1 => format!("T{n},甲局,2025-03-31,{target},,,"),
                at => format!("T{n},乙局,2025-03-31,10,,T{},", if at == 2 { n - 1 } else { n - 2 }),
            }
        };
        assert_eq!(found(FIGURES, &[(9, &row("25"))]), ["parts-disagree 甲局 3/3 T1;T4;T7"]);
        assert_eq!(found(FIGURES, &[(9, &row("20"))]), [""; 0], "they add up");
        assert_eq!(found(FIGURES, &[(9, &row("10"))]), [""; 0], "a rate");
        assert_eq!(found(FIGURES, &[(9, &row(""))]), [""; 0], "nothing to compare");
        assert_eq!(found(FIGURES, &[(6, &row("25"))]), [""; 0], "too few");
    }

    #[test]
    fn a_parent_with_a_part_that_does_not_count_is_not_looked_at() {
        let headings = "task_id,lead_unit,target,parent_id,status";
        let row = |n: usize| match n % 3 {
            1 => format!("T{n},甲局,25,,"),
            2 => format!("T{n},甲局,10,T{},cancelled", n - 1),
            _ => format!("T{n},甲局,10,T{},", n - 2),
        };
        assert_eq!(found(headings, &[(9, &row)]), [""; 0]);
    }

    #[test]
    fn the_bits_of_a_set_become_the_bytes_of_a_number() {
        for bits in 0..=u8::MAX {
            let expected: [u8; 8] = std::array::from_fn(|place| bits >> place & 1);
            assert_eq!(bytes(bits).to_le_bytes(), expected);
        }
    }

    /// A batch of tasks of one unit on these lines; every third shows a signal.
    fn batch(lines: std::ops::Range<u64>) -> LinkedBatch {
        let task = |line: u64| {
            let mut signs = Signs::default();
            signs.note(Signal::Revoked, line.is_multiple_of(3));
            JudgedTask {
                line,
                state: State::Done,
                late_days: None,
                principal_day: Day(0),
                level: 0,
                exclusion: None,
                feedback_missed: false,
                formal_report_missed: false,
                sole_escalation: false,
                signs,
            }
        };
        let rows = lines.clone().count();
        let mut judged = Judged { tasks: lines.clone().map(task).collect(), ..Judged::default() };
        lines.for_each(|line| judged.task_id.push(Some(&format!("T{line}"))));
        let units = ListColumn::of_one_each(vec![0; rows]);
        LinkedBatch { judged, units, persons: ListColumn::default(), fates: vec![Fate::Scored; rows] }
    }

    proptest! {
        #[test]
        fn the_first_tasks_are_the_evidence_in_whatever_order_batches_come(
            order in Just((0..12_u64).collect::<Vec<_>>()).prop_shuffle(), rows in 1..8_u64
        ) {
            let mut shown = Shown::default();
            order.iter().for_each(|number| shown.add(&batch(number * rows..(number + 1) * rows)));
            let all = (0..12 * rows).filter(|line| line.is_multiple_of(3));
            let first = shown.first.remove(&(Signal::Revoked, 0)).unwrap();
            let ids: Vec<String> = first.0.into_iter().flatten().map(|(_, id)| id).collect();
            prop_assert_eq!(ids, all.clone().take(NAMED).map(|line| format!("T{line}")).collect::<Vec<_>>());
            let counts = shown.counts.into_all();
            let count = counts[0][Signal::Revoked as usize];
            prop_assert_eq!((u64::from(count.tasks), u64::from(count.of)), (all.count() as u64, 12 * rows));
        }
    }

    #[test]
    fn the_first_rows_are_the_evidence_in_whatever_order_they_come() {
        let first = |lines: &[u64]| {
            let mut first = First::default();
            lines.iter().for_each(|line| _ = first.keep(Place { file: 0, line: *line }, &format!("T{line}")));
            first.0.into_iter().flatten().map(|(_, id)| id).collect::<Vec<_>>()
        };
        assert_eq!(first(&[5, 1, 9, 3, 4, 2, 8]), ["T1", "T2", "T3"]);
        assert_eq!(first(&[9, 8]), ["T8", "T9"]);
    }
}

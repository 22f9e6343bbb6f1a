//! Signals: what looks odd in the tasks of a unit as a whole, for people to look at. See `docs/signals.md`.
//!
//! A signal is no fault and changes no score. It is counted for the lead unit of each task, over the tasks that could
//! show it. All thresholds here: `Basis: none`; they are low enough to be seen and high enough that a unit with few
//! tasks is not pointed at by chance.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::link::Ledger;
use crate::link::ids::RowAt;
use crate::link::tasks::{Fate, LinkedBatch};
use crate::number::Fraction;
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
    tasks: u64,
    of: u64,
    /// The first rows that show it, in order.
    first: [Option<RowAt>; NAMED],
}

impl Count {
    fn add(&mut self, at: RowAt, seen: bool) {
        self.of += 1;
        if seen {
            self.tasks += 1;
            self.keep(at);
        }
    }

    /// Keeps the row when it is one of the first.
    fn keep(&mut self, at: RowAt) {
        let mut at = Some(at);
        for kept in &mut self.first {
            if at.is_some() && (kept.is_none() || at < *kept) {
                std::mem::swap(kept, &mut at);
            }
        }
    }

    fn merge(&mut self, other: &Self) {
        self.tasks += other.tasks;
        self.of += other.of;
        other.first.iter().flatten().for_each(|at| self.keep(*at));
    }

    fn is_given(&self, signal: Signal) -> bool {
        let (least, (above, below)) = threshold(signal);
        self.tasks >= least && u128::from(self.tasks) * u128::from(below) >= u128::from(self.of) * u128::from(above)
    }
}

/// Counts by unit, a signal at its place each.
type Counts = FxHashMap<u32, [Count; Signal::ALL.len()]>;

/// The signals of a ledger, by signal, then unit.
pub fn signals(ledger: &Ledger) -> Vec<Found> {
    let counts = ledger.batches.par_iter().enumerate().map(|(place, batch)| count(place, batch)).reduce(
        Counts::default,
        |mut all, more| {
            for (unit, counts) in more {
                let own = all.entry(unit).or_default();
                own.iter_mut().zip(&counts).for_each(|(own, more)| own.merge(more));
            }
            all
        },
    );
    let mut counts: Vec<(u32, _)> = counts.into_iter().collect();
    counts.sort_unstable_by_key(|(unit, _)| *unit);
    let mut found = Vec::new();
    for signal in Signal::ALL {
        for (unit, counts) in &counts {
            let Some(count) = counts.get(*signal as usize).filter(|count| count.is_given(*signal)) else { continue };
            let evidence = count.first.iter().flatten().filter_map(|at| id(ledger, *at)).collect();
            found.push(Found { signal: *signal, unit: *unit, tasks: count.tasks, of: count.of, evidence });
        }
    }
    found
}

fn count(place: usize, batch: &LinkedBatch) -> Counts {
    let mut counts = Counts::default();
    let Ok(place) = u32::try_from(place) else { return counts };
    for ((row, task), fate) in (0..).zip(&batch.judged.tasks).zip(&batch.fates) {
        let looked_at: fn(Signal) -> bool = match fate {
            Fate::Scored | Fate::Excluded(Exclusion::NotJudged) => |signal| signal != Signal::PartsDisagree,
            Fate::Excluded(Exclusion::Container) => |signal| signal == Signal::PartsDisagree,
            Fate::Rejected | Fate::Excluded(_) => continue,
        };
        let Some(lead) = batch.units.get(row as usize).first().filter(|_| !task.signs.is_empty()) else { continue };
        let own = counts.entry(*lead).or_default();
        for (signal, count) in Signal::ALL.iter().zip(own) {
            if task.signs.looked(*signal) && looked_at(*signal) {
                count.add(RowAt { batch: place, row }, task.signs.seen(*signal));
            }
        }
    }
    counts
}

fn id(ledger: &Ledger, at: RowAt) -> Option<String> {
    let batch = ledger.batches.get(at.batch as usize)?;
    batch.judged.task_id.get(at.row as usize).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::parse;
    use crate::read::{TableName, in_memory};
    use crate::run;

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
        let ledger = run::check(&in_memory([(TableName::Tasks, text.as_str())]), &policy, &|_| {}).unwrap();
        let shown = |found: Found| {
            let unit = &ledger.units[found.unit as usize].id;
            let Found { signal, tasks, of, evidence, .. } = found;
            format!("{} {unit} {tasks}/{of} {}", signal.id(), evidence.join(";"))
        };
        signals(&ledger).into_iter().map(shown).collect()
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
    fn the_first_rows_are_the_evidence_in_whatever_order_counts_are_merged() {
        let at = |row| RowAt { batch: 0, row };
        let (mut one, mut other) = (Count::default(), Count::default());
        [5, 1, 9, 3].into_iter().for_each(|row| one.add(at(row), true));
        [4, 2, 8].into_iter().for_each(|row| other.add(at(row), true));
        let mut back = other;
        back.merge(&one);
        one.merge(&other);
        assert_eq!(one.first, [1, 2, 3].map(|row| Some(at(row))));
        assert_eq!(back.first, one.first);
        assert_eq!((one.tasks, one.of), (7, 7));
    }
}

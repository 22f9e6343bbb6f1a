//! Counts and maxima of a subject's tasks. METHOD §10.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::policy::Policy;
use crate::tally::Overflow;

/// What facts need of a subject's tasks. METHOD §10.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Facts {
    /// Scored tasks.
    pub scored: u32,
    /// Scored and not judged.
    pub tasks: u32,
    /// Done or overdue.
    pub due: u32,
    /// Done.
    pub done: u32,
    /// Done late or overdue.
    pub overdue: u32,
    /// Overdue and not done.
    pub open_overdue: u32,
    /// Most days late, 0 when none is.
    pub late_days_max: i32,
    /// Feedback missed, as lead.
    pub feedback_missed: u32,
    /// Formal reports missed, as lead.
    pub formal_report_missed: u32,
    /// Escalations without consultation, as lead.
    pub sole_escalations: u32,
    /// Of each count of the policy.
    pub counts: Vec<u32>,
}

/// What is counted of a task, a bit each.
pub(super) type Marks = u32;

/// It is not judged.
pub(super) const NOT_JUDGED: Marks = 1;
/// It is done.
pub(super) const DONE: Marks = 1 << 1;
/// It was done late.
pub(super) const DONE_LATE: Marks = 1 << 2;
/// It is overdue.
pub(super) const OVERDUE: Marks = 1 << 3;
/// Its feedback was missed, and the subject leads it.
pub(super) const FEEDBACK_MISSED: Marks = 1 << 4;
/// The marks that many tasks have.
pub(super) const COMMON: Marks = (1 << 5) - 1;
/// Two marks from here on mean nothing here.
pub(super) const FREE: Marks = 1 << 5;
/// A formal report was missed, and the subject leads it.
pub(super) const FORMAL_REPORT_MISSED: Marks = 1 << 7;
/// It was escalated without a consultation, and the subject leads it.
pub(super) const SOLE_ESCALATION: Marks = 1 << 8;
/// It meets counts of the policy.
pub(super) const MEETS_COUNTS: Marks = 1 << 9;
/// It meets counts of the policy, and the subject leads it.
pub(super) const MEETS_COUNTS_AS_LEAD: Marks = 1 << 10;
/// The marks that few tasks have.
pub(super) const RARE: Marks = FORMAL_REPORT_MISSED | SOLE_ESCALATION | MEETS_COUNTS | MEETS_COUNTS_AS_LEAD;

/// What the facts of a subject are made of, but for what few tasks have.
#[derive(Debug, Clone, Copy, Default)]
struct Common {
    tasks: u32,
    not_judged: u32,
    done: u32,
    done_late: u32,
    overdue: u32,
    feedback_missed: u32,
    late_days_max: u32,
}

/// Numbers of [`Counts`].
pub(super) const COUNTED: usize = 3;

/// What is counted of tasks that are judged, two counts to a number: done ones and tasks, those done late and overdue
/// ones, missed feedbacks and the most days late. The last bit of a number is set only when it is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Counts(pub [u32; COUNTED]);

/// Bits of the most days late.
pub(super) const DAYS_BITS: u32 = 15;

/// Where the second count of a number begins.
const SECOND: u32 = 16;
/// The first count of a number.
const FIRST: u32 = (1 << SECOND) - 1;

/// What a task counts as, by its marks.
#[expect(clippy::indexing_slicing, reason = "computed while the program is built, where iterators cannot be used")]
static COUNTS: [Counts; COMMON as usize + 1] = {
    const fn has(marks: usize, mark: Marks) -> u32 {
        (marks as Marks & mark != 0) as u32
    }
    let mut counts = [Counts([0; COUNTED]); COMMON as usize + 1];
    let mut marks = 0;
    while marks < counts.len() {
        counts[marks] = Counts([
            has(marks, DONE) | 1 << SECOND,
            has(marks, DONE_LATE) | has(marks, OVERDUE) << SECOND,
            has(marks, FEEDBACK_MISSED),
        ]);
        marks += 1;
    }
    counts
};

impl Counts {
    /// What a task counts as by its marks and the days that it is late.
    #[inline]
    pub fn of(marks: Marks, late_days: u32) -> Self {
        let Self([first, second, third]) = COUNTS.get((marks & COMMON) as usize).copied().unwrap_or_default();
        Self([first, second, third | late_days << SECOND])
    }

    /// What the task of a lead unit counts as for another unit.
    pub fn of_co(self) -> Self {
        let Self([first, second, third]) = self;
        Self([first, second, third & !FIRST])
    }

    /// Tasks.
    #[inline]
    pub fn tasks(self) -> u32 {
        self.0[0] >> SECOND
    }

    /// The last number with that of a task, whose feedback is missed only by who leads it.
    #[inline]
    pub fn last(own: u32, task: u32, lead: bool) -> u32 {
        ((own & FIRST) + (task & u32::from(lead))) | (own & !FIRST).max(task & !FIRST)
    }
}

impl Common {
    /// Adds what was counted of judged tasks.
    fn add(&mut self, Counts([first, second, third]): Counts) {
        self.done += first & FIRST;
        self.tasks += first >> SECOND;
        self.done_late += second & FIRST;
        self.overdue += second >> SECOND;
        self.feedback_missed += third & FIRST;
        self.late_days_max = (third >> SECOND).max(self.late_days_max);
    }
}

/// What few tasks have.
#[derive(Debug, Clone, Default)]
struct Rare {
    formal_report_missed: u32,
    sole_escalations: u32,
    counts: Vec<u32>,
}

/// The facts of some subjects, laid out for many millions of additions.
#[derive(Debug, Clone, Default)]
pub(super) struct AllFacts {
    common: Vec<Common>,
    rare: FxHashMap<u32, Rare>,
    /// Counts of the policy.
    counts: usize,
}

impl AllFacts {
    /// None yet, under a policy with so many counts.
    pub fn new(counts: usize) -> Self {
        Self { counts, ..Self::default() }
    }

    /// The number of subjects that there is room for.
    pub fn len(&self) -> usize {
        self.common.len()
    }

    fn common(&mut self, subject: u32) -> Option<&mut Common> {
        let place = subject as usize;
        if self.common.len() <= place {
            self.common.resize(place + 1, Common::default());
        }
        self.common.get_mut(place)
    }

    /// Counts a task of a subject by its marks and the days that it is late.
    pub fn count(&mut self, subject: u32, marks: Marks, late_days: u32) {
        self.add_counts(subject, Counts::of(marks, 0), marks & NOT_JUDGED != 0);
        if let Some(own) = self.common(subject) {
            own.late_days_max = late_days.max(own.late_days_max);
        }
    }

    /// Adds what was counted of judged tasks of a subject, or of one that is not judged.
    pub fn add_counts(&mut self, subject: u32, counts: Counts, is_not_judged: bool) {
        if let Some(own) = self.common(subject) {
            own.add(counts);
            own.not_judged += u32::from(is_not_judged);
        }
    }

    /// Counts what few tasks have; `met` says which counts of the policy a task meets, a bit each, 64 to a number.
    pub fn count_rare(&mut self, subject: u32, marks: Marks, met: impl Iterator<Item = u64>, policy: &Policy) {
        let is = |mark| u32::from(marks & mark != 0);
        let rare = self.rare.entry(subject).or_default();
        rare.formal_report_missed += is(FORMAL_REPORT_MISSED);
        rare.sole_escalations += is(SOLE_ESCALATION);
        rare.counts.resize(self.counts, 0);
        for (bits, (counts, own)) in met.zip(policy.counts.chunks(64).zip(rare.counts.chunks_mut(64))) {
            for (place, (count, own)) in counts.iter().zip(own).enumerate() {
                *own += u32::from(bits >> place & 1 == 1 && (marks & MEETS_COUNTS_AS_LEAD != 0 || !count.as_lead));
            }
        }
    }

    /// Adds facts of a subject.
    pub fn add(&mut self, subject: u32, more: &Facts) -> Result<(), Overflow> {
        let add = |own: &mut u32, more: u32| {
            *own = own.checked_add(more).ok_or(Overflow)?;
            Ok(())
        };
        self.counts = self.counts.max(more.counts.len());
        if let Some(own) = self.common(subject) {
            add(&mut own.tasks, more.tasks)?;
            add(&mut own.not_judged, more.tasks.saturating_sub(more.scored))?;
            add(&mut own.done, more.done)?;
            add(&mut own.done_late, more.overdue.saturating_sub(more.open_overdue))?;
            add(&mut own.overdue, more.open_overdue)?;
            add(&mut own.feedback_missed, more.feedback_missed)?;
            own.late_days_max = own.late_days_max.max(more.late_days_max.unsigned_abs());
        }
        let rare = self.rare.entry(subject).or_default();
        add(&mut rare.formal_report_missed, more.formal_report_missed)?;
        add(&mut rare.sole_escalations, more.sole_escalations)?;
        rare.counts.resize(rare.counts.len().max(more.counts.len()), 0);
        rare.counts.iter_mut().zip(&more.counts).try_for_each(|(own, more)| add(own, *more))
    }

    /// The facts of a subject that has tasks, with what was counted elsewhere.
    pub fn get(&self, subject: u32, counts: impl Iterator<Item = Counts>) -> Option<Facts> {
        let mut common = self.common.get(subject as usize).copied().unwrap_or_default();
        counts.for_each(|counts| common.add(counts));
        let Common { tasks, not_judged, done, done_late, overdue, feedback_missed, late_days_max } = common;
        if tasks == 0 {
            return None;
        }
        let rare = self.rare.get(&subject).cloned().unwrap_or_default();
        let mut counts = rare.counts;
        counts.resize(self.counts, 0);
        Some(Facts {
            scored: tasks - not_judged,
            tasks,
            due: done + overdue,
            done,
            overdue: done_late + overdue,
            open_overdue: overdue,
            late_days_max: i32::try_from(late_days_max).unwrap_or(i32::MAX),
            feedback_missed,
            formal_report_missed: rare.formal_report_missed,
            sole_escalations: rare.sole_escalations,
            counts,
        })
    }
}

//! Counts and maxima of a subject's tasks. METHOD §10.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::judge::JudgedTask;
use crate::policy::Policy;
use crate::tally::Overflow;
use crate::terms::State;

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

/// What the facts of a subject are made of, but for what few tasks have: half a line of memory.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(32))]
struct Common {
    tasks: u32,
    not_judged: u32,
    done: u32,
    done_late: u32,
    overdue: u32,
    late_days_max: i32,
    feedback_missed: u32,
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
    /// The number of subjects that there is room for.
    pub fn len(&self) -> usize {
        self.common.len()
    }

    /// Some number of a subject.
    pub fn look(&self, subject: u32) -> u32 {
        self.common.get(subject as usize).map_or(0, |facts| facts.tasks)
    }

    fn common(&mut self, subject: u32) -> Option<&mut Common> {
        let place = subject as usize;
        if self.common.len() <= place {
            self.common.resize(place + 1, Common::default());
        }
        self.common.get_mut(place)
    }

    /// Counts a task; `met` says which counts of the policy it meets, a bit each, 64 to a number.
    pub fn count(&mut self, subject: u32, task: &JudgedTask, scored: bool, lead: bool, met: &[u64], policy: &Policy) {
        self.counts = policy.counts.len();
        let late = task.late_days.unwrap_or(0).max(0);
        let Some(own) = self.common(subject) else { return };
        own.tasks += 1;
        own.not_judged += u32::from(!scored);
        own.done += u32::from(task.state == State::Done);
        own.done_late += u32::from(task.state == State::Done && late > 0);
        own.overdue += u32::from(task.state == State::Overdue);
        own.late_days_max = own.late_days_max.max(late);
        own.feedback_missed += u32::from(lead && task.feedback_missed);
        let formal_report_missed = lead && task.formal_report_missed;
        let sole_escalation = lead && task.sole_escalation;
        if formal_report_missed || sole_escalation || met.iter().any(|bits| *bits != 0) {
            let rare = self.rare.entry(subject).or_default();
            rare.formal_report_missed += u32::from(formal_report_missed);
            rare.sole_escalations += u32::from(sole_escalation);
            rare.counts.resize(policy.counts.len(), 0);
            for (place, (count, own)) in policy.counts.iter().zip(&mut rare.counts).enumerate() {
                let holds = met.get(place / 64).is_some_and(|bits| bits >> (place % 64) & 1 == 1);
                *own += u32::from(holds && (lead || !count.as_lead));
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
            own.late_days_max = own.late_days_max.max(more.late_days_max);
        }
        let rare = self.rare.entry(subject).or_default();
        add(&mut rare.formal_report_missed, more.formal_report_missed)?;
        add(&mut rare.sole_escalations, more.sole_escalations)?;
        rare.counts.resize(rare.counts.len().max(more.counts.len()), 0);
        rare.counts.iter_mut().zip(&more.counts).try_for_each(|(own, more)| add(own, *more))
    }

    /// The facts of a subject that has tasks.
    pub fn get(&self, subject: u32) -> Option<Facts> {
        let own = self.common.get(subject as usize).filter(|own| own.tasks > 0)?;
        let rare = self.rare.get(&subject).cloned().unwrap_or_default();
        let mut counts = rare.counts;
        counts.resize(self.counts, 0);
        Some(Facts {
            scored: own.tasks - own.not_judged,
            tasks: own.tasks,
            due: own.done + own.overdue,
            done: own.done,
            overdue: own.done_late + own.overdue,
            open_overdue: own.overdue,
            late_days_max: own.late_days_max,
            feedback_missed: own.feedback_missed,
            formal_report_missed: rare.formal_report_missed,
            sole_escalations: rare.sole_escalations,
            counts,
        })
    }
}

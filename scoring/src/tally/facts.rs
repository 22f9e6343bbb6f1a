//! Counts and maxima of a subject's tasks. METHOD §10.

use serde::{Deserialize, Serialize};

use crate::judge::JudgedTask;
use crate::policy::Policy;
use crate::tally::Overflow;
use crate::terms::State;

/// What facts need of a subject's tasks. METHOD §10.
///
/// 64 bytes and placed so: adding a task to one of many subjects touches one line of memory.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[repr(align(64))]
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

impl Facts {
    pub(super) fn merge(&mut self, other: &Self) -> Result<(), Overflow> {
        let add = |own: &mut u32, more: u32| {
            *own = own.checked_add(more).ok_or(Overflow)?;
            Ok(())
        };
        add(&mut self.scored, other.scored)?;
        add(&mut self.tasks, other.tasks)?;
        add(&mut self.due, other.due)?;
        add(&mut self.done, other.done)?;
        add(&mut self.overdue, other.overdue)?;
        add(&mut self.open_overdue, other.open_overdue)?;
        add(&mut self.feedback_missed, other.feedback_missed)?;
        add(&mut self.formal_report_missed, other.formal_report_missed)?;
        add(&mut self.sole_escalations, other.sole_escalations)?;
        self.late_days_max = self.late_days_max.max(other.late_days_max);
        self.counts.resize(self.counts.len().max(other.counts.len()), 0);
        self.counts.iter_mut().zip(&other.counts).try_for_each(|(own, more)| add(own, *more))
    }

    pub(super) fn count(&mut self, task: &JudgedTask, scored: bool, lead: bool, met: &[u64], policy: &Policy) {
        let late = task.late_days.unwrap_or(0).max(0);
        self.scored += u32::from(scored);
        self.tasks += 1;
        self.due += u32::from(task.state != State::Open);
        self.done += u32::from(task.state == State::Done);
        self.overdue += u32::from(task.state == State::Overdue || (task.state == State::Done && late > 0));
        self.open_overdue += u32::from(task.state == State::Overdue);
        self.late_days_max = self.late_days_max.max(late);
        self.feedback_missed += u32::from(lead && task.feedback_missed);
        self.formal_report_missed += u32::from(lead && task.formal_report_missed);
        self.sole_escalations += u32::from(lead && task.sole_escalation);
        if self.counts.len() < policy.counts.len() {
            self.counts.resize(policy.counts.len(), 0);
        }
        for (place, (count, own)) in policy.counts.iter().zip(&mut self.counts).enumerate() {
            let holds = met.get(place / 64).is_some_and(|bits| bits >> (place % 64) & 1 == 1);
            *own += u32::from(holds && (lead || !count.as_lead));
        }
    }
}

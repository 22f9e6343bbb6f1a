//! Counts and maxima of a subject's tasks. METHOD §10.

use serde::{Deserialize, Serialize};

use crate::judge::JudgedTask;
use crate::policy::Policy;
use crate::terms::State;

/// What facts need of a subject's tasks. METHOD §10.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Facts {
    /// Scored tasks.
    pub scored: u64,
    /// Scored and not judged.
    pub tasks: u64,
    /// Done or overdue.
    pub due: u64,
    /// Done.
    pub done: u64,
    /// Done late or overdue.
    pub overdue: u64,
    /// Overdue and not done.
    pub open_overdue: u64,
    /// Most days late, 0 when none is.
    pub late_days_max: i32,
    /// Feedback missed, as lead.
    pub feedback_missed: u64,
    /// Formal reports missed, as lead.
    pub formal_report_missed: u64,
    /// Escalations without consultation, as lead.
    pub sole_escalations: u64,
    /// Of each count of the policy.
    pub counts: Vec<u64>,
}

impl Facts {
    pub(super) fn merge(&mut self, other: &Self) {
        self.scored += other.scored;
        self.tasks += other.tasks;
        self.due += other.due;
        self.done += other.done;
        self.overdue += other.overdue;
        self.open_overdue += other.open_overdue;
        self.late_days_max = self.late_days_max.max(other.late_days_max);
        self.feedback_missed += other.feedback_missed;
        self.formal_report_missed += other.formal_report_missed;
        self.sole_escalations += other.sole_escalations;
        self.counts.resize(self.counts.len().max(other.counts.len()), 0);
        for (own, more) in self.counts.iter_mut().zip(&other.counts) {
            *own += more;
        }
    }

    pub(super) fn count(&mut self, task: &JudgedTask, scored: bool, lead: bool, met: &[u64], policy: &Policy) {
        let late = task.late_days.unwrap_or(0).max(0);
        self.scored += u64::from(scored);
        self.tasks += 1;
        self.due += u64::from(task.state != State::Open);
        self.done += u64::from(task.state == State::Done);
        self.overdue += u64::from(task.state == State::Overdue || (task.state == State::Done && late > 0));
        self.open_overdue += u64::from(task.state == State::Overdue);
        self.late_days_max = self.late_days_max.max(late);
        self.feedback_missed += u64::from(lead && task.feedback_missed);
        self.formal_report_missed += u64::from(lead && task.formal_report_missed);
        self.sole_escalations += u64::from(lead && task.sole_escalation);
        if self.counts.len() < policy.counts.len() {
            self.counts.resize(policy.counts.len(), 0);
        }
        for (place, (count, own)) in policy.counts.iter().zip(&mut self.counts).enumerate() {
            let holds = met.get(place / 64).is_some_and(|bits| bits >> (place % 64) & 1 == 1);
            *own += u64::from(holds && (lead || !count.as_lead));
        }
    }
}

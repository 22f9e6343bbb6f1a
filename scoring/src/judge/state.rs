//! The state of a task on the as-of day: effective due date, effective completion, lateness, period. METHOD §4.

use crate::judge::calendar::Calendar;
use crate::moment::{Day, Moment};
use crate::policy::{BelongsBy, Policy};
use crate::terms::State;

/// The dates of a task as its cells give them.
#[derive(Debug, Clone, Copy, Default)]
pub struct TaskDates<'a> {
    /// `assigned_on`.
    pub assigned: Option<Moment>,
    /// `due_on`.
    pub due: Option<Moment>,
    /// `extended_to`, in order.
    pub extended_to: &'a [Option<Moment>],
    /// `extension_approved_on`, in the same order.
    pub approved: &'a [Option<Moment>],
    /// `completed_on`.
    pub completed: Option<Moment>,
    /// `revoked_on`.
    pub revoked: Option<Moment>,
    /// `feedback_due_on`.
    pub feedback_due: Option<Moment>,
    /// `feedback_on`.
    pub feedback: Option<Moment>,
    /// `formal_report_on`.
    pub formal_report: Option<Moment>,
    /// `escalated_on`.
    pub escalated: Option<Moment>,
    /// `consulted_on`.
    pub consulted: Option<Moment>,
}

/// The days against which tasks are judged.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// First day of the period.
    pub from: Day,
    /// Last day of the period.
    pub to: Day,
    /// The end of the as-of day.
    pub as_of: Moment,
}

impl Window {
    /// The window of a policy.
    pub fn of(policy: &Policy) -> Self {
        Self {
            from: Day::of(policy.period.from),
            to: Day::of(policy.period.to),
            as_of: Moment::of_day(Day::of(policy.period.as_of), policy.time.resolution),
        }
    }

    /// An act that has happened: its date, when not after the as-of day.
    pub fn happened(self, act: Option<Moment>) -> Option<Moment> {
        act.filter(|moment| *moment <= self.as_of)
    }

    fn holds(self, day: Day) -> bool {
        (self.from <= day) & (day <= self.to)
    }
}

/// What follows from a task's dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Effective due date D.
    pub due: Option<Moment>,
    /// Effective completion C.
    pub done: Option<Moment>,
    /// Its state.
    pub state: State,
    /// Late days L.
    pub late_days: Option<i32>,
    /// Extensions that were not approved in time.
    pub ignored_extensions: usize,
    /// Whether it belongs to the period.
    pub in_period: bool,
    /// When its feedback (反馈) is due, §三(四).
    pub feedback_due: Option<Moment>,
    /// Whether its feedback was missed.
    pub feedback_missed: bool,
    /// Whether its formal report was missed, were it owed.
    pub formal_report_missed: bool,
    /// Whether it was escalated without a consultation (§三(三)).
    pub sole_escalation: bool,
}

/// The instant of an act that has no date: after all others.
const NEVER: i64 = i64::MAX;

fn instant(moment: Option<Moment>) -> i64 {
    moment.map_or(NEVER, Moment::instant)
}

impl Standing {
    /// Judges a task's dates.
    ///
    /// Instants are compared, all of them in any case: what is done, late or missed differs from row to row, so that
    /// jumps would often go wrong. A test holds this equal to METHOD's words.
    // Where a table lacks columns, their blank dates are known here, so that nothing is computed of them.
    #[inline(always)]
    pub fn of(dates: &TaskDates<'_>, window: Window, policy: &Policy, calendar: &Calendar) -> Self {
        let as_of = window.as_of.instant();
        let (due, ignored_extensions) = effective_due(dates);
        let (due_at, completed, revoked) = (instant(due), instant(dates.completed), instant(dates.revoked));
        let is_done = (completed <= as_of) & !((completed <= revoked) & (revoked <= as_of));
        let is_overdue = !is_done & (due_at <= as_of);
        let done = if is_done { dates.completed } else { None };
        let state = match (is_done, is_overdue) {
            (true, _) => State::Done,
            (false, true) => State::Overdue,
            (false, false) => State::Open,
        };
        let days = calendar.late_days(due.unwrap_or(window.as_of), done.unwrap_or(window.as_of));
        let days = if is_done { days } else { days.max(1) };
        let feedback_due = feedback_due(dates, calendar);
        let feedback_at = instant(feedback_due);
        let is_by_now = (feedback_at <= as_of) & feedback_due.is_some_and(|due| due.day >= window.from);
        let escalated = instant(dates.escalated);
        let is_escalated = (escalated <= as_of) & dates.escalated.is_some_and(|act| act.day >= window.from);
        Self {
            due,
            done,
            state,
            late_days: (due.is_some() & (is_done | is_overdue)).then_some(days),
            ignored_extensions,
            in_period: in_period(dates, due, done, window, policy),
            feedback_due,
            feedback_missed: is_by_now & (instant(dates.feedback) > feedback_at),
            formal_report_missed: is_by_now & (instant(dates.formal_report) > feedback_at),
            sole_escalation: is_escalated & (instant(dates.consulted) > escalated),
        }
    }

    /// Whether the task is due: done or overdue.
    pub fn is_due(&self) -> bool {
        self.state != State::Open
    }
}

/// D, and how many extensions do not count.
#[inline]
fn effective_due(dates: &TaskDates<'_>) -> (Option<Moment>, usize) {
    let mut due = dates.due;
    let mut ignored = 0;
    for (place, extended) in dates.extended_to.iter().enumerate() {
        let approved = dates.approved.get(place).copied().flatten();
        match (due, extended, approved) {
            (Some(so_far), Some(to), Some(approved)) if *to > so_far && approved <= so_far => due = Some(*to),
            _ => ignored += 1,
        }
    }
    (due, ignored)
}

#[inline]
fn feedback_due(dates: &TaskDates<'_>, calendar: &Calendar) -> Option<Moment> {
    dates.feedback_due.or_else(|| calendar.month_later(dates.assigned?))
}

#[inline]
fn in_period(
    dates: &TaskDates<'_>,
    due: Option<Moment>,
    done: Option<Moment>,
    window: Window,
    policy: &Policy,
) -> bool {
    match policy.period.belongs_by {
        BelongsBy::Assigned => dates.assigned.is_none_or(|moment| window.holds(moment.day)),
        BelongsBy::Completed => done.is_some_and(|moment| window.holds(moment.day)),
        BelongsBy::Due => due.or(dates.assigned).is_none_or(|moment| {
            let carried =
                policy.period.carry_over && moment.day < window.from && done.is_none_or(|done| done.day >= window.from);
            window.holds(moment.day) || carried
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Span, parse};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn policy(more: &str) -> Policy {
        let text = format!(
            "schema = 1\nid = \"t\"\ntitle = \"t\"\nauthority = \"t\"\n\
             [[indicator]]\nid = \"i\"\nmethod = \"deadline\"\n\
             [[unit.section]]\nid = \"s\"\nweight = 1\nsource = \"tasks\"\nindicators = [\"i\"]\n\
             [period]\nfrom = 2025-01-01\nto = 2025-12-31\n{more}"
        );
        parse(&text, "policy.toml").unwrap().0
    }

    fn date(text: &str) -> Option<Moment> {
        Some(Moment::of_day(Day::of(text.parse().unwrap()), crate::policy::Resolution::Day))
    }

    fn judged(dates: &TaskDates<'_>, policy: &Policy) -> Standing {
        Standing::of(dates, Window::of(policy), policy, &Calendar::new(policy, &BTreeMap::new()))
    }

    /// What METHOD says, in its words.
    fn in_words(dates: &TaskDates<'_>, window: Window, policy: &Policy, calendar: &Calendar) -> Standing {
        let (due, ignored_extensions) = effective_due(dates);
        let completed = window.happened(dates.completed);
        let revoked = |completed| window.happened(dates.revoked).is_some_and(|revoked| revoked >= completed);
        let done = completed.filter(|completed| !revoked(*completed));
        let state = match (done, due) {
            (Some(_), _) => State::Done,
            (None, Some(due)) if due <= window.as_of => State::Overdue,
            _ => State::Open,
        };
        let late_days = due.and_then(|due| match (state, done) {
            (State::Done, Some(done)) => Some(calendar.late_days(due, done)),
            (State::Overdue, _) => Some(calendar.late_days(due, window.as_of).max(1)),
            _ => None,
        });
        let feedback_due = dates.feedback_due.or_else(|| dates.assigned?.plus(Span::Months(1)));
        let by_now = feedback_due.filter(|due| due.day >= window.from && *due <= window.as_of);
        let missed = |act: Option<Moment>| by_now.is_some_and(|due| act.is_none_or(|act| act > due));
        let escalated = window.happened(dates.escalated).filter(|act| act.day >= window.from);
        Standing {
            due,
            done,
            state,
            late_days,
            ignored_extensions,
            in_period: in_period(dates, due, done, window, policy),
            feedback_due,
            feedback_missed: missed(dates.feedback),
            formal_report_missed: missed(dates.formal_report),
            sole_escalation: escalated.is_some_and(|act| dates.consulted.is_none_or(|consulted| consulted > act)),
        }
    }

    proptest! {
        #[test]
        fn a_standing_is_what_method_says_in_words(
            days in prop::array::uniform9(prop::option::weighted(0.7, (20_050_i32..20_500, 0_u32..3))),
            far: bool, seconds: bool, working: bool,
        ) {
            let more = match (seconds, working) {
                (true, _) => "[time]\nresolution = \"second\"\n",
                (_, true) => "[time]\ndays = \"working\"\n",
                _ => "",
            };
            let policy = policy(more);
            let (window, calendar) = (Window::of(&policy), Calendar::new(&policy, &BTreeMap::new()));
            let second = |second: u32| if seconds { second * 43_200 } else { 0 };
            let moment = |(day, at): (i32, u32)| Moment::at(Day(if far { (day - 20_300) * 10_000 } else { day }), second(at));
            let [assigned, due, completed, revoked, feedback_due, feedback, formal_report, escalated, consulted] =
                days.map(|day| day.map(moment));
            let dates = TaskDates {
                assigned, due, completed, revoked, feedback_due, feedback, formal_report, escalated, consulted,
                ..TaskDates::default()
            };
            let standing = Standing::of(&dates, window, &policy, &calendar);
            prop_assert_eq!(standing, in_words(&dates, window, &policy, &calendar));
        }
    }

    #[test]
    fn what_is_due_on_the_as_of_day_and_not_done_is_overdue_by_one_day() {
        let policy = policy("");
        let standing = judged(&TaskDates { due: date("2025-12-31"), ..TaskDates::default() }, &policy);
        assert_eq!((standing.state, standing.late_days), (State::Overdue, Some(1)));
        let standing = judged(&TaskDates { due: date("2026-01-01"), ..TaskDates::default() }, &policy);
        assert_eq!((standing.state, standing.late_days), (State::Open, None));
    }

    #[test]
    fn an_extension_counts_when_it_was_approved_by_the_due_date_before_it() {
        let policy = policy("");
        let extended = [date("2025-04-30"), date("2025-05-31"), date("2025-05-15")];
        let approved = [date("2025-03-31"), date("2025-05-01"), date("2025-04-01")];
        let dates = TaskDates {
            due: date("2025-03-31"),
            extended_to: &extended,
            approved: &approved,
            completed: date("2025-05-20"),
            ..TaskDates::default()
        };
        let standing = judged(&dates, &policy);
        assert_eq!(standing.due, date("2025-05-15"));
        assert_eq!((standing.ignored_extensions, standing.late_days), (1, Some(5)));
    }

    #[test]
    fn a_completion_revoked_by_the_as_of_day_is_none() {
        let policy = policy("");
        let mut dates =
            TaskDates { completed: date("2025-06-30"), revoked: date("2025-06-30"), ..TaskDates::default() };
        assert_eq!(judged(&dates, &policy).state, State::Open);
        dates.revoked = date("2026-01-05");
        assert_eq!(judged(&dates, &policy).state, State::Done);
        dates.revoked = date("2025-06-29");
        assert_eq!(judged(&dates, &policy).state, State::Done);
    }

    #[test]
    fn an_undone_task_of_last_year_is_carried_over() {
        let policy = policy("carry_over = true\n");
        let mut dates = TaskDates { due: date("2024-11-30"), ..TaskDates::default() };
        assert!(judged(&dates, &policy).in_period);
        dates.completed = date("2025-01-01");
        assert!(judged(&dates, &policy).in_period);
        dates.completed = date("2024-12-31");
        assert!(!judged(&dates, &policy).in_period);
    }

    #[test]
    fn feedback_assigned_on_the_last_of_january_is_due_on_the_last_of_february() {
        let policy = policy("");
        let mut dates =
            TaskDates { assigned: date("2025-01-31"), feedback: date("2025-02-28"), ..TaskDates::default() };
        assert!(!judged(&dates, &policy).feedback_missed);
        dates.feedback = date("2025-03-01");
        assert!(judged(&dates, &policy).feedback_missed);
    }
}

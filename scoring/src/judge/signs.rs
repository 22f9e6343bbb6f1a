//! What a task's own cells show of each [`Signal`]: whether it could show it, and whether it does.
//!
//! Signs change no state and no value. See `docs/signals.md`.

use crate::judge::state::{Standing, TaskDates, Window};
use crate::number::{Number, power_of_ten};
use crate::terms::Signal;

/// The signs of one task: two sets of [`Signal`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Signs {
    looked: u8,
    seen: u8,
}

impl Signs {
    /// Notes that the task was looked at for a signal, and whether it shows it.
    pub fn note(&mut self, signal: Signal, seen: bool) {
        let bit = 1 << signal as u8;
        self.looked |= bit;
        self.seen |= if seen { bit } else { 0 };
    }

    /// Those of some signals alone, a bit each at its place in [`Signal::ALL`].
    #[must_use]
    pub fn among(self, signals: u8) -> Self {
        Self { looked: self.looked & signals, seen: self.seen & signals }
    }

    /// The signals that the task could show, a bit each.
    pub fn looked_bits(self) -> u8 {
        self.looked
    }

    /// The signals that the task shows, a bit each.
    pub fn seen_bits(self) -> u8 {
        self.seen
    }

    /// The signals that the task shows.
    pub fn all_seen(self) -> impl Iterator<Item = Signal> {
        signals(self.seen)
    }

    /// Whether the task could show none.
    pub fn is_empty(self) -> bool {
        self.looked == 0
    }
}

/// The signals of a set of bits.
fn signals(mut bits: u8) -> impl Iterator<Item = Signal> {
    std::iter::from_fn(move || {
        let signal = Signal::ALL.get(bits.trailing_zeros() as usize)?;
        bits &= bits - 1;
        Some(*signal)
    })
}

/// The signs in a task's dates, target and actual value.
pub(super) fn of(
    dates: &TaskDates<'_>,
    standing: &Standing,
    window: Window,
    target: Option<&Number>,
    actual: Option<&Number>,
) -> Signs {
    let mut signs = Signs::default();
    if let (Some(done), Some(due)) = (standing.done, standing.due) {
        signs.note(Signal::DueDateHeap, done.day == due.day);
    }
    if let (Some(assigned), Some(completed)) = (dates.assigned, dates.completed) {
        signs.note(Signal::CompletedBeforeAssigned, completed.day < assigned.day);
    }
    if let (Some(assigned), Some(feedback)) = (dates.assigned, dates.feedback) {
        signs.note(Signal::FeedbackBeforeAssigned, feedback.day < assigned.day);
    }
    if !dates.extended_to.is_empty() {
        signs.note(Signal::LateExtension, extended_late(dates));
    }
    if window.happened(dates.completed).is_some() {
        signs.note(Signal::Revoked, standing.done.is_none());
    }
    if let Some(target) = target {
        let zero = target.is_zero();
        signs.note(Signal::ZeroTargets, zero);
        if let Some(actual) = actual.filter(|_| !zero) {
            signs.note(Signal::AllComplete, actual.equals(target));
        }
    }
    signs
}

/// Whether an extension was approved after the due date that it was to move.
fn extended_late(dates: &TaskDates<'_>) -> bool {
    let mut due = dates.due;
    let mut late = false;
    for (extended, approved) in dates.extended_to.iter().zip(dates.approved) {
        match (due, approved) {
            (Some(so_far), Some(approved)) if *approved > so_far => late = true,
            (Some(so_far), Some(_)) => due = extended.filter(|extended| *extended > so_far).or(due),
            _ => {}
        }
    }
    late
}

/// A target or actual value, kept until it is compared with those of the task's parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figure(i64);

impl Figure {
    const BLANK: i64 = i64::MIN;

    /// The number in millionths; none for a blank cell, and for a number with more digits than that.
    pub fn of(number: Option<&Number>) -> Self {
        let millionths = |number: &Number| {
            let (mut digits, mut places) = number.digits()?;
            while places > 6 && digits % 10 == 0 {
                (digits, places) = (digits / 10, places - 1);
            }
            i64::try_from(digits.checked_mul(power_of_ten(6_u32.checked_sub(places)?)?)?).ok()
        };
        Self(number.and_then(millionths).unwrap_or(Self::BLANK))
    }

    /// The number in millionths.
    pub fn millionths(self) -> Option<i128> {
        (self.0 != Self::BLANK).then_some(i128::from(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::calendar::Calendar;
    use crate::moment::{Day, Moment};
    use crate::policy::{BUILT_IN, Policy, Resolution, parse};
    use std::collections::BTreeMap;

    fn policy() -> Policy {
        parse(BUILT_IN, "wuhan-2021.toml").unwrap().0
    }

    fn date(text: &str) -> Option<Moment> {
        Some(Moment::of_day(Day::of(text.parse().unwrap()), Resolution::Day))
    }

    fn number(text: &str) -> Number {
        crate::read::number::parse(text).unwrap()
    }

    fn signs(dates: &TaskDates<'_>, target: Option<&str>, actual: Option<&str>) -> (Vec<Signal>, Vec<Signal>) {
        let policy = policy();
        let window = Window::of(&policy);
        let standing = Standing::of(dates, window, &policy, &Calendar::new(&policy, &BTreeMap::new()));
        let (target, actual) = (target.map(number), actual.map(number));
        let signs = of(dates, &standing, window, target.as_ref(), actual.as_ref());
        (signals(signs.looked).collect(), signals(signs.seen).collect())
    }

    #[test]
    fn a_task_without_cells_shows_nothing() {
        assert_eq!(signs(&TaskDates::default(), None, None), (vec![], vec![]));
    }

    #[test]
    fn completion_on_the_due_day_and_acts_before_assignment_are_seen() {
        let policy = policy();
        let to = policy.period.to;
        let dates = TaskDates {
            assigned: date("2021-03-10"),
            due: Some(Moment::of_day(Day::of(to), Resolution::Day)),
            completed: Some(Moment::of_day(Day::of(to), Resolution::Day)),
            feedback: date("2021-03-09"),
            ..TaskDates::default()
        };
        let (looked, seen) = signs(&dates, None, None);
        assert_eq!(
            looked,
            [Signal::DueDateHeap, Signal::CompletedBeforeAssigned, Signal::FeedbackBeforeAssigned, Signal::Revoked]
        );
        assert_eq!(seen, [Signal::DueDateHeap, Signal::FeedbackBeforeAssigned]);
        let early = TaskDates { completed: date("2021-03-09"), feedback: date("2021-03-10"), ..dates };
        assert_eq!(signs(&early, None, None).1, [Signal::CompletedBeforeAssigned]);
    }

    #[test]
    fn an_extension_is_late_when_it_was_approved_after_the_due_date_it_was_to_move() {
        let extended = [date("2021-04-30"), date("2021-05-31")];
        let late = |approved: &[Option<Moment>]| {
            let dates = TaskDates { due: date("2021-03-31"), extended_to: &extended, approved, ..TaskDates::default() };
            signs(&dates, None, None)
        };
        assert_eq!(late(&[date("2021-03-31"), date("2021-04-30")]), (vec![Signal::LateExtension], vec![]));
        assert_eq!(late(&[date("2021-04-01")]).1, [Signal::LateExtension]);
        assert_eq!(late(&[date("2021-03-31"), date("2021-05-01")]).1, [Signal::LateExtension]);
        assert_eq!(late(&[None]), (vec![Signal::LateExtension], vec![]));
    }

    #[test]
    fn a_completion_that_was_sent_back_is_seen() {
        let completed =
            TaskDates { completed: date("2021-03-09"), revoked: date("2021-03-20"), ..TaskDates::default() };
        assert_eq!(signs(&completed, None, None), (vec![Signal::Revoked], vec![Signal::Revoked]));
    }

    #[test]
    fn targets_of_zero_and_actual_values_that_equal_their_targets_are_seen() {
        let of = |target, actual| signs(&TaskDates::default(), Some(target), Some(actual)).1;
        assert_eq!(of("0.00", "5"), [Signal::ZeroTargets]);
        assert_eq!(of("100", "100.0"), [Signal::AllComplete]);
        assert_eq!(of("1/2", "0.5"), [Signal::AllComplete]);
        assert_eq!(of("100", "99.9999"), []);
    }

    #[test]
    fn a_figure_keeps_six_places_and_no_fraction() {
        let kept = |text| Figure::of(Some(&number(text))).millionths();
        assert_eq!(kept("-1.500000"), Some(-1_500_000));
        assert_eq!(kept("0.0000001"), None);
        assert_eq!(kept("1/3"), None);
        assert_eq!(kept("9999999999999"), None);
        assert_eq!(Figure::of(None).millionths(), None);
    }
}

//! What a task's own cells show of each [`Signal`]: whether it could show it, and whether it does.
//!
//! Signs change no state and no value. See `docs/signals.md`.

use crate::judge::columns;
use crate::judge::state::{Standing, TaskDates, Window};
use crate::moment::{Day, Moment};
use crate::number::{Number, power_of_ten};
use crate::read::batch::NumberColumn;
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
        self.note_if(signal, true, seen);
    }

    /// The same for a task that could not be looked at if `looked` is false.
    #[inline]
    fn note_if(&mut self, signal: Signal, looked: bool, seen: bool) {
        self.looked |= u8::from(looked) << signal as u8;
        self.seen |= u8::from(looked & seen) << signal as u8;
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

/// The signs in a task's dates.
// As with the standing, what a table lacks is known where this stands.
#[inline(always)]
pub(super) fn of(dates: &TaskDates<'_>, standing: &Standing, window: Window) -> Signs {
    let mut signs = Signs::default();
    // The signal is looked for where both dates are there.
    let mut note = |signal, act: Option<Moment>, other: Option<Moment>, shows: fn(Day, Day) -> bool| {
        let day = |moment: Option<Moment>| moment.map_or(Day(0), |moment| moment.day);
        signs.note_if(signal, act.is_some() & other.is_some(), shows(day(act), day(other)));
    };
    note(Signal::DueDateHeap, standing.done, standing.due, |done, due| done == due);
    note(Signal::CompletedBeforeAssigned, dates.completed, dates.assigned, |act, assigned| act < assigned);
    note(Signal::FeedbackBeforeAssigned, dates.feedback, dates.assigned, |act, assigned| act < assigned);
    if !dates.extended_to.is_empty() {
        signs.note(Signal::LateExtension, extended_late(dates));
    }
    signs.note_if(Signal::Revoked, window.happened(dates.completed).is_some(), standing.done.is_none());
    signs
}

/// Targets and actual values of a batch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figures<'a> {
    target: &'a NumberColumn,
    actual: &'a NumberColumn,
    /// What makes numbers of the same unit of theirs.
    scales: [i64; 2],
}

impl<'a> Figures<'a> {
    pub fn of(target: &'a NumberColumn, actual: &'a NumberColumn) -> Self {
        let places = target.places().max(actual.places());
        let scale = |own: u8| power_of_ten((places - own).into()).and_then(|scale| i64::try_from(scale).ok());
        let scales = [target, actual].map(|column| scale(column.places()).unwrap_or(1));
        Self { target, actual, scales }
    }

    /// Target and actual value of a row, kept.
    pub fn kept(&self, row: usize) -> [Figure; 2] {
        [self.target, self.actual].map(|column| Figure::of(column.get(row).as_ref()))
    }

    /// Adds the signs of rows that follow each other, not more than [`TOGETHER`](columns::TOGETHER).
    pub fn note(&self, first: usize, signs: &mut [Signs]) {
        let from = |column: &'a NumberColumn| columns::part(column.cells(), first, signs.len(), columns::NO_NUMBERS);
        let (targets, actuals) = (from(self.target), from(self.actual));
        for ((row, (target, actual)), signs) in (first..).zip(targets.iter().zip(actuals)).zip(signs) {
            self.note_row(row, *target, *actual, signs);
        }
    }

    #[inline]
    fn note_row(&self, row: usize, target: i64, actual: i64, signs: &mut Signs) {
        let is_other = |cell: i64| (cell < -NumberColumn::MOST) & (cell != NumberColumn::BLANK);
        if is_other(target) | is_other(actual) {
            note_numbers(self.target.get(row).as_ref(), self.actual.get(row).as_ref(), signs);
            return;
        }
        let [of_target, of_actual] = self.scales;
        let is_zero = target == 0;
        let is_equal = target.wrapping_mul(of_target) == actual.wrapping_mul(of_actual);
        signs.note_if(Signal::ZeroTargets, target != NumberColumn::BLANK, is_zero);
        let are_both = (target != NumberColumn::BLANK) & (actual != NumberColumn::BLANK);
        signs.note_if(Signal::AllComplete, are_both & !is_zero, is_equal);
    }
}

/// Adds the signs of a target and an actual value.
#[inline(never)]
fn note_numbers(target: Option<&Number>, actual: Option<&Number>, signs: &mut Signs) {
    let Some(target) = target else { return };
    let zero = target.is_zero();
    signs.note(Signal::ZeroTargets, zero);
    if let Some(actual) = actual.filter(|_| !zero) {
        signs.note(Signal::AllComplete, actual.equals(target));
    }
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
    use crate::policy::{BUILT_IN, Policy, Resolution, parse};
    use proptest::prelude::*;
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
        let mut signs = of(dates, &standing, window);
        let [target, actual] = [target, actual].map(|cell| NumberColumn::from_iter([cell.map(number)]));
        Figures::of(&target, &actual).note(0, std::slice::from_mut(&mut signs));
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

    proptest! {
        #[test]
        fn figures_in_units_show_what_numbers_show(
            cells in prop::collection::vec(prop::array::uniform2(prop::option::weighted(0.8, (-3_i64..30, 0_u8..8, 0_u32..14))), 1..9),
        ) {
            let number = |(digits, places, more): (i64, u8, u32)| Number::Decimal { value: digits * 10_i64.pow(more), places };
            let cells: Vec<[Option<Number>; 2]> = cells.iter().map(|cells| cells.map(|cell| cell.map(number))).collect();
            let column = |place: usize| cells.iter().map(|cells| cells[place].clone()).collect::<NumberColumn>();
            let (target, actual) = (column(0), column(1));
            let mut found = vec![Signs::default(); cells.len()];
            Figures::of(&target, &actual).note(0, &mut found);
            for ([target, actual], found) in cells.iter().zip(found) {
                let mut signs = Signs::default();
                note_numbers(target.as_ref(), actual.as_ref(), &mut signs);
                prop_assert_eq!(found, signs);
            }
        }
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

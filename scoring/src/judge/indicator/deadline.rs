//! The method `deadline` against one row: its dates, the days between them, the value. METHOD §5.

use std::sync::OnceLock;

use crate::judge::NOT_APPLICABLE;
use crate::judge::columns::{Column, NO_DATES, part};
use crate::judge::indicator::{Bound, Setting, Task, TaskIndicator, Verdict};
use crate::judge::method;
use crate::moment::Moment;
use crate::number::TooLarge;
use crate::policy::{Deadline, DefaultDue, Span};
use crate::read::date::{self, DateContext};
use crate::read::reject::{Class, Code, Fault};
use crate::read::width;

/// Where the due date of `deadline` comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// It is the effective due date.
    Effective,
    /// It is that of the feedback, with the default that §三(四) gives it.
    Feedback,
    /// It stands in a column.
    Column,
}

impl Due {
    pub fn of(keys: &Deadline) -> Self {
        match (keys.due.as_str(), &keys.default_due) {
            ("due_on", _) => Self::Effective,
            ("feedback_due_on", Some(DefaultDue { from, span: Span::Months(1) })) if from == "assigned_on" => {
                Self::Feedback
            }
            _ => Self::Column,
        }
    }
}

/// Days late, and early, for which values are kept.
pub(super) const NEAR: i32 = 512;

impl TaskIndicator<'_> {
    /// The dates of the acts of so many rows from one on, where [`Self::value_of_act`] says their values.
    pub(super) fn acts<'a>(
        &self,
        keys: &Deadline,
        bound: &Bound<'a>,
        first: usize,
        rows: usize,
    ) -> Option<&'a [Option<Moment>]> {
        let is_due_known = match self.due {
            Due::Effective => keys.default_due.is_none(),
            Due::Feedback => true,
            Due::Column => false,
        };
        let acts = bound.second.dates().filter(|_| is_due_known && !self.done_is_effective && keys.undone.is_none())?;
        Some(part(acts, first, rows, NO_DATES))
    }

    /// The value of `deadline` by a date of the act, where the due date follows from the dates of the task.
    #[inline]
    pub(super) fn value_of_act(
        &self,
        keys: &Deadline,
        bound: &Bound<'_>,
        task: Task<'_>,
        act: Option<Moment>,
        setting: Setting<'_>,
    ) -> Result<i64, TooLarge> {
        let due = if self.due == Due::Feedback { task.standing.feedback_due } else { task.standing.due };
        let as_of = setting.window.as_of;
        // Days are counted in any case: which rows have a value changes from row to row.
        let done = setting.window.happened(act);
        let days = setting.calendar.late_days(due.unwrap_or(as_of), done.unwrap_or(as_of));
        let days = if done.is_some() { days } else { days.max(1) };
        let is_due = due.is_some_and(|due| done.is_some() | (due <= as_of));
        self.value_if(is_due & self.is_wanted(bound, task), days, keys)
    }

    /// The value of `deadline` for a row.
    #[inline]
    pub(super) fn deadline(
        &self,
        keys: &Deadline,
        bound: &Bound<'_>,
        task: Task<'_>,
        setting: Setting<'_>,
    ) -> Result<Verdict, TooLarge> {
        if !self.applies(bound, task.row) {
            return Ok(Verdict::NotApplicable);
        }
        match self.due_and_done(keys, bound, task, setting) {
            Err(fault) => Ok(Verdict::Fault(fault)),
            Ok((Some(due), done)) if self.is_judged(task) => {
                let days = match done {
                    Some(done) => setting.calendar.late_days(due, done),
                    None if due > setting.window.as_of => return Ok(Verdict::NotApplicable),
                    None => match &keys.undone {
                        Some(undone) => return self.settle(undone.clone()),
                        None => setting.calendar.late_days(due, setting.window.as_of).max(1),
                    },
                };
                self.value_if(true, days, keys).map(Verdict::Value)
            }
            Ok(_) => Ok(Verdict::NotApplicable),
        }
    }

    /// The due date and the date of the act, where it has happened.
    #[inline]
    fn due_and_done(
        &self,
        keys: &Deadline,
        bound: &Bound<'_>,
        task: Task<'_>,
        setting: Setting<'_>,
    ) -> Result<(Option<Moment>, Option<Moment>), Box<Fault>> {
        let due = match self.due {
            Due::Effective => task.standing.due,
            Due::Feedback => task.standing.feedback_due,
            Due::Column => self.date(&keys.due, bound.first, task.row, setting.dates)?,
        };
        let done = match self.done_is_effective {
            true => task.standing.done,
            false => self.date(&keys.done, bound.second, task.row, setting.dates)?,
        };
        if self.due == Due::Feedback {
            return Ok((due, setting.window.happened(done)));
        }
        // A bad date is the row's fault whether the default is called for or not.
        let from = match &keys.default_due {
            Some(default) => self.date(&default.from, bound.third, task.row, setting.dates)?.zip(Some(default.span)),
            None => None,
        };
        let due = due.or_else(|| from.and_then(|(from, span)| from.plus(span)));
        Ok((due, setting.window.happened(done)))
    }

    /// The value of so many days late, or that of a row that has none.
    #[inline]
    pub(super) fn value_if(&self, has_value: bool, days: i32, keys: &Deadline) -> Result<i64, TooLarge> {
        let kept = usize::try_from(days.saturating_add(NEAR)).ok().and_then(|place| self.by_days.get(place));
        match kept.and_then(OnceLock::get) {
            Some(value) => Ok(if has_value { *value } else { NOT_APPLICABLE }),
            None if has_value => self.new_value_of_days(days, keys, kept),
            None => Ok(NOT_APPLICABLE),
        }
    }

    #[inline(never)]
    fn new_value_of_days(&self, days: i32, keys: &Deadline, kept: Option<&OnceLock<i64>>) -> Result<i64, TooLarge> {
        let value = method::deadline(days, keys, &self.indicator.full);
        let settled = method::settle_fixed(value, self.indicator, self.places, self.mode)?;
        // Another thread cannot have found another value.
        kept.map(|kept| kept.set(settled));
        Ok(settled)
    }

    /// The cell of a date column as it stands.
    #[inline]
    fn date(
        &self,
        name: &str,
        column: Column<'_>,
        row: usize,
        dates: &DateContext,
    ) -> Result<Option<Moment>, Box<Fault>> {
        match column.date(row) {
            Some(typed) => Ok(typed),
            None => self.date_of_text(name, column, row, dates),
        }
    }

    fn date_of_text(
        &self,
        name: &str,
        column: Column<'_>,
        row: usize,
        dates: &DateContext,
    ) -> Result<Option<Moment>, Box<Fault>> {
        let Some(text) = column.text(row) else { return Ok(None) };
        date::parse(&width::half(text), dates)
            .map_err(|fault| self.fault(name, Class::Bad, Code::BadDate, fault.message(text), fault.hint(text)).into())
    }
}

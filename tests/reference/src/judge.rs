//! Values of indicators of tasks. METHOD §5.

use num_traits::Zero;

use crate::moment::{Moment, add_months};
use crate::number::{Q, round, whole};
use crate::policy::{Deadline, DefaultDue, Indicator, Method, Missing, Policy, Span};
use crate::run_log::RunLog;
use crate::tables::{Fault, Row, fault};
use crate::tasks::{Context, State, Task, meets};
use crate::text::{half_width, list};

/// A value before it is held and rounded.
pub enum Raw {
    Value(Q),
    NotApplicable,
    ZeroTarget,
}

/// The value of an indicator of a task, or why it rejects the row.
///
/// Faults are the row's own, whatever the task's state: a missing value alone waits until the task would be judged.
pub fn indicator(context: &Context, indicator: &Indicator, task: &Task, row: &Row) -> Result<Raw, Fault> {
    let where_holds =
        indicator.conditions.iter().all(|condition| meets(context.policy, context.table, row, &task.level, condition));
    if !where_holds {
        return Ok(Raw::NotApplicable);
    }
    let cells = Cells { context, indicator, row, judged: indicator.always || task.state != State::Open };
    let raw = match &indicator.method {
        Method::Deadline(rules) => deadline(context, indicator, rules, task, row)?,
        Method::Ratio { actual, target, lower } => cells.ratio(actual, target, *lower)?,
        Method::Rating { column, .. } | Method::Points { column, .. } => match cells.number(column)? {
            Some(x) => Raw::Value(of_number(indicator, &x).ok_or_else(|| fault("out-of-range", column))?),
            None => cells.missing(),
        },
        Method::Checklist { column, items } => cells.checklist(column, items)?,
        Method::Flag { column, yes, no } => cells.flag(column, yes, no)?,
        // These are for measures alone.
        Method::Slope { .. } | Method::RankPoints { .. } | Method::BestShare { .. } => Raw::NotApplicable,
    };
    Ok(if cells.judged { raw } else { Raw::NotApplicable })
}

/// The value of a number by `rating`, `points` or `slope`; none when it is out of range.
pub fn of_number(indicator: &Indicator, x: &Q) -> Option<Q> {
    match &indicator.method {
        Method::Rating { min, max, .. } => {
            let inside = min <= x && x <= max && min != max;
            inside.then(|| &indicator.full * (x - min) / (max - min))
        }
        Method::Points { points, linear, .. } => {
            Some(if *linear { between(points, x) } else { step(points, x).unwrap_or_else(|| indicator.floor.clone()) })
        }
        Method::Slope { threshold, per_point } => Some(&indicator.full - per_point * (threshold - x).max(Q::zero())),
        _ => None,
    }
}

/// `ratio` of two numbers, the target not 0.
pub fn ratio(full: &Q, actual: &Q, target: &Q, lower: bool) -> Q {
    if lower { full * (whole(2) - actual / target) } else { full * actual / target }
}

/// The value of the largest first number that is not above x.
fn step(points: &[(Q, Q)], x: &Q) -> Option<Q> {
    points.iter().rfind(|(first, _)| first <= x).map(|(_, value)| value.clone())
}

fn between(points: &[(Q, Q)], x: &Q) -> Q {
    let Some(above) = points.iter().position(|(first, _)| first > x) else {
        return points.last().map_or_else(Q::zero, |(_, value)| value.clone());
    };
    if above == 0 {
        return points[0].1.clone();
    }
    let ((x0, v0), (x1, v1)) = (&points[above - 1], &points[above]);
    v0 + (v1 - v0) * (x - x0) / (x1 - x0)
}

/// Holds a value to the indicator's floor and cap.
pub fn held(indicator: &Indicator, value: Q) -> Q {
    value.min(indicator.cap.clone()).max(indicator.floor.clone())
}

/// Rounds a value as the indicator says.
pub fn rounded(policy: &Policy, indicator: &Indicator, value: Q) -> Q {
    match indicator.places {
        Some(places) => round(&value, places, policy.rounding.half),
        None => value,
    }
}

struct Cells<'a> {
    context: &'a Context<'a>,
    indicator: &'a Indicator,
    row: &'a Row,
    judged: bool,
}

impl Cells<'_> {
    fn number(&self, column: &str) -> Result<Option<Q>, Fault> {
        self.present(column)?;
        self.context.table.number(self.row, column)
    }

    /// A blank cell is a fault where it must not be missing.
    fn present(&self, column: &str) -> Result<bool, Fault> {
        let blank = self.context.table.blank(self.row, column);
        if blank && self.judged && self.indicator.missing == Missing::Error {
            return Err(fault("missing-value", column));
        }
        Ok(!blank)
    }

    fn missing(&self) -> Raw {
        if self.indicator.missing == Missing::Zero { Raw::Value(Q::zero()) } else { Raw::NotApplicable }
    }

    fn ratio(&self, actual: &str, target: &str, lower: bool) -> Result<Raw, Fault> {
        let a = self.number(actual)?;
        let t = self.number(target)?;
        if t.as_ref().is_some_and(|t| *t < Q::zero()) {
            return Err(fault("out-of-range", target));
        }
        Ok(match (a, t) {
            (Some(_), Some(t)) if t.is_zero() => Raw::ZeroTarget,
            (Some(a), Some(t)) => Raw::Value(ratio(&self.indicator.full, &a, &t, lower)),
            _ => self.missing(),
        })
    }

    fn checklist(&self, column: &str, items: &[String]) -> Result<Raw, Fault> {
        if !self.present(column)? {
            return Ok(self.missing());
        }
        let present = list(self.context.table.cell(self.row, column));
        let found = items.iter().filter(|item| present.contains(&half_width(item))).count();
        Ok(Raw::Value(&self.indicator.full * whole(found as i64) / whole(items.len() as i64)))
    }

    fn flag(&self, column: &str, yes: &Q, no: &Q) -> Result<Raw, Fault> {
        if !self.present(column)? {
            return Ok(self.missing());
        }
        let word = flag_word(self.context.table.cell(self.row, column)).ok_or_else(|| fault("out-of-range", column))?;
        Ok(Raw::Value(if word { yes.clone() } else { no.clone() }))
    }
}

/// A word for yes or no.
pub fn flag_word(word: &str) -> Option<bool> {
    match word {
        "是" | "yes" | "y" | "true" | "1" | "√" => Some(true),
        "否" | "no" | "n" | "false" | "0" | "×" => Some(false),
        _ => None,
    }
}

fn deadline(context: &Context, indicator: &Indicator, rules: &Deadline, task: &Task, row: &Row) -> Result<Raw, Fault> {
    let Deadline { due, default_due, done, per_day, grace, early_per_day, steps, undone } = rules;
    let as_of = Moment::end_of(context.policy.period.as_of);
    let own_due = if due == "due_on" { task.due } else { context.table.date(row, due)? };
    let later_due = match default_due {
        Some(default) => default_from(context, default, row)?,
        None => None,
    };
    let act = if done == "completed_on" {
        task.completed
    } else {
        context.table.date(row, done)?.filter(|date| *date <= as_of)
    };
    let Some(due) = own_due.or(later_due) else { return Ok(Raw::NotApplicable) };
    let late = match act {
        Some(act) => context.calendar.days(due, act),
        None if due <= as_of => match undone {
            Some(value) => return Ok(Raw::Value(value.clone())),
            None => context.calendar.days(due, as_of).max(1),
        },
        None => return Ok(Raw::NotApplicable),
    };
    let late = whole(late);
    if let Some(steps) = steps {
        return Ok(step(steps, &late.max(Q::zero())).map_or(Raw::NotApplicable, Raw::Value));
    }
    let lost = per_day * (&late - grace).max(Q::zero());
    let gained = early_per_day * (-late).max(Q::zero());
    Ok(Raw::Value(&indicator.full - lost + gained))
}

/// The due date that follows from another column.
fn default_from(context: &Context, default: &DefaultDue, row: &Row) -> Result<Option<Moment>, Fault> {
    let Some(from) = context.table.date(row, &default.from)? else { return Ok(None) };
    let date = match default.span {
        Span::Months(months) => add_months(from.date, months),
        Span::Days(days) => from.date.checked_add_signed(chrono::TimeDelta::days(days)),
    };
    Ok(date.map(|date| Moment { date, ..from }))
}

/// Judges all tasks that are not excluded; those that no indicator judges are `not-judged`.
pub fn values(context: &Context, tasks: &mut [Task], log: &mut RunLog) {
    let indicators = context.policy.task_indicators();
    for task in tasks.iter_mut().filter(|task| task.exclusion.is_none()) {
        let row = &context.table.rows[task.row];
        for one in &indicators {
            match indicator(context, one, task, row) {
                Ok(Raw::Value(value)) => {
                    let value = rounded(context.policy, one, held(one, value));
                    task.values.insert(one.id.clone(), value);
                }
                Ok(Raw::ZeroTarget) => {
                    if let Method::Ratio { target, .. } = &one.method {
                        log.warn(context.table, task.line, "zero-target", target);
                    }
                }
                Ok(Raw::NotApplicable) | Err(_) => {}
            }
        }
        if task.values.is_empty() {
            task.exclusion = Some("not-judged");
        }
    }
}

//! One task indicator against one batch: its conditions, its cells, its values. METHOD §5.

mod deadline;
mod units;

use std::sync::OnceLock;

use crate::judge::NOT_APPLICABLE;
use crate::judge::calendar::Calendar;
use crate::judge::columns::{Column, Columns};
use crate::judge::condition::Test;
use crate::judge::indicator::deadline::{Due, NEAR};
use crate::judge::method;
use crate::judge::state::{Standing, Window};
use crate::judge::whole::{InUnits, Whole};
use crate::number::{Fraction, Mode, Number, TooLarge};
use crate::policy::{Indicator, Judged, Method, Missing, Policy};
use crate::read::batch::NumberColumn;
use crate::read::date::DateContext;
use crate::read::reject::{Class, Code, Fault, Order};
use crate::read::{list, number, width};

/// An indicator ready to judge tasks.
#[derive(Debug)]
pub struct TaskIndicator<'p> {
    /// Its place in the policy.
    pub place: usize,
    /// Places of its values.
    pub places: u32,
    indicator: &'p Indicator,
    conditions: Vec<Test>,
    mode: Mode,
    /// The fast way to its values.
    whole: Option<Whole>,
    /// The values of `deadline` by days late from [`NEAR`] days early on, each computed once.
    by_days: Vec<OnceLock<i64>>,
    /// Where its due date comes from.
    due: Due,
    /// Whether the date of its act is the effective completion.
    done_is_effective: bool,
    /// Whether a task's late days say its value.
    by_late_days: bool,
}

/// The columns of one batch that an indicator looks at.
#[derive(Debug)]
pub struct Bound<'a> {
    conditions: Vec<Column<'a>>,
    /// Of `ratio` the actual value, of `deadline` the due date, of others the one column.
    first: Column<'a>,
    /// Of `ratio` the target, of `deadline` the date of the act.
    second: Column<'a>,
    /// Of `deadline` the date from which the default due date counts.
    third: Column<'a>,
    /// How its values follow from cells in units.
    in_units: Option<InUnits>,
}

/// What an indicator says of one row.
#[derive(Debug, PartialEq)]
pub enum Verdict {
    /// A value, in units of the indicator's places.
    Value(i64),
    /// Not applicable.
    NotApplicable,
    /// Not applicable because the target is 0.
    ZeroTarget,
    /// The row is wrong.
    Fault(Box<Fault>),
}

/// What an indicator needs of one row besides its cells.
#[derive(Debug, Clone, Copy)]
pub struct Task<'a> {
    /// The row in the batch.
    pub row: usize,
    /// What follows from its dates.
    pub standing: &'a Standing,
}

/// What is the same for all rows.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The days against which tasks are judged.
    pub window: Window,
    /// How days are counted.
    pub calendar: &'a Calendar,
    /// How dates in text columns read.
    pub dates: &'a DateContext,
}

impl<'p> TaskIndicator<'p> {
    /// Prepares the indicator at a place of the policy.
    pub fn new(place: usize, indicator: &'p Indicator, policy: &Policy, dates: &DateContext) -> Self {
        let places = policy.places_of(indicator);
        let (kept, due, done_is_effective, by_late_days) = match &indicator.method {
            Method::Deadline(keys) => {
                let (due, done_is_effective) = (Due::of(keys), keys.done == "completed_on");
                let alone = keys.default_due.is_none() && indicator.conditions.is_empty();
                (2 * NEAR, due, done_is_effective, due == Due::Effective && done_is_effective && alone)
            }
            _ => (0, Due::Column, false, false),
        };
        Self {
            by_days: (0..kept).map(|_| OnceLock::new()).collect(),
            due,
            done_is_effective,
            by_late_days,
            place,
            places,
            whole: Whole::new(indicator, places, policy.rounding.mode),
            indicator,
            conditions: indicator
                .conditions
                .iter()
                .map(|condition| Test::on_column(condition, policy, dates))
                .collect(),
            mode: policy.rounding.mode,
        }
    }

    /// The column of its target, for `ratio`.
    pub fn target(&self) -> Option<&'p str> {
        match &self.indicator.method {
            Method::Ratio { target, .. } => Some(target),
            _ => None,
        }
    }

    /// Finds its columns in a batch.
    pub fn bind<'a>(&self, columns: &Columns<'a>) -> Bound<'a> {
        let (first, second, third) = match &self.indicator.method {
            Method::Deadline(keys) => {
                (keys.due.as_str(), keys.done.as_str(), keys.default_due.as_ref().map_or("", |default| &default.from))
            }
            Method::Ratio { actual, target, .. } => (actual.as_str(), target.as_str(), ""),
            Method::Rating { column, .. }
            | Method::Points { column, .. }
            | Method::Checklist { column, .. }
            | Method::Flag { column, .. } => (column.as_str(), "", ""),
            Method::Slope { .. } | Method::RankPoints { .. } | Method::BestShare { .. } => ("", "", ""),
        };
        let [first, second, third] = [first, second, third].map(|name| columns.column(name));
        let places = |column: Column<'_>| column.numbers().map(NumberColumn::places);
        Bound {
            conditions: self.conditions.iter().map(|test| columns.column(&test.fact)).collect(),
            in_units: self.whole.as_ref().and_then(|whole| match &self.indicator.method {
                Method::Ratio { .. } => whole.in_units(places(first)?, places(second)?),
                _ => whole.in_units(places(first)?, 0),
            }),
            first,
            second,
            third,
        }
    }

    /// Judges rows that follow each other, by what follows from their dates: each gets its value, and `said` hears of
    /// those that have none for a reason to be told, in order.
    ///
    /// # Errors
    /// The row whose value does not fit 64 bits at the indicator's places.
    pub fn judge_all(
        &self,
        bound: &Bound<'_>,
        first: usize,
        standings: &[Standing],
        setting: Setting<'_>,
        values: &mut [i64],
        mut said: impl FnMut(usize, Verdict),
    ) -> Result<(), usize> {
        let mut tasks = (first..).zip(standings).map(|(row, standing)| Task { row, standing }).zip(values);
        let mut told = |row, verdict| match verdict {
            Ok(Verdict::Value(value)) => Ok(value),
            Ok(verdict) => {
                said(row, verdict);
                Ok(NOT_APPLICABLE)
            }
            Err(TooLarge) => Err(row),
        };
        if let Some(formula) = bound.in_units {
            return self.judge_units(formula, bound, (first, standings.len()), tasks, told);
        }
        let Method::Deadline(keys) = &self.indicator.method else {
            return tasks.try_for_each(|(task, value)| {
                *value = told(task.row, self.judge_marked(bound, task))?;
                Ok(())
            });
        };
        if self.by_late_days && keys.undone.is_none() {
            return tasks.try_for_each(|(task, value)| {
                let days = task.standing.late_days;
                *value = self.value_if(days.is_some(), days.unwrap_or_default(), keys).map_err(|TooLarge| task.row)?;
                Ok(())
            });
        }
        match self.acts(keys, bound, first, standings.len()) {
            Some(acts) => tasks.zip(acts).try_for_each(|((task, value), act)| {
                *value = self.value_of_act(keys, bound, task, *act, setting).map_err(|TooLarge| task.row)?;
                Ok(())
            }),
            None => tasks.try_for_each(|(task, value)| {
                *value = told(task.row, self.deadline(keys, bound, task, setting))?;
                Ok(())
            }),
        }
    }

    /// Whether a row gets a value where its cells have one.
    #[inline]
    fn is_wanted(&self, bound: &Bound<'_>, task: Task<'_>) -> bool {
        self.is_judged(task) & (self.conditions.is_empty() || self.applies(bound, task.row))
    }

    /// Whether a task meets the conditions.
    #[inline]
    fn applies(&self, bound: &Bound<'_>, row: usize) -> bool {
        self.conditions.iter().zip(&bound.conditions).all(|(test, column)| column.meets(test, row))
    }

    #[inline]
    fn is_judged(&self, task: Task<'_>) -> bool {
        self.indicator.judged == Judged::Always || task.standing.is_due()
    }

    /// Judges one row by the marks in its cells.
    #[inline]
    fn judge_marked(&self, bound: &Bound<'_>, task: Task<'_>) -> Result<Verdict, TooLarge> {
        if !self.applies(bound, task.row) {
            return Ok(Verdict::NotApplicable);
        }
        let judged = self.is_judged(task);
        if let Some(value) = self.whole_value(bound, task.row) {
            return Ok(if judged { Verdict::Value(value) } else { Verdict::NotApplicable });
        }
        // What a rating has instead of most marks that are missing.
        if matches!(self.indicator.method, Method::Rating { .. })
            && self.indicator.missing == Missing::Exclude
            && bound.first.number(task.row) == Some(None)
        {
            return Ok(Verdict::NotApplicable);
        }
        self.judge_by_fractions(bound, task, judged)
    }

    // Apart, so that what nearly all cells need is small enough to stand where it is used.
    #[inline(never)]
    fn judge_by_fractions(&self, bound: &Bound<'_>, task: Task<'_>, judged: bool) -> Result<Verdict, TooLarge> {
        match self.mark(bound, task, judged) {
            Err(fault) => Ok(Verdict::Fault(fault.into())),
            Ok(_) if !judged => Ok(Verdict::NotApplicable),
            Ok(Mark::Value(value)) => self.settle(value),
            Ok(Mark::ZeroTarget) => Ok(Verdict::ZeroTarget),
            Ok(Mark::Missing(column)) => match self.indicator.missing {
                Missing::Exclude => Ok(Verdict::NotApplicable),
                Missing::Zero => self.settle(Fraction::ZERO),
                Missing::Error => Ok(Verdict::Fault(self.missing(column).into())),
            },
        }
    }

    /// The value the fast way, where it has one.
    #[inline]
    fn whole_value(&self, bound: &Bound<'_>, row: usize) -> Option<i64> {
        let whole = self.whole.as_ref()?;
        match &self.indicator.method {
            Method::Ratio { .. } => whole.ratio(&bound.first.number(row)??, &bound.second.number(row)??),
            Method::Rating { .. } => whole.rating(&bound.first.number(row)??),
            _ => None,
        }
    }

    fn settle(&self, value: Fraction) -> Result<Verdict, TooLarge> {
        method::settle_fixed(value, self.indicator, self.places, self.mode).map(Verdict::Value)
    }

    /// The mark of a row before it is held and rounded.
    fn mark<'a>(&'a self, bound: &Bound<'_>, task: Task<'_>, judged: bool) -> Result<Mark<'a>, Fault> {
        let row = task.row;
        let full = &self.indicator.full;
        match &self.indicator.method {
            Method::Ratio { actual, target, better } => {
                let a = self.number(bound.first, actual, row)?;
                // Faults go by column, and the target's come after this one.
                if a.is_none() && judged && self.indicator.missing == Missing::Error {
                    return Err(self.missing(actual));
                }
                let t = self.number(bound.second, target, row)?;
                if t.as_ref().is_some_and(Fraction::is_negative) {
                    return Err(self.out_of_range(bound.second, target, row, "a target is not below 0"));
                }
                let (Some(a), Some(t)) = (&a, &t) else {
                    return Ok(Mark::Missing(if a.is_none() { actual } else { target }));
                };
                Ok(method::ratio(a, t, *better, full).map_or(Mark::ZeroTarget, Mark::Value))
            }
            Method::Rating { column, min, max } => {
                let Some(mark) = self.number(bound.first, column, row)? else { return Ok(Mark::Missing(column)) };
                method::rating(&mark, min, max, full).map(Mark::Value).ok_or_else(|| {
                    self.out_of_range(bound.first, column, row, &format!("a mark lies between {min} and {max}"))
                })
            }
            Method::Points { column, points, interpolate } => Ok(match self.number(bound.first, column, row)? {
                Some(x) => Mark::Value(method::points(&x, points, *interpolate, &self.indicator.floor)),
                None => Mark::Missing(column),
            }),
            Method::Checklist { column, items } => Ok(match bound.first.text(row) {
                Some(cell) => Mark::Value(method::checklist(items_present(cell, items), items.len(), full)),
                None => Mark::Missing(column),
            }),
            Method::Flag { column, yes, no } => match bound.first.text(row) {
                None => Ok(Mark::Missing(column)),
                Some(word) => match crate::read::flag(word) {
                    Some(true) => Ok(Mark::Value(yes.clone())),
                    Some(false) => Ok(Mark::Value(no.clone())),
                    None => Err(self.out_of_range(bound.first, column, row, "write 是 or 否")),
                },
            },
            // The lint keeps the others to measures.
            Method::Deadline(_) | Method::Slope { .. } | Method::RankPoints { .. } | Method::BestShare { .. } => {
                Ok(Mark::Missing(&self.indicator.id))
            }
        }
    }

    fn number(&self, column: Column<'_>, name: &str, row: usize) -> Result<Option<Fraction>, Fault> {
        if let Some(typed) = column.number(row) {
            return Ok(typed.as_ref().map(Number::exact));
        }
        let Some(text) = column.text(row) else { return Ok(None) };
        match number::parse(&width::half(text)) {
            Ok(number) => Ok(Some(number.exact())),
            Err(fault) => Err(self.fault(name, Class::Bad, Code::BadNumber, fault.message(text), fault.hint(text))),
        }
    }

    fn missing(&self, column: &str) -> Fault {
        let message = format!("the cell is blank, and indicator `{}` needs it", self.indicator.id);
        self.fault(column, Class::Bad, Code::MissingValue, message, "fill in the cell".to_owned())
    }

    fn out_of_range(&self, column: Column<'_>, name: &str, row: usize, hint: &str) -> Fault {
        let cell = column.text(row).unwrap_or_default();
        let message = format!("`{cell}` is outside what indicator `{}` can judge", self.indicator.id);
        self.fault(name, Class::Range, Code::OutOfRange, message, hint.to_owned())
    }

    fn fault(&self, column: &str, class: Class, code: Code, message: String, hint: String) -> Fault {
        let place = u16::try_from(self.place).unwrap_or(u16::MAX);
        Fault { order: Order::Indicator(place, class), code, column: column.to_owned(), message, hint }
    }
}

/// What the cells of a row come to.
enum Mark<'a> {
    Value(Fraction),
    ZeroTarget,
    /// The column that is blank.
    Missing(&'a str),
}

fn items_present(cell: &str, items: &[String]) -> usize {
    let cell = width::half(cell);
    let parts: Vec<&str> = list::split(&cell).collect();
    items.iter().filter(|item| parts.contains(&&*width::half(item))).count()
}

//! Indicators (指标): what one judged aspect of a task or subject is made of. METHOD §5.

use super::Condition;
use crate::number::Fraction;

/// An indicator. METHOD §5.
#[derive(Debug, Clone)]
pub struct Indicator {
    /// Its id.
    pub id: String,
    /// Its name, by default the id.
    pub name: String,
    /// The clause it rests on.
    pub clause: Option<String>,
    /// Why a forbidden word is allowed in its name.
    pub allow: Option<String>,
    /// Its weight among the indicators of a section.
    pub weight: Fraction,
    /// Full marks.
    pub full: Fraction,
    /// The lowest value.
    pub floor: Fraction,
    /// The highest value.
    pub cap: Fraction,
    /// Places of its value; `None` keeps it exact (measures only).
    pub places: Option<u32>,
    /// Places to which a measure is rounded before anything else.
    pub rate_round: Option<u32>,
    /// What a blank means.
    pub missing: Missing,
    /// Whether only due tasks are judged.
    pub judged: Judged,
    /// Conditions on columns under which it applies.
    pub conditions: Vec<Condition>,
    /// How its value comes about.
    pub method: Method,
    /// Periods of a measure with their weights.
    pub periods: Option<Vec<(String, Fraction)>>,
}

/// What a blank cell means to an indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Not applicable.
    Exclude,
    /// Zero.
    Zero,
    /// The row is rejected.
    Error,
}

/// When an indicator is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// Once the task is due.
    Due,
    /// Always.
    Always,
}

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
}

/// How an indicator's value comes about. METHOD §5, the table.
#[derive(Debug, Clone)]
pub enum Method {
    /// Days late.
    Deadline(Deadline),
    /// Actual over target.
    Ratio {
        /// Column of the actual value.
        actual: String,
        /// Column of the target.
        target: String,
        /// Which way is better.
        better: Better,
    },
    /// A mark between two ends.
    Rating {
        /// The column; empty on a measure.
        column: String,
        /// The mark that is worth nothing.
        min: Fraction,
        /// The mark that is worth full marks.
        max: Fraction,
    },
    /// Items present.
    Checklist {
        /// The column, a list.
        column: String,
        /// The items looked for. Never empty.
        items: Vec<String>,
    },
    /// A table of points, ascending.
    Points {
        /// The column; empty on a measure.
        column: String,
        /// Number and value, the numbers ascending. Never empty.
        points: Vec<(Fraction, Fraction)>,
        /// How it reads between entries.
        interpolate: Interpolate,
    },
    /// Yes or no.
    Flag {
        /// The column; empty on a measure.
        column: String,
        /// The value of yes.
        yes: Fraction,
        /// The value of no.
        no: Fraction,
    },
    /// Points off below a threshold (measures).
    Slope {
        /// The rate from which on nothing is taken off.
        threshold: Fraction,
        /// Points off for each point of the rate below.
        per_point: Fraction,
    },
    /// Points by place in the group (measures).
    RankPoints {
        /// Percent of full marks off for each place.
        step: Fraction,
        /// Which way is better.
        better: Better,
    },
    /// Share of the group's best (measures).
    BestShare {
        /// Which way is better.
        better: Better,
    },
}

/// The keys of `deadline`.
#[derive(Debug, Clone)]
pub struct Deadline {
    /// Column of the due date; `due_on` is the effective one.
    pub due: String,
    /// Column of the act; `completed_on` is the effective one.
    pub done: String,
    /// The due date where the column is blank.
    pub default_due: Option<DefaultDue>,
    /// Points off a day.
    pub per_day: Fraction,
    /// Days late that cost nothing.
    pub grace_days: Fraction,
    /// Points more a day early.
    pub early_per_day: Fraction,
    /// Values from days late, in place of `per_day`.
    pub steps: Option<Vec<(Fraction, Fraction)>>,
    /// The value when the act is overdue and has not happened.
    pub undone: Option<Fraction>,
}

/// A due date counted from another date.
#[derive(Debug, Clone)]
pub struct DefaultDue {
    /// The column it counts from.
    pub from: String,
    /// How far.
    pub span: Span,
}

/// A span of calendar time.
#[derive(Debug, Clone, Copy)]
pub enum Span {
    /// Months, held to the month's last day.
    Months(i32),
    /// Days.
    Days(i32),
}

/// How `points` reads between its entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interpolate {
    /// The last entry reached.
    Step,
    /// A straight line.
    Linear,
}

//! Indicators in words.

use std::fmt::{self, Write};

use super::{basis, joined, titled};
use crate::number::Fraction;
use crate::policy::{Better, Deadline, Indicator, Interpolate, Judged, Method, Missing, Policy, Source, Span};

pub(super) fn indicator(out: &mut String, policy: &Policy, at: usize, indicator: &Indicator) -> fmt::Result {
    let Indicator { weight, full, floor, cap, .. } = indicator;
    let title = titled(&indicator.name, &indicator.id);
    let marks = if cap == full && floor.is_zero() { String::new() } else { format!(", held to {floor}…{cap}") };
    writeln!(out, "- {title}: weight {weight}, full marks {full}{marks} {}", basis(indicator.clause.as_deref()))?;
    writeln!(out, "  - {}", in_words(indicator))?;
    if !indicator.conditions.is_empty() {
        writeln!(out, "  - Only where {}", joined(&indicator.conditions, " and "))?;
    }
    if policy.uses(at, Source::Tasks) {
        let missing = match indicator.missing {
            Missing::Exclude => "N/A",
            Missing::Zero => "0",
            Missing::Error => "a reject",
        };
        let judged = match indicator.judged {
            Judged::Due => "judged once the task is due",
            Judged::Always => "judged whether or not the task is due",
        };
        let blank = if matches!(indicator.method, Method::Deadline(_)) {
            String::new()
        } else {
            format!("; a blank is {missing}")
        };
        writeln!(out, "  - {judged}{blank}")?;
    }
    if let Some(periods) = &indicator.periods {
        let list = periods.iter().map(|(name, weight)| format!("{name} {weight}")).collect::<Vec<_>>();
        writeln!(out, "  - Weighted mean over periods: {}", list.join(", "))?;
    }
    if let Some(allow) = &indicator.allow {
        writeln!(out, "  - Its name is allowed because: {allow}")?;
    }
    Ok(())
}

fn in_words(indicator: &Indicator) -> String {
    let full = &indicator.full;
    match &indicator.method {
        Method::Deadline(deadline) => self::deadline(deadline, full),
        Method::Ratio { actual, target, better: Better::Higher } => format!("{full} × `{actual}` ÷ `{target}`"),
        Method::Ratio { actual, target, better: Better::Lower } => format!("{full} × (2 − `{actual}` ÷ `{target}`)"),
        Method::Rating { column, min, max } => {
            format!("{} from {min} (0 points) to {max} ({full} points)", read(column))
        }
        Method::Checklist { column, items } => {
            format!("{} parts of {full} for each of these in `{column}`: {}", items.len(), items.join(", "))
        }
        Method::Points { column, points, interpolate } => {
            let between = match interpolate {
                Interpolate::Step => "the last one reached",
                Interpolate::Linear => "straight lines between",
            };
            format!("By {}: {}; {between}", read(column), pairs(points))
        }
        Method::Flag { column, yes, no } => format!("{}: yes (是) {yes}, no (否) {no}", read(column)),
        Method::Slope { threshold, per_point } => {
            format!("{per_point} points off for each percent below {threshold}")
        }
        Method::RankPoints { step, better } => {
            format!("{step} % of {full} off for each place in the group, {} first", way(*better))
        }
        Method::BestShare { better } => format!("Share of the group's best, {} is better", way(*better)),
    }
}

fn read(column: &str) -> String {
    if column.is_empty() { "the measure".to_owned() } else { format!("`{column}`") }
}

fn way(better: Better) -> &'static str {
    match better {
        Better::Higher => "the highest",
        Better::Lower => "the lowest",
    }
}

fn pairs(pairs: &[(Fraction, Fraction)]) -> String {
    pairs.iter().map(|(from, value)| format!("from {from}: {value}")).collect::<Vec<_>>().join(", ")
}

fn deadline(deadline: &Deadline, full: &Fraction) -> String {
    let Deadline { due, done, per_day, grace_days, early_per_day, .. } = deadline;
    let mut words = format!("`{done}` by `{due}`");
    if let Some(default) = &deadline.default_due {
        let span = match default.span {
            Span::Months(1) => "1 month".to_owned(),
            Span::Months(months) => format!("{months} months"),
            Span::Days(days) => format!("{days} days"),
        };
        let _ = write!(words, ", where that is blank {span} after `{}`", default.from);
    }
    match &deadline.steps {
        Some(steps) => {
            let _ = write!(words, "; by days late {}", pairs(steps));
        }
        None => {
            let _ = write!(words, ": {full}, less {per_day} a day late");
            if !grace_days.is_zero() {
                let _ = write!(words, " after {grace_days} days");
            }
            if !early_per_day.is_zero() {
                let _ = write!(words, ", plus {early_per_day} a day early");
            }
        }
    }
    if let Some(undone) = &deadline.undone {
        let _ = write!(words, "; {undone} while overdue and not done");
    }
    words
}

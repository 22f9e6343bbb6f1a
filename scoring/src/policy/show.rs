//! A policy in words: Markdown that reads as plain text, each number with its clause.

mod method;
mod outcome;
mod side;

use std::fmt::{self, Write};

use super::{BelongsBy, CoMode, Condition, DayCount, Policy, Resolution};
use crate::number::Mode;
use crate::terms::SubjectKind;

/// The policy in words.
pub fn show(policy: &Policy) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_policy(&mut out, policy);
    out
}

fn write_policy(out: &mut String, policy: &Policy) -> fmt::Result {
    writeln!(out, "# {} ({})\n", policy.title, policy.id)?;
    if !policy.authority.is_empty() {
        writeln!(out, "Authority: {}", policy.authority)?;
    }
    writeln!(out, "SHA-256: {}", policy.sha256)?;
    writeln!(out, "`[…]` is the clause a number rests on; `[no clause]`: the policy sets it.")?;
    time(out, policy)?;
    weights(out, policy)?;
    writeln!(out, "\n## Indicators (指标)\n")?;
    for (at, indicator) in policy.indicators.iter().enumerate() {
        method::indicator(out, policy, at, indicator)?;
    }
    for kind in SubjectKind::ALL.iter().filter(|kind| policy.side(**kind).present) {
        side::side(out, policy, *kind)?;
    }
    outcome::standings(out, policy)?;
    outcome::events(out, policy)?;
    outcome::rules(out, policy)
}

fn time(out: &mut String, policy: &Policy) -> fmt::Result {
    let period = &policy.period;
    writeln!(out, "\n## Period (考核周期)\n")?;
    writeln!(out, "- {} to {}, as of the end of {}", period.from, period.to, period.as_of)?;
    let belongs = match period.belongs_by {
        BelongsBy::Due => "its time limit (完成时限) with approved extensions",
        BelongsBy::Assigned => "the day it was assigned (交办日期)",
        BelongsBy::Completed => "the day it was completed (完成日期)",
    };
    writeln!(out, "- A task (任务) belongs to the period by {belongs}")?;
    if period.carry_over {
        writeln!(out, "- Tasks of earlier periods that were not done before are carried over (结转)")?;
    }
    let days = match policy.time.days {
        DayCount::Calendar => "calendar days (自然日)",
        DayCount::Working => "working days (工作日)",
    };
    let resolution = match policy.time.resolution {
        Resolution::Day => "to the day",
        Resolution::Second => "to the second",
    };
    writeln!(out, "- Late days (超期天数) are {days}, {resolution}")?;
    let mode = match policy.rounding.mode {
        Mode::HalfUp => "half away from zero (四舍五入)",
        Mode::HalfEven => "half to even",
    };
    let (indicator, score) = (policy.rounding.indicator, policy.rounding.score);
    writeln!(out, "- Values of indicators have {indicator} places, scores {score}, rounded {mode}")
}

fn weights(out: &mut String, policy: &Policy) -> fmt::Result {
    writeln!(out, "\n## What a task weighs\n")?;
    match &policy.levels {
        None => writeln!(out, "- Every level (重要程度) weighs 1")?,
        Some(levels) => {
            let list = levels.weights.iter().map(|(name, weight)| format!("{name} {weight}")).collect::<Vec<_>>();
            let default = levels.default.and_then(|at| levels.weights.get(at));
            let blank = default.map_or("must be named".to_owned(), |(name, _)| format!("is {name} when blank"));
            writeln!(out, "- Level (重要程度): {}; it {blank}", list.join(", "))?;
        }
    }
    let roles = &policy.roles;
    let split = match roles.co_mode {
        CoMode::Each => "each",
        CoMode::Split => "divided by their number",
    };
    writeln!(out, "- Units: lead (牵头) {}, co (协办) {} {split}", roles.lead, roles.co)?;
    let (principal, deputy, staff) = (&roles.principal, &roles.deputy, &roles.staff);
    writeln!(
        out,
        "- Persons: principal (第一责任人) {principal}, deputy (直接责任人) {deputy}, staff (承办人) {staff}"
    )?;
    if !policy.formal_levels.is_empty() {
        writeln!(out, "- A formal report (正式行文) is owed at the levels {}", policy.formal_levels.join(", "))?;
    }
    Ok(())
}

/// A name with its id where they differ.
fn titled(name: &str, id: &str) -> String {
    if name == id { format!("`{id}`") } else { format!("{name} (`{id}`)") }
}

/// The clause behind a number.
fn basis(clause: Option<&str>) -> String {
    format!("[{}]", clause.unwrap_or("no clause"))
}

/// Groups that something concerns.
fn of_groups(groups: Option<&[String]>) -> String {
    groups.map_or(String::new(), |groups| format!(", groups {}", groups.join(", ")))
}

fn joined(conditions: &[Condition], word: &str) -> String {
    conditions.iter().map(|condition| format!("`{condition}`")).collect::<Vec<_>>().join(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{BUILT_IN, parse};

    #[test]
    fn every_indicator_rule_and_clause_is_shown() {
        let (policy, _) = parse(BUILT_IN, "wuhan-2021.toml").unwrap();
        let text = show(&policy);
        for rule in &policy.rules {
            assert!(text.contains(&rule.id), "{}", rule.id);
            assert!(text.contains(rule.clause.as_deref().unwrap()), "{}", rule.id);
        }
        for indicator in &policy.indicators {
            assert!(text.contains(&titled(&indicator.name, &indicator.id)), "{}", indicator.id);
            assert!(text.contains(indicator.clause.as_deref().unwrap()), "{}", indicator.id);
        }
    }
}

//! How units and persons are scored, in words.

use std::fmt::{self, Write};

use super::{basis, of_groups, titled};
use crate::policy::{GroupBy, Policy, Scope, Section, SectionMissing, Side, Source};
use crate::terms::SubjectKind;

pub(super) fn side(out: &mut String, policy: &Policy, kind: SubjectKind) -> fmt::Result {
    let side = policy.side(kind);
    let (title, word) = match kind {
        SubjectKind::Unit => ("Units (单位)", "unit"),
        SubjectKind::Person => ("Persons (个人)", "person"),
    };
    writeln!(out, "\n## {title}\n")?;
    writeln!(out, "- A score is out of {}, held to {}…{}", side.full, side.floor, side.cap)?;
    if let Some(tasks) = side.min_tasks {
        writeln!(out, "- A {word} is ranked from {tasks} scored task(s) on")?;
    }
    if !side.min_coverage.is_zero() {
        writeln!(out, "- A {word} is ranked with {} % of the section weights present", side.min_coverage)?;
    }
    for (what, cap) in [("Bonus", &side.bonus_cap), ("Deduction", &side.deduction_cap)] {
        if let Some(cap) = cap {
            writeln!(out, "- {what} comes to {cap} at most")?;
        }
    }
    match kind {
        SubjectKind::Unit if policy.scope == Scope::Subtree => writeln!(out, "- Tasks of all units below count too")?,
        SubjectKind::Unit => {}
        SubjectKind::Person => persons(out, policy)?,
    }
    for (at, section) in side.sections.iter().enumerate().filter(|(_, section)| section.parent.is_none()) {
        tree(out, policy, side, at, section, 0)?;
    }
    Ok(())
}

fn persons(out: &mut String, policy: &Policy) -> fmt::Result {
    let persons = &policy.persons;
    let (principal, deputy, staff) = (&persons.principal_share, &persons.deputy_share, &persons.staff_share);
    writeln!(
        out,
        "- Share of the unit's score: principal (主要负责人) {principal}, deputy (分管负责人) {deputy}, staff (承办人) {staff}"
    )?;
    if persons.min_service_days > 0 {
        writeln!(out, "- Who served fewer than {} days is not ranked", persons.min_service_days)?;
    }
    let by = match persons.group_by {
        GroupBy::Post => "the kind of their latest post",
        GroupBy::Unit => "the unit of their latest post",
        GroupBy::UnitGroup => "the group of that post's unit",
        GroupBy::None => "nothing: all stand in one",
    };
    writeln!(out, "- Persons are grouped by {by}")
}

fn tree(out: &mut String, policy: &Policy, side: &Side, at: usize, section: &Section, depth: usize) -> fmt::Result {
    let made_of = match section.source {
        Source::Tasks => "tasks",
        Source::Measures => "measures",
        Source::Sections => "sections",
    };
    let missing = match section.missing {
        SectionMissing::Exclude => "",
        SectionMissing::Zero => "; 0 without a value",
        SectionMissing::Hold => "; without a value the subject is incomplete",
    };
    let title = titled(&section.name, &section.id);
    let groups = of_groups(section.groups.as_deref());
    let indent = "  ".repeat(depth);
    let clause = basis(section.clause.as_deref());
    writeln!(out, "{indent}- {title}: weight {}, of {made_of}{groups}{missing} {clause}", section.weight)?;
    for indicator in section.indicators.iter().filter_map(|place| policy.indicators.get(*place)) {
        writeln!(out, "{indent}  - {}, weight {}", titled(&indicator.name, &indicator.id), indicator.weight)?;
    }
    let children = side.sections.iter().enumerate().filter(|(_, child)| child.parent == Some(at));
    for (place, child) in children {
        // A policy has no section above itself; the bound only keeps that from being a matter of trust.
        if depth < side.sections.len() {
            tree(out, policy, side, place, child, depth + 1)?;
        }
    }
    Ok(())
}

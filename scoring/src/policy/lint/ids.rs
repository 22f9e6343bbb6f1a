//! Ids that stand twice, and names of things that are not there.

use super::{Notes, side_key};
use crate::policy::{GroupBy, Source};
use crate::terms::SubjectKind;

pub(super) fn check(notes: &mut Notes) {
    let policy = &notes.draft.policy;
    unique(notes, "indicator", "id", policy.indicators.iter().map(|indicator| indicator.id.as_str()));
    unique(notes, "event", "code", policy.events.iter().map(|event| event.code.as_str()));
    unique(notes, "veto", "id", policy.vetoes.iter().map(|veto| veto.id.as_str()));
    unique(notes, "count", "id", policy.counts.iter().map(|count| count.id.as_str()));
    unique(notes, "rule", "id", policy.rules.iter().map(|rule| rule.id.as_str()));
    for kind in SubjectKind::ALL {
        let list = format!("{}.section", side_key(*kind));
        unique(notes, &list, "id", policy.side(*kind).sections.iter().map(|section| section.id.as_str()));
        parents(notes, *kind);
    }
    bands(notes);
    formal_levels(notes);
    quotas(notes);
}

fn unique<'a>(notes: &mut Notes, list: &str, key: &str, ids: impl Iterator<Item = &'a str>) {
    let mut seen: Vec<&str> = Vec::new();
    for (at, id) in ids.enumerate() {
        if seen.contains(&id) {
            let message = format!("`{id}` stands twice: two of `{list}` have this `{key}`");
            notes.error("duplicate-id", &format!("{list}[{at}].{key}"), message, "give one of them another");
        }
        seen.push(id);
    }
}

fn bands(notes: &mut Notes) {
    let draft = notes.draft;
    let bands = &draft.policy.bands;
    for (at, band) in bands.iter().enumerate().take(draft.band_to.len()) {
        if bands.iter().take(at).any(|other| other.id == band.id && other.of == band.of) {
            let message = format!("`{}` stands twice: two bands have this `id`", band.id);
            notes.error("duplicate-id", &format!("band[{at}].id"), message, "give one of them another");
        }
    }
}

/// A parent is a section of sections, and no section is above itself.
fn parents(notes: &mut Notes, kind: SubjectKind) {
    let draft = notes.draft;
    let sections = &draft.policy.side(kind).sections;
    for (at, section) in sections.iter().enumerate() {
        let path = format!("{}.section[{at}]", side_key(kind));
        if let Some(parent) = section.parent.and_then(|parent| sections.get(parent)) {
            if parent.source != Source::Sections {
                let message = format!("the parent `{}` is no section of sections", parent.id);
                notes.error("bad-parent", &format!("{path}.parent"), message, "give it source = \"sections\"");
            }
            let mut above = section.parent;
            let steps = sections.iter().filter(|_| {
                above = above.and_then(|place| sections.get(place)?.parent);
                above == Some(at)
            });
            if section.parent == Some(at) || steps.count() > 0 {
                notes.error(
                    "parent-cycle",
                    &format!("{path}.parent"),
                    format!("`{}` is part of itself", section.id),
                    "",
                );
            }
        }
        let childless = !sections.iter().any(|child| child.parent == Some(at));
        if section.source == Source::Sections && childless {
            let message = format!("no section names `{}` as its parent: it never has a value", section.id);
            notes.warning("no-children", &path, message, "");
        }
    }
}

fn formal_levels(notes: &mut Notes) {
    let policy = &notes.draft.policy;
    let Some(levels) = &policy.levels else { return };
    for (at, name) in policy.formal_levels.iter().enumerate() {
        if !levels.weights.iter().any(|(level, _)| level == name) {
            let path = format!("closed_loop.formal_levels[{at}]");
            notes.error("unknown-level", &path, format!("`{name}` is no level"), "name a key of `[levels]`");
        }
    }
}

fn quotas(notes: &mut Notes) {
    let policy = &notes.draft.policy;
    for (at, quota) in policy.quotas.iter().enumerate() {
        let by_unit = policy.persons.group_by == GroupBy::Unit && quota.of.fits(SubjectKind::Person);
        if !quota.percent_by_unit_band.is_empty() && !by_unit {
            let hint = "give the quota of = \"persons\" and [person] group_by = \"unit\"";
            let message = "`percent_by_unit_band` is for persons grouped by unit";
            notes.error("bad-quota", &format!("quota[{at}].percent_by_unit_band"), message, hint);
        }
    }
}

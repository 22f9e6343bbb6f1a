//! Weights add up to what the policy says, and nothing weighs next to nothing. METHOD §3.
//!
//! Sections may be there for some groups only, so sums are taken group by group.

use super::{Notes, side_key};
use crate::number::Fraction;
use crate::policy::{Method, Section, Source, is_in};
use crate::terms::SubjectKind;

/// Percent under which an indicator is not worth its trouble. METHOD §3.
const LEAST_SHARE: i128 = 2;
/// Percent above which feedback, meetings and reports weigh too much. METHOD §3.
const MOST_PAPER: i128 = 20;
/// More indicators than that are too many. METHOD §3.
const MOST_INDICATORS: usize = 30;

pub(super) fn check(notes: &mut Notes) {
    let draft = notes.draft;
    for (at, indicator) in draft.policy.indicators.iter().enumerate() {
        negative(notes, &format!("indicator[{at}].weight"), &indicator.id, &indicator.weight);
    }
    for kind in SubjectKind::ALL {
        let sections = &draft.policy.side(*kind).sections;
        for (at, section) in sections.iter().enumerate() {
            let path = format!("{}.section[{at}]", side_key(*kind));
            negative(notes, &format!("{path}.weight"), &section.id, &section.weight);
            let total = draft.totals(*kind).sections.get(at).cloned().flatten();
            match section.source {
                Source::Sections => siblings(notes, *kind, Some(at), &path, total.as_ref()),
                _ => indicators(notes, section, &path, total.as_ref()),
            }
        }
        let top = draft.totals(*kind).top.clone();
        siblings(notes, *kind, None, side_key(*kind), top.as_ref());
    }
    if draft.policy.indicators.len() > MOST_INDICATORS {
        let message = format!("{} indicators are more than {MOST_INDICATORS}", draft.policy.indicators.len());
        notes.warning("many-indicators", &format!("indicator[{MOST_INDICATORS}]"), message, "leave some out");
    }
    shares(notes);
}

fn negative(notes: &mut Notes, path: &str, id: &str, weight: &Fraction) {
    if weight.is_negative() {
        notes.error("weight-negative", path, format!("`{id}` weighs {weight}; a weight is at least 0"), "");
    }
}

fn indicators(notes: &mut Notes, section: &Section, path: &str, total: Option<&Fraction>) {
    let policy = &notes.draft.policy;
    let weights: Vec<&Fraction> =
        section.indicators.iter().filter_map(|at| policy.indicators.get(*at)).map(|i| &i.weight).collect();
    let what = format!("the indicators of `{}`", section.id);
    sum(notes, &format!("{path}.indicators"), &format!("{path}.weights_total"), &what, &weights, total);
}

fn siblings(notes: &mut Notes, kind: SubjectKind, parent: Option<usize>, path: &str, total: Option<&Fraction>) {
    let sections = &notes.draft.policy.side(kind).sections;
    let all: Vec<&Section> = sections.iter().filter(|section| section.parent == parent).collect();
    let of = parent
        .and_then(|at| sections.get(at))
        .map_or("the top sections".to_owned(), |section| format!("the sections of `{}`", section.id));
    let at_total = format!("{path}.weights_total");
    let by_group = all.iter().any(|section| section.groups.is_some());
    let mut said = false;
    for group in groups(sections) {
        if parent.is_some_and(|parent| !with_those_above(sections, parent, group)) {
            continue;
        }
        let there = all.iter().filter(|section| is_there(section, group));
        let weights: Vec<&Fraction> = there.map(|section| &section.weight).collect();
        if weights.is_empty() || said {
            continue;
        }
        match group {
            None if by_group => others(notes, &at_total, &of, &weights, total),
            None => said = sum(notes, path, &at_total, &of, &weights, total),
            Some(group) => {
                let what = format!("{of} that the group `{group}` has");
                said = sum(notes, path, &at_total, &what, &weights, total);
            }
        }
    }
}

/// Groups that no section names: whether there are any, only the table of units knows.
fn others(notes: &mut Notes, at_total: &str, of: &str, weights: &[&Fraction], total: Option<&Fraction>) {
    let sum: Fraction = weights.iter().map(|weight| (*weight).clone()).sum();
    if let Some(total) = total.filter(|total| **total != sum) {
        let message = format!("in groups that no section names, the weights of {of} add up to {sum}, not to {total}");
        notes.warning("weights-of-others", at_total, message, "nothing is wrong if there are no other groups");
    }
}

/// Whether something is wrong with some weights.
fn sum(
    notes: &mut Notes,
    path: &str,
    at_total: &str,
    what: &str,
    weights: &[&Fraction],
    total: Option<&Fraction>,
) -> bool {
    let sum: Fraction = weights.iter().map(|weight| (*weight).clone()).sum();
    if !weights.is_empty() && weights.iter().all(|weight| weight.is_zero()) {
        notes.error(
            "weights-zero",
            path,
            format!("the weights of {what} are all zero"),
            "give at least one a weight above 0",
        );
        return true;
    }
    let Some(total) = total.filter(|total| **total != sum) else { return false };
    let count = i128::try_from(weights.len()).unwrap_or(1);
    let equal = weights.windows(2).all(|pair| pair.first() == pair.last());
    let hint = match total / &Fraction::whole(count) {
        Some(part) if equal && part.to_string().contains('/') => {
            format!("{count} equal weights of {total} are \"{part}\" each: fractions are exact")
        }
        _ => "change a weight or `weights_total`; fractions such as \"1/3\" are exact".to_owned(),
    };
    notes.error("weights-total", at_total, format!("the weights of {what} add up to {sum}, not to {total}"), hint);
    true
}

/// Each group that some section names, and all others.
fn groups(sections: &[Section]) -> Vec<Option<&str>> {
    let mut groups: Vec<Option<&str>> = vec![None];
    for name in sections.iter().flat_map(|section| section.groups.iter().flatten()) {
        if !groups.contains(&Some(name.as_str())) {
            groups.push(Some(name));
        }
    }
    groups
}

fn is_there(section: &Section, group: Option<&str>) -> bool {
    group.map_or(section.groups.is_none(), |group| is_in(section.groups.as_deref(), group))
}

/// Whether a section is there for a group, and all that it is part of.
fn with_those_above(sections: &[Section], at: usize, group: Option<&str>) -> bool {
    let parent = |section: &&Section| section.parent.and_then(|at| sections.get(at));
    // No chain of parents is longer than the list.
    std::iter::successors(sections.get(at), parent).take(sections.len()).all(|section| is_there(section, group))
}

/// What part of a section's siblings it is, times what part its parent is, and so on up: percent of the whole.
fn share_of(sections: &[Section], at: usize, group: Option<&str>) -> Fraction {
    let mut share = Fraction::HUNDRED;
    let mut place = Some(at);
    for _ in sections {
        let Some(section) = place.and_then(|at| sections.get(at)) else { break };
        if !is_there(section, group) {
            return Fraction::ZERO;
        }
        let siblings = sections.iter().filter(|other| other.parent == section.parent && is_there(other, group));
        let sum: Fraction = siblings.map(|other| other.weight.clone()).sum();
        share = (&(&share * &section.weight) / &sum).unwrap_or(Fraction::ZERO);
        place = section.parent;
    }
    share
}

/// Percent of the whole that an indicator weighs for a group; `None` where no section has it.
fn indicator_share(notes: &Notes, sections: &[Section], indicator: usize, group: Option<&str>) -> Option<Fraction> {
    let all = &notes.draft.policy.indicators;
    let weight = &all.get(indicator)?.weight;
    let mut share = None;
    for (at, section) in sections.iter().enumerate() {
        if !section.indicators.contains(&indicator) {
            continue;
        }
        let sum: Fraction = section.indicators.iter().filter_map(|at| all.get(*at)).map(|i| i.weight.clone()).sum();
        let part = (&(&share_of(sections, at, group) * weight) / &sum).unwrap_or(Fraction::ZERO);
        share = Some(&share.unwrap_or(Fraction::ZERO) + &part);
    }
    share
}

fn shares(notes: &mut Notes) {
    let draft = notes.draft;
    let mut most: Vec<Option<Fraction>> = vec![None; draft.policy.indicators.len()];
    for kind in SubjectKind::ALL {
        let sections = &draft.policy.side(*kind).sections;
        // Whether there are groups that no section names, only the table of units knows.
        let by_group = sections.iter().any(|section| section.groups.is_some());
        let mut paper_said = false;
        for group in groups(sections) {
            let mut paper = Fraction::ZERO;
            let mut first = None;
            for (at, (indicator, most)) in draft.policy.indicators.iter().zip(&mut most).enumerate() {
                let Some(share) = indicator_share(notes, sections, at, group) else { continue };
                if is_paper(&indicator.method) && !share.is_zero() {
                    paper = &paper + &share;
                    first = first.or(Some(at));
                }
                if most.as_ref().is_none_or(|most| share > *most) {
                    *most = Some(share);
                }
            }
            if let Some(at) = first
                && paper > Fraction::whole(MOST_PAPER)
                && !paper_said
                && (group.is_some() || !by_group)
            {
                paper_said = true;
                paper_heavy(notes, at, *kind, &paper);
            }
        }
    }
    for (at, share) in most.iter().enumerate() {
        if let (Some(share), Some(indicator)) = (share, draft.policy.indicators.get(at))
            && *share < Fraction::whole(LEAST_SHARE)
        {
            let message = format!("`{}` weighs {} % of the whole, under {LEAST_SHARE} %", indicator.id, shown(share));
            notes.warning(
                "light-indicator",
                &format!("indicator[{at}].weight"),
                message,
                "weigh it more, or leave it out",
            );
        }
    }
}

fn paper_heavy(notes: &mut Notes, at: usize, kind: SubjectKind, paper: &Fraction) {
    let message = format!(
        "feedback, meetings and reports weigh {} % of a {}'s score, more than {MOST_PAPER} %",
        shown(paper),
        kind.id()
    );
    let hint = "weigh the work itself more than the letters about it";
    notes.warning("paper-heavy", &format!("indicator[{at}].weight"), message, hint);
}

fn is_paper(method: &Method) -> bool {
    matches!(method, Method::Deadline(deadline) if ["feedback_on", "formal_report_on"].contains(&deadline.done.as_str()))
}

/// A percentage for show: one place.
fn shown(percent: &Fraction) -> String {
    percent.show(1, crate::number::Mode::HalfUp).unwrap_or_else(|_| percent.to_string())
}

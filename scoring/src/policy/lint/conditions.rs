//! Conditions name facts that exist, and values those facts can have. METHOD §7, §9, §10.

use super::{Guard, Notes, conditions_of, guards, value};
use crate::policy::{Condition, Fact, Nature, Policy, facts};
use crate::terms::{Post, Recommendation, State, Status, SubjectKind};

pub(super) fn check(notes: &mut Notes) {
    let draft = notes.draft;
    for guard in guards(draft) {
        for (path, condition) in conditions_of(&guard) {
            on_facts(notes, &guard, &path, condition);
        }
    }
    for (at, indicator) in draft.policy.indicators.iter().enumerate() {
        on_columns(notes, &format!("indicator[{at}].where"), &indicator.conditions, false);
    }
    for (at, count) in draft.policy.counts.iter().enumerate() {
        on_columns(notes, &format!("count[{at}].where"), &count.conditions, true);
    }
}

fn on_facts(notes: &mut Notes, guard: &Guard, path: &str, condition: &Condition) {
    let policy = &notes.draft.policy;
    let Some(fact) = Fact::parse(&condition.fact, policy, guard.subject) else {
        let (message, hint) = unknown(&condition.fact, policy, guard.subject);
        notes.error("unknown-fact", path, message, hint);
        return;
    };
    if guard.veto && fact.needs_rank() {
        let message = format!("a veto comes before ranks, bands and recommendations, and `{}` is one", condition.fact);
        notes.error("needs-rank", path, message, "use facts of tasks, events or scores");
    }
    if guard.veto && fact == Fact::Vetoed {
        notes.error("needs-veto", path, "a veto cannot rest on `vetoed`, which says whether a veto holds", "");
    }
    match fact.nature() {
        Nature::Band => bands(notes, guard.subject, fact, path, condition),
        Nature::Number | Nature::Whole => numbers(notes, path, condition),
        Nature::Word => words(notes, fact, path, condition),
    }
}

/// Why a text is no fact, and what may be meant.
pub(super) fn unknown(text: &str, policy: &Policy, kind: SubjectKind) -> (String, String) {
    if kind == SubjectKind::Unit && facts::PLAIN.iter().any(|(_, id, persons)| *persons && *id == text) {
        return (format!("only persons have `{text}`"), "give this subject = \"person\"".to_owned());
    }
    let (what, ids): (&str, Vec<&str>) = match text.split_once('.') {
        Some(("section", _)) => ("section", policy.side(kind).sections.iter().map(|s| s.id.as_str()).collect()),
        Some(("indicator", _)) => ("indicator", policy.indicators.iter().map(|i| i.id.as_str()).collect()),
        Some(("event", _)) => ("event code", policy.events.iter().map(|event| event.code.as_str()).collect()),
        Some(("count", _)) => ("count", policy.counts.iter().map(|count| count.id.as_str()).collect()),
        _ if text.starts_with("prior.count.") => {
            ("recommendation", Recommendation::ALL.iter().map(|recommendation| recommendation.id()).collect())
        }
        _ => {
            let ids: Vec<_> = facts::PLAIN.iter().map(|(_, id, _)| *id).collect();
            return (format!("`{text}` is no fact"), format!("the facts are {}", ids.join(" ")));
        }
    };
    let hint = match ids.as_slice() {
        [] => format!("the policy has no {what}"),
        ids => format!("there are {}", ids.join(" ")),
    };
    let id = text.rsplit_once('.').map_or(text, |(_, id)| id);
    (format!("`{text}` is no fact: {} has no {what} `{id}`", kind.id()), hint)
}

/// Whose bands a fact is one of.
pub(super) fn bands_of(fact: Fact, subject: SubjectKind) -> SubjectKind {
    if fact == Fact::UnitBand { SubjectKind::Unit } else { subject }
}

fn bands(notes: &mut Notes, subject: SubjectKind, fact: Fact, path: &str, condition: &Condition) {
    let bands = notes.draft.policy.bands_of(bands_of(fact, subject));
    for value in &condition.values {
        if bands.iter().any(|band| band.id == *value) {
            continue;
        }
        let ids: Vec<_> = bands.iter().map(|band| band.id.as_str()).collect();
        let hint = bands
            .iter()
            .find(|band| band.name == *value)
            .map_or_else(|| format!("the bands are {}", ids.join(" ")), |band| format!("write its id `{}`", band.id));
        notes.error("unknown-band", path, format!("`{value}` is no band"), hint);
    }
}

fn numbers(notes: &mut Notes, path: &str, condition: &Condition) {
    for text in condition.values.iter().filter(|text| value::number(text).is_none()) {
        let message = format!("`{}` is a number, and `{text}` is none", condition.fact);
        notes.error("bad-value", path, message, "");
    }
}

fn words(notes: &mut Notes, fact: Fact, path: &str, condition: &Condition) {
    let known: Vec<&str> = match fact {
        Fact::Status => Status::ALL.iter().map(|status| status.id()).collect(),
        Fact::Vetoed => vec!["yes", "no"],
        Fact::Post => Post::ALL.iter().map(|post| post.id()).collect(),
        Fact::UnitRecommendation => Recommendation::ALL.iter().map(|recommendation| recommendation.id()).collect(),
        _ => Vec::new(),
    };
    for text in &condition.values {
        // Earlier years may say other words, which stay as they are; those of the field become ids.
        let own = (fact == Fact::PriorRecommendation).then(|| Recommendation::parse(text)).flatten();
        if let Some(own) = own.filter(|own| own.id() != text) {
            let message = format!("`{}` is never `{text}`", condition.fact);
            notes.error("bad-value", path, message, format!("write its id `{}`", own.id()));
            continue;
        }
        if !known.is_empty() && !known.contains(&text.as_str()) {
            let message = format!("`{}` is never `{text}`", condition.fact);
            notes.error("bad-value", path, message, format!("it is one of {}", known.join(" ")));
        } else if condition.op.is_order() && (!known.is_empty() || value::number(text).is_none()) {
            let message = format!("`{}` is a word: it knows no `{}`", condition.fact, condition.op);
            notes.error("bad-value", path, message, "use `=`, `!=` or `in`");
        }
    }
}

fn on_columns(notes: &mut Notes, path: &str, conditions: &[Condition], counting: bool) {
    for (at, condition) in conditions.iter().enumerate() {
        let path = format!("{path}[{at}]");
        match condition.fact.as_str() {
            "late_days" if counting => numbers(notes, &path, condition),
            "state" if counting => states(notes, &path, condition),
            "level" => levels(notes, &path, condition),
            _ => column(notes, &path, condition),
        }
    }
}

fn states(notes: &mut Notes, path: &str, condition: &Condition) {
    let ids: Vec<_> = State::ALL.iter().map(|state| state.id()).collect();
    for text in condition.values.iter().filter(|text| !ids.contains(&text.as_str())) {
        notes.error("bad-value", path, format!("`state` is never `{text}`"), format!("it is one of {}", ids.join(" ")));
    }
}

fn levels(notes: &mut Notes, path: &str, condition: &Condition) {
    let Some(levels) = &notes.draft.policy.levels else { return };
    let names: Vec<_> = levels.weights.iter().map(|(name, _)| name.as_str()).collect();
    for text in condition.values.iter().filter(|text| !names.contains(&text.as_str())) {
        let hint = format!("the levels are {}", names.join(" "));
        notes.error("unknown-level", path, format!("`{text}` is no level"), hint);
    }
}

fn column(notes: &mut Notes, path: &str, condition: &Condition) {
    if !condition.op.is_order() || notes.draft.policy.holds_dates(&condition.fact) {
        return;
    }
    for text in condition.values.iter().filter(|text| value::number(text).is_none()) {
        let message = format!("`{text}` is no number, so `{}` can never hold", condition.text);
        notes.error("never-holds", path, message, "words know only `=`, `!=` and `in`");
    }
}

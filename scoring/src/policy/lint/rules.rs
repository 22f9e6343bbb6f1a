//! Rules, the ladder, reasons and keys for ties. METHOD §3, §9, §10.

use super::Notes;
use super::conditions::unknown;
use super::never::is_same;
use crate::policy::{Condition, Fact, Rule};
use crate::terms::{Recommendation, SubjectKind};

/// Words of reports that are no facts and stand on ranks, bands or recommendations.
const RANKED_WORDS: [&str; 4] = ["overall_rank", "quota_limited", "recommendation", "computed_band"];

pub(super) fn check(notes: &mut Notes) {
    same_rules(notes);
    rungs(notes);
    reasons(notes);
    tie_break(notes);
}

/// Two sanction rules of one recommendation with the same conditions.
fn same_rules(notes: &mut Notes) {
    let rules = &notes.draft.policy.rules;
    for (at, rule) in rules.iter().enumerate() {
        let sanction = rule.recommend != Recommendation::Commend;
        if let Some(other) = rules.iter().take(at).find(|other| sanction && says_the_same(rule, other)) {
            let message = format!(
                "`{}` and `{}` recommend `{}` under the same conditions",
                other.id,
                rule.id,
                rule.recommend.id()
            );
            notes.error("same-rule", &format!("rule[{at}].id"), message, "leave one of them out");
        }
    }
}

fn says_the_same(a: &Rule, b: &Rule) -> bool {
    a.recommend == b.recommend
        && a.subject == b.subject
        && groups_meet(a.groups.as_deref(), b.groups.as_deref())
        && same_list(&a.when.all, &b.when.all)
        && same_list(&a.when.any, &b.when.any)
        && same_list(&a.when.unless, &b.when.unless)
}

fn groups_meet(a: Option<&[String]>, b: Option<&[String]>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.iter().any(|group| b.contains(group)),
        _ => true,
    }
}

fn same_list(a: &[Condition], b: &[Condition]) -> bool {
    let within = |a: &[Condition], b: &[Condition]| a.iter().all(|left| b.iter().any(|right| is_same(left, right)));
    within(a, b) && within(b, a)
}

fn rungs(notes: &mut Notes) {
    let policy = &notes.draft.policy;
    for (at, rule) in policy.rules.iter().enumerate() {
        if rule.recommend != Recommendation::Commend && !policy.ladder.order.contains(&rule.recommend) {
            let message = format!("`{}` is no rung of the ladder", rule.recommend.id());
            notes.error("not-on-ladder", &format!("rule[{at}].recommend"), message, "add it to `[ladder] order`");
        }
    }
    let bare = policy.ladder.order.iter().filter(|rung| !policy.rules.iter().any(|rule| rule.recommend == **rung));
    let bare: Vec<_> = bare.map(|rung| format!("`{}`", rung.id())).collect();
    if !bare.is_empty() {
        let message = format!("no rule recommends {}, a rung of the ladder", bare.join(", "));
        let path = if notes.draft.places.has("ladder.order") { "ladder.order" } else { "rule[0]" };
        notes.warning("rung-without-rule", path, message, "add a rule, or leave the rung out of `[ladder] order`");
    }
}

/// Facts in braces exist.
fn reasons(notes: &mut Notes) {
    let draft = notes.draft;
    for (at, rule) in draft.policy.rules.iter().enumerate() {
        let path = format!("rule[{at}].reason");
        for text in in_braces(rule.reason.as_deref().unwrap_or_default()) {
            if Fact::parse(text, &draft.policy, rule.subject).is_none() {
                let (message, hint) = unknown(text, &draft.policy, rule.subject);
                notes.error("unknown-fact", &path, message, hint);
            }
        }
    }
}

/// The texts that stand in braces.
pub(in crate::policy) fn in_braces(text: &str) -> Vec<&str> {
    text.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(inside, _)| inside).collect()
}

fn tie_break(notes: &mut Notes) {
    let policy = &notes.draft.policy;
    for (at, key) in policy.rank.tie_break.iter().enumerate() {
        let path = format!("rank.tie_break[{at}]");
        let mut facts = SubjectKind::ALL.iter().filter_map(|kind| Fact::parse(&key.fact, policy, *kind));
        let known = facts.next();
        if known.is_some_and(Fact::needs_rank) || RANKED_WORDS.contains(&key.fact.as_str()) {
            let message = format!("a tie cannot be broken by `{}`, which is known only once ranks are given", key.fact);
            notes.error("needs-rank", &path, message, "use facts of tasks, events or scores");
        } else if known.is_none() {
            let (message, hint) = unknown(&key.fact, policy, SubjectKind::Person);
            notes.error("unknown-fact", &path, message, hint);
        }
    }
}

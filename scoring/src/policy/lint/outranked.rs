//! A rule that can never be the recommended one, because a rule of a higher rung holds wherever it does.

use super::Notes;
use super::never::{Meaning, contradiction};
use crate::policy::{Condition, Op, Policy, Rule};
use crate::terms::Recommendation;

pub(super) fn check(notes: &mut Notes) {
    let policy = &notes.draft.policy;
    for (at, rule) in policy.rules.iter().enumerate() {
        let higher = policy.rules.iter().find(|other| is_higher(policy, other, rule) && follows(policy, rule, other));
        if let Some(other) = higher {
            let message = format!(
                "`{}` is never what is recommended: `{}` holds wherever it does, and stands higher on the ladder",
                rule.id, other.id
            );
            notes.note("always-outranked", &format!("rule[{at}].id"), message, "");
        }
    }
}

fn is_higher(policy: &Policy, higher: &Rule, rule: &Rule) -> bool {
    let rung = |rule: &Rule| policy.ladder.order.iter().position(|rung| *rung == rule.recommend);
    rule.recommend != Recommendation::Commend && rung(higher) > rung(rule) && higher.subject == rule.subject
}

/// Whether one rule holds wherever another does, as far as its conditions can tell.
fn follows(policy: &Policy, rule: &Rule, higher: &Rule) -> bool {
    let groups = match (&higher.groups, &rule.groups) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(higher), Some(own)) => own.iter().all(|group| higher.contains(group)),
    };
    let plain = higher.when.any.is_empty() && higher.when.unless.is_empty();
    groups && plain && higher.when.all.iter().all(|condition| is_implied(policy, rule, condition))
}

fn is_implied(policy: &Policy, rule: &Rule, condition: &Condition) -> bool {
    let Some(opposite) = opposite(condition) else { return false };
    let meaning = Meaning { policy, subject: Some(rule.subject) };
    let on_fact = |own: &&Condition| own.fact == condition.fact && own.op != Op::Blank;
    let own: Vec<&Condition> = rule.when.all.iter().filter(on_fact).collect();
    if own.is_empty() {
        return false;
    }
    let with: Vec<&Condition> = own.into_iter().chain([&opposite]).collect();
    matches!(contradiction(&meaning, &with), Some(Some(_)))
}

/// What holds, of a fact that is not blank, when a condition does not.
fn opposite(condition: &Condition) -> Option<Condition> {
    let op = match condition.op {
        Op::Eq => Op::Ne,
        Op::Ne => Op::Eq,
        Op::Lt => Op::Ge,
        Op::Le => Op::Gt,
        Op::Gt => Op::Le,
        Op::Ge => Op::Lt,
        Op::NotBlank => Op::Blank,
        Op::In | Op::Blank => return None,
    };
    Some(Condition { op, ..condition.clone() })
}

//! Rules, the ladder, and what they recommend. METHOD §10.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};

use crate::facts::Fact;
use crate::policy::{Policy, Rule};
use crate::standing::Standing;
use crate::subjects::{Prior, Subject};

pub struct Recommendation {
    pub word: String,
    /// From 1; none for `commend`.
    pub rung: Option<usize>,
    pub escalated: bool,
    pub rules: Vec<String>,
    /// Fact and what it is shown as.
    pub facts: Vec<(String, String)>,
    pub clauses: Vec<String>,
    pub respond_by: Option<NaiveDate>,
}

pub fn recommend(policy: &Policy, standings: &mut [Standing], prior: &BTreeMap<Subject, Vec<Prior>>) {
    for standing in standings {
        let fired: Vec<&Rule> = policy.rules.iter().filter(|rule| fires(policy, rule, standing)).collect();
        standing.rules = fired.iter().map(|rule| rule.id.clone()).collect();
        let before = prior.get(&(standing.kind, standing.id.clone()));
        let last_year = before.and_then(|years| years.iter().find(|prior| prior.year == policy.first_year() - 1));
        standing.recommendation = choose(policy, standing, &fired, last_year.map_or("", |prior| &prior.recommendation));
    }
}

fn fires(policy: &Policy, rule: &Rule, standing: &Standing) -> bool {
    let applies = standing.is_ranked() || rule.on_events_alone();
    let fits = rule.subject == standing.kind && (rule.groups.is_empty() || rule.groups.contains(&standing.group));
    applies && fits && rule.when.holds(|condition| standing.facts.holds(condition, policy))
}

fn choose(policy: &Policy, standing: &Standing, fired: &[&Rule], last_year: &str) -> Option<Recommendation> {
    let order = &policy.ladder.order;
    let rung_of = |word: &str| order.iter().position(|rung| rung == word);
    let highest = fired.iter().filter_map(|rule| rung_of(&rule.recommend)).max();
    let Some(rung) = highest else {
        let gave: Vec<&Rule> = fired.iter().copied().filter(|rule| rule.recommend == "commend").collect();
        let stands = !gave.is_empty() && standing.effects.is_empty();
        return stands.then(|| build(policy, standing, &gave, "commend", None, false));
    };
    let gave: Vec<&Rule> = fired.iter().copied().filter(|rule| rung_of(&rule.recommend) == Some(rung)).collect();
    let next = order.get(rung + 1).filter(|next| *next != "refer");
    let escalated = policy.ladder.escalate && last_year == order[rung] && next.is_some();
    let last = rung + usize::from(escalated);
    Some(build(policy, standing, &gave, &order[last], Some(last + 1), escalated))
}

fn build(
    policy: &Policy,
    standing: &Standing,
    gave: &[&Rule],
    word: &str,
    rung: Option<usize>,
    escalated: bool,
) -> Recommendation {
    let mut facts: Vec<(String, String)> = Vec::new();
    for condition in gave.iter().flat_map(|rule| rule.when.conditions()) {
        if !facts.iter().any(|(fact, _)| *fact == condition.fact) {
            facts.push((condition.fact.clone(), standing.facts.show(&condition.fact, policy)));
        }
    }
    let days = gave.first().and_then(|rule| rule.respond_days);
    Recommendation {
        word: word.to_string(),
        rung,
        escalated,
        rules: gave.iter().map(|rule| rule.id.clone()).collect(),
        facts,
        clauses: gave.iter().map(|rule| rule.clause.clone()).filter(|clause| !clause.is_empty()).collect(),
        respond_by: days.and_then(|days| policy.period.as_of.checked_add_signed(TimeDelta::days(days))),
    }
}

/// The recommendation of a unit as a fact of its people.
pub fn as_fact(standing: &Standing) -> Fact {
    standing.recommendation.as_ref().map_or(Fact::Blank, |recommendation| Fact::text(&recommendation.word))
}

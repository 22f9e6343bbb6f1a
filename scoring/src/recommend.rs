//! Recommendations (建议): rules on facts, and the ladder of sanctions. METHOD §10. A recommendation is a proposal to
//! people; it decides nothing.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::facts::{Demands, Subject};
use crate::policy::facts::Fact;
use crate::policy::{Policy, Rule, is_in};
use crate::rank::{Standing, Standings};
use crate::terms::{Recommendation, Status, SubjectKind};

/// What follows for everyone, in the order of the standings.
#[derive(Debug, Clone, Default)]
pub struct Recommendations {
    /// For units.
    pub units: Vec<Outcome>,
    /// For persons.
    pub persons: Vec<Outcome>,
}

/// What follows for one subject.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Rules that fired, as places in the policy.
    pub rules: Vec<usize>,
    /// What is proposed.
    pub proposal: Option<Box<Proposal>>,
    /// Of a person: the recommendation for the unit of the latest post.
    pub unit_recommendation: Option<Recommendation>,
}

/// A recommendation with what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// What is recommended.
    pub recommendation: Recommendation,
    /// Its rung on the ladder, from 1; `None` for `commend`.
    pub rung: Option<usize>,
    /// Whether it stands one rung higher because the year before had the same.
    pub escalated: bool,
    /// The rules that gave it, as places in the policy.
    pub rules: Vec<usize>,
    /// The facts of their conditions, each once, in order.
    pub facts: Vec<Fact>,
    /// The day by which to respond.
    pub respond_by: Option<Date>,
}

/// Proposes what follows from everyone's standing.
pub fn recommend(standings: &Standings, policy: &Policy) -> Recommendations {
    let rules: Vec<Prepared> = policy.rules.iter().map(|rule| Prepared::new(rule, policy)).collect();
    let units: Vec<Outcome> =
        standings.units.par_iter().map(|standing| of_subject(standing, None, policy, &rules)).collect();
    let of_units: BTreeMap<u32, Recommendation> = standings
        .units
        .iter()
        .zip(&units)
        .filter_map(|(standing, outcome)| Some((standing.scored.subject, outcome.proposal.as_ref()?.recommendation)))
        .collect();
    let persons = standings
        .persons
        .par_iter()
        .map(|standing| {
            // What somebody scored is far off, and is not fetched where no unit has a recommendation.
            let of_unit = if of_units.is_empty() {
                None
            } else {
                let unit = standing.scored.service.as_ref().and_then(|service| service.unit);
                unit.and_then(|unit| of_units.get(&unit).copied())
            };
            of_subject(standing, of_unit, policy, &rules)
        })
        .collect();
    Recommendations { units, persons }
}

/// A rule whose conditions are read.
struct Prepared {
    demands: Demands,
    on_events_alone: bool,
}

impl Prepared {
    fn new(rule: &Rule, policy: &Policy) -> Self {
        Self { demands: Demands::new(&rule.when, policy, rule.subject), on_events_alone: on_events_alone(rule, policy) }
    }
}

fn of_subject(
    standing: &Standing,
    unit_recommendation: Option<Recommendation>,
    policy: &Policy,
    prepared: &[Prepared],
) -> Outcome {
    let scored = &standing.scored;
    let subject = Subject::ranked_as(standing, unit_recommendation, policy);
    let fires = |rule: &Rule, prepared: &Prepared| {
        rule.subject == scored.kind
            && is_in(rule.groups.as_deref(), &scored.group)
            && (scored.status == Status::Ranked || prepared.on_events_alone)
            && subject.meets_all(&prepared.demands)
    };
    let rules = policy.rules.iter().zip(prepared).enumerate();
    let rules: Vec<usize> =
        rules.filter(|(_, (rule, prepared))| fires(rule, prepared)).map(|(place, _)| place).collect();
    let proposal = propose(standing, &rules, policy);
    Outcome { rules, proposal: proposal.map(Box::new), unit_recommendation }
}

/// Whether all conditions of a rule are on events, so that it applies whatever a subject's status.
fn on_events_alone(rule: &Rule, policy: &Policy) -> bool {
    let mut conditions = rule.when.all.iter().chain(&rule.when.any).chain(&rule.when.unless).peekable();
    conditions.peek().is_some()
        && conditions.all(|condition| Fact::parse(&condition.fact, policy, rule.subject).is_some_and(Fact::is_event))
}

/// The highest rung that a rule gives; a commendation only without a sanction and without an effect.
fn propose(standing: &Standing, fired: &[usize], policy: &Policy) -> Option<Proposal> {
    let giving = |wanted: Recommendation| -> Vec<usize> {
        let gives = |place: &&usize| policy.rules.get(**place).is_some_and(|rule| rule.recommend == wanted);
        fired.iter().filter(gives).copied().collect()
    };
    let order = &policy.ladder.order;
    let highest = order.iter().enumerate().rev().find(|(_, rung)| !giving(**rung).is_empty());
    let Some((at, sanction)) = highest else {
        let rules = giving(Recommendation::Commend);
        if rules.is_empty() || !standing.effects.is_empty() {
            return None;
        }
        return Some(proposal(Recommendation::Commend, None, false, rules, standing.scored.kind, policy));
    };
    let rules = giving(*sanction);
    let year = i32::from(policy.period.from.year()) - 1;
    let repeated = policy.ladder.escalate && standing.scored.recommended_in(year) == Some(*sanction);
    let next = order.get(at + 1).filter(|next| repeated && **next != Recommendation::Refer);
    let (recommendation, rung) = next.map_or((*sanction, at + 1), |next| (*next, at + 2));
    Some(proposal(recommendation, Some(rung), next.is_some(), rules, standing.scored.kind, policy))
}

fn proposal(
    recommendation: Recommendation,
    rung: Option<usize>,
    escalated: bool,
    rules: Vec<usize>,
    kind: SubjectKind,
    policy: &Policy,
) -> Proposal {
    let mut facts: Vec<Fact> = Vec::new();
    for rule in rules.iter().filter_map(|place| policy.rules.get(*place)) {
        for condition in rule.when.all.iter().chain(&rule.when.any).chain(&rule.when.unless) {
            let fact = Fact::parse(&condition.fact, policy, kind);
            facts.extend(fact.filter(|fact| !facts.contains(fact)));
        }
    }
    let days = rules.first().and_then(|place| policy.rules.get(*place)).and_then(|rule| rule.respond_days);
    let respond_by =
        days.and_then(|days| policy.period.as_of.checked_add(jiff::Span::new().try_days(i64::from(days)).ok()?).ok());
    Proposal { recommendation, rung, escalated, rules, facts, respond_by }
}

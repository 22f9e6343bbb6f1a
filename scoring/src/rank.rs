//! Ranks (名次), bands (等次), effects and quotas. METHOD §9.

pub mod quota;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::facts::{Demands, Subject, Value};
use crate::number::Fraction;
use crate::policy::facts::Fact;
use crate::policy::{Policy, RankBy, Ties, is_in};
use crate::score::{Scored, Scores};
use crate::terms::{Effect, Status, SubjectKind};

/// Everyone's standing, each kind in the order of its report: by group, the ranked by rank then id, then the others.
#[derive(Debug, Clone, Default)]
pub struct Standings {
    /// Of units.
    pub units: Vec<Standing>,
    /// Of persons.
    pub persons: Vec<Standing>,
}

/// Where a subject stands.
#[derive(Debug, Clone)]
pub struct Standing {
    /// What it scored.
    pub scored: Scored,
    /// Vetoes that hold, as places in the policy.
    pub vetoes: Vec<usize>,
    /// Effects of events and vetoes.
    pub effects: Vec<Effect>,
    /// Its place among the ranked; `None` when it is not ranked.
    pub place: Option<RankPlace>,
    /// The band of its published score, as a place in the policy.
    pub computed_band: Option<usize>,
    /// The final band.
    pub band: Option<usize>,
    /// Whether it left the top band because the seats were taken.
    pub quota_limited: bool,
    /// Of a person: the final band of the unit of the latest post.
    pub unit_band: Option<usize>,
}

/// A place among ranked subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RankPlace {
    /// Rank in the group.
    pub rank: usize,
    /// Rank over all.
    pub overall_rank: usize,
    /// Rank in the group with ties as 1, 2, 2, 4.
    pub competition_rank: usize,
    /// Ranked subjects of the group.
    pub group_size: usize,
    /// 1 + those of the group that stand lower.
    pub from_bottom: usize,
}

impl Standing {
    /// Whether a `fail` effect holds.
    pub fn vetoed(&self) -> bool {
        self.effects.contains(&Effect::Fail)
    }
}

/// Ranks everyone: units first, because a person's quota may depend on the unit's band.
pub fn rank(scores: Scores, policy: &Policy) -> Standings {
    let units = rank_side(scores.units, SubjectKind::Unit, policy, &BTreeMap::new());
    let unit_bands = units.iter().filter_map(|standing| Some((standing.scored.subject, standing.band?))).collect();
    let persons = rank_side(scores.persons, SubjectKind::Person, policy, &unit_bands);
    Standings { units, persons }
}

fn rank_side(
    scored: Vec<Scored>,
    kind: SubjectKind,
    policy: &Policy,
    unit_bands: &BTreeMap<u32, usize>,
) -> Vec<Standing> {
    let vetoes: Vec<Demands> = policy.vetoes.iter().map(|veto| Demands::new(&veto.when, policy, kind)).collect();
    let tie_break = policy.rank.tie_break.iter();
    let keys: Vec<(Option<Fact>, bool)> =
        tie_break.map(|key| (Fact::parse(&key.fact, policy, kind), key.descending)).collect();
    let mut standings: Vec<(SortKey, Standing)> = scored
        .into_par_iter()
        .map(|scored| {
            let standing = enter(scored, policy, &vetoes, unit_bands);
            (sort_key(&standing, policy, &keys), standing)
        })
        .collect();
    standings.par_sort_by(|(a, left), (b, right)| {
        let unranked = |standing: &Standing| standing.scored.status != Status::Ranked;
        (&left.scored.group, unranked(left))
            .cmp(&(&right.scored.group, unranked(right)))
            .then_with(|| if unranked(left) { Ordering::Equal } else { a.compare(b) })
            .then_with(|| left.scored.id.cmp(&right.scored.id))
    });
    give_places(&mut standings, policy);
    let mut standings: Vec<Standing> = standings.into_iter().map(|(_, standing)| standing).collect();
    let bands = policy.band_places(kind);
    for standing in standings.iter_mut().filter(|standing| standing.place.is_some()) {
        give_band(standing, &bands, policy);
    }
    quota::apply(&mut standings, kind, &bands, policy);
    standings
}

/// A subject before it is ranked: vetoes need no rank.
fn enter(scored: Scored, policy: &Policy, demands: &[Demands], unit_bands: &BTreeMap<u32, usize>) -> Standing {
    let fails = scored.events.effects.contains(&Effect::Fail);
    let subject = Subject { policy, scored: &scored, vetoed: fails, standing: None, unit_recommendation: None };
    let holds = |place: &usize| {
        policy.vetoes.get(*place).is_some_and(|veto| {
            veto.subject == scored.kind
                && is_in(veto.groups.as_deref(), &scored.group)
                && demands.get(*place).is_some_and(|demands| subject.meets_all(demands))
        })
    };
    let vetoes: Vec<usize> = (0..policy.vetoes.len()).filter(holds).collect();
    let mut effects = scored.events.effects.clone();
    effects.extend(vetoes.iter().filter_map(|place| policy.vetoes.get(*place)).map(|veto| veto.effect));
    let unit = scored.service.as_ref().and_then(|service| service.unit);
    let unit_band = unit.and_then(|unit| unit_bands.get(&unit).copied());
    Standing { scored, vetoes, effects, place: None, computed_band: None, band: None, quota_limited: false, unit_band }
}

/// What subjects are ordered by: the score, then the keys for ties.
#[derive(Debug)]
struct SortKey {
    score: Option<Fraction>,
    ties: Vec<(Value, bool)>,
}

impl SortKey {
    /// Better first.
    fn compare(&self, other: &Self) -> Ordering {
        let ties = || self.ties.iter().zip(&other.ties).map(|((a, descending), (b, _))| compare(a, b, *descending));
        other.score.cmp(&self.score).then_with(|| ties().find(|order| order.is_ne()).unwrap_or(Ordering::Equal))
    }
}

fn sort_key(standing: &Standing, policy: &Policy, keys: &[(Option<Fact>, bool)]) -> SortKey {
    let scored = &standing.scored;
    let score = match policy.rank.by {
        RankBy::Published => scored.score(policy),
        RankBy::Exact => scored.exact.clone(),
    };
    let subject = Subject { policy, scored, vetoed: standing.vetoed(), standing: None, unit_recommendation: None };
    let value = |fact: Option<Fact>| fact.map_or(Value::Blank, |fact| subject.value(fact));
    let ties = keys.iter().map(|(fact, descending)| (value(*fact), *descending)).collect();
    SortKey { score, ties }
}

/// A blank stands last either way, and before it a word that is no band where others are bands.
fn compare(a: &Value, b: &Value, descending: bool) -> Ordering {
    let order = match (a, b) {
        (Value::Blank, Value::Blank) => return Ordering::Equal,
        (Value::Blank, _) => return Ordering::Greater,
        (_, Value::Blank) => return Ordering::Less,
        (Value::Number(a), Value::Number(b)) => a.cmp(b),
        (Value::Word(a), Value::Word(b)) => a.cmp(b),
        // A better band is greater.
        (Value::Band(a), Value::Band(b)) => b.cmp(a),
        (_, Value::Word(_)) => return Ordering::Less,
        (Value::Word(_), _) => return Ordering::Greater,
        _ => Ordering::Equal,
    };
    if descending { order.reverse() } else { order }
}

/// Gives ranks in each group and over all to standings in report order.
fn give_places(standings: &mut [(SortKey, Standing)], policy: &Policy) {
    let ranked: Vec<usize> = standings
        .iter()
        .enumerate()
        .filter(|(_, (_, standing))| standing.scored.status == Status::Ranked)
        .map(|(at, _)| at)
        .collect();
    let order = |a: &usize, b: &usize| match (standings.get(*a), standings.get(*b)) {
        (Some((a, _)), Some((b, _))) => a.compare(b),
        _ => Ordering::Equal,
    };
    let mut overall = ranked.clone();
    overall.sort_by(order);
    let overall_ranks: BTreeMap<usize, Ranks> = ranks(&overall, order).collect();
    let group = |at: &usize| standings.get(*at).map(|(_, standing)| standing.scored.group.as_str());
    let mut places: Vec<(usize, RankPlace)> = Vec::with_capacity(ranked.len());
    for members in ranked.chunk_by(|a, b| group(a) == group(b)) {
        for (at, own) in ranks(members, order) {
            let overall = overall_ranks.get(&at).copied().unwrap_or(own);
            places.push((
                at,
                RankPlace {
                    rank: own.by(policy.rank.ties),
                    overall_rank: overall.by(policy.rank.ties),
                    competition_rank: own.competition,
                    group_size: members.len(),
                    from_bottom: own.lower + 1,
                },
            ));
        }
    }
    for (at, place) in places {
        if let Some((_, standing)) = standings.get_mut(at) {
            standing.place = Some(place);
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Ranks {
    competition: usize,
    dense: usize,
    lower: usize,
}

impl Ranks {
    fn by(self, ties: Ties) -> usize {
        match ties {
            Ties::Competition => self.competition,
            Ties::Dense => self.dense,
        }
    }
}

/// The ranks of members that are sorted, best first.
fn ranks<'a>(
    sorted: &'a [usize],
    order: impl Fn(&usize, &usize) -> Ordering + 'a,
) -> impl Iterator<Item = (usize, Ranks)> + 'a {
    let mut before = 0;
    sorted.chunk_by(move |a, b| order(a, b).is_eq()).enumerate().flat_map(move |(tier, equal)| {
        let ranks = Ranks { competition: before + 1, dense: tier + 1, lower: sorted.len() - before - equal.len() };
        before += equal.len();
        equal.iter().map(move |at| (*at, ranks))
    })
}

/// The band of the published score, then effects: fail before demote before block-top.
fn give_band(standing: &mut Standing, bands: &[usize], policy: &Policy) {
    let Some(score) = standing.scored.score(policy) else { return };
    let reached = |place: &&usize| policy.bands.get(**place).is_some_and(|band| band.from <= score);
    let Some(computed) = bands.iter().find(reached).or(bands.last()) else { return };
    let mut at = bands.iter().position(|place| place == computed).unwrap_or_default();
    let last = bands.len() - 1;
    if standing.effects.contains(&Effect::Fail) {
        at = last;
    }
    if standing.effects.contains(&Effect::Demote) {
        at = (at + 1).min(last);
    }
    if standing.effects.contains(&Effect::BlockTop) && at == 0 {
        at = 1.min(last);
    }
    standing.computed_band = Some(*computed);
    standing.band = bands.get(at).copied();
}

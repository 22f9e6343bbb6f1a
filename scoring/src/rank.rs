//! Ranks (名次), bands (等次), effects and quotas. METHOD §9.

pub mod quota;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

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
    /// What it scored, which is large and stays where it is while standings are put in order.
    pub scored: Box<Scored>,
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

#[expect(clippy::vec_box, reason = "what a subject scored is large, and is put in another order here")]
fn rank_side(
    scored: Vec<Box<Scored>>,
    kind: SubjectKind,
    policy: &Policy,
    unit_bands: &BTreeMap<u32, usize>,
) -> Vec<Standing> {
    let vetoes: Vec<Demands> = policy.vetoes.iter().map(|veto| Demands::new(&veto.when, policy, kind)).collect();
    let tie_break = policy.rank.tie_break.iter();
    let keys: Vec<(Option<Fact>, bool)> =
        tie_break.map(|key| (Fact::parse(&key.fact, policy, kind), key.descending)).collect();
    let groups = groups(&scored);
    let bands = policy.band_places(kind);
    let enter = |at: usize, scored: &Scored| {
        let group = groups.get(&*scored.group).copied().unwrap_or_default();
        let unit = scored.service.as_ref().and_then(|service| service.unit);
        let unit_band = unit.and_then(|unit| unit_bands.get(&unit).copied());
        let (vetoes, effects) = consequences(scored, policy, &vetoes);
        let key = sort_key(scored, effects.contains(&Effect::Fail), policy, &keys);
        let unranked = scored.status != Status::Ranked;
        let bands = if unranked { None } else { band_of(scored, &effects, &bands, policy) };
        let runner = Runner { group, unranked, key, subject: scored.subject, at };
        (runner, Entered { vetoes, effects, bands, unit_band })
    };
    let (mut line, mut entered): (Vec<Runner>, Vec<Entered>) = Default::default();
    let entering = scored.par_iter().enumerate().map(|(at, scored)| enter(at, scored));
    entering.unzip_into_vecs(&mut line, &mut entered);
    line.par_sort_unstable_by(Runner::compare);
    let (places, scored) = rayon::join(|| places(&line, policy), || in_line(scored, &line));
    let standing = |((runner, scored), place): ((&Runner, Box<Scored>), Option<RankPlace>)| {
        let Entered { vetoes, effects, bands, unit_band } = entered.get(runner.at).cloned().unwrap_or_default();
        let (computed_band, band) = bands.unzip();
        Standing { scored, vetoes, effects, place, computed_band, band, quota_limited: false, unit_band }
    };
    let mut standings: Vec<Standing> = line.par_iter().zip(scored).zip(places).map(standing).collect();
    quota::apply(&mut standings, kind, &bands, policy);
    standings
}

/// The place of each group among all by name.
fn groups(scored: &[Box<Scored>]) -> BTreeMap<String, usize> {
    let names = scored.par_iter().fold(BTreeSet::new, |mut names, scored| {
        names.insert(&*scored.group);
        names
    });
    let names = names.reduce(BTreeSet::new, |a, b| &a | &b);
    names.into_iter().map(str::to_owned).zip(0..).collect()
}

/// What subjects scored, in the order of the line.
#[expect(clippy::vec_box, reason = "what a subject scored is large, and is put in another order here")]
fn in_line(scored: Vec<Box<Scored>>, line: &[Runner]) -> Vec<Box<Scored>> {
    let mut scored: Vec<Option<Box<Scored>>> = scored.into_iter().map(Some).collect();
    line.iter().filter_map(|runner| scored.get_mut(runner.at)?.take()).collect()
}

/// What holds for a subject before it is ranked: all for which what it scored has to be looked at, because it is far off
/// once subjects are in another order.
#[derive(Debug, Clone, Default)]
struct Entered {
    vetoes: Vec<usize>,
    effects: Vec<Effect>,
    /// The computed and the final band, when it will be ranked.
    bands: Option<(usize, usize)>,
    unit_band: Option<usize>,
}

/// The vetoes that hold for a subject, which need no rank, and all effects.
fn consequences(scored: &Scored, policy: &Policy, demands: &[Demands]) -> (Vec<usize>, Vec<Effect>) {
    let fails = scored.events().effects.contains(&Effect::Fail);
    let subject = Subject { policy, scored, vetoed: fails, standing: None, unit_recommendation: None };
    let holds = |place: &usize| {
        policy.vetoes.get(*place).is_some_and(|veto| {
            veto.subject == scored.kind
                && is_in(veto.groups.as_deref(), &scored.group)
                && demands.get(*place).is_some_and(|demands| subject.meets_all(demands))
        })
    };
    let vetoes: Vec<usize> = (0..policy.vetoes.len()).filter(holds).collect();
    let mut effects = scored.events().effects.clone();
    effects.extend(vetoes.iter().filter_map(|place| policy.vetoes.get(*place)).map(|veto| veto.effect));
    (vetoes, effects)
}

/// What is moved while subjects are put in order.
#[derive(Debug)]
struct Runner {
    /// The place of the group among all by name.
    group: usize,
    unranked: bool,
    key: SortKey,
    /// Its place among all by id.
    subject: u32,
    /// Its place among those who were scored.
    at: usize,
}

impl Runner {
    /// By group, the ranked by rank then id, then the others by id.
    fn compare(&self, other: &Self) -> Ordering {
        (self.group, self.unranked)
            .cmp(&(other.group, other.unranked))
            .then_with(|| if self.unranked { Ordering::Equal } else { self.key.compare(&other.key) })
            .then_with(|| self.subject.cmp(&other.subject))
    }
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

fn sort_key(scored: &Scored, vetoed: bool, policy: &Policy, keys: &[(Option<Fact>, bool)]) -> SortKey {
    let score = match policy.rank.by {
        RankBy::Published => scored.score(policy),
        RankBy::Exact => scored.exact.clone(),
    };
    let subject = Subject { policy, scored, vetoed, standing: None, unit_recommendation: None };
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

/// The places of those who stand in the order of the report; `None` for who is not ranked.
fn places(line: &[Runner], policy: &Policy) -> Vec<Option<RankPlace>> {
    let is_ranked = |(_, runner): &(usize, &Runner)| !runner.unranked;
    let ranked: Vec<(usize, &Runner)> = line.iter().enumerate().filter(is_ranked).collect();
    let overall_ranks = overall_ranks(&ranked, line.len());
    let mut places: Vec<Option<RankPlace>> = vec![None; line.len()];
    for members in ranked.chunk_by(|(_, a), (_, b)| a.group == b.group) {
        for (at, own) in ranks(members) {
            let overall = overall_ranks.get(at).copied().flatten().unwrap_or(own);
            if let Some(slot) = places.get_mut(at) {
                *slot = Some(RankPlace {
                    rank: own.by(policy.rank.ties),
                    overall_rank: overall.by(policy.rank.ties),
                    competition_rank: own.competition,
                    group_size: members.len(),
                    from_bottom: own.lower + 1,
                });
            }
        }
    }
    places
}

/// The ranks over all of those who stand in the order of the report, by their places in the line; of one group they are
/// those in the group, and there are none here.
fn overall_ranks(ranked: &[(usize, &Runner)], line: usize) -> Vec<Option<Ranks>> {
    if let (Some((_, first)), Some((_, last))) = (ranked.first(), ranked.last())
        && first.group == last.group
    {
        return Vec::new();
    }
    let mut overall = ranked.to_vec();
    overall.par_sort_by(|(_, a), (_, b)| a.key.compare(&b.key));
    let mut overall_ranks = vec![None; line];
    for (at, ranks) in ranks(&overall) {
        if let Some(slot) = overall_ranks.get_mut(at) {
            *slot = Some(ranks);
        }
    }
    overall_ranks
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

/// The ranks of members that are sorted, best first, by their places in the line.
fn ranks(sorted: &[(usize, &Runner)]) -> impl Iterator<Item = (usize, Ranks)> {
    let mut before = 0;
    let tiers = sorted.chunk_by(|(_, a), (_, b)| a.key.compare(&b.key).is_eq());
    tiers.enumerate().flat_map(move |(tier, equal)| {
        let ranks = Ranks { competition: before + 1, dense: tier + 1, lower: sorted.len() - before - equal.len() };
        before += equal.len();
        equal.iter().map(move |(at, _)| (*at, ranks))
    })
}

/// The band of the published score, and the final one after effects: fail before demote before block-top.
fn band_of(scored: &Scored, effects: &[Effect], bands: &[usize], policy: &Policy) -> Option<(usize, usize)> {
    let score = scored.score(policy)?;
    let reached = |place: &&usize| policy.bands.get(**place).is_some_and(|band| band.from <= score);
    let computed = bands.iter().find(reached).or(bands.last())?;
    let mut at = bands.iter().position(|place| place == computed).unwrap_or_default();
    let last = bands.len() - 1;
    if effects.contains(&Effect::Fail) {
        at = last;
    }
    if effects.contains(&Effect::Demote) {
        at = (at + 1).min(last);
    }
    if effects.contains(&Effect::BlockTop) && at == 0 {
        at = 1.min(last);
    }
    Some((*computed, *bands.get(at)?))
}

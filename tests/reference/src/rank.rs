//! Ranks, bands and quotas. METHOD §9.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{self, Fact};
use crate::number::{Half, Q, round, whole};
use crate::policy::{Effect, GroupBy, Kind, Policy, Quota, QuotaRound};
use crate::standing::Standing;

/// Ranks and bands the subjects of one kind. `unit_bands` are the final bands of units.
pub fn rank(policy: &Policy, kind: Kind, standings: &mut [Standing], unit_bands: &BTreeMap<String, String>) {
    let ranked: Vec<usize> = (0..standings.len()).filter(|at| standings[*at].is_ranked()).collect();
    let overall = ranks(policy, standings, &ranked, policy.rank.dense);
    for (at, rank) in overall {
        standings[at].overall_rank = Some(rank);
    }
    let groups: BTreeSet<String> = standings.iter().map(|standing| standing.group.clone()).collect();
    for group in groups {
        let members: Vec<usize> = ranked.iter().copied().filter(|at| standings[*at].group == group).collect();
        rank_group(policy, standings, &members);
        for at in &members {
            band(policy, &mut standings[*at]);
        }
        if let Some(quota) = policy.quotas.iter().find(|quota| quota.fits(kind, &group)) {
            limit(policy, kind, quota, &group, standings, &members, unit_bands);
        }
        for at in members {
            let standing = &mut standings[at];
            standing.facts.set("computed_band", Fact::Band(kind, standing.computed_band.clone()));
            standing.facts.set("band", Fact::Band(kind, standing.band.clone()));
        }
    }
}

/// Which of two ranked subjects stands higher.
fn compare(policy: &Policy, a: &Standing, b: &Standing) -> Ordering {
    let score = |standing: &Standing| if policy.rank.exact { standing.exact.clone() } else { standing.score.clone() };
    score(b).cmp(&score(a)).then_with(|| {
        let keys = policy.rank.tie_break.iter();
        keys.map(|(fact, descending)| facts::order(&a.facts.get(fact), &b.facts.get(fact), *descending, policy))
            .find(|order| *order != Ordering::Equal)
            .unwrap_or(Ordering::Equal)
    })
}

/// Place of each member, and its rank.
fn ranks(policy: &Policy, standings: &[Standing], members: &[usize], dense: bool) -> Vec<(usize, usize)> {
    let mut sorted = members.to_vec();
    sorted.sort_by(|a, b| compare(policy, &standings[*a], &standings[*b]));
    let mut ranks: Vec<(usize, usize)> = Vec::new();
    for (place, at) in sorted.iter().enumerate() {
        let rank = match ranks.last() {
            Some((before, rank)) if compare(policy, &standings[*before], &standings[*at]) == Ordering::Equal => *rank,
            Some((_, rank)) if dense => rank + 1,
            _ => place + 1,
        };
        ranks.push((*at, rank));
    }
    ranks
}

fn rank_group(policy: &Policy, standings: &mut [Standing], members: &[usize]) {
    let shown = ranks(policy, standings, members, policy.rank.dense);
    let competition: BTreeMap<usize, usize> = ranks(policy, standings, members, false).into_iter().collect();
    let size = members.len();
    let mut facts = Vec::new();
    for (at, rank) in shown {
        let lower = members
            .iter()
            .filter(|other| compare(policy, &standings[at], &standings[**other]) == Ordering::Less)
            .count();
        let percentile = whole(100) * whole((size - competition[&at] + 1) as i64) / whole(size as i64);
        facts.push((at, rank, lower + 1, percentile));
    }
    for (at, rank, from_bottom, percentile) in facts {
        let standing = &mut standings[at];
        standing.rank = Some(rank);
        standing.facts.set("rank", Fact::count(rank));
        standing.facts.set("group_size", Fact::count(size));
        standing.facts.set("rank_from_bottom", Fact::count(from_bottom));
        standing.facts.set("percentile", Fact::Figure(percentile));
    }
}

/// The band of a score, then the effects: fail before demote before block-top.
fn band(policy: &Policy, standing: &mut Standing) {
    let bands = &policy.bands[&standing.kind];
    let last = bands.len() - 1;
    let score = standing.score.clone();
    let computed =
        bands.iter().position(|band| score.as_ref().is_some_and(|score| band.from <= *score)).unwrap_or(last);
    let mut place = computed;
    if standing.effects.contains(&Effect::Fail) {
        place = last;
    }
    if standing.effects.contains(&Effect::Demote) {
        place = (place + 1).min(last);
    }
    if standing.effects.contains(&Effect::BlockTop) && place == 0 {
        place = 1.min(last);
    }
    standing.computed_band = bands[computed].id.clone();
    standing.band = bands[place].id.clone();
}

fn limit(
    policy: &Policy,
    kind: Kind,
    quota: &Quota,
    group: &str,
    standings: &mut [Standing],
    members: &[usize],
    unit_bands: &BTreeMap<String, String>,
) {
    let by_band = if kind == Kind::Person && policy.group_by == GroupBy::Unit {
        unit_bands.get(group).and_then(|band| quota.by_unit_band.get(band))
    } else {
        None
    };
    let Some(percent) = by_band.or(quota.percent.as_ref()) else { return };
    let seats = seats(&(percent * whole(members.len() as i64) / whole(100)), quota.round);
    let bands = &policy.bands[&kind];
    let mut top: Vec<(usize, usize)> = members
        .iter()
        .filter(|at| standings[**at].band == bands[0].id)
        .map(|at| (standings[*at].rank.unwrap_or(0), *at))
        .collect();
    top.sort();
    if top.len() <= seats {
        return;
    }
    let rank_at = |place: usize| top[place].0;
    let cut_shared = seats > 0 && rank_at(seats - 1) == rank_at(seats);
    for (place, (rank, at)) in top.iter().enumerate() {
        let drops = if cut_shared && *rank == rank_at(seats) { !quota.extend } else { place >= seats };
        if drops {
            standings[*at].band = bands[1.min(bands.len() - 1)].id.clone();
            standings[*at].quota_limited = true;
        }
    }
}

fn seats(exact: &Q, rule: QuotaRound) -> usize {
    let whole_seats = match rule {
        QuotaRound::Floor => exact.floor(),
        QuotaRound::Ceil => exact.ceil(),
        QuotaRound::HalfUp => round(exact, 0, Half::Up),
    };
    whole_seats.to_integer().to_string().parse().unwrap_or(0)
}

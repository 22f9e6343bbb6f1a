//! Seats in the top band. METHOD §9.

use crate::number::{Fraction, Mode};
use crate::policy::{GroupBy, Policy, Quota, QuotaTies, SeatRounding};
use crate::rank::Standing;
use crate::terms::SubjectKind;

/// Takes members of the top band beyond the seats of their group to the second band.
pub fn apply(standings: &mut [Standing], kind: SubjectKind, bands: &[usize], policy: &Policy) {
    let [top, second, ..] = bands else { return };
    if policy.quotas.is_empty() {
        return;
    }
    for group in standings.chunk_by_mut(|a, b| a.scored.group == b.scored.group) {
        let Some(name) = group.first().map(|standing| standing.scored.group.clone()) else { continue };
        let Some(quota) = policy.quota_of(kind, &name) else { continue };
        let Some(percent) = percent(quota, group, kind, policy) else { continue };
        let size = group.iter().filter(|standing| standing.place.is_some()).count();
        let seats = seats(percent, size, quota.round);
        let mut members: Vec<&mut Standing> = group.iter_mut().filter(|standing| standing.band == Some(*top)).collect();
        let stay = staying(&members, seats, quota.ties);
        for member in members.iter_mut().skip(stay) {
            member.band = Some(*second);
            member.quota_limited = true;
        }
    }
}

/// The percent of a group; `None`: no limit.
fn percent<'p>(quota: &'p Quota, group: &[Standing], kind: SubjectKind, policy: &'p Policy) -> Option<&'p Fraction> {
    let by_unit = kind == SubjectKind::Person && policy.persons.group_by == GroupBy::Unit;
    let unit_band = group.iter().find_map(|standing| standing.unit_band).filter(|_| by_unit);
    let named = unit_band.and_then(|band| {
        let id = &policy.bands.get(band)?.id;
        quota.percent_by_unit_band.iter().find(|(known, _)| known == id)
    });
    named.map(|(_, percent)| percent).or(quota.percent.as_ref())
}

fn seats(percent: &Fraction, size: usize, round: SeatRounding) -> usize {
    let size = Fraction::whole(i128::try_from(size).unwrap_or(i128::MAX));
    let share = (percent * &size).checked_div(&Fraction::HUNDRED).unwrap_or(Fraction::ZERO);
    let seats = match round {
        SeatRounding::Floor => share.floor(),
        SeatRounding::HalfUp => share.round(0, Mode::HalfUp),
        SeatRounding::Ceil => (-&share).floor().map(|below| -below),
    };
    seats.ok().and_then(|seats| usize::try_from(seats).ok()).unwrap_or(usize::MAX)
}

/// How many members, in order of rank, stay in the band.
fn staying(members: &[&mut Standing], seats: usize, ties: QuotaTies) -> usize {
    let rank = |at: usize| members.get(at).and_then(|member| member.place).map(|place| place.rank);
    let Some(last_seat) = seats.checked_sub(1) else { return 0 };
    let (Some(inside), Some(outside)) = (rank(last_seat), rank(seats)) else { return members.len() };
    if inside != outside {
        return seats;
    }
    let ranks = members.iter().filter_map(|member| member.place).map(|place| place.rank);
    match ties {
        QuotaTies::Within => ranks.take_while(|rank| *rank != inside).count(),
        QuotaTies::Extend => ranks.take_while(|rank| *rank <= inside).count(),
    }
}

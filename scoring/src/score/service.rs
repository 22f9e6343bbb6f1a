//! A person's service: the posts that fall into the window, the days, the latest post, the group, and what units add to
//! a person's score. METHOD §8.

use crate::judge::state::Window;
use crate::link::persons::{Person, PostHeld};
use crate::link::units::{ALL, Unit};
use crate::moment::Day;
use crate::number::Fraction;
use crate::policy::{GroupBy, Policy};
use crate::score::Scored;

/// The posts of a person that overlap the window, and what follows from them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Service {
    /// Posts in the window, each with its days there.
    pub posts: Vec<(PostHeld, u64)>,
    /// Days of the window covered by any post.
    pub days: u64,
    /// The latest post: latest `from`, then latest `to`, then unit id.
    pub latest: Option<PostHeld>,
}

impl Service {
    /// The service of a person from the period's first day to its last or as_of.
    pub fn of(person: &Person, units: &[Unit], window: Window) -> Self {
        let last = window.to.min(window.as_of.day);
        let overlap = |held: &PostHeld| (held.from.max(window.from), held.to.min(last));
        let inside = person.posts.iter().filter(|held| {
            let (from, to) = overlap(held);
            from <= to
        });
        let posts: Vec<(PostHeld, u64)> = inside
            .map(|held| {
                let (from, to) = overlap(held);
                (*held, length(from, to))
            })
            .collect();
        let mut spans: Vec<(Day, Day)> = posts.iter().map(|(held, _)| overlap(held)).collect();
        spans.sort_unstable();
        let unit_id =
            |held: &PostHeld| held.unit.and_then(|unit| units.get(unit as usize)).map(|unit| unit.id.as_str());
        let latest = posts.iter().map(|(held, _)| *held).min_by(|a, b| {
            (b.from, b.to).cmp(&(a.from, a.to)).then_with(|| unit_id(a).cmp(&unit_id(b))).then(a.post.cmp(&b.post))
        });
        Self { days: covered(&spans), posts, latest }
    }

    /// The group of the person.
    pub fn group<'u>(&self, units: &'u [Unit], policy: &Policy) -> &'u str {
        let unit = self.latest.and_then(|held| held.unit).and_then(|unit| units.get(unit as usize));
        let group = match policy.persons.group_by {
            GroupBy::Post => self.latest.map(|held| held.post.id()),
            GroupBy::Unit => unit.map(|unit| unit.id.as_str()),
            GroupBy::UnitGroup => unit.map(|unit| unit.group.as_str()),
            GroupBy::None => None,
        };
        group.unwrap_or(ALL)
    }

    /// Σ days·(a·U + (1 − a)·O) / Σ days over the posts in the window. METHOD §8.
    pub fn with_units<'s>(
        &self,
        own: Option<&Fraction>,
        policy: &Policy,
        unit_of: impl Fn(u32) -> Option<&'s Scored>,
    ) -> Option<Fraction> {
        let scale = policy.person.full.checked_div(&policy.unit.full)?;
        let mut sum = Fraction::ZERO;
        let mut days = Fraction::ZERO;
        for (held, length) in &self.posts {
            let unit =
                held.unit.and_then(&unit_of).and_then(|scored| scored.exact.as_ref()).map(|exact| exact * &scale);
            let share = policy.persons.unit_share(held.post);
            let value = match (unit, own) {
                (Some(unit), Some(own)) => &(share * &unit) + &(&(&Fraction::ONE - share) * own),
                (Some(unit), None) => unit,
                (None, Some(own)) => own.clone(),
                (None, None) => continue,
            };
            let length = Fraction::whole((*length).into());
            sum = &sum + &(&length * &value);
            days = &days + &length;
        }
        sum.checked_div(&days)
    }
}

fn length(from: Day, to: Day) -> u64 {
    u64::try_from(i64::from(to.0) - i64::from(from.0) + 1).unwrap_or_default()
}

/// Days in any of some spans, sorted by their first day.
fn covered(spans: &[(Day, Day)]) -> u64 {
    let mut days = 0;
    let mut reached: Option<Day> = None;
    for (from, to) in spans {
        let from = reached.map_or(*from, |reached| (*from).max(reached.plus(1)));
        if from <= *to {
            days += length(from, *to);
            reached = Some(*to);
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_two_posts_at_once_are_served_once() {
        let spans = [(Day(0), Day(9)), (Day(5), Day(6)), (Day(8), Day(12)), (Day(20), Day(20))];
        assert_eq!(covered(&spans), 14);
    }
}

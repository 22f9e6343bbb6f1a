//! What a subject scored.

use std::sync::Arc;

use crate::link::Ledger;
use crate::link::yearly::Prior;
use crate::number::Fraction;
use crate::policy::Policy;
use crate::score::events::{self, EventSums};
use crate::tally::Facts;
use crate::terms::{Post, Recommendation, Status, SubjectKind};

/// What a subject scored, before anyone is ranked.
#[derive(Debug, Clone)]
pub struct Scored {
    /// Unit or person.
    pub kind: SubjectKind,
    /// Its place in the list of units or persons, which is sorted by id.
    pub subject: u32,
    /// Its group.
    pub group: Arc<str>,
    /// Its standing before ranks.
    pub status: Status,
    /// Facts of its tasks.
    pub facts: Facts,
    /// The value of each section of its side, 0 to 100.
    pub sections: Vec<Option<Fraction>>,
    /// The value of each indicator of the policy, 0 to 100.
    pub indicators: Vec<Option<Fraction>>,
    /// The base score.
    pub base: Option<Fraction>,
    /// Percent of the weights of top sections present.
    pub coverage: Option<Fraction>,
    /// What its events come to; few subjects have any.
    pub events: Option<Box<EventSums>>,
    /// The final score F.
    pub exact: Option<Fraction>,
    /// F rounded, in units of `rounding.score` places.
    pub published: Option<i128>,
    /// What only persons have.
    pub service: Option<Serving>,
    /// Its results of earlier years, latest first.
    pub prior: Vec<Prior>,
}

/// A person's service.
#[derive(Debug, Clone, Default)]
pub struct Serving {
    /// Days of the window covered by any post.
    pub days: u64,
    /// The kind of the latest post.
    pub post: Option<Post>,
    /// The unit of the latest post, as a place in the list of units.
    pub unit: Option<u32>,
    /// That unit's published score.
    pub unit_score: Option<i128>,
}

impl Scored {
    /// The id and the name, from the ledger that was scored.
    pub fn named<'l>(&self, ledger: &'l Ledger) -> (&'l str, &'l str) {
        let at = self.subject as usize;
        let named = match self.kind {
            SubjectKind::Unit => ledger.units.get(at).map(|unit| (&unit.id, &unit.name)),
            SubjectKind::Person => ledger.persons.get(at).map(|person| (&person.id, &person.name)),
        };
        named.map_or(("", ""), |(id, name)| (id, name))
    }

    /// What its events come to, nothing without any.
    pub fn events(&self) -> &EventSums {
        self.events.as_deref().unwrap_or(&events::NONE)
    }

    /// Percent overdue of its tasks that are due; `None` when none is.
    pub fn overdue_rate(&self) -> Option<Fraction> {
        Fraction::new(100 * i128::from(self.facts.overdue), self.facts.due.into())
    }

    /// The published score as an exact number.
    pub fn score(&self, policy: &Policy) -> Option<Fraction> {
        self.published.map(|number| Fraction::fixed(number, policy.rounding.score))
    }

    /// The recommendation of a year, as far as it is a known word.
    pub fn recommended_in(&self, year: i32) -> Option<Recommendation> {
        let row = self.prior.iter().find(|row| row.year == year)?;
        Recommendation::parse(row.recommendation.as_deref()?)
    }
}

//! Scores of units and persons: weights applied to a tally, exactly, with measures and events; rounded once.
//! METHOD §6, §7, §8.

#![expect(clippy::vec_box, reason = "what a subject scored is large, and is put in another order later")]

pub mod events;
pub mod measures;
mod scored;
pub mod sections;
pub mod service;
mod whole;

pub use scored::{Scored, Serving};
pub(crate) use whole::over_one;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::judge::state::Window;
use crate::link::Ledger;
use crate::link::units::Unit;
use crate::link::yearly::{Event, Prior};
use crate::number::{Fraction, TooLarge};
use crate::policy::{Policy, Side};
use crate::score::sections::{Sections, Weighing, side_tally};
use crate::score::service::Service;
use crate::score::whole::Sums;
use crate::tally::{Cell, Facts, Place, SideTally, Tally};
use crate::terms::{Status, SubjectKind};

/// Scores of all subjects.
#[derive(Debug, Clone, Default)]
pub struct Scores {
    /// Of units, sorted by id.
    pub units: Vec<Box<Scored>>,
    /// Of persons, in the order in which their sums stand.
    pub persons: Vec<Box<Scored>>,
}

/// Scores everyone.
///
/// # Errors
/// [`TooLarge`] when a score has more digits than can be kept.
pub fn score(tally: &Tally, ledger: &Ledger, policy: &Policy) -> Result<Scores, TooLarge> {
    let window = Window::of(policy);
    let units = score_units(tally, ledger, policy, window)?;
    let persons =
        if policy.person.present { score_persons(tally, ledger, policy, window, &units)? } else { Vec::new() };
    Ok(Scores { units, persons })
}

/// What is the same for all subjects of one kind.
struct Scoring<'a> {
    kind: SubjectKind,
    policy: &'a Policy,
    side: &'a Side,
    /// A side's full marks for one of a hundred.
    scale: Fraction,
    window: Window,
    weighing: Weighing<'a>,
    tally: &'a SideTally,
    /// The groups by name, so that all of their members share one text.
    groups: BTreeMap<&'a str, Arc<str>>,
    measures: BTreeMap<u32, Vec<Option<Fraction>>>,
    events: BTreeMap<u32, Vec<&'a Event>>,
    prior: BTreeMap<u32, Vec<Prior>>,
}

/// Room for the sums of some subjects, the first of which is named, and for the means of one.
#[derive(Default)]
struct Room<'a> {
    first: Option<usize>,
    sums: Vec<Vec<(usize, Cell<'a>)>>,
    means: Sums,
}

/// A subject as it enters scoring.
struct Entrant<'a> {
    subject: u32,
    /// Where its sums stand.
    place: Option<Place>,
    group: &'a str,
    /// Of a person.
    service: Service,
}

/// What a subject has of itself, before units and events.
struct Own {
    sections: Sections,
    indicators: Vec<Option<Fraction>>,
    facts: Facts,
}

impl<'a> Scoring<'a> {
    fn new(
        kind: SubjectKind,
        tally: &'a Tally,
        ledger: &'a Ledger,
        policy: &'a Policy,
        window: Window,
        entrants: &[Entrant<'a>],
    ) -> Result<Self, TooLarge> {
        let mut events: BTreeMap<u32, Vec<&Event>> = BTreeMap::new();
        for event in ledger.events.iter().filter(|event| event.kind == kind) {
            if let Some(subject) = event.subject {
                events.entry(subject).or_default().push(event);
            }
        }
        let mut prior: BTreeMap<u32, Vec<Prior>> = BTreeMap::new();
        for row in ledger.prior.iter().filter(|row| row.kind == kind) {
            if let Some(subject) = row.subject {
                prior.entry(subject).or_default().push(row.clone());
            }
        }
        prior.values_mut().for_each(|rows| rows.sort_by_key(|row| std::cmp::Reverse(row.year)));
        let side = policy.side(kind);
        let together = entrants.chunk_by(|a, b| a.group == b.group).filter_map(|same| same.first());
        let groups: BTreeSet<&str> = together.map(|entrant| entrant.group).collect();
        let assessed = entrants.iter().map(|entrant| (entrant.subject, entrant.group));
        Ok(Self {
            kind,
            policy,
            side,
            scale: side.full.checked_div(&Fraction::HUNDRED).unwrap_or(Fraction::ZERO).in_lowest_terms(),
            window,
            weighing: Weighing::new(policy, kind, tally),
            tally: side_tally(tally, kind),
            groups: groups.into_iter().map(|name| (name, Arc::from(name))).collect(),
            measures: measures::values(&ledger.measures, kind, assessed, policy)?,
            events,
            prior,
        })
    }

    /// Scores subjects: their own, and what `finish` makes of it.
    fn all(
        &self,
        entrants: &[Entrant<'_>],
        finish: impl Fn(&Entrant<'_>, Own) -> Result<Box<Scored>, TooLarge> + Sync,
    ) -> Result<Vec<Box<Scored>>, TooLarge> {
        let one = |room: &mut Room<'a>, (at, entrant): (usize, &Entrant<'_>)| {
            let first = at - at % TOGETHER;
            if room.first.replace(first) != Some(first) {
                room.sums.resize(TOGETHER, Vec::new());
                let places = entrants.iter().skip(first).map(|entrant| entrant.place);
                self.tally.sums_of(places, &mut room.sums);
            }
            let sums = room.sums.get(at % TOGETHER).map_or(&[][..], Vec::as_slice);
            finish(entrant, self.own(entrant, sums, &mut room.means))
        };
        entrants.par_iter().enumerate().map_init(Room::default, one).collect()
    }

    /// What a subject has of itself, by its sums.
    fn own(&self, entrant: &Entrant<'_>, sums: &[(usize, Cell<'_>)], means: &mut Sums) -> Own {
        let mut indicators: Vec<_> = self.policy.indicators.iter().map(|_| None).collect();
        let tasks = self.weighing.of_tasks(sums, &mut indicators, means);
        let measured = self.measures.get(&entrant.subject).map_or(&[][..], Vec::as_slice);
        for (slot, value) in indicators.iter_mut().zip(measured) {
            if value.is_some() {
                slot.clone_from(value);
            }
        }
        let cells = sums.iter().map(|(_, cell)| *cell);
        let mut facts = entrant.place.and_then(|place| self.tally.facts_of(place, cells)).unwrap_or_default();
        facts.counts.resize(self.policy.counts.len(), 0);
        Own { sections: self.weighing.combine(entrant.group, tasks, measured), indicators, facts }
    }

    /// Adds events to a base score, holds the sum to floor and cap, and rounds it.
    fn finish(
        &self,
        entrant: &Entrant<'_>,
        own: Own,
        base: Option<Fraction>,
        service: Option<Serving>,
    ) -> Result<Box<Scored>, TooLarge> {
        let Own { sections, indicators, facts } = own;
        let events = self.events.get(&entrant.subject);
        let events = events.map(|events| Box::new(events::sum(events, self.side, self.policy, self.window)));
        let points = events.as_deref().unwrap_or(&events::NONE);
        let exact = base
            .as_ref()
            .map(|base| (&(base + &points.bonus) - &points.deduction).held(&self.side.floor, &self.side.cap));
        let rounding = self.policy.rounding;
        let published = exact.as_ref().map(|exact| exact.round(rounding.score, rounding.mode)).transpose()?;
        let status = self.status(entrant.group, base.is_none(), facts.scored, &sections, service.as_ref());
        Ok(Box::new(Scored {
            kind: self.kind,
            subject: entrant.subject,
            group: self.groups.get(entrant.group).cloned().unwrap_or_else(|| Arc::from(entrant.group)),
            status,
            facts,
            sections: sections.values,
            indicators,
            base,
            coverage: sections.coverage,
            events,
            exact,
            published,
            service,
            prior: self.prior.get(&entrant.subject).cloned().unwrap_or_default(),
        }))
    }

    fn status(
        &self,
        group: &str,
        without_base: bool,
        scored: u32,
        sections: &Sections,
        service: Option<&Serving>,
    ) -> Status {
        let min_tasks = self
            .side
            .min_tasks
            .unwrap_or_else(|| u64::from(self.kind == SubjectKind::Unit && self.weighing.tasks_alone(group)));
        let short = service.is_some_and(|service| service.days < self.policy.persons.min_service_days);
        let covered = sections.coverage.as_ref().is_none_or(|coverage| *coverage >= self.side.min_coverage);
        if without_base || u64::from(scored) < min_tasks {
            Status::NotRanked
        } else if short {
            Status::ShortService
        } else if !covered || sections.held {
            Status::Incomplete
        } else {
            Status::Ranked
        }
    }
}

/// Subjects whose sums are looked for together.
const TOGETHER: usize = 16;

fn score_units<'a>(
    tally: &'a Tally,
    ledger: &'a Ledger,
    policy: &'a Policy,
    window: Window,
) -> Result<Vec<Box<Scored>>, TooLarge> {
    let units = (0..).zip(&ledger.units).filter(|(_, unit)| unit.subject);
    let entrant = |(subject, unit): (u32, &'a Unit)| {
        let (place, group) = (tally.units.place(subject), unit.group.as_str());
        Entrant { subject, place, group, service: Service::default() }
    };
    let entrants: Vec<Entrant<'_>> = units.map(entrant).collect();
    let scoring = Scoring::new(SubjectKind::Unit, tally, ledger, policy, window, &entrants)?;
    scoring.all(&entrants, |entrant, own| {
        let base = own.sections.base.as_ref().map(|base| base * &scoring.scale);
        scoring.finish(entrant, own, base, None)
    })
}

fn score_persons(
    tally: &Tally,
    ledger: &Ledger,
    policy: &Policy,
    window: Window,
    units: &[Box<Scored>],
) -> Result<Vec<Box<Scored>>, TooLarge> {
    let persons = (0..).zip(&ledger.persons).filter(|(_, person)| person.subject);
    let mut places: Vec<(Option<Place>, u32)> =
        persons.map(|(subject, _)| (tally.persons.place(subject), subject)).collect();
    // Their sums are far more than they are, and are gone through in the order in which they stand.
    places.par_sort_unstable();
    let entrant = |(place, subject): &(Option<Place>, u32)| {
        // Without that table nobody has posts, and nobody has to be looked at.
        let person = ledger.persons.get(*subject as usize).filter(|_| ledger.posts_known);
        let service = person.map(|person| Service::of(person, &ledger.units, window)).unwrap_or_default();
        Entrant { subject: *subject, place: *place, group: service.group(&ledger.units, policy), service }
    };
    let entrants: Vec<Entrant<'_>> = places.par_iter().map(entrant).collect();
    let scoring = Scoring::new(SubjectKind::Person, tally, ledger, policy, window, &entrants)?;
    let unit_of = |unit: u32| {
        units
            .binary_search_by_key(&unit, |scored| scored.subject)
            .ok()
            .and_then(|at| units.get(at))
            .map(|scored| &**scored)
    };
    scoring.all(&entrants, |entrant, own| {
        let service = &entrant.service;
        let base = own.sections.base.as_ref().map(|base| base * &scoring.scale);
        let base = if service.posts.is_empty() { base } else { service.with_units(base.as_ref(), policy, unit_of) };
        let unit = service.latest.and_then(|held| held.unit);
        let serving = Serving {
            days: service.days,
            post: service.latest.map(|held| held.post),
            unit,
            unit_score: unit.and_then(unit_of).and_then(|scored| scored.published),
        };
        scoring.finish(entrant, own, base, Some(serving))
    })
}

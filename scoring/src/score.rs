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
use crate::link::persons::Person;
use crate::link::yearly::{Event, Measure, Prior};
use crate::number::{Fraction, TooLarge};
use crate::policy::{Policy, Side};
use crate::score::sections::{Sections, Weighing, side_tally};
use crate::score::service::Service;
use crate::score::whole::Sum;
use crate::tally::{Cell, Facts, SideTally, Tally};
use crate::terms::{Status, SubjectKind};

/// Scores of all subjects, each kind sorted by id.
#[derive(Debug, Clone, Default)]
pub struct Scores {
    /// Of units.
    pub units: Vec<Box<Scored>>,
    /// Of persons.
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

/// Room for the sums and means of a subject.
type Room<'a> = (Vec<(usize, Cell<'a>)>, Vec<Sum>);

/// A subject as it enters scoring.
struct Entrant<'a> {
    subject: u32,
    group: &'a str,
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
        assessed: &[(u32, &'a str)],
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
        let measures: &[Measure] = &ledger.measures;
        let names: BTreeSet<&str> = assessed.iter().map(|(_, group)| *group).collect();
        Ok(Self {
            kind,
            policy,
            side,
            scale: side.full.checked_div(&Fraction::HUNDRED).unwrap_or(Fraction::ZERO).in_lowest_terms(),
            window,
            weighing: Weighing::new(policy, kind, tally),
            tally: side_tally(tally, kind),
            groups: names.into_iter().map(|name| (name, Arc::from(name))).collect(),
            measures: measures::values(measures, kind, assessed, policy)?,
            events,
            prior,
        })
    }

    /// What a subject has of itself; in `room`, kept from one subject to the next, stand its sums and means.
    fn own(&self, entrant: &Entrant<'_>, (sums, means): &mut Room<'a>) -> Own {
        let mut indicators = vec![None; self.policy.indicators.len()];
        sums.clear();
        sums.extend(self.tally.sums(entrant.subject));
        let tasks = self.weighing.of_tasks(sums, &mut indicators, means);
        let measured = self.measures.get(&entrant.subject).map_or(&[][..], Vec::as_slice);
        for (slot, value) in indicators.iter_mut().zip(measured) {
            if value.is_some() {
                slot.clone_from(value);
            }
        }
        let mut facts = self.tally.facts_of(entrant.subject, sums.iter().map(|(_, cell)| *cell)).unwrap_or_default();
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

fn place(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

fn score_units(tally: &Tally, ledger: &Ledger, policy: &Policy, window: Window) -> Result<Vec<Box<Scored>>, TooLarge> {
    let subjects = || ledger.units.iter().enumerate().filter(|(_, unit)| unit.subject);
    let assessed: Vec<_> = subjects().map(|(index, unit)| (place(index), unit.group.as_str())).collect();
    let scoring = Scoring::new(SubjectKind::Unit, tally, ledger, policy, window, &assessed)?;
    let units: Vec<_> = subjects().collect();
    units
        .par_iter()
        .map_init(Room::default, |room, (index, unit)| {
            let entrant = Entrant { subject: place(*index), group: &unit.group };
            let own = scoring.own(&entrant, room);
            let base = own.sections.base.as_ref().map(|base| base * &scoring.scale);
            scoring.finish(&entrant, own, base, None)
        })
        .collect()
}

/// Persons whose sums are looked at before they are scored.
const TOGETHER: usize = 32;

fn score_persons(
    tally: &Tally,
    ledger: &Ledger,
    policy: &Policy,
    window: Window,
    units: &[Box<Scored>],
) -> Result<Vec<Box<Scored>>, TooLarge> {
    let persons: Vec<_> = ledger.persons.iter().enumerate().filter(|(_, person)| person.subject).collect();
    let serving = |(index, person): &(usize, &Person)| {
        let service = Service::of(person, &ledger.units, window);
        let group = service.group(&ledger.units, policy);
        (place(*index), service, group)
    };
    let subjects: Vec<_> = persons.par_iter().map(serving).collect();
    let assessed: Vec<_> = subjects.iter().map(|(subject, _, group)| (*subject, *group)).collect();
    let scoring = Scoring::new(SubjectKind::Person, tally, ledger, policy, window, &assessed)?;
    let unit_of = |unit: u32| {
        units
            .binary_search_by_key(&unit, |scored| scored.subject)
            .ok()
            .and_then(|at| units.get(at))
            .map(|scored| &**scored)
    };
    subjects
        .par_iter()
        .enumerate()
        .map_init(Room::default, |room, (at, (subject, service, group))| {
            if at % TOGETHER == 0 {
                tally.persons.look(subjects.iter().skip(at).take(TOGETHER).map(|(subject, ..)| *subject));
            }
            let entrant = Entrant { subject: *subject, group };
            let own = scoring.own(&entrant, room);
            let base = own.sections.base.as_ref().map(|base| base * &scoring.scale);
            let base =
                if service.posts.is_empty() { base } else { with_units(service, base.as_ref(), policy, unit_of) };
            let unit = service.latest.and_then(|held| held.unit);
            let serving = Serving {
                days: service.days,
                post: service.latest.map(|held| held.post),
                unit,
                unit_score: unit.and_then(unit_of).and_then(|scored| scored.published),
            };
            scoring.finish(&entrant, own, base, Some(serving))
        })
        .collect()
}

/// Σ days·(a·U + (1 − a)·O) / Σ days over the posts in the window. METHOD §8.
fn with_units<'s>(
    service: &Service,
    own: Option<&Fraction>,
    policy: &Policy,
    unit_of: impl Fn(u32) -> Option<&'s Scored>,
) -> Option<Fraction> {
    let scale = policy.person.full.checked_div(&policy.unit.full)?;
    let mut sum = Fraction::ZERO;
    let mut days = Fraction::ZERO;
    for (held, length) in &service.posts {
        let unit = held.unit.and_then(&unit_of).and_then(|scored| scored.exact.as_ref()).map(|exact| exact * &scale);
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

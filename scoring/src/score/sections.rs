//! Sections (板块) from task sums and measures, up to the base score. METHOD §6.

use rustc_hash::FxHashMap;

use crate::number::Fraction;
use crate::policy::{Policy, Section, SectionMissing, Side, Source, is_in};
use crate::tally::{Key, LEAD, Sums, Tally};
use crate::terms::{Post, SubjectKind};

/// What one side of a policy makes of sums: coefficients, prepared once.
#[derive(Debug)]
pub struct Weighing<'p> {
    policy: &'p Policy,
    side: &'p Side,
    kind: SubjectKind,
    /// Weights of [`Tally::levels`].
    levels: Vec<Fraction>,
    /// For each section of tasks, its indicators.
    sections: Vec<Vec<Term>>,
    /// For each indicator of tasks sections: bit, place in the policy, 100 / full marks in units of its places.
    indicators: Vec<(usize, Fraction)>,
    /// Weights present, by section and set.
    present: FxHashMap<(usize, u64), Fraction>,
}

/// An indicator in a section of tasks.
#[derive(Debug, Clone)]
struct Term {
    bit: u32,
    weight: Fraction,
    /// weight · 100 / full, per unit of the indicator's places.
    factor: Fraction,
}

/// What sections come to for one subject.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sections {
    /// The value of each section of the side, 0 to 100; `None` when it has none or is not there.
    pub values: Vec<Option<Fraction>>,
    /// The base score before it is scaled to the side's full marks, 0 to 100.
    pub base: Option<Fraction>,
    /// Percent of the weights of top sections present; `None` when there are none.
    pub coverage: Option<Fraction>,
    /// Whether a section without which the subject is incomplete is missing.
    pub held: bool,
}

/// A mean that is still being added up: Σ weight·value and Σ weight.
#[derive(Debug, Clone)]
struct Mean {
    sum: Fraction,
    weight: Fraction,
}

impl Mean {
    const NONE: Self = Self { sum: Fraction::ZERO, weight: Fraction::ZERO };

    fn add(&mut self, weight: &Fraction, weighted: &Fraction) {
        self.sum = &self.sum + weighted;
        self.weight = &self.weight + weight;
    }

    fn value(&self) -> Option<Fraction> {
        self.sum.checked_div(&self.weight)
    }
}

impl<'p> Weighing<'p> {
    /// Prepares one side of a policy for the sums of a tally.
    pub fn new(policy: &'p Policy, kind: SubjectKind, tally: &Tally) -> Self {
        let side = policy.side(kind);
        let bit_of = |indicator: usize| tally.indicators.iter().position(|known| *known == indicator);
        let unit_of = |place: usize| {
            policy.indicators.get(place).and_then(|indicator| {
                let places = indicator.places.unwrap_or(policy.rounding.indicator);
                let unit = &Fraction::fixed(1, places) * &Fraction::HUNDRED;
                Some((indicator, unit.checked_div(&indicator.full)?))
            })
        };
        let term = |place: &usize| {
            let (indicator, unit) = unit_of(*place)?;
            let bit = u32::try_from(bit_of(*place)?).ok()?;
            Some(Term { bit, weight: indicator.weight.clone(), factor: &indicator.weight * &unit })
        };
        let sections = side
            .sections
            .iter()
            .map(|section| match section.source {
                Source::Tasks => section.indicators.iter().filter_map(term).collect(),
                Source::Measures | Source::Sections => Vec::new(),
            })
            .collect();
        let indicators = tally.indicators.iter().filter_map(|place| Some((*place, unit_of(*place)?.1))).collect();
        let levels = tally.levels.iter().map(|name| level_weight(policy, name)).collect();
        Self { policy, side, kind, levels, sections, indicators, present: FxHashMap::default() }
    }

    /// level weight × role share of a key.
    fn share(&self, key: &Key) -> Fraction {
        let roles = &self.policy.roles;
        let share = match self.kind {
            SubjectKind::Unit if key.roles & LEAD != 0 => roles.lead.clone(),
            SubjectKind::Unit if key.co_units > 1 => {
                roles.co.checked_div(&Fraction::whole(key.co_units.into())).unwrap_or(Fraction::ZERO)
            }
            SubjectKind::Unit => roles.co.clone(),
            SubjectKind::Person => {
                let of = |post: Post| match post {
                    Post::Principal => &roles.principal,
                    Post::Deputy => &roles.deputy,
                    Post::Staff => &roles.staff,
                };
                let held = Post::ALL.iter().filter(|post| key.roles & crate::link::tasks::role_bit(**post) != 0);
                held.map(|post| of(*post).clone()).max().unwrap_or(Fraction::ZERO)
            }
        };
        self.levels.get(key.level as usize).map_or(Fraction::ZERO, |level| level * &share)
    }

    /// The value of each tasks section, and of each indicator of tasks: Σ W·v/full·100 / Σ W.
    pub fn of_tasks(&mut self, sums: &[(Key, &Sums)], indicators: &mut [Option<Fraction>]) -> Vec<Option<Fraction>> {
        let shares: Vec<Fraction> = sums.iter().map(|(key, _)| self.share(key)).collect();
        for (bit, (place, unit)) in self.indicators.iter().enumerate() {
            let mut mean = Mean::NONE;
            for ((key, cell), share) in sums.iter().zip(&shares) {
                if let Some(value) = value_at(key.present, cell, bit) {
                    mean.add(&(share * &Fraction::whole(cell.weight)), &(&(share * unit) * &Fraction::whole(value)));
                }
            }
            if let Some(slot) = indicators.get_mut(*place) {
                *slot = mean.value();
            }
        }
        (0..self.sections.len()).map(|section| self.of_section(section, sums, &shares)).collect()
    }

    fn of_section(&mut self, section: usize, sums: &[(Key, &Sums)], shares: &[Fraction]) -> Option<Fraction> {
        let terms = self.sections.get(section)?;
        let mut mean = Mean::NONE;
        for ((key, cell), share) in sums.iter().zip(shares) {
            let present = self.present.entry((section, key.present)).or_insert_with(|| {
                terms.iter().filter(|term| key.present >> term.bit & 1 == 1).map(|term| term.weight.clone()).sum()
            });
            if present.is_zero() {
                continue;
            }
            let mut sum = Fraction::ZERO;
            for term in terms {
                if let Some(value) = value_at(key.present, cell, term.bit as usize) {
                    sum = &sum + &(&term.factor * &Fraction::whole(value));
                }
            }
            let composite = sum.checked_div(present).unwrap_or(Fraction::ZERO);
            mean.add(&(share * &Fraction::whole(cell.weight)), &(share * &composite));
        }
        mean.value()
    }

    /// Puts sections together: tasks sections as given, measures sections from the indicators' values (of 100).
    pub fn combine(&self, group: &str, tasks: Vec<Option<Fraction>>, measures: &[Option<Fraction>]) -> Sections {
        let mut sections = Sections { values: vec![None; self.side.sections.len()], ..Sections::default() };
        let (mean, weights) = self.level(None, group, &tasks, measures, &mut sections);
        sections.base = mean.value();
        sections.coverage = mean.weight.checked_div(&weights).map(|share| &share * &Fraction::HUNDRED);
        sections
    }

    /// The mean over the sections under one parent, and the weight of all that are there.
    fn level(
        &self,
        parent: Option<usize>,
        group: &str,
        tasks: &[Option<Fraction>],
        measures: &[Option<Fraction>],
        into: &mut Sections,
    ) -> (Mean, Fraction) {
        let mut mean = Mean::NONE;
        let mut weights = Fraction::ZERO;
        for (place, section) in self.side.sections.iter().enumerate() {
            if section.parent != parent || !is_in(section.groups.as_deref(), group) {
                continue;
            }
            weights = &weights + &section.weight;
            let mut value = match section.source {
                Source::Tasks => tasks.get(place).cloned().flatten(),
                Source::Measures => self.of_measures(section, measures),
                Source::Sections => self.level(Some(place), group, tasks, measures, into).0.value(),
            };
            if value.is_none() {
                match section.missing {
                    SectionMissing::Exclude => {}
                    SectionMissing::Zero => value = Some(Fraction::ZERO),
                    SectionMissing::Hold => into.held = true,
                }
            }
            if let Some(value) = &value {
                mean.add(&section.weight, &(&section.weight * value));
            }
            if let Some(slot) = into.values.get_mut(place) {
                *slot = value;
            }
        }
        (mean, weights)
    }

    fn of_measures(&self, section: &Section, measures: &[Option<Fraction>]) -> Option<Fraction> {
        let mut mean = Mean::NONE;
        for place in &section.indicators {
            if let (Some(indicator), Some(Some(value))) = (self.policy.indicators.get(*place), measures.get(*place)) {
                mean.add(&indicator.weight, &(&indicator.weight * value));
            }
        }
        mean.value()
    }

    /// Whether the sections that are there for a group hold tasks and no measures.
    pub fn tasks_alone(&self, group: &str) -> bool {
        let there = || (0..self.side.sections.len()).filter(|place| is_there(self.side, *place, group));
        let holds = |source| there().any(|place| self.side.sections.get(place).is_some_and(|s| s.source == source));
        holds(Source::Tasks) && !holds(Source::Measures)
    }
}

/// Whether a section is there for a group: it, and all sections that it is part of.
pub fn is_there(side: &Side, section: usize, group: &str) -> bool {
    let mut next = Some(section);
    // No chain of parents is longer than the list.
    for _ in 0..=side.sections.len() {
        let Some(section) = next.and_then(|place| side.sections.get(place)) else { return true };
        if !is_in(section.groups.as_deref(), group) {
            return false;
        }
        next = section.parent;
    }
    true
}

fn level_weight(policy: &Policy, name: &str) -> Fraction {
    match &policy.levels {
        Some(levels) => {
            levels.weights.iter().find(|(known, _)| known == name).map_or(Fraction::ZERO, |(_, weight)| weight.clone())
        }
        None => Fraction::ONE,
    }
}

/// Σ weight·value of the indicator of a bit, when it is present.
fn value_at(present: u64, sums: &Sums, bit: usize) -> Option<i128> {
    if present >> bit & 1 == 0 {
        return None;
    }
    let before = present & ((1_u64 << bit) - 1);
    sums.values.get(before.count_ones() as usize).copied()
}

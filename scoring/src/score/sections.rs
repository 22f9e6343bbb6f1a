//! Sections (板块) from task sums and measures, up to the base score. METHOD §6.

use crate::number::Fraction;
use crate::policy::{Policy, Section, SectionMissing, Side, Source, is_in};
use crate::score::whole::{Sums, Weighed, Whole};
use crate::tally::{Cell, LEAD, Shape, SideTally, Tally};
use crate::terms::{Post, SubjectKind};

/// What one side of a policy makes of sums: coefficients, prepared once.
#[derive(Debug)]
pub struct Weighing<'p> {
    policy: &'p Policy,
    side: &'p Side,
    /// The shapes of sums, and level weight × role share of each.
    shapes: &'p [Shape],
    shares: Vec<Fraction>,
    /// For each section of tasks, its indicators.
    sections: Vec<Vec<Weighed>>,
    /// For each indicator of tasks sections: its place in the policy, and 100 / full marks in units of its places.
    indicators: Vec<(usize, Fraction)>,
    /// The same as whole numbers, where they are not too large.
    whole: Option<Whole>,
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
    pub fn new(policy: &'p Policy, kind: SubjectKind, tally: &'p Tally) -> Self {
        let side = policy.side(kind);
        let shapes = side_tally(tally, kind).shapes.as_slice();
        let bit_of = |indicator: usize| tally.indicators.iter().position(|known| *known == indicator);
        let unit_of = |place: usize| {
            let indicator = policy.indicators.get(place)?;
            Some((indicator, policy.unit_of(indicator)?))
        };
        let weighed = |place: &usize| {
            let (indicator, unit) = unit_of(*place)?;
            Some(Weighed { bit: bit_of(*place)?, weight: indicator.weight.clone(), unit })
        };
        let sections: Vec<Vec<Weighed>> = side
            .sections
            .iter()
            .map(|section| match section.source {
                Source::Tasks => section.indicators.iter().filter_map(weighed).collect(),
                Source::Measures | Source::Sections => Vec::new(),
            })
            .collect();
        let weighed = |place: &usize| Some((*place, unit_of(*place)?.1));
        let indicators: Vec<(usize, Fraction)> = tally.indicators.iter().filter_map(weighed).collect();
        let levels: Vec<Fraction> = tally.levels.iter().map(|name| level_weight(policy, name)).collect();
        let share = |shape: &Shape| {
            levels.get(shape.level as usize).map_or(Fraction::ZERO, |level| level * &role_share(policy, kind, shape))
        };
        let shares: Vec<Fraction> = shapes.iter().map(share).collect();
        let whole = Whole::new(shapes, &shares, indicators.len(), &sections);
        Self { policy, side, shapes, shares, sections, indicators, whole }
    }

    /// The value of each tasks section, and of each indicator of tasks: Σ W·v/full·100 / Σ W. `room` is kept from
    /// one subject to the next.
    pub(super) fn of_tasks(
        &self,
        sums: &[(usize, Cell<'_>)],
        indicators: &mut [Option<Fraction>],
        room: &mut Sums,
    ) -> Vec<Option<Fraction>> {
        let mut give = |at: usize, mean: Option<Fraction>| {
            let of = self.indicators.get(at).zip(mean);
            if let Some(((place, unit), mean)) = of
                && let Some(slot) = indicators.get_mut(*place)
            {
                *slot = Some(&mean * unit);
            }
        };
        if self.whole.as_ref().is_some_and(|whole| whole.add_up(sums, room)) {
            let mut means = room.means.iter().map(|(above, below)| Fraction::new(*above, *below));
            means.by_ref().take(self.indicators.len()).enumerate().for_each(|(bit, mean)| give(bit, mean));
            return means.collect();
        }
        (0..self.indicators.len()).for_each(|bit| give(bit, self.mean_of_indicator(bit, sums)));
        (0..self.sections.len()).map(|section| self.mean_of_section(section, sums)).collect()
    }

    fn shape(&self, shape: usize) -> Option<(&Shape, &Fraction)> {
        Some((self.shapes.get(shape)?, self.shares.get(shape)?))
    }

    fn mean_of_indicator(&self, bit: usize, sums: &[(usize, Cell<'_>)]) -> Option<Fraction> {
        let mut mean = Mean::NONE;
        for (shape, cell) in sums {
            let (shape, share) = self.shape(*shape)?;
            if shape.present >> bit & 1 == 1 {
                mean.add(&(share * &Fraction::whole(cell.weight())), &(share * &Fraction::whole(cell.value(bit))));
            }
        }
        mean.value()
    }

    fn mean_of_section(&self, section: usize, sums: &[(usize, Cell<'_>)]) -> Option<Fraction> {
        let terms = self.sections.get(section)?;
        let mut mean = Mean::NONE;
        for (shape, cell) in sums {
            let (shape, share) = self.shape(*shape)?;
            let present = || terms.iter().filter(|term| shape.present >> term.bit & 1 == 1);
            let weights: Fraction = present().map(|term| term.weight.clone()).sum();
            let worth = |term: &Weighed| &(&term.weight * &term.unit) * &Fraction::whole(cell.value(term.bit));
            let Some(composite) = present().map(worth).sum::<Fraction>().checked_div(&weights) else { continue };
            mean.add(&(share * &Fraction::whole(cell.weight())), &(share * &composite));
        }
        mean.value()
    }

    /// Puts sections together: tasks sections as given, measures sections from the indicators' values (of 100).
    pub fn combine(&self, group: &str, tasks: Vec<Option<Fraction>>, measures: &[Option<Fraction>]) -> Sections {
        let values = self.side.sections.iter().map(|_| None).collect();
        let mut sections = Sections { values, ..Sections::default() };
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

/// The role share of a shape of sums.
fn role_share(policy: &Policy, kind: SubjectKind, shape: &Shape) -> Fraction {
    let roles = &policy.roles;
    match kind {
        SubjectKind::Unit if shape.roles & LEAD != 0 => roles.lead.clone(),
        SubjectKind::Unit if shape.co_units > 1 => {
            roles.co.checked_div(&Fraction::whole(shape.co_units.into())).unwrap_or(Fraction::ZERO)
        }
        SubjectKind::Unit => roles.co.clone(),
        SubjectKind::Person => {
            let of = |post: Post| match post {
                Post::Principal => &roles.principal,
                Post::Deputy => &roles.deputy,
                Post::Staff => &roles.staff,
            };
            let held = Post::ALL.iter().filter(|post| shape.roles & crate::link::tasks::role_bit(**post) != 0);
            held.map(|post| of(*post).clone()).max().unwrap_or(Fraction::ZERO)
        }
    }
}

/// The sums of one kind of subject.
pub fn side_tally(tally: &Tally, kind: SubjectKind) -> &SideTally {
    match kind {
        SubjectKind::Unit => &tally.units,
        SubjectKind::Person => &tally.persons,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::parse;
    use crate::read::{TableName, in_memory};
    use crate::run;
    use proptest::prelude::*;

    /// A policy whose weights are these.
    fn policy(weights: &[&str; 4]) -> Policy {
        let [lead, co, first, second] = weights;
        let side = |side: &str| {
            format!(
                "[[{side}.section]]\nid = \"a\"\nweight = 2\nsource = \"tasks\"\nindicators = [\"i\", \"j\"]\n\
                     [[{side}.section]]\nid = \"b\"\nweight = 1\nsource = \"tasks\"\nindicators = [\"k\"]\n"
            )
        };
        let text = format!(
            "schema = 1\nid = \"t\"\n[period]\nfrom = 2025-01-01\nto = 2025-12-31\n\
             [roles]\nlead = \"{lead}\"\nco = \"{co}\"\n\
             [[indicator]]\nid = \"i\"\nmethod = \"deadline\"\nper_day = 5\nweight = \"{first}\"\n\
             [[indicator]]\nid = \"j\"\nmethod = \"ratio\"\nweight = \"{second}\"\n\
             [[indicator]]\nid = \"k\"\nmethod = \"ratio\"\nfull = 30\nweight = 3\n{}{}",
            side("unit"),
            side("person")
        );
        parse(&text, "p.toml").unwrap_or_else(|findings| panic!("{findings:?}")).0
    }

    fn weights() -> impl Strategy<Value = &'static str> {
        prop::sample::select(&["1", "2/5", "1/7", "1234567890123/9876543210987", "1/100000000000007"][..])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn means_of_whole_numbers_are_those_of_fractions(
            weights in [weights(), weights(), weights(), weights()],
            rows in prop::collection::vec((0..3, 0..3, 1..29, prop::option::of(0..90), 0..5_usize), 0..40),
        ) {
            let policy = policy(&weights);
            let mut text = "task_id,lead_unit,co_units,due_on,completed_on,target,actual,weight\n".to_owned();
            for (row, (lead, co, day, actual, weight)) in rows.iter().enumerate() {
                let weight = ["", "1", "2.5", "0.000001", "98765432109"][*weight];
                let actual = actual.map_or(",".to_owned(), |actual| format!("90,{actual}"));
                text.push_str(&format!("T{row},U{lead},V{co},2025-03-10,2025-03-{day:02},{actual},{weight}\n"));
            }
            let run = run::run(&in_memory([(TableName::Tasks, text.as_str())]), &policy, &|_| {}, None).unwrap();
            let whole = Weighing::new(&policy, SubjectKind::Unit, &run.tally);
            let plain = Weighing { whole: None, ..Weighing::new(&policy, SubjectKind::Unit, &run.tally) };
            for unit in 0..run.ledger.units.len() as u32 {
                let sums: Vec<_> = run.tally.units.sums(unit).collect();
                let of = |weighing: &Weighing<'_>| {
                    let mut indicators = vec![None; 3];
                    (weighing.of_tasks(&sums, &mut indicators, &mut Sums::default()), indicators)
                };
                prop_assert_eq!(of(&whole), of(&plain));
            }
        }
    }
}

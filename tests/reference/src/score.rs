//! Sections, base and coverage of a subject from its tasks and measures. METHOD §6.

use std::collections::BTreeMap;

use num_traits::{Signed, Zero};

use crate::number::{Q, whole};
use crate::policy::{MissingSection, Policy, Section, Source, SubjectPolicy};
use crate::tasks::Task;

/// A task with the share that a subject's role has in it; one task may stand here more than once.
pub struct Part<'a> {
    pub task: &'a Task,
    pub share: Q,
}

/// What sections say, before posts and events.
pub struct Own {
    /// Sections present, those filled with 0 too.
    pub sections: BTreeMap<String, Q>,
    pub base: Option<Q>,
    /// In percent; none without sections.
    pub coverage: Option<Q>,
    /// Whether a section that holds the subject back is missing.
    pub held_back: bool,
}

/// The sections that are there for a group, with all that stands above them.
pub fn sections_there<'a>(subject: &'a SubjectPolicy, group: &str) -> Vec<&'a Section> {
    let fits = |section: &Section| section.groups.is_empty() || section.groups.iter().any(|name| name == group);
    let there = |section: &&Section| {
        let mut at = Some(*section);
        for _ in 0..=subject.sections.len() {
            let Some(section) = at else { return true };
            if !fits(section) {
                return false;
            }
            match &section.parent {
                None => return true,
                Some(parent) => at = subject.sections.iter().find(|above| above.id == *parent),
            }
        }
        false
    };
    subject.sections.iter().filter(there).collect()
}

/// W of a task without the role: its weight times its level's.
fn task_weight(policy: &Policy, task: &Task) -> Q {
    let level = policy.levels.as_ref().and_then(|levels| levels.weights.get(&task.level).cloned());
    &task.weight * level.unwrap_or_else(|| whole(1))
}

/// T of a task over some indicators; none when no indicator present has a positive weight.
pub fn composite<'a>(policy: &Policy, task: &Task, ids: impl Iterator<Item = &'a String>) -> Option<Q> {
    let present = ids.filter_map(|id| Some((policy.indicator(id)?, task.values.get(id)?)));
    weighted(present.map(|(indicator, value)| (indicator.weight.clone(), value / &indicator.full * whole(100))))
}

/// Σ w·v / Σ w; none when Σ w is 0.
fn weighted(items: impl Iterator<Item = (Q, Q)>) -> Option<Q> {
    let (total, sum) =
        items.fold((Q::zero(), Q::zero()), |(total, sum), (weight, value)| (total + &weight, sum + weight * value));
    (!total.is_zero()).then(|| sum / total)
}

/// `indicator.ID`: over the scored tasks where it is present, else the measure's value; of 100.
pub fn indicator_value(policy: &Policy, id: &str, parts: &[Part], measures: &BTreeMap<String, Q>) -> Option<Q> {
    let indicator = policy.indicator(id)?;
    let present = parts.iter().filter_map(|part| Some((part, part.task.values.get(id)?)));
    let items = present
        .map(|(part, value)| (task_weight(policy, part.task) * &part.share, value / &indicator.full * whole(100)));
    weighted(items).or_else(|| measures.get(id).map(|value| value / &indicator.full * whole(100)))
}

pub fn own(
    policy: &Policy,
    subject: &SubjectPolicy,
    group: &str,
    parts: &[Part],
    measures: &BTreeMap<String, Q>,
) -> Own {
    let tree = Tree { policy, there: sections_there(subject, group), parts, measures };
    let mut own = Own { sections: BTreeMap::new(), base: None, coverage: None, held_back: false };
    for section in &tree.there {
        match tree.filled(section) {
            Some(value) => {
                own.sections.insert(section.id.clone(), value);
            }
            None => own.held_back |= section.missing == MissingSection::Hold,
        }
    }
    let top: Vec<&&Section> = tree.there.iter().filter(|section| section.parent.is_none()).collect();
    let present = |section: &&&&Section| own.sections.contains_key(&section.id);
    let all = top.iter().fold(Q::zero(), |sum, section| sum + &section.weight);
    let here = top.iter().filter(present).fold(Q::zero(), |sum, section| sum + &section.weight);
    if all.is_positive() {
        own.coverage = Some(whole(100) * here / all);
    }
    let items = top.iter().filter_map(|section| Some((section.weight.clone(), own.sections.get(&section.id)?.clone())));
    own.base = weighted(items).map(|mean| mean * &subject.full / whole(100));
    own
}

struct Tree<'a> {
    policy: &'a Policy,
    there: Vec<&'a Section>,
    parts: &'a [Part<'a>],
    measures: &'a BTreeMap<String, Q>,
}

impl Tree<'_> {
    fn filled(&self, section: &Section) -> Option<Q> {
        self.value(section).or_else(|| (section.missing == MissingSection::Zero).then(Q::zero))
    }

    fn value(&self, section: &Section) -> Option<Q> {
        match section.source {
            Source::Tasks => weighted(self.parts.iter().filter_map(|part| {
                let composite = composite(self.policy, part.task, section.indicators.iter())?;
                Some((task_weight(self.policy, part.task) * &part.share, composite))
            })),
            Source::Measures => weighted(section.indicators.iter().filter_map(|id| {
                let (indicator, value) = (self.policy.indicator(id)?, self.measures.get(id)?);
                Some((indicator.weight.clone(), value / &indicator.full * whole(100)))
            })),
            Source::Sections => {
                let children = self.there.iter().filter(|child| child.parent.as_ref() == Some(&section.id));
                weighted(children.filter_map(|child| Some((child.weight.clone(), self.filled(child)?))))
            }
        }
    }
}

/// Scored tasks below which a subject is not ranked.
pub fn min_tasks(subject: &SubjectPolicy, group: &str, for_units: bool) -> i64 {
    let there = sections_there(subject, group);
    let holds = |source| there.iter().any(|section| section.source == source);
    let default = i64::from(for_units && holds(Source::Tasks) && !holds(Source::Measures));
    subject.min_tasks.unwrap_or(default)
}

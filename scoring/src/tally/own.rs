//! Sums and facts that each worker keeps for itself: those of units, who are few, so that all of them stay in the cache
//! of its core.

use crate::policy::Policy;
use crate::tally::Overflow;
use crate::tally::deal::{Entry, Task};
use crate::tally::facts::RARE;
use crate::tally::shapes::{Numbers, Shapes};
use crate::tally::side::Part;

/// What one worker has added up.
#[derive(Debug)]
pub(super) struct Own {
    numbers: Numbers,
    part: Part,
}

impl Own {
    /// Nothing yet, under a policy with so many indicators of tasks.
    pub fn new(policy: &Policy, width: usize) -> Self {
        Self { numbers: Numbers::new(width), part: Part::new(policy.counts.len()) }
    }

    /// Adds a task to a subject.
    #[inline]
    pub fn add(&mut self, task: &Task<'_>, entry: Entry, shapes: &Shapes, policy: &Policy) -> Result<(), Overflow> {
        let Entry { subject, shape, .. } = entry;
        if entry.fact {
            let marks = task.marks_for(entry);
            self.part.facts.count(subject, marks, task.late_days);
            if marks & RARE != 0 {
                self.part.facts.count_rare(subject, marks, task.met.iter().copied(), policy);
            }
        }
        if entry.sum
            && let Some((cells, subjects)) = self.part.of_shape(self.numbers.number(shape, shapes))
        {
            match task.short {
                Some(values) => cells.add_small(subject, subjects, values)?,
                None => cells.add(subject, subjects, task.weight, task.values.iter().copied())?,
            }
        }
        Ok(())
    }

    /// What several workers have added up together.
    pub fn together(all: Vec<Self>, width: usize) -> Result<Part, Overflow> {
        let mut parts = all.into_iter().map(|own| own.part);
        let mut whole = parts.next().unwrap_or_default();
        parts.try_for_each(|part| whole.merge(&part, width))?;
        Ok(whole)
    }
}

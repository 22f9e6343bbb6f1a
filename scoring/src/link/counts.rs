//! What is counted of tasks as they are linked, without weights: what became of them, who leads them, which indicators
//! apply at all.

use crate::judge::{NOT_APPLICABLE, task_indicators};
use crate::link::roster::Keys;
use crate::link::tasks::{Fate, LinkedBatch};
use crate::number::Fraction;
use crate::policy::Policy;
use crate::read::batch::ListColumn;
use crate::terms::Exclusion;

/// Counts over all tasks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskCounts {
    /// Scored tasks.
    pub scored: u64,
    /// Accepted tasks that are not scored, by [`Exclusion::ALL`].
    excluded: [u64; Exclusion::ALL.len()],
    /// Accepted tasks that each unit leads, by key, later by place.
    led: Vec<u64>,
    /// Whether an accepted task names each unit.
    units: Vec<bool>,
    /// Whether an accepted task names each person.
    persons: Vec<bool>,
    /// The indicators that have a value in a scored task, a bit each.
    applicable: u64,
}

/// What is kept at a place, made where it is missing.
fn kept<T: Clone + Default>(all: &mut Vec<T>, place: u32) -> Option<&mut T> {
    let place = place as usize;
    if all.len() <= place {
        all.resize(place + 1, T::default());
    }
    all.get_mut(place)
}

fn mark(marks: &mut Vec<bool>, place: u32) {
    if let Some(mark) = kept(marks, place) {
        *mark = true;
    }
}

#[inline]
fn count(counts: &mut Vec<u64>, place: u32, more: u64) {
    if let Some(count) = kept(counts, place) {
        *count += more;
    }
}

impl TaskCounts {
    /// Counts the rows of a batch; `width` is the number of indicators. Whom the rows name is looked at only where some
    /// of them may not have been named by an accepted task before.
    pub fn add(&mut self, batch: &LinkedBatch, width: usize, may_name_new: bool) {
        let units = ListColumn::cells(Some(&batch.units));
        for (fate, units) in batch.fates.iter().zip(units) {
            match fate {
                Fate::Rejected => continue,
                Fate::Scored => self.scored += 1,
                Fate::Excluded(why) => {
                    if let Some(count) = self.excluded.get_mut(*why as usize) {
                        *count += 1;
                    }
                }
            }
            if let Some(lead) = units.first() {
                count(&mut self.led, *lead, 1);
            }
        }
        if may_name_new {
            for row in batch.accepted() {
                batch.units.get(row).iter().for_each(|unit| mark(&mut self.units, *unit));
                batch.persons.get(row).iter().for_each(|(person, _)| mark(&mut self.persons, *person));
            }
        }
        let all = (0..width).fold(0, |bits, bit| bits | 1 << bit);
        let mut rows = batch.fates.iter().enumerate().filter(|(_, fate)| **fate == Fate::Scored);
        while self.applicable != all
            && let Some((row, _)) = rows.next()
        {
            let values = batch.judged.values.get(row * width..(row + 1) * width).unwrap_or_default();
            let has_value = values.iter().enumerate().filter(|(_, value)| **value != NOT_APPLICABLE);
            self.applicable |= has_value.fold(0, |bits, (bit, _)| bits | 1 << bit);
        }
    }

    /// Adds the counts of other rows.
    pub fn merge(&mut self, other: &Self) {
        self.scored += other.scored;
        self.applicable |= other.applicable;
        self.excluded.iter_mut().zip(other.excluded).for_each(|(own, more)| *own += more);
        (0..).zip(&other.led).for_each(|(place, more)| count(&mut self.led, place, *more));
        for (own, more) in [(&mut self.units, &other.units), (&mut self.persons, &other.persons)] {
            (0..).zip(more).filter(|(_, named)| **named).for_each(|(place, _)| mark(own, place));
        }
    }

    /// The same counts by the places of units and persons.
    pub(super) fn by_place(self, keys: &Keys) -> Self {
        let (mut led, mut units, mut persons) = (Vec::new(), Vec::new(), Vec::new());
        for (key, tasks) in (0..).zip(self.led) {
            keys.unit(key).into_iter().for_each(|place| count(&mut led, place, tasks));
        }
        for (key, _) in (0..).zip(self.units).filter(|(_, named)| *named) {
            keys.unit(key).into_iter().for_each(|place| mark(&mut units, place));
        }
        for (key, _) in (0..).zip(self.persons).filter(|(_, named)| *named) {
            keys.person(key).into_iter().for_each(|place| mark(&mut persons, place));
        }
        Self { led, units, persons, ..self }
    }

    /// Accepted tasks that are not scored for a reason.
    pub fn excluded(&self, why: Exclusion) -> u64 {
        self.excluded.get(why as usize).copied().unwrap_or_default()
    }

    /// How many tasks were judged, whether or not an indicator was applicable.
    pub fn judged(&self) -> u64 {
        self.scored + self.excluded(Exclusion::NotJudged)
    }

    /// Accepted tasks that a unit leads, by its place in the list of units.
    pub fn led_by(&self, unit: u32) -> u64 {
        self.led.get(unit as usize).copied().unwrap_or_default()
    }

    /// Whether an accepted task names a unit.
    pub(super) fn names_unit(&self, unit: usize) -> bool {
        self.units.get(unit).is_some_and(|named| *named)
    }

    /// Whether an accepted task names a person.
    pub(super) fn names_person(&self, person: usize) -> bool {
        self.persons.get(person).is_some_and(|named| *named)
    }

    /// Indicators of tasks, as places in the policy, that have a weight and no value in any task that was judged; none
    /// when no task was.
    pub fn idle_indicators(&self, policy: &Policy) -> Vec<usize> {
        if self.judged() == 0 {
            return Vec::new();
        }
        let weighs = |place: &usize| policy.indicators.get(*place).is_some_and(|known| known.weight > Fraction::ZERO);
        let places = task_indicators(policy).into_iter().enumerate();
        let idle = places.filter(|(bit, place)| self.applicable >> bit & 1 == 0 && weighs(place));
        idle.map(|(_, place)| place).collect()
    }
}
#[cfg(test)]
mod tests {
    use crate::policy::{BUILT_IN, parse};
    use crate::read::{self, TableName};
    use crate::run;

    fn idle(tasks: &str) -> Vec<String> {
        let (policy, _) = parse(BUILT_IN, "wuhan-2021.toml").unwrap();
        let ledger = run::check(&read::in_memory([(TableName::Tasks, tasks)]), &policy, &|_| {}).unwrap();
        ledger.tasks.idle_indicators(&policy).into_iter().map(|place| policy.indicators[place].id.clone()).collect()
    }

    #[test]
    fn an_indicator_that_no_task_has_a_value_for_is_idle() {
        let tasks =
            "任务编号,牵头单位,完成时限,完成日期,质量评分\nT1,甲局,2025-03-01,2025-03-01,\nT2,甲局,,2025-03-01,90\n";
        assert_eq!(idle(tasks), ["completion", "feedback", "procedure"]);
    }

    #[test]
    fn nothing_is_idle_where_nothing_was_judged() {
        assert!(idle("任务编号,牵头单位,状态\nT1,甲局,取消\n").is_empty());
        assert_eq!(idle("任务编号,牵头单位\nT1,甲局\n").len(), 5);
    }
}

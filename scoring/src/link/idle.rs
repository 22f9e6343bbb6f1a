//! Indicators that weigh something and were not applicable in any task of a run.

use super::Ledger;
use super::tasks::Fate;
use crate::judge::{NOT_APPLICABLE, task_indicators};
use crate::number::Fraction;
use crate::policy::Policy;
use crate::terms::Exclusion;

impl Ledger {
    /// Indicators of tasks, as places in the policy, that have a weight and no value in any task that was judged; none
    /// when no task was.
    pub fn idle_indicators(&self, policy: &Policy) -> Vec<usize> {
        let places = task_indicators(policy);
        let mut idle = vec![true; places.len()];
        for batch in &self.batches {
            let rows = batch.judged.values.chunks_exact(places.len().max(1));
            for (values, _) in rows.zip(&batch.fates).filter(|(_, fate)| **fate == Fate::Scored) {
                for (idle, value) in idle.iter_mut().zip(values) {
                    *idle &= *value == NOT_APPLICABLE;
                }
            }
        }
        if self.judged_tasks() == 0 {
            return Vec::new();
        }
        let weighs = |place: &usize| policy.indicators.get(*place).is_some_and(|known| known.weight > Fraction::ZERO);
        places.into_iter().zip(idle).filter(|(place, idle)| *idle && weighs(place)).map(|(place, _)| place).collect()
    }

    /// How many tasks were judged, whether or not an indicator was applicable.
    pub fn judged_tasks(&self) -> usize {
        let judged = |fate: &&Fate| matches!(fate, Fate::Scored | Fate::Excluded(Exclusion::NotJudged));
        self.batches.iter().flat_map(|batch| &batch.fates).filter(judged).count()
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
        ledger.idle_indicators(&policy).into_iter().map(|place| policy.indicators[place].id.clone()).collect()
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

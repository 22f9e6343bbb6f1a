//! Which days are worked, and how many lie between two days. METHOD §3 (`time.days`), §4.

use std::collections::BTreeMap;

use crate::moment::{Day, Moment};
use crate::policy::{DayCount, Policy, Resolution};

const SECONDS_PER_DAY: i64 = 86_400;

/// Counts days as the policy says.
#[derive(Debug, Clone)]
pub struct Calendar {
    days: DayCount,
    resolution: Resolution,
    /// Days that differ from Monday to Friday, ascending, with the sum of changes up to and including each.
    changes: Vec<(Day, i32)>,
}

impl Calendar {
    /// A calendar; `holidays` says of single days whether they are worked.
    pub fn new(policy: &Policy, holidays: &BTreeMap<Day, bool>) -> Self {
        let mut sum = 0;
        let changes = holidays
            .iter()
            .filter_map(|(day, worked)| {
                let change = match (day.is_weekend(), worked) {
                    (true, true) => 1,
                    (false, false) => -1,
                    _ => return None,
                };
                sum += change;
                Some((*day, sum))
            })
            .collect();
        Self { days: policy.time.days, resolution: policy.time.resolution, changes }
    }

    /// Days from `due` to `done`, negative when early.
    ///
    /// At second resolution a part of a day late counts as a whole one, and only whole days count as early.
    /// Working days go by dates alone.
    pub fn late_days(&self, due: Moment, done: Moment) -> i32 {
        let days = match (self.days, self.resolution) {
            (DayCount::Working, _) => self.worked_until(done.day) - self.worked_until(due.day),
            (DayCount::Calendar, Resolution::Day) => i64::from(done.day.0) - i64::from(due.day.0),
            (DayCount::Calendar, Resolution::Second) => {
                let seconds = done.instant() - due.instant();
                if seconds > 0 { (seconds + SECONDS_PER_DAY - 1) / SECONDS_PER_DAY } else { seconds / SECONDS_PER_DAY }
            }
        };
        i32::try_from(days).unwrap_or(if days > 0 { i32::MAX } else { i32::MIN })
    }

    /// Working days up to and including a day, counted from a fixed Monday.
    fn worked_until(&self, day: Day) -> i64 {
        // 1969-12-29 was a Monday, day -3.
        let since = i64::from(day.0) + 3;
        let (weeks, weekday) = (since.div_euclid(7), since.rem_euclid(7));
        let weekdays = weeks * 5 + (weekday + 1).min(5);
        let before = self.changes.partition_point(|(changed, _)| *changed <= day);
        let change = before.checked_sub(1).and_then(|last| self.changes.get(last)).map_or(0, |(_, sum)| *sum);
        weekdays + i64::from(change)
    }
}

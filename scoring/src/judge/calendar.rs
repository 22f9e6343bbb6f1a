//! Which days are worked, and how many lie between two days. METHOD §3 (`time.days`), §4.

use std::collections::BTreeMap;

use crate::moment::{Day, Moment, SECONDS_PER_DAY};
use crate::policy::{DayCount, Policy, Resolution, Span};

/// Counts days as the policy says.
#[derive(Debug, Clone)]
pub struct Calendar {
    days: DayCount,
    resolution: Resolution,
    /// Days that differ from Monday to Friday, ascending, with the sum of changes up to and including each.
    changes: Vec<(Day, i32)>,
    months: Months,
}

/// How many days the month from a day on has, for days near the period: most tasks are assigned on one of them.
#[derive(Debug, Clone)]
struct Months {
    first: Day,
    days: Vec<u8>,
}

impl Months {
    /// Days before the period for which it is known.
    const BEFORE: i32 = 800;
    /// Days for which it is known.
    const KEPT: i32 = 2_000;

    fn of(policy: &Policy) -> Self {
        let first = Day::of(policy.period.from).plus(-Self::BEFORE);
        let days = |day: Day| {
            let later = Moment::at(day, 0).plus(Span::Months(1))?.day;
            u8::try_from(later.0 - day.0).ok()
        };
        Self { first, days: (0..Self::KEPT).map_while(|day| days(first.plus(day))).collect() }
    }
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
        Self { days: policy.time.days, resolution: policy.time.resolution, changes, months: Months::of(policy) }
    }

    /// Days from `due` to `done`, negative when early.
    ///
    /// At second resolution a part of a day late counts as a whole one, and only whole days count as early.
    /// Working days go by dates alone.
    #[inline]
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

    /// The moment a month later.
    #[inline]
    pub fn month_later(&self, moment: Moment) -> Option<Moment> {
        let Months { first, days } = &self.months;
        let place = i64::from(moment.day.0) - i64::from(first.0);
        match usize::try_from(place).ok().and_then(|place| days.get(place)) {
            Some(days) => moment.plus(Span::Days((*days).into())),
            None => moment.plus(Span::Months(1)),
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn working(changes: &[(Day, bool)]) -> Calendar {
        let (policy, _) = crate::policy::parse(
            "schema = 1\nid = \"t\"\ntitle = \"t\"\nauthority = \"t\"\n\
             [period]\nfrom = 2025-01-01\nto = 2025-12-31\n[time]\ndays = \"working\"\n\
             [[indicator]]\nid = \"i\"\nmethod = \"deadline\"\n\
             [[unit.section]]\nid = \"s\"\nweight = 1\nsource = \"tasks\"\nindicators = [\"i\"]\n",
            "policy.toml",
        )
        .unwrap();
        Calendar::new(&policy, &changes.iter().copied().collect())
    }

    fn day(year: i16, month: i8, day: i8) -> Day {
        Day::of(date(year, month, day))
    }

    fn at(day: Day) -> Moment {
        Moment::at(day, 0)
    }

    #[test]
    fn from_friday_to_monday_is_one_working_day_and_to_saturday_none() {
        let calendar = working(&[]);
        let friday = day(2025, 3, 7);
        assert_eq!(calendar.late_days(at(friday), at(friday.plus(3))), 1);
        assert_eq!(calendar.late_days(at(friday), at(friday.plus(1))), 0);
        assert_eq!(calendar.late_days(at(friday), at(friday.plus(-7))), -5);
    }

    #[test]
    fn a_worked_sunday_counts_and_a_holiday_does_not() {
        // National day of 2025: 1 to 8 October off, 28 September and 11 October worked.
        let holidays: Vec<(Day, bool)> = (1..=8).map(|d| (day(2025, 10, d), false)).collect();
        let mut changes = holidays;
        changes.extend([(day(2025, 9, 28), true), (day(2025, 10, 11), true)]);
        let calendar = working(&changes);
        assert_eq!(calendar.late_days(at(day(2025, 9, 26)), at(day(2025, 9, 28))), 1);
        assert_eq!(calendar.late_days(at(day(2025, 9, 30)), at(day(2025, 10, 11))), 3);
    }

    proptest::proptest! {
        #[test]
        fn a_month_later_is_what_the_calendar_says(day in 10_000_i32..30_000, near in 19_000_i32..21_500) {
            for day in [day, near].map(Day) {
                let moment = Moment::at(day, 7);
                proptest::prop_assert_eq!(working(&[]).month_later(moment), moment.plus(Span::Months(1)));
            }
        }

        #[test]
        fn working_days_add_up_over_any_split(a in -20_000_i32..20_000, b in 0_i32..400, c in 0_i32..400) {
            let calendar = working(&[(Day(20_000), false), (Day(20_002), true)]);
            let (from, middle, to) = (at(Day(a)), at(Day(a + b)), at(Day(a + b + c)));
            let whole = calendar.late_days(from, to);
            proptest::prop_assert_eq!(whole, calendar.late_days(from, middle) + calendar.late_days(middle, to));
            proptest::prop_assert_eq!(whole, -calendar.late_days(to, from));
        }
    }
}

//! Late days, in calendar or working days. METHOD §2 (holidays), §4.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, Weekday};

use crate::moment::{Moment, days_between};
use crate::run_log::RunLog;
use crate::tables::{Fault, Row, Table, fault, twice};

/// Which days count.
pub struct Calendar {
    working: bool,
    /// Days that are other than their weekday says: whether they are worked.
    changed: BTreeMap<NaiveDate, bool>,
}

impl Calendar {
    /// Days from a moment to a later one; negative when it is earlier.
    pub fn days(&self, from: Moment, to: Moment) -> i64 {
        if !self.working {
            return days_between(from, to);
        }
        if to.date >= from.date {
            self.worked_after(from.date, to.date)
        } else {
            -self.worked_after(to.date, from.date)
        }
    }

    /// Working days d with first < d ≤ last.
    fn worked_after(&self, first: NaiveDate, last: NaiveDate) -> i64 {
        first.iter_days().skip(1).take_while(|day| *day <= last).filter(|day| self.works(*day)).count() as i64
    }

    fn works(&self, day: NaiveDate) -> bool {
        let weekday = !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        self.changed.get(&day).copied().unwrap_or(weekday)
    }
}

pub fn read(table: Option<&Table>, working: bool, log: &mut RunLog) -> Calendar {
    let mut calendar = Calendar { working, changed: BTreeMap::new() };
    let Some(table) = table else { return calendar };
    let date =
        |row: &Row| table.date(row, "date").ok().flatten().map(|moment| moment.date).filter(|_| row.broken.is_none());
    let doubles = twice(table.rows.iter().filter_map(date));
    let judge = |row: &Row| -> Result<(NaiveDate, bool), Fault> {
        if let Some(code) = row.broken {
            return Err(fault(code, ""));
        }
        if date(row).is_some_and(|date| doubles.contains(&date)) {
            return Err(fault("duplicate-id", "date"));
        }
        let day = table.date(row, "date")?.ok_or_else(|| fault("missing-value", "date"))?.date;
        match table.required_text(row, "kind")?.as_str() {
            "rest" | "休" => Ok((day, false)),
            "work" | "班" => Ok((day, true)),
            _ => Err(fault("out-of-range", "kind")),
        }
    };
    calendar.changed.extend(log.sort_out(table, table.rows.iter().map(judge).collect()));
    calendar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_working_days_count() {
        let day = |d| Moment::end_of(NaiveDate::from_ymd_opt(2025, 3, d).unwrap());
        let mut calendar = Calendar { working: true, changed: BTreeMap::new() };
        // 2025-03-07 is a Friday.
        assert_eq!(calendar.days(day(7), day(9)), 0);
        assert_eq!(calendar.days(day(7), day(11)), 2);
        assert_eq!(calendar.days(day(11), day(7)), -2);
        calendar.changed.insert(day(8).date, true);
        assert_eq!(calendar.days(day(7), day(9)), 1);
    }
}

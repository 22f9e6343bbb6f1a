//! Days and moments, and the days that count between them. METHOD §2 (dates), §4.
//!
//! A [`Moment`] is a calendar day and a second of it. A date without a time of day is the end of that day
//! (24:00) at second resolution; at day resolution every moment has second 0, so that days alone compare.

use std::cmp::Ordering;

use jiff::civil::Date;

use crate::policy::{Resolution, Span};

const SECONDS_PER_DAY: i64 = 86_400;

/// Days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Day(pub i32);

impl Day {
    /// The day of a date.
    pub fn of(date: Date) -> Self {
        // Years from 1 March, so that the leap day is the last; 400 of them have 146,097 days.
        let (month, day) = (i32::from(date.month()), i32::from(date.day()));
        let year = i32::from(date.year()) - i32::from(month <= 2);
        let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        Self(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
    }

    /// The date of the day; `None` outside the years -9999 to 9999.
    pub fn date(self) -> Option<Date> {
        Date::constant(1970, 1, 1).checked_add(jiff::Span::new().try_days(i64::from(self.0)).ok()?).ok()
    }

    /// The day so many days later.
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Whether it is a Saturday or a Sunday.
    pub fn is_weekend(self) -> bool {
        // 1970-01-01 was a Thursday.
        matches!((i64::from(self.0) + 3).rem_euclid(7), 5 | 6)
    }
}

/// A moment as a cell gives it. Moments compare by the instant alone.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// The calendar day.
    pub day: Day,
    /// The second of the day, 0 to 86,400; 86,400 is its end.
    pub second: i32,
}

impl Moment {
    /// A date without a time of day.
    pub fn of_day(day: Day, resolution: Resolution) -> Self {
        Self { day, second: if resolution == Resolution::Second { 86_400 } else { 0 } }
    }

    /// Seconds since 1970-01-01 00:00.
    pub fn instant(self) -> i64 {
        i64::from(self.day.0) * SECONDS_PER_DAY + i64::from(self.second)
    }

    /// The moment a span later: months by the calendar and held to the month's last day; the time of day stays.
    /// `None` outside the years that dates can have.
    pub fn plus(self, span: Span) -> Option<Self> {
        let day = match span {
            Span::Days(days) => Day(self.day.0.checked_add(days)?),
            Span::Months(months) => {
                Day::of(self.day.date()?.checked_add(jiff::Span::new().try_months(months).ok()?).ok()?)
            }
        };
        Some(Self { day, second: self.second })
    }
}

impl PartialEq for Moment {
    fn eq(&self, other: &Self) -> bool {
        self.instant() == other.instant()
    }
}

impl Eq for Moment {}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Moment {
    fn cmp(&self, other: &Self) -> Ordering {
        self.instant().cmp(&other.instant())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_days_at_the_ends_of_the_calendar_are_counted_too() {
        for (date, day) in [(Date::MIN, -4_371_587), (Date::constant(1970, 1, 1), 0), (Date::MAX, 2_932_896)] {
            assert_eq!((Day::of(date), Day(day).date()), (Day(day), Some(date)));
        }
    }

    proptest! {
        #[test]
        fn the_day_of_a_date_gives_back_the_date(day in -4_371_587_i32..=2_932_896) {
            prop_assert_eq!(Day(day).date().map(Day::of), Some(Day(day)));
        }
    }
}

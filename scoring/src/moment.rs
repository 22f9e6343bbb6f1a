//! Days and moments, and the days that count between them. METHOD §2 (dates), §4.
//!
//! A [`Moment`] is a calendar day and a second of it. A date without a time of day is the end of that day
//! (24:00) at second resolution; at day resolution every moment has second 0, so that days alone compare.

mod months;

use std::cmp::Ordering;
use std::num::NonZeroU32;
use std::ops::RangeInclusive;

use jiff::civil::Date;

use crate::policy::{Resolution, Span};

/// Seconds of a day.
pub const SECONDS_PER_DAY: i64 = 86_400;
const DAYS_IN_400_YEARS: i64 = 146_097;
/// The years that dates can have.
const YEARS: RangeInclusive<i32> = -9999..=9999;
/// Days from 1 March of the year 0 to 1970-01-01.
const MARCH_1970: i32 = 719_468;

/// The number of days of a month.
pub fn days_in_month(year: i32, month: i32) -> i32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Day(pub i32);

impl Day {
    /// The day of a date.
    pub fn of(date: Date) -> Self {
        Self::of_parts(i32::from(date.year()), i32::from(date.month()), i32::from(date.day()))
    }

    /// The day of a year, month and day of the month that make a date.
    ///
    /// Counted in whole numbers, because every date of a ledger goes this way. March is taken as a year's first month,
    /// so that the leap day is its last day.
    pub const fn of_parts(year: i32, month: i32, day: i32) -> Self {
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        Self(year * 365 + leap_days + (153 * month + 2) / 5 + day - 1 - MARCH_1970)
    }

    /// The day of a year, month and day of the month; `None` where there is no such day.
    #[inline]
    pub fn existing(year: i32, month: i32, day: i32) -> Option<Self> {
        months::day(year, month, day).or_else(|| {
            let exists = (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
            exists.then(|| Self::of_parts(year, month, day))
        })
    }

    /// Year, month and day of the month.
    pub fn parts(self) -> (i32, i32, i32) {
        let day = i64::from(self.0) + i64::from(MARCH_1970);
        let (era, of_era) = (day.div_euclid(DAYS_IN_400_YEARS), day.rem_euclid(DAYS_IN_400_YEARS));
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let (next, month) = if month < 10 { (0, month + 3) } else { (1, month - 9) };
        let int = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
        (int(era * 400 + year + next), int(month), int(day))
    }

    /// The date of the day; `None` outside the years -9999 to 9999.
    pub fn date(self) -> Option<Date> {
        let (year, month, day) = self.parts();
        Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    }

    /// The day so many months later by the calendar, held to the month's last day; `None` outside the years -9999 to
    /// 9999.
    #[inline]
    fn plus_months(self, months: i32) -> Option<Self> {
        months::later(self, months).or_else(|| self.plus_any_months(months))
    }

    fn plus_any_months(self, months: i32) -> Option<Self> {
        let (year, month, day) = self.parts();
        if !YEARS.contains(&year) {
            return None;
        }
        let month = year.checked_mul(12)?.checked_add(month - 1)?.checked_add(months)?;
        let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
        if !YEARS.contains(&year) {
            return None;
        }
        Some(Self::of_parts(year, month, day.min(days_in_month(year, month))))
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
    /// The second of the day with 1 added: never 0, so that a moment or none takes no more room than a moment.
    after_second: NonZeroU32,
}

impl Moment {
    /// The moment at a second of a day, 0 to 86,400; 86,400 is its end.
    #[inline]
    pub const fn at(day: Day, second: u32) -> Self {
        Self { day, after_second: NonZeroU32::MIN.saturating_add(second) }
    }

    /// A date without a time of day.
    #[inline]
    pub fn of_day(day: Day, resolution: Resolution) -> Self {
        Self::at(day, if resolution == Resolution::Second { SECONDS_PER_DAY as u32 } else { 0 })
    }

    /// The second of the day, 0 to 86,400; 86,400 is its end.
    pub fn second(self) -> u32 {
        self.after_second.get() - 1
    }

    /// Seconds since 1970-01-01 00:00.
    pub fn instant(self) -> i64 {
        i64::from(self.day.0) * SECONDS_PER_DAY + i64::from(self.second())
    }

    /// The moment a span later: months by the calendar and held to the month's last day; the time of day stays.
    /// `None` outside the years that dates can have.
    pub fn plus(self, span: Span) -> Option<Self> {
        let day = match span {
            Span::Days(days) => Day(self.day.0.checked_add(days)?),
            Span::Months(months) => self.day.plus_months(months)?,
        };
        Some(Self { day, ..self })
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

    /// The same days by the library of dates.
    fn by_library(day: Day) -> Option<Date> {
        Date::constant(1970, 1, 1).checked_add(jiff::Span::new().try_days(i64::from(day.0)).ok()?).ok()
    }

    proptest! {
        #[test]
        fn days_and_dates_are_those_of_the_library(day in -5_000_000_i32..4_000_000) {
            let day = Day(day);
            prop_assert_eq!(day.date(), by_library(day));
            if let Some(date) = day.date() {
                prop_assert_eq!(Day::of(date), day);
                prop_assert_eq!(i32::from(date.days_in_month()), days_in_month(date.year().into(), date.month().into()));
            }
        }

        #[test]
        fn months_later_is_what_the_library_says(day in -4_371_000_i32..2_932_000, months in -50_000_i32..50_000) {
            let moment = Moment::at(Day(day), 5);
            let library = by_library(moment.day)
                .and_then(|date| date.checked_add(jiff::Span::new().try_months(months).ok()?).ok());
            prop_assert_eq!(moment.plus(Span::Months(months)).and_then(|moment| moment.day.date()), library);
        }
    }

    proptest! {
        #[test]
        fn months_that_are_looked_up_are_those_of_the_calendar(day in -27_000_i32..49_000, months in -3000_i32..3000) {
            let day = Day(day);
            prop_assert_eq!(day.plus_months(months), day.plus_any_months(months));
            let (year, month, of_month) = day.parts();
            prop_assert_eq!(Day::existing(year, month, of_month), Some(day));
            prop_assert_eq!(Day::existing(year, month, days_in_month(year, month) + 1), None);
        }
    }

    #[test]
    fn what_is_no_day_of_a_year_is_none() {
        for (year, month, day) in
            [(2025, 0, 1), (2025, 13, 1), (2025, 1, 0), (2025, 2, 29), (1850, 2, 30), (2200, 0, 1)]
        {
            assert_eq!(Day::existing(year, month, day), None);
        }
        assert!(Day::existing(2024, 2, 29).is_some());
    }

    #[test]
    fn the_days_at_the_ends_of_the_calendar_are_counted_too() {
        for (date, day) in [(Date::MIN, -4_371_587), (Date::constant(1970, 1, 1), 0), (Date::MAX, 2_932_896)] {
            assert_eq!((Day::of(date), Day(day).date()), (Day(day), Some(date)));
        }
    }

    #[test]
    fn any_number_of_days_has_parts() {
        assert_eq!(Day(i32::MIN).date(), None);
        assert_eq!(Day(i32::MAX).date(), None);
        assert_eq!(Day(0).parts(), (1970, 1, 1));
    }
}

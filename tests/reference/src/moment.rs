//! Dates and times, and how a cell is read as one. METHOD §2.

use chrono::format::{Parsed, StrftimeItems};
use chrono::{Datelike, Months, NaiveDate, NaiveTime, Timelike};

use crate::text::half_width;

const DAY: i64 = 86_400;

/// A calendar date, at second resolution with a time of day when one was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    pub date: NaiveDate,
    /// Seconds since midnight; none is the end of the day (24:00).
    pub second: Option<u32>,
}

impl Moment {
    /// The end of a day.
    pub fn end_of(date: NaiveDate) -> Moment {
        Moment { date, second: None }
    }

    /// Seconds on one axis, for comparisons.
    pub fn key(self) -> i64 {
        day_number(self.date) * DAY + self.second.map_or(DAY, i64::from)
    }
}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Moment) -> Option<std::cmp::Ordering> {
        Some(self.key().cmp(&other.key()))
    }
}

pub fn day_number(date: NaiveDate) -> i64 {
    i64::from(date.num_days_from_ce())
}

/// Adds months by the calendar, held to the last day of the month.
pub fn add_months(date: NaiveDate, months: u32) -> Option<NaiveDate> {
    date.checked_add_months(Months::new(months))
}

/// Whole days from one moment to another: a part of a day late counts as one, of early only whole ones.
pub fn days_between(from: Moment, to: Moment) -> i64 {
    let seconds = to.key() - from.key();
    if seconds > 0 { (seconds + DAY - 1) / DAY } else { -(-seconds / DAY) }
}

/// How cells are read as dates.
pub struct DateRules {
    /// Further formats (strftime), tried first.
    pub formats: Vec<String>,
    /// Whether times of day are kept.
    pub second: bool,
    /// The period, which gives the year to a date without one.
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// What a cell that is not blank says.
#[derive(Debug, PartialEq)]
pub enum Read {
    Date(Moment),
    /// `长期` and the like.
    NoDate,
    Bad,
}

impl DateRules {
    pub fn read(&self, cell: &str) -> Read {
        let cell = half_width(cell.trim());
        if let Some(moment) = self.formats.iter().find_map(|format| by_format(&cell, &half_width(format))) {
            return Read::Date(self.held(moment));
        }
        if matches!(cell.as_str(), "长期" | "长期坚持" | "持续推进" | "常年") {
            return Read::NoDate;
        }
        match full(&cell).or_else(|| self.month(&cell)).or_else(|| self.year_end(&cell)) {
            Some(moment) => Read::Date(self.held(moment)),
            None => Read::Bad,
        }
    }

    fn held(&self, moment: Moment) -> Moment {
        Moment { second: moment.second.filter(|_| self.second), ..moment }
    }

    /// `2025-03`, `2025年3月`, `3月底`: the last day of the month.
    fn month(&self, cell: &str) -> Option<Moment> {
        let (body, marked) = without_end_words(cell);
        if let Some((year, month)) = body.split_once('-') {
            return last_day(number(year, 4, 4)? as i32, number(month, 1, 2)?).map(Moment::end_of);
        }
        let body = body.strip_suffix('月')?;
        if let Some((year, month)) = body.split_once('年') {
            return last_day(number(year, 4, 4)? as i32, number(month, 1, 2)?).map(Moment::end_of);
        }
        if !marked {
            return None;
        }
        let month = number(body, 1, 2)?;
        self.year_for(|year| last_day(year, month)).map(Moment::end_of)
    }

    /// `年底`, `2025年末前`: the last day of the year.
    fn year_end(&self, cell: &str) -> Option<Moment> {
        let cell = cell.strip_suffix('前').unwrap_or(cell);
        let body = cell.strip_suffix("年底").or_else(|| cell.strip_suffix("年末"))?;
        if body.is_empty() {
            return self.year_for(|year| NaiveDate::from_ymd_opt(year, 12, 31)).map(Moment::end_of);
        }
        last_day(number(body, 4, 4)? as i32, 12).map(Moment::end_of)
    }

    /// The day in the first year that puts it into the period, else in the year of the period's end.
    fn year_for(&self, day: impl Fn(i32) -> Option<NaiveDate>) -> Option<NaiveDate> {
        (self.from.year()..=self.to.year())
            .filter_map(&day)
            .find(|date| self.from <= *date && *date <= self.to)
            .or_else(|| day(self.to.year()))
    }
}

fn without_end_words(cell: &str) -> (&str, bool) {
    let body = cell.strip_suffix('前').unwrap_or(cell);
    let body = body.strip_suffix(['底', '末']).unwrap_or(body);
    (body, body.len() < cell.len())
}

fn last_day(year: i32, month: u32) -> Option<NaiveDate> {
    add_months(NaiveDate::from_ymd_opt(year, month, 1).filter(|date| date.year() > 0)?, 1)?.pred_opt()
}

fn number(text: &str, least: usize, most: usize) -> Option<u32> {
    let fits = (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

/// A full date with an optional time.
fn full(cell: &str) -> Option<Moment> {
    for separator in ['-', '/', '.'] {
        let mut parts = cell.splitn(3, separator);
        if let (Some(year), Some(month), Some(rest)) = (parts.next(), parts.next(), parts.next()) {
            let (Some(year), Some(month)) = (number(year, 4, 4), number(month, 1, 2)) else { continue };
            return [2, 1].into_iter().find_map(|digits| day_and_time(year, month, rest, digits));
        }
    }
    if let Some((year, rest)) = cell.split_once('年') {
        let (month, rest) = rest.split_once('月')?;
        let (day, rest) = rest.split_once('日')?;
        return at(number(year, 4, 4)?, number(month, 1, 2)?, number(day, 1, 2)?, rest);
    }
    let digits = cell.get(..8)?;
    number(digits, 8, 8)?;
    at(number(&digits[..4], 4, 4)?, number(&digits[4..6], 2, 2)?, number(&digits[6..], 2, 2)?, cell.get(8..)?)
}

fn day_and_time(year: u32, month: u32, rest: &str, digits: usize) -> Option<Moment> {
    at(year, month, number(rest.get(..digits)?, digits, digits)?, rest.get(digits..)?)
}

fn at(year: u32, month: u32, day: u32, rest: &str) -> Option<Moment> {
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok().filter(|year| *year > 0)?, month, day)?;
    if rest.is_empty() {
        return Some(Moment::end_of(date));
    }
    let rest = rest.strip_prefix(|c: char| c == 'T' || c.is_whitespace()).unwrap_or(rest);
    let parts: Vec<&str> = rest.split(':').collect();
    let (hour, minute, second) = match parts[..] {
        [hour, minute] => (hour, minute, "00"),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    let time = NaiveTime::from_hms_opt(number(hour, 1, 2)?, number(minute, 2, 2)?, number(second, 2, 2)?)?;
    Some(Moment { date, second: Some(time.num_seconds_from_midnight()) })
}

fn by_format(cell: &str, format: &str) -> Option<Moment> {
    let mut parsed = Parsed::new();
    chrono::format::parse(&mut parsed, cell, StrftimeItems::new(format)).ok()?;
    let date = parsed.to_naive_date().ok()?;
    let second = parsed.to_naive_time().ok().map(|time| time.num_seconds_from_midnight());
    Some(Moment { date, second })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> DateRules {
        let date = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        DateRules { formats: vec![], second: true, from: date(2024, 7, 1), to: date(2025, 6, 30) }
    }

    fn read(cell: &str) -> String {
        match rules().read(cell) {
            Read::Date(moment) => match moment.second {
                Some(second) => format!("{} {second}", moment.date),
                None => moment.date.to_string(),
            },
            Read::NoDate => "none".into(),
            Read::Bad => "bad".into(),
        }
    }

    #[test]
    fn a_date_is_what_the_grammar_says() {
        for (cell, expected) in [
            ("2025-03-01", "2025-03-01"),
            ("2025/3/1", "2025-03-01"),
            ("２０２５．３．１", "2025-03-01"),
            ("20250301", "2025-03-01"),
            ("2025年3月1日8:30", "2025-03-01 30600"),
            ("2025-03-01T08:30:01", "2025-03-01 30601"),
            ("2025-02", "2025-02-28"),
            ("2025-2底前", "2025-02-28"),
            ("2024年2月", "2024-02-29"),
            ("9月底", "2024-09-30"),
            ("3月前", "2025-03-31"),
            ("3月", "bad"),
            ("年底前", "2024-12-31"),
            ("2025年末", "2025-12-31"),
            ("长期", "none"),
            ("2025-3/1", "bad"),
            ("2025-02-29", "bad"),
            ("2025/3", "bad"),
            ("25-03-01", "bad"),
        ] {
            assert_eq!(read(cell), expected, "{cell}");
        }
    }

    #[test]
    fn a_further_format_comes_first() {
        let mut rules = rules();
        rules.formats = vec!["%m/%d/%Y %I:%M:%S %p".into(), "%d/%m/%Y".into()];
        let date = NaiveDate::from_ymd_opt(2025, 2, 1).unwrap();
        assert_eq!(rules.read("01/02/2025"), Read::Date(Moment::end_of(date)));
        let Read::Date(moment) = rules.read("02/01/2025 12:25:23 AM") else { panic!("no date") };
        assert_eq!((moment.date, moment.second), (date, Some(25 * 60 + 23)));
    }

    #[test]
    fn a_part_of_a_day_late_counts_as_one() {
        let date = NaiveDate::from_ymd_opt(2025, 2, 1).unwrap();
        let noon = Moment { date, second: Some(43_200) };
        let end = Moment::end_of(date);
        assert_eq!(days_between(noon, end), 1);
        assert_eq!(days_between(end, noon), 0);
    }
}

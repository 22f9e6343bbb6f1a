//! Dates as cells write them. METHOD §2, "Dates".
//!
//! [`parse`] takes a trimmed cell in half width.

use jiff::civil::Date;
use jiff::fmt::strtime::BrokenDownTime;

use super::width::half;
use crate::moment::{Day, Moment};
use crate::policy::{Policy, Resolution};

/// What a date depends on beside its cell.
#[derive(Debug, Clone)]
pub struct DateContext {
    /// First day of the period, for dates without a year.
    pub from: Date,
    /// Last day of the period.
    pub to: Date,
    /// Whether times of day are kept.
    pub resolution: Resolution,
    /// Further formats (strftime), tried first.
    pub formats: Vec<String>,
}

impl DateContext {
    /// The context that a policy gives, without further formats.
    pub fn of(policy: &Policy) -> Self {
        Self { from: policy.period.from, to: policy.period.to, resolution: policy.time.resolution, formats: Vec::new() }
    }

    /// The same with the further formats of a tables file, in half width as the cells are.
    #[must_use]
    pub fn with_formats(self, formats: &[String]) -> Self {
        Self { formats: formats.iter().map(|format| half(format).into_owned()).collect(), ..self }
    }

    /// The first year that puts the day into the period, else that of the period's end.
    fn without_year(&self, day: impl Fn(i16) -> Option<Date>) -> Option<Date> {
        let inside = |date: &Date| self.from <= *date && *date <= self.to;
        (self.from.year()..=self.to.year()).filter_map(&day).find(inside).or_else(|| day(self.to.year()))
    }

    fn moment(&self, written: Written) -> Moment {
        let day = Day::of(written.date);
        match written.second {
            Some(second) if self.resolution == Resolution::Second => Moment::at(day, second),
            _ => Moment::of_day(day, self.resolution),
        }
    }
}

/// A cell is no date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{cell}` is no date")]
pub struct DateFault {
    cell: String,
    /// The last day of the month, for a day after it.
    nearest: Option<Date>,
}

impl DateFault {
    /// What is wrong with the cell.
    pub fn message(&self, cell: &str) -> String {
        format!("`{cell}` is no date")
    }

    /// What to do about it.
    pub fn hint(&self, cell: &str) -> String {
        if let Some(date) = self.nearest {
            return format!("write it as {date}, or leave the cell empty if there is no date");
        }
        let cell = super::width::half(cell);
        match YearLast::of(&cell) {
            Some(written) => written.hint(),
            None => "write it as 2025-03-01, or name its format in the tables file".to_owned(),
        }
    }
}

/// A date with its year behind day and month, whose order nobody can know: `03/04/2025`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct YearLast {
    /// What stands between the numbers.
    separator: char,
    /// The day that it is with the day first.
    pub day_first: Option<Date>,
    /// The day that it is with the month first.
    pub month_first: Option<Date>,
}

impl YearLast {
    /// Such a cell, when it is a day in one order at least.
    pub fn of(cell: &str) -> Option<Self> {
        let separator = cell.chars().find(|c| matches!(c, '/' | '-' | '.'))?;
        let mut parts = cell.split(separator);
        let (first, second) = (digits(parts.next()?, 1, 2)?, digits(parts.next()?, 1, 2)?);
        let year = digits(parts.next()?, 4, 4).filter(|_| parts.next().is_none())?;
        let (day_first, month_first) = (date(year, second, first), date(year, first, second));
        (day_first.is_some() || month_first.is_some()).then_some(Self { separator, day_first, month_first })
    }

    /// The format with the day first, and that with the month first.
    pub fn formats(self) -> [String; 2] {
        let separator = self.separator;
        [format!("%d{separator}%m{separator}%Y"), format!("%m{separator}%d{separator}%Y")]
    }

    fn hint(self) -> String {
        let [day, month] = self.formats();
        let reading =
            |format: &str, order: &str, date: Date| format!("date_formats = [\"{format}\"] ({order}: {date})");
        let day_first = self.day_first.map(|date| reading(&day, "day first", date));
        let month_first = self.month_first.map(|date| reading(&month, "month first", date));
        let readings: Vec<String> = day_first.into_iter().chain(month_first).collect();
        format!("name the order of day and month in the tables file: {}", readings.join(" or "))
    }
}

/// A date, and the second of the day when it has a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Written {
    date: Date,
    second: Option<u32>,
}

/// Reads a date; `None` for words that mean no date (`长期`).
///
/// # Errors
/// [`DateFault`] for everything but the forms of METHOD §2 and the further formats.
pub fn parse(cell: &str, context: &DateContext) -> Result<Option<Moment>, DateFault> {
    if let Some(written) = context.formats.iter().find_map(|format| by_format(cell, format)) {
        return Ok(Some(context.moment(written)));
    }
    if let Some(day) = plain(cell.as_bytes()) {
        return Ok(Some(Moment::of_day(day, context.resolution)));
    }
    if matches!(cell, "长期" | "长期坚持" | "持续推进" | "常年") {
        return Ok(None);
    }
    let at_day_end = |date| Written { date, second: None };
    full(cell)
        .or_else(|| month_end(cell, context).or_else(|| year_end(cell, context)).map(at_day_end))
        .map(|written| Some(context.moment(written)))
        .ok_or_else(|| DateFault { cell: cell.to_owned(), nearest: nearest(cell) })
}

/// `2025-03-01`, where no further format could read it otherwise: what [`parse`] makes of nearly all cells.
#[inline]
pub(super) fn quick(cell: &[u8], context: &DateContext) -> Option<Moment> {
    if !context.formats.is_empty() {
        return None;
    }
    plain(cell).map(|day| Moment::of_day(day, context.resolution))
}

/// `2025-03-01`, the form that nearly all cells have, without the detours of the grammar. The forms below read it too,
/// as the same day.
#[inline]
fn plain(cell: &[u8]) -> Option<Day> {
    /// The digits' places among the first eight bytes, and what stands at each when it is no more than the least.
    const DIGITS: u64 = 0x00FF_FF00_FFFF_FFFF;
    const LEAST: u64 = u64::from_le_bytes(*b"0000-00-");
    let (month, &[d1, d2]) = cell.split_first_chunk()? else { return None };
    // All eight bytes at once: digits are what is left below 10 in each byte.
    let digits = u64::from_le_bytes(*month) ^ LEAST;
    let above_nine = digits.wrapping_add(0x0606_0606_0606_0606 & DIGITS);
    let (d1, d2) = (d1 ^ b'0', d2 ^ b'0');
    if (digits | above_nine) & 0xF0F0_F0F0_F0F0_F0F0 != 0 || digits & !DIGITS != 0 || d1 > 9 || d2 > 9 {
        return None;
    }
    // Each byte and the next one as a number of two digits.
    let pairs = digits * 10 + (digits >> 8);
    let [century, year, month] = [0, 16, 40].map(|place| i32::from((pairs >> place) as u8));
    let (year, day) = (century * 100 + year, i32::from(d1) * 10 + i32::from(d2));
    Day::existing(year, month, day).filter(|_| year > 0)
}

fn date(year: i16, month: i16, day: i16) -> Option<Date> {
    if year < 1 {
        return None;
    }
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// A number of so many digits and nothing else.
fn digits(text: &str, least: usize, most: usize) -> Option<i16> {
    let fits = (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

/// A date with its day, and a time of day where there is one.
fn full(cell: &str) -> Option<Written> {
    let (year, month, day) = year_and_month(cell)?;
    day.choices().into_iter().flatten().find_map(|(day, time)| {
        let date = date(year, month, day)?;
        Some(Written { date, second: if time.is_empty() { None } else { Some(time_of_day(time)?) } })
    })
}

/// A day and perhaps a time, by how the day ends.
enum DayText<'a> {
    /// Before `日`.
    Marked(&'a str),
    /// After one or two digits.
    Open(&'a str),
    /// After two digits.
    TwoDigits(&'a str),
}

impl<'a> DayText<'a> {
    /// The ways to tell the day from the time: `110:30` is the 11th, 0:30; `19:30` is the 1st, 9:30.
    fn choices(&self) -> [Option<(i16, &'a str)>; 2] {
        let first = |text: &'a str, length| {
            let (day, time) = text.split_at_checked(length)?;
            Some((digits(day, length, length)?, time))
        };
        match self {
            Self::Marked(text) => {
                [text.split_once('日').and_then(|(day, time)| Some((digits(day, 1, 2)?, time))), None]
            }
            Self::Open(text) => [first(text, 2), first(text, 1)],
            Self::TwoDigits(text) => [first(text, 2), None],
        }
    }
}

/// Year and month of a date that goes on with its day.
fn year_and_month(cell: &str) -> Option<(i16, i16, DayText<'_>)> {
    let (year, rest) = cell.split_at_checked(4)?;
    let year = digits(year, 4, 4)?;
    if let Some(rest) = rest.strip_prefix('年') {
        let (month, rest) = rest.split_once('月')?;
        return Some((year, digits(month, 1, 2)?, DayText::Marked(rest)));
    }
    if let Some(separator) = rest.chars().next().filter(|c| matches!(c, '-' | '/' | '.')) {
        let (month, rest) = rest.strip_prefix(separator)?.split_once(separator)?;
        return Some((year, digits(month, 1, 2)?, DayText::Open(rest)));
    }
    let (month, rest) = rest.split_at_checked(2)?;
    Some((year, digits(month, 2, 2)?, DayText::TwoDigits(rest)))
}

/// `H:MM` or `H:MM:SS` after a blank, a `T` or nothing: the second of the day.
fn time_of_day(text: &str) -> Option<u32> {
    let text = text.strip_prefix(|c: char| c == 'T' || c.is_whitespace()).unwrap_or(text);
    let mut parts = text.split(':');
    let (hour, minute) = (digits(parts.next()?, 1, 2)?, digits(parts.next()?, 2, 2)?);
    let second = parts.next().map_or(Some(0), |second| digits(second, 2, 2))?;
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    u32::try_from(i32::from(hour) * 3600 + i32::from(minute) * 60 + i32::from(second)).ok()
}

/// `2025-03`, `2025年3月`, `3月底` and the like: the last day of the month.
fn month_end(cell: &str, context: &DateContext) -> Option<Date> {
    let body = cell.strip_suffix('前').unwrap_or(cell);
    let body = body.strip_suffix(['底', '末']).unwrap_or(body);
    if let Some((year, month)) = body.split_once('-') {
        return last_day(digits(year, 4, 4)?, digits(month, 1, 2)?);
    }
    let body_before_month = body.strip_suffix('月')?;
    if let Some((year, month)) = body_before_month.split_once('年') {
        return last_day(digits(year, 4, 4)?, digits(month, 1, 2)?);
    }
    let month = digits(body_before_month, 1, 2)?;
    if body == cell { None } else { context.without_year(|year| last_day(year, month)) }
}

/// `年底`, `2025年末` and the like: the last day of the year.
fn year_end(cell: &str, context: &DateContext) -> Option<Date> {
    let body = cell.strip_suffix('前').unwrap_or(cell);
    let year = body.strip_suffix("年底").or_else(|| body.strip_suffix("年末"))?;
    if year.is_empty() {
        return context.without_year(|year| date(year, 12, 31));
    }
    date(digits(year, 4, 4)?, 12, 31)
}

fn last_day(year: i16, month: i16) -> Option<Date> {
    date(year, month, 1).map(Date::last_of_month)
}

/// Whether a cell is a date in a format.
pub(super) fn is_in(cell: &str, format: &str) -> bool {
    by_format(cell, format).is_some()
}

/// A date in a further format. Without a day it is the last one of the month, as it is in `2025-03`.
fn by_format(cell: &str, format: &str) -> Option<Written> {
    let parts = BrokenDownTime::parse(format, cell).ok()?;
    let date = match (parts.to_date(), parts.year(), parts.month(), parts.day()) {
        (Ok(date), ..) => date,
        (Err(_), Some(year), Some(month), None) => last_day(year, month.into())?,
        _ => return None,
    };
    let second = match parts.hour() {
        Some(_) => {
            let time = parts.to_time().ok()?;
            let second = i32::from(time.hour()) * 3600 + i32::from(time.minute()) * 60 + i32::from(time.second());
            u32::try_from(second).ok()
        }
        None => None,
    };
    Some(Written { date, second })
}

/// The last day of the month, where a cell names a later one.
fn nearest(cell: &str) -> Option<Date> {
    let (year, month, day) = year_and_month(cell)?;
    let (day, _) = day.choices().into_iter().flatten().next()?;
    last_day(year, month).filter(|_| (29..=31).contains(&day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn context(resolution: Resolution) -> DateContext {
        let (from, to) = (Date::constant(2024, 7, 1), Date::constant(2025, 6, 30));
        DateContext { from, to, resolution, formats: Vec::new() }
    }

    fn read(cell: &str) -> String {
        match parse(cell, &context(Resolution::Second)) {
            Ok(Some(moment)) if moment.second() == 86_400 => moment.day.date().unwrap().to_string(),
            Ok(Some(moment)) => format!("{} {}", moment.day.date().unwrap(), moment.second()),
            Ok(None) => "none".to_owned(),
            Err(_) => "bad".to_owned(),
        }
    }

    #[test]
    fn the_forms_of_the_method_are_dates() {
        for (cell, expected) in [
            ("2025-03-01", "2025-03-01"),
            ("2025/3/1", "2025-03-01"),
            ("2025.3.1", "2025-03-01"),
            ("20250301", "2025-03-01"),
            ("2025年3月1日", "2025-03-01"),
            ("2025年3月1日8:30", "2025-03-01 30600"),
            ("2025-03-01T08:30:01", "2025-03-01 30601"),
            ("2025/3/1 0:00", "2025-03-01 0"),
            ("2025030123:59:59", "2025-03-01 86399"),
            ("2025-3-110:30", "2025-03-11 1800"),
            ("2025-3-19:30", "2025-03-01 34200"),
            ("2025-02", "2025-02-28"),
            ("2025-2底前", "2025-02-28"),
            ("2024年2月", "2024-02-29"),
            ("2024年2月末前", "2024-02-29"),
            ("9月底", "2024-09-30"),
            ("03月前", "2025-03-31"),
            ("年底前", "2024-12-31"),
            ("年末", "2024-12-31"),
            ("2025年末", "2025-12-31"),
            ("长期坚持", "none"),
        ] {
            assert_eq!(read(cell), expected, "{cell}");
        }
    }

    #[test]
    fn anything_else_is_no_date() {
        for cell in [
            "3月",
            "2025",
            "年",
            "2025年",
            "2025-3/1",
            "2025/3",
            "2025.3",
            "25-03-01",
            "2025-13-01",
            "0000-01-01",
            "2025-02-29",
            "2025-03-01 24:00",
            "2025-03-01 8",
            "2025-03-01 8:60",
            "2025-03-01  8:30",
            "2025-03-01x",
            "3月1日",
            "2025年3月1",
            "202531",
            "2025-1-",
            "",
            "2025-03 8:30",
            "待定",
            "2025-03-001",
            "20250332:30",
        ] {
            assert_eq!(read(cell), "bad", "{cell}");
        }
    }

    #[test]
    fn a_day_after_the_end_of_its_month_gets_that_end_as_a_hint() {
        let fault = parse("2021-02-30", &context(Resolution::Day)).unwrap_err();
        assert_eq!(fault.to_string(), "`2021-02-30` is no date");
        assert!(fault.hint("2021-02-30").starts_with("write it as 2021-02-28,"));
    }

    #[test]
    fn the_order_of_day_and_month_is_never_guessed() {
        let hint = |cell| parse(&super::super::width::half(cell), &context(Resolution::Day)).unwrap_err().hint(cell);
        for cell in ["03/04/2025", "０３／０４／２０２５"] {
            assert_eq!(
                hint(cell),
                "name the order of day and month in the tables file: date_formats = [\"%d/%m/%Y\"] (day first: \
                 2025-04-03) or date_formats = [\"%m/%d/%Y\"] (month first: 2025-03-04)"
            );
        }
        assert_eq!(
            hint("13.4.2025"),
            "name the order of day and month in the tables file: date_formats = [\"%d.%m.%Y\"] (day first: 2025-04-13)"
        );
        assert!(hint("31-31-2025").starts_with("write it as"));
    }

    #[test]
    fn a_month_outside_the_period_is_that_of_its_last_year() {
        let short = DateContext { from: Date::constant(2025, 1, 1), ..context(Resolution::Day) };
        assert_eq!(parse("9月底", &short).unwrap().unwrap().day.date(), Some(Date::constant(2025, 9, 30)));
    }

    #[test]
    fn times_of_day_are_dropped_at_day_resolution() {
        let moment = parse("2025-03-01 08:30", &context(Resolution::Day)).unwrap().unwrap();
        assert_eq!(moment.second(), 0);
    }

    #[test]
    fn further_formats_come_first() {
        let formats = ["%m/%d/%Y %I:%M:%S %p", "%d/%m/%Y", "%b %Y"].map(str::to_owned);
        let context = context(Resolution::Second).with_formats(&formats);
        let read = |cell| {
            let moment = parse(cell, &context).unwrap().unwrap();
            (moment.day.date().unwrap(), moment.second())
        };
        assert_eq!(read("02/01/2025 12:25:23 AM"), (Date::constant(2025, 2, 1), 25 * 60 + 23));
        assert_eq!(read("01/02/2025"), (Date::constant(2025, 2, 1), 86_400));
        assert_eq!(read("Jul 2012"), (Date::constant(2012, 7, 31), 86_400));
        assert_eq!(read("2025-02-01"), (Date::constant(2025, 2, 1), 86_400));
    }

    #[test]
    fn a_format_in_full_width_reads_the_cells_that_are_written_so() {
        let context = context(Resolution::Second).with_formats(&["（%d）／％m／%Y".to_owned()]);
        for cell in ["（01）／02／2025", "(01)/02/2025", "（０１）/０２/２０２５"] {
            let moment = parse(&half(cell), &context).unwrap().unwrap();
            assert_eq!(moment.day.date(), Some(Date::constant(2025, 2, 1)), "{cell}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(cell in "\\PC*", format in "[%a-zA-Z0-9/: -]{0,12}") {
            let context = context(Resolution::Second).with_formats(&[format]);
            if let Err(fault) = parse(&cell, &context) {
                prop_assert!(!fault.hint(&cell).is_empty());
            }
        }

        #[test]
        fn what_looks_like_a_date_never_panics(cell in "[0-9年月日底末前./:T -]{0,20}") {
            if let Err(fault) = parse(&cell, &context(Resolution::Day)) {
                prop_assert!(!fault.hint(&cell).is_empty());
            }
        }

        #[test]
        fn every_day_reads_back(days in 0_i32..200_000) {
            let date = Day(days).date().unwrap();
            prop_assert_eq!(plain(date.to_string().as_bytes()), Some(Day::of(date)));
        }

        #[test]
        fn what_is_no_plain_date_is_none_to_the_fast_path(
            at in 0_usize..10, byte in prop_oneof![Just(b'/'), Just(b':'), Just(b'-'), Just(b'0'), any::<u8>()],
        ) {
            let mut cell = *b"2025-10-10";
            cell[at] = byte;
            let grammar = std::str::from_utf8(&cell).ok().filter(|cell| cell.is_ascii()).and_then(full);
            let plain = plain(&cell);
            prop_assert_eq!(plain, grammar.filter(|_| cell[4] == b'-').map(|written| Day::of(written.date)));
        }

        #[test]
        fn the_fast_path_reads_what_the_grammar_reads(cell in "[0-9]{4}-[01][0-9]-[0-3][0-9]") {
            let grammar = full(&cell).map(|written| (Day::of(written.date), written.second));
            prop_assert_eq!(plain(cell.as_bytes()).map(|day| (day, None)), grammar);
        }
    }
}

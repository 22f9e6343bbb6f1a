//! Values of cells as the text that they mean: what the sheet shows, with all digits of the value.

use std::borrow::Cow;
use std::fmt::LowerExp;

use calamine::{Data, DataRef, ExcelDateTime};
use jiff::civil;

use super::format::Shown;

/// Places behind the first digit of a number of 15 digits, which is what Excel keeps.
const PLACES: usize = 14;

/// The text of a value.
pub(super) fn text<'a>(value: &'a DataRef<'_>, shown: Shown) -> Cow<'a, str> {
    Cow::Owned(match value {
        DataRef::Empty => return Cow::Borrowed(""),
        DataRef::String(text) | DataRef::DurationIso(text) => return Cow::Borrowed(text),
        DataRef::SharedString(text) => return Cow::Borrowed(text),
        DataRef::Int(number) if shown != Shown::Percent => number.to_string(),
        // A whole number of this kind has 30 bits at most.
        DataRef::Int(number) => format!("{}%", i128::from(*number) * 100),
        DataRef::Float(number) => match shown {
            Shown::Percent => decimal(number, 2) + "%",
            Shown::Plain | Shown::Month => decimal(number, 0),
        },
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(moment) => self::moment(moment, shown),
        DataRef::DateTimeIso(text) => iso(text),
        // Never blank, as `N/A` alone would be.
        DataRef::Error(error) => error.to_string(),
    })
}

/// The words that formulas have in the place of a value.
const ERRORS: [&str; 8] = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#DATA!"];

/// The word of an error that a text is.
pub(super) fn error(text: &str) -> Option<&'static str> {
    if text.starts_with('#') { ERRORS.into_iter().find(|word| *word == text) } else { None }
}

/// A value that a whole range holds.
pub(super) fn of_range(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::String(text) => DataRef::SharedString(text),
        Data::Bool(value) => DataRef::Bool(*value),
        Data::DateTime(moment) => DataRef::DateTime(*moment),
        Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
        Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}

/// A binary number at the 15 digits that Excel keeps, without an exponent, its point moved so many places on.
fn decimal(number: &impl LowerExp, moved: i32) -> String {
    let written = format!("{number:.PLACES$e}");
    let parts = written.split_once('e').and_then(|(digits, exponent)| Some((digits, exponent.parse::<i32>().ok()?)));
    let Some((digits, exponent)) = parts else { return written };
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", digits),
    };
    let digits: String = digits.chars().filter(|c| *c != '.').collect();
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() {
        return "0".to_owned();
    }
    // Digits before the point.
    let point = exponent + moved + 1;
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
    match usize::try_from(point) {
        Err(_) | Ok(0) => format!("{sign}0.{}{digits}", zeros(-point)),
        Ok(point) => match digits.split_at_checked(point) {
            Some((whole, places)) if !places.is_empty() => format!("{sign}{whole}.{places}"),
            _ => format!("{sign}{digits:0<point$}"),
        },
    }
}

/// A date, with its time of day where it has one; a number where it is none.
fn moment(moment: &ExcelDateTime, shown: Shown) -> String {
    let number = moment.as_f64();
    // Excel has dates from its day 0 to the last of the year 9999.
    if moment.is_duration() || !(0.0..2_958_466.0).contains(&number) {
        return decimal(&number, 0);
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let time = || format!("{hour:02}:{minute:02}:{second:02}");
    if number < 1.0 && milli < 500 {
        return time();
    }
    let (Ok(short), Ok(m), Ok(d)) = (i16::try_from(year), i8::try_from(month), i8::try_from(day)) else {
        return decimal(&number, 0);
    };
    let Ok(date) = civil::Date::new(short, m, d) else {
        // 1900-02-29, a day that Excel alone knows.
        return format!("{year:04}-{month:02}-{day:02}");
    };
    if shown == Shown::Month && day == 1 && (hour, minute, second) == (0, 0, 0) {
        return format!("{year:04}-{month:02}");
    }
    let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second) + i64::from(milli >= 500);
    let exact = date.at(0, 0, 0, 0).checked_add(jiff::Span::new().seconds(seconds));
    match exact {
        Ok(exact) if seconds % 86_400 == 0 => exact.date().to_string(),
        Ok(exact) => format!("{} {}", exact.date(), exact.time()),
        Err(_) => date.to_string(),
    }
}

/// `2025-03-01T14:30:00.000` in the form that cells have; without its time at midnight.
fn iso(text: &str) -> String {
    let Some((date, time)) = text.split_once('T') else { return text.to_owned() };
    let time = time.strip_suffix('Z').unwrap_or(time);
    let time = time.split_once('.').map_or(time, |(time, _)| time);
    match time {
        "00:00:00" | "00:00" => date.to_owned(),
        _ => format!("{date} {time}"),
    }
}

#[cfg(test)]
mod tests {
    use calamine::{CellErrorType, ExcelDateTimeType};
    use proptest::prelude::*;

    use super::*;

    fn shown(value: DataRef<'_>, shown: Shown) -> String {
        text(&value, shown).into_owned()
    }

    #[test]
    fn a_binary_number_has_the_fifteen_digits_that_excel_shows() {
        for (number, expected) in [
            (83.333_333_333_333_33, "83.3333333333333"),
            (0.1 + 0.2, "0.3"),
            (20_250_301_001.0, "20250301001"),
            (1e15, "1000000000000000"),
            (123_456_789_012_345_680.0, "123456789012346000"),
            (-0.0, "0"),
            (-12.5, "-12.5"),
            (1e-7, "0.0000001"),
            (99.999_999_999_999_99, "100"),
            (1e308 * 10.0, "inf"),
        ] {
            assert_eq!(decimal(&number, 0), expected);
        }
    }

    #[test]
    fn a_percentage_keeps_all_the_digits_of_its_value() {
        for (number, expected) in [
            (0.45, "45%"),
            (1.0, "100%"),
            (0.123_456, "12.3456%"),
            (0.07, "7%"),
            (-0.005, "-0.5%"),
            (2e15, "200000000000000000%"),
        ] {
            assert_eq!(shown(DataRef::Float(number), Shown::Percent), expected);
        }
        assert_eq!(shown(DataRef::Int(1), Shown::Percent), "100%");
    }

    #[test]
    fn dates_of_both_systems_are_dates_and_keep_a_time_of_day() {
        let date = |number, is_1904| {
            shown(DataRef::DateTime(ExcelDateTime::new(number, ExcelDateTimeType::DateTime, is_1904)), Shown::Plain)
        };
        for (number, expected) in [
            (45_717.0, "2025-03-01"),
            (45_717.604_166_666_664, "2025-03-01 14:30:00"),
            (45_717.999_999_99, "2025-03-02"),
            (1.0, "1900-01-01"),
            (60.0, "1900-02-29"),
            (61.0, "1900-03-01"),
            (0.604_166_666_666_666_6, "14:30:00"),
            (-1.0, "-1"),
            (20_250_301.0, "20250301"),
        ] {
            assert_eq!(date(number, false), expected);
        }
        assert_eq!(date(44_255.0, true), "2025-03-01");
    }

    #[test]
    fn a_date_that_shows_its_month_alone_is_that_month() {
        let month = |number| {
            shown(DataRef::DateTime(ExcelDateTime::new(number, ExcelDateTimeType::DateTime, false)), Shown::Month)
        };
        assert_eq!(month(45_717.0), "2025-03");
        assert_eq!(month(45_718.0), "2025-03-02");
    }

    #[test]
    fn other_values_are_words() {
        assert_eq!(shown(DataRef::Bool(true), Shown::Plain), "true");
        assert_eq!(shown(DataRef::Error(CellErrorType::NA), Shown::Plain), "#N/A");
        for error in [
            CellErrorType::Div0,
            CellErrorType::NA,
            CellErrorType::Name,
            CellErrorType::Null,
            CellErrorType::Num,
            CellErrorType::Ref,
            CellErrorType::Value,
            CellErrorType::GettingData,
        ] {
            let word = shown(DataRef::Error(error), Shown::Plain);
            assert_eq!(super::error(&word), Some(word.as_str()));
        }
        assert_eq!(["N/A", "#1", ""].map(super::error), [None; 3]);
        let iso = |text: &str| shown(DataRef::DateTimeIso(text.to_owned()), Shown::Plain);
        assert_eq!(
            ["2025-03-01", "2025-03-01T00:00:00", "2025-03-01T14:30:00.500Z"].map(iso),
            ["2025-03-01", "2025-03-01", "2025-03-01 14:30:00"]
        );
    }

    proptest! {
        #[test]
        fn a_decimal_of_fifteen_digits_comes_back_as_it_was_typed(digits in 1_u64..1_000_000_000_000_000, places in 0_u32..12) {
            let digits = digits.to_string();
            let (whole, fraction) = digits.split_at(digits.len().saturating_sub(places as usize));
            let typed = format!("{}.{fraction:0>1$}", if whole.is_empty() { "0" } else { whole }, places as usize);
            let typed = typed.trim_end_matches('0').trim_end_matches('.');
            prop_assert_eq!(shown(DataRef::Float(typed.parse().unwrap()), Shown::Plain), typed);
        }

        #[test]
        fn no_number_makes_it_panic(number in proptest::num::f64::ANY, is_1904: bool, moved in 0..3) {
            let _ = decimal(&number, moved);
            let date = ExcelDateTime::new(number, ExcelDateTimeType::DateTime, is_1904);
            let _ = text(&DataRef::DateTime(date), Shown::Month);
        }
    }
}

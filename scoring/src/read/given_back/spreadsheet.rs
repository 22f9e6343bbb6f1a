//! What a spreadsheet makes of digits by itself when it opens and saves a file: it is no correction.

use jiff::civil::Date;

use crate::moment::Moment;
use crate::number::Fraction;
use crate::policy::Resolution;
use crate::read::date::{self, DateContext};
use crate::read::width::half;
use crate::read::{number, trim};

/// Digits of a number that a spreadsheet keeps.
const KEPT: usize = 15;

/// The cell as it was, where a spreadsheet alone made what comes back of it: digits without the zeros at their start,
/// with zeros for all beyond the fifteenth, or as `1.23457E+17`. Else the cell as it comes back.
pub(super) fn restored<'a>(cell: &'a str, was: &'a str) -> &'a str {
    if was.is_empty() || !is_digits(was) || cell == was {
        return cell;
    }
    let number = without_zeros(was);
    let came_of_it = cell == number || is_cut(cell, number) || is_in_powers(cell, number);
    if came_of_it { was } else { cell }
}

/// Whether a cell says what it said before, though a spreadsheet may have written it in another way: the same number, the
/// same date, or the same text with `?` for characters that the file's encoding lacks.
pub(super) fn says_the_same(cell: &str, was: &str) -> bool {
    let (cell, was) = (trim(cell), trim(was));
    let same_number = || number(cell).is_some_and(|number| Some(number) == self::number(was));
    let same_date = || date(cell).is_some_and(|date| Some(date) == self::date(was));
    restored(cell, was) == was || same_number() || same_date() || is_garbled(cell, was)
}

fn number(cell: &str) -> Option<Fraction> {
    number::parse(&half(cell)).ok().map(|number| number.exact())
}

fn date(cell: &str) -> Option<Moment> {
    let year = |month, day| Date::constant(2000, month, day);
    let context =
        DateContext { from: year(1, 1), to: year(12, 31), resolution: Resolution::Second, formats: Vec::new() };
    date::parse(&half(cell), &context).ok().flatten()
}

/// Whether some characters became `?`, and the others are the same.
fn is_garbled(cell: &str, was: &str) -> bool {
    let same = |(cell, was): (char, char)| cell == was || (cell == '?' && !was.is_ascii());
    cell.chars().count() == was.chars().count() && cell.chars().zip(was.chars()).all(same)
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn without_zeros(digits: &str) -> &str {
    match digits.trim_start_matches('0') {
        "" => "0",
        number => number,
    }
}

/// Whether the digits beyond those that are kept became zeros.
fn is_cut(cell: &str, number: &str) -> bool {
    let parts = number.split_at_checked(KEPT).zip(cell.split_at_checked(KEPT));
    parts.is_some_and(|((kept, _), (same, zeros))| {
        cell.len() == number.len() && kept == same && zeros.bytes().all(|byte| byte == b'0')
    })
}

/// Whether the cell is the number in powers of ten, rounded to the digits that it has.
fn is_in_powers(cell: &str, number: &str) -> bool {
    let Some((mantissa, power)) = cell.split_once("E+") else { return false };
    let (whole, places) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{places}");
    if whole.len() != 1 || !is_digits(&digits) || power.parse() != Ok(number.len() - 1) {
        return false;
    }
    let Some((kept, rest)) = number.split_at_checked(digits.len()) else { return false };
    let up = u64::from(rest.starts_with(['5', '6', '7', '8', '9']));
    let rounded = kept.parse::<u64>().ok().map(|kept| kept + up);
    rounded.is_some() && rounded == digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_that_a_spreadsheet_changed_are_as_they_were() {
        for (cell, was) in [
            ("1", "001"),
            ("0", "000"),
            ("420106198001011000", "420106198001011234"),
            ("4.20106E+17", "420106198001011234"),
            ("4.2E+17", "420106198001011234"),
            ("1.23457E+11", "123456789012"),
            ("5E+11", "0499999999999"),
        ] {
            assert_eq!(restored(cell, was), was, "{cell}");
        }
    }

    #[test]
    fn another_way_to_write_it_says_the_same() {
        for (cell, was) in [
            ("", "　"),
            ("甲 ", "甲"),
            ("2025/3/1", "2025-03-01"),
            ("2025/3/1 8:30", "2025-03-01 08:30:00"),
            ("1000", "1,000.0"),
            ("1", "001"),
            ("4.20106E+17", "420106198001011234"),
            ("?甲", "\u{1F600}甲"),
        ] {
            assert!(says_the_same(cell, was), "{cell} {was}");
        }
        for (cell, was) in [("2025/3/2", "2025-03-01"), ("1", "甲"), ("?", "a"), ("甲", ""), ("", "甲"), ("??", "甲")]
        {
            assert!(!says_the_same(cell, was), "{cell} {was}");
        }
    }

    #[test]
    fn what_a_person_changed_stays() {
        for (cell, was) in [
            ("2", "001"),
            ("01", "001"),
            ("", "001"),
            ("420106198001011235", "420106198001011234"),
            ("4.20107E+17", "420106198001011234"),
            ("4.20106E+16", "420106198001011234"),
            ("E+17", "420106198001011234"),
            ("4.2.0E+17", "420106198001011234"),
            ("1E+", "12"),
            ("12", "0x12"),
            ("1", ""),
        ] {
            assert_eq!(restored(cell, was), cell, "{cell}");
        }
    }
}

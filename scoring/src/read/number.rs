//! Numbers as cells write them. METHOD §2, "Numbers".
//!
//! The functions take a trimmed cell in half width.

use super::eight;
use crate::number::{Fraction, Number};

/// The most digits that a number, or a part of a fraction, may have.
pub const MOST_DIGITS: u32 = 27;

/// The most places that a task's weight may have.
pub const WEIGHT_PLACES: u32 = 6;

/// Why a cell is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberFault {
    /// It is not written as one.
    NotANumber,
    /// It has more than [`MOST_DIGITS`] digits.
    TooManyDigits,
    /// It is a fraction over 0.
    ZeroDenominator,
    /// It has more than [`WEIGHT_PLACES`] places where no more can be kept.
    TooManyPlaces,
    /// It is a fraction where none can be kept.
    FractionAsWeight,
}

impl NumberFault {
    /// What is wrong with the cell.
    pub fn message(self, cell: &str) -> String {
        match self {
            Self::NotANumber => format!("`{cell}` is no number"),
            Self::TooManyDigits => format!("`{cell}` has more than {MOST_DIGITS} digits"),
            Self::ZeroDenominator => format!("`{cell}` divides by 0"),
            Self::TooManyPlaces => format!("`{cell}` has more than {WEIGHT_PLACES} decimal places"),
            Self::FractionAsWeight => format!("`{cell}` is a fraction, and a task's weight cannot be one"),
        }
    }

    /// What to do about it.
    pub fn hint(self, cell: &str) -> String {
        match self {
            Self::NotANumber => match readable(cell) {
                Some(number) => format!("write it as {number}"),
                None => "write digits alone, such as 90, 12.5, 1,200 or 45%".to_owned(),
            },
            Self::TooManyDigits => format!("write it with at most {MOST_DIGITS} digits"),
            Self::ZeroDenominator => "correct the number below the line, or leave the cell empty".to_owned(),
            Self::TooManyPlaces => format!("write it with at most {WEIGHT_PLACES} decimal places"),
            Self::FractionAsWeight => "write it as a decimal, such as 0.5".to_owned(),
        }
    }
}

/// What a clerk most likely means by a cell that is no number.
fn readable(cell: &str) -> Option<String> {
    let without_blanks: String = super::width::half(cell).chars().filter(|c| !c.is_whitespace()).collect();
    let start = without_blanks.find(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))?;
    let rest = without_blanks.get(start..)?;
    let end = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '-' | '+' | '%')).unwrap_or(rest.len());
    let (kept, after) = rest.split_at_checked(end)?;
    if after.contains(|c: char| c.is_ascii()) {
        return None;
    }
    let body = kept.trim_start_matches(['+', '-']);
    let sign = if kept.starts_with('-') { "-" } else { "" };
    let zero = if body.starts_with('.') { "0" } else { "" };
    let number = format!("{sign}{zero}{}", body.strip_suffix('.').unwrap_or(body));
    parse(&number).is_ok().then_some(number)
}

/// Reads a number.
///
/// # Errors
/// [`NumberFault`] for everything but the forms of METHOD §2.
pub fn parse(cell: &str) -> Result<Number, NumberFault> {
    quick(cell.as_bytes()).map_or_else(|| by_grammar(cell), Ok)
}

/// Digits with at most one point between them: what [`parse`] makes of nearly all cells.
#[inline]
pub(super) fn quick(cell: &[u8]) -> Option<Number> {
    plain(cell).map(|(value, places)| Number::Decimal { value, places })
}

/// Digits with at most one point between them, and so few that 64 bits hold them: what nearly all cells are, without
/// the detours of the grammar, which reads the same of them.
fn plain(cell: &[u8]) -> Option<(i64, u8)> {
    match cell.len() {
        0 | 19.. => None,
        ..=8 => short(cell),
        _ => long(cell),
    }
}

/// The same of up to eight bytes, which are looked at all at once: how long numbers are and where their points stand
/// changes from cell to cell, so that jumps would often go wrong.
fn short(cell: &[u8]) -> Option<(i64, u8)> {
    let digits = eight::Digits::of(eight::key(cell)?, cell.len());
    let length = u32::try_from(cell.len()).ok()?;
    let behind = digits.count(0);
    if behind >= length {
        return Some((digits.last(length).into(), 0));
    }
    let before = length - behind - 1;
    let is_decimal = behind > 0 && before > 0 && digits.byte(behind) == b'.' && digits.count(behind + 1) >= before;
    is_decimal.then(|| (digits.without(behind, behind + before).into(), behind as u8))
}

/// The same of more bytes.
fn long(cell: &[u8]) -> Option<(i64, u8)> {
    let mut value = 0_i64;
    let mut point = None;
    for (place, byte) in cell.iter().enumerate() {
        match byte {
            b'0'..=b'9' => value = value * 10 + i64::from(byte - b'0'),
            b'.' if place > 0 && point.is_none() => point = Some(place),
            _ => return None,
        }
    }
    let places = match point {
        None => 0,
        Some(point) => cell.len() - point - 1,
    };
    (point.is_none() || places > 0).then_some((value, u8::try_from(places).ok()?))
}

fn by_grammar(cell: &str) -> Result<Number, NumberFault> {
    let (negative, body) = sign(cell);
    if let Some((above, below)) = body.split_once('/') {
        let (above, below) = (whole(above)?.value()?, whole(below)?.value()?);
        let fraction = Fraction::new(if negative { -above } else { above }, below);
        return fraction.map(|fraction| Number::Fraction(Box::new(fraction))).ok_or(NumberFault::ZeroDenominator);
    }
    let (value, places) = decimal(body)?;
    let value = if negative { -value } else { value };
    u8::try_from(places).map(|places| Number::decimal(value, places)).map_err(|_| NumberFault::TooManyDigits)
}

/// Reads a task's weight, in millionths. It may be negative.
///
/// # Errors
/// [`NumberFault`] also for a fraction and for more than [`WEIGHT_PLACES`] places as written.
pub fn parse_weight(cell: &str) -> Result<i128, NumberFault> {
    let quick = plain(cell.as_bytes()).and_then(|(value, places)| weight(value, places));
    quick.map_or_else(|| weight_by_grammar(cell), Ok)
}

fn weight_by_grammar(cell: &str) -> Result<i128, NumberFault> {
    let (negative, body) = sign(cell);
    if body.contains('/') {
        parse(cell)?;
        return Err(NumberFault::FractionAsWeight);
    }
    let (value, places) = decimal(body)?;
    let missing = WEIGHT_PLACES.checked_sub(places).ok_or(NumberFault::TooManyPlaces)?;
    // At most 27 digits and 6 places more stay far below the 38 digits of an i128.
    let value = value * 10_i128.pow(missing);
    Ok(if negative { -value } else { value })
}

/// The weight of a decimal, in millionths, where it is none below 0 and has no more places than it may have.
pub(super) fn weight(digits: i64, places: u8) -> Option<i128> {
    let missing = WEIGHT_PLACES.checked_sub(u32::from(places)).filter(|_| digits >= 0)?;
    Some(i128::from(digits) * 10_i128.pow(missing))
}

fn sign(cell: &str) -> (bool, &str) {
    match cell.strip_prefix('-') {
        Some(body) => (true, body),
        None => (false, cell.strip_prefix('+').unwrap_or(cell)),
    }
}

/// Digits, with the number that they make while they are not too many.
#[derive(Clone, Copy, Default)]
struct Digits {
    value: i128,
    count: u32,
}

impl Digits {
    fn push(&mut self, digit: u8) {
        self.count = self.count.saturating_add(1);
        if self.count <= MOST_DIGITS {
            self.value = self.value * 10 + i128::from(digit - b'0');
        }
    }

    fn value(self) -> Result<i128, NumberFault> {
        if self.count > MOST_DIGITS { Err(NumberFault::TooManyDigits) } else { Ok(self.value) }
    }
}

/// A decimal with an optional `%`, without its sign: its digits as a whole number, and its places.
fn decimal(body: &str) -> Result<(i128, u32), NumberFault> {
    let body = body.strip_suffix('%').unwrap_or(body);
    let Some((front, back)) = body.split_once('.') else {
        return Ok((whole(body)?.value()?, 0));
    };
    let mut digits = whole(front)?;
    let before = digits.count;
    for byte in back.bytes() {
        if !byte.is_ascii_digit() {
            return Err(NumberFault::NotANumber);
        }
        digits.push(byte);
    }
    let places = digits.count - before;
    if places == 0 { Err(NumberFault::NotANumber) } else { Ok((digits.value()?, places)) }
}

/// A whole number without a sign, in plain digits or in groups of three with commas.
fn whole(text: &str) -> Result<Digits, NumberFault> {
    let mut digits = Digits::default();
    let (mut in_group, mut groups) = (0_u32, 0_u32);
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => {
                digits.push(byte);
                in_group = in_group.saturating_add(1);
            }
            b',' if in_group == 3 || (groups == 0 && (1..=3).contains(&in_group)) => {
                groups = groups.saturating_add(1);
                in_group = 0;
            }
            _ => return Err(NumberFault::NotANumber),
        }
    }
    if in_group == 0 || (groups > 0 && in_group != 3) { Err(NumberFault::NotANumber) } else { Ok(digits) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn exact(cell: &str) -> String {
        parse(cell).unwrap().exact().to_string()
    }

    #[test]
    fn the_forms_of_the_method_are_numbers() {
        for (cell, number) in [
            ("-12.50", "-12.5"),
            ("+7", "7"),
            ("45%", "45"),
            ("2/3", "2/3"),
            ("-2/3", "-2/3"),
            ("1,234/2", "617"),
            ("1,234.5", "1234.5"),
            ("1234567", "1234567"),
            ("0012", "12"),
            ("123456789012345678901234.567", "123456789012345678901234.567"),
        ] {
            assert_eq!(exact(cell), number, "{cell}");
        }
    }

    #[test]
    fn anything_else_is_no_number() {
        for cell in [
            "", "-", "1e3", ".5", "5.", "45 %", "1,23", "1234,567", "1,2345", ",123", "1,", "1,,234", "90分", "--1",
            "2/3%", "1.5/2", "2/-3", "/3", "2/", "1_000", "0x1F", "∞", "٣", "%", "1%%",
        ] {
            assert_eq!(parse(cell), Err(NumberFault::NotANumber), "{cell}");
        }
        assert_eq!(parse("2/0"), Err(NumberFault::ZeroDenominator));
    }

    #[test]
    fn digits_are_counted_with_zeros_and_without_commas() {
        let most = "1".repeat(27);
        assert!(parse(&most).is_ok());
        assert_eq!(parse(&format!("0{most}")), Err(NumberFault::TooManyDigits));
        assert_eq!(parse(&format!("{most}.0")), Err(NumberFault::TooManyDigits));
        assert!(parse(&format!("{most}/{most}")).is_ok());
        assert!(parse("100,000,000,000,000,000,000,000,000").is_ok());
    }

    #[test]
    fn a_weight_has_at_most_six_places_as_written() {
        assert_eq!(parse_weight("1.5"), Ok(1_500_000));
        assert_eq!(parse_weight("0.000001"), Ok(1));
        assert_eq!(parse_weight("-2"), Ok(-2_000_000));
        assert_eq!(parse_weight("1.0000000"), Err(NumberFault::TooManyPlaces));
        assert_eq!(parse_weight("1/2"), Err(NumberFault::FractionAsWeight));
        assert_eq!(parse_weight("a/2"), Err(NumberFault::NotANumber));
    }

    #[test]
    fn a_hint_shows_what_was_probably_meant() {
        for (cell, hint) in [("90分", "90"), (".5", "0.5"), ("5.", "5"), ("45 %", "45%"), ("约-3.5天", "-3.5")] {
            assert_eq!(NumberFault::NotANumber.hint(cell), format!("write it as {hint}"));
        }
        assert!(NumberFault::NotANumber.hint("1e3").starts_with("write digits alone"));
    }

    proptest! {
        #[test]
        fn the_fast_path_reads_what_the_grammar_reads(cell in "[0-9]{0,10}[.]?[0-9]{0,10}[%,./-]?") {
            if let Some((value, places)) = plain(cell.as_bytes()) {
                prop_assert_eq!(Ok(Number::Decimal { value, places }), by_grammar(&cell));
            }
            prop_assert_eq!(parse_weight(&cell), weight_by_grammar(&cell));
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(cell in "\\PC*") {
            if let Err(fault) = parse(&cell).map(|_| ()).and(parse_weight(&cell).map(|_| ())) {
                prop_assert!(!fault.message(&cell).is_empty() && !fault.hint(&cell).is_empty());
            }
        }

        #[test]
        fn what_looks_like_a_number_never_panics(cell in "[-+]?[0-9,./%e ]{0,40}") {
            let fault = parse(&cell).err().or(parse_weight(&cell).err());
            prop_assert!(fault.is_none_or(|fault| !fault.hint(&cell).is_empty()));
        }

        #[test]
        fn a_decimal_keeps_every_digit(whole in 0_u64..1_000_000_000_000, places in 0_u32..9) {
            let text = crate::number::show_fixed(whole.into(), places).unwrap();
            prop_assert_eq!(parse(&text).unwrap().exact(), Fraction::fixed(whole.into(), places));
        }
    }
}

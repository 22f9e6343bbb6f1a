//! Exact numbers: the grammar of a cell, the one rounding and how a figure is printed. METHOD §2, §3.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

/// An exact fraction.
pub type Q = BigRational;

/// A number as it stood in a cell.
pub struct Written {
    pub value: Q,
    /// Decimal places as written; none for a fraction.
    pub places: Option<usize>,
}

/// Which way a half goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// Away from zero.
    Up,
    Even,
}

/// A whole number as a fraction.
pub fn whole(number: i64) -> Q {
    Q::from_integer(BigInt::from(number))
}

/// Reads a cell that is already in half width and trimmed. `None` is `bad-number`.
pub fn parse(text: &str) -> Option<Written> {
    let (negative, body) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let mut written = if let Some((above, below)) = body.split_once('/') {
        let (above, below) = (whole_digits(above)?, whole_digits(below)?);
        if above.len() > 27 || below.len() > 27 {
            return None;
        }
        let (above, below) = (integer(&above)?, integer(&below)?);
        if below.is_zero() {
            return None;
        }
        Written { value: Q::new(above, below), places: None }
    } else {
        let body = body.strip_suffix('%').unwrap_or(body);
        let (front, back) = match body.split_once('.') {
            Some((front, back)) if !back.is_empty() && back.bytes().all(|b| b.is_ascii_digit()) => (front, back),
            Some(_) => return None,
            None => (body, ""),
        };
        let digits = whole_digits(front)? + back;
        if digits.len() > 27 {
            return None;
        }
        Written { value: Q::new(integer(&digits)?, power_of_ten(back.len())), places: Some(back.len()) }
    };
    if negative {
        written.value = -written.value;
    }
    Some(written)
}

/// The digits of a whole number, bare or in groups of three with commas, without the commas.
fn whole_digits(text: &str) -> Option<String> {
    let groups: Vec<&str> = text.split(',').collect();
    let digits = |group: &str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
    if !groups.iter().all(|group| digits(group)) {
        return None;
    }
    if groups.len() > 1 && (groups[0].len() > 3 || groups[1..].iter().any(|group| group.len() != 3)) {
        return None;
    }
    Some(groups.concat())
}

fn integer(digits: &str) -> Option<BigInt> {
    digits.parse().ok()
}

pub fn power_of_ten(places: usize) -> BigInt {
    num_traits::pow(BigInt::from(10), places)
}

/// Rounds to whole numbers by the given rule.
fn round_whole(value: &Q, half: Half) -> BigInt {
    let floor = value.floor().to_integer();
    let rest = value - Q::from_integer(floor.clone());
    let middle = Q::new(BigInt::one(), BigInt::from(2));
    let up = if rest == middle {
        match half {
            Half::Up => !value.is_negative(),
            Half::Even => (&floor % BigInt::from(2)) != BigInt::zero(),
        }
    } else {
        rest > middle
    };
    if up { floor + 1 } else { floor }
}

/// Rounds to decimal places.
pub fn round(value: &Q, places: u32, half: Half) -> Q {
    let scale = power_of_ten(places as usize);
    Q::new(round_whole(&(value * Q::from_integer(scale.clone())), half), scale)
}

/// Prints with exactly this many places.
pub fn show(value: &Q, places: u32, half: Half) -> String {
    let places = places as usize;
    let scaled = round_whole(&(value * Q::from_integer(power_of_ten(places))), half);
    let digits = format!("{:0>width$}", scaled.abs().to_string(), width = places + 1);
    let (front, back) = digits.split_at(digits.len() - places);
    let sign = if scaled.is_negative() { "-" } else { "" };
    if places == 0 { format!("{sign}{front}") } else { format!("{sign}{front}.{back}") }
}

/// Prints a decimal as short as it goes.
pub fn show_short(value: &Q) -> String {
    let mut places = 0;
    while places < 27 && !(value * Q::from_integer(power_of_ten(places as usize))).is_integer() {
        places += 1;
    }
    show(value, places, Half::Up)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Option<String> {
        parse(text).map(|written| written.value.to_string())
    }

    #[test]
    fn a_number_is_what_the_grammar_says() {
        assert_eq!(value("-12.50").as_deref(), Some("-25/2"));
        assert_eq!(value("45%").as_deref(), Some("45"));
        assert_eq!(value("1,234.5").as_deref(), Some("2469/2"));
        assert_eq!(value("-2/3").as_deref(), Some("-2/3"));
        for bad in ["1e3", ".5", "5.", "45 %", "1,23", "90分", "2/0", "2/-3", "2/3%", "", "-", "1234,567", "--1"] {
            assert_eq!(value(bad), None, "{bad}");
        }
        assert!(parse(&"9".repeat(27)).is_some());
        assert!(parse(&"0".repeat(28)).is_none());
    }

    #[test]
    fn a_half_rounds_as_the_rule_says() {
        let exact = |text| parse(text).unwrap().value;
        assert_eq!(show(&exact("89.995"), 2, Half::Up), "90.00");
        assert_eq!(show(&exact("-0.005"), 2, Half::Up), "-0.01");
        assert_eq!(show(&exact("17.665"), 2, Half::Even), "17.66");
        assert_eq!(show(&exact("-2.5"), 0, Half::Even), "-2");
        assert_eq!(show(&exact("-0.001"), 2, Half::Up), "0.00");
        assert_eq!(show_short(&exact("1.50")), "1.5");
    }
}

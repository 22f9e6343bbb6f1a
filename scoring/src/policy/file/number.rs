//! Numbers of a policy: `20`, `0.1`, `"1/3"`. METHOD §3.
//!
//! A number is its text; it never passes through binary floating point. Neither exponents, underscores,
//! commas nor percent signs belong to one.

use crate::number::Fraction;

/// The most digits of a number, in all. METHOD §2.
const MOST_DIGITS: usize = 27;

/// Reads a number; `None` for what is none.
pub(in crate::policy) fn parse(text: &str) -> Option<Fraction> {
    if text.bytes().filter(u8::is_ascii_digit).count() > MOST_DIGITS {
        return None;
    }
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let number = match digits.split_once('/') {
        Some((numerator, denominator)) => Fraction::new(whole(numerator)?, whole(denominator)?)?,
        None => decimal(digits)?,
    };
    Some(if negative { -&number } else { number })
}

fn decimal(text: &str) -> Option<Fraction> {
    let Some((whole_part, places)) = text.split_once('.') else {
        return whole(text).map(Fraction::whole);
    };
    whole(whole_part)?;
    whole(places)?;
    let together = whole(&format!("{whole_part}{places}"))?;
    Some(Fraction::fixed(together, u32::try_from(places.len()).ok()?))
}

fn whole(text: &str) -> Option<i128> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_its_text() {
        assert_eq!(parse("0.1"), Fraction::new(1, 10));
        assert_eq!(parse("1/3"), Fraction::new(1, 3));
        assert_eq!(parse("-12.50"), Fraction::new(-25, 2));
        assert_eq!(parse("+7"), Some(Fraction::whole(7)));
    }

    #[test]
    fn nothing_else_is_a_number() {
        for text in
            ["", "-", "1e3", "1_000", "1,000", "20%", ".5", "5.", "1/0", "1/", "0x10", "inf", "nan", "1.5/2", "--1"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&"9".repeat(28)), None);
    }
}

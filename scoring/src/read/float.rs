//! Binary numbers as the decimals that they mean: of all decimals that are the same binary number the shortest.

#![expect(clippy::disallowed_types, reason = "a file may hold binary numbers, and here they become decimals")]

/// Powers of ten with their places: numbers of a ledger seldom have more.
const POWERS: [(f64, u8); 7] = [(1.0, 0), (10.0, 1), (100.0, 2), (1e3, 3), (1e4, 4), (1e5, 5), (1e6, 6)];

/// No two decimals with so many digits, those below this one without their point, are the same binary number.
const FEW_DIGITS: f64 = 1e15;

/// The digits and places of the decimal that a number shows, where it has at most 15 digits and 6 places; without
/// zeros at the end of its places.
///
/// A decimal of so few digits that is this binary number is the only one, so it is the shortest, too. Both numbers of
/// the quotient are exact, so the quotient is the binary number next to the decimal, as reading it would give.
pub(super) fn decimal(value: f64) -> Option<(i64, u8)> {
    POWERS.into_iter().find_map(|(power, places)| Some((digits(value, power)?, places)))
}

/// Added to a number below 2⁵¹ and taken away again, this leaves the whole number next to it: there is no room for places
/// beside it. The last bits of the sum are the whole number, too.
const NO_PLACES: f64 = 6_755_399_441_055_744.0;

/// The digits of the decimal that a number shows, were it one with so many places.
#[inline]
fn digits(value: f64, power: f64) -> Option<i64> {
    let sum = value * power + NO_PLACES;
    let digits = sum - NO_PLACES;
    let is_found = digits.abs() < FEW_DIGITS && digits / power == value;
    is_found.then(|| (sum.to_bits() as i64).wrapping_sub(NO_PLACES.to_bits() as i64))
}

/// Finds the decimals of numbers one after another, as [`decimal`] does.
///
/// The numbers of a column mostly have as many places as the one before. A decimal with these places is the one that is
/// looked for, since there is only one, but for the zeros that may be at its end.
#[derive(Debug)]
pub(super) struct Decimals {
    /// The power of ten and the places of the last one that was looked for.
    last: (f64, u8),
}

impl Decimals {
    pub fn new() -> Self {
        Self { last: (1.0, 0) }
    }

    /// The digits and places of the decimal that a number shows, with as many zeros at its end as numbers before have
    /// more places.
    #[inline]
    pub fn next(&mut self, value: f64) -> Option<(i64, u8)> {
        let (power, places) = self.last;
        match digits(value, power) {
            Some(digits) => Some((digits, places)),
            None => self.other(value),
        }
    }

    #[inline(never)]
    fn other(&mut self, value: f64) -> Option<(i64, u8)> {
        let (digits, places) = decimal(value)?;
        self.last = POWERS.get(usize::from(places)).copied().unwrap_or(self.last);
        Some((digits, places))
    }
}

/// A decimal without zeros at the end of its places.
#[inline]
pub(super) fn shortened(mut digits: i64, mut places: u8) -> (i64, u8) {
    while places > 0 && digits % 10 == 0 {
        (digits, places) = (digits / 10, places - 1);
    }
    (digits, places)
}

#[cfg(test)]
mod tests {
    use super::super::number;
    use super::*;
    use crate::number::Number;
    use proptest::prelude::*;

    /// What its text is as a number.
    fn by_text(value: f64) -> Option<Number> {
        number::parse(&value.to_string()).ok()
    }

    fn is_what_its_text_is(value: f64) -> bool {
        let decimal = decimal(value).map(|(value, places)| Number::Decimal { value, places });
        decimal.is_none() || decimal == by_text(value)
    }

    #[test]
    fn decimals_with_few_digits_are_found_and_others_are_not() {
        for (value, found) in [
            (0.0, Some((0, 0))),
            (-0.0, Some((0, 0))),
            (83.1, Some((831, 1))),
            (-0.29, Some((-29, 2))),
            (1000.0, Some((1000, 0))),
            (0.000001, Some((1, 6))),
            (999_999_999_999_999.0, Some((999_999_999_999_999, 0))),
            (1e15, None),
            (0.1 + 0.2, None),
            (1e-7, None),
            (f64::NAN, None),
            (f64::INFINITY, None),
            (f64::MIN, None),
            (f64::MIN_POSITIVE, None),
        ] {
            assert_eq!(decimal(value), found, "{value}");
        }
    }

    proptest! {
        #[test]
        fn one_after_another_numbers_are_the_decimals_that_each_is(
            values in prop::collection::vec((-20_000_000..20_000_000_i64, 0..9_i32, any::<u64>(), 0..10_u8), 1..30)
        ) {
            let mut decimals = Decimals::new();
            for (digits, places, bits, kind) in values {
                let value = if kind == 0 { f64::from_bits(bits) } else { digits as f64 / 10_f64.powi(places) };
                let found = decimals.next(value).map(|(digits, places)| shortened(digits, places));
                prop_assert_eq!(found, decimal(value), "{}", value);
            }
        }

        #[test]
        fn a_number_is_the_decimal_that_its_text_is(bits: u64, near in -1e16..1e16_f64, small in -10.0..10.0_f64) {
            for value in [f64::from_bits(bits), near, small] {
                prop_assert!(is_what_its_text_is(value), "{value}");
            }
        }

        #[test]
        fn a_decimal_and_the_numbers_beside_it_are_what_their_texts_are(digits in -2_000_000_000_000_000_i64..2_000_000_000_000_000, less in 0_u32..16, places in 0_i32..9) {
            let value = (digits / 10_i64.pow(less)) as f64 / 10_f64.powi(places);
            for value in [value, value.next_up(), value.next_down()] {
                prop_assert!(is_what_its_text_is(value), "{value}");
            }
        }
    }
}

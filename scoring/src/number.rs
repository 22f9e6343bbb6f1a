//! Exact numbers: fractions, fixed places, and the one rounding function.
//!
//! A [`Fraction`] never rounds and never overflows: it keeps 64-bit parts while they fit, then 128-bit parts, and goes
//! over to big integers when these do not fit either. Rounding happens in [`Fraction::round`] alone. METHOD §3.

mod operators;
mod written;

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive};

pub use written::{show_fixed, write_fixed};

/// How a half is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Away from zero (四舍五入).
    HalfUp,
    /// To the even neighbour.
    HalfEven,
}

/// An exact rational number.
#[derive(Debug, Clone)]
pub struct Fraction(Parts);

/// Numerator and denominator; the denominator is at least 1.
#[derive(Debug, Clone)]
enum Parts {
    /// Not always in lowest terms: a common divisor is looked for when the parts would grow out of 64 bits.
    Narrow(i64, i64),
    /// In lowest terms, and too large for the above.
    Wide(Box<(i128, i128)>),
    /// In lowest terms, and too large for the above.
    Big(Box<BigRational>),
}

/// A number does not fit where a fixed number of places is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a number has more digits than can be kept")]
pub struct TooLarge;

impl Fraction {
    /// Zero.
    pub const ZERO: Self = Self(Parts::Narrow(0, 1));
    /// One.
    pub const ONE: Self = Self(Parts::Narrow(1, 1));
    /// A hundred.
    pub const HUNDRED: Self = Self(Parts::Narrow(100, 1));

    /// A whole number.
    pub fn whole(number: i128) -> Self {
        Self::of(number, 1)
    }

    /// `numerator / denominator`; `None` when the denominator is 0.
    pub fn new(numerator: i128, denominator: i128) -> Option<Self> {
        (denominator != 0).then(|| Self::of(numerator, denominator))
    }

    /// `number` units of `10^-places`.
    pub fn fixed(number: i128, places: u32) -> Self {
        match power_of_ten(places) {
            Some(scale) => Self::of(number, scale),
            None => Self::from_big(BigRational::new(BigInt::from(number), BigInt::from(10).pow(places))),
        }
    }

    /// The quotient of two numbers of which the second is not 0.
    fn of(numerator: i128, denominator: i128) -> Self {
        Self::narrow(numerator, denominator).unwrap_or_else(|| Self::reduced(numerator, denominator))
    }

    fn narrow(numerator: i128, denominator: i128) -> Option<Self> {
        let (numerator, denominator) = (i64::try_from(numerator).ok()?, i64::try_from(denominator).ok()?);
        (denominator > 0).then_some(Self(Parts::Narrow(numerator, denominator)))
    }

    fn reduced(numerator: i128, denominator: i128) -> Self {
        if numerator == i128::MIN || denominator == i128::MIN {
            return Self::from_big(BigRational::new(numerator.into(), denominator.into()));
        }
        let (numerator, denominator) = lowest(numerator, denominator);
        Self::narrow(numerator, denominator).unwrap_or_else(|| Self(Parts::Wide(Box::new((numerator, denominator)))))
    }

    fn from_big(value: BigRational) -> Self {
        match (value.numer().to_i128(), value.denom().to_i128()) {
            (Some(numerator), Some(denominator)) => Self::narrow(numerator, denominator)
                .unwrap_or_else(|| Self(Parts::Wide(Box::new((numerator, denominator))))),
            _ => Self(Parts::Big(Box::new(value))),
        }
    }

    fn to_big(&self) -> BigRational {
        match &self.0 {
            Parts::Narrow(numerator, denominator) => {
                BigRational::new(BigInt::from(*numerator), BigInt::from(*denominator))
            }
            Parts::Wide(parts) => BigRational::new_raw(BigInt::from(parts.0), BigInt::from(parts.1)),
            Parts::Big(value) => (**value).clone(),
        }
    }

    /// Numerator and denominator as they are kept, when both fit.
    fn small(&self) -> Option<(i128, i128)> {
        match &self.0 {
            Parts::Narrow(numerator, denominator) => Some((i128::from(*numerator), i128::from(*denominator))),
            Parts::Wide(parts) => Some(**parts),
            Parts::Big(_) => None,
        }
    }

    /// Whether it is zero.
    pub fn is_zero(&self) -> bool {
        matches!(self.0, Parts::Narrow(0, _))
    }

    /// Whether it is greater than zero.
    pub fn is_positive(&self) -> bool {
        match &self.0 {
            Parts::Narrow(numerator, _) => *numerator > 0,
            Parts::Wide(parts) => parts.0 > 0,
            Parts::Big(value) => value.is_positive(),
        }
    }

    /// Whether it is less than zero.
    pub fn is_negative(&self) -> bool {
        !self.is_zero() && !self.is_positive()
    }

    /// Its absolute value.
    #[must_use]
    pub fn abs(&self) -> Self {
        if self.is_negative() { -self } else { self.clone() }
    }

    /// Numerator and denominator in lowest terms, when both fit.
    pub fn parts(&self) -> Option<(i128, i128)> {
        match &self.0 {
            Parts::Narrow(numerator, denominator) => Some(lowest((*numerator).into(), (*denominator).into())),
            Parts::Wide(parts) => Some(**parts),
            Parts::Big(_) => None,
        }
    }

    /// The same number in lowest terms, which makes less of what it is multiplied with.
    #[must_use]
    pub fn in_lowest_terms(&self) -> Self {
        self.parts().map_or_else(|| self.clone(), |(numerator, denominator)| Self::of(numerator, denominator))
    }

    /// The quotient; `None` when `other` is zero.
    pub fn checked_div(&self, other: &Self) -> Option<Self> {
        if other.is_zero() {
            return None;
        }
        let small = || {
            let ((a, b), (c, d)) = (self.small()?, other.small()?);
            Some(Self::of(product(a, d)?, product(b, c)?))
        };
        Some(small().unwrap_or_else(|| Self::from_big(self.to_big() / other.to_big())))
    }

    /// The number held to `[floor, cap]`.
    #[must_use]
    pub fn held(self, floor: &Self, cap: &Self) -> Self {
        if self > *cap {
            cap.clone()
        } else if self < *floor {
            floor.clone()
        } else {
            self
        }
    }

    /// The number in units of `10^-places`, rounded: the one place where a number loses digits.
    ///
    /// # Errors
    /// [`TooLarge`] when the result has more than 38 digits.
    #[inline]
    pub fn round(&self, places: u32, mode: Mode) -> Result<i128, TooLarge> {
        // Nearly all numbers of reports stay within 64 bits, where a division is many times cheaper.
        if let Parts::Narrow(numerator, denominator) = self.0
            && let Some(scaled) = 10_i64.checked_pow(places).and_then(|scale| numerator.checked_mul(scale))
        {
            return Ok(nearest(scaled, denominator, mode).into());
        }
        self.round_wide(places, mode)
    }

    fn round_wide(&self, places: u32, mode: Mode) -> Result<i128, TooLarge> {
        if let Some((numerator, denominator)) = self.small()
            && let Some(scaled) = power_of_ten(places).and_then(|scale| product(numerator, scale))
        {
            return Ok(round_quotient(scaled, denominator, mode));
        }
        let scaled = self.to_big() * BigRational::from(BigInt::from(10).pow(places));
        let (quotient, remainder) = scaled.numer().div_mod_floor(scaled.denom());
        let up = match (BigInt::from(2) * remainder).cmp(scaled.denom()) {
            Ordering::Less => false,
            Ordering::Greater => true,
            Ordering::Equal => match mode {
                Mode::HalfUp => !scaled.is_negative(),
                Mode::HalfEven => quotient.is_odd(),
            },
        };
        let rounded = if up { quotient + BigInt::one() } else { quotient };
        rounded.to_i128().ok_or(TooLarge)
    }

    /// The whole number below.
    ///
    /// # Errors
    /// [`TooLarge`] when it has more than 38 digits.
    pub fn floor(&self) -> Result<i128, TooLarge> {
        match self.small() {
            Some((numerator, denominator)) => Ok(Integer::div_floor(&numerator, &denominator)),
            None => self.to_big().floor().to_integer().to_i128().ok_or(TooLarge),
        }
    }

    /// The number rounded to `places` and written with exactly so many.
    ///
    /// # Errors
    /// [`TooLarge`] when it has more digits than a printed number can have.
    pub fn show(&self, places: u32, mode: Mode) -> Result<String, TooLarge> {
        show_fixed(self.round(places, mode)?, places)
    }

    /// The same at the end of a text.
    ///
    /// # Errors
    /// [`TooLarge`] when it has more digits than a printed number can have.
    pub fn write(&self, places: u32, mode: Mode, into: &mut Vec<u8>) -> Result<(), TooLarge> {
        write_fixed(self.round(places, mode)?, places, into)
    }
}

/// The quotient of two whole numbers to the nearest whole number; the denominator is positive.
pub fn round_quotient(numerator: i128, denominator: i128, mode: Mode) -> i128 {
    // Most parts fit in 64 bits, where a division is many times cheaper.
    if let (Ok(numerator), Ok(denominator)) = (i64::try_from(numerator), i64::try_from(denominator)) {
        return i128::from(nearest(numerator, denominator, mode));
    }
    nearest(numerator, denominator, mode)
}

/// [`round_quotient`] in integers of a kind.
pub fn nearest<N: Integer + Copy>(numerator: N, denominator: N, mode: Mode) -> N {
    // One division, because of 128 bits it is dear: the remainder is made of the quotient.
    let towards_zero = numerator / denominator;
    let rest = numerator - towards_zero * denominator;
    let (quotient, remainder) =
        if rest < N::zero() { (towards_zero - N::one(), rest + denominator) } else { (towards_zero, rest) };
    // Nobody can tell beforehand on which side of the half a value lies, so there is no jump for it.
    let half = denominator - remainder;
    let tie_is_up = match mode {
        Mode::HalfUp => numerator >= N::zero(),
        Mode::HalfEven => quotient.is_odd(),
    };
    let up = (remainder > half) | ((remainder == half) & tie_is_up);
    if up { quotient + N::one() } else { quotient }
}

/// The powers of ten that fit.
#[expect(clippy::indexing_slicing, reason = "computed while the program is built, where iterators cannot be used")]
const POWERS_OF_TEN: [i128; 39] = {
    let mut powers = [1; 39];
    let mut place = 1;
    while place < powers.len() {
        powers[place] = powers[place - 1] * 10;
        place += 1;
    }
    powers
};

/// `10^places`, when it fits.
pub fn power_of_ten(places: u32) -> Option<i128> {
    POWERS_OF_TEN.get(places as usize).copied()
}

/// The product, when it fits.
pub(crate) fn product(a: i128, b: i128) -> Option<i128> {
    // Most factors fit in 64 bits, and then the product fits.
    match (i64::try_from(a), i64::try_from(b)) {
        (Ok(a), Ok(b)) => Some(i128::from(a) * i128::from(b)),
        _ => a.checked_mul(b),
    }
}

/// A quotient in lowest terms with its denominator positive; neither part is the least of all numbers.
fn lowest(numerator: i128, denominator: i128) -> (i128, i128) {
    let divisor = gcd(numerator.unsigned_abs(), denominator.unsigned_abs()).cast_signed() * denominator.signum();
    (numerator / divisor, denominator / divisor)
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    // Most parts fit in 64 bits, where a division is many times cheaper.
    while b != 0 {
        if let (Ok(small_a), Ok(small_b)) = (u64::try_from(a), u64::try_from(b)) {
            return u128::from(small_a.gcd(&small_b));
        }
        (a, b) = (b, a % b);
    }
    a.max(1)
}

/// A number as a cell writes it: decimal digits, or a fraction of two whole numbers.
///
/// Nearly all have few digits, and stand where they are; the others stand elsewhere, so that a column of numbers is
/// small.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Number {
    /// So many units of `10^-places`.
    Decimal {
        /// The digits.
        value: i64,
        /// The places.
        places: u8,
    },
    /// The same with more digits.
    Long(Box<(i128, u8)>),
    /// `2/3`.
    Fraction(Box<Fraction>),
}

impl Number {
    /// `value` units of `10^-places`.
    pub fn decimal(value: i128, places: u8) -> Self {
        match i64::try_from(value) {
            Ok(value) => Self::Decimal { value, places },
            Err(_) => Self::Long(Box::new((value, places))),
        }
    }

    /// Digits and places of a decimal.
    pub fn digits(&self) -> Option<(i128, u32)> {
        match self {
            Self::Decimal { value, places } => Some((i128::from(*value), u32::from(*places))),
            Self::Long(decimal) => Some((decimal.0, u32::from(decimal.1))),
            Self::Fraction(_) => None,
        }
    }

    /// The exact number.
    pub fn exact(&self) -> Fraction {
        match self {
            Self::Decimal { value, places } => Fraction::fixed(i128::from(*value), u32::from(*places)),
            Self::Long(decimal) => Fraction::fixed(decimal.0, u32::from(decimal.1)),
            Self::Fraction(fraction) => (**fraction).clone(),
        }
    }

    /// Whether it is zero.
    pub fn is_zero(&self) -> bool {
        match self {
            Self::Decimal { value, .. } => *value == 0,
            Self::Long(decimal) => decimal.0 == 0,
            Self::Fraction(fraction) => fraction.is_zero(),
        }
    }

    /// Whether it is the same number as another, with as many places or not.
    pub fn equals(&self, other: &Self) -> bool {
        if let (Self::Decimal { value: a, places: p }, Self::Decimal { value: b, places: q }) = (self, other) {
            let (fewer, more) = if p <= q { (a, b) } else { (b, a) };
            // What leaves 64 bits is not the other, which is in them.
            return match power_of_ten(p.abs_diff(*q).into()).and_then(|scale| i64::try_from(scale).ok()) {
                Some(scale) => fewer.checked_mul(scale) == Some(*more),
                None => *fewer == 0 && *more == 0,
            };
        }
        self.exact() == other.exact()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_traits::Zero;
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    fn half_up(numerator: i128, denominator: i128, places: u32) -> String {
        Fraction::new(numerator, denominator).unwrap().show(places, Mode::HalfUp).unwrap()
    }

    #[test]
    fn a_half_rounds_away_from_zero() {
        assert_eq!(half_up(89_995, 1000, 2), "90.00");
        assert_eq!(half_up(-5, 1000, 2), "-0.01");
        assert_eq!(half_up(89_994_999, 1_000_000, 2), "89.99");
    }

    #[test]
    fn half_even_goes_to_the_even_neighbour() {
        let even = |n| Fraction::new(n, 1000).unwrap().show(2, Mode::HalfEven).unwrap();
        assert_eq!(even(17_665), "17.66");
        assert_eq!(even(17_675), "17.68");
        assert_eq!(even(-17_665), "-17.66");
    }

    #[test]
    fn a_negative_number_that_rounds_to_nothing_has_no_sign() {
        assert_eq!(half_up(-4, 1000, 2), "0.00");
    }

    #[test]
    fn numbers_beyond_128_bits_stay_exact() {
        let large = Fraction::whole(i128::MAX);
        let product = &large * &large;
        assert_eq!((&product / &large).unwrap(), large);
        assert_eq!(&(&product + &Fraction::ONE) - &product, Fraction::ONE);
        assert_eq!(product.round(0, Mode::HalfUp), Err(TooLarge));
    }

    #[test]
    fn a_fraction_is_shown_as_a_decimal_where_it_has_one() {
        assert_eq!(Fraction::new(1, 2).unwrap().to_string(), "0.5");
        assert_eq!(Fraction::new(-2, 3).unwrap().to_string(), "-2/3");
        assert_eq!(Fraction::whole(40).to_string(), "40");
    }

    /// Whole numbers of every size, most of them with divisors in common.
    fn wholes() -> impl Strategy<Value = i128> {
        prop_oneof![
            -12_i128..12,
            (-1000_i128..1000).prop_map(|number| number * 7_200_000),
            any::<i64>().prop_map(i128::from),
            any::<i128>(),
            Just(i128::MIN),
            Just(i128::MAX),
            Just(i128::from(i64::MIN)),
        ]
    }

    fn fractions() -> impl Strategy<Value = (Fraction, BigRational)> {
        let parts = (wholes(), wholes().prop_filter("not 0", |below| *below != 0));
        parts.prop_map(|(above, below)| {
            (Fraction::new(above, below).unwrap(), BigRational::new(above.into(), below.into()))
        })
    }

    proptest! {
        #[test]
        fn numbers_of_every_size_are_computed_as_big_ones_are((a, big_a) in fractions(), (b, big_b) in fractions()) {
            prop_assert_eq!((&a + &b).to_big(), &big_a + &big_b);
            prop_assert_eq!((&a - &b).to_big(), &big_a - &big_b);
            prop_assert_eq!((&a * &b).to_big(), &big_a * &big_b);
            prop_assert_eq!(a.checked_div(&b).map(|quotient| quotient.to_big()), (!b.is_zero()).then(|| &big_a / &big_b));
            prop_assert_eq!(a.cmp(&b), big_a.cmp(&big_b));
            prop_assert_eq!((-&a).to_big(), -&big_a);
            prop_assert_eq!((a.is_zero(), a.is_positive()), (big_a.is_zero(), big_a.is_positive()));
            prop_assert_eq!(a.parts(), big_a.numer().to_i128().zip(big_a.denom().to_i128()));
            prop_assert_eq!(a.floor().ok(), big_a.floor().to_integer().to_i128());
        }

        #[test]
        fn a_number_is_written_as_a_decimal_is(number in wholes(), places in 0_u32..=30) {
            let decimal = Decimal::try_from_i128_with_scale(number, places).map_err(|_| TooLarge);
            prop_assert_eq!(show_fixed(number, places), decimal.map(|decimal| decimal.to_string()));
        }


        #[test]
        fn numbers_are_equal_when_their_fractions_are(a in -9_i64..9, b in -9_i64..9, p in 0_u8..28, q in 0_u8..28, n in 0_u32..19) {
            let wide = Number::decimal(i128::from(b) * 10_i128.pow(n), q);
            let number = Number::Decimal { value: a, places: p };
            prop_assert_eq!(number.equals(&wide), number.exact() == wide.exact());
        }

        #[test]
        fn rounding_with_big_integers_is_the_same(n in any::<i64>(), d in 1_i64..1_000_000, places in 0_u32..6) {
            let small = Fraction::new(n.into(), d.into()).unwrap();
            let big = Fraction(Parts::Big(Box::new(small.to_big())));
            for mode in [Mode::HalfUp, Mode::HalfEven] {
                prop_assert_eq!(small.round(places, mode), big.round(places, mode));
            }
        }

        #[test]
        fn adding_and_taking_away_again_changes_nothing(a in any::<i64>(), b in 1_i64.., c in any::<i64>(), d in 1_i64..) {
            let left = Fraction::new(a.into(), b.into()).unwrap();
            let right = Fraction::new(c.into(), d.into()).unwrap();
            prop_assert_eq!(&(&left + &right) - &right, left);
        }
    }
}

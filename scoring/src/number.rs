//! Exact numbers: fractions, fixed places, and the one rounding function.
//!
//! A [`Fraction`] never rounds and never overflows: it keeps 128-bit parts while they fit and goes over to
//! big integers when they do not. Rounding happens in [`Fraction::round`] alone. METHOD §3.

use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, Div, Mul, Neg, Sub};

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive};
use rust_decimal::Decimal;

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
pub enum Fraction {
    /// In lowest terms, the denominator positive.
    Small {
        /// The numerator.
        numerator: i128,
        /// The denominator, at least 1.
        denominator: i128,
    },
    /// What does not fit.
    Big(Box<BigRational>),
}

/// A number does not fit where a fixed number of places is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a number has more digits than can be kept")]
pub struct TooLarge;

impl Fraction {
    /// Zero.
    pub const ZERO: Self = Self::whole(0);
    /// One.
    pub const ONE: Self = Self::whole(1);
    /// A hundred.
    pub const HUNDRED: Self = Self::whole(100);

    /// A whole number.
    pub const fn whole(number: i128) -> Self {
        Self::Small { numerator: number, denominator: 1 }
    }

    /// `numerator / denominator`; `None` when the denominator is 0.
    pub fn new(numerator: i128, denominator: i128) -> Option<Self> {
        match denominator {
            0 => None,
            1 => Some(Self::whole(numerator)),
            _ => Some(Self::reduced(numerator, denominator)),
        }
    }

    /// `number` units of `10^-places`.
    pub fn fixed(number: i128, places: u32) -> Self {
        match power_of_ten(places) {
            Some(1) => Self::whole(number),
            Some(scale) => Self::reduced(number, scale),
            None => Self::from_big(BigRational::new(BigInt::from(number), BigInt::from(10).pow(places))),
        }
    }

    fn reduced(numerator: i128, denominator: i128) -> Self {
        if numerator == i128::MIN || denominator == i128::MIN {
            return Self::from_big(BigRational::new(numerator.into(), denominator.into()));
        }
        let divisor = gcd(numerator.unsigned_abs(), denominator.unsigned_abs()).cast_signed();
        let sign = denominator.signum();
        Self::Small { numerator: sign * (numerator / divisor), denominator: sign * (denominator / divisor) }
    }

    fn from_big(value: BigRational) -> Self {
        match (value.numer().to_i128(), value.denom().to_i128()) {
            (Some(numerator), Some(denominator)) => Self::Small { numerator, denominator },
            _ => Self::Big(Box::new(value)),
        }
    }

    fn to_big(&self) -> BigRational {
        match self {
            Self::Small { numerator, denominator } => {
                BigRational::new_raw(BigInt::from(*numerator), BigInt::from(*denominator))
            }
            Self::Big(value) => (**value).clone(),
        }
    }

    /// Whether it is zero.
    pub fn is_zero(&self) -> bool {
        matches!(self, Self::Small { numerator: 0, .. })
    }

    /// Whether it is greater than zero.
    pub fn is_positive(&self) -> bool {
        match self {
            Self::Small { numerator, .. } => *numerator > 0,
            Self::Big(value) => value.is_positive(),
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
        match self {
            Self::Small { numerator, denominator } => Some((*numerator, *denominator)),
            Self::Big(_) => None,
        }
    }

    /// The quotient; `None` when `other` is zero.
    pub fn checked_div(&self, other: &Self) -> Option<Self> {
        if other.is_zero() {
            return None;
        }
        if let (Self::Small { numerator: a, denominator: b }, Self::Small { numerator: c, denominator: d }) =
            (self, other)
            && let (Some(numerator), Some(denominator)) = (a.checked_mul(*d), b.checked_mul(*c))
        {
            return Some(Self::reduced(numerator, denominator));
        }
        Some(Self::from_big(self.to_big() / other.to_big()))
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
    pub fn round(&self, places: u32, mode: Mode) -> Result<i128, TooLarge> {
        if let Self::Small { numerator, denominator } = self
            && let Some(scaled) = power_of_ten(places).and_then(|scale| numerator.checked_mul(scale))
            && *denominator <= i128::MAX / 2
        {
            return Ok(round_quotient(scaled, *denominator, mode));
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
        match self {
            Self::Small { numerator, denominator } => Ok(numerator.div_floor(denominator)),
            Self::Big(value) => value.floor().to_integer().to_i128().ok_or(TooLarge),
        }
    }

    /// The number rounded to `places` and written with exactly so many.
    ///
    /// # Errors
    /// [`TooLarge`] when it has more digits than a printed number can have.
    pub fn show(&self, places: u32, mode: Mode) -> Result<String, TooLarge> {
        show_fixed(self.round(places, mode)?, places)
    }
}

/// `number` units of `10^-places`, written with exactly so many places.
///
/// # Errors
/// [`TooLarge`] when it has more digits than a printed number can have.
pub fn show_fixed(number: i128, places: u32) -> Result<String, TooLarge> {
    let decimal = Decimal::try_from_i128_with_scale(number, places).map_err(|_| TooLarge)?;
    Ok(decimal.to_string())
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
    let (quotient, remainder) = numerator.div_mod_floor(&denominator);
    let up = match remainder.cmp(&(denominator - remainder)) {
        Ordering::Less => false,
        Ordering::Greater => true,
        Ordering::Equal => match mode {
            Mode::HalfUp => numerator >= N::zero(),
            Mode::HalfEven => quotient.is_odd(),
        },
    };
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

impl Default for Fraction {
    fn default() -> Self {
        Self::ZERO
    }
}

impl From<Decimal> for Fraction {
    fn from(value: Decimal) -> Self {
        Self::fixed(value.mantissa(), value.scale())
    }
}

impl From<i128> for Fraction {
    fn from(value: i128) -> Self {
        Self::whole(value)
    }
}

impl PartialEq for Fraction {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Fraction {}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Self::Small { numerator: a, denominator: b }, Self::Small { numerator: c, denominator: d }) =
            (self, other)
        {
            if b == d {
                return a.cmp(c);
            }
            if let (Some(left), Some(right)) = (a.checked_mul(*d), c.checked_mul(*b)) {
                return left.cmp(&right);
            }
        }
        self.to_big().cmp(&other.to_big())
    }
}

impl Add for &Fraction {
    type Output = Fraction;
    fn add(self, other: &Fraction) -> Fraction {
        if let (Fraction::Small { numerator: a, denominator: b }, Fraction::Small { numerator: c, denominator: d }) =
            (self, other)
        {
            if b == d
                && let Some(sum) = a.checked_add(*c)
            {
                return if *b == 1 { Fraction::whole(sum) } else { Fraction::reduced(sum, *b) };
            }
            if let (Some(left), Some(right), Some(denominator)) =
                (a.checked_mul(*d), c.checked_mul(*b), b.checked_mul(*d))
                && let Some(sum) = left.checked_add(right)
            {
                return Fraction::reduced(sum, denominator);
            }
        }
        Fraction::from_big(self.to_big() + other.to_big())
    }
}

impl Neg for &Fraction {
    type Output = Fraction;
    fn neg(self) -> Fraction {
        match self {
            Fraction::Small { numerator, denominator } if *numerator != i128::MIN => {
                Fraction::Small { numerator: -numerator, denominator: *denominator }
            }
            _ => Fraction::from_big(-self.to_big()),
        }
    }
}

impl Sub for &Fraction {
    type Output = Fraction;
    fn sub(self, other: &Fraction) -> Fraction {
        self + &-other
    }
}

impl Mul for &Fraction {
    type Output = Fraction;
    fn mul(self, other: &Fraction) -> Fraction {
        if let (Fraction::Small { numerator: a, denominator: b }, Fraction::Small { numerator: c, denominator: d }) =
            (self, other)
            && let (Some(numerator), Some(denominator)) = (a.checked_mul(*c), b.checked_mul(*d))
        {
            return if denominator == 1 {
                Fraction::whole(numerator)
            } else {
                Fraction::reduced(numerator, denominator)
            };
        }
        Fraction::from_big(self.to_big() * other.to_big())
    }
}

impl Div for &Fraction {
    type Output = Option<Fraction>;
    fn div(self, other: &Fraction) -> Option<Fraction> {
        self.checked_div(other)
    }
}

impl std::iter::Sum for Fraction {
    fn sum<I: Iterator<Item = Self>>(values: I) -> Self {
        values.fold(Self::ZERO, |sum, value| &sum + &value)
    }
}

/// As policies write numbers: a decimal where the number has one, else a fraction.
impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Small { numerator, denominator } = self else {
            return write!(f, "{}", self.to_big());
        };
        let decimal = (0..=12).find_map(|places| {
            let scale = power_of_ten(places)?;
            (scale % denominator == 0).then(|| numerator.checked_mul(scale / denominator))?.map(|n| (n, places))
        });
        match decimal.and_then(|(number, places)| show_fixed(number, places).ok()) {
            Some(text) => f.write_str(&text),
            None => write!(f, "{numerator}/{denominator}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn numbers_are_equal_when_their_fractions_are(a in -9_i64..9, b in -9_i64..9, p in 0_u8..28, q in 0_u8..28, n in 0_u32..19) {
            let wide = Number::decimal(i128::from(b) * 10_i128.pow(n), q);
            let number = Number::Decimal { value: a, places: p };
            prop_assert_eq!(number.equals(&wide), number.exact() == wide.exact());
        }
    }

    proptest! {
        #[test]
        fn rounding_with_big_integers_is_the_same(n in any::<i64>(), d in 1_i64..1_000_000, places in 0_u32..6) {
            let small = Fraction::new(n.into(), d.into()).unwrap();
            let big = Fraction::Big(Box::new(small.to_big()));
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

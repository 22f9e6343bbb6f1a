//! The operators of fractions, and how one is written.

use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, Div, Mul, Neg, Sub};

use rust_decimal::Decimal;

use super::{Fraction, Parts, power_of_ten, product, show_fixed};

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
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        // Products of 64-bit parts fit, and nearly all parts are such.
        if let (Parts::Narrow(a, b), Parts::Narrow(c, d)) = (&self.0, &other.0) {
            let wide = |a: &i64, b: &i64| i128::from(*a) * i128::from(*b);
            return if b == d { a.cmp(c) } else { wide(a, d).cmp(&wide(c, b)) };
        }
        self.cmp_wide(other)
    }
}

impl Fraction {
    fn cmp_wide(&self, other: &Self) -> Ordering {
        let small = || {
            let ((a, b), (c, d)) = (self.small()?, other.small()?);
            if b == d { Some(a.cmp(&c)) } else { Some(product(a, d)?.cmp(&product(c, b)?)) }
        };
        small().unwrap_or_else(|| self.to_big().cmp(&other.to_big()))
    }
}

impl Add for &Fraction {
    type Output = Fraction;
    fn add(self, other: &Fraction) -> Fraction {
        let small = || {
            let ((a, b), (c, d)) = (self.small()?, other.small()?);
            if b == d {
                return Some(Fraction::of(a.checked_add(c)?, b));
            }
            Some(Fraction::of(product(a, d)?.checked_add(product(c, b)?)?, product(b, d)?))
        };
        // Many a sum begins with nothing, whose denominator would only make the other's larger.
        match (self.is_zero(), other.is_zero()) {
            (true, _) => other.clone(),
            (_, true) => self.clone(),
            _ => small().unwrap_or_else(|| Fraction::from_big(self.to_big() + other.to_big())),
        }
    }
}

impl Neg for &Fraction {
    type Output = Fraction;
    fn neg(self) -> Fraction {
        let small = || {
            let (numerator, denominator) = self.small()?;
            Some(Fraction::of(numerator.checked_neg()?, denominator))
        };
        small().unwrap_or_else(|| Fraction::from_big(-self.to_big()))
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
        let small = || {
            let ((a, b), (c, d)) = (self.small()?, other.small()?);
            Some(Fraction::of(product(a, c)?, product(b, d)?))
        };
        small().unwrap_or_else(|| Fraction::from_big(self.to_big() * other.to_big()))
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
        let Some((numerator, denominator)) = self.parts() else {
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

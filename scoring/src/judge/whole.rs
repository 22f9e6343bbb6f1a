//! Values of `ratio` and `rating` in whole numbers, for marks that are plain decimals.
//!
//! These two are computed for nearly every row, and a mark has few digits: products of integers and one division give
//! the value in units of its places at once. [`super::method`] says what they are; a test holds both equal. Where a
//! number is a fraction, or a product too large, or the row wrong, there is no value here.

use rust_decimal::Decimal;

use crate::number::{Fraction, Mode, Number, power_of_ten, round_quotient};
use crate::policy::{Better, Indicator, Method};

/// What is the same for all rows: all numbers of the policy as integers.
#[derive(Debug, Clone)]
pub(super) struct Whole {
    kind: Kind,
    /// Floor and cap in units of the indicator's places.
    floor: i128,
    cap: i128,
    mode: Mode,
}

#[derive(Debug, Clone)]
enum Kind {
    /// Units of full marks, as a quotient.
    Ratio { above: i128, below: i128, better: Better },
    /// Units of a mark's distance from `min`, as a quotient; `min` and `max` as quotients.
    Rating { above: i128, below: i128, min: (i128, i128), max: (i128, i128) },
}

impl Whole {
    /// For an indicator with values at so many places; `None` when it has another method or unwieldy numbers.
    pub fn new(indicator: &Indicator, places: u32, mode: Mode) -> Option<Self> {
        let scale = Fraction::whole(power_of_ten(places)?);
        let in_units = |bound: &Fraction| (bound * &scale).parts().filter(|(_, below)| *below == 1);
        let units = &indicator.full * &scale;
        let kind = match &indicator.method {
            Method::Ratio { better, .. } => {
                let (above, below) = units.parts()?;
                Kind::Ratio { above, below, better: *better }
            }
            Method::Rating { min, max, .. } => {
                let (above, below) = units.checked_div(&(max - min))?.parts()?;
                Kind::Rating { above, below, min: min.parts()?, max: max.parts()? }
            }
            _ => return None,
        };
        Some(Self { kind, floor: in_units(&indicator.floor)?.0, cap: in_units(&indicator.cap)?.0, mode })
    }

    /// The value of `ratio` for a target above 0.
    pub fn ratio(&self, actual: &Number, target: &Number) -> Option<i64> {
        let Kind::Ratio { above, below, better } = self.kind else { return None };
        let ((actual, actual_scale), (target, target_scale)) = (digits(actual)?, digits(target)?);
        let places = actual_scale.max(target_scale);
        let actual = actual.checked_mul(power_of_ten(places - actual_scale)?)?;
        let target = target.checked_mul(power_of_ten(places - target_scale)?)?;
        if target <= 0 {
            return None;
        }
        let share = match better {
            Better::Higher => actual,
            Better::Lower => target.checked_mul(2)?.checked_sub(actual)?,
        };
        self.settled(above.checked_mul(share)?, below.checked_mul(target)?)
    }

    /// The value of `rating` for a mark from `min` to `max`.
    pub fn rating(&self, mark: &Number) -> Option<i64> {
        let Kind::Rating { above, below, min, max } = self.kind else { return None };
        let (mark, scale) = digits(mark)?;
        let scale = power_of_ten(scale)?;
        let distance = mark.checked_mul(min.1)?.checked_sub(min.0.checked_mul(scale)?)?;
        if distance < 0 || mark.checked_mul(max.1)? > max.0.checked_mul(scale)? {
            return None;
        }
        self.settled(above.checked_mul(distance)?, below.checked_mul(min.1)?.checked_mul(scale)?)
    }

    /// Rounded and held. Floor and cap are whole units, so that holding first would give the same.
    fn settled(&self, above: i128, below: i128) -> Option<i64> {
        if below <= 0 || self.floor > self.cap {
            return None;
        }
        i64::try_from(round_quotient(above, below, self.mode).clamp(self.floor, self.cap)).ok()
    }
}

fn digits(number: &Number) -> Option<(i128, u32)> {
    match number {
        Number::Decimal(decimal) => Some((Decimal::mantissa(decimal), decimal.scale())),
        Number::Fraction(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::method;
    use crate::policy::Policy;
    use proptest::prelude::*;

    fn policy(keys: &str) -> Policy {
        let text = format!(
            "schema = 1\nid = \"t\"\ntitle = \"t\"\nauthority = \"t\"\n\
             [period]\nfrom = 2025-01-01\nto = 2025-12-31\n\
             [[unit.section]]\nid = \"s\"\nweight = 1\nsource = \"tasks\"\nindicators = [\"i\"]\n\
             [[indicator]]\nid = \"i\"\n{keys}\n"
        );
        crate::policy::parse(&text, "policy.toml").unwrap().0
    }

    const RATIOS: [&str; 4] = [
        "method = \"ratio\"",
        "method = \"ratio\"\nbetter = \"lower\"\nfull = \"50/3\"\ncap = 20",
        "method = \"ratio\"\ncap = 120\nfloor = -10",
        "method = \"ratio\"\nround = 0\nfull = 7",
    ];
    const RATINGS: [&str; 3] = [
        "method = \"rating\"\ncolumn = \"quality\"",
        "method = \"rating\"\ncolumn = \"quality\"\nmin = \"-1/3\"\nmax = 1000\nfull = 30",
        "method = \"rating\"\ncolumn = \"quality\"\nmin = 1\nmax = 5\nround = 1\nfloor = 60",
    ];

    proptest! {
        #[test]
        fn values_are_those_of_the_plain_formulas(
            which in 0_usize..7, a in -2_000_000_i64..2_000_000, b in 1_i64..500_000, p in 0_u32..5, q in 0_u32..5,
            even: bool,
        ) {
            let policy = policy(RATIOS.iter().chain(&RATINGS).nth(which).unwrap());
            let (indicator, mode) = (&policy.indicators[0], if even { Mode::HalfEven } else { Mode::HalfUp });
            let places = indicator.places.unwrap_or(4);
            let whole = Whole::new(indicator, places, mode).unwrap();
            let (a, b) = (Number::Decimal(Decimal::new(a, p)), Number::Decimal(Decimal::new(b, q)));
            let (found, plain) = match &indicator.method {
                Method::Ratio { better, .. } => {
                    (whole.ratio(&a, &b), method::ratio(&a.exact(), &b.exact(), *better, &indicator.full))
                }
                Method::Rating { min, max, .. } => {
                    (whole.rating(&a), method::rating(&a.exact(), min, max, &indicator.full))
                }
                _ => unreachable!(),
            };
            let plain = plain.map(|value| method::settle_fixed(value, indicator, places, mode).unwrap());
            prop_assert_eq!(found, plain);
        }
    }
}

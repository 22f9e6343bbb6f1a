//! Values of `ratio` and `rating` in whole numbers, for marks that are plain decimals.
//!
//! These two are computed for nearly every row, and a mark has few digits: products of integers and one division give
//! the value in units of its places at once. [`super::method`] says what they are; a test holds both equal. Where a
//! number is a fraction, or a product too large, or the row wrong, there is no value here.

mod units;

use num_integer::Integer;
use num_traits::{CheckedMul, CheckedSub};

use crate::number::{Fraction, Mode, Number, nearest, power_of_ten};
use crate::policy::{Better, Indicator, Method};

pub(super) use units::InUnits;

/// The formula of an indicator, in 64 bits and, where these do not suffice, in 128.
#[derive(Debug, Clone)]
pub(super) struct Whole {
    narrow: Option<Formula<i64>>,
    wide: Formula<i128>,
}

/// What is the same for all rows: all numbers of the policy as integers.
#[derive(Debug, Clone)]
struct Formula<N> {
    kind: Kind<N>,
    /// Floor and cap in units of the indicator's places.
    floor: N,
    cap: N,
    mode: Mode,
}

#[derive(Debug, Clone)]
enum Kind<N> {
    /// Units of full marks, as a quotient.
    Ratio { above: N, below: N, better: Better },
    /// Units of a mark's distance from `min`, as a quotient; `min` and `max` as quotients.
    Rating { above: N, below: N, min: (N, N), max: (N, N) },
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
        let (floor, cap) = (in_units(&indicator.floor)?.0, in_units(&indicator.cap)?.0);
        let wide = Formula { kind, floor, cap, mode };
        (floor <= cap).then(|| Self { narrow: wide.narrow(), wide })
    }

    /// The value of `ratio` for a target above 0.
    #[inline]
    pub fn ratio(&self, actual: &Number, target: &Number) -> Option<i64> {
        let narrow = self.narrow.as_ref().and_then(|formula| formula.ratio(actual, target));
        narrow.or_else(|| self.wide.ratio(actual, target))
    }

    /// The value of `rating` for a mark from `min` to `max`.
    #[inline]
    pub fn rating(&self, mark: &Number) -> Option<i64> {
        self.narrow.as_ref().and_then(|formula| formula.rating(mark)).or_else(|| self.wide.rating(mark))
    }
}

impl Formula<i128> {
    /// The same in 64 bits, when its numbers fit.
    fn narrow(&self) -> Option<Formula<i64>> {
        let fit = |number: i128| i64::try_from(number).ok();
        let both = |(above, below): (i128, i128)| Some((fit(above)?, fit(below)?));
        let kind = match self.kind {
            Kind::Ratio { above, below, better } => Kind::Ratio { above: fit(above)?, below: fit(below)?, better },
            Kind::Rating { above, below, min, max } => {
                Kind::Rating { above: fit(above)?, below: fit(below)?, min: both(min)?, max: both(max)? }
            }
        };
        Some(Formula { kind, floor: fit(self.floor)?, cap: fit(self.cap)?, mode: self.mode })
    }
}

impl<N> Formula<N>
where
    N: Integer + CheckedMul + CheckedSub + Copy + From<i64> + TryFrom<i128> + TryInto<i64>,
{
    fn ratio(&self, actual: &Number, target: &Number) -> Option<i64> {
        let Kind::Ratio { above, below, better } = self.kind else { return None };
        let ((actual, actual_places), (target, target_places)) = (digits::<N>(actual)?, digits::<N>(target)?);
        let places = actual_places.max(target_places);
        let actual = scaled(actual, places - actual_places)?;
        let target = scaled(target, places - target_places)?;
        if target <= N::zero() {
            return None;
        }
        let share = match better {
            Better::Higher => actual,
            Better::Lower => target.checked_mul(&N::from(2))?.checked_sub(&actual)?,
        };
        self.settled(above.checked_mul(&share)?, below.checked_mul(&target)?)
    }

    fn rating(&self, mark: &Number) -> Option<i64> {
        let Kind::Rating { above, below, min, max } = self.kind else { return None };
        let (mark, places) = digits::<N>(mark)?;
        let distance = mark.checked_mul(&min.1)?.checked_sub(&scaled(min.0, places)?)?;
        if distance < N::zero() || mark.checked_mul(&max.1)? > scaled(max.0, places)? {
            return None;
        }
        self.settled(above.checked_mul(&distance)?, scaled(below.checked_mul(&min.1)?, places)?)
    }

    /// Rounded and held. Floor and cap are whole units, so that holding first would give the same.
    fn settled(&self, above: N, below: N) -> Option<i64> {
        if below <= N::zero() {
            return None;
        }
        nearest(above, below, self.mode).clamp(self.floor, self.cap).try_into().ok()
    }
}

fn digits<N: From<i64> + TryFrom<i128>>(number: &Number) -> Option<(N, u8)> {
    match number {
        Number::Decimal { value, places } => Some((N::from(*value), *places)),
        Number::Long(decimal) => Some((N::try_from(decimal.0).ok()?, decimal.1)),
        Number::Fraction(_) => None,
    }
}

/// `number` times `10^places`.
fn scaled<N: CheckedMul + TryFrom<i128>>(number: N, places: u8) -> Option<N> {
    match places {
        0 => Some(number),
        _ => number.checked_mul(&N::try_from(power_of_ten(places.into())?).ok()?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::method;
    use crate::policy::Policy;
    use crate::read::batch::NumberColumn;
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
            which in 0_usize..7, a in -2_000_000_i64..2_000_000, b in 1_i64..500_000, p in 0_u8..5, q in 0_u8..5,
            even: bool,
        ) {
            let policy = policy(RATIOS.iter().chain(&RATINGS).nth(which).unwrap());
            let (indicator, mode) = (&policy.indicators[0], if even { Mode::HalfEven } else { Mode::HalfUp });
            let places = indicator.places.unwrap_or(4);
            let whole = Whole::new(indicator, places, mode).unwrap();
            let (a, b) = (Number::Decimal { value: a, places: p }, Number::Decimal { value: b, places: q });
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

        #[test]
        fn values_of_units_are_those_of_numbers(
            which in 0_usize..7, cells in prop::collection::vec((-2_000_i64..200_000, 0_u8..5, 0_u32..12), 2..9), even: bool,
        ) {
            let policy = policy(RATIOS.iter().chain(&RATINGS).nth(which).unwrap());
            let (indicator, mode) = (&policy.indicators[0], if even { Mode::HalfEven } else { Mode::HalfUp });
            let whole = Whole::new(indicator, indicator.places.unwrap_or(4), mode).unwrap();
            let number = |(digits, places, more): (i64, u8, u32)| Number::Decimal { value: digits * 10_i64.pow(more / 2), places };
            let cells: Vec<Number> = cells.into_iter().map(number).collect();
            let column: NumberColumn = cells.iter().cloned().map(Some).collect();
            let others: NumberColumn = cells.iter().rev().cloned().map(Some).collect();
            let formula = whole.in_units(column.places(), others.places()).unwrap();
            let rows = cells.iter().zip(column.cells()).zip(cells.iter().rev().zip(others.cells()));
            for ((mark, cell), (target, target_cell)) in rows {
                match formula {
                    InUnits::Ratio(ratio) if ratio.knows(*cell, *target_cell) => {
                        prop_assert_eq!(Some(ratio.value(*cell, *target_cell)), whole.ratio(mark, target));
                    }
                    InUnits::Ratio(_) => {
                        let is_large = |cell: i64| cell.abs() > 1_000_000_000;
                        prop_assert!(*target_cell <= 0 || is_large(*target_cell) || is_large(*cell));
                    }
                    InUnits::Rating(rating) if rating.knows(*cell) => {
                        prop_assert_eq!(Some(rating.value(*cell)), whole.rating(mark));
                    }
                    InUnits::Rating(_) => prop_assert_eq!(whole.rating(mark), None),
                }
            }
        }
    }
}

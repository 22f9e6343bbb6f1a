//! Values of `ratio` and `rating` for columns whose cells are in units.
//!
//! All that such a column leaves open is how many units a cell has: what the policy and the units say is multiplied out
//! for a batch, and a row takes a product or two and one division. A test holds the values equal to those of a number
//! each.

use num_integer::Integer;

use super::{Kind, Whole};
use crate::number::{Mode, nearest, power_of_ten};
use crate::policy::Better;
use crate::read::batch::NumberColumn;

/// Products of numbers up to this one with others can be doubled in 64 bits, and two of them added.
const LIMIT: i64 = 1 << 61;

/// The formula of an indicator over units.
#[derive(Debug, Clone, Copy)]
pub(in crate::judge) enum InUnits {
    /// Of `ratio`.
    Ratio(Ratio),
    /// Of `rating`.
    Rating(Rating),
}

/// The value is `(actual * of_actual + target * of_target) / (target * below)`.
#[derive(Debug, Clone, Copy)]
pub(in crate::judge) struct Ratio {
    of_actual: i64,
    of_target: i64,
    below: i64,
    most_actual: i64,
    most_target: i64,
    held: Held,
}

/// The value is `(mark * of_mark + plus) / below`.
#[derive(Debug, Clone, Copy)]
pub(in crate::judge) struct Rating {
    of_mark: i64,
    plus: i64,
    below: i64,
    least: i64,
    most: i64,
    held: Held,
}

/// How values are rounded and held.
#[derive(Debug, Clone, Copy)]
struct Held {
    floor: i64,
    cap: i64,
    mode: Mode,
}

impl Whole {
    /// The formula for columns with units of so many places: of the actual value and the target, or of the mark.
    pub fn in_units(&self, first: u8, second: u8) -> Option<InUnits> {
        let unit = |places: u8| power_of_ten(places.into());
        let formula = &self.wide;
        let fit = |number: i128| i64::try_from(number).ok();
        let held = Held { floor: fit(formula.floor)?, cap: fit(formula.cap)?, mode: formula.mode };
        match formula.kind {
            Kind::Ratio { above, below, better } => {
                let places = first.max(second);
                let actual = above.checked_mul(unit(places - first)?)?;
                let target = unit(places - second)?;
                let below = below.checked_mul(target)?;
                let (actual, target) = match better {
                    Better::Higher => (actual, 0),
                    Better::Lower => (-actual, above.checked_mul(target)?.checked_mul(2)?),
                };
                let [of_actual, of_target, below] = lowest([actual, target, below])?;
                let most_actual = most_units(of_actual);
                let most_target = most_units(of_target).min(most_units(below));
                Some(InUnits::Ratio(Ratio { of_actual, of_target, below, most_actual, most_target, held }))
            }
            Kind::Rating { above, below, min, max } => {
                let unit = unit(first)?;
                let bound = |(above, below): (i128, i128)| Some((above.checked_mul(unit)?, below));
                let ((min, min_below), (max, max_below)) = (bound(min)?, bound(max)?);
                let of_mark = above.checked_mul(min_below)?;
                let plus = above.checked_mul(min)?.checked_neg()?;
                let below = below.checked_mul(unit)?.checked_mul(min_below)?;
                let [of_mark, plus, below] = lowest([of_mark, plus, below])?;
                let (least, most) = (Integer::div_ceil(&min, &min_below), Integer::div_floor(&max, &max_below));
                let bound = i128::from(most_units(of_mark));
                let (least, most) = (fit(least.max(-bound))?, fit(most.min(bound))?);
                (-LIMIT..=LIMIT).contains(&plus).then_some(InUnits::Rating(Rating {
                    of_mark,
                    plus,
                    below,
                    least,
                    most,
                    held,
                }))
            }
        }
    }
}

impl Ratio {
    /// Whether it knows the value for cells: both are in units, and the target is above 0.
    #[inline]
    pub fn knows(&self, actual: i64, target: i64) -> bool {
        (-self.most_actual..=self.most_actual).contains(&actual) & (1..=self.most_target).contains(&target)
    }

    /// The value where it is known, or else any number.
    #[inline]
    pub fn value(&self, actual: i64, target: i64) -> i64 {
        let below = if self.knows(actual, target) { target.wrapping_mul(self.below) } else { 1 };
        let above = actual.wrapping_mul(self.of_actual).wrapping_add(target.wrapping_mul(self.of_target));
        self.held.value(above, below)
    }
}

impl Rating {
    /// Whether it knows the value for a cell: it is in units, and from `min` to `max`.
    #[inline]
    pub fn knows(&self, mark: i64) -> bool {
        (self.least..=self.most).contains(&mark)
    }

    /// The value where it is known, or else any number.
    #[inline]
    pub fn value(&self, mark: i64) -> i64 {
        let above = mark.wrapping_mul(self.of_mark).wrapping_add(self.plus);
        // Marks seldom have more places than values, and then there is nothing to round.
        if self.below == 1 { self.held.hold(above) } else { self.held.value(above, self.below) }
    }
}

impl Held {
    #[inline]
    fn value(&self, above: i64, below: i64) -> i64 {
        self.hold(nearest(above, below, self.mode))
    }

    /// Floor and cap are whole units, so that it does not matter whether a value is held or rounded first.
    #[inline]
    fn hold(&self, value: i64) -> i64 {
        value.max(self.floor).min(self.cap)
    }
}

/// The most units that a cell may have for a product with a factor.
fn most_units(factor: i64) -> i64 {
    NumberColumn::MOST.min(LIMIT / factor.saturating_abs().max(1))
}

/// The numbers without what divides all of them, when they fit and the last one is positive.
fn lowest(numbers: [i128; 3]) -> Option<[i64; 3]> {
    let [first, second, third] = numbers;
    let divisor = first.gcd(&second).gcd(&third);
    if third <= 0 {
        return None;
    }
    let [first, second, third] = numbers.map(|number| i64::try_from(number / divisor).ok());
    Some([first?, second?, third?])
}

//! The composite value of a task: the mean of its indicators by their weights. METHOD §6.

use crate::judge::NOT_APPLICABLE;
use crate::number::{Fraction, Mode, TooLarge, power_of_ten, product, round_quotient, write_fixed};
use crate::policy::Policy;
use crate::score::over_one;

/// Composites under the weights of a policy.
#[derive(Debug)]
pub(super) struct Composite {
    terms: Vec<Term>,
    /// The same weights as whole numbers; `None` when they are too large.
    whole: Option<Whole>,
    places: u32,
    mode: Mode,
}

/// An indicator.
#[derive(Debug)]
struct Term {
    weight: Fraction,
    /// 100 / full marks, per unit of its places.
    unit: Fraction,
}

/// What values and weights are multiplied by, so that a composite is a quotient of whole numbers.
#[derive(Debug)]
struct Whole {
    /// Of each value: weight · unit over one denominator.
    values: Vec<i128>,
    /// Of each indicator: its weight over one denominator.
    weights: Vec<i128>,
    /// By what the two sums differ from the quotient, in units of the last place that is shown.
    above: i128,
    below: i128,
}

impl Composite {
    /// For values of these indicators, by their places in the policy.
    pub fn new(policy: &Policy, indicators: &[usize]) -> Self {
        let term = |place: &usize| {
            let indicator = policy.indicators.get(*place)?;
            Some(Term { weight: indicator.weight.clone(), unit: policy.unit_of(indicator)? })
        };
        // An indicator without full marks cannot be; it would weigh nothing.
        let nothing = || Term { weight: Fraction::ZERO, unit: Fraction::ZERO };
        let terms: Vec<Term> = indicators.iter().map(|place| term(place).unwrap_or_else(nothing)).collect();
        let places = policy.rounding.score;
        Self { whole: Whole::new(&terms, places), terms, places, mode: policy.rounding.mode }
    }

    /// Writes the composite of the values of a task; nothing when none has a value and a weight.
    ///
    /// # Errors
    /// [`TooLarge`] when it has more digits than can be printed.
    pub fn write(&self, values: &[i64], into: &mut Vec<u8>) -> Result<(), TooLarge> {
        match self.whole.as_ref().and_then(|whole| whole.mean(values, self.mode)) {
            Some(mean) => mean.map_or(Ok(()), |mean| write_fixed(mean, self.places, into)),
            None => self.plain(values).map_or(Ok(()), |mean| mean.write(self.places, self.mode, into)),
        }
    }

    /// The mean in fractions.
    fn plain(&self, values: &[i64]) -> Option<Fraction> {
        let present = self.terms.iter().zip(values).filter(|(_, value)| **value != NOT_APPLICABLE);
        let (mut sum, mut weights) = (Fraction::ZERO, Fraction::ZERO);
        for (term, value) in present {
            sum = &sum + &(&term.weight * &(&term.unit * &Fraction::whole(i128::from(*value))));
            weights = &weights + &term.weight;
        }
        sum.checked_div(&weights)
    }
}

impl Whole {
    fn new(terms: &[Term], places: u32) -> Option<Self> {
        let products: Vec<Fraction> = terms.iter().map(|term| &term.weight * &term.unit).collect();
        let (values, values_below) = over_one(products.iter())?;
        let (weights, weights_below) = over_one(terms.iter().map(|term| &term.weight))?;
        Some(Self { values, weights, above: product(weights_below, power_of_ten(places)?)?, below: values_below })
    }

    /// The mean in units of the last place that is shown; the inner `None` when nothing weighs. The outer `None`: a
    /// number is too large.
    fn mean(&self, values: &[i64], mode: Mode) -> Option<Option<i128>> {
        let (mut above, mut below) = (0_i128, 0_i128);
        for ((factor, weight), value) in self.values.iter().zip(&self.weights).zip(values) {
            if *value != NOT_APPLICABLE {
                above = above.checked_add(product(*factor, i128::from(*value))?)?;
                below = below.checked_add(*weight)?;
            }
        }
        if below == 0 {
            return Some(None);
        }
        Some(Some(round_quotient(product(above, self.above)?, product(below, self.below)?, mode)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fractions() -> impl Strategy<Value = Fraction> {
        (0_i128..1_000_000, prop_oneof![1_i128..40, Just(1_000_000_007)])
            .prop_map(|(above, below)| Fraction::new(above, below).unwrap())
    }

    proptest! {
        #[test]
        fn a_composite_of_whole_numbers_is_that_of_fractions(
            terms in prop::collection::vec((fractions(), fractions()), 0..6),
            values in prop::collection::vec(prop_oneof![Just(NOT_APPLICABLE), -10_i64..2_000_000, any::<i64>()], 6),
            places in 0_u32..5,
            even: bool,
        ) {
            let terms: Vec<Term> = terms.into_iter().map(|(weight, unit)| Term { weight, unit }).collect();
            let mode = if even { Mode::HalfEven } else { Mode::HalfUp };
            let composite = Composite { whole: Whole::new(&terms, places), terms, places, mode };
            let (mut found, mut plain) = (Vec::new(), Vec::new());
            let written = composite.write(&values, &mut found);
            let expected = composite.plain(&values).map_or(Ok(()), |mean| mean.write(places, mode, &mut plain));
            prop_assert_eq!((written, found), (expected, plain));
        }
    }
}

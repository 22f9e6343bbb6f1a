//! Weights as whole numbers, so that the sums of a subject stay whole and only the end is a quotient.
//!
//! All shares of one side are put over one denominator, and so are the weights of each section; what is left are sums
//! of products of integers, without a division or a greatest common divisor on the way. Where a policy's numbers are
//! such that a product leaves 128 bits, there is no value here, and [`super::sections`] goes the plain way with
//! fractions.

use num_integer::Integer;

use crate::number::{Fraction, product};
use crate::tally::{Cell, Shape};

/// An indicator as sums of tasks weigh it.
#[derive(Debug, Clone)]
pub(super) struct Weighed {
    /// Its bit in the sets of present indicators.
    pub bit: usize,
    /// Its weight in its section.
    pub weight: Fraction,
    /// 100 / full marks, per unit of its places.
    pub unit: Fraction,
}

/// The weights of one side, for each shape of sums.
#[derive(Debug)]
pub(super) struct Whole {
    /// Level weight × role share, all over one denominator.
    shares: Vec<i128>,
    sections: Vec<WholeSection>,
}

#[derive(Debug)]
struct WholeSection {
    /// For each shape what its sums are multiplied by, with their bits; `None` when it weighs nothing in the section.
    factors: Vec<Option<Vec<(usize, i128)>>>,
    /// What all factors were multiplied by, above what the shares were.
    scale: i128,
}

impl Whole {
    /// The weights for some shapes with their shares, and for the sections; `None` when they are too large.
    pub fn new(shapes: &[Shape], shares: &[Fraction], sections: &[Vec<Weighed>]) -> Option<Self> {
        let shares = over_one(shares.iter())?.0;
        let sections = sections.iter().map(|terms| WholeSection::new(shapes, &shares, terms)).collect::<Option<_>>()?;
        Some(Self { shares, sections })
    }

    /// Σ W·v / Σ W of the indicator of a bit, in its own units. The outer `None`: a sum is too large.
    pub fn indicator(&self, bit: usize, sums: &[(usize, Cell<'_>)], shapes: &[Shape]) -> Option<Option<Fraction>> {
        let (mut above, mut below) = (0_i128, 0_i128);
        for (shape, cell) in sums {
            if shapes.get(*shape)?.present >> bit & 1 == 1 {
                let share = *self.shares.get(*shape)?;
                above = above.checked_add(product(share, cell.value(bit))?)?;
                below = below.checked_add(product(share, cell.weight())?)?;
            }
        }
        Some(Fraction::new(above, below))
    }

    /// Σ W·T / Σ W of a section. The outer `None`: a sum is too large.
    pub fn section(&self, section: usize, sums: &[(usize, Cell<'_>)]) -> Option<Option<Fraction>> {
        let section = self.sections.get(section)?;
        let (mut above, mut below) = (0_i128, 0_i128);
        for (shape, cell) in sums {
            let Some(factors) = section.factors.get(*shape)? else { continue };
            for (bit, factor) in factors {
                above = above.checked_add(product(*factor, cell.value(*bit))?)?;
            }
            below = below.checked_add(product(*self.shares.get(*shape)?, cell.weight())?)?;
        }
        Some(Fraction::new(above, product(below, section.scale)?))
    }
}

impl WholeSection {
    fn new(shapes: &[Shape], shares: &[i128], terms: &[Weighed]) -> Option<Self> {
        let weights = over_one(terms.iter().map(|term| &term.weight))?.0;
        let (units, units_below) = over_one(terms.iter().map(|term| &term.unit))?;
        let is_present = |shape: &Shape, term: &Weighed| shape.present >> term.bit & 1 == 1;
        let present_weight = |shape: &Shape| {
            let present = terms.iter().zip(&weights).filter(|(term, _)| is_present(shape, term));
            present.map(|(_, weight)| *weight).try_fold(0_i128, i128::checked_add)
        };
        let present = shapes.iter().map(present_weight).collect::<Option<Vec<i128>>>()?;
        let common =
            present.iter().filter(|weight| **weight != 0).try_fold(1, |common, weight| lcm(common, *weight))?;
        let mut factors = Vec::with_capacity(shapes.len());
        for ((shape, share), present) in shapes.iter().zip(shares).zip(&present) {
            if *present == 0 {
                factors.push(None);
                continue;
            }
            let share = share.checked_mul(common / present)?;
            let own = terms.iter().zip(&weights).zip(&units).filter(|((term, _), _)| is_present(shape, term));
            let factor = |((term, weight), unit): ((&Weighed, &i128), &i128)| {
                Some((term.bit, share.checked_mul(*weight)?.checked_mul(*unit)?))
            };
            factors.push(Some(own.map(factor).collect::<Option<_>>()?));
        }
        Some(Self { factors, scale: common.checked_mul(units_below)? })
    }
}

/// Fractions as numerators over one denominator, and that.
pub(crate) fn over_one<'a>(fractions: impl Iterator<Item = &'a Fraction>) -> Option<(Vec<i128>, i128)> {
    let parts = fractions.map(Fraction::parts).collect::<Option<Vec<_>>>()?;
    let common = parts.iter().try_fold(1, |common, (_, below)| lcm(common, *below))?;
    let above = parts.iter().map(|(above, below)| above.checked_mul(common / below)).collect::<Option<_>>()?;
    Some((above, common))
}

fn lcm(a: i128, b: i128) -> Option<i128> {
    (a / a.gcd(&b)).checked_mul(b)
}

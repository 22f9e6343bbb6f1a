//! Weights as whole numbers, so that the sums of a subject stay whole and only the end is a quotient.
//!
//! All shares of one side are put over one denominator, and so are the weights of each section; what is left are sums
//! of products of integers, without a division or a greatest common divisor on the way, for all indicators and sections
//! in one pass over the subject's sums. Where a policy's numbers or the sums are such that a factor leaves 64 bits or a
//! sum of products 128, there is no value here, and [`super::sections`] goes the plain way with fractions.

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

/// The weights of one side.
#[derive(Debug)]
pub(super) struct Whole {
    /// What the sums of each shape add to.
    shapes: Vec<Adding>,
    /// For each mean what its weight is multiplied by in the end: 1 for indicators, and for sections what all factors
    /// were multiplied by, above what the shares were.
    scales: Vec<i128>,
}

/// What the sums of one shape add to the means: those of indicators, by their bits, and after them those of sections.
#[derive(Debug)]
struct Adding {
    /// Level weight × role share, over the denominator of all.
    share: i64,
    terms: Vec<Term>,
    /// The means to whose weights they add.
    means: Vec<usize>,
}

/// What the sum of an indicator adds to means.
#[derive(Debug)]
struct Term {
    bit: usize,
    /// The means, and what it is multiplied by for each.
    factors: Vec<(usize, i64)>,
}

/// A mean that is being added up: Σ weight·value and Σ weight.
pub(super) type Sum = (i128, i128);

/// The weights of a section.
struct WholeSection {
    /// For each shape what its sums are multiplied by, with their bits; `None` when it weighs nothing in the section.
    factors: Vec<Option<Vec<(usize, i128)>>>,
    /// What all factors were multiplied by, above what the shares were.
    scale: i128,
}

impl Whole {
    /// The weights for some shapes with their shares, for so many indicators and for the sections; `None` when they are
    /// too large.
    pub fn new(shapes: &[Shape], shares: &[Fraction], indicators: usize, sections: &[Vec<Weighed>]) -> Option<Self> {
        let shares = over_one(shares.iter())?.0;
        let section = |terms: &Vec<Weighed>| WholeSection::new(shapes, &shares, terms);
        let sections: Vec<WholeSection> = sections.iter().map(section).collect::<Option<_>>()?;
        let adding =
            |((at, shape), share): ((usize, &Shape), &i128)| Adding::new(at, shape, *share, indicators, &sections);
        let shapes = shapes.iter().enumerate().zip(&shares).map(adding).collect::<Option<_>>()?;
        let scales = std::iter::repeat_n(1, indicators).chain(sections.iter().map(|section| section.scale)).collect();
        Some(Self { shapes, scales })
    }

    /// Σ W·v and Σ W of each indicator, in its own units, then Σ W·T and Σ W of each section; says whether they fit.
    pub fn add_up(&self, sums: &[(usize, Cell<'_>)], means: &mut Vec<Sum>) -> bool {
        means.clear();
        means.resize(self.scales.len(), (0, 0));
        sums.iter().all(|(shape, cell)| self.shapes.get(*shape).is_some_and(|adding| adding.add(cell, means).is_some()))
            && means.iter_mut().zip(&self.scales).all(|((_, below), scale)| {
                let scaled = product(*below, *scale);
                *below = scaled.unwrap_or_default();
                scaled.is_some()
            })
    }
}

impl Adding {
    fn new(at: usize, shape: &Shape, share: i128, indicators: usize, sections: &[WholeSection]) -> Option<Self> {
        let share = i64::try_from(share).ok()?;
        let present = (0..indicators).filter(|bit| shape.present >> bit & 1 == 1);
        let mut terms: Vec<Term> = present.map(|bit| Term { bit, factors: vec![(bit, share)] }).collect();
        let mut means: Vec<usize> = terms.iter().map(|term| term.bit).collect();
        for (mean, section) in (indicators..).zip(sections) {
            let Some(factors) = section.factors.get(at)? else { continue };
            for (bit, factor) in factors {
                let term = terms.iter_mut().find(|term| term.bit == *bit)?;
                term.factors.push((mean, i64::try_from(*factor).ok()?));
            }
            means.push(mean);
        }
        Some(Self { share, terms, means })
    }

    /// Adds a cell to the means; `None` when a sum is too large.
    fn add(&self, cell: &Cell<'_>, means: &mut [Sum]) -> Option<()> {
        // The product of two numbers of 64 bits fits.
        let times = |a: i64, b: i64| i128::from(a) * i128::from(b);
        let weight = times(self.share, i64::try_from(cell.weight()).ok()?);
        for Term { bit, factors } in &self.terms {
            let value = i64::try_from(cell.value(*bit)).ok()?;
            for (mean, factor) in factors {
                let (above, _) = means.get_mut(*mean)?;
                *above = above.checked_add(times(*factor, value))?;
            }
        }
        for mean in &self.means {
            let (_, below) = means.get_mut(*mean)?;
            *below = below.checked_add(weight)?;
        }
        Some(())
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

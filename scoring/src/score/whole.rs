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
    /// Of each shape: level weight × role share, over the denominator of all, and the place of its set.
    shapes: Vec<(i64, usize)>,
    /// The sets of indicators that are present together.
    sets: Vec<Set>,
    /// One more than there are indicators.
    width: usize,
    /// For each mean what its weight is multiplied by in the end: 1 for indicators, and for sections what all factors
    /// were multiplied by.
    scales: Vec<i128>,
}

/// Indicators that are present together. What sums of shapes with the same indicators add to a section differs by their
/// shares alone, so that they are put together before they are added to the means.
#[derive(Debug)]
struct Set {
    bits: Vec<usize>,
    /// The means that they add to, each with what the sums of indicators, by their bits, are multiplied by: those of
    /// indicators, by their bits, and after them those of sections.
    means: Vec<(usize, Vec<(usize, i128)>)>,
}

/// A mean that is being added up: Σ weight·value and Σ weight.
pub(super) type Sum = (i128, i128);

/// Room for the sums of a subject, kept from one to the next.
#[derive(Debug, Default)]
pub(super) struct Sums {
    /// For each set Σ weight, then Σ weight·value of each indicator.
    of_sets: Vec<i128>,
    /// The means of indicators, by their bits, and after them those of sections.
    pub means: Vec<Sum>,
}

/// The weights of a section.
struct WholeSection {
    /// For each set what its sums are multiplied by, with their bits; `None` when it weighs nothing in the section.
    factors: Vec<Option<Vec<(usize, i128)>>>,
    /// What all factors were multiplied by.
    scale: i128,
}

impl Whole {
    /// The weights for some shapes with their shares, for so many indicators and for the sections; `None` when they are
    /// too large.
    pub fn new(shapes: &[Shape], shares: &[Fraction], indicators: usize, sections: &[Vec<Weighed>]) -> Option<Self> {
        let shares = over_one(shares.iter())?.0;
        let mut present: Vec<u64> = shapes.iter().map(|shape| shape.present).collect();
        present.sort_unstable();
        present.dedup();
        let section = |terms: &Vec<Weighed>| WholeSection::new(&present, terms);
        let sections: Vec<WholeSection> = sections.iter().map(section).collect::<Option<_>>()?;
        let place = |(shape, share): (&Shape, &i128)| {
            Some((i64::try_from(*share).ok()?, present.binary_search(&shape.present).ok()?))
        };
        let shapes = shapes.iter().zip(&shares).map(place).collect::<Option<_>>()?;
        let sets = present.iter().enumerate();
        let sets = sets.map(|(at, present)| Set::new(at, *present, indicators, &sections)).collect::<Option<_>>()?;
        let scales = std::iter::repeat_n(1, indicators).chain(sections.iter().map(|section| section.scale)).collect();
        Some(Self { shapes, sets, width: indicators + 1, scales })
    }

    /// Σ W·v and Σ W of each indicator, in its own units, then Σ W·T and Σ W of each section; says whether they fit.
    pub fn add_up(&self, cells: &[(usize, Cell<'_>)], sums: &mut Sums) -> bool {
        let Sums { of_sets, means } = sums;
        of_sets.clear();
        of_sets.resize(self.sets.len() * self.width, 0);
        means.clear();
        means.resize(self.scales.len(), (0, 0));
        // Many a subject has no task of most sets.
        let is_none = |sums: &[i128]| sums.iter().all(|sum| *sum == 0);
        cells.iter().all(|(shape, cell)| self.add(*shape, cell, of_sets).is_some())
            && self
                .sets
                .iter()
                .zip(of_sets.chunks(self.width))
                .all(|(set, sums)| is_none(sums) || set.add(sums, means).is_some())
            && means.iter_mut().zip(&self.scales).all(|((_, below), scale)| {
                let scaled = product(*below, *scale);
                *below = scaled.unwrap_or_default();
                scaled.is_some()
            })
    }

    /// Adds a cell to the sums of its set; `None` when one is too large.
    fn add(&self, shape: usize, cell: &Cell<'_>, of_sets: &mut [i128]) -> Option<()> {
        let (share, set) = self.shapes.get(shape)?;
        let first = set * self.width;
        let (weight, values) = of_sets.get_mut(first..first + self.width)?.split_first_mut()?;
        // The product of two numbers of 64 bits fits.
        let weighed = |sum: i128| Some(i128::from(*share) * i128::from(i64::try_from(sum).ok()?));
        *weight = weight.checked_add(weighed(cell.weight())?)?;
        for bit in &self.sets.get(*set)?.bits {
            let value = values.get_mut(*bit)?;
            *value = value.checked_add(weighed(cell.value(*bit))?)?;
        }
        Some(())
    }
}

impl Set {
    fn new(at: usize, present: u64, indicators: usize, sections: &[WholeSection]) -> Option<Self> {
        let bits: Vec<usize> = (0..indicators).filter(|bit| present >> bit & 1 == 1).collect();
        let mut means: Vec<(usize, Vec<(usize, i128)>)> = bits.iter().map(|bit| (*bit, vec![(*bit, 1)])).collect();
        for (mean, section) in (indicators..).zip(sections) {
            if let Some(factors) = section.factors.get(at)? {
                means.push((mean, factors.clone()));
            }
        }
        Some(Self { bits, means })
    }

    /// Adds sums to the means; `None` when one is too large.
    fn add(&self, sums: &[i128], means: &mut [Sum]) -> Option<()> {
        let (weight, values) = sums.split_first()?;
        for (mean, factors) in &self.means {
            let (above, below) = means.get_mut(*mean)?;
            *below = below.checked_add(*weight)?;
            for (bit, factor) in factors {
                *above = above.checked_add(product(*values.get(*bit)?, *factor)?)?;
            }
        }
        Some(())
    }
}

impl WholeSection {
    fn new(sets: &[u64], terms: &[Weighed]) -> Option<Self> {
        let weights = over_one(terms.iter().map(|term| &term.weight))?.0;
        let (units, units_below) = over_one(terms.iter().map(|term| &term.unit))?;
        let is_present = |set: &u64, term: &Weighed| set >> term.bit & 1 == 1;
        let present_weight = |set: &u64| {
            let present = terms.iter().zip(&weights).filter(|(term, _)| is_present(set, term));
            present.map(|(_, weight)| *weight).try_fold(0_i128, i128::checked_add)
        };
        let present = sets.iter().map(present_weight).collect::<Option<Vec<i128>>>()?;
        let common =
            present.iter().filter(|weight| **weight != 0).try_fold(1, |common, weight| lcm(common, *weight))?;
        let mut factors = Vec::with_capacity(sets.len());
        for (set, present) in sets.iter().zip(&present) {
            if *present == 0 {
                factors.push(None);
                continue;
            }
            let own = terms.iter().zip(&weights).zip(&units).filter(|((term, _), _)| is_present(set, term));
            let factor = |((term, weight), unit): ((&Weighed, &i128), &i128)| {
                Some((term.bit, (common / present).checked_mul(*weight)?.checked_mul(*unit)?))
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

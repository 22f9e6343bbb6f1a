//! Shapes, each with a number, so that cells are found by counting.

use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::tally::cells::Shape;

/// The shapes of one kind of subject, each with a number: 0, 1 and so on, in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Shapes(Mutex<FxHashMap<Shape, u32>>);

impl Shapes {
    /// The number of a shape.
    fn number(&self, shape: Shape) -> u32 {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let next = u32::try_from(all.len()).unwrap_or(u32::MAX);
        *all.entry(shape).or_insert(next)
    }

    /// All of them, by number.
    pub fn into_all(self) -> Vec<Shape> {
        let all = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<(u32, Shape)> = all.into_iter().map(|(shape, number)| (number, shape)).collect();
        all.sort_unstable();
        all.into_iter().map(|(_, shape)| shape).collect()
    }
}

/// The numbers of shapes that one worker has met.
#[derive(Debug)]
pub(super) struct Numbers {
    /// The numbers of shapes with few bits, by these, with 1 added; 0 for none.
    near: Vec<u32>,
    /// The numbers of the others.
    far: FxHashMap<Shape, u32>,
    /// The number of indicators.
    width: u32,
}

/// Bits of a shape that is near.
const NEAR: u32 = 12;

/// Bits of a set of roles.
const ROLES: u32 = 3;

impl Numbers {
    /// None yet, for so many indicators.
    pub fn new(width: usize) -> Self {
        let width = u32::try_from(width).unwrap_or(u32::MAX);
        let near = if width <= NEAR - ROLES { vec![0; 1 << NEAR] } else { Vec::new() };
        Self { near, far: FxHashMap::default(), width }
    }

    /// Where a shape stands among those with few bits.
    #[inline]
    fn place(&self, shape: &Shape) -> usize {
        let kind =
            if shape.co_units == 0 { u64::from(shape.level) << self.width | shape.present } else { u64::MAX >> ROLES };
        usize::try_from(kind << ROLES | u64::from(shape.roles)).unwrap_or(usize::MAX)
    }

    /// The number of a shape.
    #[inline]
    pub fn number(&mut self, shape: Shape, all: &Shapes) -> u32 {
        let place = self.place(&shape);
        match self.near.get_mut(place) {
            Some(after) => {
                if *after == 0 {
                    *after = all.number(shape).saturating_add(1);
                }
                *after - 1
            }
            None => *self.far.entry(shape).or_insert_with(|| all.number(shape)),
        }
    }
}

//! Shapes, each with a number, so that cells are found by counting.

use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::link::tasks::Roles;
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
    near: Box<[u32; 1 << NEAR]>,
    /// The numbers of the others.
    far: FxHashMap<Shape, u32>,
    /// The number of indicators.
    width: usize,
}

/// Bits of a shape that is near.
const NEAR: u32 = 12;

/// Bits of a set of roles.
const ROLES: u32 = 3;

/// Where a shape with few bits stands among all of these, without its roles.
#[inline]
pub(super) fn near(shape: &Shape, width: usize) -> Option<usize> {
    let level = u64::from(shape.level).checked_shl(u32::try_from(width).ok()?)?;
    let place = usize::try_from(level | shape.present).ok()?.checked_mul(1 << ROLES)?;
    (shape.co_units == 0 && level >> NEAR == 0 && place >> NEAR == 0).then_some(place)
}

impl Numbers {
    /// None yet, for so many indicators.
    pub fn new(width: usize) -> Self {
        Self { near: Box::new([0; 1 << NEAR]), far: FxHashMap::default(), width }
    }

    /// The number of a shape that stands at a place and is known.
    #[inline]
    pub fn known(&self, near: usize, roles: Roles) -> Option<u32> {
        self.near.get((near | usize::from(roles)) % (1 << NEAR))?.checked_sub(1)
    }

    /// The number of a shape.
    pub fn number(&mut self, shape: Shape, all: &Shapes) -> u32 {
        let near = near(&shape, self.width).map(|near| near | usize::from(shape.roles));
        match near.and_then(|near| self.near.get_mut(near)) {
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

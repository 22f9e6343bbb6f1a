//! Rows that are judged together, an indicator after another.

use crate::judge::NOT_APPLICABLE;
use crate::judge::columns::TOGETHER;
use crate::judge::signs::Signs;
use crate::judge::state::Standing;

/// What is made of rows that are judged together.
#[derive(Debug, Default)]
pub(super) struct Together {
    pub standings: Vec<Standing>,
    pub signs: Vec<Signs>,
    /// Values of [`TOGETHER`] rows for each indicator.
    pub values: Vec<i64>,
}

impl Together {
    /// Adds the values of the rows, one row after another; gives which rows have one.
    pub fn put_values(&self, width: usize, all: &mut Vec<i64>) -> [bool; TOGETHER] {
        let before = all.len();
        all.resize(before + self.standings.len() * width, NOT_APPLICABLE);
        let mut have_one = [false; TOGETHER];
        for (place, values) in self.values.chunks_exact(TOGETHER).enumerate() {
            let rows = all.get_mut(before..).unwrap_or_default().chunks_exact_mut(width.max(1));
            for ((row, has_one), value) in rows.zip(&mut have_one).zip(values) {
                row.get_mut(place).into_iter().for_each(|own| *own = *value);
                *has_one |= *value != NOT_APPLICABLE;
            }
        }
        have_one
    }
}

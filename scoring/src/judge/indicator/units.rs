//! `ratio` and `rating` against rows of columns whose cells are in units: as one loop over all of them, because which
//! cells are blank changes from row to row.

use crate::judge::NOT_APPLICABLE;
use crate::judge::columns::{Column, NO_NUMBERS, part};
use crate::judge::indicator::{Bound, Task, TaskIndicator, Verdict};
use crate::judge::whole::InUnits;
use crate::number::TooLarge;
use crate::policy::Missing;
use crate::read::batch::NumberColumn;

impl TaskIndicator<'_> {
    /// Puts the values of so many rows from one on in their places; `told` says what others are that have no units, or
    /// no value.
    pub(super) fn judge_units<'t>(
        &self,
        formula: InUnits,
        bound: &Bound<'_>,
        rows: (usize, usize),
        tasks: impl Iterator<Item = (Task<'t>, &'t mut i64)>,
        mut told: impl FnMut(usize, Result<Verdict, TooLarge>) -> Result<i64, usize>,
    ) -> Result<(), usize> {
        let excludes = self.indicator.missing == Missing::Exclude;
        let is_blank = |cell| cell == NumberColumn::BLANK;
        let firsts = cells(bound.first, rows);
        match formula {
            InUnits::Ratio(ratio) => {
                let cells = firsts.iter().zip(cells(bound.second, rows));
                tasks.zip(cells).try_for_each(|((task, value), (actual, target))| {
                    let (actual, target) = (*actual, *target);
                    // A target below 0 is a fault even where there is no actual value.
                    let is_missing = excludes & (is_blank(target) | (is_blank(actual) & (target >= 0)));
                    *value = if is_missing | ratio.knows(actual, target) {
                        let found = ratio.value(actual, target);
                        if !is_missing & self.is_wanted(bound, task) { found } else { NOT_APPLICABLE }
                    } else {
                        told(task.row, self.judge_marked(bound, task))?
                    };
                    Ok(())
                })
            }
            InUnits::Rating(rating) => tasks.zip(firsts).try_for_each(|((task, value), mark)| {
                let is_missing = excludes & is_blank(*mark);
                *value = if is_missing | rating.knows(*mark) {
                    let found = rating.value(*mark);
                    if !is_missing & self.is_wanted(bound, task) { found } else { NOT_APPLICABLE }
                } else {
                    told(task.row, self.judge_marked(bound, task))?
                };
                Ok(())
            }),
        }
    }
}

/// The cells of so many rows from one on.
fn cells<'a>(column: Column<'a>, (first, rows): (usize, usize)) -> &'a [i64] {
    part(column.numbers().map_or(&[], NumberColumn::cells), first, rows, NO_NUMBERS)
}

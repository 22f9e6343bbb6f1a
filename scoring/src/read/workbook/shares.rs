//! Columns that may show percentages, in workbooks whose formats are not to be seen.

use crate::number::Fraction;
use crate::read::rows::FileWarning;
use crate::read::{blank, number, trim};

/// The code of the warning.
const CODE: &str = "percent-format-unseen";

/// The columns that are read, and what their cells were so far.
#[derive(Debug)]
pub(super) struct Shares(Vec<Seen>);

#[derive(Debug)]
struct Seen {
    column: usize,
    /// Whether every cell is a number from 0 to 1.
    all: bool,
    /// Whether one of them lies between.
    one: bool,
}

impl Shares {
    /// Looks at none of the columns where formats are seen.
    pub fn new(columns: &[usize], formats_seen: bool) -> Self {
        let columns = columns.iter().filter(|_| !formats_seen);
        Self(columns.map(|column| Seen { column: *column, all: true, one: false }).collect())
    }

    /// Looks at a row.
    pub fn row(&mut self, cells: &[String]) {
        for seen in self.0.iter_mut().filter(|seen| seen.all) {
            let Some(cell) = cells.get(seen.column).map(|cell| trim(cell)).filter(|cell| !blank(cell)) else {
                continue;
            };
            match number::parse(cell).map(|number| number.exact()) {
                Ok(share) if share == Fraction::ZERO || share == Fraction::ONE => {}
                Ok(share) if Fraction::ZERO < share && share < Fraction::ONE => seen.one = true,
                _ => seen.all = false,
            }
        }
    }

    /// A warning for each column whose cells all are numbers from 0 to 1, and not 0 and 1 alone.
    pub fn warnings(self, headings: &[String], line: u64) -> Vec<FileWarning> {
        let suspect = self.0.into_iter().filter(|seen| seen.all && seen.one);
        let warning = |seen: Seen| FileWarning {
            code: CODE,
            line,
            column: headings.get(seen.column).map(|heading| trim(heading).to_owned()).unwrap_or_default(),
            message:
                "all numbers of the column lie between 0 and 1, and were read so: formats are not to be seen in a \
                      workbook of this kind; if it shows percentages, save it as .xlsx"
                    .to_owned(),
        };
        suspect.map(warning).collect()
    }
}

//! Merged cells.

use calamine::Dimensions;

/// Cells that are merged into one, by their rows and columns, all counted from 0 and included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Region {
    pub first_row: u32,
    pub last_row: u32,
    pub first_column: u32,
    pub last_column: u32,
}

impl From<Dimensions> for Region {
    fn from(Dimensions { start, end }: Dimensions) -> Self {
        Self { first_row: start.0, last_row: end.0, first_column: start.1, last_column: end.1 }
    }
}

impl Region {
    /// Whether it is one row high and several columns wide.
    pub fn is_wide_in(&self, row: u32) -> bool {
        self.first_row == row && self.last_row == row && self.last_column > self.first_column
    }

    /// Whether it lies in both of two rows that follow each other.
    pub fn is_high_in(&self, row: u32) -> bool {
        self.first_row <= row && self.last_row == row + 1
    }

    /// Whether a column is one of its.
    pub fn has_column(&self, column: u32) -> bool {
        (self.first_column..=self.last_column).contains(&column)
    }
}

/// Fills the cells of some columns that are merged downwards with the value of their region, row by row.
#[derive(Debug, Clone)]
pub(super) struct Fill {
    /// By column: what is still to come, the next at the end.
    columns: Vec<(usize, Vec<Region>)>,
    /// By the same place, the value of the region that the rows are in.
    values: Vec<String>,
}

impl Fill {
    /// For columns by their places.
    pub fn new(columns: &[usize], regions: &[Region]) -> Self {
        let of = |column: usize| {
            let starts = |region: &&Region| usize::try_from(region.first_column) == Ok(column);
            let mut here: Vec<Region> = regions.iter().filter(starts).copied().collect();
            here.retain(|region| region.last_row > region.first_row);
            here.sort_unstable();
            here.reverse();
            (column, here)
        };
        Self { columns: columns.iter().map(|column| of(*column)).collect(), values: vec![String::new(); columns.len()] }
    }

    /// Fills a row, counted from 0; rows come in their order.
    pub fn row(&mut self, row: u32, cells: &mut [String]) {
        for ((column, regions), value) in self.columns.iter_mut().zip(&mut self.values) {
            while regions.pop_if(|region| region.last_row < row).is_some() {
                value.clear();
            }
            let (Some(region), Some(cell)) = (regions.last(), cells.get_mut(*column)) else { continue };
            if region.first_row == row {
                value.clone_from(cell);
            } else if region.first_row < row && cell.is_empty() {
                cell.clone_from(value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_of_a_region_take_its_value_and_no_others_do() {
        let region = |rows: (u32, u32), column| Region {
            first_row: rows.0,
            last_row: rows.1,
            first_column: column,
            last_column: column,
        };
        let mut fill = Fill::new(&[1], &[region((4, 5), 1), region((1, 2), 1), region((1, 5), 0)]);
        let mut filled = |row, text: &str| {
            let mut cells = ["a".to_owned(), text.to_owned()];
            fill.row(row, &mut cells);
            cells.concat()
        };
        let rows =
            [(0, ""), (1, "甲"), (2, ""), (3, ""), (4, "乙"), (5, ""), (6, "")].map(|(row, text)| filled(row, text));
        assert_eq!(rows, ["a", "a甲", "a甲", "a", "a乙", "a乙", "a"]);
    }
}

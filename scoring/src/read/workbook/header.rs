//! Where the headings of a sheet stand: one row, or two whose merged headings belong together.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::merged::Region;
use super::open::{Cell, Open};
use crate::read::error::ReadError;
use crate::read::layout::Layout;
use crate::read::settings::TableSettings;
use crate::read::table::TableName;
use crate::read::{blank, trim};

/// Rows in which headings are looked for.
pub(super) const LOOKED_AT: u32 = 20;

/// Between the headings of two rows.
const BETWEEN: &str = "/";

/// What finds the columns by their headings.
pub(super) type Fits<'a> = &'a dyn Fn(&[String]) -> Result<Layout, ReadError>;

/// The headings of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// By column, up to the last that has one.
    pub headings: Vec<String>,
    /// Its last row, counted from 0.
    pub last_row: u32,
}

/// Finds the headings of a sheet. Without a row that fits, the one that comes nearest is taken: it is the fullest.
pub(super) fn find(
    open: &mut Open,
    sheet: &str,
    table: TableName,
    settings: &TableSettings,
    fits: Fits<'_>,
) -> Result<Option<Header>, ReadError> {
    let named = settings.sheets.header_rows;
    let last = named.map_or(LOOKED_AT, |(_, last)| last);
    let top = Top { rows: top(open, sheet, last)?, regions: None, table, settings };
    match named {
        Some((first, last)) if first == last => Ok(top.single(first - 1)),
        Some((first, _)) => {
            let regions = open.regions(sheet)?;
            Ok(Top { regions, ..top }.joined(first - 1))
        }
        None => top.look(open, sheet, fits),
    }
}

/// Whether a layout is that of a header, for all that its headings may stand twice.
pub(super) fn is_header(layout: &Result<Layout, ReadError>) -> bool {
    matches!(layout, Ok(_) | Err(ReadError::DoubledHeading { .. }))
}

/// The first rows of a sheet, and the one after them, by their numbers from 0.
fn top(open: &mut Open, sheet: &str, last: u32) -> Result<BTreeMap<u32, Vec<String>>, ReadError> {
    let mut rows: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    open.cells(sheet, &mut |Cell { row, column, text, .. }| {
        if row > last {
            return ControlFlow::Break(());
        }
        let cells = rows.entry(row).or_default();
        if cells.len() <= column {
            cells.resize(column + 1, String::new());
        }
        if let Some(cell) = cells.get_mut(column) {
            trim(text).clone_into(cell);
        }
        ControlFlow::Continue(())
    })?;
    for cells in rows.values_mut() {
        while cells.pop_if(|cell| cell.is_empty()).is_some() {}
    }
    rows.retain(|_, cells| !cells.is_empty());
    Ok(rows)
}

struct Top<'a> {
    rows: BTreeMap<u32, Vec<String>>,
    /// Merged cells, where they are looked at and to be seen.
    regions: Option<Vec<Region>>,
    table: TableName,
    settings: &'a TableSettings,
}

impl Top<'_> {
    fn single(&self, row: u32) -> Option<Header> {
        let headings = self.rows.get(&row)?.iter().map(|heading| self.as_known(heading)).collect();
        Some(Header { headings, last_row: row })
    }

    fn look(mut self, open: &mut Open, sheet: &str, fits: Fits<'_>) -> Result<Option<Header>, ReadError> {
        // A row without a gap is no upper row of two, so that merged cells are not looked for in vain.
        if self.rows.values().any(|cells| cells.iter().any(String::is_empty)) {
            self.regions = open.regions(sheet)?;
        }
        let fitting =
            |header: &Option<Header>| header.as_ref().is_some_and(|header| is_header(&fits(&header.headings)));
        for row in 0..LOOKED_AT {
            let single = self.single(row).filter(|_| fitting(&self.single(row)));
            if single.is_none() && fitting(&self.single(row + 1)) {
                continue;
            }
            let joined = if self.are_two(row) { self.joined(row) } else { None };
            if let Some(header) = joined.filter(|joined| fitting(&Some(joined.clone()))).or(single) {
                return Ok(Some(header));
            }
        }
        let filled = |row: &u32| self.rows.get(row).map_or(0, |cells| cells.iter().filter(|cell| !blank(cell)).count());
        let fullest = self.rows.keys().filter(|row| **row < LOOKED_AT).rev().max_by_key(|row| filled(row));
        Ok(fullest.and_then(|row| self.single(*row)))
    }

    /// Whether a row and the next are surely the two rows of a header: headings of the upper one are merged to the
    /// right, others downwards, and the lower one has headings below the former alone.
    fn are_two(&self, row: u32) -> bool {
        let Some(regions) = &self.regions else { return false };
        let Some(lower) = self.rows.get(&(row + 1)) else { return false };
        let wide = |column: u32| regions.iter().any(|region| region.is_wide_in(row) && region.has_column(column));
        let below = |(column, cell): (u32, &String)| cell.is_empty() || wide(column);
        regions.iter().any(|region| region.is_high_in(row)) && (0..).zip(lower).all(below)
    }

    /// The headings of a row and the next: `上/下` where both have one.
    fn joined(&self, row: u32) -> Option<Header> {
        let empty = Vec::new();
        let upper = self.spread(row);
        let lower = self.rows.get(&(row + 1)).unwrap_or(&empty);
        if upper.is_empty() && lower.is_empty() {
            return None;
        }
        let cell =
            |cells: &[String], place: usize| cells.get(place).map_or_else(String::new, |cell| self.as_known(cell));
        let pairs: Vec<(String, String)> =
            (0..upper.len().max(lower.len())).map(|place| (cell(&upper, place), cell(lower, place))).collect();
        let headings = pairs.iter().map(|(upper, lower)| self.heading(upper, lower, &pairs)).collect();
        Some(Header { headings, last_row: row + 1 })
    }

    /// A lower heading that the table knows stands for itself, when no other column has it.
    fn heading(&self, upper: &str, lower: &str, pairs: &[(String, String)]) -> String {
        match (upper, lower) {
            (one, "") | ("", one) => one.to_owned(),
            _ => {
                let joined = format!("{upper}{BETWEEN}{lower}");
                let mapped = self.settings.columns.values().any(|heading| *heading == joined);
                let same = pairs.iter().filter(|(above, below)| below == lower || (below.is_empty() && above == lower));
                let own = !mapped && same.count() == 1 && self.is_known(lower);
                if own { lower.to_owned() } else { joined }
            }
        }
    }

    /// A heading that the table knows when its inner spaces and line breaks fall away, as in `编　号`, without them.
    fn as_known(&self, heading: &str) -> String {
        let squeezed: String = heading.chars().filter(|c| !c.is_whitespace()).collect();
        let own = !self.is_known(heading) && self.is_known(&squeezed);
        if own { squeezed } else { heading.to_owned() }
    }

    fn is_known(&self, heading: &str) -> bool {
        let mapped = self.settings.columns.values().any(|mapped| mapped == heading);
        let known = |spec: &crate::read::ColumnSpec| spec.id == heading || spec.aliases.contains(&heading);
        mapped || self.table.columns().iter().any(known)
    }

    /// A row with each merged heading in all its columns. Where merged cells are not to be seen, a heading reaches
    /// over the gaps to its right that have a heading below.
    fn spread(&self, row: u32) -> Vec<String> {
        let empty = Vec::new();
        let mut cells = self.rows.get(&row).unwrap_or(&empty).clone();
        let lower = self.rows.get(&(row + 1)).unwrap_or(&empty);
        cells.resize(cells.len().max(lower.len()), String::new());
        for place in 1..cells.len() {
            let reaches = match &self.regions {
                Some(regions) => regions.iter().any(|region| {
                    let inside = |place| u32::try_from(place).is_ok_and(|column| region.has_column(column));
                    region.is_wide_in(row) && inside(place - 1) && inside(place)
                }),
                None => lower.get(place).is_some_and(|cell| !cell.is_empty()),
            };
            if let Some([left, cell]) = cells.get_mut(place - 1..=place)
                && reaches
                && cell.is_empty()
            {
                cell.clone_from(left);
            }
        }
        cells
    }
}

//! The form in which rejected rows are handed out, and come back.
//!
//! The first two columns say where a row stands; they are known by their place, so that columns of the ledger may have
//! the same headings. Text that a spreadsheet would take for a formula is guarded as METHOD §11 has it for reports, in a
//! way that can be undone exactly.

use std::borrow::Cow;

use crate::read::trim;

/// The headings of the first two columns: the file and the line of a row.
pub const PLACE: [&str; 2] = ["file", "line"];

/// The same in Chinese.
pub const PLACE_ZH: [&str; 2] = ["文件", "行"];

/// Whether the first two headings are those of the place of a row.
pub(super) fn begins_with_place(headings: &[String]) -> bool {
    let begins = |place: [&str; 2]| {
        headings.len() >= place.len() && headings.iter().zip(place).all(|(heading, known)| trim(heading) == known)
    };
    begins(PLACE) || begins(PLACE_ZH)
}

/// A cell that no spreadsheet takes for a formula: an apostrophe stands before its sign, and before apostrophes that
/// stand before such a sign already.
pub fn guard(cell: &str) -> Cow<'_, str> {
    if is_formula(cell.trim_start_matches('\'')) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// The cell that [`guard`] was given.
pub fn unguard(cell: &str) -> &str {
    let guarded = |rest: &&str| is_formula(rest.trim_start_matches('\''));
    cell.strip_prefix('\'').filter(guarded).unwrap_or(cell)
}

fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cell_that_comes_back_is_as_it_was_and_no_formula(cell in "['=+@\\-\\t\\r甲1]{0,5}") {
            let guarded = guard(&cell);
            prop_assert_eq!(unguard(&guarded), cell.as_str());
            prop_assert!(!is_formula(&guarded));
        }
    }

    #[test]
    fn a_cell_that_no_spreadsheet_runs_comes_back_untouched() {
        for cell in ["甲", "'甲", "12", "", "'", "'' "] {
            assert_eq!((guard(cell).as_ref(), unguard(cell)), (cell, cell));
        }
        assert_eq!((guard("-3").as_ref(), guard("'-3").as_ref(), unguard("-3")), ("'-3", "''-3", "-3"));
    }
}

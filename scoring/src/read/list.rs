//! Cells that hold several items. METHOD §2, "Lists split on".
//!
//! The functions take a cell in half width (see [`super::width::half`]), so that `，` and `；` are known as `,` and `;`.

use super::blank;

/// The parts of a list, trimmed; blank parts fall away.
pub fn split(cell: &str) -> impl Iterator<Item = &str> {
    parts(cell, |c| matches!(c, '、' | ',' | ';' | '/' | '|' | '\n' | '\r'))
}

/// The parts of a list of dates, which `/` does not separate.
pub fn split_dates(cell: &str) -> impl Iterator<Item = &str> {
    parts(cell, |c| matches!(c, '、' | ',' | ';' | '|' | '\n' | '\r'))
}

/// The parts of a list of units or persons: a closing `等` (and others) of the last one falls away.
pub fn names(cell: &str) -> impl Iterator<Item = &str> {
    let mut parts = split(cell).peekable();
    std::iter::from_fn(move || {
        let part = parts.next()?;
        match part.strip_suffix('等') {
            Some(name) if parts.peek().is_none() => Some(name.trim()).filter(|name| !blank(name)),
            _ => Some(part),
        }
    })
}

fn parts(cell: &str, separates: impl Fn(char) -> bool) -> impl Iterator<Item = &str> {
    let whole = if blank(cell.trim()) { "" } else { cell };
    whole.split(separates).map(str::trim).filter(|part| !blank(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_separator_separates_and_blank_parts_fall_away() {
        let cell = "甲、乙,丙;丁/戊|己\n庚\r\n/、无、 N/A 、辛";
        let expected = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "N", "A", "辛"];
        assert_eq!(split(cell).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_blank_cell_has_no_parts() {
        assert_eq!(split("N/A").count(), 0);
        assert_eq!(split(" — ").count(), 0);
    }

    #[test]
    fn dates_are_not_separated_by_slashes() {
        assert_eq!(split_dates("2025/3/1;2025.4.1").collect::<Vec<_>>(), ["2025/3/1", "2025.4.1"]);
    }

    #[test]
    fn and_others_falls_away_from_the_last_part_alone() {
        assert_eq!(names("发改委、财政局,住建局等").collect::<Vec<_>>(), ["发改委", "财政局", "住建局"]);
        assert_eq!(names("甲等、乙").collect::<Vec<_>>(), ["甲等", "乙"]);
        assert_eq!(names("甲、等").collect::<Vec<_>>(), ["甲"]);
        assert_eq!(names("等").count(), 0);
    }

    proptest! {
        #[test]
        fn no_part_is_blank_or_holds_a_separator(cell in "\\PC*") {
            for part in split(&cell).chain(names(&cell)) {
                prop_assert!(!blank(part) && !part.contains(['、', ',', ';', '/', '|', '\n', '\r']));
            }
            for part in split_dates(&cell) {
                prop_assert!(!blank(part));
            }
        }
    }
}

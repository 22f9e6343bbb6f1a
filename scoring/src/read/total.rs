//! Rows that add up others: 合计, 总计, 小计. Counted as tasks they would be units of their own.

use super::{blank, trim};

/// What such a row begins with.
const WORDS: [&str; 3] = ["合计", "总计", "小计"];

/// Whether the first cell of a row that is not blank is one of the words, for all spaces in it and a colon after it.
pub(super) fn is_total<'a>(mut cells: impl Iterator<Item = &'a str>) -> bool {
    let Some(first) = cells.find(|cell| !blank(trim(cell))) else { return false };
    // Longer cells are not copied for nothing.
    if !first.contains('计') {
        return false;
    }
    let word: String = first.chars().filter(|c| !c.is_whitespace()).collect();
    let word = word.strip_suffix([':', '：']).unwrap_or(&word);
    WORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_is_one_of_the_words_and_nothing_else() {
        for cells in [["合计", "12"], ["", "总计："], ["　小 计:", "/"], ["-", " 合　计"]] {
            assert!(is_total(cells.into_iter()), "{cells:?}");
        }
        for cells in [["合计12", ""], ["1", "合计"], ["", ""], ["会计", ""], ["合计::", ""], ["各项合计", ""]]
        {
            assert!(!is_total(cells.into_iter()), "{cells:?}");
        }
    }
}

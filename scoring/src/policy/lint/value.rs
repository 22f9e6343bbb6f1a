//! Values of conditions that read as numbers (METHOD §2): `1,234`, `20%`, `2/3`.

use crate::number::Fraction;
use crate::policy::file::parse_number;

/// The number that a value reads as.
pub(super) fn number(text: &str) -> Option<Fraction> {
    let half: String = text.trim().chars().map(half_width).collect();
    let plain = half.strip_suffix('%').unwrap_or(&half);
    if !plain.contains(',') {
        return parse_number(plain);
    }
    let whole = plain.split('.').next().unwrap_or_default().trim_start_matches(['-', '+']);
    let mut groups = whole.split(',');
    let first = groups.next().is_some_and(|group| (1..=3).contains(&group.len()));
    if !first || groups.any(|group| group.len() != 3) || plain.contains('/') {
        return None;
    }
    parse_number(&plain.replace(',', ""))
}

fn half_width(letter: char) -> char {
    match u32::from(letter) {
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(letter),
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_reads_as_cells_do() {
        assert_eq!(number("1,234.5"), Fraction::new(2469, 2));
        assert_eq!(number("20%"), Some(Fraction::whole(20)));
        assert_eq!(number("２０"), Some(Fraction::whole(20)));
        assert_eq!(number("1,23"), None);
        assert_eq!(number("重大"), None);
    }
}

//! Values of conditions that read as numbers (METHOD §2): `1,234`, `20%`, `2/3`.

use crate::judge::condition::read_number;
use crate::number::Fraction;

/// The number that a value reads as, as conditions read it in a run.
pub(super) fn number(text: &str) -> Option<Fraction> {
    read_number(text.trim())
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

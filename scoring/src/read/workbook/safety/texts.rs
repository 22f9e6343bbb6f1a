//! How long the shared texts of an xls file are. A cell has the number of one, and each such cell becomes a copy.
//!
//! Texts follow each other through a record and those that continue it, and may be cut between two of them. MS-XLS
//! 2.4.265, XLUnicodeRichExtendedString.

use super::ole::{u16_at, u32_at};

/// Bytes that a character takes as UTF-8 at most.
const BYTES: u64 = 3;

/// Flags of a text: two bytes for each character, phonetic text, formats.
const WIDE: u8 = 1;
const PHONETIC: u8 = 4;
const RICH: u8 = 8;

/// What is still to be read.
struct Rest<'a> {
    data: &'a [u8],
    more: std::vec::IntoIter<&'a [u8]>,
}

/// The bytes of each text at most, in their order, up to the first that is not whole.
pub(super) fn lengths(data: &[u8], more: Vec<&[u8]>) -> Vec<u64> {
    let mut rest = Rest { data: data.get(8..).unwrap_or_default(), more: more.into_iter() };
    std::iter::from_fn(|| rest.length()).collect()
}

impl Rest<'_> {
    fn next(&mut self) -> Option<()> {
        self.data = self.more.next()?;
        Some(())
    }

    fn skip(&mut self, mut bytes: usize) -> Option<()> {
        loop {
            match self.data.get(bytes..) {
                Some(after) => {
                    self.data = after;
                    return Some(());
                }
                None => {
                    bytes -= self.data.len();
                    self.next()?;
                }
            }
        }
    }

    fn length(&mut self) -> Option<u64> {
        if self.data.is_empty() {
            self.next()?;
        }
        let (characters, flags) = (u16_at(self.data, 0)?, *self.data.get(2)?);
        self.skip(3)?;
        let mut after = 0_usize;
        if flags & RICH != 0 {
            after += usize::from(u16_at(self.data, 0)?) * 4;
            self.skip(2)?;
        }
        if flags & PHONETIC != 0 {
            after = after.saturating_add(u32_at(self.data, 0)? as usize);
            self.skip(4)?;
        }
        let (mut left, mut wide) = (usize::from(characters), flags & WIDE != 0);
        loop {
            let width = if wide { 2 } else { 1 };
            let here = left.min(self.data.len() / width);
            self.skip(here * width)?;
            left -= here;
            if left == 0 {
                break;
            }
            self.next()?;
            wide = self.data.first()? & WIDE != 0;
            self.skip(1)?;
        }
        self.skip(after)?;
        Some(u64::from(characters) * BYTES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_measured_across_the_records_that_continue_them() {
        let first = [&[0; 8][..], &[2, 0, 0], b"ab", &[3, 0, 9, 1, 0], b"a\0"].concat();
        let second = [&[0][..], b"bc", &[1, 2]].concat();
        let third = [&[3, 4][..], &[1, 0, 4, 2, 0, 0, 0], b"x", &[5, 6], &[9, 0, 0], b"cut"].concat();
        assert_eq!(lengths(&first, vec![&second, &third]), [6, 9, 3]);
        assert!(lengths(&[], vec![]).is_empty());
    }
}

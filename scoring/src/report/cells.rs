//! The cells of rows as CSV, for reports of very many rows.
//!
//! They are written as [`writer`](crate::report::words::writer) writes them, straight into the bytes: nearly all are
//! numbers or ids, which need no quotes, and its machine for what may come in pieces costs more than the cells do.

use crate::number::{Fraction, TooLarge, write_fixed};
use crate::policy::Rounding;

/// The cells of rows of two cells or more, one after another.
pub(super) struct Cells<'b> {
    /// A comma stands behind each cell, until its row ends.
    bytes: &'b mut Vec<u8>,
    rounding: Rounding,
}

impl<'b> Cells<'b> {
    /// Cells that go into some bytes.
    pub fn new(into: &'b mut Vec<u8>, rounding: Rounding) -> Self {
        Self { bytes: into, rounding }
    }

    /// A cell of text.
    #[inline]
    pub fn word(&mut self, word: &str) {
        write_word(word, self.bytes);
    }

    /// A cell that [`cell`] made.
    #[inline]
    pub fn made(&mut self, cell: &[u8]) {
        self.bytes.extend_from_slice(cell);
    }

    /// A blank cell.
    #[inline]
    pub fn blank(&mut self) {
        self.bytes.push(b',');
    }

    /// A cell that a number is written into, which never needs quotes.
    #[inline]
    pub fn number(&mut self, write: impl FnOnce(&mut Vec<u8>) -> Result<(), TooLarge>) -> Result<(), TooLarge> {
        write(self.bytes)?;
        self.blank();
        Ok(())
    }

    /// A whole number; blank for none.
    #[inline]
    pub fn count<N: TryInto<i128>>(&mut self, count: Option<N>) -> Result<(), TooLarge> {
        self.number(|into| match count {
            Some(count) => write_fixed(count.try_into().map_err(|_| TooLarge)?, 0, into),
            None => Ok(()),
        })
    }

    /// A published score; blank for none.
    pub fn score(&mut self, score: Option<i128>) -> Result<(), TooLarge> {
        let places = self.rounding.score;
        self.number(|into| score.map_or(Ok(()), |score| write_fixed(score, places, into)))
    }

    /// An exact number, rounded as scores are; blank for none.
    pub fn value(&mut self, value: Option<&Fraction>) -> Result<(), TooLarge> {
        let Rounding { score, mode, .. } = self.rounding;
        self.number(|into| value.map_or(Ok(()), |value| value.write(score, mode, into)))
    }

    /// Ends a row.
    #[inline]
    pub fn end(&mut self) {
        if let Some(comma) = self.bytes.last_mut() {
            *comma = b'\n';
        }
    }
}

/// A cell of text with the comma behind it, for those that stand in many rows.
pub(super) fn cell(word: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_word(word, &mut bytes);
    bytes
}

#[inline]
fn write_word(word: &str, into: &mut Vec<u8>) {
    let needs_quotes = |byte: u8| matches!(byte, b',' | b'"' | b'\n' | b'\r');
    if word.bytes().any(needs_quotes) {
        into.extend_from_slice(format!("\"{}\"", word.replace('"', "\"\"")).as_bytes());
    } else {
        into.extend_from_slice(word.as_bytes());
    }
    into.push(b',');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Mode;
    use crate::report::words::plain_writer;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cells_are_written_as_the_writer_of_other_reports_does(
            rows in prop::collection::vec(prop::collection::vec("[a甲 ,;'\"\n\r]{0,4}", 2..5), 0..5),
            number: i64,
            below in 1_i128..40,
        ) {
            let rounding = Rounding { mode: Mode::HalfUp, indicator: 2, score: 2 };
            let (mut bytes, mut csv) = (Vec::new(), plain_writer(Vec::new()));
            let mut cells = Cells::new(&mut bytes, rounding);
            let value = Fraction::new(number.into(), below).unwrap();
            for row in rows {
                row.iter().for_each(|word| cells.word(word));
                cells.count(Some(number)).unwrap();
                cells.value(Some(&value)).unwrap();
                cells.count(None::<u8>).unwrap();
                cells.end();
                let numbers = [number.to_string(), value.show(rounding.score, rounding.mode).unwrap(), String::new()];
                csv.write_record(row.into_iter().chain(numbers)).unwrap();
            }
            prop_assert_eq!(String::from_utf8(bytes).unwrap(), String::from_utf8(csv.into_inner().unwrap()).unwrap());
        }
    }
}

//! The cells of rows as CSV, for reports of very many rows.

use crate::number::{Fraction, TooLarge, write_fixed};
use crate::policy::Rounding;
use crate::report::FileError;
use crate::report::words::plain_writer;

/// The cells of rows, one after another.
pub(super) struct Cells<'b> {
    csv: csv::Writer<&'b mut Vec<u8>>,
    /// The digits of one number; kept, so that a cell needs no memory of its own.
    number: Vec<u8>,
    rounding: Rounding,
}

impl<'b> Cells<'b> {
    /// Cells that go into some bytes.
    pub fn new(into: &'b mut Vec<u8>, rounding: Rounding) -> Self {
        Self { csv: plain_writer(into), number: Vec::new(), rounding }
    }

    /// A cell of text.
    pub fn word(&mut self, word: &str) -> Result<(), FileError> {
        Ok(self.csv.write_field(word)?)
    }

    /// A cell that something is written into.
    pub fn number(&mut self, write: impl FnOnce(&mut Vec<u8>) -> Result<(), TooLarge>) -> Result<(), FileError> {
        self.number.clear();
        write(&mut self.number)?;
        Ok(self.csv.write_field(&self.number)?)
    }

    /// A whole number; blank for none.
    pub fn count<N: TryInto<i128>>(&mut self, count: Option<N>) -> Result<(), FileError> {
        let Some(count) = count else { return self.word("") };
        self.number(|into| write_fixed(count.try_into().map_err(|_| TooLarge)?, 0, into))
    }

    /// A published score; blank for none.
    pub fn score(&mut self, score: Option<i128>) -> Result<(), FileError> {
        let Some(score) = score else { return self.word("") };
        let places = self.rounding.score;
        self.number(|into| write_fixed(score, places, into))
    }

    /// An exact number, rounded as scores are; blank for none.
    pub fn value(&mut self, value: Option<&Fraction>) -> Result<(), FileError> {
        let Some(value) = value else { return self.word("") };
        let Rounding { score, mode, .. } = self.rounding;
        self.number(|into| value.write(score, mode, into))
    }

    /// Ends a row.
    pub fn end(&mut self) -> Result<(), FileError> {
        Ok(self.csv.write_record(None::<&[u8]>)?)
    }

    /// Ends the rows.
    pub fn finish(mut self) -> Result<(), FileError> {
        Ok(self.csv.flush()?)
    }
}

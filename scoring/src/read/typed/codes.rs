//! The codes of a column's rows, each of a text or a value that stands in a dictionary.

use polars::prelude::BooleanChunked;
use polars_buffer::Buffer;

/// The code of each row: the place of what it has in the dictionary, or the place behind the last for nothing.
#[derive(Debug, Clone)]
pub struct Codes {
    codes: Buffer<u32>,
    /// Whether a row may have nothing.
    pub has_none: bool,
}

impl Codes {
    /// Codes, none of them greater than the number of what is in the dictionary.
    pub fn new(codes: Buffer<u32>, has_none: bool) -> Self {
        Self { codes, has_none }
    }

    /// By row.
    pub fn as_slice(&self) -> &[u32] {
        self.codes.as_slice()
    }

    /// Some rows that follow each other.
    pub fn slice(&self, start: usize, rows: usize) -> Self {
        Self { codes: self.codes.clone().sliced(start..start + rows), ..*self }
    }

    /// The rows of a mask.
    pub fn filter(&self, mask: &BooleanChunked) -> Self {
        let kept = self.codes.iter().zip(mask.iter()).filter(|(_, kept)| *kept == Some(true));
        Self { codes: kept.map(|(code, _)| *code).collect(), ..*self }
    }
}

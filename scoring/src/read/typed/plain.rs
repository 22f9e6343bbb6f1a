//! Texts of ASCII that show at once that they are neither blank nor to be trimmed, as ids are, at their places among
//! the bytes of a file: none of them is copied or looked at again.

use std::sync::Arc;

use polars::prelude::BooleanChunked;
use polars_buffer::Buffer;

use crate::read::batch::TextColumn;

/// A column of such texts, one a row.
#[derive(Debug, Clone)]
pub struct PlainTexts {
    text: Arc<String>,
    /// Where each starts and ends in it.
    places: Buffer<(u32, u32)>,
}

impl PlainTexts {
    /// Bytes that no text is longer than.
    pub(in crate::read) const LONGEST: usize = 127;

    /// Texts by the places of each in a text.
    pub(in crate::read) fn new(text: String, places: Buffer<(u32, u32)>) -> Self {
        Self { text: Arc::new(text), places }
    }

    /// The text of each row.
    pub(super) fn iter(&self) -> impl Iterator<Item = Option<&str>> {
        self.places.iter().map(|(start, end)| self.text.get(*start as usize..*end as usize))
    }

    /// The text of a row.
    pub(super) fn get(&self, row: usize) -> Option<&str> {
        let (start, end) = self.places.get(row)?;
        self.text.get(*start as usize..*end as usize)
    }

    /// The same as cells.
    pub(super) fn cells(&self) -> TextColumn {
        TextColumn::of_parts(Arc::clone(&self.text), self.places.as_slice().to_vec())
    }

    /// Some rows that follow each other.
    pub(super) fn slice(&self, start: usize, rows: usize) -> Self {
        Self { text: Arc::clone(&self.text), places: self.places.clone().sliced(start..start + rows) }
    }

    /// The rows of a mask.
    pub(super) fn filter(&self, mask: &BooleanChunked) -> Self {
        let kept = self.places.iter().zip(mask.iter()).filter(|(_, kept)| *kept == Some(true));
        Self { text: Arc::clone(&self.text), places: kept.map(|(place, _)| *place).collect() }
    }
}

//! Texts that stand in many rows, each once, and by a code in each row: what a file says once is looked at once.

use std::sync::Arc;

use polars::prelude::BooleanChunked;
use polars_arrow::array::{Array, DictionaryArray, PrimitiveArray, Utf8ViewArray};

use super::values::note;
use crate::read::layout;

/// A column of such texts.
#[derive(Debug, Clone)]
pub struct CodedTexts {
    texts: Arc<Utf8ViewArray>,
    /// Bytes that no text is longer than.
    longest: usize,
    /// The text of each row by its place; the place after the last is that of no text.
    codes: PrimitiveArray<u32>,
    /// Whether a row may have no text.
    has_none: bool,
    /// Whether every text that a row can have is filled.
    is_filled: bool,
}

impl CodedTexts {
    /// The texts of an array; `None` when they are no texts.
    pub(in crate::read) fn of(array: &DictionaryArray<u32>) -> Option<Self> {
        let texts = array.values().as_any().downcast_ref::<Utf8ViewArray>()?;
        let none = u32::try_from(texts.len()).ok()?;
        let (keys, has_none) = (array.keys(), array.keys().null_count() > 0);
        let codes = match has_none {
            true => PrimitiveArray::from_vec(keys.iter().map(|key| key.copied().unwrap_or(none)).collect()),
            false => keys.clone(),
        };
        let longest = texts.len_iter().max().unwrap_or_default() as usize;
        let is_filled = !has_none && texts.values_iter().all(|text| !text.trim_start().is_empty());
        Some(Self { texts: Arc::new(texts.clone()), longest, codes, has_none, is_filled })
    }

    /// The code of each row.
    pub fn codes(&self) -> &[u32] {
        self.codes.values().as_slice()
    }

    /// One more than the greatest code that a row can have.
    pub fn end(&self) -> usize {
        self.texts.len() + 1
    }

    /// The cell that a code stands for: trimmed, `None` when blank.
    pub fn cell(&self, code: u32) -> Option<&str> {
        self.raw(code).and_then(layout::as_written)
    }

    /// The cells that rows can have; some of them, no row may have.
    pub fn cells(&self) -> impl Iterator<Item = Option<&str>> {
        let none = self.has_none.then_some(None);
        self.texts.values_iter().map(layout::as_written).chain(none)
    }

    /// The text of a code as it is.
    pub(in crate::read) fn raw(&self, code: u32) -> Option<&str> {
        let code = code as usize;
        (code < self.texts.len()).then(|| self.texts.value(code))
    }

    /// The text of a row as it is.
    pub(in crate::read) fn get(&self, row: usize) -> Option<&str> {
        self.codes().get(row).and_then(|code| self.raw(*code))
    }

    /// The texts that the codes are of: others are other ones, even where they say the same.
    pub(in crate::read) fn dictionary(&self) -> &Arc<Utf8ViewArray> {
        &self.texts
    }

    /// Bytes that no text is longer than.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// Whether every text that a row can have is filled.
    pub(super) fn is_filled(&self) -> bool {
        self.is_filled
    }

    /// Notes which rows have a text that is filled.
    pub(super) fn note_filled(&self, filled: &mut [bool]) {
        let is_filled = |code: &u32| self.raw(*code).is_some_and(|text| !text.trim_start().is_empty());
        note(filled, self.codes().iter().map(is_filled));
    }

    /// Some rows that follow each other.
    pub(super) fn slice(&self, start: usize, rows: usize) -> Self {
        Self { codes: self.codes.clone().sliced(start, rows), ..self.clone() }
    }

    /// The rows of a mask.
    pub(super) fn filter(&self, mask: &BooleanChunked) -> Self {
        let kept = self.codes().iter().zip(mask.iter()).filter(|(_, kept)| *kept == Some(true));
        Self { codes: PrimitiveArray::from_vec(kept.map(|(code, _)| *code).collect()), ..self.clone() }
    }
}

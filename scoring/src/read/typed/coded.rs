//! Texts that stand in many rows, each once, and by a code in each row: what a file says once is looked at once.

use std::sync::{Arc, OnceLock};

use polars::prelude::BooleanChunked;

use super::codes::Codes;
use super::values::note;
use crate::read::layout;

/// The texts of a dictionary, at their places among its bytes.
#[derive(Debug)]
pub struct Distinct {
    text: String,
    /// Where each starts and ends in it.
    places: Vec<(u32, u32)>,
    /// Bytes that no text is longer than.
    longest: usize,
    /// Whether all of them are filled.
    are_filled: OnceLock<bool>,
}

impl Distinct {
    /// The texts of a page, so many, each behind its length in four bytes; `None` where it is not so.
    pub(in crate::read) fn of_page(mut bytes: Vec<u8>, texts: usize) -> Option<Self> {
        u32::try_from(bytes.len()).ok()?;
        let (mut places, mut at, mut longest) = (Vec::with_capacity(texts.min(bytes.len())), 0, 0);
        for _ in 0..texts {
            let length = bytes.get_mut(at..)?.first_chunk_mut()?;
            let (start, end) = (at + length.len(), u32::from_le_bytes(*length) as usize);
            // The length of a short text is ASCII, so that all bytes together are a text; where they are one, a text
            // that begins and ends beside ASCII is one, too.
            if end > 127 {
                *length = [0; 4];
            }
            at = start.checked_add(end).filter(|end| *end <= bytes.len())?;
            longest = longest.max(end);
            places.push((start as u32, at as u32));
        }
        let text = String::from_utf8(bytes).ok().filter(|text| text.len() == at)?;
        Some(Self { text, places, longest, are_filled: OnceLock::new() })
    }

    /// How many there are.
    pub(in crate::read) fn len(&self) -> usize {
        self.places.len()
    }

    /// The bytes that they are among, and the place of each.
    pub(in crate::read) fn parts(&self) -> (&str, &[(u32, u32)]) {
        (&self.text, &self.places)
    }

    fn get(&self, code: usize) -> Option<&str> {
        let (start, end) = self.places.get(code)?;
        self.text.get(*start as usize..*end as usize)
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|code| self.get(code).unwrap_or_default())
    }

    fn are_filled(&self) -> bool {
        *self.are_filled.get_or_init(|| self.iter().all(|text| !text.trim_start().is_empty()))
    }
}

/// A column of such texts.
#[derive(Debug, Clone)]
pub struct CodedTexts {
    texts: Arc<Distinct>,
    codes: Codes,
}

impl CodedTexts {
    /// Texts by the code of each row.
    pub(in crate::read) fn new(texts: Distinct, codes: Codes) -> Self {
        Self { texts: Arc::new(texts), codes }
    }

    /// The code of each row.
    pub fn codes(&self) -> &[u32] {
        self.codes.as_slice()
    }

    /// Whether a row may have no text.
    pub(in crate::read) fn may_lack(&self) -> bool {
        self.codes.has_none
    }

    /// The cell that a code stands for: trimmed, `None` when blank.
    pub fn cell(&self, code: u32) -> Option<&str> {
        self.raw(code).and_then(layout::as_written)
    }

    /// The cells that rows can have; some of them, no row may have.
    pub fn cells(&self) -> impl Iterator<Item = Option<&str>> {
        let none = self.codes.has_none.then_some(None);
        self.texts.iter().map(layout::as_written).chain(none)
    }

    /// The text of a code as it is.
    pub(in crate::read) fn raw(&self, code: u32) -> Option<&str> {
        self.texts.get(code as usize)
    }

    /// The text of a row as it is.
    pub(in crate::read) fn get(&self, row: usize) -> Option<&str> {
        self.codes().get(row).and_then(|code| self.raw(*code))
    }

    /// The texts that the codes are of: others are other ones, even where they say the same.
    pub(in crate::read) fn dictionary(&self) -> &Arc<Distinct> {
        &self.texts
    }

    /// Bytes that no text is longer than.
    pub(super) fn longest(&self) -> usize {
        self.texts.longest
    }

    /// Whether every text that a row can have is filled.
    pub(super) fn is_filled(&self) -> bool {
        !self.codes.has_none && self.texts.are_filled()
    }

    /// Notes which rows have a text that is filled.
    pub(super) fn note_filled(&self, filled: &mut [bool]) {
        let is_filled = |code: &u32| self.raw(*code).is_some_and(|text| !text.trim_start().is_empty());
        note(filled, self.codes().iter().map(is_filled));
    }

    /// Some rows that follow each other.
    pub(super) fn slice(&self, start: usize, rows: usize) -> Self {
        Self { texts: Arc::clone(&self.texts), codes: self.codes.slice(start, rows) }
    }

    /// The rows of a mask.
    pub(super) fn filter(&self, mask: &BooleanChunked) -> Self {
        Self { texts: Arc::clone(&self.texts), codes: self.codes.filter(mask) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn page(texts: &[&[u8]]) -> Vec<u8> {
        texts.iter().flat_map(|text| [&(text.len() as u32).to_le_bytes(), *text].concat()).collect()
    }

    proptest! {
        #[test]
        fn a_page_has_the_texts_that_it_was_made_of(
            texts in prop::collection::vec("[a人]{0,6}|人{40,100}", 0..6), less in 1_usize..5
        ) {
            let bytes = page(&texts.iter().map(String::as_bytes).collect::<Vec<_>>());
            let distinct = Distinct::of_page(bytes.clone(), texts.len()).unwrap();
            prop_assert!(distinct.iter().eq(texts.iter().map(String::as_str)));
            prop_assert_eq!(distinct.longest, texts.iter().map(String::len).max().unwrap_or_default());
            prop_assert_eq!(distinct.are_filled(), texts.iter().all(|text| !text.is_empty()));
            prop_assert!(Distinct::of_page(bytes.clone(), texts.len() + 1).is_none(), "a text is missing");
            if let Some(cut) = bytes.len().checked_sub(less) {
                prop_assert!(Distinct::of_page(bytes[..cut].to_vec(), texts.len()).is_none(), "the page is cut");
            }
        }
    }

    #[test]
    fn bytes_that_are_no_text_alone_are_none_beside_others() {
        // As one text they would be 人.
        assert!(Distinct::of_page(page(&[&[0xE4, 0xBA], &[0xBA]]), 2).is_none());
        // The length of the second is 0x80, which is no beginning of a character but may follow one.
        assert!(Distinct::of_page(page(&[b"\xC3", &[b'a'; 0x80]]), 2).is_none());
    }
}

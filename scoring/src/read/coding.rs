//! The names of a column as codes.

use std::ops::Range;

use super::batch::ListColumn;
use super::names::{Names, TOGETHER};
use super::width::half;
use super::{layout, list};

/// A cell at its place in a text.
#[inline]
pub(super) fn bytes<'t>(text: &'t str, place: &Range<u32>) -> &'t [u8] {
    text.as_bytes().get(place.start as usize..place.end as usize).unwrap_or_default()
}

/// The same, trimmed; `None` when it is blank.
#[inline]
pub(super) fn text_at<'t>(text: &'t str, place: &Range<u32>) -> Option<&'t str> {
    text.get(place.start as usize..place.end as usize).and_then(layout::as_written)
}

/// The codes of the names of a column, cell by cell.
pub(super) struct Coding<'n, 'c> {
    names: &'n mut Names,
    codes: Vec<u32>,
    /// End of each cell.
    ends: Vec<u32>,
    /// Names that are still to be looked up, after those before them.
    waiting: Vec<&'c str>,
}

/// The codes of the names in cells.
pub(super) fn codes<'c>(names: &mut Names, cells: impl Iterator<Item = Option<&'c str>>) -> ListColumn<u32> {
    let mut coding = Coding::new(names, cells.size_hint().0);
    coding.add_texts(cells);
    coding.settled()
}

impl<'n, 'c> Coding<'n, 'c> {
    /// No cells yet, with room for so many.
    pub fn new(names: &'n mut Names, cells: usize) -> Self {
        let (codes, ends) = (Vec::with_capacity(cells), Vec::with_capacity(cells));
        Self { names, codes, ends, waiting: Vec::with_capacity(TOGETHER) }
    }

    /// Adds cells by their places in a text: by their bytes alone, where the names have numbers and are known.
    pub fn add_places(&mut self, text: &'c str, places: impl Iterator<Item = Range<u32>>) {
        self.add_all(places, |place| bytes(text, place), |place| text_at(text, place));
    }

    /// Adds cells in the same way.
    pub fn add_texts(&mut self, cells: impl Iterator<Item = Option<&'c str>>) {
        self.add_all(cells, |cell| cell.unwrap_or_default().as_bytes(), |cell| *cell);
    }

    /// Adds cells by what gives their bytes, and their text where these do not show all.
    #[inline]
    fn add_all<C>(
        &mut self,
        mut all: impl Iterator<Item = C>,
        bytes: impl Fn(&C) -> &'c [u8],
        text: impl Fn(&C) -> Option<&'c str>,
    ) {
        let (mut group, mut cells) = (Vec::with_capacity(TOGETHER), Vec::with_capacity(TOGETHER));
        loop {
            group.clear();
            group.extend(all.by_ref().take(TOGETHER));
            if group.is_empty() {
                return;
            }
            cells.clear();
            cells.extend(group.iter().map(&bytes));
            let known = self.names.numbered(&cells);
            if self.waiting.is_empty() && known.iter().take(cells.len()).all(|after| *after > 0) {
                // Nearly always where names have numbers, and then there is nothing to ask for each cell.
                self.ends.extend((self.codes.len() as u32 + 1..).take(cells.len()));
                self.codes.extend(known.iter().take(cells.len()).map(|after| after - 1));
                continue;
            }
            for ((place, cell), after) in group.iter().zip(&cells).zip(known) {
                match after.checked_sub(1).filter(|_| self.waiting.is_empty()) {
                    Some(code) => {
                        self.codes.push(code);
                        self.end();
                    }
                    None if cell.is_empty() || self.add_numbered(cell) => self.end(),
                    None => self.add(text(place)),
                }
            }
        }
    }

    /// Adds the names of a cell that are found by their numbers. Gives whether they are; if not, nothing is added.
    fn add_numbered(&mut self, cell: &[u8]) -> bool {
        self.waiting.is_empty() && self.names.push_numbered(cell, &mut self.codes)
    }

    /// Adds a cell.
    pub fn add(&mut self, cell: Option<&'c str>) {
        match cell {
            None => {}
            // Most cells name one by an id, which is no list whatever its separators are.
            Some(cell) if is_one(cell) => {
                self.waiting.push(cell);
                if self.waiting.len() == TOGETHER {
                    self.settle();
                }
            }
            Some(cell) => {
                self.settle();
                self.codes.extend(list::names(&half(cell)).map(|name| self.names.code(name)));
            }
        }
        self.end();
    }

    /// Ends a cell.
    fn end(&mut self) {
        self.ends.push(u32::try_from(self.codes.len() + self.waiting.len()).unwrap_or(u32::MAX));
    }

    /// Looks up those that wait.
    fn settle(&mut self) {
        self.names.codes(&self.waiting, &mut self.codes);
        self.waiting.clear();
    }

    /// The column.
    pub fn settled(mut self) -> ListColumn<u32> {
        self.settle();
        ListColumn::of(self.codes, self.ends)
    }
}

/// Which bytes are letters or digits.
#[expect(clippy::indexing_slicing, reason = "computed while the program is built, where iterators cannot be used")]
static ALPHANUMERIC: [bool; 256] = {
    let mut all = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        all[byte as usize] = byte.is_ascii_alphanumeric();
        byte += 1;
    }
    all
};

/// Whether a cell is letters and digits alone.
pub(super) fn is_one(cell: &str) -> bool {
    !cell.is_empty() && cell.bytes().all(|byte| ALPHANUMERIC.get(usize::from(byte)) == Some(&true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cells_by_their_places_have_the_codes_of_their_texts(
            cells in prop::collection::vec("([UP][01]{1,3}|甲|AB|[;、 等]){0,3}|(U[01]{1,2}){0,1}", 0..120)
        ) {
            let text = cells.join(",");
            let (mut by_place, mut by_text) = (Names::default(), Names::default());
            let (mut first, mut second) = (Coding::new(&mut by_place, 0), Coding::new(&mut by_text, 0));
            let start = |cell: usize| cells.iter().take(cell).map(|cell| cell.len() as u32 + 1).sum::<u32>();
            first.add_places(&text, (0..cells.len()).map(|cell| start(cell)..start(cell) + cells[cell].len() as u32));
            cells.iter().for_each(|cell| second.add(layout::as_written(cell)));
            let (first, second) = (first.settled(), second.settled());
            prop_assert_eq!(first.items(), second.items());
            for cell in 0..cells.len() {
                prop_assert_eq!(first.range(cell), second.range(cell));
            }
            prop_assert!(by_place.iter().eq(by_text.iter()));
        }
    }
}

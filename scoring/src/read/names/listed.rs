//! The lists of names that the texts of a dictionary are, each split and looked up once and not once a row.

use std::ops::Range;
use std::sync::Arc;

use super::Names;
use crate::read::batch::ListColumn;
use crate::read::coding::Coding;
use crate::read::typed::{CodedTexts, Distinct};

/// What is known of the texts of a dictionary.
#[derive(Debug)]
pub(super) struct Listed {
    texts: Arc<Distinct>,
    /// Which texts a row has had.
    met: Met,
    /// The names of texts that rows have had, one text after another.
    names: Vec<u32>,
    /// By code, from where to where its names stand among them. Empty while each text is one name and has met the rows
    /// in the order of the codes: then it is at the place of its code.
    lists: Vec<(u32, u32)>,
}

/// Which texts a row has had.
#[derive(Debug)]
enum Met {
    /// Those before a code. Nearly all dictionaries were filled row by row, so that each new text has the next code.
    Before(u32),
    /// By code, whether a row has had it.
    Each(Vec<bool>),
}

/// Codes that are new.
enum New {
    These(Range<u32>),
    Each(Vec<u32>),
}

/// Names of a row that are written at a time.
const AT_A_TIME: usize = 2;

impl Names {
    /// The names of each row of a column.
    ///
    /// A text that no row has is not looked at, since its names would be names that no row has.
    pub(in crate::read) fn listed(&mut self, column: &CodedTexts) -> ListColumn<u32> {
        let mut listed = self.take_listed(column);
        match listed.note_new(column.codes()) {
            New::These(codes) => {
                let lists = self.lists(&listed.texts, codes.clone());
                listed.learn(codes, &lists);
            }
            New::Each(codes) => {
                listed.spread();
                let lists = self.lists(&listed.texts, codes.iter().copied());
                listed.learn(codes.into_iter(), &lists);
            }
        }
        if column.may_lack() {
            listed.spread();
        }
        let made = listed.rows(column.codes());
        self.listed.push(listed);
        made
    }

    /// The names of some texts.
    fn lists(&mut self, texts: &Distinct, codes: impl ExactSizeIterator<Item = u32>) -> ListColumn<u32> {
        let (text, places) = texts.parts();
        let mut coding = Coding::new(self, codes.len());
        coding.add_places(text, codes.map(|code| places.get(code as usize).map_or(0..0, |(start, end)| *start..*end)));
        coding.settled()
    }

    /// What is known of the texts of a column. That of texts which no column has any more is dropped.
    fn take_listed(&mut self, column: &CodedTexts) -> Listed {
        let texts = column.dictionary();
        let known = self.listed.iter().position(|listed| Arc::ptr_eq(&listed.texts, texts));
        known.map(|place| self.listed.swap_remove(place)).unwrap_or_else(|| {
            self.listed.retain(|listed| Arc::strong_count(&listed.texts) > 1);
            Listed { texts: Arc::clone(texts), met: Met::Before(0), names: Vec::new(), lists: Vec::new() }
        })
    }
}

impl Listed {
    /// The codes whose lists are not known yet, each once.
    fn note_new(&mut self, codes: &[u32]) -> New {
        // What is behind the last text is no text, and no name, whether a row has had it or not.
        let none = self.texts.len() as u32;
        if let Met::Before(before) = self.met {
            if before == none {
                return New::These(none..none);
            }
            let next = codes.iter().fold(before, |next, code| next + u32::from(*code == next)).min(none);
            // Without a way out before the end, so that many are compared at once.
            let is_later = |code: &u32| code.wrapping_sub(next) < none - next;
            if !codes.iter().fold(false, |later, code| later | is_later(code)) {
                self.met = Met::Before(next);
                return New::These(before..next);
            }
            self.met = Met::Each((0..=none).map(|code| code < before || code == none).collect());
        }
        let Met::Each(met) = &mut self.met else { return New::Each(Vec::new()) };
        // Each row writes its code and moves on only if that is new: whether it is would be guessed wrong too often.
        let (mut new, mut end) = (vec![0; codes.len()], 0);
        for code in codes {
            if let (Some(met), Some(place)) = (met.get_mut(*code as usize), new.get_mut(end)) {
                *place = *code;
                end += usize::from(!*met);
                *met = true;
            }
        }
        new.truncate(end);
        New::Each(new)
    }

    /// Learns the lists of codes.
    fn learn(&mut self, codes: impl Iterator<Item = u32>, lists: &ListColumn<u32>) {
        let place = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        if !lists.is_one_each() {
            self.spread();
        }
        let mut end = place(self.names.len());
        self.names.extend_from_slice(lists.items());
        if self.lists.is_empty() {
            return;
        }
        for (code, list) in codes.zip(ListColumn::cells(Some(lists))) {
            let start = end;
            end += place(list.len());
            if let Some(known) = self.lists.get_mut(code as usize) {
                *known = (start, end);
            }
        }
    }

    /// Says of each code where its names stand.
    fn spread(&mut self) {
        if self.lists.is_empty() {
            let known = (0..).take(self.names.len()).map(|code| (code, code + 1));
            self.lists = known.chain(std::iter::repeat((0, 0))).take(self.texts.len() + 1).collect();
        }
    }

    /// The lists of rows.
    fn rows(&self, codes: &[u32]) -> ListColumn<u32> {
        let at = |place: usize| self.names.get(place).copied().unwrap_or_default();
        if self.lists.is_empty() {
            return ListColumn::of_one_each(codes.iter().map(|code| at(*code as usize)).collect());
        }
        // Each row writes two names and moves on by as many as it has: how many these are is no jump, which would be
        // guessed wrong where rows differ in it.
        let (mut items, mut end) = (vec![0; (codes.len() + 1) * AT_A_TIME], 0);
        let end_of = |code: &u32| {
            let (start, past) = self.lists.get(*code as usize).copied().unwrap_or_default();
            let (start, past) = (start as usize, past as usize);
            let next = end + past - start;
            if next + AT_A_TIME > items.len() {
                items.resize(next * 2, 0);
            }
            if let Some(names) = items.get_mut(end..).and_then(<[u32]>::first_chunk_mut) {
                *names = [at(start), at(start + 1)];
            }
            if past - start > AT_A_TIME {
                items.iter_mut().skip(end).zip(start..past).for_each(|(item, place)| *item = at(place));
            }
            end = next;
            u32::try_from(end).unwrap_or(u32::MAX)
        };
        let ends = codes.iter().map(end_of).collect();
        items.truncate(end);
        ListColumn::of(items, ends)
    }
}

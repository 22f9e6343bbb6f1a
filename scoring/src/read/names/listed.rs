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
    /// By code, the name where it is one, [`NONE`], or [`SEVERAL`] and a place among the lists of several.
    lists: Vec<u32>,
    /// Whether each list that is known is one name.
    are_one: bool,
    /// The lists of several names.
    several: ListColumn<u32>,
    /// How many there are.
    lists_of_several: u32,
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

/// No name; there is no such code.
const NONE: u32 = u32::MAX;

/// From here on there are several names; no such codes are given, since their names would not fit into memory.
const SEVERAL: u32 = 1 << 31;

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
                let lists = self.lists(&listed.texts, codes.iter().copied());
                listed.learn(codes.into_iter(), &lists);
            }
        }
        let made = match listed.are_one && !column.may_lack() {
            true => listed.one_each(column.codes()),
            false => listed.rows(column.codes()),
        };
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
            let lists = vec![NONE; column.end()];
            let (texts, met, several) = (Arc::clone(texts), Met::Before(0), ListColumn::default());
            Listed { texts, met, lists, are_one: true, several, lists_of_several: 0 }
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
            if codes.iter().all(|code| *code < next || *code == none) {
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
        self.are_one &= lists.is_one_each();
        for (code, list) in codes.zip(ListColumn::cells(Some(lists))) {
            let list = match list {
                [] => NONE,
                [one] => *one,
                several => {
                    self.several.push(several.iter().copied());
                    self.lists_of_several += 1;
                    SEVERAL + self.lists_of_several - 1
                }
            };
            if let Some(known) = self.lists.get_mut(code as usize) {
                *known = list;
            }
        }
    }

    /// The lists of rows that have one name each.
    fn one_each(&self, codes: &[u32]) -> ListColumn<u32> {
        let name = |code: &u32| self.lists.get(*code as usize).copied().unwrap_or(NONE);
        ListColumn::of_one_each(codes.iter().map(name).collect())
    }

    /// The lists of rows.
    fn rows(&self, codes: &[u32]) -> ListColumn<u32> {
        // Each row writes a name and moves on only if it has one: whether it does is no jump, which would be guessed
        // wrong half of the time where half of the rows have none.
        let (mut items, mut end) = (vec![0; codes.len()], 0);
        let end_of = |code: &u32| {
            let list = self.lists.get(*code as usize).copied().unwrap_or(NONE);
            if (SEVERAL..NONE).contains(&list) {
                let names = self.several.get((list - SEVERAL) as usize);
                items.resize(items.len() + names.len(), 0);
                items.iter_mut().skip(end).zip(names).for_each(|(item, name)| *item = *name);
                end += names.len();
            } else if let Some(item) = items.get_mut(end) {
                *item = list;
                end += usize::from(list != NONE);
            }
            u32::try_from(end).unwrap_or(u32::MAX)
        };
        let ends = codes.iter().map(end_of).collect();
        items.truncate(end);
        ListColumn::of(items, ends)
    }
}

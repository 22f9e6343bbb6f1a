//! The lists of names that the texts of a dictionary are, each split and looked up once and not once a row.

use std::sync::Arc;

use polars_arrow::array::Utf8ViewArray;

use super::Names;
use crate::read::batch::ListColumn;
use crate::read::typed::CodedTexts;

/// What is known of the texts of a dictionary.
#[derive(Debug)]
pub(super) struct Listed {
    texts: Arc<Utf8ViewArray>,
    /// By code, whether a row has had it.
    known: Vec<bool>,
    /// How many texts no row has had.
    unknown: usize,
    /// By code, the name where it is one, [`NONE`], or [`SEVERAL`] and a place among the lists of several.
    lists: Vec<u32>,
    /// The lists of several names.
    several: ListColumn<u32>,
    /// How many there are.
    lists_of_several: u32,
}

/// No name; there is no such code.
const NONE: u32 = u32::MAX;

/// From here on there are several names; no such codes are given, since their names would not fit into memory.
const SEVERAL: u32 = 1 << 31;

impl Names {
    /// The names of each row of a column; `plain` finds those of cells.
    ///
    /// A text that no row has is not looked at, since its names would be names that no row has.
    pub(in crate::read) fn listed(
        &mut self,
        column: &CodedTexts,
        plain: impl FnOnce(&mut Self, &mut dyn Iterator<Item = Option<&str>>) -> ListColumn<u32>,
    ) -> ListColumn<u32> {
        let mut listed = self.take_listed(column);
        if listed.unknown > 0 {
            let new = listed.note_new(column.codes());
            let lists = plain(self, &mut new.iter().map(|code| column.cell(*code)));
            listed.learn(&new, &lists);
        }
        let made = listed.rows(column.codes());
        self.listed.push(listed);
        made
    }

    /// What is known of the texts of a column. That of texts which no column has any more is dropped.
    fn take_listed(&mut self, column: &CodedTexts) -> Listed {
        let texts = column.dictionary();
        let known = self.listed.iter().position(|listed| Arc::ptr_eq(&listed.texts, texts));
        known.map(|place| self.listed.swap_remove(place)).unwrap_or_else(|| {
            self.listed.retain(|listed| Arc::strong_count(&listed.texts) > 1);
            let (mut known, lists) = (vec![false; texts.len()], vec![NONE; column.end()]);
            // No text is no name, whether a row has had it or not.
            known.resize(column.end(), true);
            let (texts, unknown, several) = (Arc::clone(texts), texts.len(), ListColumn::default());
            Listed { texts, known, unknown, lists, several, lists_of_several: 0 }
        })
    }
}

impl Listed {
    /// The codes whose lists are not known yet, each once.
    fn note_new(&mut self, codes: &[u32]) -> Vec<u32> {
        // Each row writes its code and moves on only if that is new: whether it is would be guessed wrong too often.
        let (mut new, mut end) = (vec![0; codes.len()], 0);
        for code in codes {
            if let (Some(known), Some(place)) = (self.known.get_mut(*code as usize), new.get_mut(end)) {
                *place = *code;
                end += usize::from(!*known);
                *known = true;
            }
        }
        new.truncate(end);
        self.unknown -= end;
        new
    }

    /// Learns the lists of codes.
    fn learn(&mut self, codes: &[u32], lists: &ListColumn<u32>) {
        for (place, code) in codes.iter().enumerate() {
            let list = match lists.get(place) {
                [] => NONE,
                [one] => *one,
                several => {
                    self.several.push(several.iter().copied());
                    self.lists_of_several += 1;
                    SEVERAL + self.lists_of_several - 1
                }
            };
            if let Some(known) = self.lists.get_mut(*code as usize) {
                *known = list;
            }
        }
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

//! Ids that count up from row to row, as those of most ledgers do: `T0001`, `T0002` and so on.
//!
//! A run of them is kept by its first id and its length. Else the hashes of all ids would have to be kept and sorted
//! only to find that none stands twice.

use crate::read::batch::TextColumn;

/// How many ids a run must have, taken over the runs of a batch, so that it is worth it.
const LEAST: usize = 8;

/// Ids that count up by the digits at their ends.
#[derive(Debug)]
pub(super) struct Run {
    first: Vec<u8>,
    /// Ids after the first.
    more: usize,
}

impl Run {
    /// The ids of a batch as runs; `None` where these are short.
    pub fn all(ids: &TextColumn) -> Option<Vec<Self>> {
        let mut runs: Vec<Self> = Vec::new();
        let mut next = Next::default();
        for id in ids.filled().map(str::as_bytes) {
            if let Some(run) = runs.last_mut().filter(|_| next.is(id)) {
                run.more += 1;
            } else if runs.len() * LEAST > ids.len() {
                return None;
            } else {
                runs.push(Self { first: id.to_owned(), more: 0 });
                next.set(id);
            }
            next.count_up();
        }
        Some(runs)
    }

    /// Sorts runs by their first ids; gives whether no id can be in two of them.
    pub fn sort_apart(runs: &mut [Self]) -> bool {
        runs.sort_unstable_by(|a, b| order(&a.first).cmp(&order(&b.first)));
        runs.array_windows().all(|[a, b]| {
            let last = a.last();
            order(&last) < order(&b.first)
        })
    }

    fn last(&self) -> Vec<u8> {
        let mut last = self.first.clone();
        count_up(&mut last, self.more);
        last
    }

    /// How many ids it has.
    pub fn len(&self) -> usize {
        self.more + 1
    }

    /// Its ids.
    pub fn ids(&self) -> impl Iterator<Item = String> {
        let mut next = self.first.clone();
        (0..=self.more).map(move |_| {
            let id = String::from_utf8_lossy(&next).into_owned();
            count_up(&mut next, 1);
            id
        })
    }
}

/// The id that goes on with a run.
///
/// Its last digit stands apart: of ten ids nine change nothing else, so that what all are compared with lies still.
#[derive(Default)]
struct Next {
    stem: Vec<u8>,
    /// `None` where nothing can follow.
    digit: Option<u8>,
}

impl Next {
    #[inline]
    fn is(&self, id: &[u8]) -> bool {
        id.split_last().is_some_and(|(last, stem)| self.digit == Some(*last) && are_same(stem, &self.stem))
    }

    fn set(&mut self, id: &[u8]) {
        self.stem.clear();
        self.digit = id.split_last().map(|(last, stem)| {
            self.stem.extend_from_slice(stem);
            *last
        });
    }

    #[inline]
    fn count_up(&mut self) {
        self.digit = match self.digit {
            Some(b'9') => count_up(&mut self.stem, 1).then_some(b'0'),
            Some(digit) if digit.is_ascii_digit() => Some(digit + 1),
            _ => None,
        };
    }
}

/// Whether two texts are the same. Those of 8 to 16 bytes, as most are, are compared as two numbers.
#[inline]
fn are_same(text: &[u8], other: &[u8]) -> bool {
    let ends = |text: &[u8]| Some((u64::from_le_bytes(*text.first_chunk()?), u64::from_le_bytes(*text.last_chunk()?)));
    match (ends(text), ends(other)) {
        (Some(ends), Some(others)) if text.len() <= 16 => text.len() == other.len() && ends == others,
        _ => text == other,
    }
}

/// Shorter ids come first, so that the ids from the first to the last of a run are in order.
fn order(id: &[u8]) -> (usize, &[u8]) {
    (id.len(), id)
}

/// Adds to the number that an id ends with, which keeps its digits; gives whether they were enough for it.
fn count_up(id: &mut [u8], more: usize) -> bool {
    let mut carry = more;
    for byte in id.iter_mut().rev().take_while(|byte| byte.is_ascii_digit()) {
        carry += usize::from(*byte - b'0');
        *byte = b'0' + (carry % 10) as u8;
        carry /= 10;
        if carry == 0 {
            return true;
        }
    }
    carry == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn column(ids: &[String]) -> TextColumn {
        let mut column = TextColumn::default();
        ids.iter().for_each(|id| column.push(Some(id)));
        column
    }

    fn counting(first: u32, ids: u32, width: usize) -> Vec<String> {
        (first..first + ids).map(|number| format!("T{number:0width$}")).collect()
    }

    #[test]
    fn ids_that_count_up_are_one_run_and_others_are_none() {
        let runs = |ids: &[String]| Run::all(&column(ids)).map(|runs| runs.len());
        assert_eq!(runs(&counting(95, 20, 4)), Some(1));
        // From two digits to three.
        assert_eq!(runs(&counting(90, 20, 0)), Some(2));
        let falling: Vec<String> = counting(0, 20, 4).into_iter().rev().collect();
        assert_eq!(runs(&falling), None);
        assert_eq!(runs(&["甲", "乙", "甲", "乙", "甲", "乙"].map(str::to_owned)), None);
    }

    proptest! {
        #[test]
        fn runs_have_the_ids_that_they_were_made_of(parts in prop::collection::vec((0_u32..2000, 8_u32..40, 0_usize..5), 1..4)) {
            let ids: Vec<String> = parts.iter().flat_map(|(first, ids, width)| counting(*first, *ids, *width)).collect();
            if let Some(runs) = Run::all(&column(&ids)) {
                prop_assert_eq!(runs.iter().flat_map(Run::ids).collect::<Vec<_>>(), ids);
            }
        }

        #[test]
        fn runs_that_are_apart_share_no_id(parts in prop::collection::vec((0_u32..300, 1_u32..40, 0_usize..5), 1..4)) {
            let mut ids: Vec<String> = parts.iter().flat_map(|(first, ids, width)| counting(*first, *ids, *width)).collect();
            if let Some(mut runs) = Run::all(&column(&ids)) && Run::sort_apart(&mut runs) {
                let all = ids.len();
                ids.sort_unstable();
                ids.dedup();
                prop_assert_eq!(ids.len(), all);
            }
        }
    }
}

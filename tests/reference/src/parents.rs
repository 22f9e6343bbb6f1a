//! Parents of rows: which are unknown and which stand on a cycle. METHOD §2.

use std::collections::{BTreeMap, BTreeSet};

/// Takes rows as their id and the parent that they name; of rows with one id the one with the first parent counts.
pub fn on_cycles(rows: impl Iterator<Item = (String, String)>) -> BTreeSet<String> {
    let mut above: BTreeMap<String, String> = BTreeMap::new();
    for (id, parent) in rows {
        let first = above.entry(id).or_insert_with(|| parent.clone());
        *first = parent.min(first.clone());
    }
    let comes_back = |start: &String| {
        let mut seen = BTreeSet::new();
        let mut at = start;
        while let Some(next) = above.get(at) {
            if next == start {
                return true;
            }
            if !seen.insert(next) {
                return false;
            }
            at = next;
        }
        false
    };
    above.keys().filter(|id| comes_back(id)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rows_on_a_cycle_itself_count() {
        let above = [("a", "b"), ("b", "c"), ("c", "b"), ("d", "d"), ("e", "x"), ("b", "x")];
        let above = above.into_iter().map(|(id, parent)| (id.to_string(), parent.to_string()));
        assert_eq!(on_cycles(above).into_iter().collect::<Vec<_>>(), ["b", "c", "d"]);
    }
}

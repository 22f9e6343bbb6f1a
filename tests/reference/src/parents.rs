//! Parents of rows: which are unknown and which stand on a cycle. METHOD §2.

use std::collections::{BTreeMap, BTreeSet};

/// `above` is the parent of every row that has an id of its own.
pub fn on_cycles(above: &BTreeMap<String, String>) -> BTreeSet<String> {
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
        let above = [("a", "b"), ("b", "c"), ("c", "b"), ("d", "d"), ("e", "x")];
        let above = above.into_iter().map(|(id, parent)| (id.to_string(), parent.to_string())).collect();
        assert_eq!(on_cycles(&above).into_iter().collect::<Vec<_>>(), ["b", "c", "d"]);
    }
}

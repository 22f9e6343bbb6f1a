//! Ids of tasks: which stand twice, which row a parent names, which rows are their own ancestors. METHOD §2.

use crate::read::names::hash;
use crate::read::rows::Place;

/// The ids of the ledger that matter to more than their own row: those that stand twice, and those of parents.
#[derive(Debug)]
pub struct Ids {
    /// Sorted by hash, so that equal ids stand together, then by place.
    entries: Vec<(u64, Place, String)>,
}

impl Ids {
    /// The ids with their hashes and where they stand.
    pub fn new(mut entries: Vec<(u64, Place, String)>) -> Self {
        entries.sort_unstable();
        Self { entries }
    }

    /// The first row with the id of a parent.
    pub fn find(&self, id: &str) -> Option<Place> {
        self.all(id).next()
    }

    /// The rows with an id, in the order of the ledger.
    pub fn all<'b>(&'b self, id: &'b str) -> impl Iterator<Item = Place> + 'b {
        let wanted = hash(id);
        let start = self.entries.partition_point(|(hash, ..)| *hash < wanted);
        let same = self.entries.iter().skip(start).take_while(move |(hash, ..)| *hash == wanted);
        same.filter(move |(.., known)| known == id).map(|(_, place, _)| *place)
    }

    /// Rows whose id another row has too, each with that other row: the first of them, but for the first the second.
    pub fn doubled(&self) -> Vec<(Place, Place)> {
        let mut doubled = Vec::new();
        for run in self.entries.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1) {
            for (_, place, id) in run {
                let other = run.iter().find(|(_, other, known)| other != place && known == id);
                doubled.extend(other.map(|(_, other, _)| (*place, *other)));
            }
        }
        doubled
    }
}

/// The nodes that lie on a cycle when each node has at most one parent.
pub fn on_cycles(parents: &[Option<usize>]) -> Vec<usize> {
    let mut walk_of: Vec<usize> = vec![0; parents.len()];
    let mut found = Vec::new();
    for start in 0..parents.len() {
        let walk = start + 1;
        let mut node = start;
        loop {
            match walk_of.get_mut(node) {
                Some(seen) if *seen == 0 => *seen = walk,
                Some(seen) if *seen == walk => {
                    found.extend(cycle_of(parents, node));
                    break;
                }
                _ => break,
            }
            match parents.get(node).copied().flatten() {
                Some(parent) => node = parent,
                None => break,
            }
        }
    }
    found.sort_unstable();
    found
}

fn cycle_of(parents: &[Option<usize>], start: usize) -> Vec<usize> {
    let mut cycle = vec![start];
    let mut node = start;
    while let Some(parent) = parents.get(node).copied().flatten().filter(|parent| *parent != start) {
        cycle.push(parent);
        node = parent;
    }
    cycle
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_stands_twice_leads_to_all_its_rows() {
        let at = |line| Place { file: 0, line };
        let entries = [(5, "b"), (2, "b"), (3, "a"), (6, "b")];
        let ids = Ids::new(entries.iter().map(|(line, id)| (hash(id), at(*line), (*id).to_owned())).collect());
        assert_eq!(ids.all("b").collect::<Vec<_>>(), [at(2), at(5), at(6)]);
        assert_eq!((ids.find("a"), ids.find("c")), (Some(at(3)), None));
        assert_eq!(ids.doubled(), [(at(2), at(5)), (at(5), at(2)), (at(6), at(2))]);
    }

    #[test]
    fn only_nodes_on_a_cycle_are_found_not_those_that_lead_to_it() {
        // 0 → 1 → 2 → 1, 3 → 3, 4 → 0
        assert_eq!(on_cycles(&[Some(1), Some(2), Some(1), Some(3), Some(0)]), [1, 2, 3]);
        assert!(on_cycles(&[Some(1), None, Some(0)]).is_empty());
    }
}

//! Ids of tasks: which stand twice, which row a parent names, which rows are their own ancestors. METHOD §2.

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::judge::Judged;
use crate::read::batch::TextColumn;
use crate::read::names::hash;

/// A row of the ledger: its batch and its place there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowAt {
    /// The batch.
    pub batch: u32,
    /// The row in it.
    pub row: u32,
}

/// The ids of the ledger that matter to more than their own row: those that stand twice, and those of parents.
#[derive(Debug)]
pub struct Ids<'a> {
    batches: Vec<&'a TextColumn>,
    /// Sorted by hash, so that equal ids stand together.
    entries: Vec<(u64, RowAt)>,
}

impl<'a> Ids<'a> {
    /// Gathers the ids that stand twice and those of some parents.
    ///
    /// All ids are looked at as hashes alone, which is all that most ledgers need: no two are equal.
    pub fn new<'p>(batches: &'a [Judged], parents: impl Iterator<Item = &'p str>) -> Self {
        Self::of(batches.iter().map(|judged| &judged.task_id).collect(), parents)
    }

    fn of<'p>(columns: Vec<&'a TextColumn>, parents: impl Iterator<Item = &'p str>) -> Self {
        let ids = |column: &'a TextColumn| (0..column.len()).filter_map(move |row| Some((row, column.get(row)?)));
        let mut hashes: Vec<u64> =
            columns.par_iter().flat_map_iter(|column| ids(column).map(|(_, id)| hash(id))).collect();
        hashes.par_sort_unstable();
        let doubled = hashes.par_windows(2).filter_map(|pair| match pair {
            [a, b] if a == b => Some(*a),
            _ => None,
        });
        let mut wanted: FxHashSet<u64> = doubled.collect::<Vec<_>>().into_iter().collect();
        drop(hashes);
        wanted.extend(parents.map(hash));
        if wanted.is_empty() {
            return Self { batches: columns, entries: Vec::new() };
        }
        let found = |(batch, column): (usize, &&'a TextColumn)| {
            let at = move |row| Some(RowAt { batch: u32::try_from(batch).ok()?, row: u32::try_from(row).ok()? });
            let hashed = ids(column).map(|(row, id)| (hash(id), row));
            let kept = hashed.filter(|(hash, _)| wanted.contains(hash));
            kept.filter_map(move |(hash, row)| Some((hash, at(row)?))).collect::<Vec<_>>()
        };
        let mut entries: Vec<(u64, RowAt)> = columns.par_iter().enumerate().flat_map_iter(found).collect();
        entries.par_sort_unstable();
        Self { batches: columns, entries }
    }

    fn id(&self, at: RowAt) -> &'a str {
        self.batches.get(at.batch as usize).and_then(|column| column.get(at.row as usize)).unwrap_or_default()
    }

    /// The first row with the id of a parent.
    pub fn find(&self, id: &str) -> Option<RowAt> {
        self.all(id).next()
    }

    /// The rows with an id, in the order of the ledger.
    pub fn all<'b>(&'b self, id: &'b str) -> impl Iterator<Item = RowAt> + 'b {
        let wanted = hash(id);
        let start = self.entries.partition_point(|(hash, _)| *hash < wanted);
        let same = self.entries.iter().skip(start).take_while(move |(hash, _)| *hash == wanted);
        same.map(|(_, at)| *at).filter(move |at| self.id(*at) == id)
    }

    /// Rows whose id another row has too, each with that other row.
    pub fn doubled(&self) -> Vec<(RowAt, RowAt)> {
        let mut doubled = Vec::new();
        for run in self.entries.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1) {
            for (_, at) in run {
                let other =
                    run.iter().map(|(_, other)| *other).find(|other| other != at && self.id(*other) == self.id(*at));
                doubled.extend(other.map(|other| (*at, other)));
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
        let mut column = TextColumn::default();
        [Some("b"), Some("a"), None, Some("b")].into_iter().for_each(|id| column.push(id));
        let ids = Ids::of(vec![&column, &column], ["a", "c"].into_iter());
        let rows = |id: &str| ids.all(id).map(|at| (at.batch, at.row)).collect::<Vec<_>>();
        assert_eq!(rows("b"), [(0, 0), (0, 3), (1, 0), (1, 3)]);
        assert_eq!(ids.find("a"), Some(RowAt { batch: 0, row: 1 }));
        assert!(rows("c").is_empty());
    }

    #[test]
    fn only_nodes_on_a_cycle_are_found_not_those_that_lead_to_it() {
        // 0 → 1 → 2 → 1, 3 → 3, 4 → 0
        assert_eq!(on_cycles(&[Some(1), Some(2), Some(1), Some(3), Some(0)]), [1, 2, 3]);
        assert!(on_cycles(&[Some(1), None, Some(0)]).is_empty());
    }
}

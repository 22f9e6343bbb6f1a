//! Going through the tasks: who is shown each batch, and what each of those keeps who go through them side by side.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::batch::{Dictionary, TaskBatch};
use super::sums::{self, Totals};

/// What is done with the batches of tasks while they are read.
///
/// A pass begins anew when a file turns out to be in another encoding than it began in; what was made of the batches
/// before is dropped.
pub trait Pass: Sync {
    /// What one of those who work side by side keeps from batch to batch.
    type Worker: Send;
    /// What is kept of each batch, in the order of the ledger.
    type Part: Send;

    /// What a worker begins with.
    fn worker(&self) -> Self::Worker;

    /// Makes something of a batch. Its names are codes of `names`, which the same worker gets each time, with more
    /// names in it. `number` is the place of the batch in the ledger.
    fn batch(&self, worker: &mut Self::Worker, names: &Dictionary, number: usize, batch: TaskBatch) -> Self::Part;
}

/// A pass that merely makes something of each batch alone.
#[derive(Debug, Clone, Copy)]
pub struct Each<F>(pub F);

impl<J: Send, F: Fn(&Dictionary, TaskBatch) -> J + Sync> Pass for Each<F> {
    type Worker = ();
    type Part = J;

    fn worker(&self) {}

    fn batch(&self, (): &mut (), names: &Dictionary, _: usize, batch: TaskBatch) -> J {
        self.0(names, batch)
    }
}

/// What a worker has at hand.
#[derive(Debug)]
pub struct Desk<W> {
    /// The names that it has met.
    pub names: Dictionary,
    /// The sums of the columns of numbers of its batches, by file.
    pub(super) totals: BTreeMap<u16, Totals>,
    /// What the pass keeps.
    pub worker: W,
}

/// As many desks as batches are worked on at a time.
pub(super) struct Desks<W> {
    /// Those at which nobody works.
    free: Mutex<Vec<Desk<W>>>,
}

/// Bytes of a block that is just not too large for the allocator to learn from.
const LARGE: usize = (32 << 20) - (64 << 10);

impl<W> Desks<W> {
    pub fn new() -> Self {
        // The allocator of most systems keeps freed memory only up to twice the largest block that was freed before, and
        // gives the rest back to the system, which clears it when the next batch takes it. The block is never touched.
        drop(std::hint::black_box(Vec::<u8>::with_capacity(LARGE)));
        Self { free: Mutex::new(Vec::new()) }
    }

    /// Works at a desk that is free, or at a new one.
    pub fn work<T>(&self, new: impl FnOnce() -> W, work: impl FnOnce(&mut Desk<W>) -> T) -> T {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut desk =
            free.unwrap_or_else(|| Desk { names: Dictionary::default(), totals: BTreeMap::new(), worker: new() });
        let made = work(&mut desk);
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push(desk);
        made
    }

    /// All desks, in no order that matters, and the sums of all of them.
    pub fn clear(self) -> (Vec<Desk<W>>, BTreeMap<u16, Totals>) {
        let mut desks = self.free.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut totals: BTreeMap<u16, Totals> = BTreeMap::new();
        for (file, own) in desks.iter_mut().flat_map(|desk| std::mem::take(&mut desk.totals)) {
            sums::merge(totals.entry(file).or_default(), &own);
        }
        (desks, totals)
    }
}

//! The hash of a file whose parts are in the hands of several threads.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

/// Bytes that SHA-256 takes at a time.
pub(super) const BLOCK: usize = 64;

/// SHA-256 of the bytes so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Hash {
    sha: Sha256,
    /// How many bytes there were.
    bytes: u64,
}

impl Hash {
    /// Adds bytes.
    #[inline]
    pub fn add(&mut self, bytes: &[u8]) {
        self.sha.update(bytes);
        self.bytes += bytes.len() as u64;
    }

    /// How many bytes are missing to the end of a block.
    pub fn missing(&self) -> usize {
        (self.bytes.wrapping_neg() % BLOCK as u64) as usize
    }

    /// It in hex.
    pub fn hex(&self) -> String {
        crate::digest::hex(&self.sha.clone().finalize())
    }
}

/// A hash to which the parts of a file are added in their order, by whoever has the next one.
#[derive(Debug)]
pub(super) struct InOrder {
    next: Mutex<Next>,
    changed: Condvar,
}

/// The part whose turn it is.
#[derive(Debug)]
struct Next {
    part: usize,
    hash: Hash,
}

impl InOrder {
    /// A hash to which the first part, 0, is still to be added.
    pub fn new(hash: Hash) -> Self {
        Self { next: Mutex::new(Next { part: 0, hash }), changed: Condvar::new() }
    }

    /// Waits until it is a part's turn, which lasts until it is dropped. Each part has to take its turn.
    pub fn turn(&self, part: usize) -> Turn<'_> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        while next.part != part {
            next = self.changed.wait(next).unwrap_or_else(PoisonError::into_inner);
        }
        Turn { next, changed: &self.changed }
    }

    /// The hash of all parts.
    pub fn all(self) -> Hash {
        self.next.into_inner().unwrap_or_else(PoisonError::into_inner).hash
    }
}

/// The turn of a part.
pub(super) struct Turn<'a> {
    next: MutexGuard<'a, Next>,
    changed: &'a Condvar,
}

impl Turn<'_> {
    /// The hash of the parts before, to which the part is to be added.
    pub fn hash(&mut self) -> &mut Hash {
        &mut self.next.hash
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.next.part += 1;
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rayon::prelude::*;

    proptest! {
        #[test]
        fn parts_that_come_in_any_order_are_hashed_in_theirs(parts in prop::collection::vec(any::<Vec<u8>>(), 0..20)) {
            let in_order = InOrder::new(Hash::default());
            let add = |(place, part): (usize, &Vec<u8>)| in_order.turn(place).hash().add(part);
            parts.iter().enumerate().par_bridge().for_each(add);
            let mut hash = Hash::default();
            hash.add(&parts.concat());
            prop_assert_eq!(in_order.all().hex(), hash.hex());
        }
    }
}

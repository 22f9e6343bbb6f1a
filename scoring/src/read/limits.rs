//! How large things may be, so that a file that is broken or hostile cannot take all memory: `[limits]` of the tables
//! file.
//!
//! Basis: none of these numbers stands in a clause; each is far above what ledgers need, and can be raised.

use std::ops::RangeInclusive;

/// Bytes of a MiB, as a power of two.
const MIB: u32 = 20;

/// How large things may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    /// MiB that a record may have, as UTF-8.
    pub record_mib: usize,
    /// Columns that a file may have.
    pub columns: usize,
    /// MiB that a workbook may have, unpacked.
    pub workbook_mib: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { record_mib: 64, columns: 16_384, workbook_mib: 1_024 }
    }
}

impl Limits {
    /// The limit of a key of `[limits]`, and what it can be set to; `None` for a key that is none.
    pub fn key(&mut self, key: &str) -> Option<(&mut usize, RangeInclusive<usize>)> {
        match key {
            "record_mib" => Some((&mut self.record_mib, 1..=1_024)),
            "columns" => Some((&mut self.columns, 1..=1_000_000)),
            "workbook_mib" => Some((&mut self.workbook_mib, 1..=65_536)),
            _ => None,
        }
    }

    /// Bytes that a record may have, as UTF-8.
    pub fn record(&self) -> usize {
        self.record_mib << MIB
    }

    /// Bytes that a workbook may have, unpacked.
    pub fn workbook(&self) -> u64 {
        (self.workbook_mib as u64) << MIB
    }
}

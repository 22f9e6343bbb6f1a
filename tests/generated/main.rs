//! Random small cases that use every key and feature of the method.
//!
//! A case is known by its number. `KAOHE_CASES` says how many are compared, `KAOHE_CASE` names a single one, and
//! `KAOHE_KEEP` a folder where the files of those looked at stay.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test stops at the first thing that is not as it should be"
)]

mod case;
mod compare;
mod features;
mod file;
mod keys;
mod later;
mod ledger;
mod pen;
mod plan;
mod policy;
mod properties;
mod random;
mod scale;
mod sides;

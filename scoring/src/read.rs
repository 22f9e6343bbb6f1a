//! Reading tables: finding files, decoding, splitting records, parsing cells. METHOD §2.

pub mod batch;
pub mod reject;
pub mod rows;

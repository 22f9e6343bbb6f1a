//! The engine of kaohe (考核): from task ledgers to exact scores, ranks and recommendations.
//!
//! The stages, in order: [`read`] finds and parses tables, [`judge`] gives each task its state and indicator
//! values, [`link`] looks at the ledger as a whole (ids, parents, names, posts), [`tally`] adds up what weights
//! multiply, [`score`] applies the weights, [`rank`] orders, [`recommend`] proposes, [`report`] writes.

pub mod moment;
pub mod number;
pub mod policy;
pub mod read;
pub mod terms;

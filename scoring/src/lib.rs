//! The engine of kaohe (考核): from task ledgers to exact scores, ranks and recommendations.
//!
//! The stages, in order: [`read`] finds and parses tables, [`judge`] gives each task its state and indicator
//! values, [`link`] finds whom the tasks name and looks at the ledger as a whole (ids, parents, names, posts), [`tally`]
//! adds up what weights multiply, [`score`] applies the weights, [`rank`] orders, [`recommend`] proposes, [`report`]
//! writes. Tasks go through the first four in batches, which are not kept. [`run`] puts the stages in their order.
//!
//! [`signals`] says what looks odd, and changes nothing. [`trial`] runs the examples that a policy brings along,
//! [`prior`] makes a table for the next year from the reports of earlier ones.

pub mod digest;
pub mod facts;
pub mod judge;
pub mod link;
pub mod moment;
pub mod near;
pub mod number;
pub mod policy;
pub mod prior;
pub mod rank;
pub mod read;
pub mod recommend;
pub mod report;
pub mod run;
pub mod score;
pub mod signals;
pub mod tally;
pub mod terms;
pub mod trial;

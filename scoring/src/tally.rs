//! The tally: exact sums of everything that weights multiply. METHOD §6, last paragraph.
//!
//! Sums and maxima of integers only, so tallies of any parts of a linked ledger merge into the tally of the whole, in
//! any order, to the last digit. Changing a weight starts here and never needs the ledger again.

mod cells;
mod deal;
mod facts;
mod held;
mod laid;
mod shapes;
mod side;
mod tallying;
mod written;

use serde::{Deserialize, Serialize};

pub use cells::{Cell, Shape};
pub use facts::Facts;
pub use side::{Place, SideTally};
pub use tallying::{Hand, Tallying};

use crate::link::tasks::Roles;

/// The weight 1 in units of [`Sums::weight`]: task weights have six places.
pub const WEIGHT_ONE: i128 = 1_000_000;

/// The bit of a lead unit's role; a co unit has none.
pub const LEAD: Roles = 1;

/// Sums have left 128 bits, or counts 32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the weights of the tasks of one subject, or all tasks, add up to more than can be kept")]
pub struct Overflow;

/// What is added up for one subject and [`Shape`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sums {
    /// Tasks.
    pub tasks: u64,
    /// Σ weight, in millionths.
    #[serde(with = "decimal_text")]
    pub weight: i128,
    /// Σ weight·value of each indicator present, in order, in millionths of units of the indicator's places.
    #[serde(with = "decimal_texts")]
    pub values: Vec<i128>,
}

/// The tally of a linked ledger or of a part of one.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// The indicators of tasks sections, as places in the policy.
    pub indicators: Vec<usize>,
    /// The levels of the policy, or else those that tasks name, sorted.
    pub levels: Vec<String>,
    /// Of units.
    pub units: SideTally,
    /// Of persons.
    pub persons: SideTally,
}

/// 128-bit numbers as text: JSON readers stop at 64 bits.
mod decimal_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(number: &i128, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(number)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i128, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// Several 128-bit numbers as text.
mod decimal_texts {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(numbers: &[i128], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(numbers.iter().map(ToString::to_string))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<i128>, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        texts.iter().map(|text| text.parse().map_err(D::Error::custom)).collect()
    }
}

//! The tally: exact sums of everything that weights multiply. METHOD §6, last paragraph.
//!
//! Sums and maxima of integers only, so tallies of any parts of a linked ledger merge into the tally of the whole, in
//! any order, to the last digit. Changing a weight starts here and never needs the ledger again.

mod cells;
mod count;
mod facts;
mod side;
mod written;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

pub use cells::{Cell, Shape};
pub use facts::Facts;
pub use side::SideTally;

use crate::judge::task_indicators;
use crate::link::Ledger;
use crate::link::tasks::{LinkedBatch, Roles};
use crate::link::units::Unit;
use crate::policy::Policy;
use count::{Counting, Kinds};
use side::Part;

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
    /// The levels that tasks have, sorted.
    pub levels: Vec<String>,
    /// Of units.
    pub units: SideTally,
    /// Of persons.
    pub persons: SideTally,
}

/// Adds up a linked ledger.
///
/// # Errors
/// [`Overflow`] when a sum leaves 128 bits, or for more than 2³² tasks.
pub fn tally(ledger: &Ledger, policy: &Policy) -> Result<Tally, Overflow> {
    let batches: Vec<&LinkedBatch> = ledger.batches.iter().collect();
    tally_batches(&batches, &ledger.units, policy)
}

/// Adds up some batches of a linked ledger; `units` are all units.
///
/// Every thread goes over all rows and counts them for its own share of the subjects.
///
/// # Errors
/// [`Overflow`] when a sum leaves 128 bits, or for more than 2³² tasks.
pub fn tally_batches(batches: &[&LinkedBatch], units: &[Unit], policy: &Policy) -> Result<Tally, Overflow> {
    let rows: usize = batches.iter().map(|batch| batch.judged.tasks.len()).sum();
    u32::try_from(rows).map_err(|_| Overflow)?;
    let mut levels: Vec<String> =
        batches.iter().flat_map(|batch| batch.judged.levels.iter().map(str::to_owned)).collect();
    levels.sort();
    levels.dedup();
    let indicators = task_indicators(policy);
    let counting =
        Counting { policy, above: count::above(units, policy), levels: &levels, indicators: indicators.len() };
    let kinds: Vec<Kinds<'_>> = batches.par_iter().map(|batch| counting.kinds(batch)).collect();
    let last_person = kinds.par_iter().filter_map(Kinds::last_person).max();
    let persons = last_person.map_or(0, |last| last as usize + 1);
    let parts = rayon::current_num_threads();
    let counted: Vec<(Part, Part)> = (0..parts)
        .into_par_iter()
        .map(|place| {
            let mut own = (Part::new(place, parts, units.len()), Part::new(place, parts, persons));
            for kinds in &kinds {
                counting.batch(kinds, &mut own.0, &mut own.1)?;
            }
            Ok(own)
        })
        .collect::<Result<_, Overflow>>()?;
    let (of_units, of_persons) = counted.into_iter().unzip();
    let width = indicators.len();
    let (units, persons) = (SideTally::of_parts(of_units, width), SideTally::of_parts(of_persons, width));
    Ok(Tally { indicators, levels, units, persons })
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

//! A tally as it is written: sorted, so that equal tallies are equal bytes.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::tally::cells::{Cell, Shape};
use crate::tally::facts::Facts;
use crate::tally::side::{Part, SideTally};
use crate::tally::{Overflow, Sums, Tally};

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Written {
    indicators: Vec<usize>,
    levels: Vec<String>,
    units: WrittenSide,
    persons: WrittenSide,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct WrittenSide {
    sums: Vec<(u32, Shape, Sums)>,
    facts: Vec<(u32, Facts)>,
}

/// Sums and facts one by one, in order.
fn sums_of(side: &SideTally) -> impl Iterator<Item = (u32, Shape, Sums)> + '_ {
    (0..side.subjects()).flat_map(move |subject| {
        side.sums(subject).filter_map(move |(shape, cell)| {
            let shape = *side.shapes.get(shape)?;
            Some((subject, shape, sums(&shape, cell)))
        })
    })
}

fn facts_of(side: &SideTally) -> impl Iterator<Item = (u32, Facts)> {
    (0..side.subjects()).filter_map(|subject| Some((subject, side.facts(subject)?)))
}

fn sums(shape: &Shape, cell: Cell<'_>) -> Sums {
    let present = (0..64).filter(|bit| shape.present >> bit & 1 == 1);
    Sums { tasks: cell.tasks(), weight: cell.weight(), values: present.map(|bit| cell.value(bit)).collect() }
}

impl From<&SideTally> for WrittenSide {
    fn from(side: &SideTally) -> Self {
        Self { sums: sums_of(side).collect(), facts: facts_of(side).collect() }
    }
}

impl From<&Tally> for Written {
    fn from(tally: &Tally) -> Self {
        Self {
            indicators: tally.indicators.clone(),
            levels: tally.levels.clone(),
            units: (&tally.units).into(),
            persons: (&tally.persons).into(),
        }
    }
}

impl WrittenSide {
    /// Adds sums and facts to a part that holds all subjects; levels are counted anew by `level`.
    fn add_to(&self, part: &mut Part, shapes: &[Shape], level: &dyn Fn(u32) -> u32) -> Result<(), Overflow> {
        for (subject, shape, sums) in &self.sums {
            let shape = Shape { level: level(shape.level), ..*shape };
            let number = shapes.binary_search(&shape).ok().and_then(|number| u32::try_from(number).ok());
            number.map_or(Ok(()), |number| part.cells.add_sums((number, *subject), &shape, sums))?;
        }
        for (subject, more) in &self.facts {
            part.facts.add(*subject, more)?;
        }
        Ok(())
    }
}

/// The tally of several together; they are of one policy.
fn together(tallies: &[Written]) -> Result<Tally, Overflow> {
    let mut levels: Vec<String> = tallies.iter().flat_map(|tally| tally.levels.iter().cloned()).collect();
    levels.sort();
    levels.dedup();
    let indicators = tallies.first().map(|tally| tally.indicators.clone()).unwrap_or_default();
    let side = |of: fn(&Written) -> &WrittenSide| -> Result<SideTally, Overflow> {
        let mut part = Part::new(indicators.len(), 0);
        let place = |tally: &Written, level: u32| {
            let name = tally.levels.get(level as usize);
            let found = name.and_then(|name| levels.binary_search(name).ok());
            found.and_then(|place| u32::try_from(place).ok()).unwrap_or_default()
        };
        let shapes_of = |tally| {
            let shapes = of(tally).sums.iter().map(|(_, shape, _)| *shape);
            shapes.map(move |shape| Shape { level: place(tally, shape.level), ..shape })
        };
        let shapes: BTreeSet<Shape> = tallies.iter().flat_map(shapes_of).collect();
        let shapes: Vec<Shape> = shapes.into_iter().collect();
        for tally in tallies {
            of(tally).add_to(&mut part, &shapes, &|level| place(tally, level))?;
        }
        Ok(SideTally::of_parts(shapes, vec![part], None))
    };
    let (units, persons) = (side(|tally| &tally.units)?, side(|tally| &tally.persons)?);
    Ok(Tally { indicators, levels, units, persons })
}

impl PartialEq for Tally {
    fn eq(&self, other: &Self) -> bool {
        Written::from(self) == Written::from(other)
    }
}

impl Eq for Tally {}

impl Tally {
    /// The tally of two parts of a ledger together.
    ///
    /// # Errors
    /// [`Overflow`] when a sum leaves 128 bits.
    pub fn merge(self, other: Self) -> Result<Self, Overflow> {
        together(&[(&self).into(), (&other).into()])
    }

    /// Writes the tally as JSON.
    ///
    /// # Errors
    /// When the bytes cannot be written.
    pub fn write(&self, into: impl std::io::Write) -> Result<(), serde_json::Error> {
        serde_json::to_writer(into, &Written::from(self))
    }

    /// Reads a tally that [`Tally::write`] wrote.
    ///
    /// # Errors
    /// When the bytes are no tally.
    pub fn read(from: impl std::io::Read) -> Result<Self, serde_json::Error> {
        let written: Written = serde_json::from_reader(from)?;
        together(&[written]).map_err(serde::de::Error::custom)
    }
}

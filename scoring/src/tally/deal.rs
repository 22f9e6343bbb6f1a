//! The tasks of a batch, dealt out to the parts that their subjects belong to.

use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::tally::Overflow;
use crate::tally::cells::Shape;
use crate::tally::side::Part;
use crate::tally::tallying::Rows;

/// A task of a subject.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// The subject, by key; once dealt out, by its place in its part.
    pub subject: u32,
    /// The row in the batch.
    pub row: u32,
    /// The number of its shape among those of the batch.
    pub shape: u32,
    /// Whether it is added to the sums.
    pub sum: bool,
    /// Whether it is added to the facts.
    pub fact: bool,
    /// Whether the subject has it as lead.
    pub lead: bool,
}

/// Bits of a set of roles.
const ROLES: u32 = 3;

/// The shapes of a batch, each with a number.
#[derive(Debug)]
pub(super) struct Shapes {
    /// The numbers of shapes with few bits, by these, with 1 added; 0 for none.
    near: Vec<u32>,
    /// The numbers of the others.
    far: FxHashMap<Shape, u32>,
    all: Vec<Shape>,
    /// The number of indicators.
    width: u32,
}

impl Shapes {
    /// No shapes yet, with so many levels and indicators.
    pub fn new(levels: usize, width: usize) -> Self {
        /// Bits of a shape that is near.
        const NEAR: u32 = 12;
        let width = u32::try_from(width).unwrap_or(u32::MAX);
        let bits = width.saturating_add(ROLES).saturating_add(levels.next_power_of_two().trailing_zeros());
        let near = if bits <= NEAR { vec![0; 1 << bits] } else { Vec::new() };
        Self { near, far: FxHashMap::default(), all: Vec::new(), width }
    }

    /// Where a shape stands among those with few bits.
    fn place(&self, shape: &Shape) -> Option<usize> {
        if shape.co_units > 0 || self.near.is_empty() {
            return None;
        }
        let kind = u64::from(shape.level) << self.width | shape.present;
        usize::try_from(kind << ROLES | u64::from(shape.roles)).ok()
    }

    /// The number of a shape.
    pub fn number(&mut self, shape: Shape) -> u32 {
        let next = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        let number = match self.place(&shape).and_then(|place| self.near.get_mut(place)) {
            Some(after) => {
                if *after == 0 {
                    *after = next.saturating_add(1);
                }
                *after - 1
            }
            None => *self.far.entry(shape).or_insert(next),
        };
        if number == next {
            self.all.push(shape);
        }
        number
    }
}

/// The parts of one kind of subject.
#[derive(Debug)]
pub(super) struct Side {
    parts: Vec<Mutex<Part>>,
}

/// Entries for each part; the number of parts is a power of two.
pub(super) struct Dealt(Vec<Vec<Entry>>);

impl Dealt {
    /// Deals out an entry.
    pub fn push(&mut self, entry: Entry) {
        let (part, bits) = (entry.subject as usize & (self.0.len() - 1), self.0.len().trailing_zeros());
        if let Some(own) = self.0.get_mut(part) {
            own.push(Entry { subject: entry.subject >> bits, ..entry });
        }
    }
}

impl Side {
    /// At least so many parts: as many as the next power of two.
    pub fn new(parts: usize) -> Self {
        Self { parts: (0..parts.next_power_of_two()).map(|_| Mutex::default()).collect() }
    }

    /// Nothing dealt out yet, with room for about so many entries.
    pub fn deal(&self, entries: usize) -> Dealt {
        let room = entries / self.parts.len().max(1) * 5 / 4;
        Dealt(self.parts.iter().map(|_| Vec::with_capacity(room)).collect())
    }

    /// Adds what was dealt out. Parts that another thread is at are come back to.
    pub fn add(&self, dealt: Dealt, shapes: &Shapes, rows: &Rows<'_>) -> Result<(), Overflow> {
        let mut left = Vec::new();
        for (part, entries) in self.parts.iter().zip(dealt.0).filter(|(_, entries)| !entries.is_empty()) {
            match part.try_lock() {
                Ok(mut part) => add(&mut part, &entries, shapes, rows)?,
                Err(_) => left.push((part, entries)),
            }
        }
        for (part, entries) in left {
            add(&mut part.lock().unwrap_or_else(PoisonError::into_inner), &entries, shapes, rows)?;
        }
        Ok(())
    }

    /// All parts.
    pub fn into_parts(self) -> Vec<Part> {
        self.parts.into_iter().map(|part| part.into_inner().unwrap_or_else(PoisonError::into_inner)).collect()
    }
}

/// Adds entries to a part.
///
/// Sums are scattered over more memory than is at hand: those of some entries are looked at before
/// anything is added to them, because looks do not wait for each other, as additions do.
fn add(part: &mut Part, entries: &[Entry], shapes: &Shapes, rows: &Rows<'_>) -> Result<(), Overflow> {
    const TOGETHER: usize = 32;
    let mut numbers: Vec<Option<usize>> = vec![None; shapes.all.len()];
    for entry in entries.iter().filter(|entry| entry.sum) {
        if let (Some(number), Some(shape)) =
            (numbers.get_mut(entry.shape as usize), shapes.all.get(entry.shape as usize))
        {
            number.get_or_insert_with(|| part.shape(*shape));
        }
    }
    let shape = |entry: &Entry| numbers.get(entry.shape as usize).copied().flatten().filter(|_| entry.sum);
    for entries in entries.chunks(TOGETHER) {
        let looks = entries.iter().map(|entry| part.look(entry.subject, shape(entry), rows.width));
        std::hint::black_box(looks.fold(0, |seen, look| seen ^ look));
        for entry in entries {
            let Some(row) = rows.get(entry.row) else { continue };
            if let Some(shape) = shape(entry) {
                part.add(entry.subject, shape, row.weight, row.values)?;
            }
            if entry.fact {
                part.facts.count(entry.subject, row.task, row.scored, entry.lead, row.met, rows.policy);
            }
        }
    }
    Ok(())
}

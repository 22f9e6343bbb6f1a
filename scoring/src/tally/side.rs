//! Sums and facts of one kind of subject, in parts that are added up side by side.

use rustc_hash::FxHashMap;

use crate::tally::cells::{Cell, Cells, Shape};
use crate::tally::facts::Facts;
use crate::tally::{Overflow, Sums};

/// Sums and facts of one kind of subject.
///
/// Subjects are dealt out to parts in turn, and each part belongs to one thread, so nothing is added twice and nothing
/// needs merging.
#[derive(Debug, Clone, Default)]
pub struct SideTally {
    /// The shapes that occur, sorted.
    pub shapes: Vec<Shape>,
    parts: Vec<Part>,
    /// Numbers of a cell.
    stride: usize,
}

impl SideTally {
    /// Puts together the parts that subjects were dealt out to.
    pub(super) fn of_parts(mut parts: Vec<Part>, indicators: usize) -> Self {
        let mut shapes: Vec<Shape> = parts.iter().flat_map(|part| part.shapes.keys().copied()).collect();
        shapes.sort_unstable();
        shapes.dedup();
        for part in &mut parts {
            part.order(&shapes);
        }
        Self { shapes, parts, stride: indicators + 2 }
    }

    /// The sums of a subject, each with its shape's place in [`SideTally::shapes`], in the order of shapes.
    pub fn sums(&self, subject: u32) -> impl Iterator<Item = (usize, Cell<'_>)> {
        let part = part_of(subject, self.parts.len());
        let cells = part.and_then(|(part, _)| self.parts.get(part)).map_or(&[][..], |part| &part.cells);
        let own = part.map_or(0, |(_, own)| own);
        cells.iter().enumerate().filter_map(move |(shape, cells)| Some((shape, cells.get(own, self.stride)?)))
    }

    /// The facts of a subject that has tasks.
    pub fn facts(&self, subject: u32) -> Option<&Facts> {
        let (part, own) = part_of(subject, self.parts.len())?;
        self.parts.get(part)?.facts.get(own as usize).filter(|facts| facts.tasks > 0)
    }

    /// The number of subjects that there is room for.
    pub(super) fn subjects(&self) -> u32 {
        let subjects: usize = self.parts.iter().map(|part| part.facts.len()).sum();
        u32::try_from(subjects).unwrap_or(u32::MAX)
    }
}

/// The part of a subject, and its place there.
fn part_of(subject: u32, parts: usize) -> Option<(usize, u32)> {
    let parts = u32::try_from(parts).ok().filter(|parts| *parts > 0)?;
    Some(((subject % parts) as usize, subject / parts))
}

/// The sums and facts of some subjects.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// This part's place among all, and how many these are.
    place: u32,
    parts: u32,
    shapes: FxHashMap<Shape, usize>,
    cells: Vec<Cells>,
    facts: Vec<Facts>,
}

impl Part {
    /// One of some parts, for its share of the subjects.
    pub fn new(place: usize, parts: usize, subjects: usize) -> Self {
        let own = (subjects + parts - 1).saturating_sub(place) / parts;
        Self {
            place: u32::try_from(place).unwrap_or(u32::MAX),
            parts: u32::try_from(parts).unwrap_or(u32::MAX),
            shapes: FxHashMap::default(),
            cells: Vec::new(),
            facts: vec![Facts::default(); own],
        }
    }

    /// A subject's place in this part; `None` when it belongs to another.
    pub fn own(&self, subject: u32) -> Option<u32> {
        (subject % self.parts == self.place).then_some(subject / self.parts)
    }

    /// The cells of a shape.
    fn cells(&mut self, shape: Shape) -> Option<&mut Cells> {
        let next = self.cells.len();
        let place = *self.shapes.entry(shape).or_insert(next);
        if place == next {
            self.cells.push(Cells::few());
        }
        self.cells.get_mut(place)
    }

    /// Adds a task to the sums of a subject of this part.
    pub fn add(&mut self, own: u32, shape: Shape, weight: i128, values: &[i64]) -> Result<(), Overflow> {
        let subjects = self.facts.len();
        self.cells(shape).map_or(Ok(()), |cells| cells.add(own, subjects, weight, values))
    }

    /// Some number of a subject's sums and facts, whatever it is, so that they are at hand afterwards.
    pub fn look(&self, own: u32, shape: &Shape, indicators: usize) -> i64 {
        let cells = self.shapes.get(shape).and_then(|place| self.cells.get(*place));
        let facts = self.facts.get(own as usize).map_or(0, |facts| i64::from(facts.tasks));
        cells.map_or(0, |cells| cells.look(own, indicators + 2)) ^ facts
    }

    /// Adds whole sums.
    pub fn add_sums(&mut self, own: u32, shape: Shape, sums: &Sums, indicators: usize) -> Result<(), Overflow> {
        let subjects = self.facts.len();
        self.cells(shape).map_or(Ok(()), |cells| cells.add_sums(own, subjects, &shape, sums, indicators))
    }

    /// The facts of a subject of this part.
    pub fn facts(&mut self, own: u32) -> Option<&mut Facts> {
        self.facts.get_mut(own as usize)
    }

    /// Puts the cells in the order of the shapes of all parts.
    fn order(&mut self, shapes: &[Shape]) {
        let mut cells = std::mem::take(&mut self.cells);
        let mut take = |place: &usize| cells.get_mut(*place).map(std::mem::take);
        self.cells =
            shapes.iter().map(|shape| self.shapes.get(shape).and_then(&mut take).unwrap_or_else(Cells::few)).collect();
        self.shapes = shapes.iter().enumerate().map(|(place, shape)| (*shape, place)).collect();
    }
}

//! Sums and facts of one kind of subject, in parts that are added up side by side.

use rustc_hash::FxHashMap;

use crate::tally::cells::{Cell, Cells, Shape};
use crate::tally::facts::{AllFacts, Facts};
use crate::tally::{Overflow, Sums};

/// Sums and facts of one kind of subject.
///
/// Subjects are dealt out to parts in turn, and one thread at a time has a part, so nothing is added twice and nothing
/// needs merging.
#[derive(Debug, Clone, Default)]
pub struct SideTally {
    /// The shapes that occur, sorted.
    pub shapes: Vec<Shape>,
    parts: Vec<Part>,
    /// The key by which the parts know each subject; `None`: its place in the list of subjects.
    keys: Option<Vec<Option<u32>>>,
    /// Indicators of a cell.
    indicators: usize,
}

impl SideTally {
    /// Puts together the parts that subjects were dealt out to; `places` has the place of each key where keys are no
    /// places.
    pub(super) fn of_parts(mut parts: Vec<Part>, places: Option<&[u32]>, indicators: usize) -> Self {
        let mut shapes: Vec<Shape> = parts.iter().flat_map(|part| part.shapes.keys().copied()).collect();
        shapes.sort_unstable();
        shapes.dedup();
        for part in &mut parts {
            part.order(&shapes);
        }
        let keys = places.map(|places| {
            let mut keys = vec![None; places.iter().max().map_or(0, |last| *last as usize + 1)];
            for (key, place) in (0..).zip(places) {
                if let Some(known) = keys.get_mut(*place as usize) {
                    *known = Some(key);
                }
            }
            keys
        });
        Self { shapes, parts, keys, indicators }
    }

    /// The part of a subject, and its place there.
    fn own(&self, subject: u32) -> Option<(&Part, u32)> {
        let key = match &self.keys {
            Some(keys) => keys.get(subject as usize).copied().flatten()?,
            None => subject,
        };
        let parts = u32::try_from(self.parts.len()).ok().filter(|parts| *parts > 0)?;
        Some((self.parts.get((key % parts) as usize)?, key / parts))
    }

    /// The sums of a subject, each with its shape's place in [`SideTally::shapes`], in the order of shapes.
    pub fn sums(&self, subject: u32) -> impl Iterator<Item = (usize, Cell<'_>)> {
        let own = self.own(subject);
        let (cells, own) = own.map_or((&[][..], 0), |(part, own)| (&part.cells, own));
        cells.iter().enumerate().filter_map(move |(shape, cells)| Some((shape, cells.get(own, self.indicators)?)))
    }

    /// Looks at the sums and facts of some subjects, which are scattered, so that they are at hand afterwards: looks do
    /// not wait for each other, as sums do.
    pub fn look(&self, subjects: impl Iterator<Item = u32>) {
        let known = subjects.filter_map(|subject| self.own(subject));
        let looks = known.flat_map(|(part, own)| {
            part.cells.iter().map(move |cells| cells.look(own, self.indicators)).chain([part.facts.look(own)])
        });
        std::hint::black_box(looks.fold(0, |seen, look| seen ^ look));
    }

    /// The facts of a subject that has tasks.
    pub fn facts(&self, subject: u32) -> Option<Facts> {
        let (part, own) = self.own(subject)?;
        part.facts.get(own)
    }

    /// The number of subjects that there is room for.
    pub(super) fn subjects(&self) -> u32 {
        let most = self.parts.iter().map(|part| part.facts.len()).max().unwrap_or_default() * self.parts.len();
        u32::try_from(self.keys.as_ref().map_or(most, Vec::len)).unwrap_or(u32::MAX)
    }
}

/// The sums and facts of some subjects, by their places in this part.
#[derive(Debug, Clone, Default)]
pub(super) struct Part {
    shapes: FxHashMap<Shape, usize>,
    cells: Vec<Cells>,
    pub facts: AllFacts,
}

impl Part {
    /// The number of a shape in this part.
    pub fn shape(&mut self, shape: Shape) -> usize {
        let next = self.cells.len();
        let place = *self.shapes.entry(shape).or_insert(next);
        if place == next {
            self.cells.push(Cells::default());
        }
        place
    }

    /// Adds a task to the sums of a subject, by the number of a shape.
    pub fn add(&mut self, own: u32, shape: usize, weight: i128, values: &[i64]) -> Result<(), Overflow> {
        let subjects = self.facts.len();
        self.cells.get_mut(shape).map_or(Ok(()), |cells| cells.add(own, subjects, weight, values))
    }

    /// Some number of a subject's sums and facts, whatever it is, so that they are at hand afterwards.
    pub fn look(&self, own: u32, shape: Option<usize>, indicators: usize) -> u32 {
        let cells = shape.and_then(|shape| self.cells.get(shape));
        cells.map_or(0, |cells| cells.look(own, indicators)) ^ self.facts.look(own)
    }

    /// Adds whole sums.
    pub fn add_sums(&mut self, own: u32, shape: Shape, sums: &Sums, indicators: usize) -> Result<(), Overflow> {
        let (place, subjects) = (self.shape(shape), self.facts.len());
        self.cells.get_mut(place).map_or(Ok(()), |cells| cells.add_sums(own, subjects, &shape, sums, indicators))
    }

    /// Calls levels by other numbers, each by another one.
    pub fn relevel(&mut self, level: impl Fn(u32) -> u32) {
        let shapes = std::mem::take(&mut self.shapes).into_iter();
        self.shapes = shapes.map(|(shape, place)| (Shape { level: level(shape.level), ..shape }, place)).collect();
    }

    /// Puts the cells in the order of the shapes of all parts.
    fn order(&mut self, shapes: &[Shape]) {
        let mut cells = std::mem::take(&mut self.cells);
        let mut take = |place: &usize| cells.get_mut(*place).map(std::mem::take);
        self.cells =
            shapes.iter().map(|shape| self.shapes.get(shape).and_then(&mut take).unwrap_or_default()).collect();
        self.shapes = shapes.iter().enumerate().map(|(place, shape)| (*shape, place)).collect();
    }
}

//! Sums and facts of one kind of subject, in parts that are added up side by side.

use crate::tally::cells::{Cell, Cells, Shape};
use crate::tally::facts::{AllFacts, Facts};

/// Sums and facts of one kind of subject.
///
/// Subjects are dealt out to parts in turn, and one thread at a time has a part, so nothing is added twice and nothing
/// needs merging.
#[derive(Debug, Clone, Default)]
pub struct SideTally {
    /// The shapes that occur, sorted.
    pub shapes: Vec<Shape>,
    /// The number by which the parts know each shape.
    numbers: Vec<u32>,
    parts: Vec<Part>,
    /// The key by which the parts know each subject; `None`: its place in the list of subjects.
    keys: Option<Vec<Option<u32>>>,
}

impl SideTally {
    /// Puts together the parts that subjects were dealt out to, with the shapes by their numbers; `places` has the place
    /// of each key where keys are no places.
    pub(super) fn of_parts(shapes: Vec<Shape>, parts: Vec<Part>, places: Option<&[u32]>) -> Self {
        let mut sorted: Vec<(Shape, u32)> = shapes.into_iter().zip(0..).collect();
        sorted.sort_unstable();
        let (shapes, numbers) = sorted.into_iter().unzip();
        let keys = places.map(|places| {
            let mut keys = vec![None; places.iter().max().map_or(0, |last| *last as usize + 1)];
            for (key, place) in (0..).zip(places) {
                if let Some(known) = keys.get_mut(*place as usize) {
                    *known = Some(key);
                }
            }
            keys
        });
        Self { shapes, numbers, parts, keys }
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
        let shapes = self.numbers.iter().enumerate();
        let cells = own
            .map(|(part, own)| shapes.filter_map(move |(shape, number)| Some((shape, part.cells.get(*number, own)?))));
        cells.into_iter().flatten()
    }

    /// Looks at the sums and facts of some subjects, which are scattered, so that they are at hand afterwards: looks do
    /// not wait for each other, as sums do.
    pub fn look(&self, subjects: impl Iterator<Item = u32>) {
        let known = subjects.filter_map(|subject| self.own(subject));
        let looks = known.flat_map(|(part, own)| {
            let places = self.numbers.iter().map(move |number| part.cells.place(*number, own));
            places.map(|place| part.cells.look(place)).chain([part.facts.look(own)])
        });
        std::hint::black_box(looks.fold(0, |seen, look| seen ^ look));
    }

    /// The facts of a subject that has tasks.
    pub fn facts(&self, subject: u32) -> Option<Facts> {
        self.facts_of(subject, self.sums(subject).map(|(_, cell)| cell))
    }

    /// The same, by its cells.
    pub fn facts_of<'c>(&self, subject: u32, cells: impl Iterator<Item = Cell<'c>>) -> Option<Facts> {
        let (part, own) = self.own(subject)?;
        part.facts.get(own, cells.map(|cell| cell.counts()))
    }

    /// The number of subjects that there is room for.
    pub(super) fn subjects(&self) -> u32 {
        let most = self.parts.iter().map(|part| part.subjects()).max().unwrap_or_default() * self.parts.len();
        u32::try_from(self.keys.as_ref().map_or(most, Vec::len)).unwrap_or(u32::MAX)
    }
}

/// The sums and facts of some subjects, by their places in this part.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub cells: Cells,
    /// What is counted of tasks in small cells is no part of these.
    pub facts: AllFacts,
}

impl Part {
    /// Nothing yet, under a policy with so many indicators and counts.
    pub fn new(indicators: usize, counts: usize) -> Self {
        Self { cells: Cells::new(indicators), facts: AllFacts::new(counts) }
    }

    /// The number of subjects that are known by now.
    fn subjects(&self) -> usize {
        self.facts.len().max(self.cells.subjects())
    }
}

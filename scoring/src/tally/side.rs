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

/// Where something of a subject stands: in which part, and where there. What has places in order stands one after
/// another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    part: u32,
    own: u32,
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

    /// Where the sums and facts of a subject stand.
    pub fn place(&self, subject: u32) -> Option<Place> {
        let key = match &self.keys {
            Some(keys) => keys.get(subject as usize).copied().flatten()?,
            None => subject,
        };
        let parts = u32::try_from(self.parts.len()).ok().filter(|parts| *parts > 0)?;
        Some(Place { part: key % parts, own: key / parts })
    }

    fn part(&self, place: Place) -> Option<&Part> {
        self.parts.get(place.part as usize)
    }

    /// The sums of a subject, each with its shape's place in [`SideTally::shapes`], in the order of shapes.
    pub fn sums(&self, subject: u32) -> impl Iterator<Item = (usize, Cell<'_>)> {
        let place = self.place(subject);
        let shapes = self.numbers.iter().enumerate();
        shapes.filter_map(move |(shape, number)| Some((shape, self.cell(*number, place?)?)))
    }

    /// The same for several subjects, by where they stand. They are looked for shape by shape, because then they stand
    /// one after another, and no search waits for another.
    pub fn sums_of<'t>(
        &'t self,
        places: impl Iterator<Item = Option<Place>> + Clone,
        into: &mut [Vec<(usize, Cell<'t>)>],
    ) {
        into.iter_mut().for_each(Vec::clear);
        for (shape, number) in self.numbers.iter().enumerate() {
            for (place, sums) in places.clone().zip(&mut *into) {
                sums.extend(place.and_then(|place| Some((shape, self.cell(*number, place)?))));
            }
        }
    }

    /// The cell of a shape, by its number.
    fn cell(&self, number: u32, place: Place) -> Option<Cell<'_>> {
        self.part(place)?.cells.get(number, place.own)
    }

    /// The facts of a subject that has tasks.
    pub fn facts(&self, subject: u32) -> Option<Facts> {
        self.facts_of(self.place(subject)?, self.sums(subject).map(|(_, cell)| cell))
    }

    /// The same, by where it stands and its cells.
    pub fn facts_of<'c>(&self, place: Place, cells: impl Iterator<Item = Cell<'c>>) -> Option<Facts> {
        self.part(place)?.facts.get(place.own, cells.map(|cell| cell.counts()))
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

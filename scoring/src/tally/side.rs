//! Sums and facts of one kind of subject, in parts that are added up side by side.

use crate::tally::cells::{Cell, Cells, Dense, Shape};
use crate::tally::facts::{AllFacts, Common, Facts};

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
    /// Puts together the parts that subjects were dealt out to, with the shapes by their numbers; `places` has the place
    /// of each key where keys are no places.
    pub(super) fn of_parts(
        shapes: Vec<Shape>,
        mut parts: Vec<Part>,
        places: Option<&[u32]>,
        indicators: usize,
    ) -> Self {
        let mut sorted: Vec<(Shape, usize)> = shapes.into_iter().zip(0..).collect();
        sorted.sort_unstable();
        let (shapes, order): (Vec<Shape>, Vec<usize>) = sorted.into_iter().unzip();
        parts.iter_mut().for_each(|part| part.order(&order));
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
    /// By number of a shape.
    cells: Vec<Cells>,
    pub facts: AllFacts,
}

impl Part {
    /// Nothing yet, under a policy with so many counts.
    pub fn new(counts: usize) -> Self {
        Self { cells: Vec::new(), facts: AllFacts::new(counts) }
    }

    /// The cells of a shape, and the number of subjects that are known by now.
    pub fn of_shape(&mut self, shape: usize) -> Option<(&mut Cells, usize)> {
        if self.cells.len() <= shape {
            self.cells.resize(shape + 1, Cells::default());
        }
        Some((self.cells.get_mut(shape)?, self.facts.len()))
    }

    /// The small cells of each shape, where subjects have one each, and what many tasks have.
    pub fn dense(&mut self, indicators: usize) -> (Vec<Dense<'_>>, &mut [Common]) {
        (self.cells.iter_mut().map(|cells| cells.dense(indicators)).collect(), self.facts.dense())
    }

    /// Puts the cells in another order of shapes.
    fn order(&mut self, shapes: &[usize]) {
        let mut cells = std::mem::take(&mut self.cells);
        let mut take = |place: &usize| cells.get_mut(*place).map(std::mem::take).unwrap_or_default();
        self.cells = shapes.iter().map(&mut take).collect();
    }
}

//! Sums and facts of one kind of subject, in parts that are added up side by side.

use crate::tally::Overflow;
use crate::tally::cells::{Added, Cell, Cells, Shape, Short, halves_of};
use crate::tally::facts::{AllFacts, Facts};

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
            part.cells
                .iter()
                .map(move |cells| cells.look(own, halves_of(self.indicators)))
                .chain([part.facts.look(own)])
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
#[derive(Debug, Clone, Default)]
pub(super) struct Part {
    /// By number of a shape. What is counted of tasks in small cells is no part of the facts.
    cells: Vec<Cells>,
    pub facts: AllFacts,
    /// The number of subjects that have cells.
    with_cells: usize,
}

impl Part {
    /// Nothing yet, under a policy with so many counts.
    pub fn new(counts: usize) -> Self {
        Self { facts: AllFacts::new(counts), ..Self::default() }
    }

    /// The number of subjects that are known by now.
    fn subjects(&self) -> usize {
        self.facts.len().max(self.with_cells)
    }

    /// The cells of a shape, to which something of a subject is to be added, and the number of subjects that are known
    /// by now.
    pub fn of_shape(&mut self, shape: usize, subject: u32) -> Option<(&mut Cells, usize)> {
        if self.cells.len() <= shape {
            self.cells.resize(shape + 1, Cells::default());
        }
        self.with_cells = self.with_cells.max(subject as usize + 1);
        let subjects = self.subjects();
        Some((self.cells.get_mut(shape)?, subjects))
    }

    /// Looks at some number of a subject's small cell, so that it is at hand when something is added to it.
    #[inline]
    pub fn look(&self, shape: usize, subject: u32, halves: usize) -> u32 {
        self.cells.get(shape).map_or(0, |cells| cells.look(subject, halves))
    }

    /// Adds a task to a small cell; `KNOWN` is the number of its half lines, or 0.
    #[inline]
    pub fn add_short<const KNOWN: usize>(
        &mut self,
        shape: usize,
        task: Short<'_>,
        width: usize,
    ) -> Result<(), Overflow> {
        match self.cells.get_mut(shape).map_or(Added::NoCell, |cells| cells.add_short::<KNOWN>(task)) {
            Added::Yes => Ok(()),
            added => self.settle(added, shape, task, width),
        }
    }

    /// Finds a cell for a task whose subject has none, and empties one that is full.
    #[inline(never)]
    fn settle(&mut self, mut added: Added, shape: usize, task: Short<'_>, width: usize) -> Result<(), Overflow> {
        let Some((cells, subjects)) = self.of_shape(shape, task.subject) else { return Ok(()) };
        if added == Added::NoCell {
            added = cells.add_first(task, subjects);
        }
        if added == Added::Full {
            let counts = cells.spill(task.subject, subjects, width)?;
            self.facts.add_counts(task.subject, counts);
        }
        Ok(())
    }

    /// Puts the cells in another order of shapes.
    fn order(&mut self, shapes: &[usize]) {
        let mut cells = std::mem::take(&mut self.cells);
        let mut take = |place: &usize| cells.get_mut(*place).map(std::mem::take).unwrap_or_default();
        self.cells = shapes.iter().map(&mut take).collect();
    }
}

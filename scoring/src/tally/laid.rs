//! Cells of subjects, laid out so that one is found without a search where most subjects have one.
//!
//! Where few have, the cells stand one after another, and a map says where.

use rustc_hash::FxHashMap;

/// Subjects times this many cells at least are worth an array.
const COMMON: usize = 4;

/// The cells of subjects, each of some lines.
#[derive(Debug, Clone)]
pub(super) struct Laid<L> {
    /// Cells one after another.
    pub lines: Vec<L>,
    /// The line at which the cells of single subjects begin; `None` when subjects have one each, in order.
    places: Option<FxHashMap<u32, usize>>,
    /// Cells that were asked a place for.
    used: usize,
}

/// A line that knows whether it begins a cell that has something.
pub(super) trait Used: Copy + Default {
    /// Whether it does.
    fn is_used(&self) -> bool;
}

impl<L> Default for Laid<L> {
    fn default() -> Self {
        Self { lines: Vec::new(), places: Some(FxHashMap::default()), used: 0 }
    }
}

impl<L: Used> Laid<L> {
    /// The cell of a subject, of so many lines, when it has one.
    pub fn get(&self, subject: u32, height: usize) -> Option<&[L]> {
        let at = match &self.places {
            Some(places) => *places.get(&subject)?,
            None => subject as usize * height,
        };
        self.lines.get(at..at + height).filter(|lines| is_used(lines))
    }

    /// The cell that begins at a line, to which something is to be added, where subjects have a cell each.
    #[inline]
    pub fn dense(&mut self, at: usize, height: usize) -> Option<&mut [L]> {
        let cell = self.lines.get_mut(at..at + height).filter(|_| self.places.is_none())?;
        self.used += usize::from(!is_used(cell));
        Some(cell)
    }

    /// The line at which the cell of a subject begins, to which something is to be added; of so many subjects that are
    /// known by now.
    pub fn place(&mut self, subject: u32, subjects: usize, height: usize) -> usize {
        let dense = subject as usize * height;
        if let (None, Some(line)) = (&self.places, self.lines.get(dense)) {
            self.used += usize::from(!line.is_used());
            return dense;
        }
        if let Some(place) = self.places.as_ref().and_then(|places| places.get(&subject)) {
            return *place;
        }
        self.used += 1;
        let subjects = subjects.max(subject as usize + 1);
        match (self.used * COMMON > subjects, &mut self.places) {
            (true, None) => {
                self.lines.resize(dense + height, L::default());
                dense
            }
            (true, Some(_)) => {
                self.spread(subjects, height);
                dense
            }
            (false, None) => {
                self.gather(height);
                self.place(subject, subjects, height)
            }
            (false, Some(places)) => {
                let place = self.lines.len();
                self.lines.resize(place + height, L::default());
                places.insert(subject, place);
                place
            }
        }
    }

    /// Gives every subject its cell, also those that have one and were not known.
    fn spread(&mut self, subjects: usize, height: usize) {
        let places = self.places.take().unwrap_or_default();
        let subjects = places.keys().map(|subject| *subject as usize + 1).fold(subjects, usize::max);
        let moved = places.into_iter().map(|(subject, from)| (from, subject as usize * height));
        self.lines = moved_to(vec![L::default(); subjects * height], &self.lines, moved, height);
    }

    /// Keeps only the cells that have something, because there are more subjects than seemed at first.
    fn gather(&mut self, height: usize) {
        let used = (0_u32..).zip(self.lines.chunks_exact(height)).filter(|(_, lines)| is_used(lines));
        let places: FxHashMap<u32, usize> = used.map(|(subject, _)| subject).zip((0..).step_by(height)).collect();
        let moved = places.iter().map(|(subject, to)| (*subject as usize * height, *to));
        self.lines = moved_to(vec![L::default(); places.len() * height], &self.lines, moved, height);
        self.used = places.len();
        self.places = Some(places);
    }
}

fn is_used<L: Used>(lines: &[L]) -> bool {
    lines.first().is_some_and(L::is_used)
}

/// New lines with cells of others, by where they stood and where they stand.
fn moved_to<L: Copy>(
    mut lines: Vec<L>,
    from: &[L],
    moved: impl Iterator<Item = (usize, usize)>,
    height: usize,
) -> Vec<L> {
    for (old, new) in moved {
        if let (Some(old), Some(new)) = (from.get(old..old + height), lines.get_mut(new..new + height)) {
            new.copy_from_slice(old);
        }
    }
    lines
}

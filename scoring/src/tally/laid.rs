//! Cells of subjects by shape, laid out so that one is found without a search where many subjects have one.
//!
//! The cells of a common shape stand in a block, in the order of subjects. Those of other shapes stand one by one, and a
//! map says where.

use rustc_hash::FxHashMap;

/// A shape is common when subjects times this many have cells of it at least.
const COMMON: usize = 8;

/// No place among the lines.
pub(super) const NOWHERE: usize = usize::MAX;

/// The cells of subjects, each of as many lines.
#[derive(Debug, Clone)]
pub(super) struct Laid<L> {
    /// The lines of a cell.
    height: usize,
    /// All cells.
    pub lines: Vec<L>,
    /// The line at which the block of each shape begins; [`NOWHERE`] for a shape that has none.
    blocks: Vec<usize>,
    /// Subjects that a block has room for.
    room: usize,
    /// Subjects that are known: one more than the last one met.
    known: usize,
    /// The line at which each single cell begins, by shape and subject.
    single: FxHashMap<(u32, u32), usize>,
    /// The number of single cells of each shape.
    singles: Vec<usize>,
}

/// A line that knows whether it begins a cell that has something.
pub(super) trait Used: Copy + Default {
    /// Whether it does.
    fn is_used(&self) -> bool;
}

impl<L: Used> Laid<L> {
    /// None, each of so many lines.
    pub fn new(height: usize) -> Self {
        let (lines, blocks, single, singles) = (Vec::new(), Vec::new(), FxHashMap::default(), Vec::new());
        Self { height, lines, blocks, room: 0, known: 0, single, singles }
    }

    /// The number of subjects that are known.
    pub fn known(&self) -> usize {
        self.known
    }

    /// The line at which the cell of a shape and subject begins in a block; or [`NOWHERE`].
    #[inline]
    pub fn in_block(&self, shape: u32, subject: u32) -> usize {
        match self.blocks.get(shape as usize) {
            Some(block) if *block != NOWHERE && (subject as usize) < self.room => {
                block + subject as usize * self.height
            }
            _ => NOWHERE,
        }
    }

    /// The cell of a shape and subject, when it has something.
    #[inline]
    pub fn get(&self, shape: u32, subject: u32) -> Option<&[L]> {
        let mut at = self.in_block(shape, subject);
        if at == NOWHERE {
            at = *self.single.get(&(shape, subject))?;
        }
        self.lines.get(at..at + self.height).filter(|lines| is_used(lines))
    }

    /// The line at which the cell of a shape and subject begins, to which something is to be added. Other cells may have
    /// been moved for it.
    pub fn place(&mut self, shape: u32, subject: u32) -> usize {
        self.known = self.known.max(subject as usize + 1);
        let shapes = self.blocks.len().max(shape as usize + 1);
        self.blocks.resize(shapes, NOWHERE);
        self.singles.resize(shapes, 0);
        if self.known > self.room && self.blocks.get(shape as usize) != Some(&NOWHERE) {
            self.lay_out_anew();
        }
        let at = self.in_block(shape, subject);
        if at != NOWHERE {
            return at;
        }
        if let Some(at) = self.single.get(&(shape, subject)) {
            return *at;
        }
        let at = self.lines.len();
        self.lines.resize(at + self.height, L::default());
        self.single.insert((shape, subject), at);
        let Some(singles) = self.singles.get_mut(shape as usize) else { return at };
        *singles += 1;
        if *singles * COMMON <= self.known {
            return at;
        }
        self.begin_block(shape);
        self.in_block(shape, subject)
    }

    /// Gives a shape a block, for all subjects that are known, and moves its single cells there.
    fn begin_block(&mut self, shape: u32) {
        if self.known > self.room {
            self.lay_out_anew();
        }
        let block = self.lines.len();
        self.lines.resize(block + self.room * self.height, L::default());
        for subject in (0_u32..).take(self.known) {
            if let Some(from) = self.single.remove(&(shape, subject)) {
                self.lines.copy_within(from..from + self.height, block + subject as usize * self.height);
            }
        }
        if let (Some(own), Some(singles)) = (self.blocks.get_mut(shape as usize), self.singles.get_mut(shape as usize))
        {
            (*own, *singles) = (block, 0);
        }
    }

    /// Makes room for all subjects that are known and for some more, in blocks of the shapes that are still common.
    fn lay_out_anew(&mut self) {
        let (height, room) = (self.height, self.known + self.known / 4);
        let mut laid = Self { room, known: self.known, singles: self.singles.clone(), ..Self::new(height) };
        for ((shape, block), singles) in (0..).zip(&self.blocks).zip(&mut laid.singles) {
            let lines = self.lines.get(*block..).and_then(|lines| lines.get(..self.room * height)).unwrap_or_default();
            let used = (0..).zip(lines.chunks_exact(height)).filter(|(_, cell)| is_used(cell));
            let cells = used.clone().count();
            // Half as many as begin a block keep it.
            if cells * COMMON * 2 > room {
                laid.blocks.push(laid.lines.len());
                laid.lines.extend_from_slice(lines);
                laid.lines.resize(laid.lines.len() + (room - self.room) * height, L::default());
            } else {
                laid.blocks.push(NOWHERE);
                for (subject, cell) in used {
                    laid.single.insert((shape, subject), laid.lines.len());
                    laid.lines.extend_from_slice(cell);
                }
                *singles += cells;
            }
        }
        for (of, at) in &self.single {
            laid.single.insert(*of, laid.lines.len());
            laid.lines.extend_from_slice(self.lines.get(*at..*at + height).unwrap_or_default());
        }
        *self = laid;
    }
}

fn is_used<L: Used>(lines: &[L]) -> bool {
    lines.first().is_some_and(L::is_used)
}

//! The pages of a column whose values are not left to polars.

use std::ops::Range;

use polars_parquet::parquet::compression::{Compression, DecompressionContext};
use polars_parquet::parquet::encoding::Encoding;
use polars_parquet::parquet::encoding::hybrid_rle::{HybridRleChunk, HybridRleDecoder};
use polars_parquet::parquet::page::{CompressedPage, DataPage, DictPage, Page};
use polars_parquet::read::{PageReader, decompress};

/// What unpacks pages, and is not made again for each column.
pub(super) struct Unpacker {
    context: DecompressionContext,
    /// Room for a page.
    buffer: Vec<u8>,
}

impl Unpacker {
    pub fn new() -> Self {
        Self { context: DecompressionContext::Unset, buffer: Vec::new() }
    }
}

/// The pages of a column.
pub(super) struct Pages<'u> {
    pub reader: PageReader,
    pub unpacker: &'u mut Unpacker,
}

impl Pages<'_> {
    /// The page of the dictionary, which stands before all others.
    pub fn dictionary(&mut self) -> Option<DictPage> {
        let page = CompressedPage::Dict(self.reader.read_dict().ok()??);
        match decompress(page, &mut Vec::new(), &mut self.unpacker.context).ok()? {
            Page::Dict(page) => Some(page),
            Page::Data(_) => None,
        }
    }

    /// Adds the pages that have some of the rows; gives how many rows stand before the first that was added. `None` where
    /// a page is damaged or not to be added.
    pub fn each(&mut self, rows: &Range<usize>, mut add: impl FnMut(&DataPage) -> Option<()>) -> Option<usize> {
        // The row with which the first page begins that has one of these, and how many follow in pages that were added.
        let (mut first, mut added) = (0, 0);
        while first + added < rows.end {
            let CompressedPage::Data(page) = self.reader.next()?.ok()? else { return None };
            if added == 0 && first + page.num_values() <= rows.start {
                first += page.num_values();
                continue;
            }
            added += page.num_values();
            let is_packed = page.compression() != Compression::Uncompressed;
            let Unpacker { context, buffer } = &mut *self.unpacker;
            let Page::Data(mut page) = decompress(CompressedPage::Data(page), buffer, context).ok()? else {
                return None;
            };
            add(&page)?;
            if is_packed {
                *buffer = std::mem::take(page.buffer_mut());
            }
        }
        Some(first)
    }
}

/// Which rows of a page have a value.
pub(super) enum Present {
    All,
    /// By row, 1 for those that have one.
    Some(Vec<u32>),
}

impl Present {
    /// By the levels of a page without lists; `None` where they are written in another way than most.
    pub fn of(page: &DataPage, levels: &[u8]) -> Option<Self> {
        match page.descriptor.max_def_level {
            0 => return Some(Self::All),
            1 if page.definition_level_encoding() == Encoding::Rle && !levels.is_empty() => {}
            _ => return None,
        }
        let decoder = || HybridRleDecoder::new(levels, 1, page.num_values());
        let mut left = page.num_values();
        for run in decoder().into_chunk_iter() {
            match run.ok()? {
                HybridRleChunk::Rle(1, rows) => left -= rows,
                _ => {
                    let all = decoder().collect().ok()?;
                    return (all.len() == page.num_values()).then_some(Self::Some(all));
                }
            }
        }
        (left == 0).then_some(Self::All)
    }

    /// How many values a page has.
    pub fn values(&self, page: &DataPage) -> usize {
        match self {
            Self::All => page.num_values(),
            Self::Some(rows) => rows.iter().map(|row| *row as usize).sum(),
        }
    }
}

/// What rows have by their values, one for each that has one; `none` for the others.
pub(super) fn spread<T: Copy>(rows: &[u32], values: &[T], none: T) -> impl Iterator<Item = T> {
    let mut next = 0;
    // Without a jump, which would be guessed wrong where rows with and without something alternate.
    rows.iter().map(move |row| {
        let value = values.get(next).copied().filter(|_| *row > 0).unwrap_or(none);
        next += *row as usize;
        value
    })
}

//! Text of records that all have equally many cells, without quotes, as nearly all text is.
//!
//! There every comma and every line feed ends a cell, so that nothing has to be known of records to find the cells. What
//! is found shows afterwards whether the text is such; if it is not, it is split in the way that takes any.

use std::ops::Range;

use super::hash::{BLOCK, Hash};
use super::scan::{self, QUOTE};
use super::separators::{PIECE, bits, padded};

/// Cells that are noted at once: a few more than most pieces have.
const TOGETHER: usize = 10;

/// The records of a text and the starts of their cells.
pub(super) struct Regular {
    /// Where each record stands.
    pub rows: Vec<Range<usize>>,
    /// The start of each cell, one record after another, and where one more would start: a byte lies between two cells.
    pub starts: Vec<u32>,
}

impl Regular {
    /// The records of a text with so many line breaks, which all have `width` cells, at least two, and of which none is
    /// empty; `None` where that is not so.
    ///
    /// The bytes are hashed in any case, but for the first ones that are hashed already. A round of SHA-256 has to wait
    /// for the one before it, so that a processor finds cells meanwhile, which takes hardly any time in addition.
    pub fn of(text: &str, width: usize, breaks: u64, hash: Option<(&mut Hash, usize)>) -> Option<Self> {
        let starts = starts(text.as_bytes(), hash)?;
        let bytes = text.as_bytes();
        let mut rows = Vec::with_capacity(starts.len() / width.max(1));
        let mut start = 0;
        for next in starts.iter().skip(width).step_by(width.max(1)) {
            let (place, next) = (start..(*next as usize).saturating_sub(1), *next as usize);
            // Nothing stands behind the last record where no line feed ends it.
            let is_end = matches!(bytes.get(place.end), Some(b'\n') | None);
            if !is_end || scan::is_empty(bytes.get(place.clone()).unwrap_or_default()) {
                return None;
            }
            rows.push(place);
            start = next;
        }
        let all = breaks as usize + usize::from(start > bytes.len());
        (width >= 2 && rows.len() == all && starts.len() == rows.len() * width + 1).then_some(Self { rows, starts })
    }
}

/// The start of a text, and the places after its commas and line feeds, with one more at its end where no line feed
/// stands there; `None` where it has a quote or a carriage return, or is too long.
fn starts(text: &[u8], hash: Option<(&mut Hash, usize)>) -> Option<Vec<u32>> {
    let mut hash = match hash {
        Some((hash, hashed @ 1..)) => {
            hash.add(text.get(hashed..).unwrap_or_default());
            None
        }
        hash => hash.map(|(hash, _)| hash),
    };
    // Pieces are those that are hashed at once.
    const { assert!(PIECE == BLOCK) };
    let (head, rest) = text.split_at(hash.as_ref().map_or(0, |hash| hash.missing()).min(text.len()));
    let (pieces, tail) = rest.as_chunks::<PIECE>();
    let mut starts = Vec::with_capacity(text.len() / 6 + TOGETHER);
    starts.push(0);
    let mut strange = false;
    let mut place = 1;
    let mut find = |piece: &[u8; PIECE], length: usize| {
        strange |= piece.iter().fold(false, |any, byte| any | (*byte == QUOTE) | (*byte == b'\r'));
        add(&mut starts, place, bits(piece, |byte| byte == b',' || byte == b'\n'));
        place = place.wrapping_add(length as u32);
    };
    find(&padded(head), head.len());
    if let Some(hash) = &mut hash {
        hash.add(head);
    }
    for piece in pieces {
        if let Some(hash) = &mut hash {
            hash.add(piece);
        }
        find(piece, PIECE);
    }
    find(&padded(tail), tail.len());
    if let Some(hash) = &mut hash {
        hash.add(tail);
    }
    if !matches!(text.last(), Some(b'\n') | None) {
        starts.push(place);
    }
    (!strange && u32::try_from(text.len() + 1).is_ok()).then_some(starts)
}

/// Adds a place and so many on as the bits say that are set.
#[inline]
fn add(starts: &mut Vec<u32>, place: u32, mut bits: u64) {
    const HIGHEST: u64 = 1 << 63;
    let all = starts.len() + bits.count_ones() as usize;
    // As many as most pieces have are added in any case, so that nothing depends on how many there are.
    starts.extend_from_slice(&[(); TOGETHER].map(|()| {
        let start = place.wrapping_add((bits | HIGHEST).trailing_zeros());
        bits &= bits.wrapping_sub(1);
        start
    }));
    while bits != 0 {
        starts.push(place.wrapping_add(bits.trailing_zeros()));
        bits &= bits - 1;
    }
    starts.truncate(all);
}

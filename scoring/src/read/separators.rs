//! Commas and line ends, many bytes at a time.

/// Bytes that are compared together: as many as a number has bits.
pub(super) const PIECE: usize = 64;

/// Calls `found` with the separators of each piece of a text, one after another.
pub(super) fn each(text: &[u8], mut found: impl FnMut(Separators)) {
    let (pieces, rest) = text.as_chunks();
    for (piece, place) in pieces.iter().chain([&padded(rest)]).zip((0..).step_by(PIECE)) {
        let ends = bits(piece, |byte| byte == b'\n' || byte == b'\r');
        found(Separators { place, commas: bits(piece, |byte| byte == b','), ends });
    }
}

/// A piece of less bytes, and zeros behind them.
pub(super) fn padded(bytes: &[u8]) -> [u8; PIECE] {
    let mut piece = [0; PIECE];
    for (into, byte) in piece.iter_mut().zip(bytes) {
        *into = *byte;
    }
    piece
}

/// The separators of a piece that are still to come, a bit for each byte, the first the lowest.
pub(super) struct Separators {
    /// The place of the piece.
    pub place: usize,
    commas: u64,
    /// CRs and LFs.
    ends: u64,
}

impl Separators {
    /// The commas before the next line end, and the place of that.
    #[inline]
    pub fn next(&mut self) -> (u64, Option<usize>) {
        // All bits below the lowest one that is set; all where none is.
        let before = self.ends.wrapping_sub(1) & !self.ends;
        let end = (self.ends != 0).then(|| self.place + self.ends.trailing_zeros() as usize);
        let commas = self.commas & before;
        self.commas &= !before;
        self.ends &= self.ends.wrapping_sub(1);
        (commas, end)
    }
}

/// A bit for each byte, the first the lowest, that is set where it is one of some.
#[inline]
pub(super) fn bits(piece: &[u8; PIECE], is: impl Fn(u8) -> bool) -> u64 {
    // The compiler compares 16 bytes or more at once.
    let mut flags = [0; PIECE];
    for (flag, byte) in flags.iter_mut().zip(piece) {
        *flag = u8::from(is(*byte));
    }
    let (eights, _) = flags.as_chunks();
    // The product moves the lowest bit of each of eight bytes into the highest byte.
    let gathered = |eight: &[u8; 8]| u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    eights.iter().rev().fold(0, |bits, eight| bits << 8 | gathered(eight))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_separator_is_found_once_and_in_order(text in "[,\r\na-c\u{0}人]{0,200}") {
            let mut found = Vec::new();
            each(text.as_bytes(), |mut separators| loop {
                let (commas, end) = separators.next();
                found.extend((0..PIECE).filter(|bit| commas >> bit & 1 == 1).map(|bit| separators.place + bit));
                found.extend(end);
                if end.is_none() {
                    return;
                }
            });
            let places = text.bytes().enumerate().filter(|(_, byte)| b",\r\n".contains(byte)).map(|(place, _)| place);
            prop_assert_eq!(found, places.collect::<Vec<_>>());
        }
    }
}

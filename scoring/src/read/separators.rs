//! Commas and line ends, many bytes at a time.

/// Bytes that are compared together: as many as a number has bits.
pub(super) const PIECE: usize = 64;

/// Calls `found` with the places of the commas, CRs and LFs of each piece of a text, one after another.
pub(super) fn each(text: &[u8], mut found: impl FnMut(Separators)) {
    let (pieces, rest) = text.as_chunks();
    let mut last = [0; PIECE];
    for (into, byte) in last.iter_mut().zip(rest) {
        *into = *byte;
    }
    for (piece, place) in pieces.iter().chain([&last]).zip((0..).step_by(PIECE)) {
        found(Separators { place, bits: bits(piece) });
    }
}

/// The places of the separators of a piece.
pub(super) struct Separators {
    /// That of the piece.
    place: usize,
    /// A bit for each that is still to come.
    bits: u64,
}

impl Iterator for Separators {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        let place = (self.bits != 0).then(|| self.place + self.bits.trailing_zeros() as usize)?;
        self.bits &= self.bits - 1;
        Some(place)
    }
}

/// A bit for each byte, the first the lowest, that is set where it separates.
fn bits(piece: &[u8; PIECE]) -> u64 {
    // The compiler compares 16 bytes or more at once.
    let mut flags = [0; PIECE];
    for (flag, byte) in flags.iter_mut().zip(piece) {
        *flag = u8::from(*byte == b',') | u8::from(*byte == b'\n') | u8::from(*byte == b'\r');
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
            each(text.as_bytes(), |places| found.extend(places));
            let places = text.bytes().enumerate().filter(|(_, byte)| b",\r\n".contains(byte)).map(|(place, _)| place);
            prop_assert_eq!(found, places.collect::<Vec<_>>());
        }
    }
}

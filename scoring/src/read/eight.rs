//! Up to eight bytes as one number, so that they are compared, or their digits read, all at once.

/// The bytes as a number, the first the lowest; `None` where there are more than eight, or the last is 0: so no others
/// are that number.
#[inline]
pub(super) fn key(bytes: &[u8]) -> Option<u64> {
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        // The two halves overlap where there are less than eight bytes.
        let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
        let fits = bytes.len() <= 8 && last >> 24 != 0;
        return fits.then(|| u64::from(first) | u64::from(last) << (8 * (bytes.len() - 4)));
    }
    // Two of the three are the same one in less than three bytes.
    let (Some(first), Some(middle), Some(last)) = (bytes.first(), bytes.get(bytes.len() / 2), bytes.last()) else {
        return Some(0);
    };
    let at = |byte: &u8, place: usize| u64::from(*byte) << (8 * place);
    (*last != 0).then(|| at(first, 0) | at(middle, bytes.len() / 2) | at(last, bytes.len() - 1))
}

/// Bytes with the last of them as the highest, each less what `0` is: digits are below 10.
#[derive(Debug, Clone, Copy)]
pub(super) struct Digits(u64);

impl Digits {
    /// Of a [`key`] of one to eight bytes.
    #[inline]
    pub fn of(key: u64, bytes: usize) -> Self {
        Self(key << (64 - 8 * bytes as u32) ^ 0x3030_3030_3030_3030)
    }

    /// The number that the highest bytes make, those of `places`, where these are digits and the others are `rest`.
    #[inline]
    pub fn behind(self, rest: u64, places: u64) -> Option<u32> {
        let are_behind = (self.others() & places) | (self.0 & !places ^ rest) == 0;
        are_behind.then(|| number(self.0 & places))
    }

    /// The bytes but for those of `places`.
    #[inline]
    pub fn rest(self, places: u64) -> u64 {
        self.0 & !places
    }

    /// How many digits stand before the last so many bytes, less than eight, up to the first byte that is none.
    #[inline]
    pub fn count(self, last: u32) -> u32 {
        (self.others() << (8 * last)).leading_zeros() / 8
    }

    /// The highest bit of each byte that is no digit.
    #[inline]
    fn others(self) -> u64 {
        // No byte's sum goes over into the next. What fills the eight bytes up is no digit.
        let above_nine = (self.0 & 0x7F7F_7F7F_7F7F_7F7F) + 0x7676_7676_7676_7676;
        (above_nine | self.0) & 0x8080_8080_8080_8080
    }

    /// The byte before the last so many ones, less than eight.
    #[inline]
    pub fn byte(self, last: u32) -> u8 {
        (self.0 >> (56 - 8 * last)) as u8 ^ b'0'
    }

    /// The number that the last so many digits make, one to eight.
    #[inline]
    pub fn last(self, digits: u32) -> u32 {
        number(self.0 & u64::MAX << (64 - 8 * digits))
    }

    /// The number that the digits make which stand before and behind a byte, so many behind it, and as many in all.
    #[inline]
    pub fn without(self, behind: u32, digits: u32) -> u32 {
        let high = u64::MAX << (64 - 8 * behind);
        number((self.0 & high | self.0 << 8 & !high) & u64::MAX << (64 - 8 * digits))
    }
}

/// The number of eight digits, the first in the lowest byte.
#[inline]
fn number(digits: u64) -> u32 {
    // Pairs, then fours, then all of them.
    let pairs = (digits * 10 + (digits >> 8)) & 0x00FF_00FF_00FF_00FF;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_FFFF_0000_FFFF;
    (fours * 10_000 + (fours >> 32)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn digits_make_the_number_that_they_write(word in "[A\u{0}:/人]{0,2}", number in "[0-9]{1,8}", cut in 1_usize..8) {
            let text: String = word + &number;
            let text = text.as_bytes();
            let expected: u32 = number.parse().unwrap();
            if let Some(key) = key(text) {
                let digits = Digits::of(key, text.len());
                prop_assert_eq!(digits.count(0), number.len() as u32);
                prop_assert_eq!(digits.last(number.len() as u32), expected);
            }
            if cut < number.len() && number.len() < 8 {
                let pointed = format!("{}.{}", &number[..cut], &number[cut..]);
                let digits = Digits::of(key(pointed.as_bytes()).unwrap(), pointed.len());
                prop_assert_eq!(digits.byte((number.len() - cut) as u32), b'.');
                prop_assert_eq!(digits.without((number.len() - cut) as u32, number.len() as u32), expected);
            }
        }

        #[test]
        fn no_two_have_one_key(a in "[A\u{0}人]{0,4}", b in "[A\u{0}人]{0,4}") {
            if let (Some(first), Some(second)) = (key(a.as_bytes()), key(b.as_bytes())) {
                prop_assert_eq!(first == second, a == b);
            }
        }
    }
}

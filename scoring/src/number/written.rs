//! How numbers of fixed places are written.

use rust_decimal::Decimal;

use super::TooLarge;

/// Room for a sign, a point and the digits of 64 bits.
const ROOM: usize = 24;

/// Places that there is room for, with a sign, a zero and the point before them.
const MOST_PLACES: u32 = ROOM as u32 - 3;

/// The digits of each number below a hundred: a division gives two of them at once.
#[expect(clippy::indexing_slicing, reason = "computed while the program is built, where iterators cannot be used")]
static PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut number = 0;
    while number < pairs.len() {
        pairs[number] = [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8];
        number += 1;
    }
    pairs
};

/// `number` units of `10^-places`, written with exactly so many places.
///
/// # Errors
/// [`TooLarge`] when it has more digits than a printed number can have.
pub fn show_fixed(number: i128, places: u32) -> Result<String, TooLarge> {
    let mut text = Vec::new();
    write_fixed(number, places, &mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// The same at the end of a text.
///
/// # Errors
/// [`TooLarge`] when it has more digits than a printed number can have.
#[inline]
pub fn write_fixed(number: i128, places: u32, into: &mut Vec<u8>) -> Result<(), TooLarge> {
    // Nearly all numbers of reports are so small that no decimal is needed to write them.
    match i64::try_from(number) {
        Ok(narrow) if places <= MOST_PLACES => {
            write_narrow(narrow, places, into);
            Ok(())
        }
        _ => write_decimal(number, places, into),
    }
}

#[cold]
fn write_decimal(number: i128, places: u32, into: &mut Vec<u8>) -> Result<(), TooLarge> {
    let decimal = Decimal::try_from_i128_with_scale(number, places).map_err(|_| TooLarge)?;
    into.extend_from_slice(decimal.to_string().as_bytes());
    Ok(())
}

/// A number whose digits fit the room.
fn write_narrow(number: i64, places: u32, into: &mut Vec<u8>) {
    let mut digits = Digits { room: [b'0'; ROOM], from: ROOM };
    let mut rest = number.unsigned_abs();
    if places > 0 {
        for _ in 0..places / 2 {
            rest = digits.put_pair(rest);
        }
        if places % 2 == 1 {
            rest = digits.put_one(rest);
        }
        digits.put([b'.']);
    }
    while rest >= 100 {
        rest = digits.put_pair(rest);
    }
    if rest >= 10 {
        digits.put_pair(rest)
    } else {
        digits.put_one(rest)
    };
    if number < 0 {
        digits.put([b'-']);
    }
    digits.write(into);
}

/// Digits that are written from the last to the first.
struct Digits {
    room: [u8; ROOM],
    from: usize,
}

impl Digits {
    /// Puts bytes before the others.
    #[inline]
    fn put<const N: usize>(&mut self, bytes: [u8; N]) {
        self.from = self.from.saturating_sub(N);
        if let Some(place) = self.room.get_mut(self.from..).and_then(|room| room.first_chunk_mut()) {
            *place = bytes;
        }
    }

    /// Writes them. Nearly all are so few that bytes of a known number hold them, which takes no call to copy.
    #[inline]
    fn write(&self, into: &mut Vec<u8>) {
        const FEW: usize = size_of::<u128>();
        let (digits, end) = (ROOM - self.from, into.len() + ROOM - self.from);
        match self.room.last_chunk() {
            Some(last) if (1..=FEW).contains(&digits) => {
                let first = u128::from_le_bytes(*last) >> ((FEW - digits) * 8);
                into.extend_from_slice(&first.to_le_bytes());
                into.truncate(end);
            }
            _ => into.extend_from_slice(self.room.get(self.from..).unwrap_or_default()),
        }
    }

    /// Puts the last two digits of a number, and gives the others.
    #[inline]
    fn put_pair(&mut self, number: u64) -> u64 {
        self.put(PAIRS.get((number % 100) as usize).copied().unwrap_or_default());
        number / 100
    }

    /// Puts the last digit of a number, and gives the others.
    #[inline]
    fn put_one(&mut self, number: u64) -> u64 {
        self.put([b'0' + (number % 10) as u8]);
        number / 10
    }
}

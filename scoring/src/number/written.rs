//! How numbers of fixed places are written.

use rust_decimal::Decimal;

use super::TooLarge;

/// Bytes of a number that is written at once.
const ROOM: usize = size_of::<u128>();

/// Digits and places that there is room for, with a sign, a zero and the point.
const MOST: u32 = ROOM as u32 - 3;

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
        Ok(narrow) if places <= MOST && narrow.unsigned_abs() < 10_u64.pow(MOST) => {
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

/// A number that there is room for.
fn write_narrow(number: i64, places: u32, into: &mut Vec<u8>) {
    let mut digits = Digits::default();
    let mut rest = number.unsigned_abs();
    if places > 0 {
        for _ in 0..places / 2 {
            rest = digits.put_pair(rest);
        }
        if places % 2 == 1 {
            rest = digits.put_one(rest);
        }
        digits.put(b'.');
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
        digits.put(b'-');
    }
    digits.write(into);
}

/// Digits that are put together from the last to the first. They are one number until they are written: bytes of memory
/// that are written one by one are slow to read together.
#[derive(Default)]
struct Digits {
    bytes: u128,
    count: usize,
}

impl Digits {
    /// Puts a byte before the others.
    #[inline]
    fn put(&mut self, byte: u8) {
        self.bytes = self.bytes << 8 | u128::from(byte);
        self.count += 1;
    }

    /// Writes them. Bytes of a known number take no call to copy.
    #[inline]
    fn write(&self, into: &mut Vec<u8>) {
        let end = into.len() + self.count;
        into.extend_from_slice(&self.bytes.to_le_bytes());
        into.truncate(end);
    }

    /// Puts the last two digits of a number, and gives the others.
    #[inline]
    fn put_pair(&mut self, number: u64) -> u64 {
        let pair = PAIRS.get((number % 100) as usize).copied().unwrap_or_default();
        self.bytes = self.bytes << 16 | u128::from(u16::from_le_bytes(pair));
        self.count += 2;
        number / 100
    }

    /// Puts the last digit of a number, and gives the others.
    #[inline]
    fn put_one(&mut self, number: u64) -> u64 {
        self.put(b'0' + (number % 10) as u8);
        number / 10
    }
}

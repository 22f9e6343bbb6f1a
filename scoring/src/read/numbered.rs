//! Names that are a word and a number, such as `P033168`, as most ids of units and persons are.
//!
//! Their codes stand in tables by number, four bytes each: these stay in the cache where a table by hashes does not, and
//! nothing is hashed or compared. A table holds what was looked up before, and no more: a name that it does not know,
//! or whose number lies too far off, is looked up elsewhere.

use super::eight::{self, Digits};
use super::names::TOGETHER;

/// The most tables. Each is asked until one is the right one.
const MOST: usize = 8;

/// How many places a table may have for each name that it has met.
const PLACES: usize = 8;

/// How many places it may have in any case.
const FIRST_PLACES: usize = 4096;

/// A name of up to eight bytes that ends with digits.
#[derive(Debug, Clone, Copy)]
struct Numbered {
    /// What the names have in common that differ in the digits alone: a byte that is no text stands for each of these.
    series: u64,
    number: usize,
}

impl Numbered {
    #[inline]
    fn of(name: &[u8]) -> Option<Self> {
        let key = eight::key(name).filter(|_| !name.is_empty())?;
        let digits = Digits::of(key, name.len());
        let count = digits.count(0);
        if count == 0 {
            return None;
        }
        let places = u64::MAX << (64 - 8 * count) >> (64 - 8 * name.len() as u32);
        Some(Self { series: key | places, number: digits.last(count) as usize })
    }
}

/// Codes by series and number.
#[derive(Debug, Default)]
pub(super) struct Series(Vec<Table>);

#[derive(Debug)]
struct Table {
    series: u64,
    /// Names that it was told of as new.
    met: usize,
    /// The number after the code of each number; 0 where none is known.
    after: Vec<u32>,
}

impl Series {
    /// The code of a name, where it is known.
    #[inline]
    pub fn code(&self, name: &[u8]) -> Option<u32> {
        let name = Numbered::of(name)?;
        self.table(name)?.after.get(name.number)?.checked_sub(1)
    }

    fn table(&self, name: Numbered) -> Option<&Table> {
        self.0.iter().find(|table| table.series == name.series)
    }

    /// The number after the code of each of some names; 0 where none is known, or where the name is of another series
    /// than most.
    ///
    /// The tables of large ledgers are in no cache near by. Here nothing else stands between the look-ups, so that they
    /// wait for memory at the same time.
    pub fn together(&self, names: &[&[u8]]) -> [u32; TOGETHER] {
        let mut after = [0; TOGETHER];
        let Some(table) = names.iter().find_map(|name| self.table(Numbered::of(name)?)) else { return after };
        let mut numbers = [usize::MAX; TOGETHER];
        for (number, name) in numbers.iter_mut().zip(names) {
            let name = Numbered::of(name).filter(|name| name.series == table.series);
            *number = name.map_or(usize::MAX, |name| name.number);
        }
        for (after, number) in after.iter_mut().zip(numbers) {
            *after = table.after.get(number).copied().unwrap_or_default();
        }
        after
    }

    /// Learns the code of a name, which may be a new one, where it has a number that is not too far off. Gives whether it
    /// is known then.
    pub fn learn(&mut self, name: &[u8], code: u32, is_new: bool) -> bool {
        let Some(name) = Numbered::of(name) else { return false };
        let place = self.0.iter().position(|table| table.series == name.series).unwrap_or(self.0.len());
        if place == self.0.len() && place < MOST {
            self.0.push(Table { series: name.series, met: 0, after: Vec::new() });
        }
        let Some(table) = self.0.get_mut(place) else { return false };
        table.met += usize::from(is_new);
        if table.after.len() <= name.number && name.number < FIRST_PLACES + table.met * PLACES {
            table.after.resize(name.number + 1, 0);
        }
        let after = table.after.get_mut(name.number);
        after.map(|after| *after = code.saturating_add(1)).is_some()
    }
}

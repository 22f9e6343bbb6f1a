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

/// What names have in common that differ in their number alone: names of up to eight bytes that end with digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Form {
    /// How long they are.
    bytes: usize,
    /// The places of the digits.
    places: u64,
    /// The bytes before them.
    rest: u64,
}

impl Form {
    fn of(name: &[u8]) -> Option<Self> {
        let digits = digits(name)?;
        let count = digits.count(0);
        let places = u64::MAX.checked_shl(64 - 8 * count).filter(|_| count > 0)?;
        Some(Self { bytes: name.len(), places, rest: digits.rest(places) })
    }

    /// The number of a name of this form.
    #[inline]
    fn number(self, name: &[u8]) -> Option<usize> {
        let digits = digits(name).filter(|_| name.len() == self.bytes)?;
        digits.behind(self.rest, self.places).map(|number| number as usize)
    }
}

#[inline]
fn digits(name: &[u8]) -> Option<Digits> {
    let key = eight::key(name).filter(|_| !name.is_empty())?;
    Some(Digits::of(key, name.len()))
}

/// Codes by form and number.
#[derive(Debug, Default)]
pub(super) struct Series(Vec<Table>);

#[derive(Debug)]
struct Table {
    form: Form,
    /// Names that it was told of as new.
    met: usize,
    /// The number after the code of each number; 0 where none is known.
    after: Vec<u32>,
}

impl Series {
    /// The code of a name, where it is known.
    #[inline]
    pub fn code(&self, name: &[u8]) -> Option<u32> {
        let (table, number) = self.find(name)?;
        table.after.get(number)?.checked_sub(1)
    }

    /// The table of a name, and its number.
    #[inline]
    fn find(&self, name: &[u8]) -> Option<(&Table, usize)> {
        self.0.iter().find_map(|table| Some((table, table.form.number(name)?)))
    }

    /// The number after the code of each of some names; 0 where none is known, or where the name is of another series
    /// than most.
    ///
    /// The tables of large ledgers are in no cache near by. Here nothing else stands between the look-ups, so that they
    /// wait for memory at the same time.
    pub fn together(&self, names: &[&[u8]]) -> [u32; TOGETHER] {
        let mut after = [0; TOGETHER];
        let Some((table, _)) = names.iter().find_map(|name| self.find(name)) else { return after };
        let mut numbers = [usize::MAX; TOGETHER];
        for (number, name) in numbers.iter_mut().zip(names) {
            *number = table.form.number(name).unwrap_or(usize::MAX);
        }
        for (after, number) in after.iter_mut().zip(numbers) {
            *after = table.after.get(number).copied().unwrap_or_default();
        }
        after
    }

    /// Learns the code of a name, which may be a new one, where it has a number that is not too far off. Gives whether it
    /// is known then.
    pub fn learn(&mut self, name: &[u8], code: u32, is_new: bool) -> bool {
        let Some(form) = Form::of(name) else { return false };
        let Some(number) = form.number(name) else { return false };
        let place = self.0.iter().position(|table| table.form == form).unwrap_or(self.0.len());
        if place == self.0.len() && place < MOST {
            self.0.push(Table { form, met: 0, after: Vec::new() });
        }
        let Some(table) = self.0.get_mut(place) else { return false };
        table.met += usize::from(is_new);
        if table.after.len() <= number && number < FIRST_PLACES + table.met * PLACES {
            table.after.resize(number + 1, 0);
        }
        let after = table.after.get_mut(number);
        after.map(|after| *after = code.saturating_add(1)).is_some()
    }
}

//! Names that stand in many rows, each as a code.

mod listed;

use std::hash::Hasher;

use rustc_hash::{FxHashMap, FxHasher};

use super::batch::TextColumn;
use super::eight::key;
use super::numbered::Series;
use listed::Listed;

/// Names that are looked up together.
pub const TOGETHER: usize = 32;

/// Names, each with a code: 0, 1 and so on, in the order in which they came.
///
/// A ledger names its persons millions of times, each time another one, so what a look-up costs is the memory it
/// touches. A word with a number, as most ids are, is found by its number. Any other short name is its own key and is
/// found with one touch; a longer one is found by its hash and compared. Neither a look-up nor a new name allocates.
#[derive(Debug, Default)]
pub struct Names {
    names: TextColumn,
    numbered: Series,
    short: Short,
    /// The code of each longer name by its hash, or by the next number that is free when another name has that.
    long: FxHashMap<u64, u32>,
    /// What is known of the dictionaries of columns.
    listed: Vec<Listed>,
}

impl Names {
    /// The code of a name.
    pub fn code(&mut self, name: &str) -> u32 {
        self.numbered.code(name.as_bytes()).unwrap_or_else(|| self.looked_up(name))
    }

    fn looked_up(&mut self, name: &str) -> u32 {
        let key = key(name.as_bytes());
        let known = match key {
            Some(key) => self.short.find(key),
            None => self.long_place(name).err(),
        };
        if let Some(code) = known {
            self.numbered.learn(name.as_bytes(), code, false);
            return code;
        }
        let code = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.names.push(Some(name));
        // A name that is found by its number is never looked for elsewhere.
        if !self.numbered.learn(name.as_bytes(), code, true) {
            match key {
                Some(key) => self.short.add(key, code),
                None => self.long.extend(self.long_place(name).ok().map(|place| (place, code))),
            }
        }
        code
    }

    /// The number after the code of each of some names that are found by their numbers; 0 of others.
    pub fn numbered(&self, names: &[&[u8]]) -> [u32; TOGETHER] {
        self.numbered.together(names)
    }

    /// Adds the codes of a cell that names one or more by a word and a number each, all of them known; else nothing.
    ///
    /// Such a cell need not be taken apart by the rules of lists: these make the same of it, for a part that is the
    /// same as a name is not changed by them.
    #[inline]
    pub fn push_numbered(&self, cell: &[u8], codes: &mut Vec<u32>) -> bool {
        if let Some(code) = self.numbered.code(cell) {
            codes.push(code);
            return true;
        }
        let before = codes.len();
        let all = cell.split(|byte| matches!(byte, b';' | b',')).all(|part| {
            let code = self.numbered.code(part);
            codes.extend(code);
            code.is_some()
        });
        if !all {
            codes.truncate(before);
        }
        all
    }

    /// The codes of some names, one after another.
    ///
    /// Look-ups that do not wait for each other wait for memory at the same time.
    pub fn codes(&mut self, names: &[&str], into: &mut Vec<u32>) {
        for names in names.chunks(TOGETHER) {
            // One after another, so that nothing else stands between the look-ups; and without a jump that depends on
            // what is found, which would have to wait for it.
            let (mut keys, mut homes, mut found) = ([None; TOGETHER], [0; TOGETHER], [(0, 0); TOGETHER]);
            for ((key, home), name) in keys.iter_mut().zip(&mut homes).zip(names) {
                *key = self::key(name.as_bytes());
                *home = self.short.home(key.unwrap_or_default());
            }
            for (found, home) in found.iter_mut().zip(homes) {
                *found = self.short.slots.get(home).copied().unwrap_or_default();
            }
            for ((key, (known, after)), name) in keys.iter().zip(&found).zip(names) {
                into.push(match after.checked_sub(1) {
                    Some(code) if *key == Some(*known) => {
                        self.numbered.learn(name.as_bytes(), code, false);
                        code
                    }
                    _ => self.code(name),
                });
            }
        }
    }

    /// The place for a longer name that is new, or else its code.
    fn long_place(&self, name: &str) -> Result<u64, u32> {
        let mut hash = hash(name);
        while let Some(code) = self.long.get(&hash).copied() {
            if self.name(code) == name {
                return Err(code);
            }
            hash = hash.wrapping_add(1);
        }
        Ok(hash)
    }

    /// The name of a code; empty for none.
    pub fn name(&self, code: u32) -> &str {
        self.names.get(code as usize).unwrap_or_default()
    }

    /// The number of names.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The names, by code.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.names.len()).map(|code| self.names.get(code).unwrap_or_default())
    }
}

/// A slot that is free. Not all of its bytes are 0: memory of zeros comes as pages that all programs share, and each is
/// taken twice, to be read and then to be written, which stops the other threads.
const FREE: (u64, u32) = (u64::MAX, 0);

/// Codes by key. A key and its code stand beside each other, so that finding a key touches one line of memory.
#[derive(Debug, Default)]
struct Short {
    /// Keys with the number after their code, 0 where the slot is free; as many as a power of two, half of them free.
    slots: Vec<(u64, u32)>,
    used: usize,
}

impl Short {
    /// Where a key stands when no other stands there.
    fn home(&self, key: u64) -> usize {
        // All bits of the key reach the lowest of the product's two halves together.
        let product = u128::from(key) * 0x9E37_79B9_7F4A_7C15;
        (product ^ product >> 64) as usize & self.slots.len().saturating_sub(1)
    }

    /// Where a key stands or would stand.
    fn slot(&self, key: u64) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut place = self.home(key);
        while self.slots.get(place).is_some_and(|(known, code)| *known != key && *code != 0) {
            place = (place + 1) & mask;
        }
        Some(place)
    }

    fn find(&self, key: u64) -> Option<u32> {
        let (_, after) = self.slots.get(self.slot(key)?)?;
        after.checked_sub(1)
    }

    /// Adds a key that is new.
    fn add(&mut self, key: u64, code: u32) {
        if self.used * 2 >= self.slots.len() {
            let more = vec![FREE; (self.slots.len() * 2).max(64)];
            for (key, after) in std::mem::replace(&mut self.slots, more).into_iter().filter(|(_, after)| *after != 0) {
                self.put(key, after);
            }
        }
        self.used += 1;
        self.put(key, code.saturating_add(1));
    }

    fn put(&mut self, key: u64, after: u32) {
        if let Some(slot) = self.slot(key).and_then(|place| self.slots.get_mut(place)) {
            *slot = (key, after);
        }
    }
}

/// The hash of a text.
pub fn hash(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_name_has_one_code_and_a_code_one_name(
            names in prop::collection::vec("[A\u{0}人]{0,4}|[AB]{7,10}|\u{0}?[A人]?[01]{1,3}|P[0-9]{4,7}", 0..60)
        ) {
            let mut coded = Names::default();
            let mut plain: Vec<&str> = Vec::new();
            for name in names.iter().chain(&names) {
                let expected = plain.iter().position(|known| known == name).unwrap_or_else(|| {
                    plain.push(name);
                    plain.len() - 1
                });
                prop_assert_eq!(coded.code(name) as usize, expected);
            }
            prop_assert_eq!(coded.iter().collect::<Vec<_>>(), plain);
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let (mut codes, mut together) = (Vec::new(), Names::default());
            together.codes(&names, &mut codes);
            prop_assert_eq!(&codes, &names.iter().map(|name| coded.code(name)).collect::<Vec<_>>());
            for (names, codes) in names.chunks(TOGETHER).zip(codes.chunks(TOGETHER)) {
                let bytes: Vec<&[u8]> = names.iter().map(|name| name.as_bytes()).collect();
                for (after, code) in coded.numbered(&bytes).iter().zip(codes) {
                    prop_assert!(*after == 0 || *after == *code + 1);
                }
            }
        }

        #[test]
        fn a_list_of_numbered_names_is_what_the_rules_of_lists_make_of_it(
            known in prop::collection::vec("[U人]?[01]{1,2}", 0..8), cell in "([U人]?[01]{1,2}|等|[;,、 /N]){0,5}"
        ) {
            let mut names = Names::default();
            known.iter().for_each(|name| { names.code(name); });
            let mut codes = vec![7];
            if names.push_numbered(cell.as_bytes(), &mut codes) {
                let cell = crate::read::width::half(&cell).into_owned();
                let expected: Vec<u32> = crate::read::list::names(&cell).map(|name| names.code(name)).collect();
                prop_assert_eq!(&codes[1..], expected);
            } else {
                prop_assert_eq!(codes, [7]);
            }
        }
    }

    #[test]
    fn a_table_by_number_grows_with_its_names_and_knows_them_all_again() {
        let name = |number: u32| format!("P{:07}", number * 7919 % 1_000_000);
        let mut names = Names::default();
        for round in 0..2 {
            for number in 0..200_000 {
                assert_eq!(names.code(&name(number)), number, "{round}");
            }
        }
    }
}

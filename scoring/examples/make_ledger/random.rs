//! A stream of numbers that depends on the seed alone, on every machine and in every version.

/// The SplitMix64 generator of Steele, Lea and Flood.
pub struct Random {
    state: u64,
}

impl Random {
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 up to, and without, `end`; 0 when `end` is 0.
    pub fn below(&mut self, end: u32) -> u32 {
        // The upper half of the product: no division, and an uneven share of less than one in 2^32.
        let high = (self.next() >> 32) * u64::from(end);
        (high >> 32) as u32
    }

    /// A number from `from` to `to`, both included.
    pub fn within(&mut self, from: i32, to: i32) -> i32 {
        from + self.below(to.abs_diff(from) + 1) as i32
    }

    /// True in `permille` of 1000 cases.
    pub fn chance(&mut self, permille: u32) -> bool {
        self.below(1000) < permille
    }

    /// One of the words; empty when there are none.
    pub fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words.get(self.below(words.len() as u32) as usize).copied().unwrap_or_default()
    }

    /// One of the items, or none of an empty list.
    pub fn choose<T: Copy>(&mut self, items: &[T]) -> Option<T> {
        items.get(self.below(items.len() as u32) as usize).copied()
    }

    /// Puts the items into another order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            items.swap(end, self.below(end as u32 + 1) as usize);
        }
    }
}

//! Which slots are not empty: a bit for each, and a bit for each word of those.

use std::ops::Range;

use super::levels::SLOTS;

const BITS: usize = u64::BITS as usize;
const WORDS: usize = SLOTS / BITS;

/// See the module.
#[derive(Debug)]
pub(super) struct Bitmap {
    /// None before the first timer is set.
    words: Vec<u64>,
    sums: [u64; WORDS.div_ceil(BITS)],
}

impl Bitmap {
    pub(super) const fn new() -> Self {
        Self { words: Vec::new(), sums: [0; WORDS.div_ceil(BITS)] }
    }

    pub(super) fn allocate(&mut self) {
        self.words = vec![0; WORDS];
    }

    #[inline(always)]
    pub(super) fn contains(&self, slot: usize) -> bool {
        self.words[slot / BITS] >> (slot % BITS) & 1 == 1
    }

    #[inline(always)]
    pub(super) fn insert(&mut self, slot: usize) {
        let word = slot / BITS;
        self.words[word] |= 1 << (slot % BITS);
        self.sums[word / BITS] |= 1 << (word % BITS);
    }

    #[inline(always)]
    pub(super) fn remove(&mut self, slot: usize) {
        let word = slot / BITS;
        self.words[word] &= !(1 << (slot % BITS));
        if self.words[word] == 0 {
            self.sums[word / BITS] &= !(1 << (word % BITS));
        }
    }

    /// The first of the slots from `from` on, once around the range.
    #[inline(always)]
    pub(super) fn first_around(&self, slots: Range<usize>, from: usize) -> Option<usize> {
        let word = self.words[from / BITS] >> (from % BITS);
        if word != 0 {
            return Some(from + word.trailing_zeros() as usize);
        }
        if slots.len() == BITS {
            let word = self.words[slots.start / BITS];
            return (word != 0).then(|| slots.start + word.trailing_zeros() as usize);
        }
        let next = (from / BITS + 1) * BITS;
        // The word of `from` once more, for what is before it there.
        self.first_in(next..slots.end).or_else(|| self.first_in(slots.start..next))
    }

    /// The first of the slots; the range is of whole words.
    fn first_in(&self, slots: Range<usize>) -> Option<usize> {
        let (mut word, end) = (slots.start / BITS, slots.end / BITS);
        while word < end {
            let sum = self.sums[word / BITS] >> (word % BITS);
            if sum != 0 {
                let word = word + sum.trailing_zeros() as usize;
                return (word < end)
                    .then(|| word * BITS + self.words[word].trailing_zeros() as usize);
            }
            word = (word / BITS + 1) * BITS;
        }
        None
    }
}

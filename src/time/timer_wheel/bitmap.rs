//! Which slots are not empty: a bit for each, one for each word of those, one for each word of these.

use std::ops::Range;

use super::levels::SLOTS;

const BITS: usize = u64::BITS as usize;
const WORDS: usize = SLOTS / BITS;
const SUMS: usize = WORDS.div_ceil(BITS);
const _: () = assert!(SUMS <= BITS);

/// See the module.
#[derive(Debug)]
pub(super) struct Bitmap {
    /// None before the first timer is set.
    words: Vec<u64>,
    sums: [u64; SUMS],
    top: u64,
}

impl Bitmap {
    pub(super) const fn new() -> Self {
        Self { words: Vec::new(), sums: [0; SUMS], top: 0 }
    }

    pub(super) fn allocate(&mut self) {
        self.words = vec![0; WORDS];
    }

    #[inline(always)]
    pub(super) fn contains(&self, slot: usize) -> bool {
        self.words.get(slot / BITS).is_some_and(|word| word >> (slot % BITS) & 1 == 1)
    }

    #[inline(always)]
    pub(super) fn insert(&mut self, slot: usize) {
        let word = slot / BITS;
        self.words[word] |= 1 << (slot % BITS);
        self.sums[word / BITS] |= 1 << (word % BITS);
        self.top |= 1 << (word / BITS);
    }

    #[inline(always)]
    pub(super) fn remove(&mut self, slot: usize) {
        let word = slot / BITS;
        self.words[word] &= !(1 << (slot % BITS));
        if self.words[word] == 0 {
            self.sums[word / BITS] &= !(1 << (word % BITS));
            if self.sums[word / BITS] == 0 {
                self.top &= !(1 << (word / BITS));
            }
        }
    }

    /// The first of the slots from `from` on, once around the range.
    #[inline(always)]
    pub(super) fn first_around(&self, slots: Range<usize>, from: usize) -> Option<usize> {
        let is_within = |slot: &usize| *slot < slots.end;
        self.first_from(from)
            .filter(is_within)
            .or_else(|| self.first_from(slots.start).filter(is_within))
    }

    #[inline(always)]
    fn first_from(&self, from: usize) -> Option<usize> {
        let word = from / BITS;
        let bits = self.words[word] >> (from % BITS);
        if bits != 0 {
            return Some(from + bits.trailing_zeros() as usize);
        }
        self.first_in_words_from(word + 1)
    }

    #[inline]
    fn first_in_words_from(&self, word: usize) -> Option<usize> {
        let bits = self.sums.get(word / BITS)? >> (word % BITS);
        let word = if bits != 0 {
            word + bits.trailing_zeros() as usize
        } else {
            let beyond = word / BITS + 1;
            let bits = self.top >> beyond;
            if bits == 0 {
                return None;
            }
            let sum = beyond + bits.trailing_zeros() as usize;
            sum * BITS + self.sums[sum].trailing_zeros() as usize
        };
        Some(word * BITS + self.words[word].trailing_zeros() as usize)
    }
}

//! The numbers that decide which branch goes first, and, with a seed, which task: one sequence for
//! each worker, given by its seed.
//!
//! SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014). Its
//! owner's thread alone uses a sequence, so that a number costs no atomic; where no scheduler runs,
//! the thread has one.

use super::this_thread;
use crate::primitives::{Cell, const_fn, thread_global};

/// What a scheduler starts with that is given no seed: so a program has one order of events.
pub(super) const DEFAULT_SEED: u64 = 0;

/// A sequence of numbers.
#[derive(Debug)]
pub(super) struct Numbers(Cell<u64>);

impl Numbers {
    const_fn! {
        pub(super) const fn new(seed: u64) -> Self {
            Self(Cell::new(seed))
        }
    }

    #[inline]
    fn next(&self) -> u64 {
        let state = self.0.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
        self.0.set(state);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// The next number as a place in an array of so many.
    #[inline]
    pub(super) fn place_below(&self, count: usize) -> usize {
        let scaled = (u128::from(self.next()) * count as u128) >> u64::BITS;
        scaled as usize
    }
}

thread_global! {
    static WITHOUT_SCHEDULER: Numbers = Numbers::new(DEFAULT_SEED);
}

/// Where the worker must be entered first, or there is none.
#[cold]
#[inline(never)]
fn next_from_outside() -> u64 {
    this_thread::with_core_outside(|core| core.numbers.next())
        .unwrap_or_else(|| WITHOUT_SCHEDULER.with(Numbers::next))
}

/// The next number below `count`, of this thread's worker or else of the thread.
#[inline]
pub fn number_below(count: u32) -> u32 {
    let number =
        this_thread::with_core(|core| core.numbers.next()).unwrap_or_else(next_from_outside);
    // The upper half, scaled: no division.
    let scaled = ((number >> 32) * u64::from(count)) >> 32;
    scaled as u32
}

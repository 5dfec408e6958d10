//! The storage of timers: entries by index, those that are free chained.
//!
//! # Invariants
//! * **G1** A key names one timer for ever: an entry's generation grows whenever it is freed, and an
//!   entry whose generation has come to its end is not used again.

use std::hint::{Locality, prefetch_write};
use std::num::NonZeroU32;

/// Marks a link that names a slot, not an entry.
pub(super) const SLOT: u32 = 1 << 31;
/// The same bit in a key.
const WAS_LATE: u32 = SLOT;
pub(super) const NO_ENTRY: u32 = u32::MAX;

const CHUNK_BITS: u32 = 19;
/// Entries that lie together.
const CHUNK: usize = 1 << CHUNK_BITS;
/// The first chunk has no more, up to which it grows; no other is ever moved.
const FIRST_CHUNK: usize = 1 << 15;

/// Names a timer of one wheel; outlives it harmlessly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimerKey {
    /// Of the entry; the bit that an index has not says that the deadline had passed when it was set.
    index: u32,
    generation: NonZeroU32,
}

/// One timer. Aligned so that it lies in one cache line.
#[derive(Debug)]
#[repr(align(32))]
pub(super) struct Entry<T> {
    pub(super) deadline: u64,
    /// The neighbours in the list, or the slot; in a free entry the next free one.
    pub(super) next: u32,
    pub(super) prev: u32,
    generation: u32,
    value: T,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Entries<T> {
    chunks: Vec<Vec<Entry<T>>>,
    free: u32,
    len: usize,
}

impl<T: Default> Entries<T> {
    pub(super) const fn new() -> Self {
        Self { chunks: Vec::new(), free: NO_ENTRY, len: 0 }
    }

    /// How many timers there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Calls `f` with what waits in each entry, and with the default in free ones, until it says true.
    pub(super) fn any(&self, f: impl FnMut(&T) -> bool) -> bool {
        self.chunks.iter().flatten().map(|entry| &entry.value).any(f)
    }

    #[inline(always)]
    pub(super) fn get(&mut self, index: u32) -> &mut Entry<T> {
        &mut self.chunks[(index >> CHUNK_BITS) as usize][index as usize % CHUNK]
    }

    /// Has the processor fetch an entry into its cache.
    #[inline(always)]
    pub(super) fn prefetch(&mut self, index: u32) {
        prefetch_write(self.get(index), Locality::L2);
    }

    /// Stores a timer, which is in no list yet.
    #[inline(always)]
    pub(super) fn insert(&mut self, deadline: u64, value: T) -> TimerKey {
        self.len += 1;
        let index = self.free;
        if index == NO_ENTRY {
            return self.add(deadline, value);
        }
        let entry = self.get(index);
        entry.deadline = deadline;
        entry.value = value;
        let (next, generation) = (entry.next, entry.generation);
        self.free = next;
        TimerKey { index, generation: NonZeroU32::new(generation).unwrap_or(NonZeroU32::MAX) }
    }

    #[cold]
    #[inline(never)]
    fn add(&mut self, deadline: u64, value: T) -> TimerKey {
        let most = if self.chunks.len() == 1 { FIRST_CHUNK } else { CHUNK };
        if self.chunks.last().is_none_or(|chunk| chunk.len() == most) {
            self.add_chunk();
        }
        let last = self.chunks.len() - 1;
        let chunk = &mut self.chunks[last];
        let index = u32::try_from(last * CHUNK + chunk.len()).ok().filter(|index| *index < SLOT);
        let index = index.expect("2^31 timers are set");
        let generation = NonZeroU32::MIN;
        chunk.push(Entry { deadline, next: 0, prev: 0, generation: generation.get(), value });
        TimerKey { index, generation }
    }

    fn add_chunk(&mut self) {
        // The first grows with need, by copies of a megabyte at most; later ones are wanted whole.
        let capacity = if self.chunks.is_empty() { 0 } else { CHUNK };
        self.chunks.push(Vec::with_capacity(capacity));
    }

    /// Takes what waits out of an entry that is in no list any more, and frees it.
    #[inline(always)]
    pub(super) fn remove(&mut self, index: u32) -> T {
        self.len -= 1;
        let free = self.free;
        let entry = self.get(index);
        let value = std::mem::take(&mut entry.value);
        entry.next = free;
        entry.generation = entry.generation.wrapping_add(1);
        if entry.generation != 0 {
            self.free = index;
        }
        value
    }

    /// The entry that a key names, if that timer is still set.
    #[inline(always)]
    pub(super) fn index_of(&self, key: TimerKey) -> Option<u32> {
        let index = key.index();
        let chunk = self.chunks.get((index >> CHUNK_BITS) as usize)?;
        let entry = chunk.get(index as usize % CHUNK)?;
        (entry.generation == key.generation.get()).then_some(index)
    }

    #[inline(always)]
    pub(super) fn value(&mut self, index: u32) -> &mut T {
        &mut self.get(index).value
    }
}

impl TimerKey {
    pub(super) fn index(self) -> u32 {
        self.index & !WAS_LATE
    }

    /// Notes whether the deadline had passed when it was set.
    pub(super) fn noting(self, was_late: bool) -> Self {
        Self { index: if was_late { self.index | WAS_LATE } else { self.index }, ..self }
    }

    pub(super) fn was_late(self) -> bool {
        self.index & WAS_LATE != 0
    }
}

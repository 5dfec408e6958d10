//! The slots: lists of entries, first in first out, linked both ways.
//!
//! A link is an entry's index or, at both ends of a list, the slot; so an entry is taken out of its
//! list without knowing which that is.
//!
//! # Invariants
//! * **F1** A slot's bit is set exactly while its list is not empty; its words mean nothing else.

use super::bitmap::Bitmap;
use super::entries::{Entries, SLOT, TimerKey};
use super::levels::SLOTS;

/// See the module.
#[derive(Debug)]
pub(super) struct Lists<T> {
    pub(super) entries: Entries<T>,
    /// The first and the last entry of each slot; none before the first timer is set.
    ends: Vec<[u32; 2]>,
    pub(super) used: Bitmap,
}

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "there are few slots")]
const fn link_to(slot: usize) -> u32 {
    slot as u32 | SLOT
}

/// The slot that a link names, if it names one.
#[inline(always)]
const fn slot_in(link: u32) -> Option<usize> {
    if link & SLOT == 0 { None } else { Some((link & !SLOT) as usize) }
}

impl<T: Default> Lists<T> {
    pub(super) const fn new() -> Self {
        Self { entries: Entries::new(), ends: Vec::new(), used: Bitmap::new() }
    }

    /// Sees to it that there are slots: fresh zeroed memory, of which only what is used is ever real.
    #[inline(always)]
    pub(super) fn prepare(&mut self) {
        if self.ends.is_empty() {
            self.allocate();
        }
    }

    #[cold]
    fn allocate(&mut self) {
        self.ends = vec![[0; 2]; SLOTS];
        self.used.allocate();
    }

    /// Stores a timer behind all in the slot.
    #[inline(always)]
    pub(super) fn insert(&mut self, slot: usize, deadline: u64, value: T) -> TimerKey {
        let key = self.entries.insert(deadline, value);
        self.push_back(slot, key.index());
        key
    }

    /// Takes a timer out.
    #[inline(always)]
    pub(super) fn remove(&mut self, index: u32) -> T {
        self.unlink(index);
        self.entries.remove(index)
    }

    #[inline(always)]
    pub(super) fn push_back(&mut self, slot: usize, index: u32) {
        let end = link_to(slot);
        let prev = if self.used.contains(slot) {
            let last = std::mem::replace(&mut self.ends[slot][1], index);
            self.entries.get(last).next = index;
            last
        } else {
            self.used.insert(slot);
            self.ends[slot] = [index; 2];
            end
        };
        let entry = self.entries.get(index);
        entry.prev = prev;
        entry.next = end;
    }

    #[inline(always)]
    pub(super) fn unlink(&mut self, index: u32) {
        let entry = self.entries.get(index);
        let (prev, next) = (entry.prev, entry.next);
        match (slot_in(prev), slot_in(next)) {
            (Some(slot), Some(_)) => return self.used.remove(slot),
            (Some(slot), None) => self.ends[slot][0] = next,
            (None, _) => self.entries.get(prev).next = next,
        }
        match slot_in(next) {
            Some(slot) => self.ends[slot][1] = prev,
            None => self.entries.get(next).prev = prev,
        }
    }

    /// The first timer of a slot that is not empty.
    #[inline(always)]
    pub(super) fn first(&self, slot: usize) -> u32 {
        self.ends[slot][0]
    }

    /// The last timer of a slot that is not empty.
    #[inline(always)]
    pub(super) fn last(&self, slot: usize) -> u32 {
        self.ends[slot][1]
    }

    /// Has the processor fetch timers of these slots into its cache, at most so many from each end.
    pub(super) fn fetch<const N: usize>(&mut self, slots: [usize; N], most: usize) {
        let ends = slots.map(|slot| self.used.contains(slot).then(|| self.ends[slot]));
        let mut ends = ends.map(|ends| ends.unwrap_or([SLOT; 2]));
        for _ in 0..most {
            let mut is_done = true;
            for [front, back] in &mut ends {
                if *front & SLOT != 0 {
                    continue;
                }
                is_done = false;
                let (next, prev) = (self.entries.get(*front).next, self.entries.get(*back).prev);
                if *front == *back || next == *back {
                    *front = SLOT;
                    continue;
                }
                (*front, *back) = (next, prev);
                self.entries.prefetch(next);
                self.entries.prefetch(prev);
            }
            if is_done {
                break;
            }
        }
    }

    /// The one behind.
    #[inline(always)]
    pub(super) fn after(&mut self, index: u32) -> Option<u32> {
        let next = self.entries.get(index).next;
        (next & SLOT == 0).then_some(next)
    }

    /// The earliest of a slot that is not empty, the first of equals; `None` if it would have to
    /// look at more than `most`.
    #[inline(always)]
    pub(super) fn earliest(&mut self, slot: usize, most: usize) -> Option<(u32, u64)> {
        let first = self.first(slot);
        let entry = self.entries.get(first);
        let mut earliest = (first, entry.deadline);
        let mut next = entry.next;
        let mut left = most;
        while next & SLOT == 0 {
            left -= 1;
            if left == 0 {
                return None;
            }
            let entry = self.entries.get(next);
            if entry.deadline < earliest.1 {
                earliest = (next, entry.deadline);
            }
            next = entry.next;
        }
        Some(earliest)
    }

    /// The same, of however many. Looks from both ends: two misses of the cache at a time.
    pub(super) fn earliest_of_all(&mut self, slot: usize) -> (u32, u64) {
        let (mut first, mut last) = (self.first(slot), self.last(slot));
        let mut front = (first, self.entries.get(first).deadline);
        let mut back = (last, self.entries.get(last).deadline);
        while first != last {
            first = self.entries.get(first).next;
            let deadline = self.entries.get(first).deadline;
            if deadline < front.1 {
                front = (first, deadline);
            }
            if first == last {
                break;
            }
            last = self.entries.get(last).prev;
            let deadline = self.entries.get(last).deadline;
            if deadline <= back.1 {
                back = (last, deadline);
            }
        }
        if back.1 < front.1 { back } else { front }
    }
}

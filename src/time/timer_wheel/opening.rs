//! Opening a slot: its timers move one level down, each to the slot of its next digit.
//!
//! A slot is opened in pieces. Until all its timers have moved, the lower level's end is the start of
//! what the slot spans: what is set for that span meanwhile goes behind the rest of the slot, and
//! what has moved is not looked at. So the order of setting is kept.
//!
//! A slot that spans the next window of a ring is opened while the window before it passes, so fast
//! that it is done at half of it. One that spans a window of the fine levels is opened only when it
//! has come.

use super::levels::{FIRST_RING, SLOTS, TOP, WINDOW, slot_of, slot_start, slot_width};
use super::wheel::TimerWheel;
use crate::time::Instant;

/// Up to this many timers of a slot are collected from both its ends, which are then two misses of
/// the cache at a time; the links of the rest are followed one by one.
const BOTH_ENDS: usize = 512;
/// The slots of the lowest ring whose timers are fetched into the cache together.
const SLOTS_AT_A_TIME: usize = 4;
/// How many timers a turn moves ahead at most.
const MOST_AHEAD: u32 = 512;

/// What is kept from one piece to the next.
#[derive(Debug)]
pub(super) struct Opening {
    /// When timers were last moved ahead.
    moved_at: u64,
    /// The timers of the slots before this instant were fetched.
    fetched_to: u64,
    /// The slot that was last found to have too many to be collected from both ends.
    long: usize,
    front: Vec<u32>,
    back: Vec<u32>,
}

impl Opening {
    pub(super) const fn new() -> Self {
        Self { moved_at: 0, fetched_to: 0, long: SLOTS, front: Vec::new(), back: Vec::new() }
    }
}

impl<T: Default> TimerWheel<T> {
    /// Moves timers of a slot down; returns whether all have moved, so that the span is opened.
    ///
    /// All that is opened below lies before `start`, and the level of the slot is opened there.
    pub(super) fn open(&mut self, level: usize, slot: usize, start: u64, budget: &mut u32) -> bool {
        let lower = level - 1;
        self.occupied |= 1 << lower;
        if self.lists.used.contains(slot) && self.opening.long != slot {
            if level == FIRST_RING && start >= self.opening.fetched_to {
                self.fetch_some(start);
            }
            self.move_all_from_both_ends(lower, slot, budget);
        }
        while self.lists.used.contains(slot) {
            if *budget == 0 {
                return false;
            }
            *budget -= 1;
            let index = self.lists.first(slot);
            self.lists.unlink(index);
            self.move_to(lower, index);
        }
        self.opening.long = SLOTS;
        self.ends[lower] = start.saturating_add(slot_width(level));
        true
    }

    #[inline(always)]
    fn move_to(&mut self, lower: usize, index: u32) {
        let slot = slot_of(lower, self.lists.entries.get(index).deadline);
        self.lists.push_back(slot, index);
    }

    /// Fetches the timers of this and the next few slots into the cache: each slot is a chain of
    /// misses, and so many chains are followed at a time.
    #[inline(never)]
    fn fetch_some(&mut self, start: u64) {
        let width = slot_width(FIRST_RING);
        self.opening.fetched_to = start.saturating_add(width * SLOTS_AT_A_TIME as u64);
        let slots =
            std::array::from_fn(|n| slot_of(FIRST_RING, start.wrapping_add(width * n as u64)));
        self.lists.fetch::<SLOTS_AT_A_TIME>(slots, BOTH_ENDS / 2);
    }

    /// Moves all timers of a slot, unless they are too many.
    fn move_all_from_both_ends(&mut self, lower: usize, slot: usize, budget: &mut u32) {
        let most = BOTH_ENDS.min(*budget as usize);
        let Opening { front, back, .. } = &mut self.opening;
        front.clear();
        back.clear();
        let (mut first, mut last) = (self.lists.first(slot), self.lists.last(slot));
        loop {
            front.push(first);
            if first == last {
                break;
            }
            back.push(last);
            let next = self.lists.entries.get(first).next;
            if next == last {
                break;
            }
            if front.len() + back.len() >= most {
                self.opening.long = slot;
                return;
            }
            first = next;
            last = self.lists.entries.get(last).prev;
        }
        self.lists.used.remove(slot);
        let (front, back) = (std::mem::take(front), std::mem::take(back));
        let moved = u32::try_from(front.len() + back.len()).unwrap_or(u32::MAX);
        *budget = budget.saturating_sub(moved);
        for &index in front.iter().chain(back.iter().rev()) {
            self.move_to(lower, index);
        }
        self.opening.front = front;
        self.opening.back = back;
    }

    /// Opens the next windows of the rings by as much as is due at `now`; part of every turn.
    #[inline]
    pub fn move_ahead(&mut self, now: Instant) {
        // The windows of the upper rings begin where one of the lowest does.
        if self.cursor.saturating_add(WINDOW) >= self.ends[FIRST_RING] {
            self.move_windows(now.nanos());
        }
    }

    #[cold]
    #[inline(never)]
    fn move_windows(&mut self, now: u64) {
        let passed = u128::from(now.saturating_sub(self.opening.moved_at));
        self.opening.moved_at = now;
        let due = self.len() as u128 * passed / u128::from(WINDOW / 2);
        let mut budget =
            u32::try_from(due).unwrap_or(MOST_AHEAD).saturating_add(16).min(MOST_AHEAD);
        for lower in FIRST_RING..TOP {
            let level = lower + 1;
            let width = slot_width(level);
            let present = slot_start(level, self.cursor);
            for start in [present, present.saturating_add(width)] {
                let is_opened = start < self.ends[lower];
                let is_above_opened = level == TOP || start < self.ends[level];
                if is_opened || !is_above_opened {
                    continue;
                }
                if !self.open(level, slot_of(level, start), start, &mut budget) {
                    return;
                }
            }
        }
    }
}

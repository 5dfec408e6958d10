//! The wheel: sets and cancels timers, pops those that are due, and says when to look again.

use super::entries::{NO_ENTRY, TimerKey};
use super::levels::{
    FIRST_ENDS, FIRST_RING, NEVER_SLOT, TOP, slot_of, slot_start, slot_width, slots, start_of,
};
use super::lists::Lists;
use super::opening::Opening;
use crate::time::Instant;

/// As many timers of a slot are looked at to find the earliest; a slot of more is opened.
const FEW: usize = 8;
/// How many timers are moved in one look that need not be exact.
const PIECE: u32 = 512;
/// The last instant that a clock may reach.
const LAST: u64 = Instant::NEVER.nanos() - 1;

/// What waits for deadlines. What waits has a default, which stands in free entries.
#[derive(Debug)]
pub struct TimerWheel<T> {
    /// Up to here the wheel has been emptied: no timer's deadline is before it, none is set so.
    pub(super) cursor: u64,
    /// Nothing is due before this.
    quiet_to: u64,
    /// The timer that is due then, before all others, if it is known which.
    known_first: u32,
    /// It is in a slot of many, which is to be opened before it is popped: else the next would be
    /// searched among all of them again.
    is_among_many: bool,
    /// The levels that may have timers.
    pub(super) occupied: u32,
    /// The first instant beyond what is opened in each level but the top, which reaches to the end.
    /// Ascending. Timers that are beyond it wait for the rest of their window (see `opening`).
    pub(super) ends: [u64; TOP],
    pub(super) lists: Lists<T>,
    pub(super) opening: Opening,
}

/// What [`TimerWheel::pop_due`] found.
#[derive(Debug, PartialEq, Eq)]
pub enum Due<T> {
    /// This is due.
    Fired(T),
    /// Nothing more is due.
    Nothing,
    /// The budget is used up.
    Unfinished,
}

/// How well the next instant must be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// It may be before the next deadline: then a later look knows more.
    Near,
    /// It is the next deadline.
    Exact,
}

/// Where the first timers are.
struct First {
    level: usize,
    slot: usize,
    start: u64,
    /// Some have moved down already, and wait for the rest.
    is_opening: bool,
}

impl<T: Default> TimerWheel<T> {
    /// What a turn may touch, so that it takes some hundred microseconds even where nothing is in the
    /// cache. What is left is the next turn's, in the same order.
    pub const TURN: u32 = 512;

    /// An empty wheel; allocates nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            cursor: 0,
            quiet_to: u64::MAX,
            known_first: NO_ENTRY,
            is_among_many: false,
            occupied: 0,
            ends: FIRST_ENDS,
            lists: Lists::new(),
            opening: Opening::new(),
        }
    }

    /// Whether `f` is true of anything that waits. It is asked in no order, and also about the default.
    pub fn any(&self, f: impl FnMut(&T) -> bool) -> bool {
        self.lists.entries.any(f)
    }

    /// How many timers are set.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lists.entries.len()
    }

    /// Whether none is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Up to here the wheel has been emptied: no timer is before it, and none is set so.
    #[must_use]
    pub fn emptied_to(&self) -> Instant {
        Instant::from_nanos(self.cursor)
    }

    /// Sets a timer: `waiting` is popped once a clock has reached `deadline`.
    #[inline]
    pub fn set(&mut self, deadline: Instant, waiting: T) -> TimerKey {
        self.lists.prepare();
        let was_late = deadline.nanos() < self.cursor;
        let deadline = deadline.nanos().max(self.cursor);
        let slot = self.slot_for(deadline);
        let key = self.lists.insert(slot, deadline, waiting);
        if deadline < self.quiet_to {
            self.know_first(key.index(), deadline, false);
        }
        key.noting(was_late)
    }

    /// What waits under `key`; `None` if it was popped or cancelled.
    #[inline]
    pub fn get_mut(&mut self, key: TimerKey) -> Option<&mut T> {
        let index = self.lists.entries.index_of(key)?;
        Some(self.lists.entries.value(index))
    }

    /// Whether it is certain that what was set under `key` for `deadline` has been popped or cancelled.
    ///
    /// Told without a look at the timer, which may be long out of the cache.
    #[inline]
    #[must_use]
    pub fn is_behind(&self, key: TimerKey, deadline: Instant) -> bool {
        deadline.nanos() < self.cursor && !key.was_late()
    }

    /// Takes back what waits under `key`.
    #[inline]
    pub fn cancel(&mut self, key: TimerKey) -> Option<T> {
        let index = self.lists.entries.index_of(key)?;
        if index == self.known_first {
            self.known_first = NO_ENTRY;
        }
        Some(self.lists.remove(index))
    }

    #[inline(always)]
    fn know_first(&mut self, index: u32, deadline: u64, is_among_many: bool) {
        self.quiet_to = deadline;
        self.known_first = index;
        self.is_among_many = is_among_many;
    }

    /// The slot in which a timer waits that is set now.
    #[inline(always)]
    fn slot_for(&mut self, deadline: u64) -> usize {
        if deadline == Instant::NEVER.nanos() {
            return NEVER_SLOT;
        }
        let ends = &self.ends;
        let level = if deadline < ends[3] {
            if deadline >= ends[2] {
                3
            } else if deadline >= ends[1] {
                2
            } else if deadline >= ends[0] {
                1
            } else {
                0
            }
        } else if deadline < ends[4] {
            4
        } else if deadline < ends[5] {
            5
        } else {
            6
        };
        self.occupied |= 1 << level;
        slot_of(level, deadline)
    }

    /// Where the first timers are, those that are never due apart.
    #[inline(always)]
    fn first(&mut self) -> Option<First> {
        if self.is_empty() {
            return None;
        }
        while self.occupied != 0 {
            let level = self.occupied.trailing_zeros().min(TOP as u32) as usize;
            let from = slot_of(level, self.cursor);
            let Some(slot) = self.lists.used.first_around(slots(level), from) else {
                self.occupied &= self.occupied - 1;
                continue;
            };
            let start = start_of(level, slot, self.cursor);
            if level < TOP && start >= self.ends[level] {
                let (level, start) = (level + 1, slot_start(level + 1, start));
                return Some(First { level, slot: slot_of(level, start), start, is_opening: true });
            }
            return Some(First { level, slot, start, is_opening: false });
        }
        None
    }

    /// Pops the first timer whose deadline is not after `now`. Counts what it touches in `budget`.
    ///
    /// Calls with one `now` until nothing is due make a turn; what is set meanwhile may be popped
    /// in it, if it is due.
    #[inline(always)]
    pub fn pop_due(&mut self, now: Instant, budget: &mut u32) -> Due<T> {
        let now = now.nanos().min(LAST);
        if now >= self.quiet_to {
            return self.pop(now, budget);
        }
        self.cursor = self.cursor.max(now);
        Due::Nothing
    }

    fn pop(&mut self, now: u64, budget: &mut u32) -> Due<T> {
        if self.known_first != NO_ENTRY && !self.is_among_many && *budget > 0 {
            *budget -= 1;
            self.cursor = self.cursor.max(self.quiet_to);
            let index = std::mem::replace(&mut self.known_first, NO_ENTRY);
            return Due::Fired(self.lists.remove(index));
        }
        self.search(now, budget)
    }

    /// The same, where it is not known which is first.
    fn search(&mut self, now: u64, budget: &mut u32) -> Due<T> {
        loop {
            let Some(First { level, slot, start, is_opening }) = self.first() else {
                self.quiet_to = u64::MAX;
                break;
            };
            if start > now {
                self.quiet_to = start;
                break;
            }
            if *budget == 0 {
                return Due::Unfinished;
            }
            if !is_opening && let Some((index, deadline)) = self.earliest(level, slot) {
                if deadline > now {
                    self.know_first(index, deadline, false);
                    break;
                }
                self.cursor = self.cursor.max(deadline);
                self.known_first = NO_ENTRY;
                *budget -= 1;
                return Due::Fired(self.lists.remove(index));
            }
            self.cursor = self.cursor.max(start);
            if !self.open(level, slot, start, budget) {
                return Due::Unfinished;
            }
        }
        self.cursor = self.cursor.max(now);
        Due::Nothing
    }

    /// The earliest of a slot, unless it has more than a few.
    #[inline(always)]
    fn earliest(&mut self, level: usize, slot: usize) -> Option<(u32, u64)> {
        if level == 0 {
            // What is in a slot of a nanosecond is equal.
            let first = self.lists.first(slot);
            return Some((first, self.lists.entries.get(first).deadline));
        }
        self.lists.earliest(slot, FEW)
    }

    /// The next instant at which to pop, which may have passed; `None` if nothing will ever be due.
    ///
    /// Timers for which `is_waiting` is false are forgotten where they would be first.
    pub fn next_look(&mut self, look: Look, is_waiting: impl Fn(&T) -> bool) -> Option<Instant> {
        // Else it is worth a look whether something can be prepared.
        if look == Look::Exact && self.known_first != NO_ENTRY {
            if is_waiting(self.lists.entries.value(self.known_first)) {
                return Some(Instant::from_nanos(self.quiet_to));
            }
            self.known_first = NO_ENTRY;
        }
        loop {
            let First { level, slot, start, is_opening } = self.first()?;
            let mut budget = if look == Look::Exact { u32::MAX } else { PIECE };
            if is_opening {
                if !self.open(level, slot, start, &mut budget) {
                    return Some(Instant::from_nanos(self.cursor));
                }
                continue;
            }
            let of_few = self.earliest(level, slot);
            let earliest =
                of_few.or_else(|| (look == Look::Exact).then(|| self.lists.earliest_of_all(slot)));
            if let Some((index, deadline)) = earliest {
                if is_waiting(self.lists.entries.value(index)) {
                    self.know_first(index, deadline, of_few.is_none());
                    return Some(Instant::from_nanos(deadline));
                }
                self.known_first = NO_ENTRY;
                drop(self.lists.remove(index));
                self.forget(slot, &is_waiting, look);
                continue;
            }
            self.known_first = NO_ENTRY;
            if self.forget(slot, &is_waiting, look) > 0 {
                continue;
            }
            // While nothing is due the next window is opened: who is first in it is not late then.
            let width = if level > FIRST_RING { slot_width(level) } else { 0 };
            let ahead = start.saturating_sub(width);
            if ahead > self.cursor || ahead == start {
                return Some(Instant::from_nanos(ahead));
            }
            if !self.open(level, slot, start, &mut budget) {
                return Some(Instant::from_nanos(self.cursor));
            }
        }
    }

    /// Forgets those in a slot that do not wait: all, or those before the first that does.
    fn forget(&mut self, slot: usize, is_waiting: impl Fn(&T) -> bool, look: Look) -> usize {
        let mut forgotten = 0;
        let mut next = self.lists.used.contains(slot).then(|| self.lists.first(slot));
        while let Some(index) = next {
            next = self.lists.after(index);
            if !is_waiting(self.lists.entries.value(index)) {
                drop(self.lists.remove(index));
                forgotten += 1;
            } else if look == Look::Near {
                break;
            }
        }
        forgotten
    }
}

impl<T: Default> Default for TimerWheel<T> {
    fn default() -> Self {
        Self::new()
    }
}

//! The identity of a task.

use std::fmt;

/// Identifies a task; never used again within its scheduler.
///
/// Tasks spawned on the scheduler's own thread count from 1 and show as `7`; those spawned from other
/// threads count apart and show as `7x`. With several workers those of the second show as `7@1`, of
/// the third as `7@2`, and so on.
///
/// # Examples
///
/// ```
/// coweave::run(async {
///     let ids: Vec<coweave::TaskId> = (0..2).map(|_| coweave::spawn(async {}).id()).collect();
///     assert_eq!(format!("{} {}", ids[0], ids[1]), "2 3"); // the first is what `run` was given
/// });
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(u64);

/// The high bits say who counted: a worker, by its place, or for it other threads.
const ORIGIN_SHIFT: u32 = 52;
const OUTSIDE: u64 = 1 << 63;
/// More workers than there can be.
pub(crate) const MOST_WORKERS: usize = 1 << 10;

impl TaskId {
    /// No task's.
    pub(crate) const NONE: Self = Self(0);

    pub(crate) const fn from_worker(count: u64) -> Self {
        Self(count)
    }

    pub(crate) const fn from_outside(count: u64) -> Self {
        Self(OUTSIDE | count)
    }

    /// Before the first id that is counted by, or for, the worker of this place.
    pub(super) const fn first_of_worker(place: usize) -> u64 {
        (place as u64) << ORIGIN_SHIFT
    }

    /// The place of the worker by, or for, which it was counted.
    pub(super) const fn worker(self) -> usize {
        ((self.0 & !OUTSIDE) >> ORIGIN_SHIFT) as usize
    }

    /// As it lies in a header, where it is an atomic.
    pub(super) const fn to_bits(self) -> u64 {
        self.0
    }

    pub(super) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// What a registration within the worker keeps of the id.
    #[expect(clippy::cast_possible_truncation, reason = "the low half is what is wanted")]
    pub(crate) const fn low_half(self) -> u32 {
        self.0 as u32
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0 & ((1 << ORIGIN_SHIFT) - 1);
        let outside = if self.0 & OUTSIDE == 0 { "" } else { "x" };
        match self.worker() {
            0 => write!(f, "{count}{outside}"),
            place => write!(f, "{count}{outside}@{place}"),
        }
    }
}

impl fmt::Debug for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TaskId({self})")
    }
}

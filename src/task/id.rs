//! The identity of a task.

use std::fmt;

/// Identifies a task; never used again within its scheduler.
///
/// Tasks spawned on the scheduler's own thread count from 1 and show as `7`; those spawned from
/// other threads count apart and show as `7x`.
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

/// The high bits say who counted: a worker, by its number, or other threads.
const ORIGIN_SHIFT: u32 = 52;
const OUTSIDE: u64 = (1 << (u64::BITS - ORIGIN_SHIFT)) - 1;

impl TaskId {
    /// No task's.
    pub(crate) const NONE: Self = Self(0);

    pub(crate) const fn from_worker(count: u64) -> Self {
        Self(count)
    }

    pub(crate) const fn from_outside(count: u64) -> Self {
        Self(OUTSIDE << ORIGIN_SHIFT | count)
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
        match self.0 >> ORIGIN_SHIFT {
            0 => write!(f, "{count}"),
            _ => write!(f, "{count}x"),
        }
    }
}

impl fmt::Debug for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TaskId({self})")
    }
}

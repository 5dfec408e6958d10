//! The primitives at which tasks wait, as reports know them.
//!
//! A primitive at which somebody has to wait is given a place in a table, and the task's header keeps
//! the place's number. Places are never freed, only given to the next primitive, and all that they
//! hold may be read at any time: so a number may be looked up also when its primitive has gone. Were
//! it another's by then, a report would name that one, and nothing else would come of it.

use std::panic::Location;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use super::id::TaskId;
use super::waiter::WaitingTask;

/// The number of a place; zero is none, and so is the last, of a primitive for which there was none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PlaceNumber(u16);

/// A primitive's place, which it gives up when it is dropped; none before somebody has waited.
#[derive(Debug)]
pub(crate) struct WaitPlace(PlaceNumber);

/// What may be known of a primitive. The standard library's types, in models too: there is nothing
/// to model about what is only told.
#[derive(Debug)]
struct Entry {
    made_at: std::sync::Mutex<Option<&'static Location<'static>>>,
    /// The bits of the id of the task that has locked it, and the serial number of its worker.
    holder: AtomicU64,
    holders_worker: AtomicU64,
}

/// Beyond so many primitives at which somebody waits at a time, places are not told.
const CHUNKS: usize = 256;
const CHUNK: usize = 256;

static TABLE: [OnceLock<Box<[Entry]>>; CHUNKS] = [const { OnceLock::new() }; CHUNKS];
static FREE: std::sync::Mutex<Free> =
    std::sync::Mutex::new(Free { given_up: Vec::new(), fresh: 1 });

#[derive(Debug)]
struct Free {
    given_up: Vec<u16>,
    /// The next number that was never used; the last once there is none.
    fresh: u16,
}

fn locked<T>(mutex: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl PlaceNumber {
    pub(super) fn from_bits(bits: u16) -> Self {
        Self(bits)
    }

    pub(super) fn to_bits(self) -> u16 {
        self.0
    }

    /// Where there are no more places.
    const REFUSED: Self = Self(u16::MAX);

    fn entry(self) -> Option<&'static Entry> {
        if self == Self::default() || self == Self::REFUSED {
            return None;
        }
        let chunk = TABLE[usize::from(self.0) / CHUNK].get()?;
        Some(&chunk[usize::from(self.0) % CHUNK])
    }

    /// Where the primitive was made.
    pub(crate) fn made_at(self) -> Option<&'static Location<'static>> {
        *locked(&self.entry()?.made_at)
    }

    /// The task that has locked the primitive, if its worker is one of those that are meant.
    pub(crate) fn holder(self, is_meant: impl Fn(u64) -> bool) -> Option<TaskId> {
        let entry = self.entry()?;
        let holder = TaskId::from_bits(entry.holder.load(Ordering::Relaxed));
        let is_here = is_meant(entry.holders_worker.load(Ordering::Relaxed));
        (is_here && holder != TaskId::NONE).then_some(holder)
    }
}

impl WaitPlace {
    /// Before somebody has waited.
    pub(crate) const NONE: Self = Self(PlaceNumber(0));

    /// The number of the primitive's place, which it is given at the first call.
    #[inline(always)]
    pub(crate) fn number(&mut self, made_at: &'static Location<'static>) -> PlaceNumber {
        if self.0 == PlaceNumber::default() {
            *self = Self::new(made_at);
        }
        self.0
    }

    /// A place for a primitive; the last number if there are too many.
    #[cold]
    #[inline(never)]
    fn new(made_at: &'static Location<'static>) -> Self {
        let mut free = locked(&FREE);
        let number = free.given_up.pop().unwrap_or_else(|| {
            let fresh = free.fresh;
            free.fresh = fresh.saturating_add(1);
            fresh
        });
        drop(free);
        let this = Self(PlaceNumber(number));
        if this.0 != PlaceNumber::REFUSED {
            TABLE[usize::from(number) / CHUNK]
                .get_or_init(|| (0..CHUNK).map(|_| Entry::new()).collect());
        }
        if let Some(entry) = this.0.entry() {
            *locked(&entry.made_at) = Some(made_at);
        }
        this.set_holder(None);
        this
    }

    /// Says who has locked the primitive.
    pub(crate) fn set_holder(&self, holder: Option<WaitingTask>) {
        let Some(entry) = self.0.entry() else { return };
        let (id, worker) = holder.map_or((TaskId::NONE, 0), |task| (task.id(), task.worker()));
        entry.holder.store(id.to_bits(), Ordering::Relaxed);
        entry.holders_worker.store(worker, Ordering::Relaxed);
    }
}

impl Drop for WaitPlace {
    fn drop(&mut self) {
        if let Some(entry) = self.0.entry() {
            *locked(&entry.made_at) = None;
            locked(&FREE).given_up.push(self.0.0);
        }
    }
}

impl Entry {
    fn new() -> Self {
        Self {
            made_at: std::sync::Mutex::new(None),
            holder: AtomicU64::new(0),
            holders_worker: AtomicU64::new(0),
        }
    }
}

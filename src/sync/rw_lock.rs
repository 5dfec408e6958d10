//! A lock that many may hold to read, or one to write.
//!
//! The lock has as many permits as there may be readers; a reader takes one, a writer all. The
//! permits go first in first out, so neither side starves.

use std::cell::{RefCell, UnsafeCell};
use std::fmt;

use super::gate::{Entry, Gated};
use super::mode::{Exclusive, Local, Mode, Shared, SharedCell};
use super::permits::Permits;
use super::rw_lock_guards::{Read, Reading, RwLockReadGuard, RwLockWriteGuard, Write, Writing};
use crate::primitives::const_fn;
use crate::task::Waits;
use crate::task::wait::block_on;

/// How many may read at once.
pub(super) const ALL: usize = u32::MAX as usize;

/// A value that many read at once, or one writes; the others wait in the order in which they came.
///
/// A reader that comes while a writer waits stands behind it, so that writers are not starved. Hence
/// a task that holds a read guard and asks for another one may wait for a writer that waits for the
/// task: it should ask once.
///
/// A guard may be held across suspension points. Nothing poisons the lock: where a task panics or is
/// cancelled while it holds a guard, the guard is dropped like any other local.
///
/// A guard that is leaked keeps this lock locked, and breaks nothing else.
///
/// [`sync::local::RwLock`](super::local::RwLock) is the same for parties on one thread.
///
/// # Examples
///
/// ```
/// use coweave::{spawn, sync::RwLock};
/// use std::sync::Arc;
///
/// coweave::run(async {
///     let names = Arc::new(RwLock::new(vec!["a"]));
///     let (one, other) = (names.read().await, names.read().await);
///     let writer = {
///         let names = names.clone();
///         spawn(async move { names.write().await.push("b") })
///     };
///     coweave::yield_now().await;
///     assert_eq!((one.len(), other.len()), (1, 1)); // the writer waits
///     drop((one, other));
///     writer.await.unwrap();
///     assert_eq!(*names.read().await, ["a", "b"]);
/// });
/// ```
pub struct RwLock<T: ?Sized, M: Mode = Shared> {
    permits: M::Cell<Permits>,
    pub(super) value: UnsafeCell<T>,
}

impl<T: ?Sized, M: Mode> Gated for RwLock<T, M> {
    type Mode = M;
    type State = Permits;

    #[inline(always)]
    fn state(&self) -> &M::Cell<Permits> {
        &self.permits
    }
}

macro_rules! constructor {
    ($mode:ident, $cell:ident) => {
        impl<T> RwLock<T, $mode> {
            const_fn! {
                /// Creates an unlocked one.
                ///
                /// # Examples
                ///
                /// ```
                /// let lock = coweave::sync::RwLock::new(5);
                /// assert_eq!(lock.into_inner(), 5);
                /// ```
                #[must_use]
                #[track_caller]
                pub const fn new(value: T) -> Self {
                    Self { permits: $cell::new(Permits::new(ALL)), value: UnsafeCell::new(value) }
                }
            }
        }
    };
}
constructor!(Shared, SharedCell);
constructor!(Local, RefCell);

impl<T, M: Mode> RwLock<T, M> {
    /// Gives the value.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(coweave::sync::RwLock::new(5).into_inner(), 5);
    /// ```
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized, M: Mode> RwLock<T, M> {
    /// Locks to read, once the writers that came before have unlocked.
    ///
    /// # Cancellation
    /// Dropping the future gives up its place in the queue; a lock that it was given meanwhile is
    /// unlocked.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let lock = coweave::sync::RwLock::new(1);
    ///     let (one, other) = (lock.read().await, lock.read().await);
    ///     assert_eq!(*one + *other, 2);
    /// });
    /// ```
    #[track_caller]
    #[inline(always)]
    pub fn read(&self) -> Read<'_, T, M> {
        Read::of(Reading(Entry::new(self, 1, Waits::ReadLock)))
    }

    /// Locks to write, once all that came before have unlocked.
    ///
    /// # Cancellation
    /// Dropping the future gives up its place in the queue; a lock that it was given meanwhile goes to
    /// the next.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let lock = coweave::sync::RwLock::new(1);
    ///     *lock.write().await += 1;
    ///     assert_eq!(lock.into_inner(), 2);
    /// });
    /// ```
    #[track_caller]
    #[inline(always)]
    pub fn write(&self) -> Write<'_, T, M> {
        Write::of(Writing(Entry::new(self, ALL, Waits::WriteLock)))
    }

    /// Locks to read, if nobody writes or waits.
    ///
    /// # Examples
    ///
    /// ```
    /// let lock = coweave::sync::RwLock::new(1);
    /// let reader = lock.try_read().unwrap();
    /// assert_eq!(*reader + *lock.try_read().unwrap(), 2);
    /// assert!(lock.try_write().is_none());
    /// ```
    #[must_use]
    pub fn try_read(&self) -> Option<RwLockReadGuard<'_, T, M>> {
        // Not `then_some`: a guard that is dropped unlocks.
        self.permits.with(|permits| permits.try_take(1)).then(|| RwLockReadGuard { lock: self })
    }

    /// Locks to write, if nobody reads, writes or waits.
    ///
    /// # Examples
    ///
    /// ```
    /// let lock = coweave::sync::RwLock::new(1);
    /// *lock.try_write().unwrap() = 2;
    /// assert_eq!(*lock.try_read().unwrap(), 2);
    /// ```
    #[must_use]
    pub fn try_write(&self) -> Option<RwLockWriteGuard<'_, T, M>> {
        self.permits.with(|permits| permits.try_take(ALL)).then(|| RwLockWriteGuard { lock: self })
    }

    /// Gives access to the value, which nobody else can be using.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut lock = coweave::sync::RwLock::new(1);
    /// *lock.get_mut() = 2;
    /// assert_eq!(lock.into_inner(), 2);
    /// ```
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }
}

impl<T: ?Sized> RwLock<T> {
    /// Locks to read, and blocks this thread as long as others write.
    ///
    /// # Panics
    /// In a task, whose worker it would stop.
    ///
    /// # Examples
    ///
    /// ```
    /// let lock = coweave::sync::RwLock::new(1);
    /// assert_eq!(*lock.blocking_read(), 1);
    /// ```
    #[track_caller]
    pub fn blocking_read(&self) -> RwLockReadGuard<'_, T> {
        block_on(Reading(Entry::new(self, 1, Waits::ReadLock)), "read()")
    }

    /// Locks to write, and blocks this thread as long as others hold the lock.
    ///
    /// # Panics
    /// In a task, whose worker it would stop.
    ///
    /// # Examples
    ///
    /// ```
    /// let lock = coweave::sync::RwLock::new(1);
    /// *lock.blocking_write() = 2;
    /// assert_eq!(lock.into_inner(), 2);
    /// ```
    #[track_caller]
    pub fn blocking_write(&self) -> RwLockWriteGuard<'_, T> {
        block_on(Writing(Entry::new(self, ALL, Waits::WriteLock)), "write()")
    }
}

impl<T: ?Sized + fmt::Debug, M: Mode> fmt::Debug for RwLock<T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut all = f.debug_struct("RwLock");
        match self.try_read() {
            Some(value) => all.field("value", &&*value).finish(),
            None => all.field("value", &format_args!("<locked>")).finish(),
        }
    }
}

impl<T: Default, M: Mode> Default for RwLock<T, M> {
    #[track_caller]
    fn default() -> Self {
        Self { permits: Exclusive::new(Permits::new(ALL)), value: UnsafeCell::new(T::default()) }
    }
}

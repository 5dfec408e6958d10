//! What a read-write lock gives: its guards, and waiting for them.
//!
//! # Invariants
//! * **W1 many or one** A read guard exists only while its one permit is taken, a write guard only
//!   while all are; and the value is reached through guards, or through `&mut RwLock`, with which
//!   there is none.
#![expect(unsafe_code, reason = "the permits, not the compiler, show who may access the value")]

use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};

use super::gate::{Entering, Entry, change};
use super::mode::{Mode, Shared};
use super::permits::AcquireError;
use super::rw_lock::{ALL, RwLock};
use crate::task::wait::{future_of_operation, shown_by_name};

// SAFETY: any threads read the value at once, hence `Sync`, or one writes, and may take it out (W1).
unsafe impl<T: ?Sized + Send + Sync> Sync for RwLock<T, Shared> {}

/// Gives access to the value of a [`RwLock`] to read, and unlocks it when dropped.
///
/// # Examples
///
/// ```
/// use coweave::sync::{RwLock, RwLockReadGuard};
///
/// let lock = RwLock::new(vec![1]);
/// let guard: RwLockReadGuard<'_, Vec<i32>> = lock.try_read().unwrap();
/// assert_eq!(*guard, [1]);
/// ```
#[must_use = "dropping the guard unlocks at once"]
pub struct RwLockReadGuard<'a, T: ?Sized, M: Mode = Shared> {
    pub(super) lock: &'a RwLock<T, M>,
}

/// Gives access to the value of a [`RwLock`] to write, and unlocks it when dropped.
///
/// # Examples
///
/// ```
/// use coweave::sync::{RwLock, RwLockWriteGuard};
///
/// let lock = RwLock::new(vec![1]);
/// let mut guard: RwLockWriteGuard<'_, Vec<i32>> = lock.try_write().unwrap();
/// guard.push(2);
/// assert_eq!(*guard, [1, 2]);
/// ```
#[must_use = "dropping the guard unlocks at once"]
pub struct RwLockWriteGuard<'a, T: ?Sized, M: Mode = Shared> {
    pub(super) lock: &'a RwLock<T, M>,
}

// SAFETY: a read guard gives `&T`, and nothing else; its permit may be given back on any thread.
unsafe impl<T: ?Sized + Sync> Send for RwLockReadGuard<'_, T, Shared> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Sync> Sync for RwLockReadGuard<'_, T, Shared> {}
// SAFETY: a write guard gives `&mut T`, hence `Send`, and becomes a read guard, while its lock gives
// others on the thread that it came from, hence `Sync`.
unsafe impl<T: ?Sized + Send + Sync> Send for RwLockWriteGuard<'_, T, Shared> {}
// SAFETY: a shared write guard gives `&T`, and nothing else.
unsafe impl<T: ?Sized + Sync> Sync for RwLockWriteGuard<'_, T, Shared> {}

impl<'a, T: ?Sized, M: Mode> RwLockWriteGuard<'a, T, M> {
    /// Makes it a read guard, so that nobody writes in between. Readers that wait, up to the next
    /// writer, read as well from now on.
    ///
    /// # Examples
    ///
    /// ```
    /// use coweave::sync::{RwLock, RwLockWriteGuard};
    ///
    /// let lock = RwLock::new(1);
    /// let mut guard = lock.try_write().unwrap();
    /// *guard = 2;
    /// let guard = RwLockWriteGuard::downgrade(guard);
    /// assert_eq!(*guard + *lock.try_read().unwrap(), 4);
    /// ```
    pub fn downgrade(this: Self) -> RwLockReadGuard<'a, T, M> {
        let lock = ManuallyDrop::new(this).lock;
        change(lock, |permits, wakes| permits.give(ALL - 1, wakes));
        RwLockReadGuard { lock }
    }
}

impl<T: ?Sized, M: Mode> Deref for RwLockReadGuard<'_, T, M> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: the guard has a permit, so nobody writes (W1), and it is borrowed.
        unsafe { &*self.lock.value.get() }
    }
}

impl<T: ?Sized, M: Mode> Deref for RwLockWriteGuard<'_, T, M> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: the guard has all permits (W1), and is borrowed.
        unsafe { &*self.lock.value.get() }
    }
}

impl<T: ?Sized, M: Mode> DerefMut for RwLockWriteGuard<'_, T, M> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the guard has all permits (W1), and is borrowed exclusively.
        unsafe { &mut *self.lock.value.get() }
    }
}

impl<T: ?Sized, M: Mode> Drop for RwLockReadGuard<'_, T, M> {
    #[inline(always)]
    fn drop(&mut self) {
        change(self.lock, |permits, wakes| permits.give(1, wakes));
    }
}

impl<T: ?Sized, M: Mode> Drop for RwLockWriteGuard<'_, T, M> {
    #[inline(always)]
    fn drop(&mut self) {
        change(self.lock, |permits, wakes| permits.give(ALL, wakes));
    }
}

macro_rules! guard {
    ($guard:ident) => {
        impl<T: ?Sized + fmt::Debug, M: Mode> fmt::Debug for $guard<'_, T, M> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                (**self).fmt(f)
            }
        }

        impl<T: ?Sized + fmt::Display, M: Mode> fmt::Display for $guard<'_, T, M> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                (**self).fmt(f)
            }
        }
    };
}
guard!(RwLockReadGuard);
guard!(RwLockWriteGuard);

macro_rules! locking {
    ($(#[$attribute:meta])* $locking:ident => $guard:ident) => {
        $(#[$attribute])*
        pub struct $locking<'a, T: ?Sized, M: Mode>(pub(super) Entry<&'a RwLock<T, M>>);

        shown_by_name!($locking['a, T: ?Sized, M: Mode]['a, T, M]);

        impl<'a, T: ?Sized, M: Mode> Entering for $locking<'a, T, M> {
            type Primitive = &'a RwLock<T, M>;
            type Output = $guard<'a, T, M>;

            #[inline(always)]
            fn entry(&self) -> &Entry<&'a RwLock<T, M>> {
                &self.0
            }

            #[inline(always)]
            fn entry_mut(&mut self) -> &mut Entry<&'a RwLock<T, M>> {
                &mut self.0
            }

            #[inline(always)]
            fn given(&self, given: Result<(), AcquireError>) -> Self::Output {
                given.expect("a lock is never closed");
                $guard { lock: self.0.primitive() }
            }
        }
    };
}
locking! {
    /// Locking a [`RwLock`] to read.
    Reading => RwLockReadGuard
}
locking! {
    /// Locking a [`RwLock`] to write.
    Writing => RwLockWriteGuard
}

future_of_operation! {
    /// The future of [`RwLock::read`].
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let lock = coweave::sync::RwLock::new(1);
    ///     let read: coweave::sync::Read<'_, u32> = lock.read();
    ///     assert_eq!(*read.await, 1);
    /// });
    /// ```
    pub struct Read['a, T: ?Sized, M: Mode = Shared]['a, T: ?Sized, M: Mode]['a, T, M]
        (Reading<'a, T, M>);
}

future_of_operation! {
    /// The future of [`RwLock::write`].
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let lock = coweave::sync::RwLock::new(1);
    ///     let write: coweave::sync::Write<'_, u32> = lock.write();
    ///     *write.await += 1;
    /// });
    /// ```
    pub struct Write['a, T: ?Sized, M: Mode = Shared]['a, T: ?Sized, M: Mode]['a, T, M]
        (Writing<'a, T, M>);
}

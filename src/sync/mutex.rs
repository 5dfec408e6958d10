//! A lock that is awaited.
//!
//! # Invariants
//! * **M1 one at a time** A guard exists only while its one permit is taken, and the value is reached
//!   through the guard, or through `&mut Mutex`, with which there is no guard.
#![expect(unsafe_code, reason = "the permit, not the compiler, shows that an access is exclusive")]

use std::cell::{RefCell, UnsafeCell};
use std::fmt;
use std::ops::{Deref, DerefMut};

use super::gate::{Entering, Entry, Gated};
use super::mode::{Exclusive, Local, Mode, Shared, SharedCell};
use super::permits::{AcquireError, Permits};
use crate::primitives::const_fn;
use crate::task::Waits;
use crate::task::wait::{block_on, future_of_operation, shown_by_name};
use crate::task::waiter::Wakes;

/// A value that one task, or thread, uses at a time; the others wait in the order in which they came.
///
/// A guard may be held across suspension points. Nothing poisons the lock: where a task panics or is
/// cancelled while it holds the guard, the guard is dropped like any other local, and the next one
/// gets the value as it was left. Keep what must hold of the value in one step between two
/// suspension points, or in a type that restores it when dropped.
///
/// A guard that is leaked keeps this lock locked, and breaks nothing else.
///
/// [`sync::local::Mutex`](super::local::Mutex) is the same for parties on one thread.
///
/// # Examples
///
/// ```
/// use coweave::{spawn, sync::Mutex, yield_now};
/// use std::sync::Arc;
///
/// coweave::run(async {
///     let count = Arc::new(Mutex::new(0));
///     let tasks: Vec<_> = (0..3)
///         .map(|_| {
///             let count = count.clone();
///             spawn(async move {
///                 let mut count = count.lock().await;
///                 let before = *count;
///                 yield_now().await; // the others wait
///                 *count = before + 1;
///             })
///         })
///         .collect();
///     for task in tasks {
///         task.await.unwrap();
///     }
///     assert_eq!(*count.lock().await, 3);
/// });
/// ```
pub struct Mutex<T: ?Sized, M: Mode = Shared> {
    permits: M::Cell<Permits>,
    value: UnsafeCell<T>,
}

// SAFETY: the value is used by one thread at a time (M1), which may be any.
unsafe impl<T: ?Sized + Send> Sync for Mutex<T, Shared> {}

impl<T: ?Sized, M: Mode> Gated for Mutex<T, M> {
    type Mode = M;
    type State = Permits;

    #[inline(always)]
    fn state(&self) -> &M::Cell<Permits> {
        &self.permits
    }
}

macro_rules! constructor {
    ($mode:ident, $cell:ident) => {
        impl<T> Mutex<T, $mode> {
            const_fn! {
                /// An unlocked one.
                ///
                /// # Examples
                ///
                /// ```
                /// let mutex = coweave::sync::Mutex::new(5);
                /// assert_eq!(mutex.into_inner(), 5);
                /// ```
                #[must_use]
                #[track_caller]
                pub const fn new(value: T) -> Self {
                    Self { permits: $cell::new(Permits::new(1)), value: UnsafeCell::new(value) }
                }
            }
        }
    };
}
constructor!(Shared, SharedCell);
constructor!(Local, RefCell);

impl<T, M: Mode> Mutex<T, M> {
    /// The value.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(coweave::sync::Mutex::new(5).into_inner(), 5);
    /// ```
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized, M: Mode> Mutex<T, M> {
    /// Locks, once those who came before have unlocked.
    ///
    /// # Cancellation
    /// Dropping the future gives up its place in the queue; a lock that it was given meanwhile goes to
    /// the next.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let mutex = coweave::sync::Mutex::new(1);
    ///     *mutex.lock().await += 1;
    ///     assert_eq!(mutex.into_inner(), 2);
    /// });
    /// ```
    #[track_caller]
    #[inline(always)]
    pub fn lock(&self) -> Lock<'_, T, M> {
        Lock::of(Locking::new(self))
    }

    /// Locks, if nobody holds the lock or waits for it.
    ///
    /// # Examples
    ///
    /// ```
    /// let mutex = coweave::sync::Mutex::new(1);
    /// let guard = mutex.try_lock().unwrap();
    /// assert!(mutex.try_lock().is_none());
    /// drop(guard);
    /// assert!(mutex.try_lock().is_some());
    /// ```
    #[must_use]
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T, M>> {
        // Not `then_some`: a guard that is dropped unlocks.
        self.permits.with(|permits| permits.try_take(1)).then(|| MutexGuard { mutex: self })
    }

    /// The value, which nobody else can be using.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut mutex = coweave::sync::Mutex::new(1);
    /// *mutex.get_mut() = 2;
    /// assert_eq!(mutex.into_inner(), 2);
    /// ```
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }
}

impl<T: ?Sized> Mutex<T, Shared> {
    /// Locks, and blocks this thread as long as others hold the lock.
    ///
    /// # Panics
    /// In a task, whose worker it would stop.
    ///
    /// # Examples
    ///
    /// ```
    /// let mutex = coweave::sync::Mutex::new(1);
    /// assert_eq!(*mutex.blocking_lock(), 1);
    /// ```
    #[track_caller]
    pub fn blocking_lock(&self) -> MutexGuard<'_, T> {
        block_on(Locking::new(self), "lock()")
    }
}

/// Locking a [`Mutex`].
pub struct Locking<'a, T: ?Sized, M: Mode>(Entry<&'a Mutex<T, M>>);

shown_by_name!(Locking['a, T: ?Sized, M: Mode]['a, T, M]);

impl<'a, T: ?Sized, M: Mode> Locking<'a, T, M> {
    #[inline(always)]
    pub(crate) fn new(mutex: &'a Mutex<T, M>) -> Self {
        Self(Entry::new(mutex, 1, Waits::Mutex))
    }
}

impl<'a, T: ?Sized, M: Mode> Entering for Locking<'a, T, M> {
    type Primitive = &'a Mutex<T, M>;
    type Output = MutexGuard<'a, T, M>;

    #[inline(always)]
    fn entry(&self) -> &Entry<&'a Mutex<T, M>> {
        &self.0
    }

    #[inline(always)]
    fn entry_mut(&mut self) -> &mut Entry<&'a Mutex<T, M>> {
        &mut self.0
    }

    #[inline(always)]
    fn given(&self, given: Result<(), AcquireError>) -> Self::Output {
        given.expect("a mutex is never closed");
        MutexGuard { mutex: self.0.primitive() }
    }
}

future_of_operation! {
    /// The future of [`Mutex::lock`].
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let mutex = coweave::sync::Mutex::new(1);
    ///     let lock: coweave::sync::Lock<'_, u32> = mutex.lock();
    ///     assert_eq!(*lock.await, 1);
    /// });
    /// ```
    pub struct Lock['a, T: ?Sized, M: Mode = Shared]['a, T: ?Sized, M: Mode]['a, T, M]
        (Locking<'a, T, M>);
}

/// Gives access to the value of a [`Mutex`], and unlocks it when dropped.
///
/// # Examples
///
/// ```
/// use coweave::sync::{Mutex, MutexGuard};
///
/// let mutex = Mutex::new(vec![1]);
/// let mut guard: MutexGuard<'_, Vec<i32>> = mutex.try_lock().unwrap();
/// guard.push(2);
/// assert_eq!(*guard, [1, 2]);
/// ```
#[must_use = "dropping the guard unlocks at once"]
pub struct MutexGuard<'a, T: ?Sized, M: Mode = Shared> {
    mutex: &'a Mutex<T, M>,
}

// SAFETY: a shared guard gives `&T` to any thread, and nothing else.
unsafe impl<T: ?Sized + Sync> Sync for MutexGuard<'_, T, Shared> {}

impl<'a, T: ?Sized, M: Mode> MutexGuard<'a, T, M> {
    /// The lock that this guard holds.
    pub(crate) fn mutex(&self) -> &'a Mutex<T, M> {
        self.mutex
    }
}

impl<T: ?Sized, M: Mode> Deref for MutexGuard<'_, T, M> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: the guard has the permit (M1), and is borrowed.
        unsafe { &*self.mutex.value.get() }
    }
}

impl<T: ?Sized, M: Mode> DerefMut for MutexGuard<'_, T, M> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the guard has the permit (M1), and is borrowed exclusively.
        unsafe { &mut *self.mutex.value.get() }
    }
}

impl<T: ?Sized, M: Mode> Drop for MutexGuard<'_, T, M> {
    #[inline(always)]
    fn drop(&mut self) {
        let mut permits = self.mutex.permits.hold();
        if permits.put_back(1) {
            let mut wakes = Wakes::default();
            permits.grant(&mut wakes);
            drop(permits);
            wakes.wake_all();
        }
    }
}

impl<T: ?Sized + fmt::Debug, M: Mode> fmt::Debug for MutexGuard<'_, T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Display, M: Mode> fmt::Display for MutexGuard<'_, T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Debug, M: Mode> fmt::Debug for Mutex<T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut all = f.debug_struct("Mutex");
        match self.try_lock() {
            Some(value) => all.field("value", &&*value).finish(),
            None => all.field("value", &format_args!("<locked>")).finish(),
        }
    }
}

impl<T: Default, M: Mode> Default for Mutex<T, M> {
    #[track_caller]
    fn default() -> Self {
        Self { permits: Exclusive::new(Permits::new(1)), value: UnsafeCell::new(T::default()) }
    }
}

//! A number of permits, which are acquired and given back.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use super::gate::{Entry, Gated, change};
use super::mode::{Exclusive, Local, Mode, Shared, SharedCell};
use super::permits::{AcquireError, Permits};
use super::semaphore_permit::{
    Acquire, AcquireOwned, Acquiring, AcquiringOwned, OverRelease, OwnedSemaphorePermit,
    SemaphorePermit, TryAcquireError,
};
use crate::primitives::const_fn;
use crate::task::Waits;
use crate::task::wait::block_on;

/// A number of permits. Who has acquired one gives it back by dropping it; where none is free, one
/// waits. Permits go to those who wait in the order in which they came, and who asks for many is not
/// overtaken by those who ask for few.
///
/// [`sync::local::Semaphore`](super::local::Semaphore) is the same for parties on one thread.
///
/// # Examples
///
/// ```
/// use coweave::{sleep, spawn, sync::Semaphore};
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// let mut scheduler = coweave::Scheduler::builder().virtual_time().build()?;
/// scheduler.run(async {
///     let start = coweave::Instant::now();
///     let desks = Arc::new(Semaphore::new(2));
///     let tasks: Vec<_> = (0..6)
///         .map(|_| {
///             let desks = desks.clone();
///             spawn(async move {
///                 let _desk = desks.acquire().await.unwrap();
///                 sleep(Duration::from_secs(1)).await;
///             })
///         })
///         .collect();
///     for task in tasks {
///         task.await.unwrap();
///     }
///     assert_eq!(start.elapsed().as_secs(), 3); // two at a time
/// });
/// # Ok::<(), coweave::BuildError>(())
/// ```
pub struct Semaphore<M: Mode = Shared> {
    permits: M::Cell<Permits>,
}

impl<M: Mode> Gated for Semaphore<M> {
    type Mode = M;
    type State = Permits;

    #[inline(always)]
    fn state(&self) -> &M::Cell<Permits> {
        &self.permits
    }
}

macro_rules! for_mode {
    ($mode:ident, $cell:ident, $counted:ident) => {
        impl Semaphore<$mode> {
            const_fn! {
                /// Creates one with so many permits, to which any number may be added.
                ///
                /// # Examples
                ///
                /// ```
                /// let semaphore = coweave::sync::Semaphore::new(2);
                /// assert_eq!(semaphore.available_permits(), 2);
                /// semaphore.release(1);
                /// assert_eq!(semaphore.available_permits(), 3);
                /// ```
                #[must_use]
                #[track_caller]
                pub const fn new(permits: usize) -> Self {
                    Self { permits: $cell::new(Permits::new(permits)) }
                }
            }

            const_fn! {
                /// Creates one that never has more than so many permits. To release more than were
                /// [forgotten](SemaphorePermit::forget) is refused, and so is to ask for more than it
                /// can have.
                ///
                /// # Examples
                ///
                /// ```
                /// let semaphore = coweave::sync::Semaphore::bounded(2);
                /// assert!(semaphore.try_release(1).is_err());
                /// semaphore.try_acquire().unwrap().forget();
                /// assert!(semaphore.try_release(1).is_ok());
                /// ```
                #[must_use]
                #[track_caller]
                pub const fn bounded(permits: usize) -> Self {
                    Self { permits: $cell::new(Permits::with_limit(permits, permits)) }
                }
            }

            /// Acquires one permit, which does not borrow the semaphore.
            ///
            /// # Errors
            /// As [`acquire`](Self::acquire).
            ///
            /// # Cancellation
            /// As [`acquire`](Self::acquire).
            ///
            /// # Examples
            ///
            /// ```
            /// use coweave::{spawn, sync::Semaphore};
            /// use std::sync::Arc;
            ///
            /// coweave::run(async {
            ///     let semaphore = Arc::new(Semaphore::new(1));
            ///     let permit = semaphore.acquire_owned().await.unwrap();
            ///     let task = spawn(async move { drop(permit) });
            ///     let _again = semaphore.acquire().await.unwrap();
            ///     task.await.unwrap();
            /// });
            /// ```
            #[track_caller]
            pub fn acquire_owned(self: &$counted<Self>) -> AcquireOwned<$mode> {
                self.acquire_many_owned(1)
            }

            /// Acquires so many permits, which do not borrow the semaphore.
            ///
            /// # Errors
            /// As [`acquire`](Self::acquire).
            ///
            /// # Cancellation
            /// As [`acquire`](Self::acquire).
            ///
            /// # Examples
            ///
            /// ```
            /// use std::sync::Arc;
            ///
            /// coweave::run(async {
            ///     let semaphore = Arc::new(coweave::sync::Semaphore::new(3));
            ///     let permits = semaphore.acquire_many_owned(2).await.unwrap();
            ///     assert_eq!(permits.count(), 2);
            /// });
            /// ```
            #[track_caller]
            pub fn acquire_many_owned(self: &$counted<Self>, count: usize) -> AcquireOwned<$mode> {
                AcquireOwned::of(AcquiringOwned(Entry::new(self.clone(), count, Waits::Semaphore)))
            }

            /// Acquires so many permits, which do not borrow the semaphore, if they are free and
            /// nobody waits.
            ///
            /// # Errors
            /// As [`try_acquire`](Self::try_acquire).
            ///
            /// # Examples
            ///
            /// ```
            /// let semaphore = std::sync::Arc::new(coweave::sync::Semaphore::new(3));
            /// let permits = semaphore.try_acquire_many_owned(2).unwrap();
            /// assert_eq!(semaphore.available_permits(), 1);
            /// drop(permits);
            /// assert_eq!(semaphore.available_permits(), 3);
            /// ```
            pub fn try_acquire_many_owned(
                self: &$counted<Self>,
                count: usize,
            ) -> Result<OwnedSemaphorePermit<$mode>, TryAcquireError> {
                self.try_take(count)?;
                Ok(OwnedSemaphorePermit { semaphore: self.clone(), count })
            }
        }
    };
}
for_mode!(Shared, SharedCell, Arc);
for_mode!(Local, RefCell, Rc);

impl<M: Mode> Semaphore<M> {
    /// Acquires one permit, once those who came before have theirs.
    ///
    /// # Errors
    /// [`AcquireError::Closed`] if the semaphore is closed, also while this waits.
    ///
    /// # Cancellation
    /// Dropping the future gives up its place in the queue; a permit that it was given meanwhile goes to
    /// the next.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let semaphore = coweave::sync::Semaphore::new(1);
    ///     let permit = semaphore.acquire().await.unwrap();
    ///     assert_eq!(semaphore.available_permits(), 0);
    ///     drop(permit);
    /// });
    /// ```
    #[track_caller]
    #[inline(always)]
    pub fn acquire(&self) -> Acquire<'_, M> {
        self.acquire_many(1)
    }

    /// Acquires so many permits together, once those who came before have theirs.
    ///
    /// A semaphore that is not bounded may be asked for more than it has: they come when as many are
    /// [released](Self::release).
    ///
    /// # Errors
    /// [`AcquireError::Closed`] if the semaphore is closed, also while this waits;
    /// [`AcquireError::OverLimit`] if it is bounded and can never have so many.
    ///
    /// # Cancellation
    /// As [`acquire`](Self::acquire).
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let semaphore = coweave::sync::Semaphore::new(5);
    ///     let permits = semaphore.acquire_many(3).await.unwrap();
    ///     assert_eq!(permits.count(), 3);
    ///     assert_eq!(semaphore.available_permits(), 2);
    /// });
    /// ```
    #[track_caller]
    #[inline(always)]
    pub fn acquire_many(&self, count: usize) -> Acquire<'_, M> {
        Acquire::of(Acquiring(Entry::new(self, count, Waits::Semaphore)))
    }

    #[inline]
    fn try_take(&self, count: usize) -> Result<(), TryAcquireError> {
        self.permits.with(|permits| match permits.refusal(count) {
            Some(AcquireError::Closed) => Err(TryAcquireError::Closed),
            Some(AcquireError::OverLimit) => Err(TryAcquireError::OverLimit),
            None if permits.try_take(count) => Ok(()),
            None => Err(TryAcquireError::NoPermits),
        })
    }

    /// Acquires one permit, if one is free and nobody waits.
    ///
    /// # Errors
    /// [`TryAcquireError`], which says why not.
    ///
    /// # Examples
    ///
    /// ```
    /// use coweave::sync::{Semaphore, TryAcquireError};
    ///
    /// let semaphore = Semaphore::new(1);
    /// let _permit = semaphore.try_acquire().unwrap();
    /// assert_eq!(semaphore.try_acquire().unwrap_err(), TryAcquireError::NoPermits);
    /// ```
    pub fn try_acquire(&self) -> Result<SemaphorePermit<'_, M>, TryAcquireError> {
        self.try_acquire_many(1)
    }

    /// Acquires so many permits, if they are free and nobody waits.
    ///
    /// # Errors
    /// [`TryAcquireError`], which says why not.
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = coweave::sync::Semaphore::new(3);
    /// assert!(semaphore.try_acquire_many(4).is_err());
    /// assert_eq!(semaphore.try_acquire_many(3).unwrap().count(), 3);
    /// ```
    pub fn try_acquire_many(
        &self,
        count: usize,
    ) -> Result<SemaphorePermit<'_, M>, TryAcquireError> {
        self.try_take(count)?;
        Ok(SemaphorePermit { semaphore: self, count })
    }

    /// How many permits are free.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(coweave::sync::Semaphore::new(2).available_permits(), 2);
    /// ```
    #[must_use]
    pub fn available_permits(&self) -> usize {
        self.permits.with(|permits| permits.free())
    }

    /// Adds so many permits. Those that guards hold come back by themselves; this is for others:
    /// new ones, and those that were [forgotten](SemaphorePermit::forget).
    ///
    /// # Panics
    /// If there would be more than a [bounded](Self::bounded) semaphore may have, or than fit in a
    /// `usize`; [`try_release`](Self::try_release) says so instead.
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = coweave::sync::Semaphore::new(0);
    /// semaphore.release(2);
    /// assert_eq!(semaphore.available_permits(), 2);
    /// ```
    #[track_caller]
    pub fn release(&self, count: usize) {
        if let Err(error) = self.try_release(count) {
            panic!("{error}");
        }
    }

    /// Adds so many permits, if the semaphore may have them.
    ///
    /// # Errors
    /// [`OverRelease`] if there would be more than a [bounded](Self::bounded) semaphore may have, or
    /// than fit in a `usize`; then none is added.
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = coweave::sync::Semaphore::bounded(1);
    /// assert!(semaphore.try_release(1).is_err());
    /// ```
    pub fn try_release(&self, count: usize) -> Result<(), OverRelease> {
        let limit = self.permits.with(|permits| permits.limit());
        let is_added = change(self, |permits, wakes| permits.add(count, wakes));
        is_added.then_some(()).ok_or(OverRelease { count, limit })
    }

    /// Closes the semaphore: nobody acquires from now on, and those who wait are told. What is held
    /// stays held.
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = coweave::sync::Semaphore::new(1);
    /// semaphore.close();
    /// assert!(semaphore.try_acquire().is_err());
    /// ```
    pub fn close(&self) {
        change(self, |permits, wakes| permits.close(wakes));
    }

    /// Whether the semaphore is closed.
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = coweave::sync::Semaphore::new(1);
    /// semaphore.close();
    /// assert!(semaphore.is_closed());
    /// ```
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.permits.with(|permits| permits.is_closed())
    }
}

impl Semaphore {
    /// Acquires so many permits, and blocks this thread until it has them.
    ///
    /// # Errors
    /// As [`acquire_many`](Self::acquire_many).
    ///
    /// # Panics
    /// In a task, whose worker it would stop.
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = coweave::sync::Semaphore::new(2);
    /// assert_eq!(semaphore.blocking_acquire(1).unwrap().count(), 1);
    /// ```
    #[track_caller]
    pub fn blocking_acquire(&self, count: usize) -> Result<SemaphorePermit<'_>, AcquireError> {
        let acquiring = Acquiring(Entry::new(self, count, Waits::Semaphore));
        block_on(acquiring, if count == 1 { "acquire()" } else { "acquire_many(count)" })
    }
}

impl<M: Mode> fmt::Debug for Semaphore<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let waiting = self.permits.with(|permits| permits.waiting());
        f.debug_struct("Semaphore")
            .field("available_permits", &self.available_permits())
            .field("waiting", &waiting)
            .field("is_closed", &self.is_closed())
            .finish()
    }
}

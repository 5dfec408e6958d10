//! What a semaphore gives: permits, acquiring them, and why not.

use std::{fmt, mem};

use super::gate::{Entering, Entry, change};
use super::mode::{Mode, Parts, Shared};
use super::permits::AcquireError;
use super::semaphore::Semaphore;
use crate::task::wait::{future_of_operation, shown_by_name};

/// Permits of a [`Semaphore`], given back when dropped.
///
/// # Examples
///
/// ```
/// use coweave::sync::{Semaphore, SemaphorePermit};
///
/// let semaphore = Semaphore::new(3);
/// let permits: SemaphorePermit<'_> = semaphore.try_acquire_many(2).unwrap();
/// assert_eq!(semaphore.available_permits(), 1);
/// drop(permits);
/// assert_eq!(semaphore.available_permits(), 3);
/// ```
#[must_use = "dropping the permits gives them back at once"]
pub struct SemaphorePermit<'a, M: Mode = Shared> {
    pub(super) semaphore: &'a Semaphore<M>,
    pub(super) count: usize,
}

/// Permits of a [`Semaphore`] that keep it alive, given back when dropped.
///
/// # Examples
///
/// ```
/// use coweave::sync::{OwnedSemaphorePermit, Semaphore};
///
/// let semaphore = std::sync::Arc::new(Semaphore::new(3));
/// let permits: OwnedSemaphorePermit = semaphore.try_acquire_many_owned(2).unwrap();
/// std::thread::spawn(move || drop(permits)).join().unwrap();
/// assert_eq!(semaphore.available_permits(), 3);
/// ```
#[must_use = "dropping the permits gives them back at once"]
pub struct OwnedSemaphorePermit<M: Mode = Shared> {
    pub(super) semaphore: <M as Parts>::Counted<Semaphore<M>>,
    pub(super) count: usize,
}

macro_rules! permits {
    ($permits:ident [$($lifetime:lifetime)?] $how:literal $try_acquire:literal) => {
        impl<$($lifetime,)? M: Mode> $permits<$($lifetime,)? M> {
            /// How many they are.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = $how]
            #[doc = concat!("let permits = semaphore.", $try_acquire, "(2).unwrap();")]
            /// assert_eq!(permits.count(), 2);
            /// ```
            #[must_use]
            pub fn count(&self) -> usize {
                self.count
            }

            /// Takes them out of the semaphore for good, or until others are
            /// [released](Semaphore::release) in their place.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = $how]
            #[doc = concat!("semaphore.", $try_acquire, "(2).unwrap().forget();")]
            /// assert_eq!(semaphore.available_permits(), 1);
            /// semaphore.release(2);
            /// assert_eq!(semaphore.available_permits(), 3);
            /// ```
            pub fn forget(mut self) {
                // Dropping what is left gives nothing back.
                let count = mem::take(&mut self.count);
                change(&*self.semaphore, |permits, _| permits.remove(count));
            }

            /// Takes so many of them out of this guard into one of their own; `None` if they are
            /// fewer.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = $how]
            #[doc = concat!("let mut permits = semaphore.", $try_acquire, "(3).unwrap();")]
            /// let two = permits.split(2).unwrap();
            /// assert_eq!((permits.count(), two.count()), (1, 2));
            /// assert!(permits.split(2).is_none());
            /// ```
            #[must_use = "dropping the permits gives them back at once"]
            pub fn split(&mut self, count: usize) -> Option<Self> {
                self.count = self.count.checked_sub(count)?;
                Some(Self { semaphore: self.semaphore.clone(), count })
            }

            /// Adds those of another guard to this one.
            ///
            /// # Panics
            /// If they are another semaphore's.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = $how]
            #[doc = concat!("let mut permits = semaphore.", $try_acquire, "(1).unwrap();")]
            #[doc = concat!("permits.merge(semaphore.", $try_acquire, "(2).unwrap());")]
            /// assert_eq!(permits.count(), 3);
            /// ```
            #[track_caller]
            pub fn merge(&mut self, mut other: Self) {
                let is_same = std::ptr::eq(&*self.semaphore, &*other.semaphore);
                assert!(is_same, "permits of two semaphores cannot be merged");
                self.count += mem::take(&mut other.count);
            }
        }

        impl<$($lifetime,)? M: Mode> Drop for $permits<$($lifetime,)? M> {
            #[inline(always)]
            fn drop(&mut self) {
                let count = self.count;
                if count > 0 {
                    change(&*self.semaphore, |permits, wakes| permits.give(count, wakes));
                }
            }
        }

        impl<$($lifetime,)? M: Mode> fmt::Debug for $permits<$($lifetime,)? M> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($permits))
                    .field("count", &self.count)
                    .finish_non_exhaustive()
            }
        }
    };
}
permits!(
    SemaphorePermit['a] "let semaphore = coweave::sync::Semaphore::new(3);" "try_acquire_many"
);
permits!(
    OwnedSemaphorePermit[]
    "let semaphore = std::sync::Arc::new(coweave::sync::Semaphore::new(3));"
    "try_acquire_many_owned"
);

/// Acquiring permits.
pub struct Acquiring<'a, M: Mode>(pub(super) Entry<&'a Semaphore<M>>);

shown_by_name!(Acquiring['a, M: Mode]['a, M]);

impl<'a, M: Mode> Entering for Acquiring<'a, M> {
    type Primitive = &'a Semaphore<M>;
    type Output = Result<SemaphorePermit<'a, M>, AcquireError>;

    #[inline(always)]
    fn entry(&self) -> &Entry<&'a Semaphore<M>> {
        &self.0
    }

    #[inline(always)]
    fn entry_mut(&mut self) -> &mut Entry<&'a Semaphore<M>> {
        &mut self.0
    }

    #[inline(always)]
    fn given(&self, given: Result<(), AcquireError>) -> Self::Output {
        given.map(|()| SemaphorePermit { semaphore: self.0.primitive(), count: self.0.wish() })
    }
}

/// Acquiring permits that keep the semaphore alive.
pub struct AcquiringOwned<M: Mode>(pub(super) Entry<<M as Parts>::Counted<Semaphore<M>>>);

shown_by_name!(AcquiringOwned[M: Mode][M]);

impl<M: Mode> Entering for AcquiringOwned<M> {
    type Primitive = M::Counted<Semaphore<M>>;
    type Output = Result<OwnedSemaphorePermit<M>, AcquireError>;

    #[inline(always)]
    fn entry(&self) -> &Entry<Self::Primitive> {
        &self.0
    }

    #[inline(always)]
    fn entry_mut(&mut self) -> &mut Entry<Self::Primitive> {
        &mut self.0
    }

    #[inline(always)]
    fn given(&self, given: Result<(), AcquireError>) -> Self::Output {
        given.map(|()| {
            let semaphore = self.0.primitive().clone();
            OwnedSemaphorePermit { semaphore, count: self.0.wish() }
        })
    }
}

future_of_operation! {
    /// The future of [`Semaphore::acquire`] and [`Semaphore::acquire_many`].
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let semaphore = coweave::sync::Semaphore::new(1);
    ///     let acquire: coweave::sync::Acquire<'_> = semaphore.acquire();
    ///     assert_eq!(acquire.await.unwrap().count(), 1);
    /// });
    /// ```
    pub struct Acquire['a, M: Mode = Shared]['a, M: Mode]['a, M](Acquiring<'a, M>);
}

future_of_operation! {
    /// The future of [`Semaphore::acquire_owned`](Semaphore#method.acquire_owned) and
    /// [`Semaphore::acquire_many_owned`](Semaphore#method.acquire_many_owned).
    ///
    /// # Examples
    ///
    /// ```
    /// use coweave::sync::{AcquireOwned, Semaphore};
    ///
    /// coweave::run(async {
    ///     let semaphore = std::sync::Arc::new(Semaphore::new(1));
    ///     let acquire: AcquireOwned = semaphore.acquire_owned();
    ///     assert_eq!(acquire.await.unwrap().count(), 1);
    /// });
    /// ```
    pub struct AcquireOwned[M: Mode = Shared][M: Mode][M](AcquiringOwned<M>);
}

/// Why [`Semaphore::try_acquire`] gives no permits.
///
/// # Examples
///
/// ```
/// use coweave::sync::{Semaphore, TryAcquireError};
///
/// let semaphore = Semaphore::new(0);
/// assert_eq!(semaphore.try_acquire().unwrap_err(), TryAcquireError::NoPermits);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TryAcquireError {
    /// The semaphore is closed.
    Closed,
    /// There are fewer free now, or others wait.
    NoPermits,
    /// More were asked for than the bounded semaphore can ever have.
    OverLimit,
}

impl fmt::Display for TryAcquireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => AcquireError::Closed.fmt(f),
            Self::NoPermits => f.write_str("there are not enough permits now, or others wait"),
            Self::OverLimit => AcquireError::OverLimit.fmt(f),
        }
    }
}

impl std::error::Error for TryAcquireError {}

/// More permits were released than a semaphore may have.
///
/// # Examples
///
/// ```
/// let semaphore = coweave::sync::Semaphore::bounded(2);
/// assert_eq!(
///     semaphore.try_release(1).unwrap_err().to_string(),
///     "1 permits released, but the semaphore would then have more than its limit of 2",
/// );
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverRelease {
    pub(super) count: usize,
    pub(super) limit: usize,
}

impl fmt::Display for OverRelease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} permits released, but the semaphore would then have more than its limit of {}",
            self.count, self.limit
        )
    }
}

impl std::error::Error for OverRelease {}

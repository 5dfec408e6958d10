//! Why an exploration has failed.

use std::any::Any;
use std::fmt;

use super::deadlock::Deadlock;
use crate::primitives::{Lock, Payload, discard};

/// The first seed with which a program fails that [`try_explore`](crate::try_explore) tries, and why.
///
/// # Examples
///
/// ```
/// let error = coweave::try_explore([17], async || panic!("out of tea")).unwrap_err();
/// assert_eq!(error.to_string(), "seed 17 fails, the first that was tried: task 1 panicked: out of tea");
/// ```
#[non_exhaustive]
pub struct ExploreError(Box<Reason>);

struct Reason {
    seed: u64,
    /// How many were tried, this one included.
    count: usize,
    cause: Cause,
}

/// Why a run failed.
pub(super) enum Cause {
    Panicked {
        told: String,
        /// In a lock so that the error may be shared between threads; nobody locks it.
        payload: Lock<Payload>,
    },
    Deadlock(Deadlock),
    ReturnedError,
}

impl Cause {
    pub(super) fn panicked(told: String, payload: Payload) -> Self {
        Self::Panicked { told, payload: Lock::new(payload) }
    }
}

impl ExploreError {
    pub(super) fn new(seed: u64, count: usize, cause: Cause) -> Self {
        Self(Box::new(Reason { seed, count, cause }))
    }

    /// The seed, for another run.
    ///
    /// # Examples
    ///
    /// ```
    /// let error = coweave::try_explore(3..9, coweave::park).unwrap_err();
    /// assert_eq!(error.seed(), 3);
    /// ```
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.0.seed
    }

    /// How many seeds were tried, this one included.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut runs = 0;
    /// let error = coweave::try_explore(100.., async || {
    ///     runs += 1;
    ///     assert!(runs < 5);
    /// });
    /// let error = error.unwrap_err();
    /// assert_eq!((error.seed(), error.seed_count()), (104, 5));
    /// ```
    #[must_use]
    pub fn seed_count(&self) -> usize {
        self.0.count
    }

    /// What each task waits for, if nothing can go on.
    ///
    /// # Examples
    ///
    /// ```
    /// let error = coweave::try_explore([1], coweave::park).unwrap_err();
    /// assert_eq!(error.deadlock().unwrap().tasks().len(), 1);
    /// ```
    #[must_use]
    pub fn deadlock(&self) -> Option<&Deadlock> {
        match &self.0.cause {
            Cause::Deadlock(deadlock) => Some(deadlock),
            Cause::Panicked { .. } | Cause::ReturnedError => None,
        }
    }

    /// Whether the program, or a task that nobody joins, has panicked.
    ///
    /// # Examples
    ///
    /// ```
    /// let error = coweave::try_explore([1], async || panic!("out of tea")).unwrap_err();
    /// assert!(error.is_panic());
    /// ```
    #[must_use]
    pub fn is_panic(&self) -> bool {
        matches!(self.0.cause, Cause::Panicked { .. })
    }

    /// What the panic carried.
    ///
    /// # Errors
    /// Gives the error back if it is not about a panic.
    ///
    /// # Examples
    ///
    /// ```
    /// let error = coweave::try_explore([1], async || panic!("out of tea")).unwrap_err();
    /// assert_eq!(error.try_into_panic().unwrap().downcast_ref(), Some(&"out of tea"));
    /// ```
    pub fn try_into_panic(self) -> Result<Box<dyn Any + Send + 'static>, Self> {
        let Reason { seed, count, cause } = *self.0;
        match cause {
            Cause::Panicked { payload, .. } => Ok(payload.into_inner()),
            cause @ (Cause::Deadlock(_) | Cause::ReturnedError) => {
                Err(Self::new(seed, count, cause))
            }
        }
    }

    /// Drops it; what the panic carried goes quietly.
    pub(super) fn discard(self) {
        if let Ok(payload) = self.try_into_panic() {
            discard(payload);
        }
    }
}

impl fmt::Display for ExploreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Reason { seed, count, cause } = &*self.0;
        write!(f, "seed {seed} fails, ")?;
        match count {
            1 => f.write_str("the first that was tried: ")?,
            count => write!(f, "after {} that did not: ", count - 1)?,
        }
        match cause {
            Cause::Panicked { told, .. } => f.write_str(told),
            Cause::Deadlock(deadlock) => deadlock.fmt(f),
            Cause::ReturnedError => f.write_str("the program returned an error"),
        }
    }
}

impl fmt::Debug for ExploreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExploreError({self})")
    }
}

impl std::error::Error for ExploreError {}

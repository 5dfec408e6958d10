//! A value that is made once, by whoever needs it first.
//!
//! One permit says who makes it. When the value is there the permit is closed, which sends those who
//! wait for it on to the value; when the one who makes it gives up, the permit goes to the next.

use std::cell::{OnceCell as LocalOnce, RefCell};
use std::convert::Infallible;
use std::fmt;
use std::future::{Future, poll_fn};
use std::sync::OnceLock;

use super::gate::{Entry, Gated, change};
use super::mode::{Exclusive, Local, Mode, Once, Shared, SharedCell};
use super::permits::Permits;
use crate::primitives::const_fn;
use crate::task::Waits;
use crate::task::wait::{CalledAt, poll_future};

/// A value that is made once, by whoever needs it first, and then read by all.
///
/// One at a time makes the value; the others wait for it. If that one fails, panics or is cancelled,
/// the next that waits makes it instead. Who asks for the value while it makes it waits for itself.
///
/// [`sync::local::OnceCell`](super::local::OnceCell) is the same for parties on one thread.
///
/// # Examples
///
/// ```
/// use coweave::sync::OnceCell;
///
/// static CONFIG: OnceCell<String> = OnceCell::new();
///
/// async fn config() -> &'static str {
///     CONFIG
///         .get_or_init(async || {
///             coweave::yield_now().await; // reads a file
///             "port = 80".to_owned()
///         })
///         .await
/// }
///
/// coweave::run(async {
///     let (one, other) = futures::join!(config(), config());
///     assert!(std::ptr::eq(one, other));
/// });
/// ```
pub struct OnceCell<T, M: Mode = Shared> {
    value: M::Once<T>,
    permits: M::Cell<Permits>,
}

impl<T, M: Mode> Gated for OnceCell<T, M> {
    type Mode = M;
    type State = Permits;

    #[inline(always)]
    fn state(&self) -> &M::Cell<Permits> {
        &self.permits
    }
}

macro_rules! constructor {
    ($mode:ident, $cell:ident, $once:ident) => {
        impl<T> OnceCell<T, $mode> {
            const_fn! {
                /// Creates one without a value.
                ///
                /// # Examples
                ///
                /// ```
                /// assert_eq!(coweave::sync::OnceCell::<u32>::new().get(), None);
                /// ```
                #[must_use]
                #[track_caller]
                pub const fn new() -> Self {
                    Self { value: $once::new(), permits: $cell::new(Permits::new(1)) }
                }
            }
        }
    };
}
constructor!(Shared, SharedCell, OnceLock);
constructor!(Local, RefCell, LocalOnce);

/// The right to make the value, which goes to the next when it is dropped.
struct Maker<'a, T, M: Mode>(&'a OnceCell<T, M>);

impl<'a, T, M: Mode> Maker<'a, T, M> {
    /// Sets the value, and sends those who wait on to it. Gives the value back if there is one.
    fn set(self, value: T) -> Result<&'a T, T> {
        let cell = self.0;
        cell.value.set(value)?;
        change(cell, |permits, wakes| permits.close(wakes));
        Ok(cell.get().expect("it has just been set"))
    }
}

impl<T, M: Mode> Drop for Maker<'_, T, M> {
    fn drop(&mut self) {
        change(self.0, |permits, wakes| permits.give(1, wakes));
    }
}

impl<T, M: Mode> OnceCell<T, M> {
    /// Gives the value, once it is there.
    ///
    /// # Examples
    ///
    /// ```
    /// let cell = coweave::sync::OnceCell::new();
    /// assert_eq!(cell.get(), None);
    /// cell.set(1).unwrap();
    /// assert_eq!(cell.get(), Some(&1));
    /// ```
    pub fn get(&self) -> Option<&T> {
        self.value.get()
    }

    /// Takes the value out, if there is one; another may be made then.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut cell = coweave::sync::OnceCell::new();
    /// cell.set(1).unwrap();
    /// assert_eq!(cell.take(), Some(1));
    /// assert_eq!(cell.get(), None);
    /// ```
    pub fn take(&mut self) -> Option<T> {
        std::mem::take(self).into_inner()
    }

    /// Sets the value, if there is none, and nobody makes one or waits to.
    ///
    /// # Errors
    /// The value, otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// let cell = coweave::sync::OnceCell::new();
    /// assert_eq!(cell.set(1), Ok(()));
    /// assert_eq!(cell.set(2), Err(2));
    /// ```
    pub fn set(&self, value: T) -> Result<(), T> {
        let is_free =
            self.permits.with(|permits| permits.refusal(1).is_none() && permits.try_take(1));
        if !is_free {
            return Err(value);
        }
        Maker(self).set(value).map(drop)
    }

    /// Gives the value, and makes it first if there is none. If another makes it already, waits.
    ///
    /// # Cancellation
    /// Dropping the future drops the one that makes the value with it; the next that waits makes it
    /// instead.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let cell = coweave::sync::OnceCell::new();
    ///     assert_eq!(*cell.get_or_init(async || 1).await, 1);
    ///     assert_eq!(*cell.get_or_init(async || 2).await, 1);
    /// });
    /// ```
    #[track_caller]
    pub fn get_or_init<F, Fut>(&self, init: F) -> impl Future<Output = &T>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = T>,
    {
        let called_at = CalledAt::here();
        async move {
            let init = async || Ok::<T, Infallible>(init().await);
            let Ok(value) = self.get_or_make(called_at, init).await;
            value
        }
    }

    /// Gives the value, and tries to make it first if there is none. If another makes it already,
    /// waits.
    ///
    /// # Errors
    /// What `init` fails with; the next that waits tries then.
    ///
    /// # Cancellation
    /// As [`get_or_init`](Self::get_or_init).
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let cell = coweave::sync::OnceCell::new();
    ///     assert_eq!(cell.get_or_try_init(async || "x".parse::<u32>()).await.ok(), None);
    ///     assert_eq!(cell.get_or_try_init(async || "1".parse::<u32>()).await, Ok(&1));
    /// });
    /// ```
    #[track_caller]
    pub fn get_or_try_init<F, Fut, E>(&self, init: F) -> impl Future<Output = Result<&T, E>>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<T, E>>,
    {
        self.get_or_make(CalledAt::here(), init)
    }

    async fn get_or_make<Fut, E>(
        &self,
        called_at: CalledAt,
        init: impl FnOnce() -> Fut,
    ) -> Result<&T, E>
    where
        Fut: Future<Output = Result<T, E>>,
    {
        if let Some(value) = self.get() {
            return Ok(value);
        }
        let mut entry = Entry::new(self, 1, Waits::OnceCell);
        let may_make = poll_fn(|cx| poll_future(&mut entry, called_at, cx.waker())).await;
        if may_make.is_err() {
            return Ok(self.get().expect("the permit is closed once there is a value"));
        }
        let maker = Maker(self);
        let Ok(value) = maker.set(init().await?) else {
            unreachable!("only who may make the value sets it")
        };
        Ok(value)
    }

    /// Gives the value, if there is one.
    ///
    /// # Examples
    ///
    /// ```
    /// let cell = coweave::sync::OnceCell::new();
    /// cell.set(1).unwrap();
    /// assert_eq!(cell.into_inner(), Some(1));
    /// ```
    pub fn into_inner(self) -> Option<T> {
        self.value.into_inner()
    }
}

impl<T, M: Mode> Default for OnceCell<T, M> {
    #[track_caller]
    fn default() -> Self {
        Self { value: M::Once::default(), permits: Exclusive::new(Permits::new(1)) }
    }
}

impl<T: fmt::Debug, M: Mode> fmt::Debug for OnceCell<T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut all = f.debug_struct("OnceCell");
        match self.get() {
            Some(value) => all.field("value", value).finish(),
            None => all.field("value", &format_args!("<not set>")).finish(),
        }
    }
}

//! Values that each task has of its own.
//!
//! A value lies with its task, or in a future that shows it to what it polls. So a scope is the same
//! under any executor, and what a task has without one ends with the task.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project::{pin_project, pinned_drop};

use super::locals::{self, Local};

/// Declares values that each task has of its own: `static NAME: Type = first value;`, or without a
/// first value, so that only a [scope](LocalKey::scope) gives one. Any number of them, with attributes
/// and visibility.
///
/// A task has the first value made when it first asks for it. It is dropped behind the task's frame. A
/// task that never asks has none, and pays for nothing. Types are `Send + Sync + 'static`, for a value
/// may be seen by a task and by those that [inherit](super::Builder::inherit_locals) it; what is to
/// change is an atomic or a lock.
///
/// # Examples
///
/// ```
/// use std::sync::atomic::{AtomicU32, Ordering};
///
/// coweave::task_local! {
///     /// How often this task was asked.
///     static COUNT: AtomicU32 = AtomicU32::new(0);
///     static USER: String;
/// }
///
/// coweave::run(async {
///     COUNT.with(|count| count.fetch_add(1, Ordering::Relaxed));
///     let other = coweave::spawn(async { COUNT.with(|count| count.load(Ordering::Relaxed)) });
///     assert_eq!(other.await.unwrap(), 0);
///     let greeting = USER.scope("Ada".to_owned(), async { USER.with(|user| format!("hello {user}")) });
///     assert_eq!(greeting.await, "hello Ada");
/// });
/// ```
#[macro_export]
macro_rules! task_local {
    () => {};
    ($(#[$attribute:meta])* $visibility:vis static $name:ident: $type:ty = $init:expr
        $(; $($rest:tt)*)?) => {
        $(#[$attribute])*
        $visibility static $name: $crate::task::LocalKey<$type> =
            $crate::task::LocalKey::__new(::core::option::Option::Some(|| $init));
        $($crate::task_local! { $($rest)* })?
    };
    ($(#[$attribute:meta])* $visibility:vis static $name:ident: $type:ty $(; $($rest:tt)*)?) => {
        $(#[$attribute])*
        $visibility static $name: $crate::task::LocalKey<$type> =
            $crate::task::LocalKey::__new(::core::option::Option::None);
        $($crate::task_local! { $($rest)* })?
    };
}

/// A value that each task has of its own; declared by [`task_local!`](crate::task_local).
///
/// # Examples
///
/// ```
/// coweave::task_local! {
///     static DEPTH: u32 = 0;
/// }
///
/// let depth: &'static coweave::task::LocalKey<u32> = &DEPTH;
/// coweave::run(async { assert_eq!(depth.with(|depth| *depth), 0) });
/// ```
pub struct LocalKey<T: 'static> {
    init: Option<fn() -> T>,
}

/// The running task has no such value: no scope gives it one, and there is no first value; or no task
/// of a coweave scheduler runs on this thread.
///
/// # Examples
///
/// ```
/// coweave::task_local! {
///     static USER: String;
/// }
///
/// let error = USER.try_with(String::len).unwrap_err();
/// assert_eq!(error.to_string(), "no value is set for this task");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessError {}

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no value is set for this task")
    }
}

impl std::error::Error for AccessError {}

impl<T: Send + Sync + 'static> LocalKey<T> {
    #[doc(hidden)]
    #[must_use]
    pub const fn __new(init: Option<fn() -> T>) -> Self {
        Self { init }
    }

    /// The address of the `static`, which is no other's.
    fn key(&'static self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    fn value(&'static self) -> Result<Arc<T>, AccessError> {
        let found = locals::find(self.key()).and_then(|value| value.downcast().ok());
        if let Some(value) = found {
            return Ok(value);
        }
        let init = self.init.ok_or(AccessError {})?;
        if super::this_thread::with_running(|_| ()).is_none() {
            return Err(AccessError {});
        }
        let value = Arc::new(init());
        locals::set(self.key(), value.clone());
        Ok(value)
    }

    /// Calls `f` with the running task's value: that of the innermost scope around, else the task's
    /// own, made at the first call or inherited.
    ///
    /// # Panics
    /// If there is none; [`try_with`](Self::try_with) does not. With what the first value's expression
    /// or `f` panics with.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::task_local! {
    ///     static DEPTH: u32 = 7;
    /// }
    ///
    /// coweave::run(async { assert_eq!(DEPTH.with(|depth| *depth), 7) });
    /// ```
    #[track_caller]
    pub fn with<R>(&'static self, f: impl FnOnce(&T) -> R) -> R {
        self.try_with(f).expect(
            "a task-local value was asked for where there is none: outside its scope, or outside a \
             task of a coweave scheduler; try_with may be",
        )
    }

    /// As [`with`](Self::with), and says if there is no value.
    ///
    /// # Errors
    /// [`AccessError`], if there is none.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::task_local! {
    ///     static DEPTH: u32 = 7;
    /// }
    ///
    /// assert!(DEPTH.try_with(|depth| *depth).is_err());
    /// coweave::run(async { assert_eq!(DEPTH.try_with(|depth| *depth), Ok(7)) });
    /// ```
    pub fn try_with<R>(&'static self, f: impl FnOnce(&T) -> R) -> Result<R, AccessError> {
        let value = self.value()?;
        Ok(f(&value))
    }

    /// A future that runs `future`, to which this value is `value`: while it is polled, and while it is
    /// dropped. Scopes nest; under other executors they are the same.
    ///
    /// Tasks that the future spawns are outside, unless they [inherit](super::Builder::inherit_locals).
    ///
    /// # Cancellation
    /// Dropping it drops `future`, within the scope, and then the value.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::task_local! {
    ///     static USER: String;
    /// }
    ///
    /// let length = USER.scope("Ada".to_owned(), async { USER.with(String::len) });
    /// assert_eq!(futures::executor::block_on(length), 3);
    /// ```
    pub fn scope<F: Future>(&'static self, value: T, future: F) -> WithLocal<F> {
        WithLocal { key: self.key(), value: Some(Arc::new(value)), future: Some(future) }
    }
}

impl<T: 'static> fmt::Debug for LocalKey<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalKey").finish_non_exhaustive()
    }
}

/// The future of [`LocalKey::scope`].
///
/// # Examples
///
/// ```
/// use std::future::{Ready, ready};
///
/// coweave::task_local! {
///     static DEPTH: u32;
/// }
///
/// let future: coweave::task::WithLocal<Ready<u32>> = DEPTH.scope(1, ready(2));
/// assert_eq!(futures::executor::block_on(future), 2);
/// ```
#[must_use = "futures do nothing unless they are awaited"]
#[pin_project(PinnedDrop)]
pub struct WithLocal<F> {
    key: usize,
    value: Option<Local>,
    /// `None` once it is dropped.
    #[pin]
    future: Option<F>,
}

impl<F: Future> Future for WithLocal<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        locals::within(*this.key, this.value, || {
            let future = this.future.as_mut().as_pin_mut();
            future.expect("a future is not dropped while it is polled").poll(cx)
        })
    }
}

#[pinned_drop]
impl<F> PinnedDrop for WithLocal<F> {
    fn drop(self: Pin<&mut Self>) {
        let mut this = self.project();
        locals::within(*this.key, this.value, || this.future.set(None));
    }
}

impl<F> fmt::Debug for WithLocal<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WithLocal").finish_non_exhaustive()
    }
}

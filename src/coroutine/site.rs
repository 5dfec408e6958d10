//! Suspension points in the source.

use std::fmt;
use std::pin::Pin;

/// A suspension point: where in the source a coroutine may stop without finishing.
///
/// # Examples
///
/// ```
/// #[coweave::coroutine]
/// fn wait() {
///     coweave::park().await;
/// }
///
/// let deadlock = coweave::try_run(wait()).unwrap_err();
/// let site = deadlock.tasks()[0].suspended_at().unwrap();
/// assert_eq!(site.function(), "wait");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Site {
    function: &'static str,
    file: &'static str,
    line: u32,
    column: u32,
}

impl Site {
    #[doc(hidden)]
    pub const fn new(function: &'static str, file: &'static str, line: u32, column: u32) -> Self {
        Self { function, file, line, column }
    }

    /// The function that suspends; empty where there is no macro to know it, as in `async` blocks.
    ///
    /// # Examples
    ///
    /// ```
    /// #[coweave::coroutine]
    /// fn wait() {
    ///     coweave::park().await;
    /// }
    ///
    /// let deadlock = coweave::try_run(wait()).unwrap_err();
    /// let site = deadlock.tasks()[0].suspended_at().unwrap();
    /// assert_eq!(site.function(), "wait");
    /// ```
    pub const fn function(&self) -> &'static str {
        self.function
    }

    /// The source file, as the compiler was given it.
    ///
    /// # Examples
    ///
    /// ```
    /// #[coweave::coroutine]
    /// fn wait() {
    ///     coweave::park().await;
    /// }
    ///
    /// let deadlock = coweave::try_run(wait()).unwrap_err();
    /// let site = deadlock.tasks()[0].suspended_at().unwrap();
    /// assert!(site.file().ends_with(".rs"));
    /// ```
    pub const fn file(&self) -> &'static str {
        self.file
    }

    /// The line, counted from 1.
    ///
    /// # Examples
    ///
    /// ```
    /// #[coweave::coroutine]
    /// fn wait() {
    ///     coweave::park().await;
    /// }
    ///
    /// let deadlock = coweave::try_run(wait()).unwrap_err();
    /// let site = deadlock.tasks()[0].suspended_at().unwrap();
    /// assert!(site.line() >= 1);
    /// ```
    pub const fn line(&self) -> u32 {
        self.line
    }

    /// The column, counted from 1.
    ///
    /// # Examples
    ///
    /// ```
    /// #[coweave::coroutine]
    /// fn wait() {
    ///     coweave::park().await;
    /// }
    ///
    /// let deadlock = coweave::try_run(wait()).unwrap_err();
    /// let site = deadlock.tasks()[0].suspended_at().unwrap();
    /// assert!(site.column() >= 1);
    /// ```
    pub const fn column(&self) -> u32 {
        self.column
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)?;
        if !self.function.is_empty() {
            write!(f, " in {}", self.function)?;
        }
        Ok(())
    }
}

/// A future that records by itself where it suspends, whenever it does.
///
/// A coroutine that awaits such a future has nothing to record, so coroutines that await one another
/// cost no more than `async fn`s that do. Around any other future it notes its own place, in case
/// nothing inside does, which takes some twenty instructions at each level.
///
/// What `#[coroutine]` returns for a task says that it is one, unless it may be a method of a trait, which
/// any other future may override: functions without a visibility that take `self`. So may a future of
/// one's own, if it is pending only where such a future is. Were it not, reports would know no place of
/// its task, or show an earlier one.
///
/// # Examples
///
/// ```
/// use std::pin::Pin;
/// use std::task::{Context, Poll};
///
/// use coweave::Sited;
///
/// /// Counts how often its future is polled.
/// struct Polls<F>(Pin<Box<F>>, u32);
///
/// impl<F: Future + Sited> Future for Polls<F> {
///     type Output = (F::Output, u32);
///
///     fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
///         self.1 += 1;
///         let polls = self.1;
///         self.0.as_mut().poll(cx).map(|output| (output, polls))
///     }
/// }
///
/// impl<F: Sited> Sited for Polls<F> {}
///
/// #[coweave::coroutine]
/// fn halves(n: u32) -> u32 {
///     coweave::yield_now().await;
///     n / 2
/// }
///
/// #[coweave::coroutine]
/// fn counted(n: u32) -> (u32, u32) {
///     Polls(Box::pin(halves(n)), 0).await
/// }
///
/// assert_eq!(coweave::run(counted(6)), (3, 2));
/// ```
pub trait Sited {}

impl<F: Sited + ?Sized> Sited for Pin<Box<F>> {}

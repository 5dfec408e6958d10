//! Suspension points in the source.

use std::fmt;

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

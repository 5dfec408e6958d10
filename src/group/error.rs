//! What a group refuses.

use std::fmt;

/// A bounded group has no place for another task; gives back what was to be spawned.
///
/// # Examples
///
/// ```
/// coweave::run(async {
///     let group = coweave::TaskGroup::bounded(1);
///     group.try_spawn(async { 1 }).unwrap();
///     let refused: coweave::group::Full<_> = group.try_spawn(async { 2 }).unwrap_err();
///     assert_eq!(refused.to_string(), "the group is full");
/// });
/// ```
pub struct Full<F>(pub(super) F);

impl<F> Full<F> {
    /// What was to be spawned.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let group = coweave::TaskGroup::bounded(0);
    ///     let future = group.try_spawn(async { 2 }).unwrap_err().into_inner();
    ///     assert_eq!(future.await, 2);
    /// });
    /// ```
    #[must_use]
    pub fn into_inner(self) -> F {
        self.0
    }
}

impl<F> fmt::Display for Full<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the group is full")
    }
}

impl<F> fmt::Debug for Full<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Full(the group is full)")
    }
}

impl<F> std::error::Error for Full<F> {}

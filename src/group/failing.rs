//! Ending a group for the failure of one member.

use super::task_group::{IsFailure, TaskGroup};
use crate::task::JoinError;

impl<T> TaskGroup<T> {
    /// Whether a member that panics has the others cancelled; at first it has not.
    ///
    /// The members that there are then are cancelled; what is spawned later is not, until the next
    /// failure. A member that is cancelled is no failure.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let group = coweave::TaskGroup::new().cancel_on_failure(true);
    ///     group.spawn(std::future::pending::<()>()).await;
    ///     group.spawn(async { panic!("out of tea") }).await;
    ///     assert!(group.join_next().await.unwrap().1.unwrap_err().is_panic());
    ///     assert!(group.join_next().await.unwrap().1.unwrap_err().is_cancelled());
    /// });
    /// ```
    pub fn cancel_on_failure(mut self, on: bool) -> Self {
        let panicked: IsFailure<T> = |result| result.as_ref().is_err_and(JoinError::is_panic);
        self.is_failure = if on { panicked } else { |_| false };
        self
    }
}

impl<T, E> TaskGroup<Result<T, E>> {
    /// As [`cancel_on_failure`](Self::cancel_on_failure), and a member that gives an `Err` has failed
    /// as well.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let group = coweave::TaskGroup::new().cancel_on_error(true);
    ///     group.spawn(std::future::pending()).await;
    ///     group.spawn(async { Err::<(), _>("out of tea") }).await;
    ///     assert_eq!(group.join_next().await.unwrap().1.unwrap(), Err("out of tea"));
    ///     assert!(group.join_next().await.unwrap().1.unwrap_err().is_cancelled());
    /// });
    /// ```
    pub fn cancel_on_error(mut self, on: bool) -> Self {
        let failed: IsFailure<Result<T, E>> = |result| match result {
            Ok(output) => output.is_err(),
            Err(error) => error.is_panic(),
        };
        self.is_failure = if on { failed } else { |_| false };
        self
    }
}

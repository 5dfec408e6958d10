//! One task of a group for each item.

use std::panic::Location;

use super::joining::{JoinAll, JoinNext, SpawnInGroup};
use super::operations::{JoiningAll, JoiningNext};
use super::task_group::TaskGroup;
use crate::task::wait::CalledAt;
use crate::task::{Errand, JoinError, Spawn};

impl<T: 'static> TaskGroup<T> {
    /// Calls `f` with each item, runs what it returns as tasks of this group, and gives their results in
    /// the order of the items.
    ///
    /// The next item is taken when there is a place for its task. The results, which may be of any
    /// type, are apart from those of the group's other tasks; its places are shared with them, and so
    /// is its end: [`cancel_all`](Self::cancel_all) cancels these tasks as well.
    ///
    /// # Cancellation
    /// Dropping the future cancels the tasks that it has spawned.
    ///
    /// # Panics
    /// Where no scheduler runs on this thread; with what the items' iterator or `f` panic with, after
    /// which the tasks are cancelled.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let group = coweave::TaskGroup::<()>::bounded(2);
    ///     let squares = group.map(1..=4, |n| async move { n * n }).await;
    ///     let squares: Vec<u32> = squares.into_iter().map(Result::unwrap).collect();
    ///     assert_eq!(squares, [1, 4, 9, 16]);
    /// });
    /// ```
    #[track_caller]
    pub fn map<I, M, F>(
        &self,
        items: I,
        f: M,
    ) -> impl Future<Output = Vec<Result<F::Output, JoinError>>>
    where
        I: IntoIterator,
        M: FnMut(I::Item) -> F,
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (at, called_at) = (Location::caller(), CalledAt::here());
        async move {
            let tasks = self.with_results_apart();
            tasks.spawn_each(items, f, at, called_at).await;
            JoinAll::of(JoiningAll { group: &tasks, key: None }).called(called_at).await
        }
    }

    /// As [`map`](Self::map), with the results in the order in which the tasks end.
    ///
    /// # Cancellation
    /// Dropping the future cancels the tasks that it has spawned.
    ///
    /// # Panics
    /// As [`map`](Self::map).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let mut scheduler = coweave::Scheduler::builder().virtual_time().build()?;
    /// scheduler.run(async {
    ///     let group = coweave::TaskGroup::<()>::new();
    ///     let ended = group.map_unordered([3, 1, 2], |n| async move {
    ///         coweave::sleep(Duration::from_secs(n)).await;
    ///         n
    ///     });
    ///     let ended: Vec<u64> = ended.await.into_iter().map(Result::unwrap).collect();
    ///     assert_eq!(ended, [1, 2, 3]);
    /// });
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    #[track_caller]
    pub fn map_unordered<I, M, F>(
        &self,
        items: I,
        f: M,
    ) -> impl Future<Output = Vec<Result<F::Output, JoinError>>>
    where
        I: IntoIterator,
        M: FnMut(I::Item) -> F,
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (at, called_at) = (Location::caller(), CalledAt::here());
        async move {
            let tasks = self.with_results_apart();
            tasks.spawn_each(items, f, at, called_at).await;
            let next = || JoinNext::of(JoiningNext { group: &tasks, key: None }).called(called_at);
            let mut results = Vec::new();
            while let Some((_, result)) = next().await {
                results.push(result);
            }
            results
        }
    }

    /// Spawns what `f` makes of each item, as there are places.
    async fn spawn_each<I, F>(
        &self,
        items: I,
        mut f: impl FnMut(I::Item) -> F,
        at: &'static Location<'static>,
        called_at: CalledAt,
    ) where
        I: IntoIterator,
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        for item in items {
            let spawn = SpawnInGroup::of(self.spawning(Errand::movable(Spawn::at(at), f(item))));
            spawn.called(called_at).await;
        }
    }
}

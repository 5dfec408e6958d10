//! A group of tasks: spawning into it, asking about it, ending it.

use std::fmt;

use super::error::Full;
use super::members::Members;
use super::operations::Spawning;
use super::results::{Ended, Results};
use crate::primitives::Arc;
use crate::task::waiter::WaitingTask;
use crate::task::{Errand, JoinError, Spawn, TaskId};

/// Tasks that belong together: they may be bounded in number, are joined in the order in which they
/// end, and are cancelled together.
///
/// A task is a *member* from its spawn to its end. Its result then waits in the group until it is
/// taken, by [`join_next`](Self::join_next), [`join_all`](Self::join_all) or the
/// [stream](Self::into_stream); results that nobody takes pile up. What a task costs more than a plain
/// one is two allocations and an entry in a map; taking a result does not depend on how many tasks
/// there are.
///
/// Dropping the group cancels its members: on their worker's thread none of them is resumed again, but
/// to drop its frame; from other threads the request is mailed. A member that is running, because it
/// drops the group itself, goes on to its next suspension point. What becomes of what a member holds,
/// waits for and owns is told [in one place](crate::task#cancellation).
///
/// A group may be shared between tasks, of several schedulers as well; each task is spawned on the
/// scheduler of the thread that spawns it.
///
/// # Examples
///
/// ```
/// use coweave::{TaskGroup, sleep};
/// use std::time::Duration;
///
/// let mut scheduler = coweave::Scheduler::builder().virtual_time().build()?;
/// scheduler.run(async {
///     let group = TaskGroup::bounded(2);
///     for seconds in [3, 1, 1] {
///         // The third waits until the second has ended.
///         group.spawn(async move {
///             sleep(Duration::from_secs(seconds)).await;
///             seconds
///         }).await;
///     }
///     let mut ended = Vec::new();
///     while let Some((_, result)) = group.join_next().await {
///         ended.push(result.unwrap());
///     }
///     assert_eq!(ended, [1, 1, 3]);
/// });
/// # Ok::<(), coweave::BuildError>(())
/// ```
#[must_use = "a group that is dropped cancels its tasks"]
pub struct TaskGroup<T> {
    members: Arc<Members>,
    results: Arc<Results<T>>,
    /// Which members are this one's own.
    set: u64,
    pub(super) is_failure: IsFailure<T>,
}

/// Whether a result has the rest of the group cancelled.
pub(super) type IsFailure<T> = fn(&Result<T, JoinError>) -> bool;

impl<T> TaskGroup<T> {
    /// A group of any number of tasks.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let group = coweave::TaskGroup::new();
    ///     group.spawn(async { 7 }).await;
    ///     assert_eq!(group.join_next().await.unwrap().1.unwrap(), 7);
    ///     assert!(group.join_next().await.is_none());
    /// });
    /// ```
    pub fn new() -> Self {
        Self::bounded(usize::MAX)
    }

    /// A group of at most `most` members at a time; with none, it is always full.
    ///
    /// A task gives back its place when it ends, whether or not its result is taken.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let group = coweave::TaskGroup::bounded(1);
    ///     group.spawn(async {}).await;
    ///     assert!(group.is_full());
    ///     group.wait_available().await;
    ///     assert!(group.is_empty());
    /// });
    /// ```
    pub fn bounded(most: usize) -> Self {
        Self::of(Arc::new(Members::new(most)))
    }

    fn of(members: Arc<Members>) -> Self {
        let set = members.new_set();
        Self { members, results: Arc::new(Results::new()), set, is_failure: |_| false }
    }

    /// A group with the places of this one.
    pub(super) fn with_results_apart<U>(&self) -> TaskGroup<U> {
        TaskGroup::of(self.members.clone())
    }

    pub(super) fn members(&self) -> &Members {
        &self.members
    }

    pub(super) fn results(&self) -> &Results<T> {
        &self.results
    }

    /// How many members there are: tasks that have not ended.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let group = coweave::TaskGroup::new();
    ///     group.spawn(async {}).await;
    ///     assert_eq!(group.len(), 1);
    /// });
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is no member; results may be left all the same.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(coweave::TaskGroup::<()>::new().is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether no place is left.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(!coweave::TaskGroup::<()>::bounded(1).is_full());
    /// assert!(coweave::TaskGroup::<()>::bounded(0).is_full());
    /// ```
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.members.is_full()
    }

    /// How many members there may be; `None`: any number.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(coweave::TaskGroup::<()>::bounded(3).capacity(), Some(3));
    /// assert_eq!(coweave::TaskGroup::<()>::new().capacity(), None);
    /// ```
    #[must_use]
    pub fn capacity(&self) -> Option<usize> {
        self.members.capacity()
    }

    /// How many results wait to be taken.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let group = coweave::TaskGroup::new();
    ///     group.spawn(async {}).await;
    ///     coweave::yield_now().await;
    ///     assert_eq!(group.result_count(), 1);
    /// });
    /// ```
    #[must_use]
    pub fn result_count(&self) -> usize {
        self.results.len()
    }

    /// Cancels all members, in the order in which they were spawned; see
    /// [`JoinHandle::cancel`](crate::JoinHandle::cancel).
    ///
    /// They stay members until they have ended, and give their results. Tasks that are spawned later
    /// are not cancelled, nor are those whose spawn is waiting for a place.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let group = coweave::TaskGroup::new();
    ///     group.spawn(std::future::pending::<()>()).await;
    ///     group.cancel_all();
    ///     assert!(group.join_next().await.unwrap().1.unwrap_err().is_cancelled());
    /// });
    /// ```
    pub fn cancel_all(&self) {
        self.members.cancel(None);
    }

    /// Lets all members go: they go on, take no place any more, and their results are dropped. Results
    /// that are there stay, and so do the members of a [`map`](Self::map) that is under way.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let group = coweave::TaskGroup::new();
    ///     group.spawn(coweave::park()).await;
    ///     group.detach_all();
    ///     assert!(group.join_next().await.is_none());
    /// });
    /// ```
    pub fn detach_all(&self) {
        let detached = self.members.forget(self.set);
        self.results.expect_less(detached);
    }
}

impl<T: 'static> TaskGroup<T> {
    /// Spawns a member if there is a place, and nobody waits for it; see [`spawn`](Self::spawn). With a
    /// name: [`task::Builder::try_spawn_in`](crate::task::Builder::try_spawn_in).
    ///
    /// # Errors
    /// [`Full`], with the future in it.
    ///
    /// # Panics
    /// Where no scheduler runs on this thread.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let group = coweave::TaskGroup::bounded(1);
    ///     assert!(group.try_spawn(async {}).is_ok());
    ///     assert!(group.try_spawn(async {}).is_err());
    /// });
    /// ```
    #[track_caller]
    pub fn try_spawn<F>(&self, future: F) -> Result<TaskId, Full<F>>
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        self.try_spawn_as(Errand::movable(Spawn::here(), future))
    }

    /// As [`try_spawn`](Self::try_spawn), for a future that stays on this thread.
    ///
    /// # Errors
    /// [`Full`], with the future in it.
    ///
    /// # Panics
    /// Where no scheduler runs on this thread.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let group = coweave::TaskGroup::new();
    ///     let shared = std::rc::Rc::new(7);
    ///     group.try_spawn_local(async move { *shared }).unwrap();
    ///     assert_eq!(group.join_next().await.unwrap().1.unwrap(), 7);
    /// });
    /// ```
    #[track_caller]
    pub fn try_spawn_local<F>(&self, future: F) -> Result<TaskId, Full<F>>
    where
        F: Future<Output = T> + 'static,
    {
        self.try_spawn_as(Errand::local(Spawn::here(), future))
    }

    pub(super) fn try_spawn_as<F>(&self, errand: Errand<F>) -> Result<TaskId, Full<F>>
    where
        F: Future<Output = T> + 'static,
    {
        if !self.members.try_take_place() {
            return Err(Full(errand.into_future()));
        }
        Ok(self.spawn_in_place(errand))
    }

    pub(super) fn spawning<F>(&self, errand: Errand<F>) -> Spawning<'_, T, F> {
        Spawning { group: self, errand: Some(errand), key: None }
    }

    /// Spawns in a place that was taken.
    pub(super) fn spawn_in_place<F>(&self, errand: Errand<F>) -> TaskId
    where
        F: Future<Output = T> + 'static,
    {
        let place = Place(Some(&self.members));
        let handle = errand.here_or_panic();
        place.keep();
        let id = handle.id();
        let order = self.members.add(self.set);
        self.members.set_task(order, WaitingTask::of_handle(&handle));
        self.results.expect_one();
        let (members, results) = (self.members.clone(), self.results.clone());
        let is_failure = self.is_failure;
        handle.on_end_here(move |result| {
            if !members.remove(order) {
                return Some(result);
            }
            if is_failure(&result) {
                members.cancel(None);
            }
            results.push(Ended { order, id, result })
        });
        id
    }
}

/// A place that is given back unless a task was spawned in it.
struct Place<'a>(Option<&'a Members>);

impl Place<'_> {
    fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if let Some(members) = self.0 {
            members.give_back_place();
        }
    }
}

impl<T> Default for TaskGroup<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Drop for TaskGroup<T> {
    fn drop(&mut self) {
        self.members.cancel(Some(self.set));
        drop(self.results.abandon());
    }
}

impl<T> fmt::Debug for TaskGroup<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (len, results) = (self.len(), self.result_count());
        f.debug_struct("TaskGroup").field("len", &len).field("results", &results).finish()
    }
}

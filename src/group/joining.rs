//! What is awaited of a group.

use super::completions::Completions;
use super::operations::{JoiningAll, JoiningNext, Spawning, WaitingForRoom};
use super::task_group::TaskGroup;
use crate::task::wait::{CalledAt, future_of_operation};
use crate::task::{Errand, JoinError, Spawn, TaskId};

impl<T: 'static> TaskGroup<T> {
    /// Spawns a member on the scheduler that runs on this thread, once there is a place and those who
    /// came before have theirs; gives the task's id.
    ///
    /// Nothing is spawned before this is awaited. In a group without a bound it never suspends. A member
    /// with a name is spawned by [`task::Builder::spawn_in`](crate::task::Builder::spawn_in).
    ///
    /// # Panics
    /// Where no scheduler runs on the thread that polls it.
    ///
    /// # Cancellation
    /// Dropping the future gives up its place in the queue, or the place that it was given, and drops
    /// what was to be spawned.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let group = coweave::TaskGroup::new();
    ///     let id = group.spawn(async { 7 }).await;
    ///     assert_eq!(group.join_next().await.unwrap().0, id);
    /// });
    /// ```
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> SpawnInGroup<'_, T, F>
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        SpawnInGroup::of(self.spawning(Errand::movable(Spawn::here(), future)))
    }

    /// As [`spawn`](Self::spawn), for a future that stays on the thread that spawns it.
    ///
    /// # Panics
    /// Where no scheduler runs on the thread that polls it.
    ///
    /// # Cancellation
    /// As for [`spawn`](Self::spawn).
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let group = coweave::TaskGroup::new();
    ///     let shared = std::rc::Rc::new(7);
    ///     group.spawn_local(async move { *shared }).await;
    ///     assert_eq!(group.join_next().await.unwrap().1.unwrap(), 7);
    /// });
    /// ```
    #[track_caller]
    pub fn spawn_local<F>(&self, future: F) -> SpawnInGroup<'_, T, F>
    where
        F: Future<Output = T> + 'static,
    {
        SpawnInGroup::of(self.spawning(Errand::local(Spawn::here(), future)))
    }
}

impl<T> TaskGroup<T> {
    /// Waits until there is a place, without taking it: when the future is ready another task may
    /// already have taken it.
    ///
    /// # Cancellation
    /// Dropping the future gives up its place in the queue.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let group = coweave::TaskGroup::bounded(1);
    ///     group.try_spawn(async {}).unwrap();
    ///     group.wait_available().await;
    ///     group.try_spawn(async {}).unwrap();
    /// });
    /// ```
    #[track_caller]
    pub fn wait_available(&self) -> WaitAvailable<'_, T> {
        WaitAvailable::of(WaitingForRoom { group: self, key: None })
    }

    /// Waits for the next member to end, and gives its id and result; results that are there come
    /// first, in the order in which the tasks ended. `None` if no member is left, and no result; one that
    /// was given to who waits and has not been polled since is waited for, because it may come back.
    ///
    /// Several may wait: each result goes to one of them, first come first served. A member that waits
    /// for its own group waits for itself.
    ///
    /// # Cancellation
    /// Dropping the future gives up its place; a result that it was given goes to the next, or back to
    /// the front. One that is neither polled nor dropped keeps it, and the others from the end.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let group = coweave::TaskGroup::new();
    ///     let id = group.spawn(async { "done" }).await;
    ///     let (joined, result) = group.join_next().await.unwrap();
    ///     assert_eq!((joined, result.unwrap()), (id, "done"));
    /// });
    /// ```
    #[track_caller]
    pub fn join_next(&self) -> JoinNext<'_, T> {
        JoinNext::of(JoiningNext { group: self, key: None })
    }

    /// Takes the next result, if there is one now.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let group = coweave::TaskGroup::new();
    ///     group.spawn(async { 7 }).await;
    ///     assert!(group.try_join_next().is_none());
    ///     coweave::yield_now().await;
    ///     assert_eq!(group.try_join_next().unwrap().1.unwrap(), 7);
    /// });
    /// ```
    #[must_use = "the result is lost otherwise"]
    pub fn try_join_next(&self) -> Option<(TaskId, Result<T, JoinError>)> {
        self.results().try_take().map(|ended| (ended.id, ended.result))
    }

    /// Waits until no member is left, and gives all results that nobody has taken, in the order in
    /// which the tasks were spawned. A result that [`join_next`](Self::join_next) was given elsewhere is
    /// waited for until it is taken, or comes back.
    ///
    /// # Cancellation
    /// Dropping the future loses no result.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let group = coweave::TaskGroup::new();
    ///     for n in 0..3 {
    ///         group.spawn(async move { n }).await;
    ///     }
    ///     let results = group.join_all().await;
    ///     assert!(results.into_iter().map(Result::unwrap).eq(0..3));
    /// });
    /// ```
    #[track_caller]
    pub fn join_all(&self) -> JoinAll<'_, T> {
        JoinAll::of(JoiningAll { group: self, key: None })
    }

    /// The results as a stream, in the order in which the members end.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures::StreamExt;
    ///
    /// coweave::run(async {
    ///     let group = coweave::TaskGroup::new();
    ///     group.spawn(async { 7 }).await;
    ///     let results: Vec<u32> = group.into_stream().map(|(_, it)| it.unwrap()).collect().await;
    ///     assert_eq!(results, [7]);
    /// });
    /// ```
    pub fn into_stream(self) -> Completions<T> {
        Completions::new(self)
    }
}

future_of_operation! {
    /// The future of [`TaskGroup::spawn`] and [`TaskGroup::spawn_local`].
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let group = coweave::TaskGroup::new();
    ///     let spawn: coweave::group::SpawnInGroup<'_, u32, _> = group.spawn(async { 7 });
    ///     spawn.await;
    /// });
    /// ```
    pub struct SpawnInGroup['a, T: 'static, F: Future<Output = T> + 'static]['a, T: 'static, F: Future<Output = T> + 'static]['a, T, F](Spawning<'a, T, F>);
}

future_of_operation! {
    /// The future of [`TaskGroup::wait_available`].
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let group = coweave::TaskGroup::<()>::new();
    ///     let wait: coweave::group::WaitAvailable<'_, ()> = group.wait_available();
    ///     wait.await;
    /// });
    /// ```
    pub struct WaitAvailable['a, T]['a, T]['a, T](WaitingForRoom<'a, T>);
}

future_of_operation! {
    /// The future of [`TaskGroup::join_next`].
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let group = coweave::TaskGroup::<()>::new();
    ///     let next: coweave::group::JoinNext<'_, ()> = group.join_next();
    ///     assert!(next.await.is_none());
    /// });
    /// ```
    pub struct JoinNext['a, T]['a, T]['a, T](JoiningNext<'a, T>);
}

future_of_operation! {
    /// The future of [`TaskGroup::join_all`].
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let group = coweave::TaskGroup::<()>::new();
    ///     let all: coweave::group::JoinAll<'_, ()> = group.join_all();
    ///     assert!(all.await.is_empty());
    /// });
    /// ```
    pub struct JoinAll['a, T]['a, T]['a, T](JoiningAll<'a, T>);
}

/// Has the future suspend where another was called, of which it is a part.
macro_rules! called_elsewhere {
    ($name:ident [$($bound:tt)*] [$($used:tt)*]) => {
        impl<$($bound)*> $name<$($used)*> {
            pub(super) fn called(self, called_at: CalledAt) -> Self {
                Self { called_at, ..self }
            }
        }
    };
}

called_elsewhere!(SpawnInGroup['a, T: 'static, F: Future<Output = T> + 'static]['a, T, F]);
called_elsewhere!(JoinNext['a, T]['a, T]);
called_elsewhere!(JoinAll['a, T]['a, T]);

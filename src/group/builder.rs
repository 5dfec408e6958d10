//! Spawning members with more than their futures.

use super::error::Full;
use super::joining::SpawnInGroup;
use super::task_group::TaskGroup;
use crate::task::{Builder, Errand, TaskId};

impl Builder {
    /// As [`TaskGroup::spawn`].
    ///
    /// What the member [inherits](Self::inherit_locals) is what is seen at this call.
    ///
    /// # Panics
    /// Where no scheduler runs on the thread that polls it.
    ///
    /// # Cancellation
    /// As for [`TaskGroup::spawn`].
    ///
    /// # Examples
    ///
    /// ```
    /// use coweave::task::{self, Builder};
    ///
    /// coweave::run(async {
    ///     let group = coweave::TaskGroup::new();
    ///     let member = async { task::current().name().map(str::to_owned) };
    ///     Builder::new().name("reader").spawn_in(&group, member).await;
    ///     let (_, name) = group.join_next().await.unwrap();
    ///     assert_eq!(name.unwrap().as_deref(), Some("reader"));
    /// });
    /// ```
    #[track_caller]
    pub fn spawn_in<T, F>(self, group: &TaskGroup<T>, future: F) -> SpawnInGroup<'_, T, F>
    where
        F: Future<Output = T> + Send + 'static,
        T: Send + 'static,
    {
        SpawnInGroup::of(group.spawning(Errand::movable(self.build(), future)))
    }

    /// As [`TaskGroup::spawn_local`].
    ///
    /// # Panics
    /// Where no scheduler runs on the thread that polls it.
    ///
    /// # Cancellation
    /// As for [`TaskGroup::spawn`].
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let group = coweave::TaskGroup::new();
    ///     let shared = std::rc::Rc::new(7);
    ///     let builder = coweave::task::Builder::new().name("seven");
    ///     builder.spawn_local_in(&group, async move { *shared }).await;
    ///     assert_eq!(group.join_next().await.unwrap().1.unwrap(), 7);
    /// });
    /// ```
    #[track_caller]
    pub fn spawn_local_in<T, F>(self, group: &TaskGroup<T>, future: F) -> SpawnInGroup<'_, T, F>
    where
        F: Future<Output = T> + 'static,
        T: 'static,
    {
        SpawnInGroup::of(group.spawning(Errand::local(self.build(), future)))
    }

    /// As [`TaskGroup::try_spawn`].
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
    /// use coweave::task::Builder;
    ///
    /// coweave::run(async {
    ///     let group = coweave::TaskGroup::bounded(1);
    ///     assert!(Builder::new().name("first").try_spawn_in(&group, async {}).is_ok());
    ///     assert!(Builder::new().name("second").try_spawn_in(&group, async {}).is_err());
    /// });
    /// ```
    #[track_caller]
    pub fn try_spawn_in<T, F>(self, group: &TaskGroup<T>, future: F) -> Result<TaskId, Full<F>>
    where
        F: Future<Output = T> + Send + 'static,
        T: Send + 'static,
    {
        group.try_spawn_as(Errand::movable(self.build(), future))
    }

    /// As [`TaskGroup::try_spawn_local`].
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
    ///     let builder = coweave::task::Builder::new().name("seven");
    ///     builder.try_spawn_local_in(&group, async move { *shared }).unwrap();
    ///     assert_eq!(group.join_next().await.unwrap().1.unwrap(), 7);
    /// });
    /// ```
    #[track_caller]
    pub fn try_spawn_local_in<T, F>(
        self,
        group: &TaskGroup<T>,
        future: F,
    ) -> Result<TaskId, Full<F>>
    where
        F: Future<Output = T> + 'static,
        T: 'static,
    {
        group.try_spawn_as(Errand::local(self.build(), future))
    }
}

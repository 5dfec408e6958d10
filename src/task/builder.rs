//! Spawning a task with more than its future.

use std::time::Duration;

use super::join::JoinHandle;
use super::spawn::Spawn;

/// Spawns a task with a name, which reports show.
///
/// # Examples
///
/// ```
/// use coweave::task::Builder;
///
/// coweave::run(async {
///     let task = Builder::new().name("adder").spawn(async { 1 + 2 });
///     assert_eq!(task.await.unwrap(), 3);
/// });
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "a builder spawns nothing until `spawn` is called"]
pub struct Builder {
    name: Option<String>,
}

impl Builder {
    /// A builder of tasks without a name.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let task = coweave::task::Builder::new().spawn(async { 1 });
    ///     assert_eq!(task.await.unwrap(), 1);
    /// });
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Names the task. A named task costs one more allocation.
    ///
    /// # Examples
    ///
    /// ```
    /// use coweave::task::{self, Builder};
    ///
    /// coweave::run(async {
    ///     let task = Builder::new().name("me").spawn(async {
    ///         assert_eq!(task::current().name(), Some("me"));
    ///     });
    ///     task.await.unwrap();
    /// });
    /// ```
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    #[track_caller]
    pub(crate) fn build(self) -> Spawn {
        Spawn::here().named(self.name)
    }

    /// As [`spawn`](crate::spawn).
    ///
    /// # Panics
    /// Where no scheduler runs on this thread.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let task = coweave::task::Builder::new().name("seven").spawn(async { 7 });
    ///     assert_eq!(task.await.unwrap(), 7);
    /// });
    /// ```
    #[track_caller]
    pub fn spawn<F>(self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.build().here_or_panic(future)
    }

    /// As [`spawn_local`](crate::spawn_local).
    ///
    /// # Panics
    /// Where no scheduler runs on this thread.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let shared = std::rc::Rc::new(7);
    ///     let task = coweave::task::Builder::new().name("seven").spawn_local(async move { *shared });
    ///     assert_eq!(task.await.unwrap(), 7);
    /// });
    /// ```
    #[track_caller]
    pub fn spawn_local<F: Future + 'static>(self, future: F) -> JoinHandle<F::Output> {
        self.build().here_or_panic(future)
    }

    /// As [`spawn_after`](crate::spawn_after).
    ///
    /// # Panics
    /// Where no scheduler runs on this thread.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// coweave::run(async {
    ///     let builder = coweave::task::Builder::new().name("late");
    ///     let task = builder.spawn_after(Duration::from_millis(1), async { 7 });
    ///     assert_eq!(task.await.unwrap(), 7);
    /// });
    /// ```
    #[track_caller]
    pub fn spawn_after<F>(self, delay: Duration, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.build().here_after(delay, future)
    }
}

//! Spawning a task with more than its future.

use std::time::Duration;

use super::extra::{Extra, Traits};
use super::join::JoinHandle;
use super::locals::{Locals, seen};
use super::spawn::Spawn;
use crate::primitives::Name;

/// Spawns a task with a name, which reports show, and with what else few tasks have.
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
    is_background: bool,
    inherits_locals: bool,
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

    /// Whether nobody waits for the task; at first somebody does.
    ///
    /// Background tasks run as all others do, but what they wait for keeps nothing going: where nothing
    /// is ready, and only background tasks sleep,
    /// [`run_until_idle`](crate::Scheduler::run_until_idle) returns, and a closed world
    /// ([`try_run`](crate::try_run), `#[coweave::test]`) is a [`Deadlock`](crate::Deadlock), even if one
    /// of them would wake another task in time. Nor does a closed world count the wakers of background
    /// tasks that are elsewhere. As long as another task sleeps, or something else outside is waited
    /// for, the sleeps of background tasks end as any. A background task that is always ready is not
    /// waiting: it keeps `run_until_idle` from returning. When the scheduler ends they are cancelled and
    /// dropped as all tasks are.
    ///
    /// A background task costs one more allocation.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let mut scheduler = coweave::Scheduler::builder().virtual_time().build()?;
    /// let deadlock = scheduler.try_run(async {
    ///     let heartbeat = async {
    ///         loop {
    ///             coweave::sleep(Duration::from_secs(1)).await;
    ///         }
    ///     };
    ///     drop(coweave::task::Builder::new().background(true).spawn(heartbeat));
    ///     coweave::park().await;
    /// });
    /// assert!(deadlock.unwrap_err().tasks()[1].is_background());
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    pub fn background(mut self, on: bool) -> Self {
        self.is_background = on;
        self
    }

    /// Whether the task sees the [task-local](crate::task_local) values that the spawning task sees
    /// then; at first it has only its own.
    ///
    /// The values are shared, not copied: those of the scopes around, and those that the spawning task
    /// has of its own. A value that it makes later is not seen. A task with values costs one more
    /// allocation.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::task_local! {
    ///     static USER: String;
    /// }
    ///
    /// coweave::run(USER.scope("Ada".to_owned(), async {
    ///     let child = coweave::task::Builder::new().inherit_locals(true);
    ///     let child = child.spawn(async { USER.with(String::len) });
    ///     assert_eq!(child.await.unwrap(), 3);
    /// }));
    /// ```
    pub fn inherit_locals(mut self, on: bool) -> Self {
        self.inherits_locals = on;
        self
    }

    #[track_caller]
    pub(crate) fn build(self) -> Spawn {
        let locals = if self.inherits_locals { seen() } else { Locals::default() };
        let is_plain = self.name.is_none() && !self.is_background && !self.inherits_locals;
        let extra = (!is_plain).then(|| {
            let traits = Traits { is_background: self.is_background, locals };
            Box::new(Extra { name: self.name.map(Name::from), traits, ..Extra::default() })
        });
        Spawn::here().with(extra)
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
        self.build().movable_here_or_panic(future)
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

    /// As [`spawn_blocking`](crate::spawn_blocking).
    ///
    /// The name is the task's, which reports show; the thread has its own. A
    /// [background](Self::background) job keeps nothing going while it runs: neither
    /// `run_until_idle` nor a closed world waits for it, and virtual time advances. Task-local values
    /// are not seen by the job, which runs outside of all tasks.
    ///
    /// # Panics
    /// Where no scheduler runs on this thread, and where no thread can be started and there is none.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let job = coweave::task::Builder::new().name("adder").spawn_blocking(|| 1 + 2);
    ///     assert_eq!(job.await.unwrap(), 3);
    /// });
    /// ```
    #[track_caller]
    pub fn spawn_blocking<F, T>(self, f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        self.build().blocking_here(f)
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

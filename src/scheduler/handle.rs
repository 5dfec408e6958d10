//! What other threads have of a scheduler.

use std::fmt;

use crate::primitives::Arc;
use crate::task::{self, JoinHandle, Outside, Spawn, Team, WorkerCore, with_any_core};

/// Spawns tasks on a scheduler, from any thread.
///
/// While there is one, a closed world ([`Scheduler::try_run`](crate::Scheduler::try_run)) waits
/// for what it may yet spawn. It does not keep the scheduler alive.
///
/// # Examples
///
/// ```
/// let mut scheduler = coweave::Scheduler::builder().build()?;
/// let handle = scheduler.handle();
/// let answer = std::thread::spawn(move || handle.spawn(async { 42 })).join().unwrap();
/// assert_eq!(scheduler.run(answer).unwrap(), 42);
/// # Ok::<(), coweave::BuildError>(())
/// ```
#[derive(Clone)]
pub struct SchedulerHandle {
    outside: Outside,
    /// All workers, if there are several.
    team: Option<Arc<Team>>,
}

impl SchedulerHandle {
    pub(super) fn new(core: &WorkerCore) -> Self {
        let team = core.membership().map(|membership| membership.team().clone());
        Self { outside: Outside::new(core.mailbox()), team }
    }

    /// The handle of the scheduler that runs on this thread; `None` where none does.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(coweave::SchedulerHandle::try_current().is_none());
    /// coweave::run(async {
    ///     let handle = coweave::SchedulerHandle::try_current().unwrap();
    ///     let sum = std::thread::spawn(move || handle.spawn(async { 1 + 1 })).join().unwrap();
    ///     assert_eq!(sum.await.unwrap(), 2);
    /// });
    /// ```
    #[must_use]
    pub fn try_current() -> Option<Self> {
        with_any_core(Self::new)
    }

    /// Spawns a task.
    ///
    /// If the scheduler has ended, the future is dropped, and the handle gives `Cancelled`.
    ///
    /// # Examples
    ///
    /// ```
    /// let scheduler = coweave::Scheduler::builder().build()?;
    /// let handle = scheduler.handle();
    /// drop(scheduler);
    /// assert!(coweave::run(handle.spawn(async {})).unwrap_err().is_cancelled());
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.spawn_as(Spawn::here(), future).unwrap_or_else(|future| {
            drop(future);
            JoinHandle::refused()
        })
    }

    /// Spawns a task, or gives the future back if the scheduler has ended.
    ///
    /// # Errors
    /// [`SpawnError`], with the future in it.
    ///
    /// # Examples
    ///
    /// ```
    /// let scheduler = coweave::Scheduler::builder().build()?;
    /// let handle = scheduler.handle();
    /// drop(scheduler);
    /// let refused = handle.try_spawn(async { 3 }).unwrap_err();
    /// assert_eq!(coweave::run(refused.into_inner()), 3);
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    #[track_caller]
    pub fn try_spawn<F>(&self, future: F) -> Result<JoinHandle<F::Output>, SpawnError<F>>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.spawn_as(Spawn::here(), future).map_err(SpawnError)
    }

    /// Spawns a [blocking job](crate::spawn_blocking).
    ///
    /// If the scheduler has ended, the closure is dropped, and the handle gives `Cancelled`.
    ///
    /// # Panics
    /// Where no thread can be started and there is none.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut scheduler = coweave::Scheduler::builder().build()?;
    /// let handle = scheduler.handle();
    /// let job = std::thread::spawn(move || handle.spawn_blocking(|| 6 * 7)).join().unwrap();
    /// assert_eq!(scheduler.run(job).unwrap(), 42);
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    #[track_caller]
    pub fn spawn_blocking<F, T>(&self, f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        Spawn::here().blocking_by_mail(self.outside.mailbox(), f)
    }

    fn spawn_as<F>(&self, spawn: Spawn, future: F) -> Result<JoinHandle<F::Output>, F>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        spawn.by_mail(
            self.team.as_deref().map_or(self.outside.mailbox(), Team::next_mailbox),
            future,
        )
    }

    /// Whether this thread is the scheduler's.
    pub(super) fn is_of_this_thread(&self) -> bool {
        match &self.team {
            None => self.outside.mailbox().is_of_this_thread(),
            Some(team) => team.mailboxes().any(|mailbox| mailbox.is_of_this_thread()),
        }
    }

    /// A guard for a thread that will wake tasks; see [`External`].
    ///
    /// # Examples
    ///
    /// ```
    /// let scheduler = coweave::Scheduler::builder().build()?;
    /// let guard = scheduler.handle().external();
    /// # drop(guard);
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    pub fn external(&self) -> External {
        External { _outside: Outside::guard(self.outside.mailbox()) }
    }
}

impl task::Builder {
    /// As [`SchedulerHandle::spawn`].
    ///
    /// # Examples
    ///
    /// ```
    /// let mut scheduler = coweave::Scheduler::builder().build()?;
    /// let task = coweave::task::Builder::new().name("seven").spawn_on(&scheduler.handle(), async { 7 });
    /// assert_eq!(scheduler.run(task).unwrap(), 7);
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    #[track_caller]
    pub fn spawn_on<F>(self, scheduler: &SchedulerHandle, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        scheduler.spawn_as(self.build(), future).unwrap_or_else(|future| {
            drop(future);
            JoinHandle::refused()
        })
    }
}

impl fmt::Debug for SchedulerHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.outside.mailbox().id();
        f.debug_struct("SchedulerHandle").field("scheduler", &id).finish()
    }
}

/// Says that something outside the scheduler, such as a thread with an
/// [`Unparker`](crate::Unparker), will wake a task: as long as one is held, standing still is no
/// deadlock, and virtual time does not advance.
///
/// # Examples
///
/// ```
/// use coweave::{Scheduler, SchedulerHandle, park, task};
///
/// let mut scheduler = Scheduler::builder().virtual_time().build()?;
/// let result = scheduler.try_run(async {
///     let unparker = task::current().unparker();
///     let external = SchedulerHandle::try_current().unwrap().external();
///     std::thread::spawn(move || {
///         unparker.unpark();
///         drop(external);
///     });
///     park().await;
/// });
/// assert!(result.is_ok());
/// # Ok::<(), coweave::BuildError>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "the guard says nothing once it is dropped"]
pub struct External {
    _outside: Outside,
}

/// The scheduler has ended; gives back what was to be spawned.
///
/// # Examples
///
/// ```
/// let scheduler = coweave::Scheduler::builder().build()?;
/// let handle = scheduler.handle();
/// drop(scheduler);
/// let error = handle.try_spawn(async {}).unwrap_err();
/// assert_eq!(error.to_string(), "the scheduler has ended");
/// # Ok::<(), coweave::BuildError>(())
/// ```
pub struct SpawnError<F>(F);

impl<F> SpawnError<F> {
    /// What was to be spawned.
    ///
    /// # Examples
    ///
    /// ```
    /// let scheduler = coweave::Scheduler::builder().build()?;
    /// let handle = scheduler.handle();
    /// drop(scheduler);
    /// let future = handle.try_spawn(async { 3 }).unwrap_err().into_inner();
    /// assert_eq!(coweave::run(future), 3);
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    #[must_use]
    pub fn into_inner(self) -> F {
        self.0
    }
}

impl<F> fmt::Display for SpawnError<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the scheduler has ended")
    }
}

impl<F> fmt::Debug for SpawnError<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SpawnError(the scheduler has ended)")
    }
}

impl<F> std::error::Error for SpawnError<F> {}

//! What is known of suspended tasks when nothing can go on.

use std::fmt;

use super::report::Report;
use super::suspended_task::{SuspendedTask, suspended_tasks};
use crate::task::{TaskId, WorkerCore};
use crate::time::Instant;

/// Nothing can go on: every task waits, and nothing is left that could wake one.
///
/// Shown, it is a report of the suspended tasks, equal ones together.
///
/// # Examples
///
/// ```
/// use coweave::{Scheduler, WaitsFor, park, spawn};
///
/// let mut scheduler = Scheduler::builder().virtual_time().build()?;
/// let deadlock = scheduler.try_run(async {
///     let stuck = spawn(async { park().await });
///     stuck.await
/// });
/// let deadlock = deadlock.unwrap_err();
/// assert_eq!(deadlock.tasks()[1].waits_for(), &WaitsFor::Unpark);
/// assert_eq!(deadlock.tasks()[0].waits_for(), &WaitsFor::Join(deadlock.tasks()[1].id()));
/// # Ok::<(), coweave::BuildError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Deadlock {
    tasks: Vec<SuspendedTask>,
    at: Instant,
    /// Tasks sleep, and the virtual clock does not advance by itself.
    time_stands_still: bool,
}

/// What a suspended task waits for.
///
/// # Examples
///
/// ```
/// let deadlock = coweave::try_run(coweave::park()).unwrap_err();
/// assert_eq!(deadlock.tasks()[0].waits_for(), &coweave::WaitsFor::Unpark);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WaitsFor {
    /// Its turn: it is ready.
    Turn,
    /// A deadline.
    Deadline,
    /// Its [`Unparker`](crate::Unparker).
    Unpark,
    /// The end of this task.
    Join(TaskId),
    /// The end of a task of another scheduler.
    JoinElsewhere,
    /// Nothing else to be ready: [`idle`](crate::idle).
    Idle,
    /// A future that is not coweave's, or the deadline of the [`timeout`](crate::timeout) around it.
    Timeout,
    /// A future that is not coweave's: a waker. So is a join that a combinator polls with a waker
    /// of its own.
    Waker,
    /// The end of its job: it is one of [`spawn_blocking`](crate::spawn_blocking).
    BlockingJob,
    /// A [`Mutex`](crate::sync::Mutex).
    Mutex,
    /// An `RwLock`, to read.
    ReadLock,
    /// An `RwLock`, to write.
    WriteLock,
    /// A `Semaphore`'s permits.
    Semaphore,
    /// An `Event`.
    Event,
    /// A `Promise`.
    Promise,
    /// A `Barrier`.
    Barrier,
    /// A `Condvar`.
    Condvar,
    /// Another task that fills a `OnceCell`.
    OnceCell,
    /// A `WaitGroup`.
    WaitGroup,
    /// A `Notify`.
    Notify,
    /// Room in a channel.
    ChannelRoom,
    /// A value from a channel.
    ChannelValue,
    /// A task of a `TaskGroup`.
    Group,
}

impl Deadlock {
    /// Of all workers, the first of which is this thread's.
    pub(super) fn of(cores: &[&WorkerCore]) -> Self {
        let (time_stands_still, at) = stand_at(cores);
        Self { tasks: suspended_tasks(cores), at, time_stands_still }
    }

    /// The suspended tasks, in order of their ids.
    ///
    /// # Examples
    ///
    /// ```
    /// let deadlock = coweave::try_run(coweave::park()).unwrap_err();
    /// assert_eq!(deadlock.tasks().len(), 1);
    /// ```
    #[must_use]
    pub fn tasks(&self) -> &[SuspendedTask] {
        &self.tasks
    }

    /// When nothing could go on any more.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut scheduler = coweave::Scheduler::builder().virtual_time().build()?;
    /// let start = coweave::Instant::now();
    /// let deadlock = scheduler.try_run(async {
    ///     coweave::sleep(std::time::Duration::from_secs(3)).await;
    ///     coweave::park().await;
    /// });
    /// println!("stuck at {:?}", deadlock.unwrap_err().at()); // three seconds after the clock's start
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    #[must_use]
    pub fn at(&self) -> Instant {
        self.at
    }
}

impl fmt::Display for Deadlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Report::deadlock(&self.tasks, self.at, self.time_stands_still).fmt(f)
    }
}

/// As `Display`: what `unwrap` prints should say what is stuck.
impl fmt::Debug for Deadlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Deadlock {}

/// Whether there are timers that the clock will not reach by itself, and what it says.
pub(super) fn stand_at(cores: &[&WorkerCore]) -> (bool, Instant) {
    let [core, ..] = cores else { unreachable!("a scheduler has a worker") };
    let stands_still = core.next_deadline().is_some_and(|deadline| !core.may_advance_to(deadline));
    (stands_still, core.clock.now())
}

//! What is known of suspended tasks when nothing can go on.

use std::fmt;
use std::panic::Location;

use super::report::Report;
use crate::coroutine::Site;
use crate::task::{TaskId, TaskRef, Waits, WorkerCore};
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

/// A task that is suspended, and why.
///
/// # Examples
///
/// ```
/// use coweave::{park, task, try_run};
///
/// let deadlock = try_run(async {
///     let reader = task::Builder::new().name("reader").spawn(async { park().await });
///     reader.await
/// })
/// .unwrap_err();
/// for task in deadlock.tasks() {
///     println!("{} waits at {:?}", task.name().unwrap_or("main"), task.suspended_at());
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuspendedTask {
    id: TaskId,
    name: Option<Box<str>>,
    spawned_at: Option<&'static Location<'static>>,
    suspended_at: Option<Site>,
    waits_for: WaitsFor,
    since: Option<Instant>,
    is_background: bool,
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
    Send,
    /// A value from a channel.
    Receive,
    /// A task of a `TaskGroup`.
    Group,
}

impl Deadlock {
    pub(super) fn of(core: &WorkerCore) -> Self {
        Self {
            tasks: suspended_tasks(core),
            at: core.clock.now(),
            time_stands_still: time_stands_still(core),
        }
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

impl SuspendedTask {
    /// The task.
    ///
    /// # Examples
    ///
    /// ```
    /// let deadlock = coweave::try_run(coweave::park()).unwrap_err();
    /// println!("task {} is stuck", deadlock.tasks()[0].id());
    /// ```
    #[must_use]
    pub fn id(&self) -> TaskId {
        self.id
    }

    /// Its name, if it was given one.
    ///
    /// # Examples
    ///
    /// ```
    /// let deadlock = coweave::try_run(coweave::park()).unwrap_err();
    /// assert_eq!(deadlock.tasks()[0].name(), None);
    /// ```
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Where it was spawned.
    ///
    /// # Examples
    ///
    /// ```
    /// let deadlock = coweave::try_run(coweave::park()).unwrap_err();
    /// assert!(deadlock.tasks()[0].spawned_at().unwrap().line() > 0);
    /// ```
    #[must_use]
    pub fn spawned_at(&self) -> Option<&'static Location<'static>> {
        self.spawned_at
    }

    /// The innermost suspension point that is known: of a coroutine, or where an `async` block called
    /// one of coweave's operations. Where another crate's combinator polls a `JoinHandle`, its line
    /// says nothing: the coroutine's that awaits the combinator is told, or, in an `async` block, none.
    ///
    /// # Examples
    ///
    /// ```
    /// let deadlock = coweave::try_run(coweave::park()).unwrap_err();
    /// assert!(deadlock.tasks()[0].suspended_at().unwrap().line() > 0);
    /// ```
    #[must_use]
    pub fn suspended_at(&self) -> Option<Site> {
        self.suspended_at
    }

    /// What it waits for.
    ///
    /// # Examples
    ///
    /// ```
    /// let deadlock = coweave::try_run(coweave::park()).unwrap_err();
    /// assert_eq!(deadlock.tasks()[0].waits_for(), &coweave::WaitsFor::Unpark);
    /// ```
    #[must_use]
    pub fn waits_for(&self) -> &WaitsFor {
        &self.waits_for
    }

    /// Whether it is a [background task](crate::task::Builder::background): it is not what is stuck.
    ///
    /// # Examples
    ///
    /// ```
    /// let deadlock = coweave::try_run(coweave::park()).unwrap_err();
    /// assert!(!deadlock.tasks()[0].is_background());
    /// ```
    #[must_use]
    pub fn is_background(&self) -> bool {
        self.is_background
    }

    /// Since when it waits, by its scheduler's clock, as read once a turn.
    ///
    /// # Examples
    ///
    /// ```
    /// let deadlock = coweave::try_run(coweave::park()).unwrap_err();
    /// assert!(deadlock.tasks()[0].since() <= Some(deadlock.at()));
    /// ```
    #[must_use]
    pub fn since(&self) -> Option<Instant> {
        self.since
    }
}

/// Whether there are timers that the clock will not reach by itself.
pub(super) fn time_stands_still(core: &WorkerCore) -> bool {
    core.next_deadline().is_some_and(|deadline| !core.may_advance_to(deadline))
}

/// All suspended tasks, in order of their ids.
pub(super) fn suspended_tasks(core: &WorkerCore) -> Vec<SuspendedTask> {
    let live = core.live_tasks();
    // Who is joined knows its joiner, not the other way round.
    let mut joined: Vec<(TaskId, TaskId)> = live
        .iter()
        .filter_map(|task| {
            Some((core.header(core.joiner_of(*task)?).id(), core.header(*task).id()))
        })
        .collect();
    joined.sort_unstable();
    live.into_iter().map(|task| suspended_task(core, task, &joined)).collect()
}

fn suspended_task(core: &WorkerCore, task: TaskRef, joined: &[(TaskId, TaskId)]) -> SuspendedTask {
    let header = core.header(task);
    let id = header.id();
    let since = header.parked_since();
    let waits_for = match core.waits_for(task) {
        _ if since.is_none() => WaitsFor::Turn,
        Waits::Sleep => WaitsFor::Deadline,
        Waits::Park => WaitsFor::Unpark,
        Waits::Idle => WaitsFor::Idle,
        Waits::Timeout => WaitsFor::Timeout,
        Waits::Other => WaitsFor::Waker,
        Waits::Mutex => WaitsFor::Mutex,
        Waits::ReadLock => WaitsFor::ReadLock,
        Waits::WriteLock => WaitsFor::WriteLock,
        Waits::Semaphore => WaitsFor::Semaphore,
        Waits::Event => WaitsFor::Event,
        Waits::Promise => WaitsFor::Promise,
        Waits::Barrier => WaitsFor::Barrier,
        Waits::Condvar => WaitsFor::Condvar,
        Waits::OnceCell => WaitsFor::OnceCell,
        Waits::WaitGroup => WaitsFor::WaitGroup,
        Waits::Notify => WaitsFor::Notify,
        Waits::Send => WaitsFor::Send,
        Waits::Receive => WaitsFor::Receive,
        Waits::Group => WaitsFor::Group,
        Waits::Join => {
            let at = joined.partition_point(|(joiner, _)| *joiner < id);
            let found = joined.get(at).filter(|(joiner, _)| *joiner == id);
            found.map_or(WaitsFor::JoinElsewhere, |(_, joined)| WaitsFor::Join(*joined))
        }
    };
    SuspendedTask {
        id,
        name: core.name(task).as_deref().map(Box::from),
        spawned_at: header.spawned_at(),
        suspended_at: header.suspended_at(),
        waits_for,
        since,
        is_background: core.is_background(task),
    }
}

//! What is known of one suspended task.

use std::panic::Location;
use std::path::Path;

use super::deadlock::WaitsFor;
use crate::coroutine::Site;
use crate::task::wait_place::PlaceNumber;
use crate::task::{TaskId, TaskRef, Waits, WorkerCore};
use crate::time::Instant;

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
    /// Of the primitive at which it waits.
    made_at: Option<&'static Location<'static>>,
    locked_by: Option<TaskId>,
    since: Option<Instant>,
    is_background: bool,
}

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

    /// Where the primitive was made at which it waits: a lock, a semaphore, a channel and the like.
    /// Not known is that of one which another crate makes, such as the standard library's
    /// `Arc::default`.
    ///
    /// # Examples
    ///
    /// ```
    /// use coweave::{sync::Mutex, try_run};
    ///
    /// let mutex = Mutex::new(0);
    /// let guard = mutex.try_lock();
    /// let deadlock = try_run(async { drop(mutex.lock().await) }).unwrap_err();
    /// if let Some(made_at) = deadlock.tasks()[0].waits_at() {
    ///     println!("stuck at the Mutex that was made at {made_at}");
    /// }
    /// # drop(guard);
    /// ```
    #[must_use]
    pub fn waits_at(&self) -> Option<&'static Location<'static>> {
        self.made_at
    }

    /// The task of the same scheduler that has locked what it waits for, if that is known. (A guard
    /// that was given to another task is told as the first one's.)
    ///
    /// # Examples
    ///
    /// ```
    /// use coweave::{park, spawn, sync::Mutex, try_run, yield_now};
    /// use std::sync::Arc;
    ///
    /// let mutex = Arc::new(Mutex::new(0));
    /// let deadlock = try_run(async {
    ///     let holder = mutex.clone();
    ///     spawn(async move {
    ///         let _guard = holder.lock().await;
    ///         park().await
    ///     });
    ///     yield_now().await;
    ///     drop(mutex.lock().await);
    /// });
    /// let deadlock = deadlock.unwrap_err();
    /// assert_eq!(deadlock.tasks()[0].locked_by(), Some(deadlock.tasks()[1].id()));
    /// ```
    #[must_use]
    pub fn locked_by(&self) -> Option<TaskId> {
        self.locked_by
    }

    /// The task without which this one cannot go on: the one it joins, or that has locked what it
    /// waits for.
    pub(super) fn needs(&self) -> Option<TaskId> {
        if let WaitsFor::Join(task) = self.waits_for { Some(task) } else { self.locked_by }
    }
}

/// All suspended tasks, in order of their ids.
pub(super) fn suspended_tasks(cores: &[&WorkerCore]) -> Vec<SuspendedTask> {
    // Who is joined knows its joiner, not the other way round.
    let mut joined = Vec::new();
    for core in cores {
        for task in core.live_tasks() {
            joined.extend(core.joiner_of(task).map(|joiner| (joiner, core.header(task).id())));
        }
    }
    joined.sort_unstable();
    let is_worker = |serial| cores.iter().any(|core| core.serial() == serial);
    let mut tasks = Vec::new();
    for core in cores {
        // What is run by another worker is suspended there.
        let here = core.live_tasks().into_iter().filter(|task| !core.is_away(*task));
        tasks.extend(here.map(|task| suspended_task(core, task, &joined, is_worker)));
    }
    tasks.sort_by_key(SuspendedTask::id);
    tasks
}

fn suspended_task(
    core: &WorkerCore,
    task: TaskRef,
    joined: &[(TaskId, TaskId)],
    is_worker: impl Fn(u64) -> bool,
) -> SuspendedTask {
    let header = core.header(task);
    let id = header.id();
    let since = header.parked_since();
    let waits_for = match core.waits_for(task) {
        _ if since.is_none() => WaitsFor::Turn,
        Waits::Sleep => WaitsFor::Deadline,
        Waits::Park => WaitsFor::Unpark,
        Waits::Idle => WaitsFor::Idle,
        Waits::Timeout => WaitsFor::Timeout,
        Waits::Blocking => WaitsFor::BlockingJob,
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
        Waits::Send => WaitsFor::ChannelRoom,
        Waits::Receive => WaitsFor::ChannelValue,
        Waits::Group => WaitsFor::Group,
        Waits::Join => {
            let at = joined.partition_point(|(joiner, _)| *joiner < id);
            let found = joined.get(at).filter(|(joiner, _)| *joiner == id);
            found.map_or(WaitsFor::JoinElsewhere, |(_, joined)| WaitsFor::Join(*joined))
        }
    };
    let place = header.place();
    SuspendedTask {
        id,
        name: core.name(task).as_deref().map(Box::from),
        spawned_at: header.spawned_at(),
        suspended_at: header.suspended_at(),
        waits_for,
        made_at: place.and_then(PlaceNumber::made_at).filter(|at| is_in_workspace(at)),
        locked_by: place.and_then(|place| place.holder(is_worker)),
        since,
        is_background: core.is_background(task),
    }
}

/// Whether a place tells the user something: cargo gives the files of a workspace relative paths,
/// those of others not.
fn is_in_workspace(at: &Location<'_>) -> bool {
    !Path::new(at.file()).is_absolute()
}

//! The scheduler as its owner has it.

use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;
use std::panic::{Location, resume_unwind};
use std::time::Duration;

use super::builder::Builder;
use super::deadlock::Deadlock;
use super::handle::SchedulerHandle;
use super::run_loop::{RunLoop, World};
use super::workers::Workers;
use crate::blocking::BlockingShutdown;
use crate::primitives::thread;
use crate::task::{JoinError, JoinHandle, OwnedCore, RunTask, Spawn, WorkerCore, with_any_core};
use crate::time::Instant;

/// Runs tasks on the thread that calls it: first in first out unless it has a
/// [seed](Builder::seed), on the system's time or its own.
///
/// `run` may be called again and again; what was left suspended goes on then. Dropping the
/// scheduler cancels every task and drops its frame, in the order of their ids, behind what is
/// ready; then it waits for [blocking jobs](crate::spawn_blocking) that run, or does what
/// [`Builder::blocking_shutdown`] says.
///
/// With several [workers](Builder::workers) other threads run tasks as well. They do so from the
/// beginning and between two runs, until the scheduler is dropped; then each worker drops the tasks
/// that it has, and the drop returns when all have. A task that does not suspend holds that up.
///
/// It stays on the thread that made it: it is neither `Send` nor `Sync`. Other threads use its
/// [`handle`](Self::handle).
///
/// # Examples
///
/// ```
/// use coweave::{Scheduler, spawn};
///
/// let mut scheduler = Scheduler::builder().build()?;
/// let sum = scheduler.run(async {
///     let tasks: Vec<_> = (1..=4).map(|n| spawn(async move { n * n })).collect();
///     let mut sum = 0;
///     for task in tasks {
///         sum += task.await.unwrap();
///     }
///     sum
/// });
/// assert_eq!(sum, 30);
/// # Ok::<(), coweave::BuildError>(())
/// ```
pub struct Scheduler {
    core: OwnedCore,
    /// The other workers, if there are any.
    workers: Option<Workers>,
    stall_report: Option<Duration>,
    blocking_shutdown: BlockingShutdown,
    _not_send: PhantomData<*const ()>,
}

impl Scheduler {
    /// Sets up a scheduler.
    ///
    /// # Examples
    ///
    /// ```
    /// let scheduler = coweave::Scheduler::builder().build()?;
    /// # drop(scheduler);
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(super) fn new(
        core: OwnedCore,
        workers: Option<Workers>,
        stall_report: Option<Duration>,
        blocking_shutdown: BlockingShutdown,
    ) -> Self {
        Self { core, workers, stall_report, blocking_shutdown, _not_send: PhantomData }
    }

    /// Runs `future`, and all tasks meanwhile, until it completes, and returns its output.
    ///
    /// The future may borrow from the caller. Tasks that are left suspended go on in the next run.
    /// The world is open: where nothing is ready and nothing sleeps, `run` goes on waiting for
    /// other threads, and reports that once (see [`Builder::stall_report`]).
    ///
    /// # Panics
    /// If the future panics, with what it panicked with; and if a scheduler is already running on
    /// this thread: spawn a task there instead, or use another thread.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut scheduler = coweave::Scheduler::builder().build()?;
    /// let name = String::from("weave");
    /// assert_eq!(scheduler.run(async { name.len() }), 5);
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    #[track_caller]
    pub fn run<F: Future>(&mut self, future: F) -> F::Output {
        let world = World::Open { stall_report: self.stall_report };
        match self.drive(world, future, Location::caller()) {
            Ok(output) => output,
            Err(deadlock) => unreachable!("an open world went on waiting: {deadlock}"),
        }
    }

    /// Runs `future`, and all tasks meanwhile, in a closed world: where nothing can go on any more,
    /// that is an error, which says what each task waits for.
    ///
    /// Nothing can go on when nothing is ready, no timer is set, no waker of a task was cloned —
    /// [background](crate::task::Builder::background) tasks do not count —, no
    /// [blocking job](crate::spawn_blocking) runs or is queued, and there is no [`SchedulerHandle`] and
    /// no [`External`](super::External) guard.
    ///
    /// # Errors
    /// [`Deadlock`]. The future is then dropped; the other tasks stay suspended.
    ///
    /// # Panics
    /// As [`run`](Self::run).
    ///
    /// # Examples
    ///
    /// ```
    /// let mut scheduler = coweave::Scheduler::builder().build()?;
    /// let deadlock = scheduler.try_run(coweave::park()).unwrap_err();
    /// assert_eq!(deadlock.tasks().len(), 1);
    /// assert_eq!(scheduler.try_run(async { 7 }), Ok(7));
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    #[track_caller]
    pub fn try_run<F: Future>(&mut self, future: F) -> Result<F::Output, Deadlock> {
        let world = World::Closed { stall_report: self.stall_report };
        self.drive(world, future, Location::caller())
    }

    fn drive<F: Future>(
        &mut self,
        world: World,
        future: F,
        at: &'static Location<'static>,
    ) -> Result<F::Output, Deadlock> {
        refuse_nesting("Scheduler::run");
        let outcome = self.drive_to_outcome(world, future, at)?;
        outcome.map_err(JoinError::into_panic).or_else(|payload| resume_unwind(payload))
    }

    /// Where no scheduler runs on this thread.
    pub(super) fn drive_to_outcome<F: Future>(
        &mut self,
        world: World,
        future: F,
        at: &'static Location<'static>,
    ) -> Result<Result<F::Output, JoinError>, Deadlock> {
        let core = &*self.core;
        core.within(|| {
            RunTask::run(core, at, future, || RunLoop::new(core, world).run_until_ended())
        })
    }

    /// Runs until no task is ready or asleep, and returns how many are left suspended.
    ///
    /// It waits for sleeping tasks and for [blocking jobs](crate::spawn_blocking), but not for
    /// [background](crate::task::Builder::background) ones, and while an
    /// [`External`](super::External) guard is held; not for wakers or handles that other threads may
    /// have.
    ///
    /// # Panics
    /// As [`run`](Self::run).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let mut scheduler = coweave::Scheduler::builder().virtual_time().build()?;
    /// drop(scheduler.spawn(coweave::sleep(Duration::from_secs(60))));
    /// drop(scheduler.spawn(std::future::pending::<()>()));
    /// assert_eq!(scheduler.run_until_idle(), 1);
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    pub fn run_until_idle(&mut self) -> usize {
        refuse_nesting("Scheduler::run_until_idle");
        self.drive_tasks(World::UntilIdle)
    }

    /// Runs all tasks until the clock has reached `instant`, and returns how many are left suspended.
    ///
    /// A virtual clock goes from deadline to deadline, also where it does not advance by itself, and
    /// at last to `instant`; what is due then has run when this returns, and a task that is ready for
    /// ever keeps it from returning. On other clocks this waits, also where no task is left; what is
    /// ready when the time has come is resumed once more, and goes on in the next run. An instant
    /// that has passed lets run what is ready.
    ///
    /// # Panics
    /// As [`run`](Self::run).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let mut scheduler = coweave::Scheduler::builder().virtual_time().build()?;
    /// drop(scheduler.spawn(coweave::sleep(Duration::from_secs(60))));
    /// let start = scheduler.now();
    /// assert_eq!(scheduler.run_until(start + Duration::from_secs(59)), 1);
    /// assert_eq!(scheduler.run_until(start + Duration::from_secs(60)), 0);
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    pub fn run_until(&mut self, instant: Instant) -> usize {
        refuse_nesting("Scheduler::run_until");
        self.drive_tasks(World::Until(instant))
    }

    fn drive_tasks(&mut self, world: World) -> usize {
        let core = &*self.core;
        core.within(|| {
            let never: Result<(), Infallible> = RunLoop::new(core, world).run_until_idle();
            let Ok(()) = never;
            self.task_count()
        })
    }

    /// Tasks that have not ended; inside the core.
    fn task_count(&self) -> usize {
        let core = &*self.core;
        let count = |others: &[&WorkerCore]| others.iter().map(|core| core.task_count()).sum();
        let others = core.membership().map_or(0_usize, |membership| {
            loop {
                if let Some(others) = membership.with_others_as_they_are(count) {
                    return others;
                }
                thread::yield_now();
            }
        });
        core.task_count() + others
    }

    /// The present instant of this scheduler's clock.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let mut scheduler = coweave::Scheduler::builder().virtual_time().build()?;
    /// let start = scheduler.now();
    /// scheduler.run(coweave::sleep(Duration::from_secs(2)));
    /// assert_eq!(scheduler.now() - start, Duration::from_secs(2));
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    #[must_use]
    pub fn now(&self) -> Instant {
        // Inside, for another worker may be looking what is due here.
        match self.core.membership() {
            None => self.core.clock.now(),
            Some(_) => self.core.within(|| self.core.clock.now()),
        }
    }

    /// Spawns a task, which the next run resumes.
    ///
    /// The future stays on this thread, so it need not be `Send`.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::rc::Rc;
    ///
    /// let mut scheduler = coweave::Scheduler::builder().build()?;
    /// let shared = Rc::new(41);
    /// let task = scheduler.spawn(async move { *shared + 1 });
    /// assert_eq!(scheduler.run(task).unwrap(), 42);
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    #[track_caller]
    pub fn spawn<F: Future + 'static>(&self, future: F) -> JoinHandle<F::Output> {
        let spawn = Spawn::here();
        self.core.within(|| spawn.on(&self.core, future))
    }

    /// Spawns a task that is first resumed when `delay` has passed; see
    /// [`spawn_after`](crate::spawn_after).
    ///
    /// The future stays on this thread, so it need not be `Send`.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let mut scheduler = coweave::Scheduler::builder().virtual_time().build()?;
    /// let task = scheduler.spawn_after(Duration::from_secs(3), async { coweave::Instant::now() });
    /// let start = scheduler.now();
    /// assert_eq!(scheduler.run(task).unwrap(), start + Duration::from_secs(3));
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    #[track_caller]
    pub fn spawn_after<F: Future + 'static>(
        &self,
        delay: Duration,
        future: F,
    ) -> JoinHandle<F::Output> {
        let spawn = Spawn::here();
        self.core.within(|| spawn.on_after(&self.core, delay, future))
    }

    /// Spawns a [blocking job](crate::spawn_blocking), which may begin at once.
    ///
    /// # Panics
    /// Where no thread can be started and there is none.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut scheduler = coweave::Scheduler::builder().build()?;
    /// let job = scheduler.spawn_blocking(|| std::fs::read_to_string("Cargo.toml").is_ok());
    /// assert!(scheduler.run(job).is_ok());
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    #[track_caller]
    pub fn spawn_blocking<F, T>(&self, f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let spawn = Spawn::here();
        self.core.within(|| spawn.blocking_here(f))
    }

    /// A handle for other threads.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut scheduler = coweave::Scheduler::builder().build()?;
    /// let handle = scheduler.handle();
    /// let thread = std::thread::spawn(move || handle.spawn(async { 5 }));
    /// let task = thread.join().unwrap();
    /// assert_eq!(scheduler.run(task).unwrap(), 5);
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    #[must_use]
    pub fn handle(&self) -> SchedulerHandle {
        SchedulerHandle::new(&self.core)
    }
}

/// A worker's thread runs one scheduler at a time: another would stop all tasks of the first.
#[track_caller]
pub(super) fn refuse_nesting(what: &str) {
    assert!(
        with_any_core(|_| ()).is_none(),
        "{what} was called inside a task of a scheduler that runs on this thread, whose \
         other tasks would stand still; spawn a task and await it, or use another thread"
    );
}

impl Drop for Scheduler {
    fn drop(&mut self) {
        let core = &*self.core;
        if with_any_core(|current| std::ptr::eq(current, core)) == Some(true) {
            // Nothing that is safe comes here. To unwind would free the task that runs.
            eprintln!("coweave: a scheduler was dropped inside one of its own tasks");
            std::process::abort();
        }
        if let Some(workers) = &self.workers {
            workers.close();
        }
        core.within(|| core.shut_down());
        if let Some(workers) = &mut self.workers {
            workers.join();
        }
        core.mailbox().blocking().shut_down(self.blocking_shutdown, self.stall_report);
    }
}

impl fmt::Debug for Scheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tasks = self.core.within(|| self.core.task_count());
        f.debug_struct("Scheduler").field("tasks", &tasks).finish_non_exhaustive()
    }
}

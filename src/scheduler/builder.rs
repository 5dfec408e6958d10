//! Setting up a scheduler.

use std::sync::Arc;
use std::time::Duration;

use super::build_error::BuildError;
use super::scheduler::Scheduler;
use super::workers::Workers;
use crate::blocking::{BlockingShutdown, Limits, Pool};
use crate::task::{FirstPanic, MOST_WORKERS, Mailbox, OwnedCore, PanicHandler, PanickedTask, Team};
use crate::time::{Clock, GivenClock, WorkerClock};

/// How long an open world stands still before it says so.
const STALL: Duration = Duration::from_secs(10);

/// As many as block at a time in a busy server; they take memory only as they use it.
const BLOCKING_THREADS: usize = 512;
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// Sets up a [`Scheduler`]; made by [`Scheduler::builder`].
///
/// # Examples
///
/// ```
/// let mut scheduler = coweave::Scheduler::builder().virtual_time().build()?;
/// assert_eq!(scheduler.run(async { 1 + 1 }), 2);
/// # Ok::<(), coweave::BuildError>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct Builder {
    worker_count: usize,
    time: TimeSource,
    auto_advance: bool,
    seed: Option<u64>,
    stall_report: Option<Duration>,
    on_panic: Option<PanicHandler>,
    blocking: Blocking,
}

/// How what blocks is run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Blocking {
    pub(super) limits: Limits,
    pub(super) shutdown: BlockingShutdown,
}

/// Whose time it is.
#[derive(Debug, Clone)]
enum TimeSource {
    System,
    Virtual,
    Given(GivenClock),
}

impl Builder {
    pub(super) fn new() -> Self {
        Self {
            worker_count: 1,
            time: TimeSource::System,
            auto_advance: true,
            seed: None,
            stall_report: Some(STALL),
            on_panic: None,
            blocking: Blocking {
                limits: Limits { threads: BLOCKING_THREADS, keep_alive: KEEP_ALIVE },
                shutdown: BlockingShutdown::Wait,
            },
        }
    }

    /// How many threads run tasks: the one that calls `run`, which is the only one unless more are asked
    /// for here, and others, which the scheduler starts and ends.
    ///
    /// A task that is spawned with [`spawn`](crate::spawn) starts where it was spawned, and goes on
    /// where it is; a worker that has nothing to do takes half of the ready tasks of another that has
    /// more than it runs, or is held up by one that does not suspend. Tasks that are spawned with
    /// [`spawn_local`](crate::spawn_local), and what `run` was given, stay. Between two runs the tasks of
    /// the owner's thread stand still, unless they are taken; all others go on.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut scheduler = coweave::Scheduler::builder().workers(2).build()?;
    /// let sum = scheduler.run(async {
    ///     let tasks: Vec<_> = (1..=100_u64).map(|n| coweave::spawn(async move { n * n })).collect();
    ///     let mut sum = 0;
    ///     for task in tasks {
    ///         sum += task.await.unwrap();
    ///     }
    ///     sum
    /// });
    /// assert_eq!(sum, 338_350);
    /// assert!(coweave::Scheduler::builder().workers(0).build().is_err());
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    pub fn workers(mut self, count: usize) -> Self {
        self.worker_count = count;
        self
    }

    /// A clock of its own, which starts at zero and stands still while anything is ready: when
    /// nothing is, it jumps to the next deadline. Sleeps then cost nothing, and one program has one
    /// order of events.
    ///
    /// While an [`External`](super::External) guard is held, or a [blocking job](crate::spawn_blocking)
    /// runs or is queued, the clock waits for mail instead.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let mut scheduler = coweave::Scheduler::builder().virtual_time().build()?;
    /// scheduler.run(coweave::sleep(Duration::from_secs(86_400))); // returns at once
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    pub fn virtual_time(mut self) -> Self {
        self.time = TimeSource::Virtual;
        self
    }

    /// Whether the clock of [`virtual_time`](Self::virtual_time) jumps to the next deadline when
    /// nothing is ready; at first it does.
    ///
    /// With `false` time stands still, so that a test decides when it passes: by
    /// [`time::advance`](crate::time::advance) in a task, or [`Scheduler::run_until`]. Where only
    /// sleeping tasks are left, nothing can go on then: `run_until_idle` returns, `try_run` gives a
    /// [`Deadlock`](super::Deadlock), which says that time stands still, and `run` goes on waiting.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let builder = coweave::Scheduler::builder().virtual_time();
    /// let mut scheduler = builder.auto_advance(false).build()?;
    /// let task = scheduler.spawn(coweave::sleep(Duration::from_secs(1)));
    /// assert_eq!(scheduler.run_until_idle(), 1);
    /// assert_eq!(scheduler.run_until(scheduler.now() + Duration::from_secs(1)), 0);
    /// assert!(task.is_finished());
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    pub fn auto_advance(mut self, on: bool) -> Self {
        self.auto_advance = on;
        self
    }

    /// A clock of the user's, in place of the system's.
    ///
    /// It replaces [`virtual_time`](Self::virtual_time), and the other way round: what is said last
    /// counts. The scheduler clamps it, so that a task never sees time go back.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// struct Started(std::time::Instant);
    ///
    /// impl coweave::Clock for Started {
    ///     fn now(&self) -> Duration {
    ///         self.0.elapsed()
    ///     }
    /// }
    ///
    /// let clock = Started(std::time::Instant::now());
    /// let mut scheduler = coweave::Scheduler::builder().clock(clock).build()?;
    /// scheduler.run(coweave::sleep(Duration::from_millis(1)));
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.time = TimeSource::Given(GivenClock::new(clock));
        self
    }

    /// Shuffles the order in which ready tasks go on, as this seed has it: under virtual time the same
    /// seed gives one program the same order of events, and another seed another one.
    /// [`explore`](crate::explore) tries a program under many.
    ///
    /// The next task is always any of those that are ready, each as likely as the others, also one
    /// that has just become ready or has just yielded. So nothing is first in first out there, and what
    /// is ready goes on at some time with probability one, not within a bound. The seed also gives the
    /// branch that a fair [`select!`](crate::select) or [`race!`](crate::race) polls first.
    ///
    /// What it does not change: timers fire at their deadlines, though of those that are due together
    /// any task may go on first; who waits at a primitive, a channel or in [`idle`](crate::idle) is
    /// served in the order in which they came; idle tasks come behind all that are ready, and a virtual
    /// clock stands still while anything is; at its end a scheduler drops its tasks in the order
    /// of their ids. And a task is interrupted where it suspends, nowhere else.
    ///
    /// Without it, tasks go on first in first out, and `select!` chooses in the same way in every run.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::cell::RefCell;
    /// use std::rc::Rc;
    ///
    /// let order = |seed| -> Result<Vec<u32>, coweave::BuildError> {
    ///     let mut scheduler = coweave::Scheduler::builder().virtual_time().seed(seed).build()?;
    ///     let order = Rc::new(RefCell::new(Vec::new()));
    ///     for n in 0..20 {
    ///         let order = order.clone();
    ///         drop(scheduler.spawn(async move { order.borrow_mut().push(n) }));
    ///     }
    ///     scheduler.run_until_idle();
    ///     Ok(order.take())
    /// };
    /// assert_eq!(order(7)?, order(7)?);
    /// assert_ne!(order(7)?, order(8)?);
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// After how long of standing still — nothing is ready, nothing sleeps — a report of all
    /// suspended tasks is written to standard error, once; `None`: never. The default is 10 s.
    ///
    /// # Examples
    ///
    /// ```
    /// let builder = coweave::Scheduler::builder().stall_report(None);
    /// # drop(builder);
    /// ```
    pub fn stall_report(mut self, after: Option<Duration>) -> Self {
        self.stall_report = after;
        self
    }

    /// Has `callback` called with the panic of every task that nobody joins, before what the panic
    /// carries is dropped: its handle was dropped, before or after its end, or its group was, before
    /// its end, or has detached it. What is awaited, given to a callback of
    /// [`on_completion`](crate::JoinHandle::on_completion), or left with a group, is joined.
    ///
    /// It is called where the panic is dropped: on the scheduler's thread, inside no task, if the
    /// handle had gone before the task's end; else on the thread that drops the handle, also after the
    /// scheduler's end. The panic hook has reported the panic before. A panic of `callback` is reported
    /// by the hook as well, and dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use std::sync::atomic::{AtomicUsize, Ordering};
    ///
    /// let count = Arc::new(AtomicUsize::new(0));
    /// let counting = count.clone();
    /// let builder = coweave::Scheduler::builder().on_panic(move |task| {
    ///     eprintln!("{task}, spawned at {:?}", task.spawned_at());
    ///     counting.fetch_add(1, Ordering::Relaxed);
    /// });
    /// let mut scheduler = builder.build()?;
    /// drop(scheduler.spawn(async { panic!("out of tea") }));
    /// scheduler.run_until_idle();
    /// assert_eq!(count.load(Ordering::Relaxed), 1);
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    pub fn on_panic<F>(mut self, callback: F) -> Self
    where
        F: Fn(&PanickedTask) + Send + Sync + 'static,
    {
        self.on_panic = Some(PanicHandler::Callback(Arc::new(callback)));
        self
    }

    /// Has the first such panic kept.
    pub(super) fn keep_first_panic(mut self, first: &FirstPanic) -> Self {
        self.on_panic = Some(PanicHandler::Keeper(first.clone()));
        self
    }

    /// How many threads run [blocking jobs](crate::spawn_blocking) at a time, at most; 512, if it is not
    /// said. They are started as they are needed.
    ///
    /// # Examples
    ///
    /// ```
    /// use coweave::{Scheduler, spawn_blocking};
    ///
    /// let mut scheduler = Scheduler::builder().max_blocking_threads(1).build()?;
    /// let threads = scheduler.run(async {
    ///     let jobs = [(); 2].map(|()| spawn_blocking(|| std::thread::current().id()));
    ///     let [first, second] = jobs;
    ///     (first.await.unwrap(), second.await.unwrap())
    /// });
    /// assert_eq!(threads.0, threads.1);
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    pub fn max_blocking_threads(mut self, count: usize) -> Self {
        self.blocking.limits.threads = count;
        self
    }

    /// After how long without a job a thread for [blocking jobs](crate::spawn_blocking) ends, by the
    /// system's clock; 10 s, if it is not said.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let builder = coweave::Scheduler::builder().blocking_keep_alive(Duration::from_secs(60));
    /// # drop(builder);
    /// ```
    pub fn blocking_keep_alive(mut self, duration: Duration) -> Self {
        self.blocking.limits.keep_alive = duration;
        self
    }

    /// What the scheduler does, when it is dropped, about [blocking jobs](crate::spawn_blocking) that
    /// run; it [waits](BlockingShutdown::Wait) for them, if it is not said.
    ///
    /// # Examples
    ///
    /// ```
    /// use coweave::{BlockingShutdown, Scheduler};
    ///
    /// let builder = Scheduler::builder().blocking_shutdown(BlockingShutdown::Report);
    /// # drop(builder);
    /// ```
    pub fn blocking_shutdown(mut self, how: BlockingShutdown) -> Self {
        self.blocking.shutdown = how;
        self
    }

    /// Makes the scheduler.
    ///
    /// # Errors
    /// [`BuildError`] says what in the set-up cannot be.
    ///
    /// # Examples
    ///
    /// ```
    /// let scheduler = coweave::Scheduler::builder().build()?;
    /// # drop(scheduler);
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    pub fn build(self) -> Result<Scheduler, BuildError> {
        let auto_advance = self.auto_advance;
        match (self.worker_count, &self.time) {
            (0, _) => return Err(BuildError::NoWorkers),
            (asked, _) if asked > MOST_WORKERS => {
                return Err(BuildError::TooManyWorkers { asked, most: MOST_WORKERS });
            }
            (2.., TimeSource::Virtual) => {
                return Err(BuildError::VirtualTimeOfSeveralWorkers { asked: self.worker_count });
            }
            (2.., _) if self.seed.is_some() => {
                return Err(BuildError::SeedOfSeveralWorkers { asked: self.worker_count });
            }
            (_, TimeSource::System | TimeSource::Given(_)) if !auto_advance => {
                return Err(BuildError::NoVirtualTime);
            }
            _ => {}
        }
        let time = self.time;
        let clock = move || match &time {
            TimeSource::Virtual => WorkerClock::virtual_time(auto_advance),
            TimeSource::System => WorkerClock::system(),
            TimeSource::Given(clock) => WorkerClock::given(clock.clone()),
        };
        if self.blocking.limits.threads == 0 {
            return Err(BuildError::NoBlockingThreads);
        }
        let pool = Pool::new(self.blocking.limits);
        let mut posts = (0..self.worker_count)
            .map(|place| Mailbox::new(self.on_panic.clone(), pool.clone(), place));
        if self.worker_count == 1 {
            let post = posts.next().expect("there is one worker");
            let core = OwnedCore::new(clock(), self.seed, post, None);
            return Ok(Scheduler::new(core, None, self.stall_report, self.blocking.shutdown));
        }
        let posts: Vec<_> = posts.collect();
        let team = Team::new(posts.iter().map(|(mailbox, _)| mailbox.clone()));
        let mut posts = posts.into_iter();
        let post = posts.next().expect("there are several workers");
        let core = OwnedCore::new(clock(), self.seed, post, Some(team.join(0)));
        let (workers, failed) = Workers::start(&team, posts, clock);
        // What has been started ends with the scheduler.
        let scheduler =
            Scheduler::new(core, Some(workers), self.stall_report, self.blocking.shutdown);
        match failed {
            None => Ok(scheduler),
            Some((worker, error)) => {
                Err(BuildError::ThreadNotStarted { worker, kind: error.kind() })
            }
        }
    }
}

//! The pool: a queue of jobs behind one lock, and the threads that empty it.
//!
//! # States of a thread
//!
//! ```text
//!              a job is there                   none is
//!  started ──────────────────► RUNNING ◄─────────────────────► IDLE
//!     │                           │                             │
//!     └───────────────────────────┴──► ENDED ◄──────────────────┘
//!                  none is, and the pool has ended      also: after `keep_alive`
//! ```
//!
//! # Invariants
//! * **D1 none forgotten** While a job is queued, some thread has yet to look at the queue before it
//!   may wait or end: the one that was started for it, an idle one that was notified, or, at the limit
//!   or where none could be started, one that runs. Threads look, wait and end under the lock.
//! * **D2 limit** A thread is started under the lock, and only while `threads` are fewer than the limit.
//! * **D3 no foreign code** No job is run or dropped under the lock.

use std::collections::BTreeMap;
use std::io;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use crate::primitives::{AtomicU64, Condvar, Lock, LockGuard, Ordering, thread};

/// What a thread of the pool runs.
pub(crate) trait Job: Send + Sync {
    /// Its place in the queue.
    fn number(&self) -> u64;
    fn spawned_at(&self) -> &'static Location<'static>;
    /// Does not unwind.
    fn run(self: Arc<Self>);
}

/// How many threads there may be, and for how long they wait for a job.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) threads: usize,
    pub(crate) keep_alive: Duration,
}

/// See the module.
pub(crate) struct Pool {
    limits: Limits,
    numbers: AtomicU64,
    pub(super) state: Lock<State>,
    /// Notified when a job is queued, and when the pool ends.
    pub(super) queued: Condvar,
    /// Notified when a thread ends.
    pub(super) ended: Condvar,
}

#[derive(Default)]
pub(super) struct State {
    /// In the order of their numbers.
    pub(super) queue: BTreeMap<u64, Arc<dyn Job>>,
    /// All threads that have not ended, by their numbers.
    pub(super) threads: BTreeMap<u64, thread::JoinHandle<()>>,
    /// Threads that wait, also those that were notified and have not looked yet.
    idle_count: usize,
    /// Where what each thread runs was spawned.
    pub(super) running: BTreeMap<u64, &'static Location<'static>>,
    started_count: u64,
    pub(super) has_ended: bool,
}

/// Why a job is not accepted.
#[derive(Debug)]
pub(crate) enum Refused {
    /// The pool has ended.
    Ended,
    /// There is no thread, and none can be started.
    NoThread(io::Error),
}

impl State {
    /// Whether something runs, or will.
    pub(super) fn has_work(&self) -> bool {
        !self.running.is_empty() || !self.queue.is_empty()
    }
}

impl Pool {
    pub(crate) fn new(limits: Limits) -> Arc<Self> {
        Arc::new(Self {
            limits,
            numbers: AtomicU64::new(0),
            state: Lock::new(State::default()),
            queued: Condvar::new(),
            ended: Condvar::new(),
        })
    }

    /// A number for a job: jobs start in the order of their numbers.
    pub(crate) fn next_number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// Has a thread run the job, as soon as one has time for it.
    pub(crate) fn submit(self: &Arc<Self>, job: Arc<dyn Job>) -> Result<(), Refused> {
        let mut state = self.state.lock();
        if state.has_ended {
            drop(state);
            return Err(Refused::Ended);
        }
        let number = job.number();
        state.queue.insert(number, job);
        if state.idle_count > 0 {
            self.queued.notify_one();
        }
        if state.queue.len() > state.idle_count
            && state.threads.len() < self.limits.threads
            && let Err(error) = self.start_thread(&mut state)
            && state.threads.is_empty()
        {
            let refused = state.queue.remove(&number);
            drop(state);
            drop(refused);
            return Err(Refused::NoThread(error));
        }
        Ok(())
    }

    fn start_thread(self: &Arc<Self>, state: &mut State) -> io::Result<()> {
        let number = state.started_count + 1;
        let pool = self.clone();
        let builder = thread::Builder::new().name(format!("coweave-blocking-{number}"));
        let thread = builder.spawn(move || pool.run_jobs(number))?;
        state.started_count = number;
        state.threads.insert(number, thread);
        Ok(())
    }

    /// Takes a job out of the queue that nobody wants to have run any more, if it is still there.
    pub(crate) fn withdraw(&self, number: u64) {
        let withdrawn = self.state.lock().queue.remove(&number);
        drop(withdrawn);
    }

    /// What a thread does.
    fn run_jobs(&self, number: u64) {
        let mut state = self.state.lock();
        loop {
            while let Some((_, job)) = state.queue.pop_first() {
                state = self.run_one(number, job, state);
            }
            if state.has_ended {
                break;
            }
            state.idle_count += 1;
            let is_idle = |state: &mut State| state.queue.is_empty() && !state.has_ended;
            state = self.queued.wait_timeout_while(state, self.limits.keep_alive, is_idle);
            state.idle_count -= 1;
            if state.queue.is_empty() {
                break;
            }
        }
        // Who ends by itself is not joined; after the pool's end it may be.
        let own = if state.has_ended { None } else { state.threads.remove(&number) };
        self.ended.notify_all();
        drop(state);
        drop(own);
    }

    fn run_one<'a>(
        &'a self,
        number: u64,
        job: Arc<dyn Job>,
        mut state: LockGuard<'a, State>,
    ) -> LockGuard<'a, State> {
        state.running.insert(number, job.spawned_at());
        drop(state);
        job.run();
        let mut state = self.state.lock();
        state.running.remove(&number);
        state
    }
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").field("limits", &self.limits).finish_non_exhaustive()
    }
}

//! A job on a thread of the pool, and the task that waits for it.
//!
//! # States of a job
//!
//! ```text
//!            start                finish                    take
//!  QUEUED ──────────► RUNNING ───────────────► FINISHED ──────────► GONE
//!     │ give_up          │ give_up                │ give_up │ hand_back
//!     ▼                  ▼                        ▼         ▼
//!   GONE: dropped      GONE: finish drops       GONE     UNWANTED ── start ──► GONE
//!   with the frame     the output there
//! ```
//!
//! # Invariants
//! * **G1 once** Closure, output and payload move out of the stage under its lock, and are called,
//!   handed over or dropped outside of it by whoever took them.
//! * **G2 told before gone** The guard of a job, which holds the virtual clock and keeps a world from
//!   being closed, goes after the waiter was told.
//!
//! # Who drops what
//! The closure: the thread that calls it; if it is not called, the worker that drops the task's frame.
//! The output: who joins the task; if nobody does, a thread of the pool.

use std::mem;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc as Count;
use std::task::{Context, Poll};

use super::join::JoinHandle;
use super::mailbox::{Mailbox, Outside};
use super::site_ref::SiteRef;
use super::spawn::Spawn;
use super::state::Waits;
use super::this_thread::{self, with_any_core};
use super::waiter::Wait;
use crate::blocking::{Job, Refused};
use crate::primitives::{Arc, Lock, Payload, discard, quietly};

/// What a thread of the pool and the task have in common. (Its count is about memory alone: what
/// crosses is ordered by the lock.)
struct BlockingJob<F, T> {
    number: u64,
    spawned_at: &'static Location<'static>,
    stage: Lock<Stage<F, T>>,
}

enum Stage<F, T> {
    Queued {
        call: F,
        waiter: Option<Wait>,
        guard: Option<Outside>,
    },
    Running {
        waiter: Option<Wait>,
    },
    Finished(Result<T, Payload>),
    /// The output, which a thread of the pool is to drop.
    Unwanted {
        output: T,
        guard: Option<Outside>,
    },
    Gone,
}

impl<F, T> BlockingJob<F, T> {
    fn replace(&self, stage: Stage<F, T>) -> Stage<F, T> {
        mem::replace(&mut *self.stage.lock(), stage)
    }

    /// What a finished job has left; or keeps who is to be told when it has.
    fn take_or_wait(&self, me: Wait) -> Option<Result<T, Payload>> {
        let mut stage = self.stage.lock();
        let (finished, before) = match &mut *stage {
            Stage::Queued { waiter, .. } | Stage::Running { waiter } => (None, waiter.replace(me)),
            Stage::Finished(_) => (Some(mem::replace(&mut *stage, Stage::Gone)), Some(me)),
            Stage::Unwanted { .. } | Stage::Gone => (None, Some(me)),
        };
        drop(stage);
        // A waker's destructor is foreign code.
        drop(before);
        if let Some(Stage::Finished(result)) = finished { Some(result) } else { None }
    }

    /// Whether the task still waits for it.
    fn is_wanted(&self) -> bool {
        !matches!(*self.stage.lock(), Stage::Gone)
    }
}

impl<F: FnOnce() -> T, T> BlockingJob<F, T> {
    /// Calls the closure, and tells who waits.
    fn call(&self, call: F, guard: Option<Outside>) {
        let result = catch_unwind(AssertUnwindSafe(call));
        let mut stage = self.stage.lock();
        let told = match mem::replace(&mut *stage, Stage::Gone) {
            Stage::Running { waiter } => {
                *stage = Stage::Finished(result);
                Ok(waiter)
            }
            Stage::Gone | Stage::Queued { .. } | Stage::Finished(_) | Stage::Unwanted { .. } => {
                Err(result)
            }
        };
        drop(stage);
        match told {
            Ok(waiter) => waiter.into_iter().for_each(Wait::wake),
            Err(Ok(output)) => quietly(|| drop(output)),
            Err(Err(payload)) => discard(payload),
        }
        // The last: who waits has its mail by now (G2).
        drop(guard);
    }
}

impl<F, T> Job for BlockingJob<F, T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    fn number(&self) -> u64 {
        self.number
    }

    fn spawned_at(&self) -> &'static Location<'static> {
        self.spawned_at
    }

    fn run(self: Count<Self>) {
        let mut stage = self.stage.lock();
        match mem::replace(&mut *stage, Stage::Gone) {
            Stage::Queued { call, waiter, guard } => {
                *stage = Stage::Running { waiter };
                drop(stage);
                self.call(call, guard);
            }
            Stage::Unwanted { output, guard } => {
                drop(stage);
                quietly(|| drop(output));
                drop(guard);
            }
            // Given up before it was queued, or as it was taken out of the queue.
            Stage::Gone => {}
            Stage::Running { .. } | Stage::Finished(_) => unreachable!("a job is run once"),
        }
    }
}

/// The future of a job's task: it waits for the job, and gives its output.
struct Completion<F, T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    job: Count<BlockingJob<F, T>>,
    mailbox: Arc<Mailbox>,
    /// Whether it keeps the world going.
    is_guarded: bool,
}

impl<F, T> Completion<F, T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    fn new(mailbox: &Arc<Mailbox>, spawn: &Spawn, call: F) -> Self {
        let is_guarded = !spawn.is_background();
        let guard = is_guarded.then(|| Outside::guard(mailbox));
        let job = Count::new(BlockingJob {
            number: mailbox.blocking().next_number(),
            spawned_at: spawn.at,
            stage: Lock::new(Stage::Queued { call, waiter: None, guard }),
        });
        Self { job, mailbox: mailbox.clone(), is_guarded }
    }

    /// Has a thread of the pool drop an output that nobody takes, which may take long.
    fn hand_back(&self, output: T) {
        let guard = self.is_guarded.then(|| Outside::guard(&self.mailbox));
        drop(self.job.replace(Stage::Unwanted { output, guard }));
        if self.mailbox.blocking().submit(self.job.clone()).is_err() {
            // There is no thread any more.
            self.job.clone().run();
        }
    }
}

impl<F, T> Future for Completion<F, T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        // Made before the lock is held, for to clone a waker is foreign code.
        let me = Wait::of(cx.waker());
        let waiting = me.task();
        match self.job.take_or_wait(me) {
            None => {
                let site = SiteRef::location(self.job.spawned_at);
                this_thread::with_running(|running| running.suspends_at(site, Waits::Blocking));
                Poll::Pending
            }
            Some(Err(payload)) => resume_unwind(payload),
            Some(Ok(output)) => {
                let is_detached =
                    this_thread::with_running(|it| it.header().state.is_detached()) == Some(true);
                match waiting {
                    Some(me) if is_detached => {
                        self.hand_back(output);
                        // It ends without an output.
                        me.cancel();
                        Poll::Pending
                    }
                    _ => Poll::Ready(output),
                }
            }
        }
    }
}

/// The task ends, by its job's end, by being cancelled or with its scheduler: what has not begun never
/// does; what runs goes on, and drops its own output.
impl<F, T> Drop for Completion<F, T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    fn drop(&mut self) {
        let mut stage = self.job.stage.lock();
        if matches!(*stage, Stage::Unwanted { .. }) {
            return;
        }
        let left = mem::replace(&mut *stage, Stage::Gone);
        drop(stage);
        match left {
            Stage::Queued { call, waiter, guard } => {
                self.mailbox.blocking().withdraw(self.job.number);
                drop((call, waiter, guard));
            }
            Stage::Running { waiter } => drop(waiter),
            Stage::Finished(Ok(output)) => self.hand_back(output),
            Stage::Finished(Err(payload)) => discard(payload),
            Stage::Unwanted { .. } | Stage::Gone => {}
        }
    }
}

impl Spawn {
    /// Spawns a job, and its task, on this thread's worker.
    ///
    /// # Panics
    /// Where no scheduler runs on this thread, and where no thread for it can be started.
    #[track_caller]
    pub(crate) fn blocking_here<F, T>(self, call: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let Some(mailbox) = with_any_core(|core| core.mailbox().clone()) else {
            super::spawn::outside()
        };
        let task = Completion::new(&mailbox, &self, call);
        let job = task.job.clone();
        submit(&mailbox, job, self.here_or_panic(task))
    }

    /// The same on the mailbox's worker, from whatever thread; if that has ended, the closure is
    /// dropped, and the handle gives `Cancelled`.
    ///
    /// # Panics
    /// Where no thread for it can be started.
    #[track_caller]
    pub(crate) fn blocking_by_mail<F, T>(self, mailbox: &Arc<Mailbox>, call: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let task = Completion::new(mailbox, &self, call);
        let job = task.job.clone();
        let handle = self.by_mail_to_stay(mailbox, task).unwrap_or_else(|task| {
            drop(task);
            JoinHandle::refused()
        });
        submit(mailbox, job, handle)
    }
}

/// Behind the spawn, for a task that is refused has dropped its job.
#[track_caller]
fn submit<F, T>(
    mailbox: &Arc<Mailbox>,
    job: Count<BlockingJob<F, T>>,
    handle: JoinHandle<T>,
) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    if !job.is_wanted() {
        return handle;
    }
    match mailbox.blocking().submit(job) {
        // A pool that has ended has done so behind its tasks: this one has been cancelled.
        Ok(()) | Err(Refused::Ended) => handle,
        Err(Refused::NoThread(error)) => {
            handle.cancel();
            drop(handle);
            panic!("no thread could be started for a blocking job, and there is none: {error}")
        }
    }
}

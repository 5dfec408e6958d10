//! Building a task from a future, here or from another thread.
//!
//! # Invariants
//! * **N1 what fits** Frames and outputs that do not fit a cell are boxed, by their types alone, so
//!   that the handle knows.
#![expect(unsafe_code, reason = "gives tasks to workers")]

use std::hint::cold_path;
use std::panic::Location;

use super::cell::{Cell as TaskCell, kind};
use super::extra::{Extra, Joiner};
use super::join::JoinHandle;
use super::mailbox::Mailbox;
use super::slab::Origin;
use super::state::Outcome;
use super::task_ref::TaskRef;
use super::worker_core::{WorkerCore, fits};
use super::{JoinError, this_thread};
use crate::primitives::Arc;

/// Whether another worker may take a task that runs an `F`.
///
/// # Safety
/// * If it `MOVES`, an `F` and its output are `Send`.
pub(super) unsafe trait Mobility<F: Future> {
    const MOVES: bool;
}

/// It stays with the worker on which it was spawned.
#[derive(Debug)]
pub(super) struct Stays;

// SAFETY: it does not move.
unsafe impl<F: Future> Mobility<F> for Stays {
    const MOVES: bool = false;
}

/// Another worker may take it.
#[derive(Debug)]
pub(super) struct Moves;

// SAFETY: as the bounds say.
unsafe impl<F: Future<Output: Send> + Send> Mobility<F> for Moves {
    const MOVES: bool = true;
}

/// As an [`Errand`] was promised.
struct Promised;

// SAFETY: used for what `Errand::movable` was given alone.
unsafe impl<F: Future> Mobility<F> for Promised {
    const MOVES: bool = true;
}

/// How a task is spawned, apart from its future.
#[derive(Debug)]
pub(crate) struct Spawn {
    pub(super) at: &'static Location<'static>,
    /// What few tasks are given.
    pub(super) extra: Option<Box<Extra>>,
}

impl Spawn {
    #[track_caller]
    #[inline(always)]
    pub(crate) fn here() -> Self {
        Self { at: Location::caller(), extra: None }
    }

    /// As it was called elsewhere.
    pub(crate) fn at(at: &'static Location<'static>) -> Self {
        Self { at, extra: None }
    }

    pub(super) fn with(self, extra: Option<Box<Extra>>) -> Self {
        Self { extra, ..self }
    }

    pub(super) fn is_background(&self) -> bool {
        self.extra.as_ref().is_some_and(|extra| extra.traits.is_background)
    }

    /// Spawns on this thread's worker. The future stays on this thread.
    ///
    /// # Panics
    /// Where no scheduler runs on this thread.
    #[track_caller]
    #[inline(always)]
    pub(crate) fn here_or_panic<F: Future + 'static>(self, future: F) -> JoinHandle<F::Output> {
        self.spawn_here::<F, Stays>(future)
    }

    /// The same of a future that another worker may take.
    ///
    /// # Panics
    /// Where no scheduler runs on this thread.
    #[track_caller]
    #[inline(always)]
    pub(crate) fn movable_here_or_panic<F>(self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.spawn_here::<F, Moves>(future)
    }

    #[track_caller]
    #[inline(always)]
    fn spawn_here<F: Future + 'static, M: Mobility<F>>(self, future: F) -> JoinHandle<F::Output> {
        // No closure: the future would go through memory once more.
        // SAFETY: the reference ends with this call.
        let Some(core) = (unsafe { this_thread::core() }) else {
            cold_path();
            return self.on_core_outside::<F, M>(future).unwrap_or_else(|| outside());
        };
        self.on_and_then::<F, M>(core, future, |core, task| core.ready.push(task))
    }

    /// On this thread's worker, if that has others beside it.
    #[cold]
    #[inline(never)]
    fn on_core_outside<F: Future + 'static, M: Mobility<F>>(
        self,
        future: F,
    ) -> Option<JoinHandle<F::Output>> {
        this_thread::with_core_outside(|core| {
            self.on_and_then::<F, M>(core, future, |core, task| core.ready.push(task))
        })
    }

    /// Spawns on this worker. The future stays on this thread, so it need not be `Send`.
    #[inline(always)]
    pub(crate) fn on<F: Future + 'static>(
        self,
        core: &WorkerCore,
        future: F,
    ) -> JoinHandle<F::Output> {
        self.on_and_then::<F, Stays>(core, future, |core, task| core.ready.push(task))
    }

    /// The same, and `start` says when it is resumed.
    #[inline(always)]
    pub(super) fn on_and_then<F: Future + 'static, M: Mobility<F>>(
        self,
        core: &WorkerCore,
        future: F,
        start: impl FnOnce(&WorkerCore, TaskRef),
    ) -> JoinHandle<F::Output> {
        if core.is_closing() {
            cold_path();
            crate::primitives::quietly(|| drop(future));
            return JoinHandle::refused();
        }
        let extra = self.extra;
        // SAFETY: the future is `'static`.
        let task = unsafe { build::<F, M>(core, future, self.at) };
        start(core, task);
        if let Some(extra) = extra {
            core.set_extra(task, extra);
        }
        // SAFETY: the task is this worker's, the handle is counted, the output as `build` has it.
        unsafe { JoinHandle::new(task, core.home()) }
    }

    /// Spawns on the mailbox's worker, from whatever thread; gives the future back if it has ended.
    pub(crate) fn by_mail<F>(
        self,
        mailbox: &Arc<Mailbox>,
        future: F,
    ) -> Result<JoinHandle<F::Output>, F>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.by_mail_as::<F, { kind::MOVES }>(mailbox, future)
    }

    /// The same of what stays with that worker.
    pub(super) fn by_mail_to_stay<F>(
        self,
        mailbox: &Arc<Mailbox>,
        future: F,
    ) -> Result<JoinHandle<F::Output>, F>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.by_mail_as::<F, { kind::STAYS }>(mailbox, future)
    }

    fn by_mail_as<F, const KIND: u8>(
        self,
        mailbox: &Arc<Mailbox>,
        future: F,
    ) -> Result<JoinHandle<F::Output>, F>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let mut future = Some(future);
        let spawned = mailbox.spawn(|slab, id| {
            let future = future.take().expect("built once");
            let task = place!(future, |frame| {
                TaskCell::<_, KIND>::build(slab, frame, id, Origin::outside, self.at)
            });
            if let Some(extra) = self.extra {
                // SAFETY: the slot was just built, and nobody else knows the task yet.
                unsafe { task.header() }.set_extra(extra);
            }
            task
        });
        match spawned {
            // SAFETY: the task is that worker's, which counts the handle when it gets the message.
            Some(task) => Ok(unsafe { JoinHandle::new(task, Arc::as_ptr(mailbox).cast_mut()) }),
            None => Err(future.expect("a refused spawn builds nothing")),
        }
    }
}

#[cold]
#[track_caller]
pub(super) fn outside() -> ! {
    panic!(
        "a task was spawned on a thread where no scheduler runs; spawn it inside coweave::run, or \
         through a SchedulerHandle"
    )
}

/// Calls `$build` with a future whose frame and output fit a cell (N1).
macro_rules! place {
    ($future:expr, |$frame:ident| $build:expr) => {{
        let $frame = $future;
        if const { fits::<F>() && fits::<F::Output>() } {
            $build
        } else if const { fits::<F::Output>() } {
            let $frame = Box::pin($frame);
            $build
        } else {
            let $frame = Box::pin(async move { Box::new($frame.await) });
            $build
        }
    }};
}
use place;

/// Builds a task on this worker, which is not queued yet.
///
/// # Safety
/// * `future` is `'static`, or the caller ends the task before the future's borrows end.
#[inline(always)]
#[expect(clippy::unnecessary_safety_comment, reason = "the lint takes it for that of the `if`")]
unsafe fn build<F: Future, M: Mobility<F>>(
    core: &WorkerCore,
    future: F,
    at: &'static Location<'static>,
) -> TaskRef {
    // SAFETY: passed on to the caller.
    if !M::MOVES {
        // SAFETY: passed on to the caller.
        return unsafe { build_as::<F, { kind::STAYS }>(core, future, at) };
    }
    // SAFETY: passed on to the caller; it may move, says `Mobility`.
    unsafe { build_as::<F, { kind::MOVES }>(core, future, at) }
}

/// # Safety
/// * As for [`build`]; if its kind is `MOVES`, `future` and its output are `Send`.
#[inline(always)]
unsafe fn build_as<F: Future, const KIND: u8>(
    core: &WorkerCore,
    future: F,
    at: &'static Location<'static>,
) -> TaskRef {
    // SAFETY: passed on to the caller.
    place!(future, |frame| unsafe { core.spawn::<_, KIND>(frame, at) })
}

/// A future that is to be spawned, and what is known of it.
#[derive(Debug)]
pub(crate) struct Errand<F> {
    spawn: Spawn,
    future: F,
    /// It is `Send`, and so is its output.
    is_movable: bool,
}

impl<F: Future + 'static> Errand<F> {
    /// What another worker may take.
    pub(crate) fn movable(spawn: Spawn, future: F) -> Self
    where
        F: Send,
        F::Output: Send,
    {
        Self { spawn, future, is_movable: true }
    }

    pub(crate) fn local(spawn: Spawn, future: F) -> Self {
        Self { spawn, future, is_movable: false }
    }

    /// As [`Spawn::here_or_panic`].
    #[track_caller]
    pub(crate) fn here_or_panic(self) -> JoinHandle<F::Output> {
        if self.is_movable {
            self.spawn.spawn_here::<F, Promised>(self.future)
        } else {
            self.spawn.spawn_here::<F, Stays>(self.future)
        }
    }
}

impl<F> Errand<F> {
    pub(crate) fn into_future(self) -> F {
        self.future
    }
}

/// The future that `run` was given, as a task: it may borrow from `run`'s caller.
#[derive(Debug)]
pub(crate) struct RunTask<'a, T> {
    core: &'a WorkerCore,
    task: TaskRef,
    has_output: bool,
    _output: std::marker::PhantomData<T>,
}

impl<'a, T> RunTask<'a, T> {
    /// Calls `drive` until it returns, with the task ready, and gives the task's output, or what
    /// `drive` returned if that gave up.
    pub(crate) fn run<F: Future<Output = T>, E>(
        core: &'a WorkerCore,
        at: &'static Location<'static>,
        future: F,
        drive: impl FnOnce() -> Result<(), E>,
    ) -> Result<Result<T, JoinError>, E> {
        // SAFETY: the guard, which does not leave this function, ends the task when it is dropped.
        let task = unsafe { build::<F, Stays>(core, future, at) };
        core.count_handles(-1);
        core.ready.push(task);
        let mut this = Self { core, task, has_output: false, _output: std::marker::PhantomData };
        core.run_ended.set(false);
        // SAFETY: the owner's thread; no other reference to the rare things is in use.
        drop(unsafe { core.header(task).set_joiner(Joiner::Run) });
        drive()?;
        this.has_output = true;
        let outcome =
            core.header(task).state.outcome().expect("run drives until its task has ended");
        // SAFETY: the task has ended with this outcome, taken once, here.
        Ok(unsafe { JoinHandle::<T>::take(task, outcome) })
    }
}

impl<T> Drop for RunTask<'_, T> {
    fn drop(&mut self) {
        if !self.has_output {
            self.core.cancel_run(self.task);
            let outcome = self.core.header(self.task).state.outcome();
            // SAFETY: `cancel_run` has ended the task; what it left is dropped once, here.
            let left =
                unsafe { JoinHandle::<T>::take(self.task, outcome.unwrap_or(Outcome::Cancelled)) };
            crate::primitives::quietly(|| drop(left));
        }
        self.core.run_ended.set(false);
        self.core.free(self.task);
    }
}

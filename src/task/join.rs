//! Waiting for a task: sixteen bytes, no count.
//!
//! On its task's own worker a handle acts on the header with plain loads and stores. Elsewhere it
//! reads whether the task has ended, and otherwise speaks by mail; after the worker's end the slot
//! is its own.
//!
//! # Invariants
//! * **J1 attached** A slot is not freed while its handle lives.
//! * **J2 by mail for ever** Once a handle has sent one message, it speaks by mail also on the
//!   worker's thread: a direct act could overtake the message.
//! * **J3 mailbox** The mailbox lives as long as the handle: the worker holds it, and leaves its
//!   count to the handles that are left (B3).
//! * **J4 one word** `mailbox` says all that a handle must know of itself: it is its worker's `home`
//!   only while the output is not taken and nothing was mailed, and null once the output is taken.
#![expect(unsafe_code, reason = "reaches slot and mailbox without counting")]

use std::fmt;
use std::hint::cold_path;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use super::awaiting::{Awaited, Leaf};
use super::cell;
use super::ending::drop_joiner;
use super::header::Header;
use super::id::TaskId;
use super::join_error::JoinError;
use super::mailbox::{Mail, Mailbox};
use super::site_ref::SiteRef;
use super::state::{Outcome, Waits};
use super::task_ref::TaskRef;
use super::this_thread::{self, Running};
use super::worker_core::WorkerCore;
use crate::coroutine::Site;
use crate::primitives::{AtomicPtr, Ordering, unshared};

/// Waits for a task's end, and gives its output.
///
/// A handle is a future: `handle.await` is `Ok` with the task's output, or a [`JoinError`] if the
/// task was cancelled or has panicked. It may be awaited in a task of the same scheduler (which
/// costs no atomic operation), in one of another, or under any other executor.
///
/// Dropping the handle detaches the task: it goes on, and its output is dropped when it ends.
///
/// On another thread, and on the scheduler's own between two runs, what a handle does is mailed, and
/// takes effect when the scheduler next looks at its mail: at once if it is idle, at the start of a
/// run, and within 61 resumes otherwise.
///
/// # Cancellation
/// Dropping a handle while it waits loses nothing but the output. Moving a half-awaited handle to
/// another task, or thread, is fine: it then wakes that one.
///
/// # Panics
/// Awaiting a handle again after it gave its output panics.
///
/// # Examples
///
/// ```
/// coweave::run(async {
///     let handle = coweave::spawn(async { 6 * 7 });
///     assert_eq!(handle.await.unwrap(), 42);
/// });
/// ```
#[must_use = "a handle that is dropped detaches its task; to say so, write `drop(handle)`"]
pub struct JoinHandle<T> {
    /// Not looked at once the output is taken.
    pub(super) task: TaskRef,
    /// `REFUSED` for a task that was refused. The low bit says that the handle has spoken by mail (J2).
    /// Null once the output is taken (J4).
    pub(super) mailbox: AtomicPtr<Mailbox>,
    _output: PhantomData<T>,
}

pub(super) const MAILED: usize = 1;
/// No mailbox's address.
pub(super) const REFUSED: usize = 2;
const _: () = assert!(align_of::<Mailbox>() > REFUSED);

// SAFETY: off the worker's thread only the stage is read and mail is sent; the output, a `T`, is
// taken or dropped on the handle's thread.
unsafe impl<T: Send> Send for JoinHandle<T> {}
// SAFETY: a shared handle reads the stage, and sends mail or acts on the worker's own thread; the
// pointer's low bit, the only thing it changes in itself, is atomic.
unsafe impl<T: Send> Sync for JoinHandle<T> {}
impl<T> Unpin for JoinHandle<T> {}

impl<T> JoinHandle<T> {
    /// The handle of a new task, whose output is a `T`.
    ///
    /// # Safety
    /// * The task is of the mailbox's worker, which counts this handle; its output is a `T` (or,
    ///   where that does not fit, a `Box<T>`).
    #[inline(always)]
    pub(super) unsafe fn new(task: TaskRef, mailbox: *mut Mailbox) -> Self {
        Self { task, mailbox: AtomicPtr::new(mailbox), _output: PhantomData }
    }

    /// The handle of a task that was refused: it gives `Cancelled`.
    pub(crate) fn refused() -> Self {
        let mailbox = AtomicPtr::new(std::ptr::without_provenance_mut(REFUSED));
        Self { task: cell::refused_task(), mailbox, _output: PhantomData }
    }

    /// The task; `None` once the output is taken.
    #[inline(always)]
    pub(super) fn task(&self) -> Option<TaskRef> {
        // Relaxed, here and below: it is only about what this handle itself has done.
        (!self.mailbox.load(Ordering::Relaxed).is_null()).then_some(self.task)
    }

    /// What was mailed is acted upon before this handle acts again (J2).
    pub(super) fn acts_directly(&self) {
        let mailbox = self.mailbox.load(Ordering::Relaxed);
        self.mailbox.store(mailbox.map_addr(|address| address & !MAILED), Ordering::Relaxed);
    }

    /// The output is taken, and the slot given back.
    #[inline(always)]
    pub(super) fn forget_task(&mut self) {
        self.mailbox = AtomicPtr::new(std::ptr::null_mut());
    }

    fn header(&self) -> Option<&Header> {
        // SAFETY: the slot is not freed (J1), and its memory lives: the worker's or ours (B3).
        self.task().map(|task| unsafe { task.header() })
    }

    /// Whether this is the worker's own thread, and nothing was mailed.
    #[inline(always)]
    pub(super) fn is_at_home(&self) -> bool {
        self.in_any_home(|_| ()).is_some()
    }

    /// As `at_home`, also where the worker must be entered first.
    pub(super) fn in_any_home<R>(&self, f: impl FnOnce(&WorkerCore) -> R) -> Option<R> {
        this_thread::with_any_core(|core| self.is_home(core).then(|| f(core))).flatten()
    }

    /// Calls `f` on the worker's own thread, if nothing was mailed.
    #[inline(always)]
    fn at_home<R>(&self, f: impl FnOnce(&WorkerCore) -> R) -> Option<R> {
        this_thread::with_core(|core| self.is_home(core).then(|| f(core))).flatten()
    }

    /// Whether this thread's worker, which is `core`, is the task's own, nothing was mailed, and the
    /// output is not taken (J4).
    #[inline(always)]
    pub(super) fn is_home(&self, core: &WorkerCore) -> bool {
        std::ptr::eq(self.mailbox.load(Ordering::Relaxed), core.home())
    }

    /// The same, and this worker, whose task runs, is inside: it has no others beside it.
    #[inline(always)]
    fn is_home_alone(&self, core: &WorkerCore) -> bool {
        std::ptr::eq(self.mailbox.load(Ordering::Relaxed), core.home_alone())
    }

    /// Whether the task has ended.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let handle = coweave::spawn(async {});
    ///     assert!(!handle.is_finished());
    ///     coweave::yield_now().await;
    ///     assert!(handle.is_finished());
    /// });
    /// ```
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.header().is_none_or(|header| header.state.outcome().is_some())
    }

    /// The task's id; never used again within its scheduler.
    ///
    /// # Panics
    /// If the handle has given its output.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let handle = coweave::spawn(async { coweave::task::current().id() });
    ///     let id = handle.id();
    ///     assert_eq!(handle.await.unwrap(), id);
    /// });
    /// ```
    #[must_use]
    pub fn id(&self) -> TaskId {
        self.header().expect("a JoinHandle was used after it gave its output").id()
    }

    /// Ends the task at its next suspension point: its frame is dropped there, in the order in
    /// which a function would drop its locals, and whoever joins it is told that it was cancelled.
    ///
    /// The frame is dropped when the task's turn comes, behind all tasks that are ready, never
    /// within this call. A task that never suspends again completes all the same, and gives its
    /// output; so does a [blocking job](crate::spawn_blocking#cancellation) that runs, but its output is
    /// dropped. Cancelling a task that has ended does nothing. What becomes of what the task holds, waits
    /// for and owns is told [in one place](crate::task#cancellation).
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let forever = coweave::spawn(std::future::pending::<()>());
    ///     forever.cancel();
    ///     assert!(forever.await.unwrap_err().is_cancelled());
    /// });
    /// ```
    pub fn cancel(&self) {
        let Some(task) = self.task() else { return };
        if self.in_any_home(|core| core.cancel(task)).is_none() {
            // Refused means that the task has ended: there is nothing to cancel.
            self.send(Mail::Cancel);
        }
    }

    /// Takes what an ended task has left.
    ///
    /// # Safety
    /// * The task ended with this outcome, which is taken or dropped this once (E1).
    #[inline(always)]
    pub(super) unsafe fn take(task: TaskRef, outcome: Outcome) -> Result<T, JoinError> {
        if outcome != Outcome::Completed {
            // SAFETY: passed on to the caller.
            return Err(unsafe { take_error(task, outcome) });
        }
        if const { cell::fits::<T>() } {
            // SAFETY: the output is a `T`, in place.
            return Ok(unsafe { cell::output::<T>(task).read() });
        }
        // SAFETY: the output does not fit, so it is a `Box<T>`, in place.
        Ok(*unsafe { cell::output::<Box<T>>(task).read() })
    }

    /// At home: takes the outcome and gives back the slot, if the task has ended.
    #[inline(always)]
    pub(super) fn try_take(&mut self, core: &WorkerCore) -> Option<Result<T, JoinError>> {
        let task = self.task;
        let outcome = core.header(task).state.usual_outcome()?;
        // SAFETY: it has ended, and the handle forgets it.
        let result = unsafe { Self::take(task, outcome) };
        core.release(task);
        self.forget_task();
        Some(result)
    }

    #[inline(always)]
    fn poll_from(
        &mut self,
        waker: &Waker,
        site: impl FnOnce() -> SiteRef,
    ) -> Poll<Result<T, JoinError>> {
        let Some(running) = this_thread::lent(waker) else {
            return self.poll_slowly(waker, site);
        };
        if !self.is_home_alone(running.core) {
            cold_path();
            return self.poll_beside_others(running, waker, site);
        }
        if let Some(result) = self.try_take(running.core) {
            return Poll::Ready(result);
        }
        join_by_task(running, self.task);
        running.suspends_at(site(), Waits::Join);
        Poll::Pending
    }
}

/// Registers the running task as the joiner of `task`, which is of the same worker.
#[inline(always)]
pub(super) fn join_by_task(running: Running<'_>, task: TaskRef) {
    let me = running.header().registration(running.task);
    // SAFETY: the owner's thread; no other reference to the rare things is in use.
    let before = unsafe { running.core.header(task).set_joiner_task(me) };
    drop_joiner(before);
}

/// # Safety
/// * As for `JoinHandle::take`; the task has not completed.
#[cold]
unsafe fn take_error(task: TaskRef, outcome: Outcome) -> JoinError {
    // SAFETY: the handle's slot lives (J1), and is the handle's alone, for the task has ended.
    let header = unsafe { task.header() };
    let payload = match outcome {
        Outcome::Completed | Outcome::Cancelled => None,
        // SAFETY: as above; and this is no refused task, whose header is shared.
        Outcome::Panicked => unsafe { header.take_extra() }.and_then(|extra| extra.payload),
    };
    JoinError::new(header.id(), payload)
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    #[track_caller]
    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let polled_at = std::panic::Location::caller();
        let polled = self.poll_from(cx.waker(), move || SiteRef::polled_at(polled_at));
        if polled.is_ready() {
            this_thread::goes_on();
        }
        polled
    }
}

impl<T> Drop for JoinHandle<T> {
    #[inline(always)]
    fn drop(&mut self) {
        // Not read as an atomic: so the compiler knows of a null that was just written.
        let mailbox = unshared(&mut self.mailbox);
        if mailbox.is_null() {
            return;
        }
        let task = self.task;
        if self.at_home(|core| core.detach(task)).is_none() {
            // By value: a handle whose address is given away has to lie in memory, from which the two
            // words that were just written would be moved as one vector, which stalls.
            let mailbox = AtomicPtr::new(mailbox);
            Self::drop_elsewhere(ManuallyDrop::new(Self { task, mailbox, _output: PhantomData }));
        }
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.header().map(Header::id);
        f.debug_struct("JoinHandle").field("id", &id).finish_non_exhaustive()
    }
}

/// A join as it lies in a coroutine's frame.
#[derive(Debug)]
pub struct JoinLeaf<T>(JoinHandle<T>);

impl<T> Awaited<JoinHandle<T>> {
    #[doc(hidden)]
    #[inline(always)]
    pub fn __coweave_into_leaf(self) -> JoinLeaf<T> {
        JoinLeaf(self.0)
    }
}

impl<T> Leaf for JoinLeaf<T> {
    type Output = Result<T, JoinError>;

    #[inline(always)]
    fn step(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        site: &'static Site,
    ) -> Poll<Self::Output> {
        self.0.poll_from(cx.waker(), move || SiteRef::site(site))
    }
}

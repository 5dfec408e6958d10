//! The waker that a worker lends to the task it resumes, and the real wakers that outlive it.
//!
//! The lent one counts nothing: its data is the worker's core. Cloning it gives a real one, whose
//! data is an `Arc<Remote>`; the first clone on the owner's thread is kept beside the task, and
//! lent from then on.
//!
//! # Invariants
//! * **W1 lent** The lent waker is only ever borrowed, within one resume; while such a borrow
//!   lives, its worker is inside that resume, so the running task and its id do not change, and
//!   may be read on any thread.
//! * **W2 home** A `Remote` names its task by slot and id. Only the owner looks at the slot, which
//!   it may do as long as it lives (H2); the id tells whether the task is still there.
//! * **W3 coalesced** At most one message of a `Remote` is under way: `queued` is swapped on both
//!   sides, so that the owner acquires what the waker wrote before a wake that was not sent.
#![expect(unsafe_code, reason = "wakers are made of raw parts")]

use std::mem::ManuallyDrop;
use std::task::{RawWaker, RawWakerVTable, Waker};

use super::guest::home_of;
use super::id::TaskId;
use super::mailbox::{Mail, Mailbox, Outside};
use super::task_ref::TaskRef;
use super::this_thread;
use super::worker_core::WorkerCore;
use crate::primitives::{Arc, AtomicBool, Ordering, fence};

static LENT: RawWakerVTable = RawWakerVTable::new(lent_clone, lent_wake, lent_wake, |_| {});
static REAL: RawWakerVTable =
    RawWakerVTable::new(real_clone, real_wake, real_wake_by_ref, real_drop);

/// What crosses threads in place of a task.
#[derive(Debug)]
pub(crate) struct Remote {
    task: TaskRef,
    id: TaskId,
    /// Whether a wake leaves the permit that `park` takes.
    gives_permit: bool,
    queued: AtomicBool,
    mailbox: Arc<Mailbox>,
    /// Present where nothing beside the task knows of this waker: it counts by itself as something
    /// outside that may wake tasks.
    _outside: Option<Outside>,
}

impl Remote {
    fn new(
        core: &WorkerCore,
        task: TaskRef,
        id: TaskId,
        gives_permit: bool,
        counted: bool,
    ) -> Arc<Self> {
        // SAFETY: it is running, says each caller, or is not a guest.
        let home = unsafe { home_of(core, task, id) };
        let (task, mailbox) =
            home.map_or_else(|| (task, core.mailbox().clone()), |home| (home.task, home.mailbox));
        let outside = counted.then(|| Outside::new(&mailbox));
        let queued = AtomicBool::new(false);
        Arc::new(Self { task, id, gives_permit, queued, mailbox, _outside: outside })
    }

    /// What an `Unparker` of a task of this worker holds.
    pub(super) fn unparker(core: &WorkerCore, task: TaskRef) -> Arc<Self> {
        Self::new(core, task, core.header(task).id(), true, false)
    }

    pub(super) fn id(&self) -> TaskId {
        self.id
    }

    pub(super) fn task(&self) -> TaskRef {
        self.task
    }

    /// Whether a wake calls no foreign code.
    pub(super) fn is_plain_wake(&self) -> bool {
        !self.gives_permit
    }

    /// Makes the task ready: at once on its owner's thread, by mail elsewhere.
    pub(super) fn wake(self: &Arc<Self>) {
        let is_home = |core: &WorkerCore| core.is_home_of(&self.mailbox);
        if !this_thread::with_core_if(is_home, |core| self.deliver(core)) {
            self.wake_elsewhere();
        }
    }

    #[cold]
    #[inline(never)]
    fn wake_elsewhere(self: &Arc<Self>) {
        let is_home = |core: &WorkerCore| core.is_home_of(&self.mailbox);
        let is_delivered = this_thread::with_any_core_if(is_home, |core| self.deliver(core));
        // AcqRel: pairs with the swap in `receive` (W3).
        if !is_delivered && !self.queued.swap(true, Ordering::AcqRel) {
            self.mailbox.send(Mail::Wake(self.clone()));
        }
    }

    /// The owner has found the message in its mailbox.
    pub(super) fn receive(&self, core: &WorkerCore) {
        // AcqRel: pairs with the swaps of all wakes since, sent or not (W3).
        self.queued.swap(false, Ordering::AcqRel);
        self.deliver(core);
    }

    fn deliver(&self, core: &WorkerCore) {
        if core.id(self.task) != self.id {
            return;
        }
        if self.gives_permit {
            core.unpark_with_permit(self.task);
        } else {
            core.unpark(self.task);
        }
    }

    /// Whether the wakers made of this are all gone, and only the task's own count is left.
    pub(super) fn is_only_kept(self: &Arc<Self>) -> bool {
        let is_only = Arc::strong_count(self) == 1;
        // Acquire: the count was read without. Pairs with the Release of whoever dropped the last
        // waker: what it had sent before is seen by who looks at the mail next.
        fence(Ordering::Acquire);
        is_only
    }
}

/// The waker that `core` lends.
///
/// # Safety
/// * The waker is only borrowed, within resumes by `core`, which outlives it and stays in place.
pub(super) unsafe fn lent_waker(core: *const WorkerCore) -> Waker {
    // SAFETY: the functions of `LENT` are correct on any thread (W1), as long as the core lives.
    unsafe { Waker::from_raw(RawWaker::new(core.cast(), &LENT)) }
}

/// What is behind the real waker of a task.
pub(super) fn remote(core: &WorkerCore, task: TaskRef) -> Arc<Remote> {
    Remote::new(core, task, core.header(task).id(), false, false)
}

/// The real waker, as a waker that counts nothing.
///
/// # Safety
/// * `remote` came from `Arc::as_ptr`, and is kept by somebody as long as this is borrowed.
pub(super) unsafe fn uncounted(remote: *const Remote) -> ManuallyDrop<Waker> {
    // SAFETY: the functions of `REAL` expect an `Arc<Remote>`; the count of this one is not given
    // up, for it is never dropped.
    ManuallyDrop::new(unsafe { Waker::from_raw(RawWaker::new(remote.cast(), &REAL)) })
}

pub(super) fn into_waker(remote: Arc<Remote>) -> Waker {
    // SAFETY: the functions of `REAL` expect an `Arc<Remote>` as data and are thread-safe.
    unsafe { Waker::from_raw(RawWaker::new(Arc::into_raw(remote).cast(), &REAL)) }
}

/// The task that a waker wakes, if it is a real one of a coweave worker.
pub(super) fn task_of(waker: &Waker) -> Option<TaskId> {
    // The table is a `static`, which has one address.
    let is_real = std::ptr::eq(waker.vtable(), &raw const REAL);
    // SAFETY: the data of a real waker is an `Arc<Remote>`, which the waker keeps.
    is_real.then(|| unsafe { &*waker.data().cast::<Remote>() }.id)
}

fn into_raw(waker: Waker) -> RawWaker {
    let waker = ManuallyDrop::new(waker);
    RawWaker::new(waker.data(), waker.vtable())
}

/// A waker for a borrower of the lent one that is not on the worker's own thread.
unsafe fn foreign_remote(core: *const ()) -> Arc<Remote> {
    // SAFETY: the data of a lent waker is a core, which lives while the waker is borrowed (W1).
    let core = unsafe { &*core.cast::<WorkerCore>() };
    let task = core.running().expect("a waker is lent only to a running task");
    // SAFETY: the slot lives with its core; the id of the running task does not change (W1).
    let id = unsafe { task.header() }.id();
    Remote::new(core, task, id, false, true)
}

/// Calls `f` if this thread's worker is the one that lends.
fn if_at_home(core: *const (), f: impl FnOnce(&WorkerCore, TaskRef)) -> bool {
    let at_home = this_thread::with_any_core(|here| {
        let Some(task) = here.running().filter(|_| std::ptr::eq(here, core.cast())) else {
            return false;
        };
        f(here, task);
        true
    });
    at_home == Some(true)
}

unsafe fn lent_clone(core: *const ()) -> RawWaker {
    let mut waker = None;
    if_at_home(core, |core, task| waker = Some(core.kept_waker(task)));
    let waker = waker.unwrap_or_else(|| {
        // SAFETY: passed on to the caller.
        into_waker(unsafe { foreign_remote(core) })
    });
    into_raw(waker)
}

unsafe fn lent_wake(core: *const ()) {
    if !if_at_home(core, |core, task| core.header(task).state.wake_running()) {
        // SAFETY: passed on to the caller.
        unsafe { foreign_remote(core) }.wake();
    }
}

unsafe fn real_clone(remote: *const ()) -> RawWaker {
    // SAFETY: the data of a real waker is an `Arc<Remote>`.
    unsafe { Arc::increment_strong_count(remote.cast::<Remote>()) };
    RawWaker::new(remote, &REAL)
}

unsafe fn real_wake(remote: *const ()) {
    // SAFETY: as above, and this call consumes it.
    let remote = unsafe { Arc::from_raw(remote.cast::<Remote>()) };
    remote.wake();
    let mailbox = remote.mailbox.clone();
    drop(remote);
    mailbox.nudge();
}

unsafe fn real_wake_by_ref(remote: *const ()) {
    // SAFETY: as above; the count stays the waker's.
    let remote = ManuallyDrop::new(unsafe { Arc::from_raw(remote.cast::<Remote>()) });
    remote.wake();
}

unsafe fn real_drop(remote: *const ()) {
    // SAFETY: as above, and this call consumes it.
    let remote = unsafe { Arc::from_raw(remote.cast::<Remote>()) };
    let mailbox = remote.mailbox.clone();
    drop(remote);
    // A worker that sleeps because of this waker alone must look again.
    mailbox.nudge();
}

//! The worker of this thread, and the waker that it is lending now.
//!
//! # Invariants
//! * **L1 present** While `core` is not null, the core that it names is entered on this thread: the
//!   guard that will restore the old one borrows it.
//! * **L2 identity** `lent` is the address of the waker with which this thread's worker resumes its
//!   running task now. Nobody else has a reference to a waker at that address, but through the
//!   context of that resume; so one comparison shows that a context is of this resume, on this
//!   thread. (A comparison of vtables would show nothing: `&Waker` may be sent to other threads.)
//! * **L3 at rest** `left` is null, or names the core that this thread was last to leave: a core is
//!   entered on its own thread alone, and before it is freed, which is there as well, `OwnedCore`
//!   has it forgotten.
#![expect(unsafe_code, reason = "names the worker by address")]

use std::hint::cold_path;
use std::task::Waker;

use super::header::Header;
use super::site_ref::SiteRef;
use super::state::Waits;
use super::task_ref::TaskRef;
use super::worker_core::WorkerCore;
use crate::primitives::{Cell, thread_global};

struct Current {
    lent: Cell<*const Waker>,
    core: Cell<*const WorkerCore>,
    left: Cell<*const WorkerCore>,
}

thread_global! {
    // Without a destructor, so that it may be asked even while the thread's other locals go.
    static CURRENT: Current = Current {
        lent: Cell::new(std::ptr::null()),
        core: Cell::new(std::ptr::null()),
        left: Cell::new(std::ptr::null()),
    };
}

/// Restores the worker that was current before, also when unwinding.
#[derive(Debug)]
pub(crate) struct Entered<'a> {
    _core: &'a WorkerCore,
    lent: *const Waker,
    core: *const WorkerCore,
}

/// Makes `core` this thread's worker until the guard is dropped.
///
/// # Safety
/// * The guard is dropped, not leaked, and in the reverse order of entering.
/// * `forget` is called before the core is freed, on this thread.
pub(super) unsafe fn enter(core: &WorkerCore) -> Entered<'_> {
    CURRENT.with(|current| Entered {
        lent: current.lent.replace(core.own_waker()),
        core: current.core.replace(core),
        _core: core,
    })
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        CURRENT.with(|current| {
            current.lent.set(self.lent);
            current.left.set(current.core.replace(self.core));
        });
    }
}

/// Says that this core is about to be freed.
pub(super) fn forget(core: *const WorkerCore) {
    CURRENT.with(|current| {
        if std::ptr::eq(current.left.get(), core) {
            current.left.set(std::ptr::null());
        }
    });
}

/// Calls `f`, which calls no foreign code, with the worker that this thread was last to leave, if
/// none is entered.
pub(super) fn with_core_at_rest<R>(f: impl FnOnce(&WorkerCore) -> R) -> Option<R> {
    CURRENT.with(|current| {
        if !current.core.get().is_null() {
            return None;
        }
        // SAFETY: it lives (L3), and is only shared (O1); `f` does not free it.
        unsafe { current.left.get().as_ref() }.map(f)
    })
}

/// Lends another waker, and returns the one before.
pub(super) fn lend(waker: *const Waker) -> *const Waker {
    CURRENT.with(|current| current.lent.replace(waker))
}

/// This thread's worker, if one is entered.
///
/// # Safety
/// * The reference is not kept beyond the call of the caller, within which the worker stays entered.
#[inline(always)]
pub(super) unsafe fn core<'a>() -> Option<&'a WorkerCore> {
    let core = CURRENT.with(|current| current.core.get());
    // SAFETY: what it names is borrowed by the guard below us on the stack (L1).
    unsafe { core.as_ref() }
}

/// Calls `f` with this thread's worker, if one is entered.
#[inline(always)]
pub(crate) fn with_core<R>(f: impl FnOnce(&WorkerCore) -> R) -> Option<R> {
    // SAFETY: the reference ends with this call.
    unsafe { core() }.map(f)
}

/// The task that this thread's worker is resuming.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Running<'a> {
    pub(crate) core: &'a WorkerCore,
    pub(crate) task: TaskRef,
}

/// The running task, if `waker` is the one that this thread's worker lends it now.
#[inline(always)]
pub(crate) fn lent(waker: &Waker) -> Option<Running<'_>> {
    CURRENT.with(|current| {
        if !std::ptr::eq(waker, current.lent.get()) {
            cold_path();
            return None;
        }
        // SAFETY: a lent waker is borrowed within a resume by this core (L2), which outlives it.
        let core = unsafe { &*current.core.get() };
        let Some(task) = core.running() else {
            cold_path();
            return None;
        };
        Some(Running { core, task })
    })
}

/// Calls `f` with the task that this thread's worker is resuming, if there is one.
#[inline(always)]
pub(crate) fn with_running<R>(f: impl FnOnce(Running<'_>) -> R) -> Option<R> {
    with_core(|core| core.running().map(|task| f(Running { core, task }))).flatten()
}

/// What a leaf outside a coroutine waited for has come: its place is no longer where the task is,
/// and the foreign future that may follow records none.
#[inline]
pub(super) fn goes_on() {
    with_running(|running| running.suspends_at(SiteRef::NONE, Waits::Other));
}

impl<'a> Running<'a> {
    #[inline(always)]
    pub(crate) fn header(self) -> &'a Header {
        self.core.header(self.task)
    }

    /// Records where, and in what kind of leaf, the task is about to suspend.
    #[inline(always)]
    pub(crate) fn suspends_at(self, site: SiteRef, waits_for: Waits) {
        let header = self.header();
        header.site.set(site);
        header.state.waits_for(waits_for);
    }
}

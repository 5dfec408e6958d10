//! The worker of this thread, and the waker that it is lending now.
//!
//! # Invariants
//! * **L1 present** While `lender` is not null, the core that it names is entered on this thread: the
//!   guard that will restore the old one borrows it. `core` is the same, but null while that worker, which
//!   has others beside it, is hidden: whenever it is outside its turnstile, and, as nothing is called
//!   that asks, from one resume to the next. `serial` is the number of a worker that has none, and
//!   else zero, which is no worker's.
//! * **L2 identity** `lent` is the address of the waker with which `lender` resumes its running task now,
//!   or will resume the next; `running` names a task throughout a resume. Nobody else has a reference to
//!   a waker at that address, but through the context of that resume; so one comparison shows that a
//!   context is of this resume, on this thread. (A comparison of vtables would show nothing: `&Waker` may
//!   be sent to other threads.)
//! * **L3 at rest** `left` is null, or names the core that this thread was last to leave: a core is
//!   entered on its own thread alone, and before it is freed, which is there as well, `OwnedCore`
//!   has it forgotten.
#![expect(unsafe_code, reason = "names the worker by address")]

use std::hint::{assert_unchecked, cold_path};
use std::task::Waker;

use super::header::Header;
use super::site_ref::SiteRef;
use super::state::Waits;
use super::task_ref::TaskRef;
use super::team::{Membership, Seat};
use super::worker_core::WorkerCore;
use crate::primitives::{Cell, thread_global};

// Without destructors, so that they may be asked even while the thread's other locals go. Several, for
// of a record the compiler keeps the address, in a register that it then lacks.
thread_global! {
    static LENT: Cell<*const Waker> = Cell::new(std::ptr::null());
}
thread_global! {
    static LENDER: Cell<*const WorkerCore> = Cell::new(std::ptr::null());
}
thread_global! {
    static CORE: Cell<*const WorkerCore> = Cell::new(std::ptr::null());
}
thread_global! {
    static SERIAL: Cell<u64> = Cell::new(0);
}
thread_global! {
    static LEFT: Cell<*const WorkerCore> = Cell::new(std::ptr::null());
}

/// Restores the worker that was current before, also when unwinding.
#[derive(Debug)]
pub(crate) struct Entered<'a> {
    entered: &'a WorkerCore,
    lent: *const Waker,
    lender: *const WorkerCore,
    core: *const WorkerCore,
    serial: u64,
}

/// Makes `core` this thread's worker until the guard is dropped.
///
/// # Safety
/// * The guard is dropped, not leaked, and in the reverse order of entering.
/// * `forget` is called before the core is freed, on this thread.
pub(super) unsafe fn enter(core: &WorkerCore) -> Entered<'_> {
    let serial = match core.membership() {
        None => core.serial(),
        Some(membership) => {
            membership.enter();
            0
        }
    };
    Entered {
        lent: lend(core.own_waker()),
        lender: LENDER.with(|current| current.replace(core)),
        core: CORE.with(|current| current.replace(core)),
        serial: SERIAL.with(|current| current.replace(serial)),
        entered: core,
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        lend(self.lent);
        LENDER.with(|current| current.set(self.lender));
        let left = CORE.with(|current| current.replace(self.core));
        SERIAL.with(|serial| serial.set(self.serial));
        match self.entered.membership() {
            None => LEFT.with(|last| last.set(left)),
            Some(membership) => membership.leave(self.entered.ready_count()),
        }
    }
}

/// While this lasts, nothing that is called finds this thread's worker, which has others beside it, but
/// goes inside its turnstile first.
#[derive(Debug)]
pub(super) struct Hidden<'a>(&'a WorkerCore);

impl<'a> Hidden<'a> {
    #[inline(always)]
    pub(super) fn hide(core: &'a WorkerCore) -> Self {
        CORE.with(|current| current.set(std::ptr::null()));
        Self(core)
    }

    /// Calls `f`, inside the turnstile, so that what it calls finds the worker.
    #[inline(always)]
    pub(super) fn show<R>(&self, f: impl FnOnce() -> R) -> R {
        CORE.with(|current| current.set(self.0));
        let result = f();
        CORE.with(|current| current.set(std::ptr::null()));
        result
    }
}

impl Drop for Hidden<'_> {
    fn drop(&mut self) {
        CORE.with(|current| current.set(self.0));
    }
}

/// Outside the turnstile of this thread's worker, which is hidden, until this is dropped.
#[derive(Debug)]
pub(super) struct Outside<'a>(&'a Seat);

impl<'a> Outside<'a> {
    /// It has just left.
    #[inline(always)]
    pub(super) fn of(seat: &'a Seat) -> Self {
        Self(seat)
    }
}

impl Drop for Outside<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.turnstile.enter();
    }
}

/// Inside again, for something that a task asks.
#[derive(Debug)]
pub(super) struct Inside<'a> {
    core: &'a WorkerCore,
    membership: &'a Membership,
}

impl<'a> Inside<'a> {
    /// From outside the turnstile of this thread's worker, if it has others beside it.
    #[inline(always)]
    pub(super) fn of(core: &'a WorkerCore) -> Option<Self> {
        let membership = core.membership()?;
        debug_assert!(CORE.with(Cell::get).is_null(), "at the end of this it would be outside");
        membership.enter();
        CORE.with(|current| current.set(core));
        Some(Self { core, membership })
    }
}

impl Drop for Inside<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        CORE.with(|current| current.set(std::ptr::null()));
        self.membership.leave(self.core.ready_count());
    }
}

/// This thread's worker, if one is entered; it may be outside its turnstile.
///
/// # Safety
/// * The reference is not kept beyond the call of the caller, within which the worker stays entered.
#[inline(always)]
unsafe fn lender<'a>() -> Option<&'a WorkerCore> {
    // SAFETY: what it names is borrowed by the guard below us on the stack (L1).
    unsafe { LENDER.with(Cell::get).as_ref() }
}

/// Calls `f` inside the turnstile of this thread's worker, if that is outside of it.
#[cold]
#[inline(never)]
pub(super) fn with_core_outside<R>(f: impl FnOnce(&WorkerCore) -> R) -> Option<R> {
    // SAFETY: the reference ends with this call.
    let core = unsafe { lender() }?;
    let _inside = Inside::of(core)?;
    Some(f(core))
}

/// Says that this core is about to be freed.
pub(super) fn forget(core: *const WorkerCore) {
    LEFT.with(|left| {
        if std::ptr::eq(left.get(), core) {
            left.set(std::ptr::null());
        }
    });
}

/// Calls `f`, which calls no foreign code, with the worker that this thread was last to leave, if
/// none is entered.
pub(super) fn with_core_at_rest<R>(f: impl FnOnce(&WorkerCore) -> R) -> Option<R> {
    if CORE.with(|current| !current.get().is_null()) {
        return None;
    }
    let left = LEFT.with(Cell::get);
    // SAFETY: it lives (L3), and is only shared (O1); `f` does not free it.
    unsafe { left.as_ref() }.map(f)
}

/// Lends another waker, and returns the one before.
pub(super) fn lend(waker: *const Waker) -> *const Waker {
    LENT.with(|lent| lent.replace(waker))
}

/// This thread's worker, if one is entered.
///
/// # Safety
/// * The reference is not kept beyond the call of the caller, within which the worker stays entered.
#[inline(always)]
pub(super) unsafe fn core<'a>() -> Option<&'a WorkerCore> {
    let core = CORE.with(Cell::get);
    // SAFETY: what it names is borrowed by the guard below us on the stack (L1).
    unsafe { core.as_ref() }
}

/// Calls `f` with this thread's worker, if one is entered and it is not outside its turnstile.
#[inline(always)]
pub(super) fn with_core<R>(f: impl FnOnce(&WorkerCore) -> R) -> Option<R> {
    // SAFETY: the reference ends with this call.
    unsafe { core() }.map(f)
}

/// Calls `f` with this thread's worker, if one is entered; inside its turnstile. What is hot asks for
/// the two cases apart, so that the second costs the first nothing.
pub(crate) fn with_any_core<R>(f: impl FnOnce(&WorkerCore) -> R) -> Option<R> {
    // SAFETY: the reference ends with this call.
    match unsafe { core() } {
        Some(core) => Some(f(core)),
        None => with_core_outside(f),
    }
}

/// The same, if it is the one that is meant; returns whether it is.
pub(super) fn with_any_core_if(
    is_meant: impl FnOnce(&WorkerCore) -> bool,
    f: impl FnOnce(&WorkerCore),
) -> bool {
    with_any_core(if_meant(is_meant, f)) == Some(true)
}

/// Calls `f` with this thread's worker, if one is entered and is the one that is meant; returns whether
/// it is.
#[inline(always)]
pub(super) fn with_core_if(
    is_meant: impl FnOnce(&WorkerCore) -> bool,
    f: impl FnOnce(&WorkerCore),
) -> bool {
    with_core(if_meant(is_meant, f)) == Some(true)
}

#[inline(always)]
fn if_meant(
    is_meant: impl FnOnce(&WorkerCore) -> bool,
    f: impl FnOnce(&WorkerCore),
) -> impl FnOnce(&WorkerCore) -> bool {
    |core| {
        let is_meant = is_meant(core);
        if is_meant {
            f(core);
        }
        is_meant
    }
}

/// Calls `f` with this thread's worker, if that has this serial number; returns whether it has.
#[inline(always)]
pub(super) fn with_core_of(serial: u64, f: impl FnOnce(&WorkerCore)) -> bool {
    if SERIAL.with(Cell::get) != serial {
        cold_path();
        return false;
    }
    let core = CORE.with(Cell::get);
    // SAFETY: only an entered core has a serial number here, and none has zero (L1).
    unsafe { assert_unchecked(!core.is_null()) };
    // SAFETY: as above; the guard below us on the stack borrows it.
    f(unsafe { &*core });
    true
}

/// The task that this thread's worker is resuming.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Running<'a> {
    pub(crate) core: &'a WorkerCore,
    pub(crate) task: TaskRef,
}

/// The running task, if `waker` is the one that this thread's worker lends it now. What is the task's own
/// may be touched; the worker, if it has others beside it, only inside its turnstile.
#[inline(always)]
pub(crate) fn lent(waker: &Waker) -> Option<Running<'_>> {
    if !std::ptr::eq(waker, LENT.with(Cell::get)) {
        cold_path();
        return None;
    }
    let core = LENDER.with(Cell::get);
    // SAFETY: a waker is lent only while a core is entered (L2).
    unsafe { assert_unchecked(!core.is_null()) };
    // SAFETY: a lent waker is borrowed within a resume by this core (L2), which outlives it.
    let core = unsafe { &*core };
    // SAFETY: that resume is of a task, which is the running one until it is over (L2).
    let task = unsafe { core.running().unwrap_unchecked() };
    Some(Running { core, task })
}

/// Calls `f` with the task that this thread's worker is resuming, if there is one; as of [`lent`].
#[inline(always)]
pub(crate) fn with_running<R>(f: impl FnOnce(Running<'_>) -> R) -> Option<R> {
    // SAFETY: the reference ends with this call.
    let core = unsafe { lender() }?;
    core.running().map(|task| f(Running { core, task }))
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

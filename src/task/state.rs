//! The state of a task: one word, whose methods are what may happen to it.
//!
//! # States
//!
//! ```text
//!                  ┌────────── finish_resume: Requeue ──────────┐
//!                  ▼                                            │
//!  new ─────► READY (active) ── popped and resumed ──► RUNNING (active, or again once woken)
//!                  ▲                                            │
//!                  │                                   finish_resume: Parked
//!                unpark                                         ▼
//!                  └─────────────────────────────────────── PARKED
//!
//!  new ── start_parked ──► PARKED
//!
//!  RUNNING ── complete ──► COMPLETED | PANICKED | CANCELLED ── outcome taken or dropped ──► renew
//! ```
//!
//! # Invariants
//! * **S1** Only the owner's thread changes the word; so plain stores do.
//! * **S2** `PARKED` means: in no queue and not running. An unpark of anything but a parked or the
//!   running task does nothing, so a task is in at most one queue.
//! * **S3** Other threads read only the stage (Acquire), which the owner stores last (Release): who
//!   reads that a task has completed may take its outcome, and the owner touches it no more while
//!   a handle is attached.

use std::hint::cold_path;

use crate::primitives::{AtomicU8, Cell, Ordering, const_fn};

const PARKED: u8 = 0;
const ACTIVE: u8 = 1;
/// Active, and woken since it was resumed.
const AGAIN: u8 = ACTIVE | WOKEN;
/// The topmost bit, so that adding it clears it and carries.
const WOKEN: u8 = 0x80;
const READINESS: u8 = ACTIVE | WOKEN;
/// Between them stands in what kind of leaf the task said that it waits, since it yielded or was
/// unparked; zero if it has not said.
const WAITS: u8 = !READINESS;
const WAITS_SHIFT: u32 = 1;

const LIVE: u8 = 0;
const COMPLETED: u8 = Outcome::Completed as u8;
const PANICKED: u8 = Outcome::Panicked as u8;
const CANCELLED: u8 = Outcome::Cancelled as u8;
/// Where builds are checked; elsewhere a free slot keeps the stage of its last task.
const FREE: u8 = 4;
const STAGE: u8 = 0x0f;
const DETACHED: u8 = 0x80;
const PERMIT: u8 = 0x40;

/// How a task ended; as the stage says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Outcome {
    Completed = 1,
    Panicked,
    Cancelled,
}

/// What the run loop does with a task that has suspended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Suspended {
    /// It was woken meanwhile, or has yielded: behind all that are ready.
    Requeue,
    /// Nobody has woken it.
    Parked,
}

/// What kind of leaf a suspended task waits in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Waits {
    /// Any other future.
    Other = 1,
    Sleep,
    Park,
    Join,
    Idle,
    /// Any other future, or a deadline.
    Timeout,
    Blocking,
    // From here on, primitives.
    Mutex,
    ReadLock,
    WriteLock,
    Semaphore,
    Event,
    Promise,
    Barrier,
    Condvar,
    OnceCell,
    WaitGroup,
    Notify,
    Send,
    Receive,
    Group,
}

const ALL_WAITS: [Waits; 22] = [
    Waits::Other,
    Waits::Other,
    Waits::Sleep,
    Waits::Park,
    Waits::Join,
    Waits::Idle,
    Waits::Timeout,
    Waits::Blocking,
    Waits::Mutex,
    Waits::ReadLock,
    Waits::WriteLock,
    Waits::Semaphore,
    Waits::Event,
    Waits::Promise,
    Waits::Barrier,
    Waits::Condvar,
    Waits::OnceCell,
    Waits::WaitGroup,
    Waits::Notify,
    Waits::Send,
    Waits::Receive,
    Waits::Group,
];

/// The state word.
#[derive(Debug)]
pub(crate) struct State {
    readiness: Cell<u8>,
    stage: AtomicU8,
}

impl State {
    /// Ready, and about to be queued.
    pub(crate) fn new() -> Self {
        Self { readiness: Cell::new(ACTIVE), stage: AtomicU8::new(LIVE) }
    }

    /// As `new`, in the place of a task that has gone.
    #[inline(always)]
    pub(crate) fn renew(&self) {
        self.readiness.set(ACTIVE);
        self.stage.store(LIVE, Ordering::Relaxed);
    }

    fn set_stage(&self, clear: u8, set: u8, ordering: Ordering) {
        let stage = self.stage.load(Ordering::Relaxed);
        self.stage.store(stage & !clear | set, ordering);
    }

    /// The task that is running yields: it will be ready as soon as it suspends.
    #[inline(always)]
    pub(crate) fn yields(&self) {
        self.readiness.set(AGAIN);
    }

    /// The same of one that is woken. It keeps what it said it waits for: a set of futures that wakes itself may
    /// poll none of them again.
    #[inline(always)]
    pub(crate) fn wake_running(&self) {
        self.readiness.set(self.readiness.get() | AGAIN);
    }

    /// The task that is running is about to wait.
    #[inline(always)]
    pub(crate) fn waits_for(&self, leaf: Waits) {
        self.readiness.set(self.readiness.get() & READINESS | (leaf as u8) << WAITS_SHIFT);
    }

    /// Whether what it waits for is a primitive's, which has a place.
    #[inline(always)]
    pub(crate) fn waits_at_primitive(&self) -> bool {
        self.waits() >= Waits::Mutex as u8
    }

    /// Whether the task, which is suspended, has said what it waits for since it yielded or was unparked: if
    /// not, what it said before is of something that is over.
    pub(crate) fn has_said_what_for(&self) -> bool {
        self.waits() != 0
    }

    #[inline(always)]
    fn waits(&self) -> u8 {
        (self.readiness.get() & WAITS) >> WAITS_SHIFT
    }

    /// What a suspended task waits for.
    pub(crate) fn waiting_for(&self) -> Waits {
        ALL_WAITS[usize::from(self.waits())]
    }

    #[inline(always)]
    fn readiness(&self) -> u8 {
        self.readiness.get() & READINESS
    }

    /// Says whether the task must be queued now.
    #[inline(always)]
    pub(crate) fn unpark(&self, is_running: bool) -> bool {
        if self.readiness() != PARKED {
            cold_path();
            if is_running {
                self.wake_running();
            }
            return false;
        }
        self.readiness.set(ACTIVE);
        true
    }

    /// A new task is not queued: a timer will make it ready.
    pub(crate) fn start_parked(&self) {
        self.readiness.set(PARKED);
    }

    /// The task has suspended.
    #[inline(always)]
    pub(crate) fn finish_resume(&self) -> Suspended {
        let readiness = self.readiness.get();
        let (active, is_woken) = readiness.overflowing_add(WOKEN);
        if is_woken {
            self.readiness.set(active);
            return Suspended::Requeue;
        }
        cold_path();
        self.readiness.set(readiness & !READINESS);
        Suspended::Parked
    }

    /// Whether the task is in no queue and not running.
    pub(crate) fn is_parked(&self) -> bool {
        self.readiness() == PARKED && self.is_live()
    }

    /// The outcome is in place; says whether nobody waits for it. The word stays as it was while the
    /// task ran, active or again, so that no unpark touches the task (S2).
    #[inline(always)]
    pub(crate) fn complete(&self, outcome: Outcome) -> bool {
        let live = self.stage.load(Ordering::Relaxed);
        // Release: pairs with the Acquire in `outcome`, on whatever thread the handle is.
        self.stage.store(live | outcome as u8, Ordering::Release);
        live & DETACHED != 0
    }

    /// The slot holds no task. Nobody asks it any more, and where builds are checked it says who does.
    #[inline(always)]
    pub(crate) fn free(&self) {
        if cfg!(any(debug_assertions, coweave_loom)) {
            self.stage.store(FREE, Ordering::Relaxed);
        }
    }

    /// How the task ended; `None` while it lives. May be asked on any thread.
    #[inline(always)]
    pub(crate) fn outcome(&self) -> Option<Outcome> {
        // Acquire: pairs with the Release in `complete`.
        match self.stage.load(Ordering::Acquire) & STAGE {
            LIVE => None,
            COMPLETED => Some(Outcome::Completed),
            PANICKED => Some(Outcome::Panicked),
            CANCELLED => Some(Outcome::Cancelled),
            _ => unreachable!("a handle's slot is not freed"),
        }
    }

    /// The same, laid out for what is usual.
    #[inline(always)]
    pub(crate) fn usual_outcome(&self) -> Option<Outcome> {
        // Acquire: pairs with the Release in `complete`.
        match self.stage.load(Ordering::Acquire) {
            COMPLETED => Some(Outcome::Completed),
            stage if stage & STAGE == LIVE => None,
            _ => self.unusual_outcome(),
        }
    }

    #[cold]
    #[inline(never)]
    fn unusual_outcome(&self) -> Option<Outcome> {
        self.outcome()
    }

    /// Whether the slot holds a task that has not ended.
    pub(crate) fn is_live(&self) -> bool {
        self.stage.load(Ordering::Relaxed) & STAGE == LIVE
    }

    /// Nobody waits for the outcome any more.
    pub(crate) fn detach(&self) {
        self.set_stage(0, DETACHED, Ordering::Relaxed);
    }

    /// Whether nobody waits for the outcome.
    pub(crate) fn is_detached(&self) -> bool {
        self.stage.load(Ordering::Relaxed) & DETACHED != 0
    }

    /// Leaves the permit that the next `park` takes.
    pub(crate) fn give_permit(&self) {
        self.set_stage(0, PERMIT, Ordering::Relaxed);
    }

    /// Takes the permit, if there is one.
    pub(crate) fn take_permit(&self) -> bool {
        let had = self.stage.load(Ordering::Relaxed) & PERMIT != 0;
        self.set_stage(PERMIT, 0, Ordering::Relaxed);
        had
    }

    const_fn! {
        /// The word of the header that stands for a task that was refused.
        pub(crate) const fn refused() -> Self {
            Self { readiness: Cell::new(ACTIVE), stage: AtomicU8::new(CANCELLED) }
        }
    }
}

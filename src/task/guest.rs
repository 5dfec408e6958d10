//! A task that another worker has taken: a guest there, while its frame stays where it is.
//!
//! A frame is pinned in its slot, and handles, wakers and groups name that slot; so a task that is
//! run elsewhere keeps its slot at *home*, and the worker that took it has a task of its own for it,
//! the *guest*, whose frame is a pointer to the other. What concerns the task is asked at home, as
//! ever, and forwarded; only what the task itself does, it does as the guest: so what it waits for
//! names the guest, and a leaf notices that it is polled by another task than before (which is all
//! that leaves must stand).
//!
//! ```text
//!   home                                     guest, at another worker
//!   READY ── taken ──► AWAY ── wake, permit, cancel: forwarded ──► READY, PARKED, CANCELLED, …
//!     ▲                 │ ▲                                            │
//!     └── taken back ───┘ └────────────── Ended, by mail ◄─────────────┘
//!                       └── resumed once more: its end
//! ```
//!
//! # Invariants
//! * **G1 one guest** A task that is away has one guest, which alone uses frame and output, from the
//!   moment at which it is taken until its end is mailed or it is taken back.
//! * **G2 who touches what** The home's header is touched by who is inside its worker's turnstile,
//!   the guest's by who is inside that of the worker that has it.
//! * **G3 nothing lost** What is forwarded and finds the guest gone is sent back home. Where the guest
//!   now is was mailed there before it left, with the number of this absence; so it is found in the
//!   end, or has ended.
//! * **G4 home last** A task that is away is live at home, so its worker lasts until it is told the end.
#![expect(unsafe_code, reason = "runs a frame in another task's slot")]

use std::fmt;
use std::hint::cold_path;
use std::marker::PhantomPinned;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::header::Header;
use super::id::TaskId;
use super::mailbox::{Mail, Mailbox};
use super::state::Outcome;
use super::task_ref::TaskRef;
use super::vtable::{Resumed, VTable};
use super::worker_core::WorkerCore;
use super::{cell, this_thread};
use crate::primitives::{Arc, Payload, discard};

/// The frame of a guest.
#[derive(Debug)]
pub(crate) struct Guest {
    /// `None` once it has ended, or has left.
    pub(super) home: Option<Home>,
    /// It is read while it is polled (`home_of`), so that a reference to it may not claim to be alone.
    _pinned: PhantomPinned,
}

/// Where the frame is.
#[derive(Debug, Clone)]
pub(super) struct Home {
    pub(super) task: TaskRef,
    /// That of the task while it is away.
    pub(super) table: &'static VTable,
    pub(super) mailbox: Arc<Mailbox>,
    pub(super) trip: Trip,
}

/// Counts, at a worker, how often one of its tasks was taken there: so what is said of an earlier absence
/// is told from what is said of this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Trip(u64);

impl Trip {
    pub(super) fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// Where the guest of a task has gone.
#[derive(Debug)]
pub(crate) struct Move {
    pub(super) task: TaskRef,
    pub(super) id: TaskId,
    pub(super) trip: Trip,
    pub(super) guest: TaskRef,
    pub(super) mailbox: Arc<Mailbox>,
}

/// What the slot at home knows of a task that is run elsewhere.
#[derive(Debug)]
pub(super) enum Elsewhere {
    Away {
        guest: TaskRef,
        mailbox: Arc<Mailbox>,
        /// The table of the task when it is at home.
        present: &'static VTable,
        trip: Trip,
    },
    Ended(Outcome),
}

/// How a guest ended.
pub(crate) enum HowEnded {
    Completed,
    Cancelled,
    Panicked(Payload),
}

impl fmt::Debug for HowEnded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Completed => "Completed",
            Self::Cancelled => "Cancelled",
            Self::Panicked(_) => "Panicked",
        })
    }
}

/// What is asked of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    Wake,
    Permit,
    Cancel,
}

/// What is forwarded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request {
    pub(super) task: TaskRef,
    pub(super) id: TaskId,
    /// Where it goes if the guest is not there any more.
    home: Option<TaskRef>,
}

impl Guest {
    pub(super) fn of(home: Home) -> Self {
        Self { home: Some(home), _pinned: PhantomPinned }
    }

    fn end(&mut self, end: HowEnded) {
        if let Some(home) = self.home.take() {
            home.mailbox.send(Mail::Ended(home.task, end));
        }
    }

    #[inline(never)]
    fn ended(&mut self, outcome: Outcome) {
        self.end(match outcome {
            Outcome::Completed => HowEnded::Completed,
            Outcome::Cancelled => HowEnded::Cancelled,
            Outcome::Panicked => HowEnded::Panicked(taken_payload()),
        });
    }

    /// Its poll has unwound.
    pub(super) fn end_in_unwind(&mut self, payload: Payload) {
        if let Some(home) = &self.home {
            Self::drop_frame(home).unwrap_or_else(discard);
        }
        self.end(HowEnded::Panicked(payload));
    }

    fn drop_frame(home: &Home) -> Result<(), Payload> {
        // SAFETY: the frame is this guest's alone (G1), which gives it up.
        unsafe { (home.table.drop_frame)(home.task) }
    }
}

impl Future for Guest {
    type Output = ();

    /// Unwinds if the frame does.
    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Some(home) = &self.home else { return Poll::Ready(()) };
        // SAFETY: the frame is this guest's alone (G1), and it is not running.
        let Resumed::Ended(outcome) = (unsafe { (home.table.run)(home.task, cx) }) else {
            return Poll::Pending;
        };
        cold_path();
        // SAFETY: what is taken out of it is not pinned.
        unsafe { self.get_unchecked_mut() }.ended(outcome);
        Poll::Ready(())
    }
}

/// What the running task, which is a guest, would have ended with: it is its home's.
#[cold]
fn taken_payload() -> Payload {
    let payload = this_thread::with_running(|running| {
        // SAFETY: it runs on this thread; no other reference to the rare things is in use.
        unsafe { running.header().extra() }.and_then(|extra| extra.payload.take())
    });
    payload.flatten().expect("a task that ends in a panic has what it panicked with")
}

impl Drop for Guest {
    /// It was cancelled.
    fn drop(&mut self) {
        let Some(home) = &self.home else { return };
        let end = match Self::drop_frame(home) {
            Ok(()) => HowEnded::Cancelled,
            Err(payload) => HowEnded::Panicked(payload),
        };
        self.end(end);
    }
}

/// # Safety
/// * The task is a guest, and live; who calls is inside its worker's turnstile.
pub(super) unsafe fn guest_of<'a>(task: TaskRef) -> &'a mut Guest {
    // SAFETY: the cell of a live guest holds it; nobody else uses it meanwhile, says the caller.
    unsafe { &mut *cell::guest_of(task) }
}

/// Where the slot is by which others know the task; `None` if it is no guest. That is told by its id,
/// which its home has counted: its table may be changed while another thread asks.
///
/// # Safety
/// * The task is `core`'s, and has this id; it is running, and only borrowers of its lent waker ask on
///   other threads, or this is the owner's thread.
pub(super) unsafe fn home_of(core: &WorkerCore, task: TaskRef, id: TaskId) -> Option<Home> {
    let place = core.membership()?.place();
    if id.worker() == place {
        return None;
    }
    // SAFETY: it is a guest; only read, and it does not change while the task runs.
    unsafe { &*cell::guest_of(task) }.home.clone()
}

/// The resume of a task that is away: somebody has asked something of it.
///
/// # Safety
/// * As for `VTable::resume`; the task is away.
pub(super) unsafe fn resume_away(task: TaskRef, _: &mut Context<'_>) -> Resumed {
    // SAFETY: passed on to the caller.
    let header = unsafe { task.header() };
    let asked = if header.state.take_permit() { Asked::Permit } else { Asked::Wake };
    // SAFETY: passed on to the caller.
    unsafe { forward(header, task, asked) };
    Resumed::Suspended
}

/// The same once it was cancelled.
///
/// # Safety
/// * As for [`resume_away`].
pub(super) unsafe fn resume_away_cancelled(task: TaskRef, _: &mut Context<'_>) -> Resumed {
    // SAFETY: passed on to the caller.
    let header = unsafe { task.header() };
    // SAFETY: passed on to the caller.
    unsafe { forward(header, task, Asked::Cancel) };
    Resumed::Suspended
}

/// # Safety
/// * As for [`resume_away`].
unsafe fn forward(header: &Header, task: TaskRef, asked: Asked) {
    // SAFETY: passed on to the caller; no other reference to the rare things is in use.
    let elsewhere = unsafe { header.extra() }.and_then(|extra| extra.elsewhere.as_ref());
    let Some(Elsewhere::Away { guest, mailbox, present, .. }) = elsewhere else {
        unreachable!("a task that is away knows where");
    };
    if let Some(away) = present.away {
        header.set_vtable(away);
    }
    let request = Request { task: *guest, id: header.id(), home: Some(task) };
    mailbox.send(Mail::Ask(asked, request));
}

/// The resume of a task that has ended elsewhere.
///
/// # Safety
/// * As for `VTable::resume`; the task has ended elsewhere.
pub(super) unsafe fn resume_ended(task: TaskRef, _: &mut Context<'_>) -> Resumed {
    // SAFETY: passed on to the caller.
    let header = unsafe { task.header() };
    // SAFETY: as above; no other reference to the rare things is in use.
    match unsafe { header.extra() }.and_then(|extra| extra.elsewhere.take()) {
        Some(Elsewhere::Ended(outcome)) => Resumed::Ended(outcome),
        _ => unreachable!("it has ended elsewhere"),
    }
}

impl WorkerCore {
    /// Somebody asks something of a task, perhaps of one that has left.
    pub(super) fn ask(&self, asked: Asked, request: Request) {
        let Request { task, id, home } = request;
        if self.id(task) == id && self.header(task).state.is_live() {
            match asked {
                Asked::Wake => self.unpark(task),
                Asked::Permit => self.unpark_with_permit(task),
                Asked::Cancel => self.cancel(task),
            }
        } else if let Some(home) = home {
            // The worker of the home lasts as long as the task (G4), so it still has its mailbox.
            if let Some(mailbox) = self.mailbox_of_team(id) {
                mailbox.send(Mail::Ask(asked, Request { task: home, id, home: None }));
            }
        }
    }

    /// A guest of a task of this worker has moved on; it may have come home since, gone again, or ended.
    pub(super) fn guest_moved(&self, moved: Move) {
        let Move { task, id, trip, guest, mailbox } = moved;
        if self.id(task) != id || !self.header(task).state.is_live() {
            return;
        }
        // SAFETY: the owner's thread, it is live; no other reference to the rare things is in use.
        let extra = unsafe { self.header(task).extra() };
        if let Some(Elsewhere::Away { guest: known, mailbox: at, trip: present, .. }) =
            extra.and_then(|extra| extra.elsewhere.as_mut())
            && *present == trip
        {
            (*known, *at) = (guest, mailbox);
        }
    }

    /// A task of this worker has ended elsewhere. If it is ready, because something was asked of it,
    /// its resume is its end.
    pub(super) fn ended_elsewhere(&self, task: TaskRef, end: HowEnded) {
        let header = self.header(task);
        // SAFETY: the owner's thread; no other reference to the rare things is in use.
        let extra = unsafe { header.extra_or_new() };
        let outcome = match end {
            HowEnded::Completed => Outcome::Completed,
            HowEnded::Cancelled => Outcome::Cancelled,
            HowEnded::Panicked(payload) => {
                extra.payload = Some(payload);
                Outcome::Panicked
            }
        };
        extra.elsewhere = Some(Elsewhere::Ended(outcome));
        self.away_count.set(self.away_count.get() - 1);
        header.set_vtable(header.vtable().ended.expect("it was away"));
        // Active, as if it ran: so that no unpark queues what has ended (S2).
        if header.state.unpark(false) {
            self.end(task, outcome);
        }
    }

    /// Whether the task is run by another worker now.
    pub(crate) fn is_away(&self, task: TaskRef) -> bool {
        self.header(task).vtable().ended.is_some()
    }
}

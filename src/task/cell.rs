//! The cell of a task: header, then the frame, later the output in the frame's place.
//!
//! # States
//!
//! ```text
//!  header ready/running/parked: frame ── resume: Ready ──► output ── handle, or detached ──► empty
//!                                  ├──── resume: panic ──► empty, the payload beside the header
//!                                  └──── cancelled ──────► empty
//! ```
//!
//! # Invariants
//! * **C1 one content** While the task is live the cell holds the frame, pinned; once it has
//!   completed, the output until that is taken; never both, after a panic or cancel neither.
//! * **C2 one place** Where a frame and where an output lies depends on its own type alone, so a
//!   handle finds the output without knowing the frame.
#![expect(unsafe_code, reason = "frames and outputs lie in raw memory")]

use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::pin::Pin;
use std::ptr::NonNull;
use std::task::{Context, Poll};

use super::guest::{self, Guest};
use super::header::Header;
use super::id::TaskId;
use super::slab::{GRANULE, LARGEST_SLOT, Origin, SizeClass, Slab, Slot};
use super::state::Outcome;
use super::task_ref::TaskRef;
use super::vtable::{Resumed, VTable};
use super::{resume, this_thread};
use crate::primitives::{Payload, discard, global, quietly};

/// Where a value of type `T` begins in a cell, counted from the header.
const fn offset<T>() -> usize {
    size_of::<Header>().next_multiple_of(align_of::<T>())
}

/// Whether a value of type `T` can lie in a cell; others are boxed.
pub(super) const fn fits<T>() -> bool {
    align_of::<T>() <= GRANULE && offset::<T>() + size_of::<T>() <= LARGEST_SLOT
}

/// Where the output of a task lies in its cell, if that is a `T`.
pub(super) fn output<T>(task: TaskRef) -> *mut T {
    task.as_ptr().wrapping_byte_add(offset::<T>()).cast()
}

/// Who may run a task.
pub(super) mod kind {
    /// Its own worker alone.
    pub(crate) const STAYS: u8 = 0;
    /// Another worker may take it: frame and output are `Send`.
    pub(crate) const MOVES: u8 = 1;
    /// It is a guest, whose frame is elsewhere.
    pub(crate) const GUEST: u8 = 2;
}

/// The cell of a task of some `kind` that runs `F`.
pub(super) struct Cell<F, const KIND: u8>(PhantomData<F>);

impl<F: Future, const KIND: u8> Cell<F, KIND> {
    const SIZE_CLASS: SizeClass = {
        let frame = offset::<F>() + size_of::<F>();
        let output = offset::<F::Output>() + size_of::<F::Output>();
        SizeClass::of(if frame > output { frame } else { output })
    };

    const LIVE: &'static VTable = &VTable {
        resume: Self::resume,
        cancelled: Some(Self::CANCELLED),
        lending: Some(Self::LENDING),
        away: Self::MAY_BE_AWAY,
        ..Self::TABLE
    };
    const LENDING: &'static VTable = &VTable {
        resume: Self::resume_lending,
        cancelled: Some(Self::CANCELLED),
        away: Self::MAY_BE_AWAY,
        ..Self::TABLE
    };
    const CANCELLED: &'static VTable = &VTable { resume: Self::resume_cancelled, ..Self::TABLE };
    const AWAY: &'static VTable = &VTable {
        resume: guest::resume_away,
        cancelled: Some(Self::AWAY_CANCELLED),
        ended: Some(Self::ENDED),
        ..Self::TABLE
    };
    const AWAY_CANCELLED: &'static VTable =
        &VTable { resume: guest::resume_away_cancelled, ended: Some(Self::ENDED), ..Self::TABLE };
    const ENDED: &'static VTable = &VTable { resume: guest::resume_ended, ..Self::TABLE };
    /// What the others have in common.
    const TABLE: VTable = VTable {
        resume: Self::resume,
        drop_frame: Self::drop_frame,
        drop_output: Self::drop_output,
        cancelled: None,
        lending: None,
        run: Self::resume,
        away: None,
        ended: None,
        is_guest: KIND == kind::GUEST,
    };
    const MAY_BE_AWAY: Option<&'static VTable> =
        if KIND == kind::MOVES { Some(Self::AWAY) } else { None };

    /// Builds a task in a slot of `slab`.
    #[inline(always)]
    pub(super) fn build(
        slab: &Slab,
        frame: F,
        id: TaskId,
        origin: impl FnOnce(SizeClass) -> Origin,
        spawned_at: &'static Location<'static>,
    ) -> TaskRef {
        let slot = match slab.allocate(Self::SIZE_CLASS) {
            Slot::Used(slot) => {
                // SAFETY: a header (M1), which the slab's owner gives out once at a time; the one
                // thing that others read meanwhile is its id (H4).
                unsafe { slot.as_ref() }.renew(Self::LIVE, id, spawned_at);
                slot
            }
            Slot::New(slot) => {
                let origin = origin(Self::SIZE_CLASS);
                // SAFETY: the slot is ours alone and has room for a header.
                unsafe { slot.write(Header::new(Self::LIVE, id, origin, spawned_at)) };
                slot
            }
        };
        // SAFETY: a slot with its own provenance.
        let task = unsafe { TaskRef::new(slot) };
        // SAFETY: the slot has room for the frame.
        unsafe { Self::frame(task).write(frame) }
        task
    }

    fn frame(task: TaskRef) -> *mut F {
        task.as_ptr().wrapping_byte_add(offset::<F>()).cast()
    }

    unsafe fn resume(task: TaskRef, cx: &mut Context<'_>) -> Resumed {
        let frame = Self::frame(task);
        // SAFETY: the task is live, so the cell holds the frame (C1); it is not running, so nobody
        // else has it.
        let pinned = unsafe { &mut *frame };
        // SAFETY: the frame stays in its cell until it is dropped there.
        let Poll::Ready(output) = unsafe { Pin::new_unchecked(pinned) }.poll(cx) else {
            return Resumed::Suspended;
        };
        // SAFETY: the frame has finished, and is dropped once, here.
        if let Err(payload) = unsafe { drop_caught(frame) } {
            // The frame has gone (the rest of it was dropped all the same); so must the output.
            quietly(|| drop(output));
            return end_in_panic(payload);
        }
        // SAFETY: the slot has room for the output, and the frame has gone.
        unsafe { self::output::<F::Output>(task).write(output) };
        Resumed::Ended(Outcome::Completed)
    }

    /// Resumes a task of which a real waker exists: that one is lent (design: then `will_wake`
    /// holds, and foreign futures do not clone at every poll).
    unsafe fn resume_lending(task: TaskRef, _: &mut Context<'_>) -> Resumed {
        resume::lend_real_waker(task, |cx| {
            // SAFETY: passed on to the caller.
            unsafe { Self::resume(task, cx) }
        })
    }

    /// The resume of a cancelled task.
    unsafe fn resume_cancelled(task: TaskRef, _: &mut Context<'_>) -> Resumed {
        // SAFETY: passed on to the caller.
        match unsafe { Self::drop_frame(task) } {
            Ok(()) => Resumed::Ended(Outcome::Cancelled),
            Err(payload) => end_in_panic(payload),
        }
    }

    unsafe fn drop_frame(task: TaskRef) -> Result<(), Payload> {
        // SAFETY: the task is live, so the cell holds the frame (C1), which the caller gives up.
        unsafe { drop_caught(Self::frame(task)) }
    }

    unsafe fn drop_output(task: TaskRef) {
        // SAFETY: the task has completed and its output was not taken, says the caller.
        unsafe { output::<F::Output>(task).drop_in_place() }
    }
}

/// The frame of a task that is a guest.
pub(super) fn guest_of(task: TaskRef) -> *mut Guest {
    Cell::<Guest, { kind::GUEST }>::frame(task)
}

/// Drops a value in place.
///
/// # Safety
/// * The value is initialised, and not used again.
unsafe fn drop_caught<T>(value: *mut T) -> Result<(), Payload> {
    catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: passed on to the caller.
        unsafe { value.drop_in_place() }
    }))
}

/// The poll of a task's frame has unwound: drops what is left of it.
///
/// # Safety
/// * The task is live, on its owner's thread, and not running any more; this was its table.
#[cold]
pub(super) unsafe fn end_in_unwind(task: TaskRef, vtable: &VTable, payload: Payload) -> Resumed {
    if vtable.is_guest {
        // SAFETY: the cell holds the guest (C1), which nobody else uses: it is live and not running.
        unsafe { &mut *guest_of(task) }.end_in_unwind(payload);
        // SAFETY: the task is live; this drops what is left, and it is not resumed again.
        unsafe { (vtable.drop_frame)(task) }.unwrap_or_else(discard);
        return Resumed::Ended(Outcome::Completed);
    }
    // SAFETY: the frame's locals were dropped by the unwinding; the rest is still in the cell.
    unsafe { (vtable.drop_frame)(task) }.unwrap_or_else(discard);
    end_in_panic(payload)
}

/// The running task ends in a panic. Its frame may be another task's, at home elsewhere, whose header
/// is then nobody's business here.
#[cold]
fn end_in_panic(payload: Payload) -> Resumed {
    this_thread::with_running(|running| {
        // SAFETY: it runs on this thread; no other reference to the rare things is in use.
        unsafe { running.header().extra_or_new() }.payload = Some(payload);
    });
    Resumed::Ended(Outcome::Panicked)
}

/// The table of what is never resumed.
pub(super) static REFUSED: VTable = VTable {
    resume: refuse,
    drop_frame: refuse_frame,
    drop_output: refuse_output,
    cancelled: None,
    lending: None,
    run: refuse,
    away: None,
    ended: None,
    is_guest: false,
};

unsafe fn refuse(_: TaskRef, _: &mut Context<'_>) -> Resumed {
    unreachable!("a task that was refused is never resumed")
}

unsafe fn refuse_frame(_: TaskRef) -> Result<(), Payload> {
    unreachable!("a task that was refused has no frame")
}

unsafe fn refuse_output(_: TaskRef) {
    unreachable!("a task that was refused has no output")
}

/// The header behind handles of tasks that were refused.
struct RefusedHeader(Header);

// SAFETY: nobody changes it: it is no worker's, and its handles only read the stage.
unsafe impl Sync for RefusedHeader {}

global! {
    static REFUSED_HEADER: RefusedHeader = RefusedHeader(Header::refused());
}

/// The task that stands for all that were refused.
pub(super) fn refused_task() -> TaskRef {
    // SAFETY: never written and never freed; a handle only reads its stage.
    unsafe { TaskRef::new(NonNull::from_ref(&REFUSED_HEADER.0)) }
}

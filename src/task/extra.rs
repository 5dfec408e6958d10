//! Who is told of a task's end, and what few tasks have: one tagged pointer in the header.
//!
//! # Invariants
//! * **X1 room above** Slots lie below 2^48, as systems of 64 bits place memory unless they are asked
//!   for other (`Slab` refuses it), so a joiner's link holds its address shifted up, and below it the
//!   low bits of its id.

#![expect(unsafe_code, reason = "packs pointers")]

use std::ptr::NonNull;
use std::task::Waker;

use super::completion::Callback;
use super::guest::Elsewhere;
use super::id::TaskId;
use super::locals::Locals;
use super::task_ref::TaskRef;
use super::waker::Remote;
use crate::primitives::{Arc, Name, Payload};

/// Who is told that a task has ended, and whatever else few tasks have: a tagged pointer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Link(*mut ());

/// What pointers of 64 bits leave for an id and the tag; shorter ones leave nothing.
const ID_BITS: u32 = usize::BITS.saturating_sub(48);
/// The bits of a link that are no address.
const ID_MASK: usize = ((1 << ID_BITS) - 1) & !EXTRA;
/// The tag, not set in: a joiner, or null.
const EXTRA: usize = 1;

/// Whether a link can hold addresses up to this one (X1).
pub(super) fn is_addressable(end: usize) -> bool {
    end <= usize::MAX >> ID_BITS
}

impl Link {
    pub(super) const NONE: Self = Self(std::ptr::null_mut());

    #[inline(always)]
    pub(super) fn joiner(joiner: Registration) -> Self {
        let task = joiner.task.as_ptr().cast::<()>();
        Self(task.map_addr(|address| address << ID_BITS | joiner.id_bits))
    }

    pub(super) fn extra(extra: Box<Extra>) -> Self {
        Self(Box::into_raw(extra).cast::<()>().map_addr(|address| address | EXTRA))
    }

    #[inline(always)]
    pub(super) fn has_extra(self) -> bool {
        self.0.addr() & EXTRA != 0
    }

    /// What `extra` was given, if that made this link.
    #[inline(always)]
    pub(super) fn as_extra(self) -> Option<*mut Extra> {
        self.has_extra().then(|| self.0.map_addr(|address| address & !EXTRA).cast())
    }

    /// What `joiner` was given, if that made this link.
    #[inline(always)]
    pub(super) fn as_joiner(self) -> Option<Registration> {
        if self.has_extra() {
            return None;
        }
        let header = NonNull::new(self.0.map_addr(|address| address >> ID_BITS).cast())?;
        // SAFETY: the link was made of a `TaskRef`, whose address was shifted up and lost none of its
        // bits (X1).
        let task = unsafe { TaskRef::new(header) };
        Some(Registration { task, id_bits: self.0.addr() & ID_MASK })
    }
}

/// Who waits for a task's end.
#[derive(Debug, Default)]
pub(crate) enum Joiner {
    #[default]
    Nobody,
    /// A task of the same worker.
    Task(Registration),
    /// Whoever has this waker.
    Waker(Waker),
    /// The worker's own `run`.
    Run,
    /// What is called.
    Callback(Callback),
}

/// Names a joiner by its slot and some bits of its id: void once another task has the slot. (Were the
/// bits of two tasks of one slot equal, the second would be resumed once in vain.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Registration {
    pub(super) task: TaskRef,
    /// Where they stand in a link.
    id_bits: usize,
}

impl Registration {
    #[inline(always)]
    pub(super) fn new(task: TaskRef, id: TaskId) -> Self {
        Self { task, id_bits: Self::bits_of(id) }
    }

    /// Whether it is the task with this id.
    #[inline(always)]
    pub(super) fn is(self, id: TaskId) -> bool {
        self.id_bits == Self::bits_of(id)
    }

    #[inline(always)]
    fn bits_of(id: TaskId) -> usize {
        (id.low_half() as usize) << 1 & ID_MASK
    }
}

/// What few tasks are spawned with.
#[derive(Debug, Default)]
pub(crate) struct Traits {
    /// Nobody waits for it to end.
    pub(super) is_background: bool,
    pub(super) locals: Locals,
}

impl Traits {
    pub(super) fn is_plain(&self) -> bool {
        !self.is_background && self.locals.is_empty()
    }

    /// For who runs the task from now on; the locals go there.
    pub(super) fn share(&mut self) -> Self {
        Self { is_background: self.is_background, locals: std::mem::take(&mut self.locals) }
    }
}

/// What few tasks have.
#[derive(Debug, Default)]
pub(crate) struct Extra {
    pub(super) joiner: Joiner,
    pub(super) name: Option<Name>,
    /// What is behind the task's real waker, once one was asked for.
    pub(super) remote: Option<Arc<Remote>>,
    /// Told by an unpark: a foreign waker with which `park` was polled.
    pub(super) park_waker: Option<Waker>,
    pub(super) payload: Option<Payload>,
    /// Where the task is, if another worker runs it.
    pub(super) elsewhere: Option<Elsewhere>,
    pub(super) traits: Traits,
}

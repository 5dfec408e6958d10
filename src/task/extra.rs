//! Who is told of a task's end, and what few tasks have: one tagged pointer in the header.

use std::task::Waker;

use super::task_ref::TaskRef;
use super::waker::Remote;
use crate::primitives::{Arc, Name, Payload};

/// Who is told that a task has ended, and whatever else few tasks have: a tagged pointer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Link(*mut ());

const TAG: usize = 0b11;
pub(super) const JOINER: usize = 0b01;
pub(super) const EXTRA: usize = 0b10;

impl Link {
    pub(super) const NONE: Self = Self(std::ptr::null_mut());

    pub(super) fn tagged(pointer: *mut (), tag: usize) -> Self {
        Self(pointer.map_addr(|address| address | tag))
    }

    pub(super) fn tag(self) -> usize {
        self.0.addr() & TAG
    }

    pub(super) fn pointer(self) -> *mut () {
        self.0.map_addr(|address| address & !TAG)
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
}

/// Names a joiner by its slot and half of its id: void once another task has the slot. (Were the
/// halves of two tasks of one slot ever equal, the second would be resumed once in vain.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Registration {
    pub(super) task: TaskRef,
    pub(super) id_low: u32,
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
}

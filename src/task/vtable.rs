//! What the run loop and the handles know of a task's type.

use std::fmt;
use std::task::Context;

use super::state::Outcome;
use super::task_ref::TaskRef;
use crate::primitives::Payload;

/// See the module.
pub(crate) struct VTable {
    /// Runs the task to its next suspension or its end, whose outcome is then in place; or unwinds,
    /// if the frame does: then the frame is still to be dropped.
    ///
    /// # Safety
    /// The task is live, on its owner's thread, and not running.
    pub(crate) resume: unsafe fn(TaskRef, &mut Context<'_>) -> Resumed,
    /// Drops the frame in place.
    ///
    /// # Safety
    /// The task is live, on its owner's thread, not running, and never resumed again.
    pub(crate) drop_frame: unsafe fn(TaskRef) -> Result<(), Payload>,
    /// Drops the output in place.
    ///
    /// # Safety
    /// The task has completed, and its output was neither taken nor dropped.
    pub(crate) drop_output: unsafe fn(TaskRef),
    /// The table of this task once it is cancelled, if it is not: its resume drops the frame.
    pub(crate) cancelled: Option<&'static VTable>,
    /// The table of this task once a real waker of it exists: that one is lent.
    pub(crate) lending: Option<&'static VTable>,
    /// As `resume` of the task that is at home: touches frame and output, and of headers only that of
    /// the running task.
    ///
    /// # Safety
    /// The task is live and not running; nobody else uses its frame.
    pub(crate) run: unsafe fn(TaskRef, &mut Context<'_>) -> Resumed,
    /// The table of this task while another worker runs it; `None` if that must not be.
    pub(crate) away: Option<&'static VTable>,
    /// The table of this task, which another worker ran, once it has ended there.
    pub(crate) ended: Option<&'static VTable>,
    /// Its frame is at home elsewhere: it is a guest's.
    pub(crate) is_guest: bool,
}

/// What became of a task that was resumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resumed {
    Suspended,
    Ended(Outcome),
}

impl fmt::Debug for VTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VTable").finish_non_exhaustive()
    }
}

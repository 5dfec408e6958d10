//! A pointer to a task.
//!
//! # Invariants
//! * **H2 type-stable** (see `header`) What it points at stays a header as long as the scheduler
//!   lives, whatever task it then is.
#![expect(unsafe_code, reason = "headers are reached through pointers")]

use std::hint::{Locality, prefetch_write};
use std::panic::RefUnwindSafe;
use std::ptr::NonNull;

use super::header::Header;
use super::id::TaskId;

const CACHE_LINE: usize = 64;

/// Points at a task's header. Copied freely within the owner's structures, which end with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TaskRef(NonNull<Header>);

// SAFETY: off its owner's thread it is only carried back by mail, or its stage is read (H1).
unsafe impl Send for TaskRef {}
// SAFETY: as above; it is `Copy`, so a shared one is no more than one.
unsafe impl Sync for TaskRef {}
// A panic breaks nothing behind it: the run loop sees to that.
impl RefUnwindSafe for TaskRef {}

impl TaskRef {
    /// # Safety
    /// `header` is a slot of a slab, with the provenance of the whole slot.
    pub(super) const unsafe fn new(header: NonNull<Header>) -> Self {
        Self(header)
    }

    pub(super) const fn as_ptr(self) -> *mut Header {
        self.0.as_ptr()
    }

    /// Has the processor fetch the header and the beginning of the frame into its cache.
    #[inline(always)]
    pub(super) fn prefetch(self) {
        let header = self.0.as_ptr();
        prefetch_write(header, Locality::L1);
        prefetch_write(header.wrapping_byte_add(CACHE_LINE), Locality::L1);
    }

    /// The header.
    ///
    /// # Safety
    /// * The slot's slab lives as long as `'a` (H2).
    /// * Off the owner's thread, only what H1 allows is touched.
    #[inline(always)]
    pub(super) unsafe fn header<'a>(self) -> &'a Header {
        // SAFETY: the slot is a header (H2) and lives long enough, says the caller.
        unsafe { self.0.as_ref() }
    }

    /// The id of the task that has the slot now.
    ///
    /// # Safety
    /// * The slot's slab lives (H2).
    #[inline(always)]
    pub(super) unsafe fn id(self) -> TaskId {
        // SAFETY: the slot is a header; its id may be asked for at any time (H4).
        unsafe { self.header() }.id()
    }
}

//! What lies beside a value, so that loom sees each use of it, and whether it is freed.

use loom::alloc::Track;
use loom::cell::UnsafeCell;

/// A cell without contents, in the place of what a protocol guards.
#[derive(Debug)]
pub(crate) struct Watched(UnsafeCell<()>);

impl Watched {
    pub(crate) fn new() -> Self {
        Self(UnsafeCell::new(()))
    }

    /// What is guarded is used from now on: all uses by other threads must have come before.
    pub(crate) fn touch(&self) {
        self.0.with_mut(|_| ());
    }
}

/// What is freed with what it lies in, or loom notices.
#[derive(Debug)]
pub(crate) struct Tracked(#[expect(dead_code, reason = "tells loom of a leak")] Track<()>);

impl Tracked {
    pub(crate) fn new() -> Self {
        Self(Track::new(()))
    }
}

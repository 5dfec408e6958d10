//! What lies beside a value that is used by one thread at a time: loom sees each use of it.

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

//! A worker's core in its place.
//!
//! # Invariants
//! * **O1 shared** From the moment at which its waker has its address, the core is reached through
//!   shared references alone, until it is freed: so that address stays good.
#![expect(unsafe_code, reason = "owns through a pointer, for a box would claim to be the only way")]

use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::Arc;

use super::unjoined::PanicHandler;
use super::worker_core::WorkerCore;
use super::{this_thread, waker};
use crate::blocking::Pool;
use crate::time::WorkerClock;

/// See the module.
#[derive(Debug)]
pub(crate) struct OwnedCore(NonNull<WorkerCore>);

impl OwnedCore {
    pub(crate) fn new(
        clock: WorkerClock,
        seed: Option<u64>,
        on_panic: Option<PanicHandler>,
        blocking: Arc<Pool>,
    ) -> Self {
        let core = Box::new(WorkerCore::new(clock, seed, on_panic, blocking));
        let mut core = NonNull::from(Box::leak(core));
        // SAFETY: lent by this core alone, which stays in place (O1) and outlives its resumes.
        let waker = unsafe { waker::lent_waker(core.as_ptr()) };
        // SAFETY: nobody else knows the core yet.
        unsafe { core.as_mut() }.set_own_waker(waker);
        Self(core)
    }
}

impl Deref for OwnedCore {
    type Target = WorkerCore;
    fn deref(&self) -> &WorkerCore {
        // SAFETY: it lives as long as this, and is only shared (O1).
        unsafe { self.0.as_ref() }
    }
}

impl Drop for OwnedCore {
    fn drop(&mut self) {
        this_thread::forget(self.0.as_ptr());
        // SAFETY: made by `Box::leak`, and freed once, here; whoever borrowed it has gone.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

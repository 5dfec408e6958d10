//! Attacks on the unsafe core from safe code; they say most under the address sanitizer.
#![forbid(unsafe_code)]
#![feature(coroutines)]

mod clocks;
mod ending;
mod moved;
mod oneshots;
mod threads;
mod wakers;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

/// What a waker does; each function may panic.
pub(crate) struct Bomb {
    pub(crate) panics_when_woken: bool,
    pub(crate) panics_when_dropped: bool,
}

impl Wake for Bomb {
    fn wake(self: Arc<Self>) {
        assert!(!self.panics_when_woken, "woken");
    }
}

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(!self.panics_when_dropped || thread::panicking(), "dropped");
    }
}

pub(crate) fn poll_with<F: Future>(future: Pin<&mut F>, waker: &Waker) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(waker))
}

/// Calls what it holds when it is dropped.
pub(crate) struct OnDrop<F: FnMut()>(pub(crate) F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

//! What the tests record with, and the two modes that they run in.

use std::fmt::{self, Debug};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// Runs each test with channels between threads and with those of one thread, on virtual time, in a
/// closed world.
macro_rules! both_modes {
    ($($(#[$attribute:meta])* async fn $name:ident() $body:block)*) => {
        mod shared {
            use super::*;

            $($(#[$attribute])*
            #[coweave::test]
            async fn $name() {
                use crate::support::shared::*;
                $body
            })*
        }

        mod local {
            use super::*;

            $($(#[$attribute])*
            #[coweave::test]
            async fn $name() {
                use crate::support::local::*;
                $body
            })*
        }
    };
}

pub(crate) mod shared {
    pub(crate) use coweave::{channel, spawn};
}

pub(crate) mod local {
    pub(crate) use coweave::channel::local as channel;
    pub(crate) use coweave::spawn_local as spawn;
}

pub(crate) use forgotten::forget;

pub(crate) use crate::trace::Trace;

#[path = "../forgotten/mod.rs"]
mod forgotten;

/// Says in the trace that it was dropped; a clone has a name of its own.
pub(crate) struct Counted {
    name: String,
    trace: Trace,
}

impl Counted {
    pub(crate) fn new(trace: &Trace, name: impl Into<String>) -> Self {
        Self { name: name.into(), trace: trace.clone() }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        self.trace.add(format!("{} cloned", self.name));
        Self::new(&self.trace, format!("{}'", self.name))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.trace.add(format!("{} dropped", self.name));
    }
}

/// Shows no more than its name.
impl Debug for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Runs a closure when it is dropped.
pub(crate) struct OnDrop(Option<Box<dyn FnOnce() + Send + Sync>>);

impl OnDrop {
    pub(crate) fn new(f: impl FnOnce() + Send + Sync + 'static) -> Self {
        Self(Some(Box::new(f)))
    }
}

impl Drop for OnDrop {
    fn drop(&mut self) {
        if let Some(f) = self.0.take() {
            f();
        }
    }
}

/// Counts how often it was woken.
#[derive(Default)]
pub(crate) struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Woken {
    pub(crate) fn new() -> (Arc<Self>, Waker) {
        let woken = Arc::new(Self::default());
        (woken.clone(), woken.into())
    }

    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// Polls once, with a waker that wakes nobody.
pub(crate) fn poll<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    poll_with(future, Waker::noop())
}

pub(crate) fn poll_with<F: Future + Unpin>(future: &mut F, waker: &Waker) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(waker))
}

//! What the tests record with.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

pub(crate) use forgotten::forget;

pub(crate) use crate::trace::Trace;

#[path = "../forgotten/mod.rs"]
mod forgotten;

/// Counts how often it is woken.
#[derive(Default)]
pub(crate) struct Wakes(AtomicUsize);

impl Wakes {
    pub(crate) fn new() -> (Arc<Self>, Waker) {
        let wakes = Arc::<Self>::default();
        (wakes.clone(), Waker::from(wakes))
    }

    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Polls once, on behalf of nobody.
pub(crate) fn poll<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    poll_with(future, Waker::noop())
}

pub(crate) fn poll_with<F: Future + Unpin>(future: &mut F, waker: &Waker) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(waker))
}

/// Polls once, and gives up.
pub(crate) fn begin<F: Future + Unpin>(mut future: F) {
    drop(poll(&mut future));
}

/// Long enough for all that is ready to have run.
pub(crate) async fn settle() {
    coweave::sleep(std::time::Duration::from_secs(1)).await;
}

/// What `f` panics with.
pub(crate) fn panic_text<T>(f: impl FnOnce() -> T) -> String {
    let Err(payload) = catch_unwind(AssertUnwindSafe(f)) else { return "no panic".to_owned() };
    let literal = payload.downcast_ref::<&str>().map(ToString::to_string);
    literal.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or("no text".to_owned())
}

/// Makes of each test two: with the shared primitives, which `Counted` points to, and with the local
/// ones.
macro_rules! in_both_modes {
    ($($(#[$attribute:meta])* async fn $name:ident() $body:tt)*) => {
        mod shared {
            use {super::*, coweave::sync::*, std::sync::Arc as Counted};
            $($(#[$attribute])* #[coweave::test] async fn $name() $body)*
        }
        mod local {
            use {super::*, coweave::sync::local::*, std::rc::Rc as Counted};
            $($(#[$attribute])* #[coweave::test] async fn $name() $body)*
        }
    };
}
pub(crate) use in_both_modes;

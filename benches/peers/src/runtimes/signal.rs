//! What the programs of all runtimes share: plain futures on one thread.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// Wakes the one task that waits for it.
#[derive(Debug, Default)]
pub(super) struct Signal {
    is_set: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Signal {
    pub(super) const fn new() -> Self {
        Self { is_set: Cell::new(false), waker: RefCell::new(None) }
    }

    pub(super) fn set(&self) {
        self.is_set.set(true);
        if let Some(waker) = &*self.waker.borrow() {
            waker.wake_by_ref();
        }
    }

    /// Waits until it is set, and unsets it. The waker is kept from one wait to the next.
    pub(super) fn wait(&self) -> impl Future<Output = ()> {
        poll_fn(|cx| self.poll(cx))
    }

    fn poll(&self, cx: &mut Context<'_>) -> Poll<()> {
        if self.is_set.take() {
            return Poll::Ready(());
        }
        let mut kept = self.waker.borrow_mut();
        if kept.as_ref().is_none_or(|kept| !kept.will_wake(cx.waker())) {
            *kept = Some(cx.waker().clone());
        }
        Poll::Pending
    }
}

thread_local! {
    static LEFT: Cell<usize> = const { Cell::new(0) };
    static ENDED: Signal = const { Signal::new() };
}

/// Counts tasks, of which the last wakes who waits for all. It is the thread's, so that no task has
/// to keep it.
#[derive(Debug)]
pub(super) struct Countdown;

impl Countdown {
    pub(super) fn start(count: usize) {
        LEFT.set(count);
    }

    pub(super) fn count() {
        LEFT.set(LEFT.get() - 1);
        if LEFT.get() == 0 {
            ENDED.with(Signal::set);
        }
    }

    pub(super) fn end() -> impl Future<Output = ()> {
        poll_fn(|cx| ENDED.with(|ended| ended.poll(cx)))
    }
}

/// The same stretch of a linear congruential generator (Knuth's MMIX constants) for every runtime,
/// in nanoseconds of up to a second.
pub(super) fn random_durations() -> impl Iterator<Item = Duration> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    std::iter::repeat_with(move || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Duration::from_nanos(1 + (state >> 32) % 1_000_000_000)
    })
}

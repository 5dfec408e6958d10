//! Futures that suspend, and what drives them by hand.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Suspends once, then is ready with `value`.
pub(crate) fn later<T: Clone>(value: T) -> impl Future<Output = T> {
    let mut is_suspended = false;
    poll_fn(move |_| {
        if std::mem::replace(&mut is_suspended, true) {
            Poll::Ready(value.clone())
        } else {
            Poll::Pending
        }
    })
}

/// Polls to the end; gives the output and the number of suspensions.
pub(crate) fn run<F: Future>(future: F) -> (F::Output, usize) {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    let mut suspension_count = 0;
    loop {
        match future.as_mut().poll(&mut cx) {
            Poll::Ready(output) => return (output, suspension_count),
            Poll::Pending => suspension_count += 1,
        }
    }
}

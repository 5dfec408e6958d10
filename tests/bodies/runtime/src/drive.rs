//! Runs one form of a body up to a number of suspensions, and keeps what it did.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use coweave::{CoroutineState, Frame, Generator, StreamFrame, Streaming};
use futures_core::Stream;

use crate::suspending::{Stopped, answer, limit_to};
use crate::trace::{self, Event, record};
use crate::values::Failed;

/// How a run came to its end.
#[derive(Debug, PartialEq)]
pub(crate) enum Outcome<R> {
    Returned(R),
    Failed(i32),
    /// It was dropped, or unwound, where it was suspended.
    Stopped,
}

/// What a run did.
#[derive(Debug, PartialEq)]
pub(crate) struct Run<R> {
    pub(crate) outcome: Outcome<R>,
    pub(crate) trace: Vec<Event>,
}

fn outcome_of<R>(payload: Box<dyn Any + Send>) -> Outcome<R> {
    if payload.is::<Stopped>() {
        return Outcome::Stopped;
    }
    Outcome::Failed(payload.downcast::<Failed>().map_or(-1, |failed| failed.0))
}

/// The plain function, unwound at the suspension of number `limit`, or before it begins.
pub(crate) fn plain<R>(limit: usize, call: impl FnOnce() -> R) -> Run<R> {
    trace::take();
    limit_to(limit);
    let outcome = match catch_unwind(AssertUnwindSafe(call)) {
        Ok(output) => Outcome::Returned(output),
        Err(payload) => outcome_of(payload),
    };
    record(Event::Ended);
    Run { outcome, trace: trace::take() }
}

/// A coroutine, dropped at the suspension of number `limit`, or before it is resumed.
fn coroutine<C, R>(
    limit: usize,
    make: impl FnOnce() -> C,
    mut resume: impl FnMut(&mut C) -> Option<R>,
) -> Run<R> {
    trace::take();
    let mut coroutine = make();
    record(Event::Entered);
    for _ in 0..limit {
        let outcome = match catch_unwind(AssertUnwindSafe(|| resume(&mut coroutine))) {
            Ok(None) => continue,
            Ok(Some(output)) => Outcome::Returned(output),
            Err(payload) => outcome_of(payload),
        };
        // Before the drop: nothing may be left in the frame.
        record(Event::Ended);
        drop(coroutine);
        return Run { outcome, trace: trace::take() };
    }
    drop(coroutine);
    record(Event::Ended);
    Run { outcome: Outcome::Stopped, trace: trace::take() }
}

pub(crate) type Task<'e, R> = Pin<Box<dyn Future<Output = R> + 'e>>;

pub(crate) fn task<'e, R>(limit: usize, make: impl FnOnce() -> Task<'e, R>) -> Run<R> {
    let mut context = Context::from_waker(Waker::noop());
    coroutine(limit, make, |task| match task.as_mut().poll(&mut context) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    })
}

/// A generator; `with` makes what it is resumed with from the answer.
pub(crate) fn generator<'e, U: 'e, R: 'e>(
    limit: usize,
    with: fn(i32) -> U,
    make: impl FnOnce() -> Generator<dyn Frame<Yield = i32, Resume = U, Return = R> + 'e>,
) -> Run<R> {
    let mut last = None;
    coroutine(limit, make, |generator| {
        let state = match last {
            None => generator.start(),
            Some(item) => {
                record(Event::Answered(answer(item)));
                generator.resume(with(answer(item)))
            }
        };
        match state {
            CoroutineState::Yielded(item) => {
                record(Event::Suspended(item));
                last = Some(item);
                None
            }
            CoroutineState::Complete(output) => Some(output),
        }
    })
}

/// A stream; `output` says what it left behind at its end.
pub(crate) fn stream<'e, R>(
    limit: usize,
    output: impl Fn() -> R,
    make: impl FnOnce() -> Streaming<dyn StreamFrame<Item = i32> + 'e>,
) -> Run<R> {
    let mut context = Context::from_waker(Waker::noop());
    let mut last = None;
    coroutine(limit, make, |stream| {
        if let Some(item) = last.take() {
            record(Event::Answered(answer(item)));
        }
        match Pin::new(stream).poll_next(&mut context) {
            Poll::Ready(None) => Some(output()),
            Poll::Ready(Some(item)) => {
                record(Event::Suspended(item));
                last = Some(item);
                None
            }
            Poll::Pending => None,
        }
    })
}

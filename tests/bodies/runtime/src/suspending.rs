//! How each form of a body suspends: a callback, a future, and what is delegated to.

use std::cell::Cell;
use std::future::Future;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::trace::{Event, reach, record};
use crate::values::{Noisy, mark};

thread_local! {
    static LEFT: Cell<usize> = const { Cell::new(0) };
}

/// The payload that unwinds a plain body where its coroutine is dropped.
pub(crate) struct Stopped;

/// Lets a plain body suspend so often, less one; the last suspension ends it.
pub(crate) fn limit_to(suspension_count: usize) {
    LEFT.set(suspension_count);
}

fn stop_at_the_limit() {
    if LEFT.get() == 0 {
        resume_unwind(Box::new(Stopped));
    }
}

/// The first thing that a plain body does.
pub fn enter() {
    record(Event::Entered);
    stop_at_the_limit();
}

/// What a suspension evaluates to.
pub fn answer(item: i32) -> i32 {
    item ^ 1
}

/// The callback: a plain body "suspends".
pub fn now(site: u32, item: i32) -> i32 {
    reach(site);
    record(Event::Suspended(item));
    LEFT.set(LEFT.get() - 1);
    stop_at_the_limit();
    record(Event::Answered(answer(item)));
    answer(item)
}

/// Suspends a task once.
#[derive(Debug)]
pub struct Later {
    item: i32,
    was_polled: bool,
}

/// Makes a [`Later`].
pub fn later(item: i32) -> Later {
    Later { item, was_polled: false }
}

impl Future for Later {
    type Output = i32;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<i32> {
        if !std::mem::replace(&mut self.was_polled, true) {
            record(Event::Suspended(self.item));
            return Poll::Pending;
        }
        record(Event::Answered(answer(self.item)));
        Poll::Ready(answer(self.item))
    }
}

const INNER_SITE: u32 = u32::MAX;

/// What is delegated to, as a plain function.
pub fn inner_plain(x: i32, guard: Noisy) -> i32 {
    let _local = crate::noisy(900);
    let first = now(INNER_SITE, x);
    let second = now(INNER_SITE, guard.get(first));
    mark(first.wrapping_add(second))
}

/// What is delegated to, as a task.
#[coweave::coroutine]
pub fn inner_task(x: i32, guard: Noisy) -> i32 {
    let _local = crate::noisy(900);
    let first = later(x).await;
    let second = later(guard.get(first)).await;
    mark(first.wrapping_add(second))
}

/// What is delegated to, as a generator.
#[coweave::coroutine(yield = i32)]
pub fn inner_generator(x: i32, guard: Noisy) -> i32 {
    let _local = crate::noisy(900);
    yield x;
    let first = answer(x);
    let second = guard.get(first);
    yield second;
    mark(first.wrapping_add(answer(second)))
}

/// What is delegated to, as a generator that values go into.
#[coweave::coroutine(yield = i32, resume = i32)]
pub fn inner_two_way(x: i32, guard: Noisy) -> i32 {
    let _local = crate::noisy(900);
    let first = yield x;
    let second = yield guard.get(first);
    mark(first.wrapping_add(second))
}

/// What is delegated to, as a stream.
#[coweave::coroutine(stream = i32)]
pub fn inner_stream(x: i32, guard: Noisy) {
    let _local = crate::noisy(900);
    let first = later(x).await;
    let second = guard.get(first);
    yield second;
    mark(first.wrapping_add(answer(second)));
}

/// Yields each item.
#[coweave::coroutine(stream = i32)]
pub fn each(items: [i32; 2]) {
    for item in items {
        yield item;
    }
}

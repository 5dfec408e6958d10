//! Generators: iterators written by hand, and what makes them of a function's body. A loop adds up what
//! each gives.

use std::hint::black_box;

use async_stream::stream;
use corosensei::{Coroutine, CoroutineResult, Yielder};
use futures::Stream;
use futures_lite::future::block_on;
use futures_lite::{StreamExt, pin};
use genawaiter::stack::{Co, let_gen_using};

use crate::meter::{Meter, Sample};
use crate::program::Generator;

/// The opaque mask keeps the compiler from replacing the loop by a formula.
struct Sum {
    meter: Meter,
    mask: u64,
    sum: u64,
}

impl Sum {
    fn start() -> Self {
        Self { meter: Meter::start(), mask: black_box(0), sum: 0 }
    }

    #[inline(always)]
    fn add(&mut self, item: u64) {
        self.sum = self.sum.wrapping_add(item ^ self.mask);
    }

    fn stop(self) -> Sample {
        let sample = self.meter.stop();
        black_box(self.sum);
        sample
    }
}

#[inline(always)]
fn sum_of(items: impl Iterator<Item = u64>) -> Sample {
    let mut sum = Sum::start();
    for item in items {
        sum.add(item);
    }
    sum.stop()
}

struct Range {
    next: u64,
    end: u64,
}

impl Iterator for Range {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        if self.next >= self.end {
            return None;
        }
        let item = self.next;
        self.next += 1;
        Some(item)
    }
}

struct Fibonacci(u64, u64);

impl Iterator for Fibonacci {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let item = self.0;
        (self.0, self.1) = (self.1, self.0.wrapping_add(self.1));
        Some(item)
    }
}

pub(super) fn by_hand(generator: Generator, count: usize) -> Sample {
    let count = black_box(count);
    match generator {
        Generator::Range => sum_of(Range { next: 0, end: count as u64 }),
        Generator::Fibonacci => sum_of(Fibonacci(black_box(0), 1).take(count)),
    }
}

#[coweave::coroutine(yield = u64)]
fn range(end: u64) {
    let mut next = 0;
    while next < end {
        yield next;
        next += 1;
    }
}

#[coweave::coroutine(yield = u64)]
fn fibonacci(first: u64) {
    let (mut a, mut b) = (first, 1_u64);
    loop {
        yield a;
        (a, b) = (b, a.wrapping_add(b));
    }
}

pub(super) fn coweave(generator: Generator, count: usize) -> Sample {
    let count = black_box(count);
    match generator {
        Generator::Range => sum_of(range(count as u64)),
        Generator::Fibonacci => sum_of(fibonacci(black_box(0)).take(count)),
    }
}

async fn give_range(co: Co<'_, u64>, end: u64) {
    let mut next = 0;
    while next < end {
        co.yield_(next).await;
        next += 1;
    }
}

async fn give_fibonacci(co: Co<'_, u64>, first: u64) {
    let (mut a, mut b) = (first, 1_u64);
    loop {
        co.yield_(a).await;
        (a, b) = (b, a.wrapping_add(b));
    }
}

pub(super) fn genawaiter(generator: Generator, count: usize) -> Sample {
    let count = black_box(count);
    match generator {
        Generator::Range => {
            let_gen_using!(items, |co| give_range(co, count as u64));
            sum_of(items.into_iter())
        }
        Generator::Fibonacci => {
            let_gen_using!(items, |co| give_fibonacci(co, black_box(0)));
            sum_of(items.into_iter().take(count))
        }
    }
}

/// No item has to be waited for.
fn sum_of_stream(items: impl Stream<Item = u64>) -> Sample {
    block_on(async {
        pin!(items);
        let mut sum = Sum::start();
        while let Some(item) = items.next().await {
            sum.add(item);
        }
        sum.stop()
    })
}

pub(super) fn async_stream(generator: Generator, count: usize) -> Sample {
    let count = black_box(count);
    match generator {
        Generator::Range => sum_of_stream(stream! {
            let mut next = 0;
            while next < count as u64 {
                yield next;
                next += 1;
            }
        }),
        Generator::Fibonacci => {
            let items = stream! {
                let (mut a, mut b) = (black_box(0_u64), 1_u64);
                loop {
                    yield a;
                    (a, b) = (b, a.wrapping_add(b));
                }
            };
            sum_of_stream(items.take(count))
        }
    }
}

pub(super) fn corosensei(generator: Generator, count: usize) -> Sample {
    let count = black_box(count);
    match generator {
        Generator::Range => sum_of_stackful(move |yielder| {
            let mut next = 0;
            while next < count as u64 {
                yielder.suspend(next);
                next += 1;
            }
        }),
        Generator::Fibonacci => sum_of_stackful(move |yielder| {
            let (mut a, mut b) = (black_box(0_u64), 1_u64);
            for _ in 0..count {
                yielder.suspend(a);
                (a, b) = (b, a.wrapping_add(b));
            }
        }),
    }
}

fn sum_of_stackful(body: impl FnOnce(&Yielder<(), u64>) + 'static) -> Sample {
    let mut items = Coroutine::new(|yielder, ()| body(yielder));
    sum_of(std::iter::from_fn(|| match items.resume(()) {
        CoroutineResult::Yield(item) => Some(item),
        CoroutineResult::Return(()) => None,
    }))
}

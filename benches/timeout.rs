//! What a timeout costs: around a future that is ready, around one that suspends and is ready in
//! time (a timer is set and forgotten), and one that elapses (a timer fires); beside the same without
//! a timeout.
//!
//! Unit: one timeout, on a virtual clock. Batch: [`TIMEOUTS`] of them a sample, in one task.
#![feature(coroutines)]

use std::future::{Future, pending, ready};
use std::hint::black_box;
use std::time::Duration;

use coweave::{Scheduler, sleep, timeout, yield_now};
use divan::Bencher;
use divan::counter::ItemsCount;

/// Timeouts in one sample.
const TIMEOUTS: usize = 100_000;
const LIMIT: Duration = Duration::from_micros(1);

fn main() {
    divan::main();
}

fn run<F: Future<Output = ()>>(bencher: Bencher<'_, '_>, program: impl Fn() -> F) {
    let mut scheduler = Scheduler::builder().virtual_time().build().unwrap();
    bencher.counter(ItemsCount::new(TIMEOUTS)).bench_local(|| scheduler.run(program()));
}

#[coweave::coroutine]
fn readies() {
    for n in 0..TIMEOUTS {
        black_box(timeout(LIMIT, ready(n)).await).unwrap();
    }
}

#[coweave::coroutine]
fn yields() {
    for _ in 0..TIMEOUTS {
        yield_now().await;
    }
}

#[coweave::coroutine]
fn limited_yields() {
    for _ in 0..TIMEOUTS {
        timeout(LIMIT, yield_now()).await.unwrap();
    }
}

#[coweave::coroutine]
fn sleeps() {
    for _ in 0..TIMEOUTS {
        sleep(LIMIT).await;
    }
}

#[coweave::coroutine]
fn elapses() {
    for _ in 0..TIMEOUTS {
        timeout(LIMIT, pending::<()>()).await.unwrap_err();
    }
}

#[divan::bench(sample_count = 50, sample_size = 1)]
fn ready_future(bencher: Bencher<'_, '_>) {
    run(bencher, readies);
}

#[divan::bench(sample_count = 50, sample_size = 1)]
fn yield_alone(bencher: Bencher<'_, '_>) {
    run(bencher, yields);
}

#[divan::bench(sample_count = 50, sample_size = 1)]
fn yield_in_time(bencher: Bencher<'_, '_>) {
    run(bencher, limited_yields);
}

#[divan::bench(sample_count = 50, sample_size = 1)]
fn sleep_alone(bencher: Bencher<'_, '_>) {
    run(bencher, sleeps);
}

#[divan::bench(sample_count = 50, sample_size = 1)]
fn elapsed(bencher: Bencher<'_, '_>) {
    run(bencher, elapses);
}

//! What it costs to ask for the time: on the system's clock beside quanta's bare reading, on a
//! virtual clock, and on one that the scheduler was given.
//!
//! Unit: one instant. Batch: [`READINGS`] of them a sample.

use std::hint::black_box;
use std::time::Duration;

use coweave::{Builder, Instant, Scheduler};
use divan::Bencher;
use divan::counter::ItemsCount;

/// Readings in one sample.
const READINGS: usize = 100_000;

fn main() {
    divan::main();
}

#[divan::bench(counters = [ItemsCount::new(READINGS)], sample_count = 50, sample_size = 1)]
fn quanta(bencher: Bencher<'_, '_>) {
    let clock = quanta::Clock::new();
    let start = clock.now();
    bencher.bench_local(|| {
        for _ in 0..READINGS {
            black_box(clock.now().duration_since(start));
        }
    });
}

fn readings(bencher: Bencher<'_, '_>, builder: Builder) {
    let mut scheduler = builder.build().unwrap();
    bencher.bench_local(|| {
        scheduler.run(async {
            for _ in 0..READINGS {
                black_box(Instant::now());
            }
        });
    });
}

#[divan::bench(counters = [ItemsCount::new(READINGS)], sample_count = 50, sample_size = 1)]
fn system(bencher: Bencher<'_, '_>) {
    readings(bencher, Scheduler::builder());
}

#[divan::bench(counters = [ItemsCount::new(READINGS)], sample_count = 50, sample_size = 1)]
fn virtual_time(bencher: Bencher<'_, '_>) {
    readings(bencher, Scheduler::builder().virtual_time());
}

/// The same clock, behind the trait.
struct Given(quanta::Clock, quanta::Instant);

impl coweave::Clock for Given {
    fn now(&self) -> Duration {
        self.0.now().duration_since(self.1)
    }
}

#[divan::bench(counters = [ItemsCount::new(READINGS)], sample_count = 50, sample_size = 1)]
fn given(bencher: Bencher<'_, '_>) {
    let clock = quanta::Clock::new();
    let start = clock.now();
    readings(bencher, Scheduler::builder().clock(Given(clock, start)));
}

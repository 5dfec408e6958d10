//! What one sleep costs on a virtual clock: set a timer, suspend, and be resumed when the clock
//! has advanced to the deadline.
//!
//! Unit: one sleep of a pseudo-random length of up to a second. Batch: [`SLEEPS`] of them a
//! sample, shared evenly by the tasks, all of which sleep at the same time; each task is resumed
//! once more to complete, and freed. Making the tasks is not measured.
#![feature(coroutines, coroutine_trait)]

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::{Coroutine, CoroutineState};
use std::pin::Pin;
use std::time::Duration;

use divan::Bencher;
use divan::counter::ItemsCount;

/// Sleeps in one sample.
const SLEEPS: usize = 1_000_000;

fn main() {
    divan::main();
}

/// The lengths of one task's sleeps, in nanoseconds: a linear congruential generator (Knuth's
/// MMIX constants), a different stretch of it for each task.
struct Durations(u64);

impl Durations {
    fn of_task(number: usize) -> Self {
        Self((number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn next_ns(&mut self) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        1 + (self.0 >> 32) % 1_000_000_000
    }
}

/// Yields the length of each sleep.
type BareTask = Pin<Box<dyn Coroutine<(), Yield = u64, Return = ()>>>;

fn bare_task(
    sleep_count: usize,
    mut durations: Durations,
) -> impl Coroutine<(), Yield = u64, Return = ()> {
    #[coroutine]
    static move |()| {
        for _ in 0..sleep_count {
            yield durations.next_ns();
        }
    }
}

/// A sleeping coroutine; the heap gives the earliest deadline first, then the first one set.
struct Sleeping {
    key: Reverse<(u64, u64)>,
    task: BareTask,
}

impl Ord for Sleeping {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key.cmp(&other.key)
    }
}

impl PartialOrd for Sleeping {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Sleeping {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Sleeping {}

#[derive(Default)]
struct BareTimers {
    heap: BinaryHeap<Sleeping>,
    now_ns: u64,
    set_count: u64,
}

impl BareTimers {
    fn resume(&mut self, mut task: BareTask) {
        if let CoroutineState::Yielded(duration_ns) = task.as_mut().resume(()) {
            let key = Reverse((self.now_ns + duration_ns, self.set_count));
            self.set_count += 1;
            self.heap.push(Sleeping { key, task });
        }
    }
}

/// A heap of boxed coroutines and a loop: no task, no scheduler, no handle.
#[divan::bench(
    args = [1, 10, 1_000, 100_000, 1_000_000],
    counters = [ItemsCount::new(SLEEPS)],
    sample_count = 20,
    sample_size = 1
)]
fn bare(bencher: Bencher<'_, '_>, tasks: usize) {
    bencher
        .with_inputs(|| -> Vec<BareTask> {
            (0..tasks)
                .map(|number| {
                    Box::pin(bare_task(SLEEPS / tasks, Durations::of_task(number))) as BareTask
                })
                .collect()
        })
        .bench_local_values(|tasks| {
            let mut timers = BareTimers::default();
            for task in tasks {
                timers.resume(task);
            }
            while let Some(Sleeping { key: Reverse((deadline_ns, _)), task }) = timers.heap.pop() {
                timers.now_ns = deadline_ns;
                timers.resume(task);
            }
        });
}

#[coweave::coroutine]
fn coweave_task(sleep_count: usize, mut durations: Durations) {
    for _ in 0..sleep_count {
        coweave::sleep(Duration::from_nanos(durations.next_ns())).await;
    }
}

/// Tasks of a scheduler with virtual time.
#[divan::bench(
    args = [1, 10, 1_000, 100_000, 1_000_000],
    counters = [ItemsCount::new(SLEEPS)],
    sample_count = 20,
    sample_size = 1
)]
fn coweave(bencher: Bencher<'_, '_>, tasks: usize) {
    bencher
        .with_inputs(|| {
            let scheduler = coweave::Scheduler::builder().virtual_time().build().unwrap();
            for number in 0..tasks {
                let task = coweave_task(SLEEPS / tasks, Durations::of_task(number));
                drop(scheduler.spawn(task));
            }
            scheduler
        })
        .bench_local_values(|mut scheduler| {
            assert_eq!(scheduler.run_until_idle(), 0);
            scheduler
        });
}

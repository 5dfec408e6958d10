//! What one task costs from its making to its end: allocate, resume to completion, take the
//! output, free.
//!
//! Unit: one task, which returns a `u64` and never suspends. Batch: [`TASKS`] of them a sample.
//! Memory is what the system's allocator gives; it hands large freed blocks back to the system, so
//! large groups touch fresh pages in every sample.
#![feature(coroutines, coroutine_trait)]

use std::hint::black_box;
use std::ops::{Coroutine, CoroutineState};
use std::pin::Pin;

use divan::Bencher;
use divan::counter::ItemsCount;

/// Tasks in one sample.
const TASKS: usize = 1_000_000;

fn main() {
    divan::main();
}

type BareTask = Pin<Box<dyn Coroutine<(), Yield = (), Return = u64>>>;

/// A coroutine that could suspend, so that it needs its state, and does not.
fn bare_task(output: u64) -> impl Coroutine<(), Yield = (), Return = u64> {
    #[coroutine]
    static move |()| {
        if output == u64::MAX {
            yield;
        }
        output
    }
}

fn bare_output(mut task: BareTask) -> u64 {
    match task.as_mut().resume(()) {
        CoroutineState::Complete(output) => output,
        CoroutineState::Yielded(()) => unreachable!("no task was given the output that suspends"),
    }
}

/// A task that could suspend, and does not.
#[coweave::coroutine]
fn coweave_task(output: u64) -> u64 {
    if output == u64::MAX {
        coweave::yield_now().await;
    }
    output
}

fn scheduler() -> coweave::Scheduler {
    coweave::Scheduler::builder().build().unwrap()
}

/// Each task completes before the next is made.
mod one_at_a_time {
    use super::*;

    /// A boxed coroutine: no task, no scheduler, no handle.
    #[divan::bench(counters = [ItemsCount::new(TASKS)], sample_count = 50, sample_size = 1)]
    fn bare(bencher: Bencher<'_, '_>) {
        bencher.bench_local(|| {
            let mut sum = 0;
            for output in 0..TASKS as u64 {
                // Behind the black box the optimiser cannot remove the allocation.
                let task: BareTask = black_box(Box::pin(bare_task(output)));
                sum += bare_output(task);
            }
            sum
        });
    }

    #[coweave::coroutine]
    fn spawn_and_join() -> u64 {
        let mut sum = 0;
        for output in 0..TASKS as u64 {
            sum += coweave::spawn(coweave_task(output)).await.unwrap();
        }
        sum
    }

    /// Spawned and joined by one task, which suspends at every join.
    #[divan::bench(counters = [ItemsCount::new(TASKS)], sample_count = 50, sample_size = 1)]
    fn coweave(bencher: Bencher<'_, '_>) {
        bencher
            .with_inputs(scheduler)
            .bench_local_refs(|scheduler| scheduler.run(spawn_and_join()));
    }
}

/// A group of tasks is made, then all of its outputs are taken in order; one group after another.
mod in_groups {
    use super::*;

    /// A vector of boxed coroutines: no task, no scheduler, no handle.
    #[divan::bench(
        args = [1, 10, 1_000, 100_000, 1_000_000],
        counters = [ItemsCount::new(TASKS)],
        sample_count = 20,
        sample_size = 1
    )]
    fn bare(bencher: Bencher<'_, '_>, group: usize) {
        bencher.bench_local(|| {
            let mut sum = 0;
            for first in (0..TASKS).step_by(group) {
                let mut tasks: Vec<BareTask> = Vec::with_capacity(group);
                for output in first..first + group {
                    tasks.push(Box::pin(bare_task(output as u64)));
                }
                for task in black_box(tasks) {
                    sum += bare_output(task);
                }
            }
            sum
        });
    }

    #[coweave::coroutine]
    fn spawn_then_join(group: usize) -> u64 {
        let mut sum = 0;
        for first in (0..TASKS).step_by(group) {
            let mut tasks = Vec::with_capacity(group);
            for output in first..first + group {
                tasks.push(coweave::spawn(coweave_task(output as u64)));
            }
            for task in tasks {
                sum += task.await.unwrap();
            }
        }
        sum
    }

    /// On a fresh scheduler each time, whose memory is as cold as the allocator's.
    #[divan::bench(
        args = [1, 10, 1_000, 100_000, 1_000_000],
        counters = [ItemsCount::new(TASKS)],
        sample_count = 20,
        sample_size = 1
    )]
    fn coweave(bencher: Bencher<'_, '_>, group: usize) {
        bencher
            .with_inputs(scheduler)
            .bench_local_refs(|scheduler| scheduler.run(spawn_then_join(group)));
    }
}

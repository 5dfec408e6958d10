//! What one yield costs: a task suspends, goes behind all that are ready, and is resumed again.
//!
//! Unit: one yield. Batch: [`YIELDS`] of them a sample, shared evenly by the tasks; each task is
//! resumed once more to complete, and freed. Making the tasks is not measured.
#![feature(coroutines, coroutine_trait)]

use std::collections::VecDeque;
use std::ops::{Coroutine, CoroutineState};
use std::pin::Pin;

use divan::Bencher;
use divan::counter::ItemsCount;

/// Yields in one sample: enough that completing 100,000 tasks is a hundredth of the work, and that of a
/// million a tenth.
const YIELDS: usize = 10_000_000;

fn main() {
    divan::main();
}

type BareTask = Pin<Box<dyn Coroutine<(), Yield = (), Return = ()>>>;

fn bare_task(yield_count: usize) -> impl Coroutine<(), Yield = (), Return = ()> {
    #[coroutine]
    static move |()| {
        for _ in 0..yield_count {
            yield;
        }
    }
}

/// A queue of boxed coroutines and a loop: no task, no scheduler, no handle.
#[divan::bench(
    args = [1, 10, 1_000, 100_000, 1_000_000],
    counters = [ItemsCount::new(YIELDS)],
    sample_count = 20,
    sample_size = 1
)]
fn bare(bencher: Bencher<'_, '_>, tasks: usize) {
    bencher
        .with_inputs(|| -> VecDeque<BareTask> {
            (0..tasks).map(|_| Box::pin(bare_task(YIELDS / tasks)) as BareTask).collect()
        })
        .bench_local_values(|mut ready| {
            while let Some(mut task) = ready.pop_front() {
                if let CoroutineState::Yielded(()) = task.as_mut().resume(()) {
                    ready.push_back(task);
                }
            }
        });
}

#[coweave::coroutine]
fn coweave_task(yield_count: usize) {
    for _ in 0..yield_count {
        coweave::yield_now().await;
    }
}

/// Tasks of a scheduler, with all that it keeps for them: ids, sites, fairness.
#[divan::bench(
    args = [1, 10, 1_000, 100_000, 1_000_000],
    counters = [ItemsCount::new(YIELDS)],
    sample_count = 20,
    sample_size = 1
)]
fn coweave(bencher: Bencher<'_, '_>, tasks: usize) {
    bencher
        .with_inputs(|| {
            let scheduler = coweave::Scheduler::builder().build().unwrap();
            (0..tasks).for_each(|_| drop(scheduler.spawn(coweave_task(YIELDS / tasks))));
            scheduler
        })
        .bench_local_values(|mut scheduler| {
            assert_eq!(scheduler.run_until_idle(), 0);
            scheduler
        });
}

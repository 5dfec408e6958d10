//! corosensei: coroutines with stacks of their own, and a queue. No task, scheduler or handle.

use std::collections::VecDeque;
use std::hint::black_box;

use corosensei::stack::DefaultStack;
use corosensei::{Coroutine, CoroutineResult, Yielder};

use super::generators;
use crate::meter::{Meter, Sample};
use crate::program::Program;

type Stackful<T> = Coroutine<(), (), T>;

/// Enough for all that the programs do.
const STACK: usize = 16 * 1024;
/// More of them exceed the mappings that a process may have: each stack is two.
const MOST_TASKS: usize = 20_000;

pub(super) fn run(program: Program, count: usize) -> Option<Sample> {
    match program {
        Program::Yield { tasks } if tasks <= MOST_TASKS => Some(yields(tasks, count)),
        Program::SpawnJoin => Some(one_at_a_time(count)),
        Program::Wake | Program::Park => Some(ping(count)),
        Program::Chain { depth } => Some(chain(depth, count)),
        Program::Generator(generator) => Some(generators::corosensei(generator, count)),
        Program::Yield { .. }
        | Program::SpawnMillion { .. }
        | Program::Sleepers
        | Program::SleepDropped
        | Program::Timeout
        | Program::AsyncChain { .. }
        | Program::Parked { .. }
        | Program::Skynet
        | Program::Waiting(_)
        | Program::OnTwo(_) => None,
    }
}

fn stackful<T: 'static>(body: impl FnOnce(&Yielder<(), ()>) -> T + 'static) -> Stackful<T> {
    let stack = DefaultStack::new(STACK).expect("there is room for a stack");
    Coroutine::with_stack(stack, move |yielder, ()| body(yielder))
}

fn yielding(yield_count: usize) -> Stackful<()> {
    stackful(move |yielder| (0..yield_count).for_each(|_| yielder.suspend(())))
}

fn run_all(mut ready: VecDeque<Stackful<()>>) -> Sample {
    let meter = Meter::start();
    while let Some(mut task) = ready.pop_front() {
        if let CoroutineResult::Yield(()) = task.resume(()) {
            ready.push_back(task);
        }
    }
    meter.stop()
}

fn yields(tasks: usize, count: usize) -> Sample {
    run_all((0..tasks).map(|_| yielding(count / tasks)).collect())
}

fn ping(count: usize) -> Sample {
    run_all(VecDeque::from([yielding(count), yielding(count)]))
}

fn one_at_a_time(count: usize) -> Sample {
    let mut stack = DefaultStack::new(STACK).expect("there is room for a stack");
    let meter = Meter::start();
    let mut sum = 0;
    for output in 0..count as u64 {
        // On one stack again and again, as who uses them would.
        let mut task = Coroutine::with_stack(stack, move |yielder: &Yielder<(), ()>, ()| {
            if output == u64::MAX {
                yielder.suspend(());
            }
            output
        });
        match task.resume(()) {
            CoroutineResult::Return(output) => sum += output,
            CoroutineResult::Yield(()) => {
                unreachable!("no task was given the output that suspends")
            }
        }
        stack = task.into_stack();
    }
    black_box(sum);
    meter.stop()
}

fn chain(depth: usize, count: usize) -> Sample {
    run_all(VecDeque::from([stackful(move |yielder| call(yielder, depth, count))]))
}

/// The calls are made once, and the innermost suspends, as in the other chains.
fn call(yielder: &Yielder<(), ()>, depth: usize, count: usize) {
    if depth == 1 {
        (0..count).for_each(|_| yielder.suspend(()));
    } else {
        call(black_box(yielder), depth - 1, count);
        black_box(depth);
    }
}

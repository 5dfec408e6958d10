//! Coroutines with stacks of their own, in the same bare loops: what a suspension, a stack and its
//! reserve cost, without any tasks or scheduler.

use std::collections::VecDeque;
use std::hint::black_box;

use corosensei::stack::DefaultStack;
use corosensei::{Coroutine, CoroutineResult};

use crate::meter::{Meter, Sample};
use crate::program::{Program, Waiting};

/// Bytes of a stack that are reserved; what is touched of them is resident.
const STACK: usize = 64 << 10;
/// A system maps some tens of thousands of stacks, each with its guard.
pub(super) const SHARE_PARKED: usize = 100;

type Stackful<T> = Coroutine<(), (), T>;

pub(super) fn run(program: Program, count: usize) -> Option<Sample> {
    match program {
        Program::Yield { tasks } if tasks <= 1_000 => Some(yields(tasks, count)),
        Program::SpawnJoin => Some(one_at_a_time(count)),
        Program::Wake | Program::Park | Program::Waiting(Waiting::PingPong) => Some(ping(count)),
        Program::Parked { state: 0 } => Some(parked(count)),
        Program::Yield { .. }
        | Program::SpawnMillion { .. }
        | Program::Sleepers
        | Program::SleepDropped
        | Program::Chain { .. }
        | Program::AsyncChain { .. }
        | Program::Parked { .. }
        | Program::Waiting(_) => None,
    }
}

fn stack() -> DefaultStack {
    DefaultStack::new(STACK).expect("there is memory for a stack")
}

fn yielding(yield_count: usize) -> Stackful<()> {
    Coroutine::with_stack(stack(), move |yielder, ()| {
        for _ in 0..yield_count {
            yielder.suspend(());
        }
    })
}

fn yields(tasks: usize, count: usize) -> Sample {
    let mut ready: VecDeque<Stackful<()>> = (0..tasks).map(|_| yielding(count / tasks)).collect();
    let meter = Meter::start();
    while let Some(mut task) = ready.pop_front() {
        if let CoroutineResult::Yield(()) = task.resume(()) {
            ready.push_back(task);
        }
    }
    meter.stop()
}

/// One stack serves one after the other: to map one for each would cost a thousand times as much.
fn one_at_a_time(count: usize) -> Sample {
    let mut stack = stack();
    let meter = Meter::start();
    let mut sum = 0;
    for output in 0..count as u64 {
        let mut task: Stackful<u64> = Coroutine::with_stack(stack, move |yielder, ()| {
            if output == u64::MAX {
                yielder.suspend(());
            }
            output
        });
        sum += match task.resume(()) {
            CoroutineResult::Return(output) => output,
            CoroutineResult::Yield(()) => {
                unreachable!("no task was given the output that suspends")
            }
        };
        stack = task.into_stack();
    }
    black_box(sum);
    meter.stop()
}

/// Two coroutines in turn; each round trip resumes both.
fn ping(count: usize) -> Sample {
    let mut tasks = [yielding(count), yielding(count)];
    let meter = Meter::start();
    let mut ready = VecDeque::from([0_usize]);
    while let Some(turn) = ready.pop_front() {
        if let CoroutineResult::Yield(()) = tasks[turn].resume(()) {
            ready.push_back(1 - turn);
        }
    }
    meter.stop()
}

fn parked(count: usize) -> Sample {
    let meter = Meter::start();
    let mut tasks: Vec<Stackful<()>> = Vec::with_capacity(count);
    for _ in 0..count {
        let mut task = yielding(1);
        assert!(matches!(task.resume(()), CoroutineResult::Yield(())), "it suspends");
        tasks.push(task);
    }
    let sample = meter.stop();
    // They end with the process.
    std::mem::forget(tasks);
    sample
}

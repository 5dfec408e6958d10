//! The bare loops by which all is judged: boxed coroutines and a queue. No task, no scheduler, no
//! handle, no waker.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::hint::black_box;
use std::ops::{Coroutine, CoroutineState};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::thread;

use super::generators;
use super::work::{CHUNKS, check_sum, compute, depth_of};
use crate::chain::{async_levels, at_depth, sixteen_levels};
use crate::meter::{Meter, Sample};
use crate::program::{OnTwo, Program, Waiting};

type Bare<T> = Pin<Box<dyn Coroutine<(), Yield = (), Return = T>>>;

pub(crate) fn run(program: Program, count: usize) -> Option<Sample> {
    Some(match program {
        Program::Yield { tasks } => yields(tasks, count),
        Program::SpawnJoin => one_at_a_time(count),
        Program::SpawnMillion { is_reused } => {
            if is_reused {
                black_box(all_at_once(count));
            }
            let meter = Meter::start();
            black_box(all_at_once(count));
            meter.stop()
        }
        Program::Wake | Program::Park => ping(count),
        Program::Chain { depth } | Program::AsyncChain { depth } => chain(depth, count),
        Program::Parked { state } => parked(state, count),
        Program::Skynet => skynet(count),
        Program::Waiting(waiting) => return waits(waiting, count),
        Program::OnTwo(on_two) => return on_two_threads(on_two, count),
        Program::Generator(generator) => generators::by_hand(generator, count),
        Program::Sleepers | Program::SleepDropped | Program::Timeout => return None,
    })
}

fn yielding(yield_count: usize) -> impl Coroutine<(), Yield = (), Return = ()> {
    #[coroutine]
    static move |()| {
        for _ in 0..yield_count {
            yield;
        }
    }
}

fn yields(tasks: usize, count: usize) -> Sample {
    let mut ready: VecDeque<Bare<()>> =
        (0..tasks).map(|_| Box::pin(yielding(count / tasks)) as Bare<()>).collect();
    let meter = Meter::start();
    while let Some(mut task) = ready.pop_front() {
        if let CoroutineState::Yielded(()) = task.as_mut().resume(()) {
            ready.push_back(task);
        }
    }
    meter.stop()
}

/// A coroutine that could suspend, so that it needs its state, and does not.
fn returning(output: u64) -> impl Coroutine<(), Yield = (), Return = u64> {
    #[coroutine]
    static move |()| {
        if output == u64::MAX {
            yield;
        }
        output
    }
}

fn output_of(mut task: Bare<u64>) -> u64 {
    match task.as_mut().resume(()) {
        CoroutineState::Complete(output) => output,
        CoroutineState::Yielded(()) => unreachable!("no task was given the output that suspends"),
    }
}

fn one_at_a_time(count: usize) -> Sample {
    let meter = Meter::start();
    let mut sum = 0;
    for output in 0..count as u64 {
        // Behind the black box the optimiser cannot remove the allocation.
        let task: Bare<u64> = black_box(Box::pin(returning(output)));
        sum += output_of(task);
    }
    black_box(sum);
    meter.stop()
}

fn all_at_once(count: usize) -> u64 {
    let mut tasks: Vec<Bare<u64>> = Vec::with_capacity(count);
    for output in 0..count as u64 {
        tasks.push(Box::pin(returning(output)));
    }
    black_box(tasks).into_iter().map(output_of).sum()
}

/// None suspends: each resumes the ten that it has boxed.
fn node(first: u64, depth: u32) -> Bare<u64> {
    if depth == 0 {
        return black_box(Box::pin(returning(first)));
    }
    black_box(Box::pin(adding(first, depth)))
}

fn adding(first: u64, depth: u32) -> impl Coroutine<(), Yield = (), Return = u64> {
    #[coroutine]
    static move |()| {
        if depth == u32::MAX {
            yield;
        }
        let leaves = 10_u64.pow(depth - 1);
        let tasks: Vec<_> = (0..10).map(|n| node(first + n * leaves, depth - 1)).collect();
        tasks.into_iter().map(output_of).sum()
    }
}

fn skynet(count: usize) -> Sample {
    let depth = depth_of(count);
    let meter = Meter::start();
    let sum = output_of(node(0, depth));
    let sample = meter.stop();
    check_sum(depth, sum);
    sample
}

/// Two plain threads, each with half of the work.
fn on_two_threads(on_two: OnTwo, count: usize) -> Option<Sample> {
    match on_two {
        OnTwo::Yield { tasks } => Some(halves(|_| {
            yields(tasks / 2, count / 2);
        })),
        OnTwo::ForkJoin => Some(halves(|half| {
            let chunks = (half..CHUNKS).step_by(2);
            let sum =
                chunks.fold(0, |sum: u64, chunk| sum.wrapping_add(compute(chunk, count / CHUNKS)));
            black_box(sum);
        })),
        OnTwo::Skynet | OnTwo::PingPong | OnTwo::PingPongApart | OnTwo::LockApart => None,
    }
}

fn halves(half: impl Fn(usize) + Sync) -> Sample {
    let meter = Meter::start();
    thread::scope(|scope| {
        scope.spawn(|| half(1));
        half(0);
    });
    meter.stop()
}

/// Two coroutines in turn; each round trip resumes both.
fn ping(count: usize) -> Sample {
    let mut tasks: [Bare<()>; 2] =
        [black_box(Box::pin(yielding(count))), black_box(Box::pin(yielding(count)))];
    let meter = Meter::start();
    let mut ready = VecDeque::from([0_usize]);
    while let Some(turn) = ready.pop_front() {
        if let CoroutineState::Yielded(()) = tasks[turn].as_mut().resume(()) {
            ready.push_back(1 - turn);
        }
    }
    meter.stop()
}

fn waits(waiting: Waiting, count: usize) -> Option<Sample> {
    match waiting {
        Waiting::PingPong => Some(ping(count)),
        Waiting::FanIn => Some(fan_in(count)),
        Waiting::ContendedLock => Some(yields(4, count)),
        Waiting::Select
        | Waiting::Lock
        | Waiting::Oneshot
        | Waiting::Request
        | Waiting::Broadcast => None,
    }
}

type Buffer = Rc<RefCell<VecDeque<u64>>>;

/// Yields while there is no room.
fn produce(buffer: Buffer, count: usize) -> impl Coroutine<(), Yield = (), Return = ()> {
    #[coroutine]
    static move |()| {
        for value in 0..count as u64 {
            while buffer.borrow().len() == 100 {
                yield;
            }
            buffer.borrow_mut().push_back(value);
        }
    }
}

/// Yields while there is nothing.
fn consume(buffer: Buffer, count: usize) -> impl Coroutine<(), Yield = (), Return = ()> {
    #[coroutine]
    static move |()| {
        let mut sum = 0;
        for _ in 0..count {
            sum += loop {
                let value = buffer.borrow_mut().pop_front();
                match value {
                    Some(value) => break value,
                    None => yield,
                }
            };
        }
        black_box(sum);
    }
}

fn fan_in(count: usize) -> Sample {
    let buffer = Buffer::default();
    let mut tasks: VecDeque<Bare<()>> =
        (0..4).map(|_| Box::pin(produce(buffer.clone(), count / 4)) as Bare<()>).collect();
    tasks.push_back(Box::pin(consume(buffer, count / 4 * 4)));
    let meter = Meter::start();
    while let Some(mut task) = tasks.pop_front() {
        if let CoroutineState::Yielded(()) = task.as_mut().resume(()) {
            tasks.push_back(task);
        }
    }
    meter.stop()
}

/// Is pending once.
struct Once(bool);

impl Future for Once {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.0 {
            return Poll::Ready(());
        }
        self.0 = true;
        Poll::Pending
    }
}

sixteen_levels!(async_levels, Once(false));

/// Polled until it is ready: there is nothing to wait for.
fn chain(depth: usize, count: usize) -> Sample {
    at_depth!(depth, count, |future| {
        let mut future: Pin<Box<dyn Future<Output = ()>>> = black_box(Box::pin(future));
        let mut cx = Context::from_waker(Waker::noop());
        let meter = Meter::start();
        while future.as_mut().poll(&mut cx).is_pending() {}
        meter.stop()
    })
}

/// What a parked task keeps, apart from which state it is in.
fn parked_with<const STATE: usize>() -> impl Coroutine<(), Yield = (), Return = ()> {
    #[coroutine]
    static || {
        let state = [1_u8; STATE];
        loop {
            yield;
            black_box(&state);
        }
    }
}

fn parked(state: usize, count: usize) -> Sample {
    match state {
        0 => park_all(count, || Box::pin(parked_with::<0>())),
        128 => park_all(count, || Box::pin(parked_with::<128>())),
        _ => unreachable!("no program has tasks with {state} bytes"),
    }
}

fn park_all(count: usize, task: impl Fn() -> Bare<()>) -> Sample {
    let meter = Meter::start();
    let mut tasks: Vec<Bare<()>> = Vec::with_capacity(count);
    for _ in 0..count {
        let mut task = task();
        assert_eq!(task.as_mut().resume(()), CoroutineState::Yielded(()), "it parks for ever");
        tasks.push(task);
    }
    let sample = meter.stop();
    // They end with the process.
    std::mem::forget(tasks);
    sample
}

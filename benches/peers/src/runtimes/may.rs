//! may: coroutines with stacks of their own, on one worker or two.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use may::coroutine::{self, JoinHandle, park, sleep, yield_now};
use may::go;
use may::sync::{Mutex, mpsc};

use super::signal::random_durations;
use super::work::{CHUNKS, check_sum, compute, depth_of};
use crate::meter::{Meter, Sample};
use crate::program::{OnTwo, Program, Waiting};

/// More of them exceed the mappings that a process may have.
const MOST_TASKS: usize = 20_000;

/// The program is itself a coroutine.
pub(super) fn run(program: Program, count: usize) -> Option<Sample> {
    may::config().set_workers(program.workers());
    joined(go!(move || run_in_coroutine(program, count)))
}

fn run_in_coroutine(program: Program, count: usize) -> Option<Sample> {
    match program {
        Program::Yield { tasks } | Program::OnTwo(OnTwo::Yield { tasks }) => {
            (tasks <= MOST_TASKS).then(|| yields(tasks, count))
        }
        Program::SpawnJoin => Some(one_at_a_time(count)),
        Program::Sleepers if count <= MOST_TASKS => Some(sleepers(count)),
        Program::Park => Some(park_in_turn(count)),
        Program::Waiting(Waiting::PingPong) | Program::OnTwo(OnTwo::PingPong) => {
            Some(ping_pong(count))
        }
        Program::Waiting(Waiting::Lock) => Some(lock(count)),
        Program::Waiting(Waiting::ContendedLock) => Some(contended_lock(count)),
        Program::OnTwo(OnTwo::ForkJoin) => Some(fork_join(count)),
        Program::Skynet | Program::OnTwo(OnTwo::Skynet) if count <= MOST_TASKS => {
            Some(skynet(count))
        }
        Program::SpawnMillion { .. }
        | Program::Sleepers
        | Program::SleepDropped
        | Program::Timeout
        | Program::Generator(_)
        | Program::Wake
        | Program::Chain { .. }
        | Program::AsyncChain { .. }
        | Program::Parked { .. }
        | Program::Skynet
        | Program::Waiting(_)
        | Program::OnTwo(_) => None,
    }
}

fn joined<T>(task: JoinHandle<T>) -> T {
    task.join().expect("no coroutine panics")
}

fn yielding(yield_count: usize) {
    (0..yield_count).for_each(|_| yield_now());
}

fn yields(tasks: usize, count: usize) -> Sample {
    let meter = Meter::start();
    let tasks: Vec<_> = (0..tasks).map(|_| go!(move || yielding(count / tasks))).collect();
    tasks.into_iter().for_each(joined);
    meter.stop()
}

fn one_at_a_time(count: usize) -> Sample {
    let meter = Meter::start();
    let sum: u64 = (0..count as u64).map(|output| joined(go!(move || output))).sum();
    black_box(sum);
    meter.stop()
}

fn sleepers(count: usize) -> Sample {
    let meter = Meter::start();
    let sleeper = |time: Duration| go!(move || sleep(time));
    let tasks: Vec<_> = random_durations().take(count).map(sleeper).collect();
    tasks.into_iter().for_each(joined);
    meter.stop()
}

fn park_in_turn(count: usize) -> Sample {
    let caller = coroutine::current();
    let other = go!(move || {
        for _ in 0..count {
            park();
            caller.unpark();
        }
    });
    let meter = Meter::start();
    for _ in 0..count {
        other.coroutine().unpark();
        park();
    }
    let sample = meter.stop();
    joined(other);
    sample
}

/// Its channels have no bound.
fn ping_pong(count: usize) -> Sample {
    let (to, at_other) = mpsc::channel::<u64>();
    let (back, from) = mpsc::channel();
    let other = go!(move || {
        at_other.iter().for_each(|value| back.send(value).expect("the other receives"));
    });
    let meter = Meter::start();
    for value in 0..count as u64 {
        to.send(value).expect("the other receives");
        from.recv().expect("the other answers");
    }
    let sample = meter.stop();
    drop(to);
    joined(other);
    sample
}

fn lock(count: usize) -> Sample {
    let mutex = Mutex::new(0_u64);
    let meter = Meter::start();
    for _ in 0..count {
        *mutex.lock().expect("no coroutine panics") += 1;
    }
    meter.stop()
}

fn hold(mutex: &Mutex<u64>, count: usize) {
    for _ in 0..count {
        let mut locked = mutex.lock().expect("no coroutine panics");
        yield_now();
        *locked += 1;
    }
}

fn contended_lock(count: usize) -> Sample {
    let mutex = Arc::new(Mutex::new(0_u64));
    let meter = Meter::start();
    let tasks = [(); 4].map(|()| {
        let mutex = mutex.clone();
        go!(move || hold(&mutex, count / 4))
    });
    tasks.into_iter().for_each(joined);
    meter.stop()
}

fn fork_join(count: usize) -> Sample {
    let meter = Meter::start();
    let tasks: Vec<_> =
        (0..CHUNKS).map(|chunk| go!(move || compute(chunk, count / CHUNKS))).collect();
    let sum = tasks.into_iter().fold(0, |sum: u64, task| sum.wrapping_add(joined(task)));
    black_box(sum);
    meter.stop()
}

fn tree(first: u64, depth: u32) -> u64 {
    if depth == 0 {
        return first;
    }
    let leaves = 10_u64.pow(depth - 1);
    let tasks: Vec<_> = (0..10).map(|n| go!(move || tree(first + n * leaves, depth - 1))).collect();
    tasks.into_iter().map(joined).sum()
}

fn skynet(count: usize) -> Sample {
    let depth = depth_of(count);
    let meter = Meter::start();
    let sum = joined(go!(move || tree(0, depth)));
    let sample = meter.stop();
    check_sum(depth, sum);
    sample
}

//! Threads of the operating system in place of tasks: what coroutines are to save.

use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, mpsc};
use std::thread::{self, Thread};

use crate::meter::{Meter, Sample};
use crate::program::{Program, Waiting};

/// For each so many operations of the others there is one of threads.
pub(super) const SHARE: usize = 100;

pub(super) fn run(program: Program, count: usize) -> Option<Sample> {
    match program {
        Program::Yield { tasks: 10 } => Some(yields(10, count)),
        Program::SpawnJoin => Some(one_at_a_time(count)),
        Program::Wake | Program::Park => Some(park_in_turn(count)),
        Program::Parked { state: 0 } => Some(parked(count)),
        Program::Waiting(Waiting::PingPong) => Some(ping_pong(count)),
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

fn yields(threads: usize, count: usize) -> Sample {
    let all = Barrier::new(threads + 1);
    thread::scope(|scope| {
        let yielding = || {
            all.wait();
            for _ in 0..count / threads {
                thread::yield_now();
            }
            all.wait();
        };
        for _ in 0..threads {
            scope.spawn(yielding);
        }
        let meter = Meter::start();
        all.wait();
        all.wait();
        meter.stop()
    })
}

fn one_at_a_time(count: usize) -> Sample {
    let meter = Meter::start();
    let mut sum = 0;
    for output in 0..count as u64 {
        let thread = thread::spawn(move || black_box(output));
        sum += thread.join().expect("no thread panics");
    }
    black_box(sum);
    meter.stop()
}

/// A round trip through `park` and `unpark`. Whose turn it is stands in a number, for a thread may
/// return from `park` for no reason.
fn park_in_turn(count: usize) -> Sample {
    let turn = Arc::new(AtomicUsize::new(0));
    let take_turn = |own: usize, turn: &AtomicUsize, other: &Thread| {
        while turn.load(Ordering::Acquire) != own {
            thread::park();
        }
        turn.store(own + 1, Ordering::Release);
        other.unpark();
    };
    let (caller, turns) = (thread::current(), turn.clone());
    let other =
        thread::spawn(move || (0..count).for_each(|n| take_turn(2 * n + 1, &turns, &caller)));
    let meter = Meter::start();
    (0..count).for_each(|n| take_turn(2 * n, &turn, other.thread()));
    let sample = meter.stop();
    other.join().expect("no thread panics");
    sample
}

fn ping_pong(count: usize) -> Sample {
    let (send, receive) = mpsc::sync_channel(1);
    let (reply, replies) = mpsc::sync_channel(1);
    let other = thread::spawn(move || receive.iter().all(|value: u64| reply.send(value).is_ok()));
    let meter = Meter::start();
    for value in 0..count as u64 {
        send.send(value).expect("it is received");
        assert_eq!(replies.recv(), Ok(value), "what was sent comes back");
    }
    let sample = meter.stop();
    drop(send);
    assert!(other.join().expect("no thread panics"), "all replies were received");
    sample
}

/// Their stacks are reserved, and what is touched of them is resident; what the kernel keeps of a
/// thread is not counted.
fn parked(count: usize) -> Sample {
    let all = Arc::new(Barrier::new(count + 1));
    let meter = Meter::start();
    for _ in 0..count {
        let all = all.clone();
        drop(thread::spawn(move || {
            all.wait();
            loop {
                thread::park();
            }
        }));
    }
    all.wait();
    // They end with the process.
    meter.stop()
}

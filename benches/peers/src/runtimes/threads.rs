//! Threads of the operating system, as tasks.

use std::hint::black_box;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::sync::mpsc::sync_channel;
use std::sync::{Barrier, Mutex};
use std::thread;

use crate::meter::{Meter, Sample};
use crate::program::{OnTwo, Program, Waiting};

/// More threads than most systems allow.
const MOST_THREADS: usize = 2_000;

pub(super) fn run(program: Program, count: usize) -> Option<Sample> {
    match program {
        Program::Yield { tasks } if tasks <= MOST_THREADS => Some(yields(tasks, count)),
        Program::SpawnJoin => Some(one_at_a_time(count)),
        Program::Park => Some(park_in_turn(count)),
        Program::Waiting(Waiting::PingPong) | Program::OnTwo(OnTwo::PingPongApart) => {
            Some(ping_pong(count))
        }
        Program::Waiting(Waiting::Lock) => Some(lock(1, count)),
        Program::OnTwo(OnTwo::LockApart) => Some(lock(2, count)),
        Program::Yield { .. }
        | Program::SpawnMillion { .. }
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

fn yields(tasks: usize, count: usize) -> Sample {
    let all_started = Barrier::new(tasks + 1);
    let mut meter = None;
    thread::scope(|scope| {
        for _ in 0..tasks {
            scope.spawn(|| {
                all_started.wait();
                (0..count / tasks).for_each(|_| thread::yield_now());
            });
        }
        meter = Some(Meter::start());
        all_started.wait();
    });
    meter.expect("it was started").stop()
}

fn one_at_a_time(count: usize) -> Sample {
    let meter = Meter::start();
    let mut sum = 0;
    for output in 0..count as u64 {
        sum += thread::spawn(move || output).join().expect("no thread panics");
    }
    black_box(sum);
    meter.stop()
}

fn park_in_turn(count: usize) -> Sample {
    let is_called = AtomicBool::new(false);
    let wait_until = |is_called_now: bool| {
        while is_called.load(Acquire) != is_called_now {
            thread::park();
        }
    };
    let caller = thread::current();
    thread::scope(|scope| {
        let other = scope.spawn(|| {
            for _ in 0..count {
                wait_until(true);
                is_called.store(false, Release);
                caller.unpark();
            }
        });
        let meter = Meter::start();
        for _ in 0..count {
            is_called.store(true, Release);
            other.thread().unpark();
            wait_until(false);
        }
        meter.stop()
    })
}

fn ping_pong(count: usize) -> Sample {
    let (to, at_other) = sync_channel(1);
    let (back, from) = sync_channel(1);
    let other = thread::spawn(move || {
        at_other.iter().for_each(|value: u64| back.send(value).expect("the other receives"));
    });
    let meter = Meter::start();
    for value in 0..count as u64 {
        to.send(value).expect("the other receives");
        from.recv().expect("the other answers");
    }
    let sample = meter.stop();
    drop(to);
    other.join().expect("no thread panics");
    sample
}

fn lock(threads: usize, count: usize) -> Sample {
    let mutex = Mutex::new(0_u64);
    let meter = Meter::start();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                for _ in 0..count / threads {
                    *mutex.lock().expect("no thread panics") += 1;
                }
            });
        }
    });
    meter.stop()
}

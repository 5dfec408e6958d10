//! What a wake costs, by who wakes whom: two of them take turns, each waking the other and then
//! waiting.
//!
//! Unit: a round trip, which is two wakes and two waits. Batch: [`ROUNDS`] of them a sample, with
//! making the tasks, and the thread where there is one. Time is that on the wall: across threads it is
//! the system's, which puts one to sleep and wakes the other.
#![feature(coroutines)]

use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, Thread};

use coweave::{Scheduler, Unparker, park, task, yield_now};
use divan::Bencher;
use divan::counter::ItemsCount;

/// Round trips in one sample.
const ROUNDS: usize = 1_000;

fn main() {
    divan::main();
}

fn scheduler() -> Scheduler {
    Scheduler::builder().build().unwrap()
}

#[coweave::coroutine]
fn takes_turns(own: Sender<Unparker>, others: Receiver<Unparker>, begins: bool) {
    own.send(task::current().unparker()).unwrap();
    // On one worker the other comes to send its own.
    yield_now().await;
    let other = others.recv().unwrap();
    if begins {
        other.unpark();
    }
    for _ in 0..ROUNDS {
        park().await;
        other.unpark();
    }
}

/// Two tasks of a worker.
#[divan::bench(counters = [ItemsCount::new(ROUNDS)], sample_count = 20, sample_size = 1)]
fn same_worker(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(scheduler).bench_local_values(|mut scheduler| {
        let ((send, receive), (reply, replies)) = (mpsc::channel(), mpsc::channel());
        drop(scheduler.spawn(takes_turns(send, replies, true)));
        scheduler.run(takes_turns(reply, receive, false));
    });
}

/// Tasks of two workers, each alone on its thread; they are of two schedulers, so that none of them is
/// taken by the other's worker.
#[divan::bench(counters = [ItemsCount::new(ROUNDS)], sample_count = 20, sample_size = 1)]
fn other_worker(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(scheduler).bench_local_values(|mut here| {
        let ((send, receive), (reply, replies)) = (mpsc::channel(), mpsc::channel());
        thread::scope(|scope| {
            scope.spawn(|| scheduler().run(takes_turns(send, replies, true)));
            here.run(takes_turns(reply, receive, false));
        });
    });
}

#[coweave::coroutine]
fn unparks_a_thread(own: Sender<Unparker>, thread: Thread) {
    own.send(task::current().unparker()).unwrap();
    for _ in 0..ROUNDS {
        park().await;
        thread.unpark();
    }
}

/// A task, and a thread that is no worker: not the one that waits for both, whose token others use.
#[divan::bench(counters = [ItemsCount::new(ROUNDS)], sample_count = 20, sample_size = 1)]
fn plain_thread(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| {
        let (send, receive) = mpsc::channel::<Unparker>();
        thread::scope(|scope| {
            let plain = scope.spawn(move || {
                let task = receive.recv().unwrap();
                for _ in 0..ROUNDS {
                    task.unpark();
                    thread::park();
                }
            });
            let plain = plain.thread().clone();
            scope.spawn(|| scheduler().run(unparks_a_thread(send, plain)));
        });
    });
}

/// Unit: one wake from a thread, of a task to which a wake is under way already. Batch: [`ROUNDS`].
#[divan::bench(counters = [ItemsCount::new(ROUNDS)], sample_count = 20)]
fn under_way(bencher: Bencher<'_, '_>) {
    let (send, receive) = mpsc::channel();
    let (done, until_done) = mpsc::channel();
    let this = thread::current();
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut scheduler = scheduler();
            drop(scheduler.spawn(unparks_a_thread(send, this)));
            scheduler.run(yield_now());
            // It lives, and receives nothing.
            until_done.recv().unwrap();
        });
        let task = receive.recv().unwrap();
        bencher.bench_local(|| (0..ROUNDS).for_each(|_| task.unpark()));
        done.send(()).unwrap();
    });
}

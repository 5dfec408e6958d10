//! coweave: the programs of two workers, of coroutines.

use std::hint::black_box;
use std::sync::{Arc, mpsc};
use std::thread;

use coweave::channel::{Receiver, Sender, bounded};
use coweave::sync::Mutex;
use coweave::{JoinHandle, Scheduler, spawn, spawn_local};

use super::coweave::{skynet, yielding};
use super::work::{CHUNKS, compute};
use crate::meter::{Meter, Sample};
use crate::program::OnTwo;

pub(super) fn run(on_two: OnTwo, count: usize) -> Sample {
    let mut scheduler = Scheduler::builder().workers(2).build().expect("two workers start");
    match on_two {
        OnTwo::Yield { tasks } => scheduler.run(yields(tasks, count)),
        OnTwo::Skynet => scheduler.run(skynet(count)),
        OnTwo::ForkJoin => scheduler.run(fork_join(count)),
        OnTwo::PingPong => scheduler.run(ping_pong(count)),
        OnTwo::PingPongApart => scheduler.run(ping_pong_apart(count)),
        OnTwo::LockApart => scheduler.run(lock_apart(count)),
    }
}

#[coweave::coroutine]
fn yields(tasks: usize, count: usize) -> Sample {
    let meter = Meter::start();
    let tasks: Vec<_> = (0..tasks).map(|_| spawn(yielding(count / tasks))).collect();
    for task in tasks {
        task.await.expect("no task panics");
    }
    meter.stop()
}

#[coweave::coroutine]
fn chunk(chunk: usize, steps: usize) -> u64 {
    compute(chunk, steps)
}

#[coweave::coroutine]
fn fork_join(count: usize) -> Sample {
    let meter = Meter::start();
    let tasks: Vec<_> = (0..CHUNKS).map(|n| spawn(chunk(n, count / CHUNKS))).collect();
    let mut sum = 0_u64;
    for task in tasks {
        sum = sum.wrapping_add(task.await.expect("no task panics"));
    }
    black_box(sum);
    meter.stop()
}

#[coweave::coroutine]
fn pong(receiver: Receiver<u64>, sender: Sender<u64>) {
    while let Ok(value) = receiver.recv().await {
        sender.send(value).await.expect("the other receives");
    }
}

#[coweave::coroutine]
fn ping(sender: Sender<u64>, receiver: Receiver<u64>, count: usize) {
    for value in 0..count as u64 {
        sender.send(value).await.expect("the other receives");
        receiver.recv().await.expect("the other answers");
    }
}

#[coweave::coroutine]
fn ping_pong(count: usize) -> Sample {
    let (to, at_other) = bounded(1);
    let (back, from) = bounded(1);
    let meter = Meter::start();
    let other = spawn(pong(at_other, back));
    spawn(ping(to, from, count)).await.expect("no task panics");
    other.await.expect("no task panics");
    meter.stop()
}

/// Has the other worker spawn a task that stays there. This task holds up its own worker until the
/// other has taken the one that spawns.
fn spawn_at_the_other<T>(task: impl FnOnce() -> T + Send + 'static) -> JoinHandle<()>
where
    T: Future<Output = ()> + 'static,
{
    let here = thread::current().id();
    let (sender, receiver) = mpsc::channel();
    let there = spawn(async move {
        assert_ne!(thread::current().id(), here, "the first worker is held up");
        let stays = spawn_local(task());
        sender.send(()).expect("it waits for that");
        stays.await.expect("no task panics");
    });
    receiver.recv().expect("the other worker takes it");
    there
}

#[coweave::coroutine]
fn ping_pong_apart(count: usize) -> Sample {
    let (to, at_other) = bounded(1);
    let (back, from) = bounded(1);
    let other = spawn_at_the_other(move || pong(at_other, back));
    let meter = Meter::start();
    ping(to, from, count).await;
    let sample = meter.stop();
    other.await.expect("no task panics");
    sample
}

#[coweave::coroutine]
fn hold(mutex: Arc<Mutex<u64>>, count: usize) {
    for _ in 0..count {
        *mutex.lock().await += 1;
    }
}

#[coweave::coroutine]
fn lock_apart(count: usize) -> Sample {
    let mutex = Arc::new(Mutex::new(0_u64));
    let at_other = mutex.clone();
    let meter = Meter::start();
    let other = spawn_at_the_other(move || hold(at_other, count / 2));
    hold(mutex, count / 2).await;
    other.await.expect("no task panics");
    meter.stop()
}

//! The programs of two workers, written once for all runtimes whose tasks are futures.

use std::hint::black_box;
use std::ops::DerefMut;
use std::sync::Arc;
use std::thread;

use super::work::{CHUNKS, compute, depth_of};
use crate::meter::{Meter, Sample};
use crate::program::OnTwo;

/// What the programs need of a runtime whose tasks two threads run.
pub(super) trait TwoWorkers: 'static {
    type Handle<T: Send + 'static>: Send + 'static;
    type Sender: Send + 'static;
    type Receiver: Send + 'static;
    type Lock: Send + Sync + 'static;

    /// As a task, on a fresh runtime of two workers.
    fn block_on<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T;
    fn spawn<T: Send + 'static>(
        future: impl Future<Output = T> + Send + 'static,
    ) -> Self::Handle<T>;
    fn join<T: Send + 'static>(handle: Self::Handle<T>) -> impl Future<Output = T> + Send;
    /// Here, on this thread, whatever other threads do.
    fn run_here<T>(future: impl Future<Output = T>) -> T;
    fn yield_now() -> impl Future<Output = ()> + Send;

    /// A channel with room for one.
    fn channel() -> (Self::Sender, Self::Receiver);
    fn send(sender: &mut Self::Sender, value: u64) -> impl Future<Output = ()> + Send;
    fn receive(receiver: &mut Self::Receiver) -> impl Future<Output = Option<u64>> + Send;

    fn unlocked() -> Self::Lock;
    fn lock(lock: &Self::Lock) -> impl Future<Output = impl DerefMut<Target = u64> + Send> + Send;
}

pub(super) fn run<P: TwoWorkers>(on_two: OnTwo, count: usize) -> Sample {
    match on_two {
        OnTwo::Yield { tasks } => P::block_on(yields::<P>(tasks, count)),
        OnTwo::Skynet => P::block_on(skynet::<P>(count)),
        OnTwo::ForkJoin => P::block_on(fork_join::<P>(count)),
        OnTwo::PingPong => P::block_on(ping_pong::<P>(count)),
        OnTwo::PingPongApart => {
            let (to, at_other) = P::channel();
            let (back, from) = P::channel();
            apart::<P>(pong::<P>(at_other, back), ping::<P>(to, from, count))
        }
        OnTwo::LockApart => {
            let lock = Arc::new(P::unlocked());
            let hold = || hold::<P>(lock.clone(), count / 2);
            apart::<P>(hold(), hold())
        }
    }
}

/// Each on a thread of its own.
fn apart<P: TwoWorkers>(
    one: impl Future<Output = ()> + Send,
    other: impl Future<Output = ()> + Send,
) -> Sample {
    let meter = Meter::start();
    thread::scope(|scope| {
        scope.spawn(|| P::run_here(one));
        P::run_here(other);
    });
    meter.stop()
}

async fn yielding<P: TwoWorkers>(yield_count: usize) {
    for _ in 0..yield_count {
        P::yield_now().await;
    }
}

async fn yields<P: TwoWorkers>(tasks: usize, count: usize) -> Sample {
    let meter = Meter::start();
    let tasks: Vec<_> = (0..tasks).map(|_| P::spawn(yielding::<P>(count / tasks))).collect();
    for task in tasks {
        P::join(task).await;
    }
    meter.stop()
}

fn tree<P: TwoWorkers>(first: u64, depth: u32) -> P::Handle<u64> {
    P::spawn(async move {
        if depth == 0 {
            return first;
        }
        let leaves = 10_u64.pow(depth - 1);
        let tasks: Vec<_> = (0..10).map(|n| tree::<P>(first + n * leaves, depth - 1)).collect();
        let mut sum = 0;
        for task in tasks {
            sum += P::join(task).await;
        }
        sum
    })
}

async fn skynet<P: TwoWorkers>(count: usize) -> Sample {
    let depth = depth_of(count);
    let meter = Meter::start();
    let sum = P::join(tree::<P>(0, depth)).await;
    let sample = meter.stop();
    super::work::check_sum(depth, sum);
    sample
}

async fn fork_join<P: TwoWorkers>(count: usize) -> Sample {
    let meter = Meter::start();
    let task = |chunk| P::spawn(async move { compute(chunk, count / CHUNKS) });
    let tasks: Vec<_> = (0..CHUNKS).map(task).collect();
    let mut sum = 0_u64;
    for task in tasks {
        sum = sum.wrapping_add(P::join(task).await);
    }
    black_box(sum);
    meter.stop()
}

async fn pong<P: TwoWorkers>(mut at_other: P::Receiver, mut back: P::Sender) {
    while let Some(value) = P::receive(&mut at_other).await {
        P::send(&mut back, value).await;
    }
}

async fn ping<P: TwoWorkers>(mut to: P::Sender, mut from: P::Receiver, count: usize) {
    for value in 0..count as u64 {
        P::send(&mut to, value).await;
        P::receive(&mut from).await;
    }
}

async fn ping_pong<P: TwoWorkers>(count: usize) -> Sample {
    let (to, at_other) = P::channel();
    let (back, from) = P::channel();
    let meter = Meter::start();
    let other = P::spawn(pong::<P>(at_other, back));
    P::join(P::spawn(ping::<P>(to, from, count))).await;
    P::join(other).await;
    meter.stop()
}

async fn hold<P: TwoWorkers>(lock: Arc<P::Lock>, count: usize) {
    for _ in 0..count {
        *P::lock(&lock).await += 1;
    }
}

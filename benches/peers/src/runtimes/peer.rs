//! The programs, written once for all runtimes whose tasks are futures and nothing else.

use std::future::{pending, poll_fn};
use std::hint::black_box;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use super::signal::{Countdown, Signal, random_durations};
use super::work::{check_sum, depth_of};
use crate::chain::{async_levels, at_depth, sixteen_levels};
use crate::meter::{Meter, Sample};
use crate::program::{Program, Waiting};

pub(super) const HOUR: Duration = Duration::from_secs(3600);

/// What the programs need of a runtime. All on one thread.
pub(super) trait Peer: 'static {
    type Handle<T: 'static>: 'static;

    /// On a fresh runtime.
    fn block_on<T: 'static>(future: impl Future<Output = T> + 'static) -> T;
    fn spawn<T: 'static>(future: impl Future<Output = T> + 'static) -> Self::Handle<T>;
    fn join<T: 'static>(handle: Self::Handle<T>) -> impl Future<Output = T>;
    fn detach<T: 'static>(handle: Self::Handle<T>);
    /// `None` where there are no timers.
    fn sleep(duration: Duration) -> Option<impl Future<Output = ()>>;

    /// Wakes the task and suspends once, unless the runtime has a way of its own.
    fn yield_now() -> impl Future<Output = ()> {
        futures_lite::future::yield_now()
    }

    /// A yield that has an hour; false where there are no timeouts.
    fn yield_within_an_hour() -> impl Future<Output = bool> {
        async { false }
    }

    /// Round trips between two tasks with the runtime's own means.
    fn park(_count: usize) -> impl Future<Output = Option<Sample>> {
        async { None }
    }

    /// At the channels and locks that are the runtime's own, or used with it.
    fn waiting(_waiting: Waiting, _count: usize) -> impl Future<Output = Option<Sample>> {
        async { None }
    }
}

/// The program is itself a task, for joins and wakes are dearer from outside of all tasks.
pub(super) fn run<P: Peer>(program: Program, count: usize) -> Option<Sample> {
    P::block_on(async move { P::join(P::spawn(run_in_task::<P>(program, count))).await })
}

async fn run_in_task<P: Peer>(program: Program, count: usize) -> Option<Sample> {
    match program {
        Program::Yield { tasks } => Some(yields::<P>(tasks, count).await),
        Program::SpawnJoin => Some(one_at_a_time::<P>(count).await),
        Program::SpawnMillion { is_reused } => {
            if is_reused {
                all_at_once::<P>(count).await;
            }
            Some(all_at_once::<P>(count).await)
        }
        Program::Sleepers => sleepers::<P>(count).await,
        Program::SleepDropped => sleep_dropped::<P>(count).await,
        Program::Timeout => timeouts::<P>(count).await,
        Program::Wake => Some(wake::<P>(count).await),
        Program::Park => P::park(count).await,
        Program::AsyncChain { depth } => Some(chain::<P>(depth, count).await),
        Program::Chain { .. } | Program::Generator(_) | Program::OnTwo(_) => None,
        Program::Parked { state } => Some(parked::<P>(state, count).await),
        Program::Skynet => Some(skynet::<P>(count).await),
        Program::Waiting(waiting) => P::waiting(waiting, count).await,
    }
}

async fn yields<P: Peer>(tasks: usize, count: usize) -> Sample {
    Countdown::start(tasks);
    for _ in 0..tasks {
        P::detach(P::spawn(async move {
            for _ in 0..count / tasks {
                P::yield_now().await;
            }
            Countdown::count();
        }));
    }
    let meter = Meter::start();
    Countdown::end().await;
    meter.stop()
}

/// A task that could suspend, and does not.
async fn returning<P: Peer>(output: u64) -> u64 {
    if output == u64::MAX {
        P::yield_now().await;
    }
    output
}

async fn one_at_a_time<P: Peer>(count: usize) -> Sample {
    let meter = Meter::start();
    let mut sum = 0;
    for output in 0..count as u64 {
        sum += P::join(P::spawn(returning::<P>(output))).await;
    }
    black_box(sum);
    meter.stop()
}

async fn all_at_once<P: Peer>(count: usize) -> Sample {
    let meter = Meter::start();
    let mut tasks = Vec::with_capacity(count);
    for output in 0..count as u64 {
        tasks.push(P::spawn(returning::<P>(output)));
    }
    let mut sum = 0;
    for task in tasks {
        sum += P::join(task).await;
    }
    black_box(sum);
    meter.stop()
}

fn tree<P: Peer>(first: u64, depth: u32) -> P::Handle<u64> {
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

async fn skynet<P: Peer>(count: usize) -> Sample {
    let depth = depth_of(count);
    let meter = Meter::start();
    let sum = P::join(tree::<P>(0, depth)).await;
    let sample = meter.stop();
    check_sum(depth, sum);
    sample
}

async fn sleepers<P: Peer>(count: usize) -> Option<Sample> {
    drop(P::sleep(Duration::ZERO)?);
    Countdown::start(count);
    let meter = Meter::start();
    for duration in random_durations().take(count) {
        P::detach(P::spawn(async move {
            if let Some(sleep) = P::sleep(duration) {
                sleep.await;
            }
            Countdown::count();
        }));
    }
    Countdown::end().await;
    Some(meter.stop())
}

async fn sleep_dropped<P: Peer>(count: usize) -> Option<Sample> {
    let meter = Meter::start();
    for _ in 0..count {
        let mut sleep = pin!(P::sleep(HOUR)?);
        poll_fn(|cx| {
            assert!(sleep.as_mut().poll(cx).is_pending(), "an hour has not passed");
            Poll::Ready(())
        })
        .await;
        P::yield_now().await;
    }
    Some(meter.stop())
}

async fn timeouts<P: Peer>(count: usize) -> Option<Sample> {
    let meter = Meter::start();
    for _ in 0..count {
        if !P::yield_within_an_hour().await {
            return None;
        }
    }
    Some(meter.stop())
}

async fn wake<P: Peer>(count: usize) -> Sample {
    let signals = Rc::new([Signal::default(), Signal::default()]);
    let answering = signals.clone();
    let other = P::spawn(async move {
        for _ in 0..count {
            answering[1].wait().await;
            answering[0].set();
        }
    });
    let meter = Meter::start();
    for _ in 0..count {
        signals[1].set();
        signals[0].wait().await;
    }
    let sample = meter.stop();
    P::join(other).await;
    sample
}

sixteen_levels!(async_levels, futures_lite::future::yield_now());

async fn chain<P: Peer>(depth: usize, count: usize) -> Sample {
    let task = at_depth!(depth, count, P::spawn);
    let meter = Meter::start();
    P::join(task).await;
    meter.stop()
}

async fn parked<P: Peer>(state: usize, count: usize) -> Sample {
    Countdown::start(count);
    let meter = Meter::start();
    for _ in 0..count {
        match state {
            0 => P::detach(P::spawn(park_with::<0>())),
            128 => P::detach(P::spawn(park_with::<128>())),
            _ => unreachable!("no program has tasks with {state} bytes"),
        }
    }
    Countdown::end().await;
    meter.stop()
}

/// Keeps its state while it waits for ever.
async fn park_with<const STATE: usize>() {
    let state = [1_u8; STATE];
    Countdown::count();
    pending::<()>().await;
    black_box(&state);
}

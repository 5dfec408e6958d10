//! coweave: the same programs, of coroutines.

use std::cell::OnceCell;
use std::future::{pending, poll_fn};
use std::hint::black_box;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use coweave::{
    JoinHandle, Scheduler, Unparker, park, sleep, spawn, spawn_local, task, timeout, yield_now,
};

use super::generators;
use super::peer::HOUR;
use super::signal::{Countdown, Signal, random_durations};
use super::work::{check_sum, depth_of};
use crate::chain::{at_depth, coroutine_levels, sixteen_levels};
use crate::meter::{Meter, Sample};
use crate::program::Program;

pub(super) fn scheduler() -> Scheduler {
    Scheduler::builder().build().expect("the default set-up is valid")
}

pub(super) fn run(program: Program, count: usize) -> Option<Sample> {
    let mut scheduler = scheduler();
    Some(match program {
        Program::Waiting(waiting) => super::coweave_waiting::run(waiting, count),
        Program::OnTwo(on_two) => super::coweave_two::run(on_two, count),
        Program::Skynet => scheduler.run(skynet(count)),
        Program::Yield { tasks } => yields(&mut scheduler, tasks, count),
        Program::SpawnJoin => scheduler.run(one_at_a_time(count)),
        Program::SpawnMillion { is_reused } => {
            if is_reused {
                scheduler.run(all_at_once(count));
            }
            scheduler.run(all_at_once(count))
        }
        Program::Sleepers => sleepers(&mut scheduler, count),
        Program::SleepDropped => scheduler.run(sleep_dropped(count)),
        Program::Timeout => scheduler.run(timeouts(count)),
        Program::Generator(generator) => generators::coweave(generator, count),
        Program::Wake => scheduler.run(wake(count)),
        Program::Park => scheduler.run(park_in_turn(count)),
        Program::Chain { depth } => at_depth!(depth, count, |task| measured(&mut scheduler, task)),
        Program::AsyncChain { depth } => async_fns::chain(&mut scheduler, depth, count),
        Program::Parked { state } => parked(&mut scheduler, state, count),
    })
}

/// Spawns a task, and measures until it has ended.
fn measured(scheduler: &mut Scheduler, task: impl Future<Output = ()> + 'static) -> Sample {
    drop(scheduler.spawn(task));
    let meter = Meter::start();
    assert_eq!(scheduler.run_until_idle(), 0, "all tasks end");
    meter.stop()
}

#[coweave::coroutine]
pub(super) fn yielding(yield_count: usize) {
    for _ in 0..yield_count {
        yield_now().await;
    }
}

fn yields(scheduler: &mut Scheduler, tasks: usize, count: usize) -> Sample {
    (1..tasks).for_each(|_| drop(scheduler.spawn(yielding(count / tasks))));
    measured(scheduler, yielding(count / tasks))
}

/// A task that could suspend, and does not.
#[coweave::coroutine]
fn returning(output: u64) -> u64 {
    if output == u64::MAX {
        yield_now().await;
    }
    output
}

#[coweave::coroutine]
fn one_at_a_time(count: usize) -> Sample {
    let meter = Meter::start();
    let mut sum = 0;
    for output in 0..count as u64 {
        sum += spawn(returning(output)).await.expect("no task panics");
    }
    black_box(sum);
    meter.stop()
}

#[coweave::coroutine]
fn all_at_once(count: usize) -> Sample {
    let meter = Meter::start();
    let mut tasks = Vec::with_capacity(count);
    for output in 0..count as u64 {
        tasks.push(spawn(returning(output)));
    }
    let mut sum = 0;
    for task in tasks {
        sum += task.await.expect("no task panics");
    }
    black_box(sum);
    meter.stop()
}

#[coweave::coroutine]
fn leaf(number: u64) -> u64 {
    number
}

#[coweave::coroutine]
fn node(first: u64, depth: u32) -> u64 {
    let leaves = 10_u64.pow(depth - 1);
    let tasks: Vec<_> = (0..10).map(|n| tree(first + n * leaves, depth - 1)).collect();
    let mut sum = 0;
    for task in tasks {
        sum += task.await.expect("no task panics");
    }
    sum
}

fn tree(first: u64, depth: u32) -> JoinHandle<u64> {
    if depth == 0 { spawn(leaf(first)) } else { spawn(node(first, depth)) }
}

#[coweave::coroutine]
pub(super) fn skynet(count: usize) -> Sample {
    let depth = depth_of(count);
    let meter = Meter::start();
    let sum = tree(0, depth).await.expect("no task panics");
    let sample = meter.stop();
    check_sum(depth, sum);
    sample
}

#[coweave::coroutine]
fn sleeper(duration: Duration) {
    sleep(duration).await;
}

fn sleepers(scheduler: &mut Scheduler, count: usize) -> Sample {
    let meter = Meter::start();
    random_durations().take(count).for_each(|time| drop(scheduler.spawn(sleeper(time))));
    assert_eq!(scheduler.run_until_idle(), 0, "all tasks end");
    meter.stop()
}

#[coweave::coroutine]
fn timeouts(count: usize) -> Sample {
    let meter = Meter::start();
    for _ in 0..count {
        timeout(HOUR, yield_now()).await.expect("an hour has not passed");
    }
    meter.stop()
}

#[coweave::coroutine]
fn sleep_dropped(count: usize) -> Sample {
    let meter = Meter::start();
    for _ in 0..count {
        let mut sleep = pin!(sleep(HOUR));
        poll_fn(|cx| {
            assert!(sleep.as_mut().poll(cx).is_pending(), "an hour has not passed");
            Poll::Ready(())
        })
        .await;
        yield_now().await;
    }
    meter.stop()
}

#[coweave::coroutine]
fn answer(signals: Rc<[Signal; 2]>, count: usize) {
    for _ in 0..count {
        signals[1].wait().await;
        signals[0].set();
    }
}

#[coweave::coroutine]
fn wake(count: usize) -> Sample {
    let signals = Rc::new([Signal::default(), Signal::default()]);
    let other = spawn_local(answer(signals.clone(), count));
    let meter = Meter::start();
    for _ in 0..count {
        signals[1].set();
        signals[0].wait().await;
    }
    let sample = meter.stop();
    other.await.expect("no task panics");
    sample
}

#[coweave::coroutine]
fn unpark_in_turn(caller: Unparker, own: Rc<OnceCell<Unparker>>, count: usize) {
    own.set(task::current().unparker()).expect("set once");
    for _ in 0..count {
        park().await;
        caller.unpark();
    }
}

#[coweave::coroutine]
fn park_in_turn(count: usize) -> Sample {
    let unparker = Rc::new(OnceCell::new());
    let other = spawn_local(unpark_in_turn(task::current().unparker(), unparker.clone(), count));
    while unparker.get().is_none() {
        yield_now().await;
    }
    let other_unparker = unparker.get().expect("the other task has set it");
    let meter = Meter::start();
    for _ in 0..count {
        other_unparker.unpark();
        park().await;
    }
    let sample = meter.stop();
    other.await.expect("no task panics");
    sample
}

sixteen_levels!(coroutine_levels, yield_now());

/// `async fn`s, as tasks of coweave.
mod async_fns {
    use super::{Sample, Scheduler, measured, yield_now};
    use crate::chain::{async_levels, at_depth, sixteen_levels};

    sixteen_levels!(async_levels, yield_now());

    pub(super) fn chain(scheduler: &mut Scheduler, depth: usize, count: usize) -> Sample {
        at_depth!(depth, count, |task| measured(scheduler, task))
    }
}

/// Keeps its state while it waits for ever.
#[coweave::coroutine]
fn park_with<const STATE: usize>() {
    let state = [1_u8; STATE];
    Countdown::count();
    pending::<()>().await;
    black_box(&state);
}

#[coweave::coroutine]
fn all_parked(state: usize, count: usize) -> Sample {
    Countdown::start(count);
    let meter = Meter::start();
    for _ in 0..count {
        match state {
            0 => drop(spawn(park_with::<0>())),
            128 => drop(spawn(park_with::<128>())),
            _ => unreachable!("no program has tasks with {state} bytes"),
        }
    }
    Countdown::end().await;
    meter.stop()
}

fn parked(scheduler: &mut Scheduler, state: usize, count: usize) -> Sample {
    scheduler.run(all_parked(state, count))
}

/// Says where in memory it lies.
struct Address;

impl Future for Address {
    type Output = usize;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<usize> {
        Poll::Ready((&raw const *self).addr())
    }
}

/// The size of a task's header: where the first frame lies in its slot, which begins a cache line.
pub(crate) fn header_bytes() -> usize {
    let mut scheduler = scheduler();
    let task = scheduler.spawn(Address);
    scheduler.run(task).expect("no task panics") % 64
}

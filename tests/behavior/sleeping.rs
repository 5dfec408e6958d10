//! Sleeping on virtual time: deadlines in order, equal ones in the order set.

use std::pin::pin;
use std::time::Duration;

use coweave::{Instant, JoinHandle, sleep, sleep_until, spawn, yield_now};
use futures::future::{Either, FutureExt, join_all, select};
use futures::stream::{FuturesUnordered, StreamExt};

use crate::support::{Trace, outcome, virtual_scheduler};

const MS: Duration = Duration::from_millis(1);

#[coweave::coroutine]
fn sleeps(trace: Trace, name: &'static str, ms: u32) {
    let start = Instant::now();
    sleep(MS * ms).await;
    trace.add(format!("{name} after {:?}", start.elapsed()));
}

async fn join_each<const N: usize>(tasks: [JoinHandle<()>; N]) {
    for task in tasks {
        task.await.unwrap();
    }
}

#[coweave::test]
async fn sleeps_end_in_the_order_of_their_deadlines() {
    let trace = Trace::new();
    let tasks = [("c", 30), ("a", 10), ("d", 40), ("b", 20)]
        .map(|(name, ms)| spawn(sleeps(trace.clone(), name, ms)));
    join_each(tasks).await;
    assert_eq!(trace, ["a after 10ms", "b after 20ms", "c after 30ms", "d after 40ms"]);
}

#[coweave::test]
async fn equal_deadlines_fire_in_the_order_set() {
    let trace = Trace::new();
    let deadline = Instant::now() + MS * 10;
    let wakes_at = |name: &'static str, yields: u32| {
        let trace = trace.clone();
        spawn(async move {
            for _ in 0..yields {
                yield_now().await;
            }
            sleep_until(deadline).await;
            trace.add(name);
        })
    };
    let tasks = [wakes_at("third", 2), wakes_at("second", 1), wakes_at("first", 0)];
    join_each(tasks).await;
    assert_eq!(trace, ["first", "second", "third"]);
}

#[coweave::test]
async fn a_sleep_of_zero_suspends_once() {
    let trace = Trace::new();
    let inner = trace.clone();
    drop(spawn(async move { inner.add("other") }));
    let start = Instant::now();
    sleep(Duration::ZERO).await;
    trace.add(format!("main after {:?}", start.elapsed()));
    assert_eq!(trace, ["other", "main after 0ns"]);
}

#[coweave::test]
async fn a_deadline_in_the_past_suspends_once() {
    let trace = Trace::new();
    let start = Instant::now();
    sleep(MS * 5).await;
    let inner = trace.clone();
    drop(spawn(async move { inner.add("other") }));
    let past = sleep_until(start);
    trace.add(past.deadline() == start);
    past.await;
    trace.add(format!("main at {:?}", start.elapsed()));
    assert_eq!(trace, ["true", "other", "main at 5ms"]);
}

#[coweave::test]
async fn the_longest_duration_never_ends() {
    let trace = Trace::new();
    let forever = spawn(sleep(Duration::MAX));
    let far = Instant::now() + Duration::MAX;
    let sibling = spawn(async move { sleep_until(far).await });
    sleep(Duration::from_secs(1_000_000_000)).await;
    trace.add(format!("{} {}", forever.is_finished(), sibling.is_finished()));
    forever.cancel();
    sibling.cancel();
    trace.add(outcome(&forever.await));
    trace.add(outcome(&sibling.await));
    assert_eq!(trace, ["false false", "cancelled", "cancelled"]);
}

#[coweave::test]
async fn a_duration_counts_from_the_call_not_from_the_first_poll() {
    let trace = Trace::new();
    let start = Instant::now();
    let early = sleep(MS * 10);
    sleep(MS * 7).await;
    early.await;
    trace.add(format!("{:?}", start.elapsed()));
    assert_eq!(trace, ["10ms"]);
}

#[coweave::test]
async fn the_virtual_clock_stands_still_while_anything_is_ready() {
    let trace = Trace::new();
    let task = spawn(sleeps(trace.clone(), "task", 1));
    let start = Instant::now();
    for _ in 0..1000 {
        yield_now().await;
    }
    trace.add(format!("main at {:?}", start.elapsed()));
    task.await.unwrap();
    assert_eq!(trace, ["main at 0ns", "task after 1ms"]);
}

#[coweave::test]
async fn a_loop_of_sleeps_has_no_drift() {
    let trace = Trace::new();
    let start = Instant::now();
    let mut next = start;
    for _ in 0..1000 {
        next += Duration::from_nanos(1_000_001);
        sleep_until(next).await;
        assert_eq!(Instant::now(), next);
    }
    trace.add(format!("{:?}", start.elapsed()));
    assert_eq!(trace, ["1.000001s"]);
}

#[coweave::test]
async fn a_hundred_joined_sleeps_take_as_long_as_the_longest() {
    let trace = Trace::new();
    let start = Instant::now();
    let ended = join_all((0..100_u32).rev().map(|n| async move {
        sleep(MS * n).await;
        (n, start.elapsed() == MS * n)
    }))
    .await;
    trace.add(ended.iter().all(|(_, was_right)| *was_right));
    trace.add(format!("{:?}", start.elapsed()));
    assert_eq!(trace, ["true", "99ms"]);
}

#[coweave::test]
async fn sleeps_in_a_set_of_futures_come_in_the_order_of_their_deadlines() {
    let trace = Trace::new();
    let sleeps = [5_u32, 1, 4, 2, 3].map(|n| sleep(MS * n).map(move |()| n));
    let mut sleeps: FuturesUnordered<_> = sleeps.into_iter().collect();
    while let Some(n) = sleeps.next().await {
        trace.add(n);
    }
    assert_eq!(trace, ["1", "2", "3", "4", "5"]);
}

#[coweave::test]
async fn the_loser_of_a_select_sleeps_on_until_it_is_dropped() {
    let trace = Trace::new();
    let start = Instant::now();
    let long = pin!(sleep(MS * 20));
    let long = match select(pin!(sleep(MS * 10)), long).await {
        Either::Left(((), long)) => long,
        Either::Right(_) => unreachable!("the longer sleep ended first"),
    };
    trace.add(format!("{:?}", start.elapsed()));
    long.await;
    trace.add(format!("{:?}", start.elapsed()));
    assert_eq!(trace, ["10ms", "20ms"]);
}

#[test]
fn a_sleep_dropped_half_awaited_forgets_its_deadline() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    scheduler.run(async {
        let mut dropped = Box::pin(sleep(MS * 50));
        trace.add(futures::poll!(&mut dropped).is_pending());
        drop(dropped);
        // As a leaf in a coroutine's frame: dropped with the frame.
        let task = spawn(sleeps(trace.clone(), "never", 40));
        yield_now().await;
        task.cancel();
        trace.add(outcome(&task.await));
    });
    trace.add(scheduler.run_until_idle());
    scheduler.run(async { trace.add(format!("{:?}", Instant::now())) });
    assert_eq!(trace, ["true", "cancelled", "0", "Instant(0ns)"]);
}

#[coweave::test]
async fn a_sleep_that_was_never_polled_sets_no_timer() {
    let trace = Trace::new();
    let start = Instant::now();
    let unpolled = sleep(MS);
    sleep(MS * 2).await;
    drop(unpolled);
    trace.add(format!("{:?}", start.elapsed()));
    assert_eq!(trace, ["2ms"]);
}

#[test]
fn run_until_idle_waits_for_all_timers() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    drop(scheduler.spawn(sleeps(trace.clone(), "a", 10)));
    drop(scheduler.spawn(sleeps(trace.clone(), "b", 5)));
    drop(scheduler.spawn(std::future::pending::<()>()));
    trace.add(scheduler.run_until_idle());
    trace.add(scheduler.run_until_idle());
    scheduler.run(async { trace.add(format!("{:?}", Instant::now())) });
    assert_eq!(trace, ["b after 5ms", "a after 10ms", "1", "1", "Instant(10ms)"]);
}

#[test]
fn a_virtual_clock_starts_at_zero_and_goes_on_in_the_next_run() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let now = async || trace.add(format!("{:?}", Instant::now()));
    scheduler.run(now());
    scheduler.run(async {
        sleep(MS).await;
        now().await;
    });
    scheduler.run(now());
    virtual_scheduler().run(now());
    assert_eq!(trace, ["Instant(0ns)", "Instant(1ms)", "Instant(1ms)", "Instant(0ns)"]);
}

#[coweave::test]
async fn instants_saturate() {
    let trace = Trace::new();
    let now = Instant::now();
    let far = now + Duration::MAX;
    trace.add(far + MS == far);
    trace.add(now - MS == now);
    trace.add(format!("{:?} {:?}", now - far, now.duration_since(now + MS)));
    let mut moved = now;
    moved += MS * 3;
    moved -= MS;
    trace.add(format!("{:?} {}", moved - now, moved > now));
    assert_eq!(trace, ["true", "true", "0ns 0ns", "2ms true"]);
}

#[coweave::test]
async fn ten_thousand_sleepers_wake_in_order() {
    let trace = Trace::new();
    let start = Instant::now();
    let tasks: Vec<_> = (0..10_000_u64)
        .map(|n| {
            let duration = Duration::from_micros(n * 7919 % 10_007);
            spawn(async move {
                sleep(duration).await;
                start.elapsed() == duration
            })
        })
        .collect();
    let mut was_right = true;
    for task in tasks {
        was_right &= task.await.unwrap();
    }
    trace.add(was_right);
    assert_eq!(trace, ["true"]);
}

#[coweave::test]
async fn a_task_woken_early_goes_on_sleeping() {
    let trace = Trace::new();
    let inner = trace.clone();
    let unparker = crate::support::Slot::new();
    let slot = unparker.clone();
    let sleeper = spawn(async move {
        slot.put(coweave::task::current().unparker());
        let start = Instant::now();
        sleep(MS * 10).await;
        inner.add(format!("slept {:?}", start.elapsed()));
    });
    sleep(MS * 3).await;
    unparker.take().unpark();
    sleep(MS * 3).await;
    trace.add(sleeper.is_finished());
    sleeper.await.unwrap();
    assert_eq!(trace, ["false", "slept 10ms"]);
}

#[test]
fn a_sleep_made_before_its_scheduler_runs_counts_from_its_first_poll() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    scheduler.run(sleep(Duration::from_secs(5)));
    let early = sleep(Duration::from_secs(2));
    let ended = scheduler.run(async {
        early.await;
        Instant::now()
    });
    trace.add(format!("{ended:?}"));
    assert_eq!(trace, ["Instant(7s)"]);
}

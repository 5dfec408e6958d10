//! Going on when nothing else is ready.

use std::pin::pin;
use std::time::Duration;

use coweave::{Idle, Instant, idle, sleep, spawn, yield_now};
use futures::executor::block_on;
use futures::future::{Either, join_all, select};

use crate::support::{
    Slot, Trace, on_thread, outcome, settle, start_thread, system_scheduler, until_finished,
    virtual_scheduler,
};

const MS: Duration = Duration::from_millis(1);

#[coweave::coroutine]
fn idles(trace: Trace, name: &'static str) {
    idle().await;
    trace.add(name);
}

#[coweave::coroutine]
fn yields(trace: Trace, name: &'static str, rounds: u32) {
    for round in 0..rounds {
        trace.add(format!("{name} {round}"));
        yield_now().await;
    }
}

#[coweave::test]
async fn yields_of_others_keep_an_idle_task_waiting() {
    let trace = Trace::new();
    let waiting = spawn(idles(trace.clone(), "idle"));
    drop(spawn(yields(trace.clone(), "a", 3)));
    drop(spawn(yields(trace.clone(), "b", 2)));
    waiting.await.unwrap();
    assert_eq!(trace, ["a 0", "b 0", "a 1", "b 1", "a 2", "idle"]);
}

#[coweave::test]
async fn idle_tasks_go_on_first_in_first_out_behind_what_they_make_ready() {
    let trace = Trace::new();
    let inner = trace.clone();
    let first = spawn(async move {
        idle().await;
        inner.add("first");
        drop(spawn(yields(inner.clone(), "spawned by first", 2)));
    });
    let tasks =
        [first, spawn(idles(trace.clone(), "second")), spawn(idles(trace.clone(), "third"))];
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(trace, ["first", "spawned by first 0", "spawned by first 1", "second", "third"]);
}

#[coweave::test]
async fn an_idle_task_goes_on_before_virtual_time_advances() {
    let trace = Trace::new();
    let start = Instant::now();
    let sleeper = spawn(sleep(MS));
    idle().await;
    trace.add(format!("{:?} {}", start.elapsed(), sleeper.is_finished()));
    sleeper.await.unwrap();
    trace.add(format!("{:?}", start.elapsed()));
    assert_eq!(trace, ["0ns false", "1ms"]);
}

#[coweave::test]
async fn timers_that_are_due_count_as_ready() {
    let trace = Trace::new();
    let inner = trace.clone();
    let sleeper = spawn(async move {
        sleep(Duration::ZERO).await;
        inner.add("slept");
        sleep(Duration::ZERO).await;
        inner.add("slept again");
    });
    idle().await;
    trace.add("idle");
    sleeper.await.unwrap();
    assert_eq!(trace, ["slept", "slept again", "idle"]);
}

#[test]
fn an_idle_task_goes_on_before_the_worker_sleeps() {
    let trace = Trace::new();
    let mut scheduler = system_scheduler();
    let start = Instant::now();
    let sleeper = scheduler.spawn(sleep(Duration::from_secs(3600)));
    scheduler.run(idle());
    trace.add(sleeper.is_finished());
    trace.add(start.elapsed() < Duration::from_secs(1800));
    assert_eq!(trace, ["false", "true"]);
}

#[test]
fn a_run_until_idle_resumes_who_waits_for_that() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    drop(scheduler.spawn(idles(trace.clone(), "idle")));
    trace.add(scheduler.run_until_idle());
    assert_eq!(trace, ["idle", "0"]);
}

#[test]
fn an_idle_wait_that_is_dropped_gives_up_its_place() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    scheduler.run(async {
        let mut dropped = Box::pin(idle());
        trace.add(futures::poll!(&mut dropped).is_pending());
        drop(dropped);
        let task = spawn(idles(trace.clone(), "never"));
        let other = spawn(idles(trace.clone(), "other"));
        yield_now().await;
        task.cancel();
        trace.add(outcome(&task.await));
        other.await.unwrap();
    });
    assert_eq!(trace, ["true", "cancelled", "other"]);
}

#[coweave::test]
async fn the_loser_of_a_select_leaves_no_place_behind() {
    let trace = Trace::new();
    for _ in 0..1000 {
        match select(pin!(yield_now()), pin!(idle())).await {
            Either::Left(_) => {}
            Either::Right(_) => trace.add("idle although another was ready"),
        }
    }
    let waiting = spawn(idles(trace.clone(), "idle"));
    waiting.await.unwrap();
    assert_eq!(trace, ["idle"]);
}

#[coweave::test]
async fn idle_waits_in_a_combinator_end() {
    let trace = Trace::new();
    drop(spawn(yields(trace.clone(), "other", 2)));
    trace.add(join_all((0..3).map(|_| idle())).await.len());
    assert_eq!(trace, ["other 0", "other 1", "3"]);
}

async fn half_awaited() -> Idle {
    let mut waiting = idle();
    assert!(futures::poll!(&mut waiting).is_pending());
    waiting
}

#[coweave::test]
async fn an_idle_wait_moved_to_another_task_wakes_that_one() {
    let trace = Trace::new();
    let slot: Slot<Idle> = Slot::new();
    let puts = slot.clone();
    spawn(async move { puts.put(half_awaited().await) }).await.unwrap();
    let moved = slot.take();
    let inner = trace.clone();
    let task = spawn(async move {
        moved.await;
        inner.add("idle");
    });
    drop(spawn(yields(trace.clone(), "other", 2)));
    task.await.unwrap();
    assert_eq!(trace, ["other 0", "other 1", "idle"]);
}

#[test]
fn an_idle_wait_moved_to_another_scheduler_waits_there() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let moved = scheduler.run(half_awaited());
    let on_other = trace.clone();
    on_thread("other", move || {
        let mut there = virtual_scheduler();
        drop(there.spawn(yields(on_other.clone(), "other", 2)));
        there.run(moved);
        on_other.add("idle there");
    });
    scheduler.run(idles(trace.clone(), "idle here"));
    assert_eq!(trace, ["other 0", "other 1", "idle there", "idle here"]);
}

#[test]
fn a_thousand_idle_waits_dropped_on_another_thread_are_all_forgotten() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    scheduler.run(async {
        let mut waiting = Vec::new();
        for _ in 0..1000 {
            waiting.push(half_awaited().await);
        }
        until_finished(start_thread("drops", move || drop(waiting))).await;
        settle().await;
        idle().await;
        trace.add("idle");
    });
    assert_eq!(trace, ["idle"]);
}

#[test]
fn an_idle_wait_outlives_its_scheduler() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let (first, second) = scheduler.run(async { (half_awaited().await, half_awaited().await) });
    drop(scheduler);
    drop(first);
    virtual_scheduler().run(second);
    trace.add("idle elsewhere");
    assert_eq!(trace, ["idle elsewhere"]);
}

#[test]
fn under_another_executor_it_suspends_once() {
    let trace = Trace::new();
    let mut polls = 0;
    let mut waiting = idle();
    block_on(std::future::poll_fn(|cx| {
        polls += 1;
        Future::poll(std::pin::Pin::new(&mut waiting), cx)
    }));
    trace.add(polls);
    // Half awaited there, it waits as any other when it comes to a scheduler.
    let mut moved = idle();
    trace.add(block_on(async { futures::poll!(&mut moved).is_pending() }));
    let mut scheduler = virtual_scheduler();
    drop(scheduler.spawn(yields(trace.clone(), "other", 2)));
    scheduler.run(moved);
    trace.add("idle");
    assert_eq!(trace, ["2", "true", "other 0", "other 1", "idle"]);
}

#[coweave::test]
async fn a_task_that_ends_idle_waits_of_its_own_lets_time_pass() {
    let trace = Trace::new();
    let start = Instant::now();
    let sleeper = spawn(sleep(MS * 3));
    let mut rounds = 0;
    while !sleeper.is_finished() {
        idle().await;
        rounds += 1;
        if rounds == 100 {
            trace.add(format!("{:?}", start.elapsed()));
            sleep(MS).await;
        }
        if rounds > 100 {
            sleep(MS).await;
        }
    }
    trace.add(format!("{:?}", start.elapsed()));
    assert_eq!(trace, ["0ns", "3ms"]);
}

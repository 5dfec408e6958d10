//! Sleeps that are moved half-awaited: to another task, scheduler, thread or executor.

use std::pin::Pin;
use std::time::Duration;

use coweave::{Instant, SchedulerHandle, Sleep, sleep, spawn, yield_now};
use futures::executor::block_on;

use crate::support::{Slot, Trace, on_thread, system_scheduler, until_finished, virtual_scheduler};

const MS: Duration = Duration::from_millis(1);

async fn half_awaited(duration: Duration) -> Pin<Box<Sleep>> {
    let mut sleep = Box::pin(sleep(duration));
    assert!(futures::poll!(&mut sleep).is_pending(), "a sleep suspends at least once");
    sleep
}

fn now() -> String {
    format!("{:?}", Instant::now())
}

#[coweave::coroutine]
fn awaits(trace: Trace, sleep: Pin<Box<Sleep>>) {
    sleep.await;
    trace.add(format!("task at {}", now()));
}

#[coweave::test]
async fn a_sleep_moved_to_another_task_wakes_that_one() {
    let trace = Trace::new();
    let resumes = Slot::new();
    let slot = Slot::new();
    let (inner, put, counted) = (trace.clone(), slot.clone(), resumes.clone());
    let first = spawn(async move {
        put.put(half_awaited(MS * 10).await);
        let mut polls = 0;
        std::future::poll_fn::<(), _>(|_| {
            polls += 1;
            counted.put(polls);
            std::task::Poll::Pending
        })
        .await;
        inner.add("never");
    });
    yield_now().await;
    spawn(awaits(trace.clone(), slot.take())).await.unwrap();
    trace.add(format!("first was polled {} time", resumes.take()));
    first.cancel();
    assert_eq!(trace, ["task at Instant(10ms)", "first was polled 1 time"]);
}

#[coweave::test]
async fn a_sleep_outlives_the_task_that_first_awaited_it() {
    let trace = Trace::new();
    let sleep = spawn(half_awaited(MS * 10)).await.unwrap();
    // The new task has the slot of the old one.
    spawn(awaits(trace.clone(), sleep)).await.unwrap();
    let late = spawn(half_awaited(MS * 5)).await.unwrap();
    coweave::sleep(MS * 20).await;
    late.await;
    trace.add(format!("main at {}", now()));
    assert_eq!(trace, ["task at Instant(10ms)", "main at Instant(30ms)"]);
}

#[coweave::test]
async fn a_sleep_left_behind_by_its_task_wakes_no_later_task_in_its_slot() {
    let trace = Trace::new();
    let left = spawn(half_awaited(MS * 10)).await.unwrap();
    let polls = Slot::new();
    let counted = polls.clone();
    let later = spawn(std::future::poll_fn::<(), _>(move |_| {
        counted.put(counted.try_take().unwrap_or(0) + 1);
        std::task::Poll::Pending
    }));
    sleep(MS * 20).await;
    trace.add(format!("polled {} time", polls.take()));
    drop(left);
    later.cancel();
    assert_eq!(trace, ["polled 1 time"]);
}

#[test]
fn a_sleep_moved_to_another_scheduler_follows_its_clock() {
    let trace = Trace::new();
    let mut first = virtual_scheduler();
    let moved = first.run(async {
        sleep(MS * 100).await;
        half_awaited(MS * 10).await
    });
    let mut second = virtual_scheduler();
    second.run(async {
        moved.await;
        trace.add(format!("second at {}", now()));
    });
    first.run_until_idle();
    first.run(async { trace.add(format!("first at {}", now())) });
    assert_eq!(trace, ["second at Instant(110ms)", "first at Instant(100ms)"]);
}

#[test]
fn a_sleep_moved_to_a_scheduler_on_another_thread_follows_its_clock() {
    let trace = Trace::new();
    let mut first = virtual_scheduler();
    let moved = first.run(half_awaited(MS * 10));
    let inner = trace.clone();
    on_thread("second", move || {
        virtual_scheduler().run(async {
            sleep(MS).await;
            moved.await;
            inner.add_with_thread(now());
        });
    });
    first.run_until_idle();
    first.run(async { trace.add(now()) });
    assert_eq!(trace, ["Instant(10ms) on second", "Instant(0ns)"]);
}

#[test]
fn a_sleep_dropped_on_another_thread_forgets_its_deadline() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let moved = scheduler.run(half_awaited(MS * 10));
    on_thread("other", move || drop(moved));
    scheduler.run_until_idle();
    scheduler.run(async { trace.add(now()) });
    assert_eq!(trace, ["Instant(0ns)"]);
}

#[test]
fn a_sleep_dropped_after_its_scheduler_does_nothing() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let here = scheduler.run(half_awaited(MS));
    let there = scheduler.run(half_awaited(MS));
    let awaited = scheduler.run(half_awaited(MS));
    drop(scheduler);
    drop(here);
    on_thread("other", move || drop(there));
    virtual_scheduler().run(async {
        awaited.await;
        trace.add(now());
    });
    assert_eq!(trace, ["Instant(1ms)"]);
}

#[test]
fn a_sleep_moves_from_a_scheduler_to_a_foreign_executor_and_back() {
    let trace = Trace::new();
    let mut scheduler = system_scheduler();
    let deadline = scheduler.run(async { Instant::now() + MS * 20 });
    let mut moved = Box::pin(coweave::sleep_until(deadline));
    scheduler.run(async { trace.add(futures::poll!(&mut moved).is_pending()) });
    block_on(async { trace.add(futures::poll!(&mut moved).is_pending()) });
    scheduler.run(async { trace.add(futures::poll!(&mut moved).is_pending()) });
    block_on(moved);
    trace.add(Instant::now() >= deadline);
    trace.add(scheduler.run_until_idle());
    assert_eq!(trace, ["true", "true", "true", "true", "0"]);
}

#[coweave::test]
async fn a_sleep_awaited_on_a_thread_without_a_scheduler_follows_the_systems_clock() {
    let trace = Trace::new();
    let moved = half_awaited(MS).await;
    let thread = std::thread::spawn(move || {
        block_on(moved);
        true
    });
    trace.add(until_finished(thread).await);
    trace.add(format!("main at {}", now()));
    assert_eq!(trace, ["true", "main at Instant(0ns)"]);
}

#[test]
fn sleeps_move_between_tasks_and_combinators() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    scheduler.run(async {
        // Polled with the combinator's waker, then with the task's own, then with another's.
        let mut sleeps: Vec<_> = (1..=40_u32).map(|n| Box::pin(sleep(MS * n))).collect();
        let all = futures::future::join_all(sleeps.iter_mut());
        assert!(futures::poll!(Box::pin(all)).is_pending(), "nothing is due");
        let last = sleeps.pop().unwrap();
        for sleep in &mut sleeps {
            sleep.await;
        }
        trace.add(format!("main at {}", now()));
        spawn(awaits(trace.clone(), last)).await.unwrap();
    });
    assert_eq!(trace, ["main at Instant(39ms)", "task at Instant(40ms)"]);
}

#[test]
fn a_thousand_sleeps_dropped_on_another_thread_are_all_forgotten() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let handle = scheduler.handle();
    let sleeps = scheduler.run(async {
        let mut sleeps = Vec::new();
        for n in 1..=1000 {
            sleeps.push(half_awaited(MS * n).await);
        }
        sleeps
    });
    on_thread("other", move || drop(sleeps));
    drop(handle.spawn(async { assert!(SchedulerHandle::try_current().is_some()) }));
    trace.add(scheduler.run_until_idle());
    scheduler.run(async { trace.add(now()) });
    assert_eq!(trace, ["0", "Instant(0ns)"]);
}

#[test]
fn a_sleep_kept_beyond_its_task_holds_nothing_up() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let kept = scheduler.run(async { spawn(half_awaited(MS * 1000)).await.unwrap() });
    trace.add(format!("{} tasks left", scheduler.run_until_idle()));
    scheduler.run(async { trace.add(now()) });
    drop(kept);
    assert_eq!(trace, ["0 tasks left", "Instant(0ns)"]);
}

//! Tasks that nobody waits for.

use std::time::Duration;

use coweave::task::Builder;
use coweave::{Scheduler, SchedulerHandle, interval, park, sleep, spawn, try_run, yield_now};

use crate::support::{Counted, Slot, Trace, system_scheduler, virtual_scheduler, wait_for_waker};

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

fn background() -> Builder {
    Builder::new().background(true)
}

async fn ticks(trace: Trace) {
    let frame = Counted::new(&trace, "ticker");
    loop {
        sleep(seconds(2)).await;
        trace.add("tick");
        frame.touch();
    }
}

fn ticking(trace: &Trace) -> Scheduler {
    let mut scheduler = virtual_scheduler();
    let trace = trace.clone();
    scheduler.run(async move { drop(background().spawn(ticks(trace))) });
    scheduler
}

#[test]
fn a_run_until_idle_does_not_wait_for_a_background_sleep() {
    let trace = Trace::new();
    let mut scheduler = ticking(&trace);
    let start = scheduler.now();
    let left = scheduler.run_until_idle();
    trace.add(format!("{left} left after {:?}", scheduler.now() - start));
    drop(scheduler);
    assert_eq!(trace, ["1 left after 0ns", "ticker dropped"]);
}

#[test]
fn as_long_as_another_task_sleeps_background_sleeps_end() {
    let trace = Trace::new();
    let mut scheduler = ticking(&trace);
    drop(scheduler.spawn(sleep(seconds(5))));
    let start = scheduler.now();
    let left = scheduler.run_until_idle();
    trace.add(format!("{left} left after {:?}", scheduler.now() - start));
    assert_eq!(trace, ["tick", "tick", "1 left after 5s"]);
}

#[test]
fn on_the_systems_clock_a_run_until_idle_returns_at_once() {
    let mut scheduler = system_scheduler();
    scheduler.run(async { drop(background().spawn(sleep(seconds(3600)))) });
    assert_eq!(scheduler.run_until_idle(), 1);
}

#[test]
fn what_background_tasks_wait_for_besides_time_counts_as_little() {
    let mut scheduler = virtual_scheduler();
    scheduler.run(async {
        drop(background().spawn(park()));
        drop(background().spawn(std::future::pending::<()>()));
        drop(background().spawn_local(async {
            let mut interval = interval(seconds(1));
            loop {
                interval.tick().await;
            }
        }));
        drop(background().spawn_after(seconds(1), async { panic!("was started") }));
        // With wakers of its own, and still a background task's timer.
        drop(background().spawn(async {
            drop(futures::future::join_all([sleep(seconds(1)), sleep(seconds(2))]).await);
            panic!("has slept");
        }));
        yield_now().await;
    });
    assert_eq!(scheduler.run_until_idle(), 5);
}

#[test]
fn a_background_task_that_is_ready_runs_to_its_end() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let seen = trace.clone();
    scheduler.run(async move {
        drop(background().spawn(async move {
            for n in 0..100 {
                yield_now().await;
                if n == 99 {
                    seen.add("done");
                }
            }
        }));
    });
    assert_eq!(scheduler.run_until_idle(), 0);
    assert_eq!(trace, ["done"]);
}

#[test]
fn a_closed_world_is_deadlocked_though_a_background_task_sleeps() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let inside = trace.clone();
    let start = scheduler.now();
    let deadlock = scheduler.try_run(async move {
        let unparker = coweave::task::current().unparker();
        let ticker = background().name("ticker").spawn(async move {
            sleep(seconds(10)).await;
            unparker.unpark();
        });
        drop(ticker);
        drop(background().spawn(ticks(inside)));
        sleep(seconds(3)).await;
        park().await;
    });
    let deadlock = deadlock.unwrap_err();
    let tasks: Vec<_> =
        deadlock.tasks().iter().map(coweave::SuspendedTask::is_background).collect();
    assert_eq!((deadlock.at() - start, tasks), (seconds(3), vec![false, true, true]));
    assert!(deadlock.to_string().contains("(ticker) in the background, sleeping"), "{deadlock}");
    assert_eq!(trace, ["tick"]);
}

#[test]
fn a_join_of_a_background_task_that_sleeps_is_a_deadlock() {
    let deadlock = try_run(async { background().spawn(sleep(seconds(1))).await });
    assert!(deadlock.is_err());
}

#[test]
fn wakers_of_background_tasks_elsewhere_keep_no_closed_world_going() {
    let slot = Slot::new();
    let given = slot.clone();
    let deadlock = try_run(async move {
        drop(background().spawn(wait_for_waker(given)));
        park().await;
    });
    assert!(deadlock.is_err());
    slot.take().wake();
}

#[test]
fn while_something_outside_may_wake_a_task_background_tasks_tick_on() {
    let trace = Trace::new();
    let inside = trace.clone();
    let mut scheduler = virtual_scheduler();
    let result = scheduler.try_run(async move {
        let handle = SchedulerHandle::try_current();
        let unparker = coweave::task::current().unparker();
        drop(background().spawn(async move {
            sleep(seconds(1)).await;
            inside.add("tick");
            unparker.unpark();
        }));
        park().await;
        drop(handle);
    });
    assert!(result.is_ok());
    assert_eq!(trace, ["tick"]);
}

#[test]
fn background_tasks_are_spawned_from_elsewhere_and_counted_till_their_end() {
    let mut scheduler = virtual_scheduler();
    let task = background().spawn_on(&scheduler.handle(), sleep(seconds(1)));
    assert_eq!(scheduler.run_until_idle(), 1);
    task.cancel();
    assert_eq!(scheduler.run_until_idle(), 0);
    // None is left, so the sleep of the next task is waited for.
    drop(scheduler.spawn(sleep(seconds(1))));
    assert_eq!(scheduler.run_until_idle(), 0);
}

#[coweave::test]
async fn a_background_task_is_joined_and_cancelled_as_any() {
    let task = background().spawn(async { 7 });
    assert_eq!(task.await.unwrap(), 7);
    let task = background().spawn(park());
    task.cancel();
    assert!(task.await.unwrap_err().is_cancelled());
    spawn(sleep(seconds(1))).await.unwrap();
}

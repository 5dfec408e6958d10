//! What is never dropped leaks, and does nothing worse.

use std::time::Duration;

use coweave::{JoinHandle, SchedulerHandle, park, sleep, spawn, task, yield_now};

use crate::support::{Counted, Slot, Trace, forget, on_thread, virtual_scheduler, wait_for_waker};

#[test]
fn a_forgotten_handle_keeps_the_output_and_harms_nobody() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    for name in ["completed", "suspended"] {
        let value = Counted::new(&trace, name);
        forget(scheduler.spawn(async move {
            if name == "suspended" {
                park().await;
            }
            value
        }));
    }
    trace.add(scheduler.run_until_idle());
    trace.add(scheduler.run(async { spawn(async { 1 }).await.unwrap() }));
    drop(scheduler);
    trace.add("scheduler dropped");
    assert_eq!(trace, ["1", "1", "suspended dropped", "scheduler dropped"]);
}

#[test]
fn a_forgotten_sleep_wakes_nobody_after_its_task() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    scheduler.run(async {
        let forgetful = spawn(async {
            let mut half_awaited = Box::pin(sleep(Duration::from_secs(1)));
            assert!(futures::poll!(&mut half_awaited).is_pending(), "it suspends");
            forget(half_awaited);
        });
        forgetful.await.unwrap();
        let polls = Slot::new();
        let counted = polls.clone();
        let in_its_place: JoinHandle<()> = spawn(std::future::poll_fn(move |_| {
            counted.put(counted.try_take().unwrap_or(0) + 1);
            std::task::Poll::Pending
        }));
        sleep(Duration::from_secs(2)).await;
        trace.add(format!("polled {} time", polls.take()));
        in_its_place.cancel();
    });
    drop(scheduler);
    assert_eq!(trace, ["polled 1 time"]);
}

#[test]
fn a_forgotten_waker_and_unparker_harm_nobody() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    scheduler.run(async {
        let slot = Slot::new();
        let frame = Counted::new(&trace, "frame");
        let waits = spawn({
            let slot = slot.clone();
            async move {
                forget(task::current());
                forget(task::current().unparker());
                wait_for_waker(slot).await;
                frame.touch();
            }
        });
        yield_now().await;
        let waker = slot.take();
        forget(waker.clone());
        on_thread("other", {
            let waker = waker.clone();
            move || forget(waker)
        });
        waker.wake();
        waits.await.unwrap();
    });
    drop(scheduler);
    trace.add("scheduler dropped");
    assert_eq!(trace, ["frame dropped", "scheduler dropped"]);
}

#[test]
fn a_forgotten_scheduler_s_handles_wait_for_ever_and_are_dropped_freely() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let output = Counted::new(&trace, "output");
    let completed = scheduler.spawn(async move { output });
    let suspended = scheduler.spawn(park());
    scheduler.run(yield_now());
    let handle = scheduler.handle();
    forget(scheduler);
    trace.add(format!("{} {}", completed.is_finished(), suspended.is_finished()));
    drop(futures::executor::block_on(completed));
    suspended.cancel();
    drop(suspended);
    let never = Counted::new(&trace, "never");
    let spawned = on_thread("other", move || handle.spawn(async move { never.touch() }));
    trace.add(spawned.is_finished());
    trace.add(virtual_scheduler().run(async { spawn(async { 1 }).await.unwrap() }));
    drop(spawned);
    assert_eq!(trace, ["true false", "output dropped", "false", "1"]);
}

#[test]
fn a_forgotten_frame_keeps_what_it_holds() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let held = Counted::new(&trace, "held");
    scheduler.run(async {
        let task = spawn(async move {
            forget(held);
            forget(SchedulerHandle::try_current());
            yield_now().await;
        });
        task.await.unwrap();
    });
    trace.add(format!("{scheduler:?}"));
    drop(scheduler);
    assert_eq!(trace, ["Scheduler { tasks: 0, .. }"]);
}

//! Closed and open worlds: when standing still is an error, and when it is waiting.

use std::process::Command;
use std::sync::mpsc;
use std::task::Waker;
use std::time::Duration;

use coweave::{Deadlock, Instant, Scheduler, SchedulerHandle, park, sleep, spawn, task, yield_now};

use crate::support::{
    Counted, Slot, Trace, outcome, panic_text, start_thread, virtual_scheduler, wait_for_waker,
};

const MS: Duration = Duration::from_millis(1);

/// The state of a closed world's run, for a trace.
fn told<T: std::fmt::Debug>(result: &Result<T, Deadlock>) -> String {
    match result {
        Ok(output) => format!("{output:?}"),
        Err(deadlock) => format!("deadlock of {}", deadlock.tasks().len()),
    }
}

#[test]
fn a_closed_world_in_which_nothing_can_go_on_is_an_error() {
    let trace = Trace::new();
    trace.add(told(&coweave::try_run(park())));
    trace.add(told(&coweave::try_run(std::future::pending::<()>())));
    trace.add(told(&coweave::try_run(async { spawn(park()).await })));
    trace.add(told(&coweave::try_run(async { 1 })));
    assert_eq!(trace, ["deadlock of 1", "deadlock of 1", "deadlock of 2", "1"]);
}

#[test]
fn a_deadlock_fails_a_test_with_its_report() {
    let trace = Trace::new();
    let text = panic_text(|| coweave::__private::test(park()));
    trace.add(text.lines().next().unwrap_or_default());
    trace.add(text.contains(&format!("{}:", file!())));
    assert_eq!(trace, ["deadlock: nothing is left that could wake a task", "true"]);
}

#[test]
fn a_deadlock_drops_the_main_future_and_keeps_the_other_tasks() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let slot = Slot::new();
    let (put, inner, frame) = (slot.clone(), trace.clone(), Counted::new(&trace, "frame"));
    let task = scheduler.spawn(async move {
        put.put(task::current().unparker());
        park().await;
        frame.touch();
        inner.add("unparked");
    });
    let result = scheduler.try_run(async {
        let _local = Counted::new(&trace, "main's local");
        park().await;
    });
    trace.add(told(&result));
    slot.take().unpark();
    trace.add(outcome(&scheduler.run(task)));
    assert_eq!(trace, ["main's local dropped", "deadlock of 2", "unparked", "frame dropped", "()"]);
}

#[test]
fn a_closed_world_waits_for_timers_and_then_says_when_it_stood_still() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let result = scheduler.try_run(async {
        drop(spawn(sleep(MS * 70)));
        sleep(MS * 5).await;
        park().await;
    });
    let deadlock = result.unwrap_err();
    trace.add(format!("{:?}", deadlock.at()));
    trace.add(format!("{:?}", deadlock.tasks()[0].since()));
    assert_eq!(trace, ["Instant(70ms)", "Some(Instant(5ms))"]);
}

/// Runs a parked future in a closed world in which `keep` is held for a while by a thread, with
/// the worker asleep, and then dropped.
fn waits_for<T: Send + 'static>(
    trace: &Trace,
    keep: impl FnOnce(&SchedulerHandle, Waker) -> T + Send + 'static,
) {
    let mut scheduler = virtual_scheduler();
    let inner = trace.clone();
    let result = scheduler.try_run(async {
        let slot = Slot::new();
        let waits = spawn({
            let slot = slot.clone();
            async move {
                wait_for_waker(slot).await;
                park().await;
            }
        });
        yield_now().await;
        let handle = SchedulerHandle::try_current().unwrap();
        let kept = keep(&handle, slot.take());
        drop(handle);
        drop(start_thread("other", move || {
            std::thread::sleep(MS * 30);
            inner.add("the last goes");
            drop(kept);
        }));
        waits.await
    });
    trace.add(told(&result));
}

#[test]
fn a_closed_world_waits_while_a_handle_a_guard_or_a_waker_is_held_elsewhere() {
    let trace = Trace::new();
    waits_for(&trace, |handle, _| handle.clone());
    waits_for(&trace, |handle, _| handle.external());
    waits_for(&trace, |handle, _| (handle.external(), handle.external().clone()));
    waits_for(&trace, |_, waker| waker);
    waits_for(&trace, |_, waker| (waker.clone(), waker));
    let (goes, deadlock) = ("the last goes", "deadlock of 2");
    assert_eq!(
        trace,
        [goes, deadlock, goes, deadlock, goes, deadlock, goes, deadlock, goes, deadlock]
    );
}

#[test]
fn a_closed_world_goes_on_when_what_was_held_elsewhere_wakes_it() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let result = scheduler.try_run(async {
        let slot = Slot::new();
        let waits = spawn(wait_for_waker(slot.clone()));
        yield_now().await;
        let waker = slot.take();
        drop(start_thread("other", move || {
            std::thread::sleep(MS * 20);
            waker.wake();
        }));
        waits.await.is_ok()
    });
    trace.add(told(&result));
    let handle = scheduler.handle();
    let slot = Slot::new();
    let put = slot.clone();
    let result = scheduler.try_run(async {
        put.put(task::current().unparker());
        drop(start_thread("other", move || {
            std::thread::sleep(MS * 20);
            let unparker = slot.take();
            drop(handle.spawn(async move { unparker.unpark() }));
        }));
        park().await;
    });
    trace.add(told(&result));
    assert_eq!(trace, ["true", "()"]);
}

#[test]
fn a_handle_joined_on_another_thread_does_not_hold_a_closed_world() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let (says, hears) = mpsc::channel();
    let result = scheduler.try_run(async {
        let task = spawn(park());
        yield_now().await;
        let thread = start_thread("other", move || {
            let mut task = task;
            let mut noop = std::task::Context::from_waker(Waker::noop());
            let polled = std::pin::Pin::new(&mut task).poll(&mut noop);
            says.send(polled.is_pending()).unwrap();
            futures::executor::block_on(task).is_err()
        });
        assert!(hears.recv().unwrap(), "it is parked");
        drop(thread);
        park().await;
    });
    trace.add(told(&result));
    drop(scheduler);
    assert_eq!(trace, ["deadlock of 2"]);
}

#[test]
fn an_open_world_goes_on_waiting() {
    let trace = Trace::new();
    let mut scheduler = Scheduler::builder().virtual_time().stall_report(None).build().unwrap();
    scheduler.run(async {
        let unparker = task::current().unparker();
        let inner = trace.clone();
        let thread = start_thread("other", move || {
            std::thread::sleep(MS * 50);
            inner.add("unparked by the thread");
            unparker.unpark();
        });
        park().await;
        thread.join().unwrap();
    });
    trace.add("run returned");
    assert_eq!(trace, ["unparked by the thread", "run returned"]);
}

#[test]
fn an_external_guard_holds_the_virtual_clock() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    scheduler.run(async {
        let external = SchedulerHandle::try_current().unwrap().external();
        let unparker = task::current().unparker();
        let inner = trace.clone();
        let sleeper = spawn(async move {
            sleep(MS).await;
            inner.add("slept");
        });
        let thread = start_thread("other", move || {
            std::thread::sleep(MS * 30);
            unparker.unpark();
            external
        });
        park().await;
        trace.add(format!("unparked at {:?}", Instant::now()));
        let external = thread.join().unwrap();
        trace.add(sleeper.is_finished());
        drop(external);
        sleeper.await.unwrap();
    });
    assert_eq!(trace, ["unparked at Instant(0ns)", "false", "slept"]);
}

#[test]
fn the_last_guard_lets_the_virtual_clock_go_while_the_worker_sleeps() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let external = scheduler.handle().external();
    let thread = start_thread("other", move || {
        std::thread::sleep(MS * 30);
        drop(external);
    });
    scheduler.run(async { sleep(Duration::from_secs(3600)).await });
    trace.add("slept an hour");
    thread.join().unwrap();
    assert_eq!(trace, ["slept an hour"]);
}

#[test]
fn a_stuck_task_that_is_cancelled_from_outside_ends_the_wait() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let external = scheduler.handle().external();
    let result = scheduler.try_run(async {
        let stuck = std::sync::Arc::new(spawn(park()));
        let shared = stuck.clone();
        let thread = start_thread("other", move || {
            std::thread::sleep(MS * 20);
            shared.cancel();
            drop(shared);
            drop(external);
        });
        while !stuck.is_finished() {
            yield_now().await;
        }
        thread.join().unwrap();
        std::sync::Arc::into_inner(stuck).unwrap().await.is_err()
    });
    trace.add(told(&result));
    assert_eq!(trace, ["true"]);
}

const CHILD: &str = "COWEAVE_TEST_STALLS";

/// What the child process does: stands still until a thread wakes it.
fn stalls() {
    let builder = Scheduler::builder().stall_report(Some(MS * 50));
    builder.build().unwrap().run(async {
        let unparker = task::current().unparker();
        drop(task::Builder::new().name("stuck").spawn(std::future::pending::<()>()));
        let thread = start_thread("other", move || {
            std::thread::sleep(MS * 300);
            unparker.unpark();
        });
        park().await;
        thread.join().unwrap();
    });
}

#[test]
fn an_open_world_that_stands_still_reports_that_once_to_standard_error() {
    if std::env::var_os(CHILD).is_some() {
        return stalls();
    }
    let trace = Trace::new();
    let name = "worlds::an_open_world_that_stands_still_reports_that_once_to_standard_error";
    let child = Command::new(std::env::current_exe().unwrap())
        .args([name, "--exact", "--nocapture"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&child.stderr).into_owned();
    trace.add(child.status.success());
    trace.add(text.matches("coweave: the scheduler has stood still").count());
    trace.add(text.contains("(stuck) waiting for a waker"));
    trace.add(text.contains("parked, waiting for an Unparker"));
    assert_eq!(trace, ["true", "1", "true", "true"]);
}

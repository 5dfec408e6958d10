//! Running: again and again, inside each other, and what is refused.

use std::time::Duration;

use coweave::{BuildError, Instant, Scheduler, park, sleep, spawn, yield_now};

use crate::support::{
    Counted, Trace, on_thread, outcome, panic_text, system_scheduler, virtual_scheduler,
};

#[test]
fn a_future_may_borrow_from_runs_caller() {
    let trace = Trace::new();
    let mut log = vec!["before"];
    let length = coweave::run(async {
        yield_now().await;
        log.push("inside");
        log.len()
    });
    trace.add(format!("{length} {log:?}"));
    assert_eq!(trace, [r#"2 ["before", "inside"]"#]);
}

#[test]
fn run_ends_with_its_future_and_leaves_the_others_suspended() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let counts = |trace: Trace| async move {
        for n in 0.. {
            trace.add(n);
            yield_now().await;
        }
    };
    scheduler.run(async { drop(spawn(counts(trace.clone()))) });
    trace.add("first run ended");
    scheduler.run(yield_now());
    trace.add("second run ended");
    scheduler.run(yield_now());
    drop(scheduler);
    assert_eq!(trace, ["first run ended", "0", "1", "second run ended", "2", "3"]);
}

#[test]
fn a_task_suspended_in_one_run_goes_on_in_the_next_and_in_run_until_idle() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let inner = trace.clone();
    let task = scheduler.spawn(async move {
        sleep(Duration::from_secs(2)).await;
        inner.add("slept");
        yield_now().await;
        inner.add("yielded");
        park().await;
    });
    scheduler.run(async { sleep(Duration::from_secs(1)).await });
    trace.add("first run ended");
    scheduler.run(async { sleep(Duration::from_secs(1)).await });
    trace.add("second run ended");
    trace.add(scheduler.run_until_idle());
    trace.add(task.is_finished());
    drop(task);
    assert_eq!(trace, ["first run ended", "slept", "second run ended", "yielded", "1", "false"]);
}

#[test]
fn running_inside_a_task_is_refused_and_says_what_to_do() {
    let trace = Trace::new();
    coweave::run(async {
        trace.add(panic_text(|| coweave::run(async {})));
        let mut other = virtual_scheduler();
        trace.add(panic_text(|| other.run(async {})).split_once(" was").unwrap().0);
        trace.add(panic_text(|| other.try_run(async {}).is_ok()).split_once(" was").unwrap().0);
        trace.add(panic_text(|| other.run_until_idle()).split_once(" was").unwrap().0);
        trace.add(outcome(&spawn(async { 1 }).await));
    });
    assert_eq!(
        trace,
        [
            "Scheduler::run was called inside a task of a scheduler that runs on this thread, \
             whose other tasks would stand still; spawn a task and await it, or use another thread",
            "Scheduler::run",
            "Scheduler::run",
            "Scheduler::run_until_idle",
            "1"
        ]
    );
}

#[coweave::test]
async fn a_scheduler_is_made_used_and_dropped_inside_a_task_of_another() {
    let trace = Trace::new();
    let inner = virtual_scheduler();
    let frame = Counted::new(&trace, "frame");
    let task = inner.spawn(async move { frame.touch() });
    let child = spawn(async { 2 });
    sleep(Duration::from_secs(1)).await;
    trace.add(task.is_finished());
    drop(inner);
    trace.add(outcome(&task.await));
    trace.add(outcome(&child.await));
    trace.add(format!("{:?}", Instant::now()));
    assert_eq!(trace, ["false", "frame dropped", "cancelled", "2", "Instant(1s)"]);
}

#[coweave::test]
async fn another_thread_runs_a_scheduler_within_a_task() {
    let trace = Trace::new();
    let output = on_thread("other", || coweave::run(async { spawn(async { 5 }).await.unwrap() }));
    trace.add(output);
    assert_eq!(trace, ["5"]);
}

#[test]
fn two_schedulers_take_turns_on_one_thread() {
    let trace = Trace::new();
    let (mut first, mut second) = (virtual_scheduler(), virtual_scheduler());
    let sleeps = |trace: &Trace, name: &'static str| {
        let trace = trace.clone();
        async move {
            sleep(Duration::from_secs(1)).await;
            trace.add(format!("{name} at {:?}", Instant::now()));
        }
    };
    let (a, b) = (first.spawn(sleeps(&trace, "a")), second.spawn(sleeps(&trace, "b")));
    second.run(async { sleep(Duration::from_millis(1)).await });
    first.run(a).unwrap();
    second.run(b).unwrap();
    first.run(sleeps(&trace, "a"));
    assert_eq!(trace, ["a at Instant(1s)", "b at Instant(1s)", "a at Instant(2s)"]);
}

#[test]
fn set_ups_that_cannot_be_are_errors() {
    let trace = Trace::new();
    let none = Scheduler::builder().workers(0).build().unwrap_err();
    let many = Scheduler::builder().workers(1025).build().unwrap_err();
    trace.add(&none);
    trace.add(none == BuildError::NoWorkers);
    trace.add(matches!(many, BuildError::TooManyWorkers { asked: 1025, .. }));
    trace.add(Scheduler::builder().workers(1).stall_report(None).build().is_ok());
    assert_eq!(
        trace,
        [
            "a scheduler needs at least one worker, but workers(0) was asked for",
            "true",
            "true",
            "true"
        ]
    );
}

#[test]
fn what_handles_said_between_two_runs_counts_before_anyone_is_resumed() {
    let trace = Trace::new();
    let mut scheduler = system_scheduler();
    let inner = trace.clone();
    let task = scheduler.spawn(async move {
        inner.add("first resume");
        yield_now().await;
        inner.add("never");
    });
    scheduler.run(std::future::ready(()));
    on_thread("other", move || task.cancel());
    scheduler.run(async {
        for _ in 0..5 {
            yield_now().await;
        }
    });
    let summary = Trace::new();
    summary.add(trace.to_vec().join(", "));
    assert_eq!(summary, ["first resume"]);
}

#[test]
fn run_until_idle_waits_for_external_guards_and_nothing_else_outside() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let handle = scheduler.handle();
    trace.add(scheduler.run_until_idle());
    let external = handle.external();
    let inner = trace.clone();
    let thread = crate::support::start_thread("other", move || {
        std::thread::sleep(Duration::from_millis(20));
        inner.add("the guard goes");
        drop(handle.spawn(park()));
        drop(external);
    });
    trace.add(scheduler.run_until_idle());
    thread.join().unwrap();
    assert_eq!(trace, ["0", "the guard goes", "1"]);
}

#[test]
fn plain_futures_run_without_any_coroutine() {
    let trace = Trace::new();
    trace.add(coweave::run(std::future::ready(1)));
    trace.add(coweave::try_run(async { 2 }).unwrap());
    let boxed: std::pin::Pin<Box<dyn Future<Output = u8>>> = Box::pin(async { 3 });
    trace.add(coweave::run(boxed));
    assert_eq!(trace, ["1", "2", "3"]);
}

#[test]
fn a_handle_dropped_between_two_runs_detaches_its_task() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let other = virtual_scheduler();
    let task = |name: &'static str, yields: usize| {
        let output = Counted::new(&trace, name);
        async move {
            for _ in 0..yields {
                yield_now().await;
            }
            output
        }
    };
    let (new, suspended, joined) = (task("new", 0), task("suspended", 9), task("joined", 0));
    drop(scheduler.spawn(new));
    let suspended = scheduler.spawn(suspended);
    let joined = scheduler.spawn(joined);
    let (of_other, left) = (other.spawn(task("of other", 0)), other.spawn(task("left", 0)));
    let late = scheduler.spawn(task("late", 0));
    // This thread was last to leave the one scheduler, then the other.
    drop(of_other);
    scheduler.run(std::future::ready(()));
    drop(suspended);
    drop(joined);
    trace.add(scheduler.run_until_idle());
    drop(scheduler);
    drop(late);
    drop(other);
    drop(left);
    assert_eq!(
        trace,
        [
            "new dropped",
            "joined dropped",
            "suspended dropped",
            "0",
            "late dropped",
            "of other dropped",
            "left dropped"
        ]
    );
}

//! `JoinHandle::cancel`: the frame goes at a suspension point, in the order of a function's locals.

use std::time::Duration;

use coweave::{JoinHandle, SchedulerHandle, park, sleep, spawn, yield_now};

use crate::support::{
    Counted, OnDrop, Slot, Trace, on_thread, outcome, start_thread, until_finished,
    virtual_scheduler,
};

/// Each kind of suspension, with a local before and after an inner scope, and an argument.
#[coweave::coroutine]
fn suspends(trace: Trace, kind: &'static str, argument: Counted) -> u32 {
    let _outer = Counted::new(&trace, "outer local");
    let _inner = Counted::new(&trace, "inner local");
    trace.add(format!("{kind} starts"));
    match kind {
        "ready" => loop {
            yield_now().await;
        },
        "sleeping" => sleep(Duration::from_secs(3600)).await,
        "parked" => park().await,
        "joining" => spawn(std::future::pending()).await.unwrap(),
        "foreign" => std::future::pending().await,
        other => unreachable!("{other} is no kind"),
    }
    argument.touch();
    0
}

async fn cancel_suspended(kind: &'static str) -> Trace {
    let trace = Trace::new();
    let argument = Counted::new(&trace, "argument");
    let task = spawn(suspends(trace.clone(), kind, argument));
    yield_now().await;
    task.cancel();
    trace.add(format!("cancel returned, finished: {}", task.is_finished()));
    trace.add(outcome(&task.await));
    trace
}

fn expected(kind: &str) -> Vec<String> {
    let starts = format!("{kind} starts");
    [
        &starts,
        "cancel returned, finished: false",
        "inner local dropped",
        "outer local dropped",
        "argument dropped",
        "cancelled",
    ]
    .map(str::to_owned)
    .to_vec()
}

#[coweave::test]
async fn a_task_is_cancelled_while_ready() {
    assert_eq!(cancel_suspended("ready").await, expected("ready"));
}

#[coweave::test]
async fn a_task_is_cancelled_while_sleeping() {
    assert_eq!(cancel_suspended("sleeping").await, expected("sleeping"));
}

#[coweave::test]
async fn a_task_is_cancelled_while_parked() {
    assert_eq!(cancel_suspended("parked").await, expected("parked"));
}

#[coweave::test]
async fn a_task_is_cancelled_while_joining() {
    assert_eq!(cancel_suspended("joining").await, expected("joining"));
}

#[coweave::test]
async fn a_task_is_cancelled_while_it_waits_for_a_foreign_future() {
    assert_eq!(cancel_suspended("foreign").await, expected("foreign"));
}

#[coweave::test]
async fn a_task_cancelled_before_its_first_resume_never_runs() {
    let trace = Trace::new();
    let argument = Counted::new(&trace, "argument");
    let task = spawn(suspends(trace.clone(), "ready", argument));
    task.cancel();
    trace.add("cancel returned");
    trace.add(outcome(&task.await));
    assert_eq!(trace, ["cancel returned", "argument dropped", "cancelled"]);
}

#[coweave::test]
async fn the_frame_is_dropped_when_the_tasks_turn_comes() {
    let trace = Trace::new();
    let argument = Counted::new(&trace, "argument");
    let task = spawn(suspends(trace.clone(), "parked", argument));
    yield_now().await;
    let inner = trace.clone();
    drop(spawn(async move { inner.add("ready before") }));
    task.cancel();
    let inner = trace.clone();
    drop(spawn(async move { inner.add("ready after") }));
    yield_now().await;
    assert_eq!(
        trace,
        [
            "parked starts",
            "ready before",
            "inner local dropped",
            "outer local dropped",
            "argument dropped",
            "ready after"
        ]
    );
}

#[coweave::coroutine]
fn cancels_itself(trace: Trace, me: Slot<JoinHandle<()>>, suspends: bool) {
    let _local = Counted::new(&trace, "local");
    let handle = me.take();
    handle.cancel();
    handle.cancel();
    trace.add(format!("cancelled itself, finished: {}", handle.is_finished()));
    me.put(handle);
    if suspends {
        yield_now().await;
        trace.add("never");
    }
    trace.add("completes");
}

#[coweave::test]
async fn a_task_that_cancels_itself_ends_where_it_suspends_next() {
    let trace = Trace::new();
    let slot = Slot::new();
    slot.put(spawn(cancels_itself(trace.clone(), slot.clone(), true)));
    sleep(Duration::from_secs(1)).await;
    trace.add(outcome(&slot.take().await));
    assert_eq!(trace, ["cancelled itself, finished: false", "local dropped", "cancelled"]);
}

#[coweave::test]
async fn a_task_that_is_cancelled_but_never_suspends_again_completes() {
    let trace = Trace::new();
    let slot = Slot::new();
    slot.put(spawn(cancels_itself(trace.clone(), slot.clone(), false)));
    sleep(Duration::from_secs(1)).await;
    trace.add(outcome(&slot.take().await));
    assert_eq!(trace, ["cancelled itself, finished: false", "completes", "local dropped", "()"]);
}

#[coweave::test]
async fn cancelling_an_ended_task_changes_nothing() {
    let trace = Trace::new();
    let completed = spawn(async { "output" });
    let panicked = spawn(async { panic!("no") });
    yield_now().await;
    for _ in 0..2 {
        completed.cancel();
        panicked.cancel();
    }
    sleep(Duration::from_secs(1)).await;
    trace.add(outcome(&completed.await));
    trace.add(outcome::<()>(&panicked.await));
    assert_eq!(trace, ["\"output\"", "3 panicked: no"]);
}

#[coweave::test]
async fn cancelling_twice_is_cancelling() {
    let trace = Trace::new();
    let frame = Counted::new(&trace, "frame");
    let task = spawn(async move {
        park().await;
        frame.touch();
    });
    task.cancel();
    yield_now().await;
    task.cancel();
    task.cancel();
    trace.add(outcome(&task.await));
    assert_eq!(trace, ["frame dropped", "cancelled"]);
}

#[coweave::test]
async fn a_wake_and_a_cancel_at_once_resume_the_task_no_more() {
    let trace = Trace::new();
    let inner = trace.clone();
    let unparker = Slot::new();
    let put = unparker.clone();
    let task = spawn(async move {
        put.put(coweave::task::current().unparker());
        park().await;
        inner.add("never");
    });
    yield_now().await;
    unparker.take().unpark();
    task.cancel();
    trace.add(outcome(&task.await));
    assert_eq!(trace, ["cancelled"]);
}

#[coweave::test]
async fn a_thread_cancels_a_task() {
    let trace = Trace::new();
    let external = SchedulerHandle::try_current().unwrap().external();
    let argument = Counted::new(&trace, "argument");
    let task = spawn(suspends(trace.clone(), "sleeping", argument));
    yield_now().await;
    let thread = start_thread("other", move || {
        task.cancel();
        drop(external);
        task
    });
    let task = thread.join().unwrap();
    trace.add(outcome(&task.await));
    assert_eq!(
        trace,
        [
            "sleeping starts",
            "inner local dropped",
            "outer local dropped",
            "argument dropped",
            "cancelled"
        ]
    );
}

#[coweave::test]
async fn a_thread_cancels_a_task_and_drops_its_handle() {
    let trace = Trace::new();
    let frame = Counted::new(&trace, "frame");
    let task = spawn(async move {
        park().await;
        frame.touch();
    });
    yield_now().await;
    on_thread("other", move || {
        task.cancel();
        task.cancel();
        drop(task);
    });
    trace.add("the thread has gone");
    sleep(Duration::from_secs(1)).await;
    assert_eq!(trace, ["the thread has gone", "frame dropped"]);
}

#[coweave::test]
async fn cancelling_a_joiner_leaves_the_joined_task_alone() {
    let trace = Trace::new();
    let inner = trace.clone();
    let joined = spawn(async move {
        sleep(Duration::from_secs(1)).await;
        inner.add("joined task completes");
    });
    let joiner = spawn(joined);
    yield_now().await;
    joiner.cancel();
    trace.add(outcome(&joiner.await));
    sleep(Duration::from_secs(2)).await;
    assert_eq!(trace, ["cancelled", "joined task completes"]);
}

#[coweave::test]
async fn cancelling_the_joined_task_wakes_its_joiner() {
    let trace = Trace::new();
    let slot = Slot::new();
    let (take, inner) = (slot.clone(), trace.clone());
    let joined = spawn(park());
    let (id, handle) = (joined.id(), joined);
    slot.put(handle);
    let joiner = spawn(async move {
        let mut handle: JoinHandle<()> = take.take();
        assert!(futures::poll!(&mut handle).is_pending(), "it is parked");
        handle.cancel();
        let error = handle.await.unwrap_err();
        inner.add(format!("{} {}", error.id() == id, error.is_cancelled()));
    });
    joiner.await.unwrap();
    assert_eq!(trace, ["true true"]);
}

#[coweave::test]
async fn a_destructor_of_a_cancelled_frame_is_still_the_tasks() {
    let trace = Trace::new();
    let inner = trace.clone();
    let task = spawn(async move {
        let guard = OnDrop::new(|| {
            let me = coweave::task::current();
            inner.add(format!("dropped by {} of {:?}", me.id(), me.name()));
            let says = inner.clone();
            drop(spawn(async move { says.add("spawned by the destructor") }));
        });
        park().await;
        drop(guard);
    });
    yield_now().await;
    task.cancel();
    trace.add(outcome(&task.await));
    yield_now().await;
    assert_eq!(trace, ["dropped by 2 of None", "spawned by the destructor", "cancelled"]);
}

#[coweave::test]
async fn a_chain_of_tasks_that_hold_each_other_s_handles_is_cancelled_link_by_link() {
    let trace = Trace::new();
    let mut inner: Option<JoinHandle<()>> = None;
    for n in 0..4 {
        let link = Counted::new(&trace, format!("link {n}"));
        let next = inner.take();
        inner = Some(spawn(async move {
            let guard = OnDrop::new(|| {
                if let Some(next) = &next {
                    next.cancel();
                }
            });
            park().await;
            drop(guard);
            link.touch();
        }));
    }
    yield_now().await;
    inner.unwrap().cancel();
    sleep(Duration::from_secs(1)).await;
    assert_eq!(trace, ["link 3 dropped", "link 2 dropped", "link 1 dropped", "link 0 dropped"]);
}

#[test]
fn a_task_cancelled_between_two_runs_ends_in_the_next() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let frame = Counted::new(&trace, "frame");
    let task = scheduler.spawn(async move {
        park().await;
        frame.touch();
    });
    scheduler.run_until_idle();
    task.cancel();
    trace.add(task.is_finished());
    trace.add(scheduler.run_until_idle());
    trace.add(outcome(&scheduler.run(task)));
    assert_eq!(trace, ["false", "frame dropped", "0", "cancelled"]);
}

#[test]
fn a_task_cancelled_before_the_run_is_never_resumed() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let argument = Counted::new(&trace, "argument");
    let task = scheduler.spawn(suspends(trace.clone(), "ready", argument));
    task.cancel();
    trace.add("cancel returned");
    trace.add(outcome(&scheduler.run(task)));
    assert_eq!(trace, ["cancel returned", "argument dropped", "cancelled"]);
}

#[test]
fn cancels_from_threads_race_with_completion() {
    let trace = Trace::new();
    let ends = coweave::run(async {
        let mut ends = 0;
        for _ in 0..300 {
            let frame = Counted::new(&trace, "frame");
            let task = spawn(async move {
                yield_now().await;
                frame
            });
            let thread = start_thread("other", move || {
                task.cancel();
                task
            });
            let result = until_finished(thread).await.await;
            ends += u32::from(result.is_ok() || result.is_err_and(|error| error.is_cancelled()));
        }
        ends
    });
    let summary = Trace::new();
    summary.add(format!("{ends} {}", trace.count("frame dropped")));
    assert_eq!(summary, ["300 300"]);
}

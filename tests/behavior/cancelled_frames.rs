//! What a cancelled task owned and was inside of: what is dropped, and in which order.
//! `coweave::task` says it in its docs, and each sentence there has a test here, in `cancelled_waits`,
//! or in `cancelling`.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use coweave::channel::bounded;
use coweave::sync::Mutex;
use coweave::{Instant, JoinHandle, TaskGroup, join, select, sleep, spawn, timeout};
use futures::FutureExt;

use crate::cancelled_waits::{cancel, seconds};
use crate::support::{Counted, Slot, Trace, outcome, settle, virtual_scheduler};

/// Completes after a while, unless it is dropped.
async fn child(trace: Trace, name: &'static str) {
    let frame = Counted::new(&trace, name);
    sleep(seconds(10)).await;
    trace.add(format!("{name} completes"));
    drop(frame);
}

#[coweave::coroutine]
fn has_children(trace: Trace) {
    let _first = Counted::new(&trace, "first local");
    let detached = spawn(child(trace.clone(), "child of a handle"));
    let group = TaskGroup::new();
    for name in ["first member", "second member"] {
        group.spawn(child(trace.clone(), name)).await;
    }
    let _last = Counted::new(&trace, "last local");
    group.join_all().await;
    detached.await.unwrap();
}

#[coweave::test]
async fn a_groups_members_are_cancelled_with_their_owner_and_spawned_tasks_go_on() {
    let trace = Trace::new();
    let owner = spawn(has_children(trace.clone()));
    settle().await;
    cancel(&trace, owner).await;
    sleep(seconds(20)).await;
    assert_eq!(
        trace,
        [
            "cancel",
            "last local dropped",
            "first local dropped",
            "first member dropped",
            "second member dropped",
            "cancelled",
            "child of a handle completes",
            "child of a handle dropped"
        ]
    );
}

/// Waits for a lock that is not given up, or holds one, and is dropped.
#[coweave::coroutine]
fn branch(trace: Trace, mutex: Arc<Mutex<()>>, name: &'static str) {
    let _frame = Counted::new(&trace, name);
    let _guard = mutex.lock().await;
    std::future::pending().await
}

#[coweave::coroutine]
fn waits_in_a_select(trace: Trace, free: Arc<Mutex<()>>, taken: Arc<Mutex<()>>) {
    let _local = Counted::new(&trace, "local");
    select! {
        () = branch(trace.clone(), free, "holder") => {}
        () = branch(trace.clone(), taken.clone(), "waiter") => {}
        () = sleep(seconds(100)) => {}
    }
}

#[coweave::test]
async fn a_task_cancelled_inside_a_select_gives_up_what_every_branch_holds_or_waits_for() {
    let trace = Trace::new();
    let [free, taken] = [(), ()].map(|()| Arc::new(Mutex::new(())));
    let held = taken.lock().await;
    let selects = spawn(waits_in_a_select(trace.clone(), free.clone(), taken.clone()));
    settle().await;
    trace.add(free.try_lock().is_some());
    cancel(&trace, selects).await;
    trace.add(free.try_lock().is_some());
    drop(held);
    trace.add(taken.try_lock().is_some());
    assert_eq!(
        trace,
        [
            "false",
            "cancel",
            "holder dropped",
            "waiter dropped",
            "local dropped",
            "cancelled",
            "true",
            "true"
        ]
    );
}

async fn gives(trace: Trace, name: &'static str, after: u64) -> Counted {
    let frame = Counted::new(&trace, format!("future {name}"));
    sleep(seconds(after)).await;
    drop(frame);
    Counted::new(&trace, format!("output {name}"))
}

#[coweave::coroutine]
fn waits_in_a_join(trace: Trace) {
    let _local = Counted::new(&trace, "local");
    let of = |name, after| gives(trace.clone(), name, after);
    let _outputs = join!(of("a", 9), of("b", 1), of("c", 9));
}

#[coweave::test]
async fn a_task_cancelled_inside_a_join_drops_what_is_ready_and_what_is_not() {
    let trace = Trace::new();
    let joins = spawn(waits_in_a_join(trace.clone()));
    sleep(seconds(2)).await;
    cancel(&trace, joins).await;
    assert_eq!(
        trace,
        [
            "future b dropped",
            "cancel",
            "future a dropped",
            "output b dropped",
            "future c dropped",
            "local dropped",
            "cancelled"
        ]
    );
}

#[test]
fn a_task_cancelled_inside_a_timeout_drops_its_future_and_forgets_the_deadline() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let (says, future) = (trace.clone(), Counted::new(&trace, "future"));
    let start = scheduler.run(async move {
        let start = Instant::now();
        let waits = async move {
            std::future::pending::<()>().await;
            future.touch();
        };
        let limited = spawn(timeout(seconds(3600), waits));
        settle().await;
        cancel(&says, limited).await;
        start
    });
    scheduler.run_until_idle();
    let end = scheduler.run(async { Instant::now() });
    trace.add(format!("nothing more after {:?}", end - start));
    assert_eq!(trace, ["cancel", "future dropped", "cancelled", "nothing more after 1s"]);
}

#[coweave::coroutine]
fn inner(trace: Trace) {
    let _before = Counted::new(&trace, "inner before");
    let _after = Counted::new(&trace, "inner after");
    std::future::pending().await
}

#[coweave::coroutine]
fn outer(trace: Trace, argument: Counted) {
    let _before = Counted::new(&trace, "outer before");
    inner(trace.clone()).await;
    let _never = Counted::new(&trace, "never");
    argument.touch();
}

#[coweave::test]
async fn the_innermost_frame_goes_first() {
    let trace = Trace::new();
    let nested = spawn(outer(trace.clone(), Counted::new(&trace, "argument")));
    settle().await;
    cancel(&trace, nested).await;
    assert_eq!(
        trace,
        [
            "cancel",
            "inner after dropped",
            "inner before dropped",
            "outer before dropped",
            "argument dropped",
            "cancelled"
        ]
    );
}

/// Has everything around its wait that could keep a task alive.
#[coweave::coroutine]
fn ignores(trace: Trace) {
    loop {
        let waits = AssertUnwindSafe(timeout(seconds(9), std::future::pending::<()>()));
        select! {
            ended = waits.catch_unwind() => trace.add(format!("ended: {}", ended.is_ok())),
            () = sleep(seconds(9)) => trace.add("slept"),
        }
        trace.add("goes on");
    }
}

#[coweave::test]
async fn a_task_cannot_ignore_it() {
    let trace = Trace::new();
    let task = spawn(ignores(trace.clone()));
    settle().await;
    cancel(&trace, task).await;
    sleep(seconds(60)).await;
    assert_eq!(trace, ["cancel", "cancelled"]);
}

#[coweave::coroutine]
fn cancels_itself(trace: Trace, me: Slot<JoinHandle<()>>) {
    let ((sender, receiver), mutex) = (bounded(1), Mutex::new(()));
    let handle = me.take();
    handle.cancel();
    me.put(handle);
    for n in 0..2 {
        sender.send(n).await.unwrap();
        let _guard = mutex.lock().await;
        trace.add(receiver.recv().await.unwrap());
    }
    receiver.recv().await.unwrap();
    trace.add("never");
}

#[coweave::test]
async fn what_need_not_wait_is_no_suspension_point() {
    let (trace, slot) = (Trace::new(), Slot::new());
    slot.put(spawn(cancels_itself(trace.clone(), slot.clone())));
    settle().await;
    trace.add(outcome(&slot.take().await));
    assert_eq!(trace, ["0", "1", "cancelled"]);
}

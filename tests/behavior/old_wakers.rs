//! Wakers that outlive their task, or their scheduler: they resume nobody.

use std::task::Waker;

use coweave::{spawn, yield_now};

use crate::support::{
    Counted, Slot, Trace, leaves_waker, on_thread, outcome, settle, start_thread, virtual_scheduler,
};

#[coweave::test]
async fn an_old_waker_does_not_resume_the_task_in_its_place() {
    let trace = Trace::new();
    let slot = Slot::new();
    let old = spawn(leaves_waker(&trace, &slot));
    settle().await;
    old.cancel();
    trace.add(outcome(&old.await));
    let old_waker = slot.take();
    let new = spawn(leaves_waker(&trace, &slot));
    settle().await;
    old_waker.wake_by_ref();
    let old_waker = on_thread("other", move || {
        old_waker.wake_by_ref();
        old_waker
    });
    settle().await;
    trace.add("old wakers are void");
    slot.take().wake();
    settle().await;
    old_waker.wake();
    new.cancel();
    assert_eq!(trace, ["poll 1", "cancelled", "poll 1", "old wakers are void", "poll 2"]);
}

#[test]
fn old_wakers_are_void_while_a_thread_spawns_into_their_slots() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let handle = scheduler.handle();
    let sum: u32 = scheduler.run(async {
        let slot = Slot::new();
        let mut old_wakers = Vec::new();
        let mut old_tasks = Vec::new();
        for _ in 0..100 {
            old_tasks.push(handle.spawn(crate::support::wait_for_waker(slot.clone())));
            settle().await;
            old_wakers.push(slot.take());
        }
        old_wakers.iter().for_each(Waker::wake_by_ref);
        for task in old_tasks {
            task.await.unwrap();
        }
        // As large as the old ones, so that they lie in their places.
        let thread = start_thread("spawner", move || {
            let spawn = |_| handle.spawn(crate::support::wait_for_waker(Slot::new()));
            (0..100).map(spawn).collect::<Vec<_>>()
        });
        while !thread.is_finished() {
            old_wakers.iter().for_each(Waker::wake_by_ref);
        }
        let new_tasks = thread.join().unwrap();
        settle().await;
        old_wakers.into_iter().for_each(Waker::wake);
        settle().await;
        new_tasks.iter().map(|task| u32::from(task.is_finished())).sum()
    });
    trace.add(format!("{sum} of the new tasks were resumed"));
    assert_eq!(trace, ["0 of the new tasks were resumed"]);
}

#[test]
fn wakers_outlive_their_task_and_their_scheduler() {
    let trace = Trace::new();
    let slot = Slot::new();
    let mut scheduler = virtual_scheduler();
    let suspended = scheduler.spawn(leaves_waker(&trace, &slot));
    scheduler.run(yield_now());
    let first = slot.take();
    let ended = scheduler.spawn(crate::support::wait_for_waker(slot.clone()));
    scheduler.run(yield_now());
    let second = slot.take();
    second.wake_by_ref();
    trace.add(outcome(&scheduler.run(ended)));
    drop(scheduler);
    for waker in [first, second] {
        waker.wake_by_ref();
        let clone = waker.clone();
        on_thread("other", move || {
            clone.wake_by_ref();
            drop(clone.clone());
            clone.wake();
        });
        drop(waker.clone());
        waker.wake();
    }
    trace.add(suspended.is_finished());
    assert_eq!(trace, ["poll 1", "()", "true"]);
}

#[test]
fn wakers_on_a_thread_outlive_the_scheduler_while_it_ends() {
    let trace = Trace::new();
    for _ in 0..100 {
        let slot = Slot::new();
        let mut scheduler = virtual_scheduler();
        let frame = Counted::new(&trace, "frame");
        let task = scheduler.spawn({
            let slot = slot.clone();
            async move {
                crate::support::wait_for_waker(slot).await;
                std::future::pending::<()>().await;
                frame.touch();
            }
        });
        scheduler.run(yield_now());
        let waker = slot.take();
        let thread = start_thread("waker", move || {
            (0..200).for_each(|_| waker.clone().wake());
        });
        drop(scheduler);
        thread.join().unwrap();
        assert!(task.is_finished(), "its scheduler has ended");
    }
    let summary = Trace::new();
    summary.add(trace.count("frame dropped"));
    assert_eq!(summary, ["100"]);
}

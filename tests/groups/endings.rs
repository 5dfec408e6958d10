//! Cancelling, detaching and dropping a group.

use std::sync::Arc;
use std::time::Duration;

use coweave::{TaskGroup, sleep, yield_now};

use crate::support::{Counted, Trace, on_thread, outcome, system_scheduler, virtual_scheduler};

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// Says when it is resumed and dropped.
async fn restless(trace: Trace, name: &'static str) {
    let frame = Counted::new(&trace, name);
    loop {
        trace.add(format!("{name} runs"));
        yield_now().await;
        frame.touch();
    }
}

#[coweave::test]
async fn no_member_is_resumed_again_after_the_drop_of_its_group() {
    let trace = Trace::new();
    let group = TaskGroup::new();
    group.spawn(restless(trace.clone(), "ready")).await;
    yield_now().await;
    // One is ready, one parked, one has not started.
    let frame = Counted::new(&trace, "parked");
    group
        .spawn(async move {
            coweave::park().await;
            frame.touch();
        })
        .await;
    yield_now().await;
    let frame = Counted::new(&trace, "new");
    group.spawn(async move { frame.touch() }).await;
    trace.add("drop");
    drop(group);
    trace.add("gone");
    sleep(seconds(1)).await;
    assert_eq!(
        trace,
        [
            "ready runs",
            "ready runs",
            "drop",
            "gone",
            "ready dropped",
            "new dropped",
            "parked dropped"
        ]
    );
}

#[coweave::test]
async fn cancel_all_ends_the_members_in_the_order_of_spawning_and_gives_their_results() {
    let trace = Trace::new();
    let group = TaskGroup::new();
    for name in ["first", "second", "third"] {
        let frame = Counted::new(&trace, name);
        group
            .spawn(async move {
                coweave::park().await;
                frame.touch();
            })
            .await;
    }
    yield_now().await;
    group.cancel_all();
    assert_eq!(group.len(), 3);
    while let Some((_, result)) = group.join_next().await {
        trace.add(outcome(&result));
    }
    assert_eq!(
        trace,
        ["first dropped", "second dropped", "third dropped", "cancelled", "cancelled", "cancelled"]
    );
}

#[coweave::test]
async fn members_cancelled_before_their_start_never_run() {
    let trace = Trace::new();
    let group = TaskGroup::new();
    group.spawn(restless(trace.clone(), "unborn")).await;
    group.cancel_all();
    group.cancel_all();
    assert!(group.join_next().await.unwrap().1.unwrap_err().is_cancelled());
    assert!(group.join_next().await.is_none());
    // Its frame had not begun, so there was nothing in it to drop.
    assert_eq!(trace, []);
}

#[coweave::test]
async fn a_member_that_ends_in_its_last_resume_gives_its_output() {
    let group = TaskGroup::new();
    group
        .spawn(async {
            sleep(seconds(1)).await;
            7
        })
        .await;
    sleep(seconds(2)).await;
    group.cancel_all();
    assert_eq!(group.join_next().await.unwrap().1.unwrap(), 7);
}

#[coweave::test]
async fn a_cancelled_group_may_be_spawned_into() {
    let group = TaskGroup::bounded(1);
    group.spawn(std::future::pending()).await;
    group.cancel_all();
    group.spawn(async { 7 }).await;
    let all = group.join_all().await;
    assert!(all[0].as_ref().unwrap_err().is_cancelled());
    assert_eq!(*all[1].as_ref().unwrap(), 7);
}

#[coweave::test]
async fn detached_members_go_on_and_give_back_their_places() {
    let trace = Trace::new();
    let group = TaskGroup::bounded(1);
    let output = Counted::new(&trace, "output");
    let seen = trace.clone();
    group
        .spawn(async move {
            sleep(seconds(1)).await;
            seen.add("goes on");
            Some(output)
        })
        .await;
    group.detach_all();
    assert!(group.is_empty() && !group.is_full());
    group.spawn(async { None }).await;
    assert!(group.join_next().await.unwrap().1.unwrap().is_none());
    assert!(group.join_next().await.is_none());
    drop(group);
    sleep(seconds(2)).await;
    assert_eq!(trace, ["goes on", "output dropped"]);
}

#[coweave::test]
async fn detaching_ends_the_waits_for_what_was_detached() {
    let group = Arc::new(TaskGroup::<()>::new());
    group.spawn(std::future::pending()).await;
    let own = group.clone();
    let waits =
        coweave::spawn(
            async move { (own.join_next().await.is_none(), own.join_all().await.len()) },
        );
    yield_now().await;
    group.detach_all();
    assert_eq!(waits.await.unwrap(), (true, 0));
}

#[coweave::test]
async fn a_member_that_drops_its_own_group_goes_on_to_its_next_suspension() {
    let trace = Trace::new();
    let group = Arc::new(TaskGroup::new());
    let (own, seen) = (group.clone(), trace.clone());
    group
        .spawn(async move {
            yield_now().await;
            drop(own);
            seen.add("runs on");
            yield_now().await;
            seen.add("runs after the cancellation");
        })
        .await;
    drop(group);
    sleep(seconds(1)).await;
    assert_eq!(trace, ["runs on"]);
}

#[coweave::test]
async fn a_task_that_is_cancelled_takes_its_group_with_it() {
    let trace = Trace::new();
    let inside = trace.clone();
    let parent = coweave::spawn(async move {
        let group = TaskGroup::new();
        group.spawn(restless(inside.clone(), "child")).await;
        group.join_all().await;
    });
    yield_now().await;
    yield_now().await;
    parent.cancel();
    sleep(seconds(1)).await;
    assert_eq!(trace.to_vec().last().unwrap(), "child dropped");
    assert_eq!(trace.count("child dropped"), 1);
}

#[test]
fn a_group_dropped_on_another_thread_cancels_by_mail() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let group = TaskGroup::new();
    let frame = Counted::new(&trace, "frame");
    scheduler.run(async {
        group
            .spawn(async move {
                coweave::park().await;
                frame.touch();
            })
            .await;
        yield_now().await;
    });
    on_thread("elsewhere", move || drop(group));
    trace.add("mailed");
    assert_eq!(scheduler.run_until_idle(), 0);
    assert_eq!(trace, ["mailed", "frame dropped"]);
}

#[test]
fn a_group_outlives_its_scheduler() {
    let trace = Trace::new();
    let mut scheduler = system_scheduler();
    let group = TaskGroup::new();
    scheduler.run(async {
        group.spawn(std::future::pending::<()>()).await;
    });
    drop(scheduler);
    while let Some((_, result)) = futures::executor::block_on(group.join_next()) {
        trace.add(outcome(&result));
    }
    group.cancel_all();
    drop(group);
    assert_eq!(trace, ["cancelled"]);
}

#[test]
fn everything_of_a_group_is_dropped_once_at_every_point_of_cancellation() {
    for resumes in 0..12 {
        let trace = Trace::new();
        let mut scheduler = virtual_scheduler();
        let inside = trace.clone();
        let parent = scheduler.spawn(async move {
            let group = TaskGroup::bounded(2);
            for n in 0..4 {
                let (frame, output) =
                    (Counted::new(&inside, "frame"), Counted::new(&inside, "output"));
                group
                    .spawn(async move {
                        for _ in 0..=n {
                            yield_now().await;
                        }
                        frame.touch();
                        output
                    })
                    .await;
            }
            while let Some((_, result)) = group.join_next().await {
                yield_now().await;
                drop(result);
            }
        });
        scheduler.run(async {
            for _ in 0..resumes {
                yield_now().await;
            }
        });
        parent.cancel();
        scheduler.run_until_idle();
        assert_eq!(trace.count("frame dropped"), trace.count("output dropped"), "{resumes}");
        assert_eq!(scheduler.run_until_idle(), 0);
    }
}

//! Groups of a bounded number of members.

use std::time::Duration;

use coweave::{TaskGroup, sleep, spawn_local, timeout, yield_now};

use crate::support::{Counted, Trace};

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

#[coweave::test]
async fn a_spawn_waits_for_a_place_and_no_more_run_than_there_are_places() {
    let trace = Trace::new();
    let group = TaskGroup::bounded(2);
    for n in 0..4 {
        let seen = trace.clone();
        group
            .spawn(async move {
                seen.add(format!("{n} starts"));
                sleep(seconds(10 - n)).await;
                seen.add(format!("{n} ends"));
            })
            .await;
        trace.add(format!("{n} spawned, {} members", group.len()));
    }
    group.join_all().await;
    assert_eq!(
        trace,
        [
            "0 spawned, 1 members",
            "1 spawned, 2 members",
            "0 starts",
            "1 starts",
            "1 ends",
            "2 spawned, 2 members",
            "2 starts",
            "0 ends",
            "3 spawned, 2 members",
            "3 starts",
            "2 ends",
            "3 ends",
        ]
    );
}

#[coweave::test]
async fn try_spawn_gives_the_future_back_when_the_group_is_full() {
    let group = TaskGroup::bounded(1);
    group.try_spawn(sleep(seconds(1))).unwrap();
    let refused = group.try_spawn(sleep(seconds(5))).unwrap_err();
    assert!(group.is_full());
    group.wait_available().await;
    group.try_spawn(refused.into_inner()).unwrap();
    assert_eq!(group.join_all().await.len(), 2);
}

#[coweave::test]
async fn a_place_is_free_at_the_end_of_the_task_also_if_nobody_takes_the_result() {
    let group = TaskGroup::bounded(1);
    for n in 0..5 {
        group.spawn(async move { n }).await;
    }
    group.wait_available().await;
    assert_eq!((group.len(), group.result_count()), (0, 5));
}

#[coweave::test]
async fn panicked_and_cancelled_members_give_back_their_places() {
    let group = TaskGroup::bounded(1);
    group.spawn(async { panic!("crashed") }).await;
    group.wait_available().await;
    group.spawn(std::future::pending()).await;
    group.cancel_all();
    group.wait_available().await;
    assert!(group.try_spawn(async {}).is_ok());
}

#[coweave::test]
async fn a_group_without_places_is_always_full() {
    let group = TaskGroup::<()>::bounded(0);
    assert!(group.is_full());
    assert!(timeout(seconds(1), group.wait_available()).await.is_err());
    assert!(timeout(seconds(1), group.spawn(async {})).await.is_err());
    assert!(group.join_next().await.is_none());
}

#[coweave::test]
async fn places_are_given_in_the_order_of_asking_and_try_spawn_passes_nobody() {
    let trace = Trace::new();
    let group = std::rc::Rc::new(TaskGroup::bounded(1));
    group.try_spawn(sleep(seconds(1))).unwrap();
    let waiting: Vec<_> = (0..3)
        .map(|n| {
            let (group, trace) = (group.clone(), trace.clone());
            spawn_local(async move {
                group.spawn(async {}).await;
                trace.add(n);
            })
        })
        .collect();
    yield_now().await;
    sleep(seconds(1)).await;
    // The place is free, but it has been given to the first that waits.
    trace.add(format!("refused {}", group.try_spawn(sleep(seconds(1))).is_err()));
    for task in waiting {
        task.await.unwrap();
    }
    assert_eq!(trace, ["refused true", "0", "1", "2"]);
}

#[coweave::test]
async fn a_spawn_that_is_given_up_passes_on_its_place_and_drops_its_future() {
    let trace = Trace::new();
    let group = TaskGroup::bounded(1);
    group.try_spawn(sleep(seconds(3))).unwrap();
    let given_up = Counted::new(&trace, "given up");
    let waits = group.spawn(async move { given_up.touch() });
    assert!(timeout(seconds(1), waits).await.is_err());
    group.spawn(async {}).await;
    trace.add("spawned");
    assert_eq!(trace, ["given up dropped", "spawned"]);
}

#[coweave::test]
async fn a_place_that_was_given_and_is_not_used_goes_to_the_next() {
    let group = std::rc::Rc::new(TaskGroup::bounded(1));
    group.try_spawn(sleep(seconds(1))).unwrap();
    let mut first = Box::pin(group.spawn(async {}));
    assert!(futures::poll!(&mut first).is_pending());
    let own = group.clone();
    let second = spawn_local(async move { own.spawn(async {}).await });
    yield_now().await;
    // The member ends within this sleep, and its place is given to the first, which does not look.
    while !group.is_empty() {
        yield_now().await;
        sleep(Duration::from_millis(500)).await;
    }
    assert!(group.is_full());
    drop(first);
    second.await.unwrap();
    assert_eq!(group.join_all().await.len(), 2);
}

#[coweave::test]
async fn those_who_look_for_room_take_none() {
    let trace = Trace::new();
    let group = std::rc::Rc::new(TaskGroup::bounded(1));
    group.try_spawn(sleep(seconds(1))).unwrap();
    let mut tasks = Vec::new();
    for n in 0..2 {
        let (group, trace) = (group.clone(), trace.clone());
        tasks.push(spawn_local(async move {
            group.wait_available().await;
            trace.add(format!("{n} sees room"));
        }));
    }
    let (own, seen) = (group.clone(), trace.clone());
    tasks.push(spawn_local(async move {
        own.spawn(async {}).await;
        seen.add("spawned");
    }));
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(trace, ["0 sees room", "1 sees room", "spawned"]);
}

#[coweave::test]
async fn a_member_of_a_full_group_that_spawns_into_it_waits_for_itself() {
    let group = std::sync::Arc::new(TaskGroup::bounded(1));
    let inner = group.clone();
    group
        .spawn(async move { timeout(seconds(1), inner.spawn(async { Ok(()) })).await.map(drop) })
        .await;
    let (_, result) = group.join_next().await.unwrap();
    assert!(result.unwrap().is_err());
}

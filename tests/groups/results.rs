//! Taking what the members have left.

use std::time::Duration;

use coweave::{TaskGroup, sleep, spawn_local, timeout, yield_now};
use futures::StreamExt;

use crate::support::{Counted, Trace, on_thread, outcome, system_scheduler};

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

async fn sleepers(lengths: &[u64]) -> TaskGroup<u64> {
    let group = TaskGroup::new();
    for &n in lengths {
        group
            .spawn(async move {
                sleep(seconds(n)).await;
                n
            })
            .await;
    }
    group
}

#[coweave::test]
async fn results_come_in_the_order_of_the_ends() {
    let group = sleepers(&[3, 1, 2]).await;
    let mut ended = Vec::new();
    while let Some((_, result)) = group.join_next().await {
        ended.push(result.unwrap());
    }
    assert_eq!(ended, [1, 2, 3]);
}

#[coweave::test]
async fn join_all_gives_the_order_of_spawning() {
    let group = sleepers(&[3, 1, 2]).await;
    let start = coweave::Instant::now();
    let all: Vec<_> = group.join_all().await.into_iter().map(Result::unwrap).collect();
    assert_eq!((all, start.elapsed()), (vec![3, 1, 2], seconds(3)));
    assert!(group.join_all().await.is_empty());
}

#[coweave::test]
async fn join_all_gives_what_nobody_has_taken_panics_among_it() {
    let trace = Trace::new();
    let group = sleepers(&[3, 1]).await;
    group.spawn(async { panic!("crashed") }).await;
    drop(group.join_next().await);
    group.join_all().await.iter().for_each(|result| trace.add(outcome(result)));
    assert_eq!(trace, ["3", "1"]);
}

#[coweave::test]
async fn a_join_that_is_given_up_loses_no_result() {
    let group = sleepers(&[2, 1]).await;
    assert!(timeout(Duration::from_millis(1500), group.join_all()).await.is_err());
    let mut next = Box::pin(group.join_next());
    assert!(matches!(futures::poll!(&mut next), std::task::Poll::Ready(Some((_, Ok(1))))));
    let mut next = Box::pin(group.join_next());
    assert!(futures::poll!(&mut next).is_pending());
    sleep(seconds(1)).await;
    // It was given the result, and does not look.
    assert_eq!(group.result_count(), 0);
    drop(next);
    assert_eq!(group.try_join_next().unwrap().1.unwrap(), 2);
}

#[coweave::test]
async fn several_wait_and_each_gets_one_result_or_the_end() {
    let trace = Trace::new();
    let group = std::rc::Rc::new(sleepers(&[2, 1]).await);
    let tasks: Vec<_> = (0..3)
        .map(|n| {
            let (group, trace) = (group.clone(), trace.clone());
            spawn_local(async move {
                let got = group.join_next().await.map(|(_, result)| result.unwrap());
                trace.add(format!("{n} gets {got:?}"));
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(trace, ["0 gets Some(1)", "1 gets Some(2)", "2 gets None"]);
}

#[coweave::test]
async fn the_last_result_goes_to_the_next_and_only_then_is_the_end_told() {
    let group = sleepers(&[1]).await;
    let mut first = Box::pin(group.join_next());
    let [mut second, mut third] = [(); 2].map(|()| Box::pin(group.join_next()));
    let mut all = Box::pin(group.join_all());
    assert!(futures::poll!(&mut first).is_pending());
    assert!(futures::poll!(&mut second).is_pending() && futures::poll!(&mut third).is_pending());
    assert!(futures::poll!(&mut all).is_pending());
    sleep(seconds(1)).await;
    yield_now().await;
    assert!(group.is_empty());
    // It was given the result, and has not looked: who comes now waits as well.
    assert!(timeout(seconds(1), group.join_next()).await.is_err());
    assert!(timeout(seconds(1), group.join_all()).await.is_err());
    drop(first);
    assert!(futures::poll!(&mut third).is_pending() && futures::poll!(&mut all).is_pending());
    assert_eq!(second.await.unwrap().1.unwrap(), 1);
    assert!(third.await.is_none() && all.await.is_empty());
    assert!(group.join_next().await.is_none());
}

#[coweave::test]
async fn a_last_result_that_nobody_else_waits_for_is_among_all() {
    let group = sleepers(&[1]).await;
    let mut first = Box::pin(group.join_next());
    let mut all = Box::pin(group.join_all());
    assert!(futures::poll!(&mut first).is_pending() && futures::poll!(&mut all).is_pending());
    sleep(seconds(1)).await;
    yield_now().await;
    assert!(futures::poll!(&mut all).is_pending());
    drop(first);
    assert_eq!(all.await.into_iter().map(Result::unwrap).collect::<Vec<_>>(), [1]);
}

#[coweave::test]
async fn the_end_that_was_told_and_not_fetched_holds_up_nobody() {
    let group = TaskGroup::new();
    group.spawn(yield_now()).await;
    let mut told = Box::pin(group.join_next());
    assert!(futures::poll!(&mut told).is_pending());
    group.detach_all();
    assert!(group.join_next().await.is_none());
    // The group goes on, and ends once more.
    group.spawn(yield_now()).await;
    assert!(group.join_next().await.is_some());
    assert!(group.join_next().await.is_none());
    assert!(told.await.is_none());
}

#[coweave::test]
async fn the_stream_gives_all_and_ends() {
    let stream = sleepers(&[3, 1, 2]).await.into_stream();
    let all: Vec<u64> = stream.map(|(_, result)| result.unwrap()).collect().await;
    assert_eq!(all, [1, 2, 3]);
}

#[coweave::test]
async fn the_first_of_a_stream_may_be_all_that_is_wanted() {
    let trace = Trace::new();
    let group = TaskGroup::new();
    for n in [3, 1] {
        let frame = Counted::new(&trace, format!("frame {n}"));
        group
            .spawn(async move {
                sleep(seconds(n)).await;
                frame.touch();
                n
            })
            .await;
    }
    let mut stream = group.into_stream();
    trace.add(stream.next().await.unwrap().1.unwrap());
    drop(stream);
    trace.add("dropped");
    yield_now().await;
    assert_eq!(trace, ["frame 1 dropped", "1", "dropped", "frame 3 dropped"]);
}

#[coweave::test]
async fn an_empty_group_has_nothing_to_wait_for() {
    let group = TaskGroup::<()>::new();
    assert!(group.join_next().await.is_none());
    assert!(group.join_all().await.is_empty());
    assert!(group.try_join_next().is_none());
    assert_eq!(group.into_stream().count().await, 0);
}

#[coweave::test]
async fn a_group_is_used_again_after_its_end() {
    let group = TaskGroup::new();
    for n in 0..3 {
        group.spawn(async move { n }).await;
        assert_eq!(group.join_next().await.unwrap().1.unwrap(), n);
        assert!(group.join_next().await.is_none());
    }
}

#[test]
fn a_group_is_joined_on_another_thread_and_under_another_executor() {
    let mut scheduler = system_scheduler();
    let group = scheduler.run(sleepers(&[0, 0]));
    let waits = std::thread::spawn(move || {
        futures::executor::block_on(async move { group.join_all().await.len() })
    });
    while !waits.is_finished() {
        scheduler.run_until_idle();
    }
    assert_eq!(waits.join().unwrap(), 2);
}

#[test]
fn results_left_in_a_dropped_group_are_dropped_once_with_it() {
    let trace = Trace::new();
    let mut scheduler = system_scheduler();
    let group = TaskGroup::new();
    scheduler.run(async {
        let output = Counted::new(&trace, "output");
        group.spawn(async move { output }).await;
        yield_now().await;
    });
    drop(scheduler);
    on_thread("elsewhere", move || drop(group));
    assert_eq!(trace, ["output dropped on elsewhere"]);
}

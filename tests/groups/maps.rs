//! A task for each item.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use coweave::{Instant, JoinError, TaskGroup, sleep, spawn, timeout, yield_now};

use crate::support::{Counted, Trace, outcome};

fn unwrap<T>(results: Vec<Result<T, JoinError>>) -> Vec<T> {
    results.into_iter().map(Result::unwrap).collect()
}

async fn after(n: u64) -> u64 {
    sleep(Duration::from_secs(n)).await;
    n
}

#[coweave::test]
async fn results_come_in_the_order_of_the_items_for_any_number_of_places() {
    for places in [1, 2, 3, 10, usize::MAX] {
        let group = TaskGroup::<()>::bounded(places);
        let squares = unwrap(group.map(0..100_u64, |n| async move { n * n }).await);
        assert_eq!(squares, (0..100).map(|n| n * n).collect::<Vec<_>>());
        assert_eq!(unwrap(group.map([2, 0, 1], after).await), [2, 0, 1]);
    }
}

#[coweave::test]
async fn unordered_results_come_as_the_tasks_end() {
    let one = TaskGroup::<()>::bounded(1);
    assert_eq!(unwrap(one.map_unordered([10, 1, 2], after).await), [10, 1, 2]);
    let many = TaskGroup::<()>::new();
    assert_eq!(unwrap(many.map_unordered([10, 1, 2], after).await), [1, 2, 10]);
}

#[coweave::test]
async fn nothing_is_mapped_to_nothing() {
    let group = TaskGroup::<()>::bounded(1);
    assert!(group.map(Vec::new(), after).await.is_empty());
    assert!(group.map_unordered(Vec::new(), after).await.is_empty());
}

#[coweave::test]
async fn as_many_run_at_a_time_as_there_are_places() {
    let start = Instant::now();
    let group = TaskGroup::<()>::bounded(3);
    let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    group
        .map(0..9, |_| {
            let (running, most) = (running.clone(), most.clone());
            async move {
                most.fetch_max(running.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
                after(1).await;
                running.fetch_sub(1, Ordering::Relaxed);
            }
        })
        .await;
    assert_eq!((most.load(Ordering::Relaxed), start.elapsed()), (3, Duration::from_secs(3)));
}

#[coweave::test]
async fn items_are_taken_as_there_are_places_for_them() {
    let trace = Trace::new();
    let group = TaskGroup::<()>::bounded(1);
    let taken = trace.clone();
    let items = (0..3).inspect(|n| taken.add(format!("takes {n}")));
    let ended = trace.clone();
    group
        .map(items, |n| {
            let ended = ended.clone();
            async move {
                after(1).await;
                ended.add(format!("ends {n}"));
            }
        })
        .await;
    // The next item is at hand before its place is.
    assert_eq!(trace, ["takes 0", "takes 1", "ends 0", "takes 2", "ends 1", "ends 2"]);
}

#[coweave::test]
async fn a_panic_is_the_result_of_its_item() {
    let trace = Trace::new();
    let group = TaskGroup::<()>::new();
    let results = group.map(0..3, |n| async move {
        assert!(n != 1, "one is wrong");
        n
    });
    results.await.iter().for_each(|result| trace.add(outcome(result)));
    assert_eq!(trace, ["0", "3 panicked: one is wrong", "2"]);
}

#[coweave::test]
async fn a_panic_of_the_function_cancels_what_it_has_spawned() {
    let trace = Trace::new();
    let inside = trace.clone();
    let failed = spawn(async move {
        let group = TaskGroup::<()>::new();
        group
            .map(0..3, |n| {
                assert!(n != 2, "two is wrong");
                let frame = Counted::new(&inside, format!("frame {n}"));
                async move {
                    after(100).await;
                    frame.touch();
                }
            })
            .await;
    });
    assert!(failed.await.unwrap_err().is_panic());
    yield_now().await;
    assert_eq!(trace, ["frame 0 dropped", "frame 1 dropped"]);
}

#[coweave::test]
async fn a_map_that_is_given_up_cancels_its_tasks_and_no_others() {
    let trace = Trace::new();
    let group = TaskGroup::new();
    group.spawn(after(5)).await;
    let inside = trace.clone();
    let map = group.map(0..2, |n| {
        let frame = Counted::new(&inside, format!("frame {n}"));
        async move {
            after(100).await;
            frame.touch();
        }
    });
    assert!(timeout(Duration::from_secs(1), map).await.is_err());
    trace.add(format!("{} members", group.len()));
    trace.add(outcome(&group.join_next().await.unwrap().1));
    trace.add(format!("{} members", group.len()));
    assert_eq!(trace, ["3 members", "frame 0 dropped", "frame 1 dropped", "5", "0 members"]);
}

#[coweave::test]
async fn cancelling_the_group_cancels_a_map() {
    let group = Arc::new(TaskGroup::<()>::bounded(2));
    let own = group.clone();
    let map = spawn(async move { own.map([100, 100], after).await });
    sleep(Duration::from_secs(1)).await;
    group.cancel_all();
    let results = map.await.unwrap();
    assert!(results.iter().all(|result| result.as_ref().unwrap_err().is_cancelled()));
    assert_eq!(results.len(), 2);
}

#[coweave::test]
async fn the_results_of_a_map_are_apart_from_the_groups() {
    let group = TaskGroup::new();
    group.spawn(async { "own" }).await;
    assert_eq!(unwrap(group.map([1, 2], |n| async move { n }).await), [1, 2]);
    assert_eq!(group.join_next().await.unwrap().1.unwrap(), "own");
    assert!(group.join_next().await.is_none());
}

#[test]
fn a_report_shows_where_a_map_was_called() {
    let line = line!() + 3;
    let deadlock = coweave::try_run(async {
        let group = TaskGroup::<()>::bounded(1);
        group.map([1, 2], |_| coweave::park()).await
    });
    let deadlock = deadlock.unwrap_err();
    let [main, mapped] = deadlock.tasks() else { panic!("{deadlock}") };
    assert_eq!(main.suspended_at().unwrap().line(), line, "{deadlock}");
    assert_eq!(mapped.spawned_at().unwrap().line(), line, "{deadlock}");
}

//! Events and values that are set once.

use std::sync::Arc;
use std::time::Duration;

use coweave::sync::{Event, Promise};
use coweave::{Instant, TaskGroup, sleep, spawn, timeout, yield_now};

use crate::support::{Trace, ms, settle};

#[coweave::test]
async fn who_was_woken_and_clears_the_event_waits_for_another_set() {
    let event = Arc::new(Event::new());
    let waits = event.clone();
    let waiter = spawn(async move {
        waits.wait().await;
        waits.clear();
        timeout(ms(10), waits.wait()).await.is_err()
    });
    yield_now().await;
    event.set();
    assert!(waiter.await.unwrap());
}

#[coweave::test]
async fn all_who_waited_go_on_though_the_event_is_cleared_at_once() {
    for count in [1, 100, 1000] {
        let event = Arc::new(Event::new());
        let group = TaskGroup::new();
        for _ in 0..count {
            let event = event.clone();
            group.spawn(async move { event.wait().await }).await;
        }
        settle().await;
        event.set();
        event.clear();
        assert_eq!(group.join_all().await.len(), count);
    }
}

#[coweave::test]
async fn who_comes_while_others_are_being_woken_does_not_wait() {
    let (trace, event) = (Trace::new(), Arc::new(Event::new()));
    let tasks = [1, 2].map(|n| {
        let (trace, event) = (trace.clone(), event.clone());
        spawn(async move {
            event.wait().await;
            trace.add(n);
        })
    });
    let ready = trace.clone();
    yield_now().await;
    drop(spawn(async move { ready.add("behind them") }));
    event.set();
    event.wait().await;
    trace.add("set and waits");
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(trace, ["set and waits", "behind them", "1", "2"]);
}

/// Sets five events and five promises, one every ten milliseconds, and counts those that were seen: all,
/// or so many, or within so long.
async fn seen_of_ten(count: usize, limit: Duration) -> (usize, Duration) {
    let events: Vec<_> = (0..5).map(|_| Arc::new(Event::new())).collect();
    let promises: Vec<_> = (0..5).map(|_| Arc::new(Promise::new())).collect();
    let group = TaskGroup::new();
    for (event, promise) in events.iter().cloned().zip(promises.iter().cloned()) {
        group.spawn(async move { event.wait().await }).await;
        group.spawn(async move { assert_eq!(*promise.wait().await, 5) }).await;
    }
    let sender = spawn(async move {
        for (event, promise) in events.iter().zip(&promises).rev() {
            sleep(ms(10)).await;
            event.set();
            sleep(ms(10)).await;
            promise.set(5).unwrap();
        }
    });
    let (start, mut seen) = (Instant::now(), 0);
    let sees = async {
        while seen < count {
            group.join_next().await.unwrap().1.unwrap();
            seen += 1;
        }
    };
    let is_over = timeout(limit, sees).await.is_err();
    assert_eq!(is_over, seen < count);
    sender.cancel();
    (seen, Instant::now() - start)
}

#[coweave::test]
async fn so_many_of_several_events_and_promises_are_awaited() {
    assert_eq!(seen_of_ten(10, Duration::MAX).await, (10, ms(100)));
    assert_eq!(seen_of_ten(10, ms(1000)).await, (10, ms(100)));
    assert_eq!(seen_of_ten(1, ms(1000)).await, (1, ms(10)));
    assert_eq!(seen_of_ten(2, Duration::MAX).await, (2, ms(20)));
    assert_eq!(seen_of_ten(10, ms(35)).await, (3, ms(35)));
}

#[coweave::test]
async fn what_is_set_is_awaited_again_and_again() {
    let event = Event::new();
    event.set();
    for _ in 0..3 {
        futures::future::join_all([event.wait(), event.wait()]).await;
    }
    assert!(event.is_set());
}

#[coweave::test]
async fn a_failure_is_read_by_all_as_often_as_they_like() {
    let promise: Arc<Promise<Result<u32, String>>> = Arc::new(Promise::new());
    let reads = [(), ()].map(|()| {
        let promise = promise.clone();
        spawn(async move { promise.wait().await.clone() })
    });
    yield_now().await;
    assert!(promise.get().is_none(), "asked without waiting");
    promise.set(Err("no".to_owned())).unwrap();
    for read in reads {
        assert_eq!(read.await.unwrap(), Err("no".to_owned()));
    }
    for _ in 0..3 {
        assert_eq!(promise.wait().await, &Err("no".to_owned()));
    }
}

#[coweave::test]
async fn a_wait_that_was_interrupted_at_once_may_be_repeated() {
    let promise = Arc::new(Promise::new());
    let sets = promise.clone();
    let setter = spawn(async move {
        sleep(ms(10)).await;
        sets.set("hello").unwrap();
    });
    assert!(timeout(Duration::ZERO, promise.wait()).await.is_err());
    assert_eq!(timeout(ms(5), promise.wait()).await.unwrap_or(&"nothing"), &"nothing");
    assert_eq!(timeout(ms(10), promise.wait()).await.unwrap_or(&"nothing"), &"hello");
    setter.await.unwrap();
}

//! `Mutex`.

use coweave::{spawn_local, yield_now};

use crate::support::{Trace, Wakes, forget, in_both_modes, poll, poll_with, settle};

in_both_modes! {
    async fn a_lock_goes_to_those_who_wait_in_order() {
        let trace = Trace::new();
        let mutex = Counted::new(Mutex::new(0));
        let tasks: Vec<_> = (0..4).map(|n| {
            let (mutex, trace) = (mutex.clone(), trace.clone());
            spawn_local(async move {
                let mut guard = mutex.lock().await;
                trace.add(format!("{n} has {}", *guard));
                yield_now().await;
                *guard += 1;
            })
        }).collect();
        for task in tasks {
            task.await.unwrap();
        }
        trace.add(format!("{mutex:?}"));
        assert_eq!(
            trace,
            ["0 has 0", "1 has 1", "2 has 2", "3 has 3", "Mutex { value: 4 }"]
        );
    }

    async fn who_unlocks_and_locks_again_stands_behind_those_who_wait() {
        let trace = Trace::new();
        let mutex = Counted::new(Mutex::new(()));
        let tasks: Vec<_> = ["a", "b"].into_iter().map(|name| {
            let (mutex, trace) = (mutex.clone(), trace.clone());
            spawn_local(async move {
                for _ in 0..2 {
                    let guard = mutex.lock().await;
                    trace.add(name);
                    yield_now().await;
                    drop(guard);
                }
            })
        }).collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(trace, ["a", "b", "a", "b"]);
    }

    async fn try_lock_overtakes_nobody() {
        let mutex = Mutex::new(());
        let guard = mutex.try_lock().unwrap();
        let mut waiting = mutex.lock();
        assert!(poll(&mut waiting).is_pending());
        drop(guard);
        assert!(mutex.try_lock().is_none(), "it was handed over");
        drop(waiting);
        assert!(mutex.try_lock().is_some());
    }

    async fn a_try_lock_that_fails_changes_nothing() {
        let mutex = Mutex::new(());
        let guard = mutex.lock().await;
        assert!(mutex.try_lock().is_none());
        assert!(mutex.try_lock().is_none());
        let mut waiting = mutex.lock();
        assert!(poll(&mut waiting).is_pending());
        drop(guard);
        assert!(poll(&mut waiting).is_ready());
    }

    async fn a_lock_dropped_before_it_is_polled_leaves_no_trace() {
        let mutex = Mutex::new(());
        let guard = mutex.lock().await;
        drop(mutex.lock());
        drop(guard);
        assert!(mutex.try_lock().is_some());
    }

    async fn a_lock_dropped_while_it_waits_lets_the_next_go_on() {
        let mutex = Mutex::new(());
        let guard = mutex.lock().await;
        let (mut first, mut second, mut third) = (mutex.lock(), mutex.lock(), mutex.lock());
        assert!(poll(&mut first).is_pending());
        assert!(poll(&mut second).is_pending());
        assert!(poll(&mut third).is_pending());
        drop(second);
        drop(guard);
        drop(poll(&mut first));
        assert!(poll(&mut third).is_ready());
        assert!(mutex.try_lock().is_some());
    }

    async fn a_lock_dropped_after_it_was_granted_goes_to_the_next() {
        let mutex = Mutex::new(());
        let guard = mutex.lock().await;
        let (mut first, mut second) = (mutex.lock(), mutex.lock());
        let ((_, one), (wakes, other)) = (Wakes::new(), Wakes::new());
        assert!(poll_with(&mut first, &one).is_pending());
        assert!(poll_with(&mut second, &other).is_pending());
        drop(guard);
        assert_eq!(wakes.count(), 0);
        drop(first);
        assert_eq!(wakes.count(), 1);
        assert!(poll(&mut second).is_ready());
    }

    async fn a_task_that_ends_in_any_way_unlocks() {
        let trace = Trace::new();
        let mutex = Counted::new(Mutex::new(0));
        for ending in ["completes", "panics", "is cancelled"] {
            let inner = mutex.clone();
            let task = spawn_local(async move {
                let mut guard = inner.lock().await;
                *guard += 1;
                yield_now().await;
                match ending {
                    "panics" => panic!("as it should"),
                    "is cancelled" => std::future::pending().await,
                    _ => {}
                }
            });
            settle().await;
            task.cancel();
            trace.add(format!("{ending}: {}", task.await.is_ok()));
            trace.add(*mutex.try_lock().unwrap());
        }
        assert_eq!(
            trace,
            ["completes: true", "1", "panics: false", "2", "is cancelled: false", "3"]
        );
    }

    async fn what_is_leaked_breaks_only_its_own_lock() {
        let mut mutex = Mutex::new(1);
        forget(mutex.try_lock());
        assert!(mutex.try_lock().is_none());
        assert_eq!(*mutex.get_mut(), 1);
        let other = Mutex::new(2);
        let guard = other.lock().await;
        let mut half_awaited = other.lock();
        assert!(poll(&mut half_awaited).is_pending());
        forget(half_awaited);
        drop(guard);
        assert!(other.try_lock().is_none(), "it was handed to the one that was leaked");
        assert_eq!((mutex.into_inner(), other.into_inner()), (1, 2));
    }

    async fn a_lock_that_is_polled_after_its_end_locks_anew() {
        let mutex = Mutex::new(());
        let mut lock = mutex.lock();
        let guard = poll(&mut lock);
        assert!(guard.is_ready());
        assert!(poll(&mut lock).is_pending());
        drop(guard);
        assert!(poll(&mut lock).is_ready());
        assert!(mutex.try_lock().is_some());
    }

    async fn a_mutex_of_an_unsized_value_locks() {
        let mutex: Counted<Mutex<[u32]>> = Counted::new(Mutex::new([1, 2, 3]));
        mutex.lock().await[1] = 5;
        assert_eq!(format!("{:?}", mutex.lock().await), "[1, 5, 3]");
    }
}

//! `Condvar`.

use coweave::{spawn_local, yield_now};

use crate::support::{Trace, Wakes, in_both_modes, panic_text, poll, poll_with, settle};

in_both_modes! {
    async fn a_notification_goes_to_those_who_wait_in_order() {
        let trace = Trace::new();
        let shared = Counted::new((Mutex::new(0), Condvar::new()));
        let tasks: Vec<_> = (0..4).map(|n| {
            let (shared, trace) = (shared.clone(), trace.clone());
            spawn_local(async move {
                let guard = shared.1.wait(shared.0.lock().await).await;
                trace.add(format!("{n} sees {}", *guard));
            })
        }).collect();
        settle().await;
        for value in 1..3 {
            *shared.0.lock().await = value;
            shared.1.notify_one();
            settle().await;
        }
        *shared.0.lock().await = 3;
        shared.1.notify_all();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(trace, ["0 sees 1", "1 sees 2", "2 sees 3", "3 sees 3"]);
    }

    async fn who_waits_is_in_the_queue_before_the_lock_is_free() {
        let (mutex, changed) = (Mutex::new(()), Condvar::new());
        let mut wait = changed.wait(mutex.lock().await);
        assert!(mutex.try_lock().is_none(), "nothing happens before the first poll");
        let mut other = mutex.lock();
        let (wakes, waker) = Wakes::new();
        assert!(poll_with(&mut other, &waker).is_pending());
        assert!(poll(&mut wait).is_pending());
        assert_eq!(wakes.count(), 1, "it has the lock now");
        let guard = other.await;
        changed.notify_one();
        assert!(poll(&mut wait).is_pending(), "it waits for the lock");
        drop(guard);
        assert!(poll(&mut wait).is_ready());
    }

    async fn who_takes_the_lock_in_between_is_seen_by_wait_while() {
        let trace = Trace::new();
        let shared = Counted::new((Mutex::new(0), Condvar::new()));
        let task = {
            let (shared, trace) = (shared.clone(), trace.clone());
            spawn_local(async move {
                let guard = shared.0.lock().await;
                let is_odd = |n: &mut u32| {
                    trace.add(format!("asked about {n}"));
                    *n < 3
                };
                let guard = shared.1.wait_while(guard, is_odd).await;
                trace.add(format!("has {}", *guard));
            })
        };
        yield_now().await;
        for _ in 0..4 {
            *shared.0.lock().await += 1;
            shared.1.notify_one();
            settle().await;
        }
        task.await.unwrap();
        assert_eq!(
            trace,
            ["asked about 0", "asked about 1", "asked about 2", "asked about 3", "has 3"]
        );
    }

    async fn a_condition_that_does_not_hold_keeps_the_lock() {
        let (mutex, changed) = (Mutex::new(1), Condvar::new());
        let mut other = mutex.lock();
        let guard = mutex.try_lock().unwrap();
        let mut wait = changed.wait_while(guard, |n| *n == 0);
        assert!(poll(&mut other).is_pending());
        assert!(poll(&mut wait).is_ready());
        assert!(poll(&mut other).is_ready());
    }

    async fn a_condition_that_panics_unlocks() {
        let (mutex, changed) = (Mutex::new(1), Condvar::new());
        let mut wait = Box::pin(changed.wait_while(mutex.lock().await, |_| panic!("as it should")));
        assert_eq!(panic_text(|| poll(&mut wait)), "as it should");
        assert!(mutex.try_lock().is_none());
        drop(wait);
        assert!(mutex.try_lock().is_some());
    }

    async fn a_notification_of_one_who_leaves_goes_to_the_next() {
        let (mutex, changed) = (Mutex::new(()), Condvar::new());
        for has_seen_it in [false, true] {
            let mut first = changed.wait(mutex.lock().await);
            assert!(poll(&mut first).is_pending());
            let mut second = changed.wait(mutex.lock().await);
            assert!(poll(&mut second).is_pending());
            let guard = mutex.lock().await;
            changed.notify_one();
            if has_seen_it {
                assert!(poll(&mut first).is_pending(), "it waits for the lock");
            }
            drop(first);
            drop(guard);
            assert!(poll(&mut second).is_ready());
            assert!(mutex.try_lock().is_some());
        }
    }

    async fn a_notification_to_all_is_not_passed_on() {
        let (mutex, changed) = (Mutex::new(()), Condvar::new());
        let mut first = changed.wait(mutex.lock().await);
        assert!(poll(&mut first).is_pending());
        changed.notify_all();
        let mut late = changed.wait(mutex.lock().await);
        assert!(poll(&mut late).is_pending());
        drop(first);
        assert!(poll(&mut late).is_pending());
    }

    async fn a_wait_dropped_at_any_point_leaves_the_lock_free() {
        let (mutex, changed) = (Mutex::new(()), Condvar::new());
        drop(changed.wait(mutex.lock().await));
        assert!(mutex.try_lock().is_some());
        let mut waiting = changed.wait(mutex.lock().await);
        assert!(poll(&mut waiting).is_pending());
        drop(waiting);
        assert_eq!(format!("{changed:?}"), "Condvar { waiting: 0 }");
        let mut locking = changed.wait(mutex.lock().await);
        assert!(poll(&mut locking).is_pending());
        changed.notify_one();
        let guard = mutex.try_lock().unwrap();
        assert!(poll(&mut locking).is_pending());
        drop(guard);
        assert!(mutex.try_lock().is_none(), "it was handed over");
        drop(locking);
        assert!(mutex.try_lock().is_some());
    }

    async fn nothing_is_remembered_when_nobody_waits() {
        let (mutex, changed) = (Mutex::new(()), Condvar::default());
        changed.notify_one();
        changed.notify_all();
        let mut wait = changed.wait(mutex.lock().await);
        assert!(poll(&mut wait).is_pending());
    }

    async fn a_wait_that_is_polled_after_its_end_panics() {
        let (mutex, changed) = (Mutex::new(()), Condvar::new());
        let mut wait = changed.wait(mutex.lock().await);
        assert!(poll(&mut wait).is_pending());
        changed.notify_one();
        drop(poll(&mut wait));
        assert_eq!(
            panic_text(|| poll(&mut wait)),
            "a wait for a condition variable was polled after its end"
        );
    }
}

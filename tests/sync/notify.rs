//! `Notify`.

use coweave::spawn_local;

use crate::support::{Trace, in_both_modes, poll, settle};

in_both_modes! {
    async fn one_notification_goes_to_one_in_order() {
        let trace = Trace::new();
        let notify = Counted::new(Notify::new());
        let tasks: Vec<_> = (0..3).map(|n| {
            let (notify, trace) = (notify.clone(), trace.clone());
            spawn_local(async move {
                notify.notified().await;
                trace.add(n);
            })
        }).collect();
        for _ in 0..2 {
            settle().await;
            trace.add("notify");
            notify.notify_one();
        }
        settle().await;
        trace.add(format!("{notify:?}"));
        notify.notify_one();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(
            trace,
            ["notify", "0", "notify", "1", "Notify { has_permit: false, waiting: 1 }", "2"]
        );
    }

    async fn a_notification_that_nobody_waits_for_is_remembered_once() {
        let notify = Notify::default();
        notify.notify_one();
        notify.notify_one();
        notify.notified().await;
        assert!(poll(&mut notify.notified()).is_pending());
    }

    async fn all_that_wait_are_notified_and_nothing_is_remembered() {
        let notify = Notify::new();
        let (mut polled, mut unpolled) = (notify.notified(), notify.notified());
        assert!(poll(&mut polled).is_pending());
        notify.notify_waiters();
        let mut late = notify.notified();
        assert!(poll(&mut late).is_pending());
        assert!(poll(&mut polled).is_ready());
        assert!(poll(&mut unpolled).is_ready());
    }

    async fn a_notification_of_one_who_leaves_goes_to_the_next_or_is_remembered() {
        let notify = Notify::new();
        let (mut first, mut second) = (notify.notified(), notify.notified());
        assert!(poll(&mut first).is_pending());
        assert!(poll(&mut second).is_pending());
        notify.notify_one();
        drop(first);
        drop(second);
        notify.notified().await;
    }

    async fn a_notification_to_all_is_not_passed_on() {
        let notify = Notify::new();
        let mut first = notify.notified();
        assert!(poll(&mut first).is_pending());
        notify.notify_waiters();
        drop(first);
        assert!(poll(&mut notify.notified()).is_pending());
    }

    async fn a_wait_that_is_dropped_leaves_no_trace() {
        let notify = Notify::new();
        drop(notify.notified());
        let mut waiting = notify.notified();
        assert!(poll(&mut waiting).is_pending());
        drop(waiting);
        assert_eq!(format!("{notify:?}"), "Notify { has_permit: false, waiting: 0 }");
    }
}

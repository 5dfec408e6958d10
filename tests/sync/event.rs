//! `Event`.

use coweave::spawn_local;

use crate::support::{Trace, Wakes, forget, in_both_modes, poll, poll_with, settle};

in_both_modes! {
    async fn those_who_wait_go_on_in_order_even_if_it_is_cleared_at_once() {
        let trace = Trace::new();
        let event = Counted::new(Event::new());
        let tasks: Vec<_> = (0..3).map(|n| {
            let (event, trace) = (event.clone(), trace.clone());
            spawn_local(async move {
                event.wait().await;
                trace.add(n);
            })
        }).collect();
        settle().await;
        event.set();
        event.clear();
        trace.add(event.is_set());
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(trace, ["false", "0", "1", "2"]);
    }

    async fn while_it_is_set_nobody_waits() {
        let event = Event::default();
        event.set();
        event.set();
        assert!(poll(&mut event.wait()).is_ready());
        event.clear();
        assert!(poll(&mut event.wait()).is_pending());
    }

    async fn a_wait_dropped_at_any_point_leaves_no_trace() {
        let event = Event::new();
        drop(event.wait());
        let (mut waiting, mut granted) = (event.wait(), event.wait());
        let (wakes, waker) = Wakes::new();
        assert!(poll_with(&mut waiting, &waker).is_pending());
        assert!(poll_with(&mut granted, &waker).is_pending());
        assert_eq!(format!("{event:?}"), "Event { is_set: false, waiting: 2 }");
        drop(waiting);
        event.set();
        assert_eq!(wakes.count(), 1);
        drop(granted);
        assert_eq!(format!("{event:?}"), "Event { is_set: true, waiting: 0 }");
    }

    async fn a_leaked_wait_stops_nobody() {
        let event = Event::new();
        let (mut leaked, mut other) = (event.wait(), event.wait());
        assert!(poll(&mut leaked).is_pending());
        assert!(poll(&mut other).is_pending());
        forget(leaked);
        event.set();
        assert!(poll(&mut other).is_ready());
    }
}

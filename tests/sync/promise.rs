//! `Promise`.

use coweave::spawn_local;

use crate::support::{Trace, in_both_modes, poll, settle};

in_both_modes! {
    async fn all_who_wait_read_the_value_in_order() {
        let trace = Trace::new();
        let promise = Counted::new(Promise::new());
        let tasks: Vec<_> = (0..3).map(|n| {
            let (promise, trace) = (promise.clone(), trace.clone());
            spawn_local(async move {
                let value: &String = promise.wait().await;
                trace.add(format!("{n} reads {value}"));
            })
        }).collect();
        settle().await;
        trace.add(format!("{:?}", promise.get()));
        promise.set("it".to_owned()).unwrap();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(trace, ["None", "0 reads it", "1 reads it", "2 reads it"]);
    }

    async fn a_promise_is_kept_once() {
        let promise = Promise::default();
        assert_eq!(format!("{promise:?}"), "Promise { value: <not set> }");
        assert_eq!(promise.set(1), Ok(()));
        assert_eq!(promise.set(2), Err(2));
        assert_eq!(*promise.wait().await, 1);
        assert_eq!(format!("{promise:?}"), "Promise { value: 1 }");
        assert_eq!(promise.into_inner(), Some(1));
    }

    async fn a_wait_dropped_at_any_point_leaves_no_trace() {
        let promise = Promise::new();
        drop(promise.wait());
        let (mut waiting, mut granted, mut other) = (promise.wait(), promise.wait(), promise.wait());
        assert!(poll(&mut waiting).is_pending());
        assert!(poll(&mut granted).is_pending());
        assert!(poll(&mut other).is_pending());
        drop(waiting);
        promise.set(1).unwrap();
        drop(granted);
        assert_eq!(other.await, &1);
    }

    async fn a_value_is_dropped_once() {
        let value = std::rc::Rc::new(());
        let promise = Promise::new();
        promise.set(value.clone()).unwrap();
        drop(promise.set(value.clone()));
        assert_eq!(std::rc::Rc::strong_count(&value), 2);
        drop(promise);
        assert_eq!(std::rc::Rc::strong_count(&value), 1);
    }
}

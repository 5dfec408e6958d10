//! `OnceCell`.

use coweave::{spawn_local, yield_now};

use crate::support::{Trace, in_both_modes, poll, settle};

in_both_modes! {
    async fn one_makes_the_value_and_the_others_wait() {
        let trace = Trace::new();
        let cell = Counted::new(OnceCell::new());
        let tasks: Vec<_> = (0..3).map(|n| {
            let (cell, trace) = (cell.clone(), trace.clone());
            spawn_local(async move {
                let value = cell.get_or_init(async || {
                    trace.add(format!("{n} makes it"));
                    yield_now().await;
                    n
                }).await;
                trace.add(format!("{n} has {value}"));
            })
        }).collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(trace, ["0 makes it", "0 has 0", "1 has 0", "2 has 0"]);
    }

    async fn the_next_makes_it_when_one_fails_panics_or_is_cancelled() {
        let trace = Trace::new();
        let cell = Counted::new(OnceCell::new());
        let tasks: Vec<_> = ["fails", "panics", "hangs", "succeeds", "comes late"].into_iter().map(|name| {
            let (cell, trace) = (cell.clone(), trace.clone());
            spawn_local(async move {
                let value = cell.get_or_try_init(async || {
                    trace.add(name);
                    yield_now().await;
                    match name {
                        "fails" => Err(name),
                        "panics" => panic!("as it should"),
                        "hangs" => std::future::pending().await,
                        _ => Ok(name),
                    }
                }).await.copied();
                trace.add(format!("{name}: {value:?}"));
            })
        }).collect();
        settle().await;
        tasks[2].cancel();
        for task in tasks {
            drop(task.await);
        }
        assert_eq!(
            trace,
            [
                "fails", "fails: Err(\"fails\")", "panics", "hangs", "succeeds",
                "succeeds: Ok(\"succeeds\")", "comes late: Ok(\"succeeds\")"
            ]
        );
    }

    async fn a_wait_dropped_at_any_point_leaves_no_trace() {
        let cell = OnceCell::new();
        drop(cell.get_or_init(async || 1));
        let mut making = Box::pin(cell.get_or_init(std::future::pending));
        let mut waiting = Box::pin(cell.get_or_init(async || 2));
        let mut granted = Box::pin(cell.get_or_init(async || 3));
        let mut last = Box::pin(cell.get_or_init(async || 4));
        assert!(poll(&mut making).is_pending());
        assert!(poll(&mut waiting).is_pending());
        assert!(poll(&mut granted).is_pending());
        assert!(poll(&mut last).is_pending());
        drop(waiting);
        drop(making);
        drop(granted);
        assert_eq!(*last.await, 4);
    }

    async fn set_is_refused_while_another_makes_the_value() {
        let cell = OnceCell::default();
        let mut making = Box::pin(cell.get_or_init(async || {
            yield_now().await;
            1
        }));
        assert!(poll(&mut making).is_pending());
        assert_eq!(cell.set(2), Err(2));
        drop(making);
        assert_eq!(cell.set(3), Ok(()));
        assert_eq!(cell.set(4), Err(4));
        assert_eq!(format!("{cell:?}"), "OnceCell { value: 3 }");
    }

    async fn a_value_that_was_taken_is_made_anew() {
        let mut cell = OnceCell::new();
        assert_eq!(cell.take(), None);
        assert_eq!(*cell.get_or_init(async || 1).await, 1);
        assert_eq!(cell.take(), Some(1));
        assert_eq!(cell.get(), None);
        assert_eq!(*cell.get_or_init(async || 2).await, 2);
        assert_eq!(cell.into_inner(), Some(2));
    }

    async fn a_value_that_is_there_needs_no_poll_of_the_initialiser() {
        let cell = OnceCell::new();
        cell.set(1).unwrap();
        assert_eq!(*cell.get_or_init(async || unreachable!()).await, 1);
        assert_eq!(cell.get_or_try_init(async || Err(())).await, Ok(&1));
    }
}

#[test]
fn who_needs_the_value_to_make_it_is_stuck_with_a_report() {
    let cell = coweave::sync::OnceCell::new();
    let line = line!() + 2;
    let deadlock = coweave::try_run(async {
        cell.get_or_init(async || *cell.get_or_init(async || 1).await).await;
    })
    .unwrap_err();
    let task = &deadlock.tasks()[0];
    assert_eq!(task.waits_for(), &coweave::WaitsFor::OnceCell);
    let site = task.suspended_at().unwrap();
    assert_eq!((site.file(), site.line()), (file!(), line));
}

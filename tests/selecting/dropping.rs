//! What becomes of the futures that lose.

use std::future::{pending, ready};

use coweave::{join, race, select, sleep, spawn, try_join};

use crate::support::{Counted, Trace, later, seconds};

#[coweave::test]
async fn losers_are_dropped_once_and_before_the_handler() {
    let trace = Trace::new();
    select! {
        () = later(&trace, "a", 3, ()) => trace.add("handler a"),
        value = later(&trace, "b", 1, Counted::new(&trace, "value")) => {
            trace.add("handler b");
            sleep(seconds(5)).await;
            trace.add(value.name());
        }
        () = later(&trace, "c", 2, ()), if trace != [] => trace.add("handler c"),
        () = later(&trace, "d", 2, ()) => trace.add("handler d"),
    }
    trace.add("after");
    let expected = [
        "b ready",
        "b dropped",
        "a dropped",
        "d dropped",
        "handler b",
        "value",
        "value dropped",
        "after",
    ];
    assert_eq!(trace, expected);
}

#[coweave::test]
async fn a_cancelled_select_drops_every_branch_once() {
    let trace = Trace::new();
    let task = spawn({
        let trace = trace.clone();
        async move {
            select! {
                () = later(&trace, "a", 3, ()) => {}
                () = later(&trace, "b", 3, ()) => {}
                Some(()) = later(&trace, "early", 1, None) => {}
            }
        }
    });
    sleep(seconds(2)).await;
    trace.add("cancel");
    task.cancel();
    trace.add(task.await.unwrap_err().is_cancelled());
    assert_eq!(trace, ["early ready", "early dropped", "cancel", "a dropped", "b dropped", "true"]);
}

#[coweave::coroutine]
fn selects(trace: Trace) {
    let _local = Counted::new(&trace, "local");
    select! {
        () = later(&trace, "a", 3, ()) => {}
        () = later(&trace, "b", 3, ()) => {}
    }
}

#[coweave::test]
async fn a_cancelled_coroutine_drops_every_branch_once() {
    let trace = Trace::new();
    let task = spawn(selects(trace.clone()));
    sleep(seconds(2)).await;
    task.cancel();
    trace.add(task.await.unwrap_err().is_cancelled());
    assert_eq!(trace, ["a dropped", "b dropped", "local dropped", "true"]);
}

#[coweave::test]
async fn a_select_that_is_dropped_in_a_handler_drops_what_the_handler_has() {
    let trace = Trace::new();
    let task = spawn({
        let trace = trace.clone();
        async move {
            select! {
                value = ready(Counted::new(&trace, "value")) => {
                    pending::<()>().await;
                    drop(value);
                }
                () = later(&trace, "loser", 1, ()) => {}
            }
        }
    });
    sleep(seconds(2)).await;
    trace.add("cancel");
    task.cancel();
    trace.add(task.await.is_err());
    assert_eq!(trace, ["loser dropped", "cancel", "value dropped", "true"]);
}

#[coweave::test]
async fn a_branch_that_panics_drops_all() {
    let trace = Trace::new();
    let task = spawn({
        let trace = trace.clone();
        async move {
            select! {
                () = later(&trace, "a", 3, ()) => {}
                () = async { sleep(seconds(1)).await; panic!("broken") } => {}
            }
        }
    });
    trace.add(task.await.unwrap_err().is_panic());
    assert_eq!(trace, ["a dropped", "true"]);
}

#[coweave::test]
async fn a_race_drops_the_others_before_it_gives_its_output() {
    let trace = Trace::new();
    let output = race!(later(&trace, "a", 2, "a"), later(&trace, "b", 1, "b"));
    trace.add(output);
    assert_eq!(trace, ["b ready", "b dropped", "a dropped", "b"]);
}

#[coweave::test]
async fn a_join_drops_each_future_as_soon_as_it_is_ready() {
    let trace = Trace::new();
    let outputs =
        join!(later(&trace, "a", 2, 1), later(&trace, "b", 1, 2), later(&trace, "c", 3, 3),);
    trace.add(format!("{outputs:?}"));
    assert_eq!(
        trace,
        ["b ready", "b dropped", "a ready", "a dropped", "c ready", "c dropped", "(1, 2, 3)"]
    );
}

#[coweave::test]
async fn a_cancelled_join_drops_futures_and_outputs_once_in_order() {
    let trace = Trace::new();
    let task = spawn({
        let trace = trace.clone();
        async move {
            join!(
                later(&trace, "a", 5, ()),
                later(&trace, "b", 1, Counted::new(&trace, "output of b")),
                later(&trace, "c", 5, ()),
            )
        }
    });
    sleep(seconds(2)).await;
    trace.add("cancel");
    task.cancel();
    trace.add(task.await.is_err());
    assert_eq!(
        trace,
        ["b ready", "b dropped", "cancel", "a dropped", "output of b dropped", "c dropped", "true"]
    );
}

#[coweave::test]
async fn the_first_error_drops_the_other_futures_and_what_was_given() {
    let trace = Trace::new();
    let result = try_join!(
        later(&trace, "a", 5, Ok(1)),
        later(&trace, "b", 1, Ok(Counted::new(&trace, "output of b"))),
        later(&trace, "c", 2, Err::<u32, _>("broken")),
        later(&trace, "d", 5, Ok(())),
    );
    trace.add(result.unwrap_err());
    let expected = [
        "b ready",
        "b dropped",
        "c ready",
        "c dropped",
        "a dropped",
        "output of b dropped",
        "d dropped",
        "broken",
    ];
    assert_eq!(trace, expected);
}

//! Groups that end for the failure of one member.

use std::time::Duration;

use coweave::{TaskGroup, sleep};

use crate::support::{Trace, outcome};

async fn fails_after(seconds: u64) -> Result<u64, String> {
    sleep(Duration::from_secs(seconds)).await;
    if seconds == 2 { Err("two".to_owned()) } else { Ok(seconds) }
}

async fn ends<T: std::fmt::Debug + 'static>(group: TaskGroup<T>) -> Trace {
    let trace = Trace::new();
    while let Some((_, result)) = group.join_next().await {
        trace.add(outcome(&result));
    }
    trace
}

#[coweave::test]
async fn the_first_err_cancels_the_rest() {
    let group = TaskGroup::new().cancel_on_error(true);
    for n in 1..=4 {
        group.spawn(fails_after(n)).await;
    }
    assert_eq!(ends(group).await, ["Ok(1)", "Err(\"two\")", "cancelled", "cancelled"]);
}

#[coweave::test]
async fn a_panic_cancels_the_rest_and_an_err_alone_does_not() {
    let group = TaskGroup::new().cancel_on_failure(true);
    for n in [1, 2, 4] {
        group.spawn(fails_after(n)).await;
    }
    group
        .spawn(async {
            sleep(Duration::from_secs(3)).await;
            panic!("three")
        })
        .await;
    assert_eq!(ends(group).await, ["Ok(1)", "Err(\"two\")", "5 panicked: three", "cancelled"]);
}

#[coweave::test]
async fn at_first_a_failure_is_a_result_as_any() {
    let group = TaskGroup::new();
    group.spawn(async { panic!("one") }).await;
    group.spawn(fails_after(3)).await;
    assert_eq!(ends(group).await, ["2 panicked: one", "Ok(3)"]);
}

#[coweave::test]
async fn a_cancelled_member_is_no_failure() {
    let group = TaskGroup::new().cancel_on_failure(true);
    group.spawn(std::future::pending()).await;
    group.cancel_all();
    group.spawn(fails_after(1)).await;
    assert_eq!(ends(group).await, ["cancelled", "Ok(1)"]);
}

#[coweave::test]
async fn what_is_spawned_after_a_failure_runs_until_the_next() {
    let group = TaskGroup::new().cancel_on_failure(true);
    group.spawn(async { panic!("first") }).await;
    drop(group.join_next().await);
    group.spawn(fails_after(1)).await;
    group.spawn(fails_after(5)).await;
    group
        .spawn(async {
            sleep(Duration::from_secs(3)).await;
            panic!("second")
        })
        .await;
    assert_eq!(ends(group).await, ["Ok(1)", "5 panicked: second", "cancelled"]);
}

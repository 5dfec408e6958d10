//! Limits on what is awaited.

use std::time::Duration;

use coweave::{Elapsed, Instant, sleep, timeout, timeout_at};

use crate::support::{Trace, ms};

#[coweave::test]
async fn the_same_limit_elapses_as_often_as_it_is_set() {
    let start = Instant::now();
    for n in 1..=3 {
        assert!(timeout(ms(10), std::future::pending::<()>()).await.is_err());
        assert_eq!(start.elapsed(), ms(10 * n));
    }
}

#[coweave::test]
async fn a_limit_that_was_met_does_not_elapse_later() {
    let start = Instant::now();
    timeout(ms(20), sleep(ms(10))).await.unwrap();
    sleep(ms(40)).await;
    assert_eq!(start.elapsed(), ms(50));
}

#[coweave::test]
async fn a_limit_that_was_given_up_does_not_elapse() {
    let mut limited = Box::pin(timeout(ms(10), std::future::pending::<()>()));
    assert!(futures::poll!(&mut limited).is_pending());
    drop(limited);
    let start = Instant::now();
    sleep(ms(30)).await;
    assert_eq!(start.elapsed(), ms(30));
}

#[coweave::test]
async fn what_comes_instead_of_a_value_is_the_callers_choice() {
    let of = async |limit, length| {
        timeout(ms(limit), async move {
            sleep(ms(length)).await;
            "done"
        })
        .await
    };
    assert_eq!(of(10, 20).await.unwrap_or("instead"), "instead");
    assert_eq!(of(20, 10).await.unwrap_or("instead"), "done");
    assert_eq!(of(10, 20).await.map_err(|_: Elapsed| "takes too long"), Err("takes too long"));
}

#[coweave::test]
async fn an_error_of_what_is_limited_is_not_the_limits() {
    let fails = timeout(ms(10), async {
        sleep(ms(5)).await;
        "x".parse::<u32>()
    });
    assert!(fails.await.expect("it is in time").is_err());
}

#[coweave::test]
async fn no_limit_is_the_longest() {
    for limit in [None, Some(ms(20))] {
        timeout(limit.unwrap_or(Duration::MAX), sleep(ms(10))).await.unwrap();
    }
}

/// Two limits, one inside the other: what elapses, when, and whether what follows the inner one still
/// runs.
#[coweave::coroutine]
fn nested(trace: Trace, outer: u64, inner: u64) {
    let start = Instant::now();
    let inside = trace.clone();
    let result = timeout(ms(outer), async move {
        let result = timeout(ms(inner), sleep(ms(1000))).await;
        inside.add(format!("inner elapsed: {}", result.is_err()));
        sleep(ms(1)).await;
        inside.add("goes on");
    })
    .await;
    let after = start.elapsed().as_millis();
    trace.add(format!("outer elapsed: {} after {after} ms", result.is_err()));
}

#[coweave::test]
async fn of_nested_limits_the_shorter_elapses_and_the_other_stays() {
    let trace = Trace::new();
    nested(trace.clone(), 10, 100).await;
    nested(trace.clone(), 100, 10).await;
    nested(trace.clone(), 10, 10).await;
    assert_eq!(
        trace,
        [
            "outer elapsed: true after 10 ms",
            "inner elapsed: true",
            "goes on",
            "outer elapsed: false after 11 ms",
            "inner elapsed: true",
            "outer elapsed: true after 10 ms"
        ]
    );
}

#[coweave::test]
async fn one_deadline_for_several_waits_is_kept_by_all_of_them() {
    let deadline = Instant::now() + ms(25);
    let mut done = 0;
    while timeout_at(deadline, sleep(ms(10))).await.is_ok() {
        done += 1;
    }
    assert_eq!((done, Instant::now()), (2, deadline));
}

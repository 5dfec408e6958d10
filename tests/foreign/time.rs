//! Timeouts, intervals and idle waits under other executors, and others' combinators around them.

use std::future::pending;
use std::time::Duration;

use coweave::{Elapsed, Instant, MissedTicks, idle, interval, sleep, spawn, timeout, yield_now};
use futures::future::join_all;
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};

use crate::support::{MS, Trace, on_both_clocks, under_each_executor, virtual_scheduler};

#[coweave::coroutine]
fn limits(ms: u32, limit: u32) -> Result<u32, Elapsed> {
    timeout(MS * limit, async move {
        sleep(MS * ms).await;
        ms
    })
    .await
}

#[coweave::coroutine]
fn uses_time() -> String {
    let start = Instant::now();
    let in_time = limits(1, 10_000).await;
    let elapsed = timeout(MS * 3, pending::<()>()).await;
    let mut ticks = interval(MS).with_missed_ticks(MissedTicks::Delay);
    for _ in 0..3 {
        ticks.tick().await;
    }
    idle().await;
    format!("{in_time:?} {elapsed:?} {}", start.elapsed() >= MS * 6)
}

#[test]
fn timeouts_intervals_and_idle_waits_end_under_each_executor() {
    let traces = under_each_executor(|trace| async move { trace.add(uses_time().await) });
    for trace in traces {
        assert_eq!(trace, ["Ok(1) Err(Elapsed(())) true"]);
    }
}

#[test]
fn timeouts_in_others_combinators_keep_to_the_schedulers_clock() {
    let traces = on_both_clocks(async |trace| {
        let start = Instant::now();
        let joined = join_all((0..20).map(|n| limits(if n < 10 { 1 } else { 90_000 }, 30))).await;
        trace.add(joined.iter().filter(|result| result.is_ok()).count());
        trace.add(start.elapsed() >= MS * 30);
        let mut limited: FuturesUnordered<_> =
            [90_000, 1, 90_000].map(|ms| limits(ms, 20)).into_iter().collect();
        while let Some(result) = limited.next().await {
            trace.add(format!("{result:?}"));
        }
    });
    assert_eq!(traces, [["10", "true", "Ok(1)", "Err(Elapsed(()))", "Err(Elapsed(()))"]; 2]);
}

#[test]
fn a_select_of_tokio_drops_a_timeout_a_tick_and_an_idle_wait() {
    let traces = on_both_clocks(async |trace| {
        let mut ticks = interval(Duration::from_secs(3600));
        ticks.tick().await;
        for _ in 0..100 {
            let other = spawn(yield_now());
            tokio::select! {
                biased;
                _ = timeout(Duration::from_secs(3600), pending::<()>()) => trace.add("elapsed"),
                _ = ticks.tick() => trace.add("ticked"),
                () = idle() => trace.add("idle"),
                result = other => drop(result),
            }
        }
        trace.add("done");
    });
    assert_eq!(traces, [["done"]; 2]);
}

#[test]
fn tokios_stream_of_an_interval_and_its_timeout_work_in_our_tasks() {
    let trace = Trace::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let taken: Vec<Instant> = interval(MS).take(3).collect().await;
        trace.add(taken.windows(2).all(|pair| pair[1] - pair[0] == MS));
        let theirs = tokio::time::timeout(MS * 2, idle()).await;
        trace.add(theirs.is_ok());
        let ours = timeout(Duration::from_secs(3600), tokio::time::sleep(MS)).await;
        trace.add(ours.is_ok());
    });
    assert_eq!(trace, ["true", "true", "true"]);
}

#[test]
fn a_shared_timeout_ends_for_all_who_wait() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    scheduler.run(async {
        let shared = timeout(MS * 10, pending::<()>()).shared();
        let tasks: Vec<_> = (0..3).map(|_| spawn(shared.clone())).collect();
        for task in tasks {
            trace.add(format!("{:?}", task.await.unwrap()));
        }
    });
    trace.add(format!("{:?}", scheduler.now()));
    assert_eq!(
        trace,
        ["Err(Elapsed(()))", "Err(Elapsed(()))", "Err(Elapsed(()))", "Instant(10ms)"]
    );
}

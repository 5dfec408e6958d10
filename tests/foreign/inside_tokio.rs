//! Our scheduler and tokio's runtime beside and within each other.

use std::time::Duration;

use coweave::{Instant, sleep, spawn};
use tokio::runtime::{Builder, Runtime};

use crate::support::{MS, Trace, on_both_clocks, system_scheduler};

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap()
}

#[test]
fn futures_of_a_tokio_runtime_are_awaited_in_our_tasks() {
    let runtime = runtime();
    let traces = on_both_clocks(async |trace| {
        let entered = runtime.enter();
        let slept = spawn(tokio::time::sleep(MS * 2));
        drop(entered);
        let spawned = runtime.spawn(async {
            tokio::time::sleep(MS).await;
            5
        });
        trace.add(spawned.await.unwrap());
        slept.await.unwrap();
        let blocking = runtime.spawn_blocking(|| 6);
        trace.add(blocking.await.unwrap());
    });
    assert_eq!(traces, [["5", "6"]; 2]);
}

#[test]
fn our_scheduler_runs_on_a_blocking_thread_of_tokio() {
    let trace = Trace::new();
    let runtime = runtime();
    let output = runtime.block_on(async {
        let blocking = tokio::task::spawn_blocking(|| {
            system_scheduler().run(async {
                let ours = spawn(async {
                    sleep(MS).await;
                    1
                });
                let theirs = tokio::spawn(async { 2 });
                ours.await.unwrap() + theirs.await.unwrap()
            })
        });
        blocking.await.unwrap()
    });
    trace.add(output);
    assert_eq!(trace, ["3"]);
}

#[test]
fn a_task_of_ours_is_joined_and_cancelled_by_a_task_of_tokio() {
    let trace = Trace::new();
    let runtime = runtime();
    let mut scheduler = system_scheduler();
    let joined = scheduler.spawn(async {
        sleep(MS).await;
        1
    });
    let stuck = scheduler.spawn(std::future::pending::<()>());
    let external = scheduler.handle().external();
    let theirs = runtime.spawn(async move {
        let output = joined.await.unwrap();
        stuck.cancel();
        let is_cancelled = stuck.await.unwrap_err().is_cancelled();
        drop(external);
        (output, is_cancelled)
    });
    trace.add(format!("{:?}", scheduler.run(theirs).unwrap()));
    assert_eq!(trace, ["(1, true)"]);
}

#[test]
fn a_timeout_of_tokio_drops_our_sleep() {
    let trace = Trace::new();
    runtime().block_on(async {
        let start = Instant::now();
        let long = tokio::time::timeout(MS, sleep(Duration::from_secs(3600)));
        trace.add(long.await.is_err());
        let short = tokio::time::timeout(Duration::from_secs(3600), sleep(MS));
        trace.add(short.await.is_ok());
        trace.add(start.elapsed() >= MS * 2);
    });
    assert_eq!(trace, ["true", "true", "true"]);
}

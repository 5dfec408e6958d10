//! The first of several futures; what becomes of the others.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use coweave::{Instant, Scheduler, park, sleep, spawn, task, yield_now};
use futures::future::{Aborted, Either, FutureExt, abortable, select};
use futures::stream::{AbortHandle, StreamExt};

use crate::support::{MS, Trace, on_both_clocks, virtual_scheduler};

const HOUR: Duration = Duration::from_secs(3600);

/// Where the virtual clock stands once no timer is left.
fn idle_at(scheduler: &mut Scheduler) -> String {
    scheduler.run_until_idle();
    format!("{:?}", scheduler.run(async { Instant::now() }))
}

/// A timeout, as one builds it by hand.
async fn within<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    match select(pin!(future), sleep(limit)).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(((), _)) => None,
    }
}

/// The same as a coroutine.
#[coweave::coroutine]
fn within_too<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    match select(Box::pin(future), sleep(limit)).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(((), _)) => None,
    }
}

#[test]
fn the_losers_of_a_select_leave_no_timer() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    scheduler.run(async {
        let mut slow = pin!(sleep(HOUR).fuse());
        let mut handle = spawn(sleep(MS)).fuse();
        futures::select! {
            () = slow => trace.add("slow"),
            joined = handle => trace.add(format!("joined {}", joined.is_ok())),
        }
        futures::select_biased! {
            () = slow => trace.add("slow"),
            () = sleep(MS).fuse() => trace.add("quick"),
        }
    });
    trace.add(idle_at(&mut scheduler));
    assert_eq!(trace, ["joined true", "quick", "Instant(2ms)"]);
}

#[test]
fn a_timeout_built_by_hand_ends_either_way_and_leaves_no_timer() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    scheduler.run(async {
        trace.add(format!("{:?}", within(HOUR, sleep(MS)).await));
        trace.add(format!("{:?}", within(MS, sleep(HOUR)).await));
        trace.add(format!("{:?}", within_too(HOUR, sleep(MS)).await));
        trace.add(format!("{:?}", within_too(MS, park()).await));
        trace
            .add(format!("{:?}", within_too(MS, within(HOUR, std::future::pending::<()>())).await));
        for _ in 0..1000 {
            within(HOUR, yield_now()).await.unwrap();
        }
    });
    trace.add(idle_at(&mut scheduler));
    let (some, none) = ("Some(())", "None");
    assert_eq!(trace, [some, none, some, none, none, "Instant(5ms)"]);
}

#[test]
fn a_timeout_around_a_join_cancels_nothing_by_itself() {
    let traces = on_both_clocks(async |trace| {
        let mut slow = spawn(async {
            sleep(MS * 100).await;
            4
        });
        trace.add(within(MS, &mut slow).await.is_none());
        trace.add(slow.await.unwrap());
    });
    assert_eq!(traces, [["true", "4"]; 2]);
}

#[test]
fn a_park_that_lost_a_select_leaves_the_permit() {
    let traces = on_both_clocks(async |trace| {
        let unparker = task::current().unparker();
        trace.add(within(MS, park()).await.is_none());
        unparker.unpark();
        trace.add(within(MS * 1000, park()).await.is_some());
    });
    assert_eq!(traces, [["true", "true"]; 2]);
}

#[test]
fn a_select_in_a_loop_keeps_what_it_did_not_take() {
    let traces = on_both_clocks(async |trace| {
        let (send, mut receive) = futures::channel::mpsc::unbounded();
        let sender = spawn(async move {
            for n in 0..3 {
                sleep(MS * 4).await;
                send.unbounded_send(n).unwrap();
            }
        });
        let mut deadline = pin!(sleep(MS * 1000).fuse());
        loop {
            futures::select! {
                item = receive.next() => match item {
                    Some(n) => trace.add(n),
                    None => break,
                },
                () = deadline => trace.add("too late"),
            }
        }
        sender.await.unwrap();
    });
    assert_eq!(traces, [["0", "1", "2"]; 2]);
}

#[test]
fn an_aborted_sleep_ends_at_once_and_leaves_no_timer() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    scheduler.run(async {
        let (sleeps, handle) = abortable(sleep(HOUR));
        let sleeper = spawn(sleeps);
        sleep(MS).await;
        AbortHandle::abort(&handle);
        trace.add(sleeper.await.unwrap() == Err(Aborted));
    });
    trace.add(idle_at(&mut scheduler));
    assert_eq!(trace, ["true", "Instant(1ms)"]);
}

#[test]
fn a_panic_caught_by_a_foreign_future_leaves_the_task_alone() {
    let traces = on_both_clocks(async |trace| {
        let panics = async {
            sleep(MS).await;
            std::panic::resume_unwind(Box::new(5_u8));
        };
        let caught = std::panic::AssertUnwindSafe(panics).catch_unwind().await;
        trace.add(caught.map(|(): ()| ()).unwrap_err().is::<u8>());
        sleep(MS).await;
        trace.add(spawn(async { 6 }).await.unwrap());
    });
    assert_eq!(traces, [["true", "6"]; 2]);
}

//! The thread that wakes sleepers where no scheduler runs; these tests are about the system's clock.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use coweave::{Instant, Sleep, sleep, sleep_until};
use futures::FutureExt;
use futures::executor::block_on;
use futures::future::join_all;
use futures::stream::{FuturesUnordered, StreamExt};

use crate::support::{MS, Trace, under_each_executor};

const HOUR: Duration = Duration::from_secs(3600);

/// Counts the wakes; how many wakers there are is the count of the `Arc`.
#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn poll_once(sleep: &mut Sleep, waker: &Waker) -> Poll<()> {
    Pin::new(sleep).poll(&mut Context::from_waker(waker))
}

#[test]
fn thousands_of_sleeps_at_once_all_end_and_none_early() {
    let traces = under_each_executor(async |trace| {
        let sleeps = (0..3000_u32).map(|n| {
            let duration = Duration::from_micros(u64::from(n * 7919 % 20_000));
            async move {
                let start = Instant::now();
                sleep(duration).await;
                start.elapsed() < duration
            }
        });
        let early = join_all(sleeps).await;
        trace.add(format!("{} early of {}", early.iter().filter(|it| **it).count(), early.len()));
    });
    assert_eq!(traces, vec![["0 early of 3000"]; 7]);
}

#[test]
fn sleeps_end_in_the_order_of_their_deadlines() {
    let trace = Trace::new();
    let start = Instant::now();
    let set: FuturesUnordered<_> = (0..300_u32)
        .map(|n| n * 131 % 300)
        .map(|n| sleep_until(start + MS * 10 + MS * n / 10).map(move |()| n))
        .collect();
    let order = block_on(set.collect::<Vec<_>>());
    trace.add(order.is_sorted());
    trace.add(order.len());
    assert_eq!(trace, ["true", "300"]);
}

#[test]
fn a_shorter_sleep_set_later_is_not_held_up_by_a_longer_one() {
    let trace = Trace::new();
    let long = Arc::new(Wakes::default());
    let waker = Waker::from(long.clone());
    let mut first = sleep(HOUR);
    trace.add(poll_once(&mut first, &waker).is_pending());
    block_on(sleep(MS));
    trace.add(long.0.load(Ordering::Relaxed));
    assert_eq!(trace, ["true", "0"]);
}

#[test]
fn cancelled_sleeps_leave_nothing_behind() {
    let trace = Trace::new();
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(wakes.clone());
    let mut sleeps: Vec<Sleep> = (0..5000).map(|n| sleep(HOUR + MS * (n % 100))).collect();
    let is_pending = sleeps.iter_mut().all(|sleep| poll_once(sleep, &waker).is_pending());
    trace.add(is_pending);
    // Each timer holds a waker; ours and the first stand apart.
    trace.add(Arc::strong_count(&wakes) - 2);
    sleeps.truncate(1000);
    trace.add(Arc::strong_count(&wakes) - 2);
    std::thread::spawn(move || drop(sleeps)).join().unwrap();
    trace.add(Arc::strong_count(&wakes) - 2);
    trace.add(wakes.0.load(Ordering::Relaxed));
    assert_eq!(trace, ["true", "5000", "1000", "0", "0"]);
}

#[test]
fn a_sleep_polled_with_another_waker_wakes_that_one_alone() {
    let trace = Trace::new();
    let (first, second) = (Arc::new(Wakes::default()), Arc::new(Wakes::default()));
    let mut sleeps = sleep(MS * 50);
    trace.add(poll_once(&mut sleeps, &Waker::from(first.clone())).is_pending());
    trace.add(poll_once(&mut sleeps, &Waker::from(second.clone())).is_pending());
    trace.add(Arc::strong_count(&first));
    block_on(sleep(MS * 60));
    trace.add(format!("{:?} {:?}", first.0, second.0));
    trace.add(poll_once(&mut sleeps, Waker::noop()).is_ready());
    assert_eq!(trace, ["true", "true", "1", "0 1", "true"]);
}

#[test]
fn timeouts_that_lose_leave_nothing_behind() {
    let trace = Trace::new();
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(wakes.clone());
    for _ in 0..1000 {
        let mut both = futures::future::select(std::future::ready(()), sleep(HOUR));
        let mut reversed = futures::future::select(sleep(HOUR), std::future::ready(()));
        let mut cx = Context::from_waker(&waker);
        assert!(both.poll_unpin(&mut cx).is_ready() && reversed.poll_unpin(&mut cx).is_ready());
    }
    trace.add(Arc::strong_count(&wakes) - 2);
    assert_eq!(trace, ["0"]);
}

//! Clocks of the user's: clamped for each scheduler, and obeyed by it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use std::time::Duration;

use coweave::{Clock, Instant, Scheduler, interval, sleep, sleep_until, spawn, timeout, yield_now};

use crate::support::{Trace, on_thread, start_thread};

const MS: Duration = Duration::from_millis(1);

fn scheduler(clock: impl Clock) -> Scheduler {
    Scheduler::builder().clock(clock).build().expect("the set-up is valid")
}

/// Goes on by a millisecond whenever it is looked at, so that nobody need wait.
#[derive(Clone, Default)]
struct Counting(Arc<AtomicU64>);

impl Clock for Counting {
    fn now(&self) -> Duration {
        Duration::from_millis(self.0.fetch_add(1, Ordering::Relaxed))
    }

    fn real_time_until(&self, _: Duration) -> Duration {
        Duration::ZERO
    }
}

#[test]
fn a_scheduler_obeys_the_clock_that_it_was_given() {
    let trace = Trace::new();
    let clock = Counting::default();
    let mut scheduler = scheduler(clock.clone());
    scheduler.run(async {
        let start = Instant::now();
        let late = spawn(async move {
            sleep(Duration::from_secs(36)).await;
            start.elapsed() >= Duration::from_secs(36)
        });
        sleep(Duration::from_secs(6)).await;
        trace.add(start.elapsed() >= Duration::from_secs(6));
        trace.add(late.is_finished());
        trace.add(timeout(Duration::from_secs(1), yield_now()).await.is_ok());
        trace.add(timeout(Duration::from_secs(1), sleep(Duration::from_secs(99))).await.is_err());
        let mut ticks = interval(Duration::from_secs(5));
        let (first, second) = (ticks.tick().await, ticks.tick().await);
        trace.add(format!("{:?}", second - first));
        trace.add(late.await.unwrap());
    });
    trace.add(clock.0.load(Ordering::Relaxed) > 36_000);
    assert_eq!(trace, ["true", "false", "true", "true", "5s", "true", "true"]);
}

/// Every second reading is a second before the last.
#[derive(Default)]
struct Backwards(AtomicU64);

impl Clock for Backwards {
    fn now(&self) -> Duration {
        let count = self.0.fetch_add(1, Ordering::Relaxed);
        Duration::from_secs(10) + MS * u32::try_from(count).unwrap()
            - Duration::from_secs(count % 2)
    }

    fn real_time_until(&self, _: Duration) -> Duration {
        Duration::ZERO
    }
}

#[test]
fn a_clock_that_goes_backwards_stands_still_for_its_tasks() {
    let trace = Trace::new();
    let mut scheduler = scheduler(Backwards::default());
    scheduler.run(async {
        let mut last = Instant::now();
        let mut went_back = 0;
        for _ in 0..1000 {
            let now = Instant::now();
            went_back += u32::from(now < last);
            last = now;
        }
        trace.add(format!("{went_back} back"));
        let mut early = 0;
        for n in 0..50 {
            let start = Instant::now();
            sleep(MS * n).await;
            early += u32::from(start.elapsed() < MS * n);
        }
        trace.add(format!("{early} early"));
        let start = Instant::now();
        let limited = timeout(MS * 30, std::future::pending::<()>()).await;
        trace.add(format!("{} {}", limited.is_err(), start.elapsed() >= MS * 30));
    });
    assert_eq!(trace, ["0 back", "0 early", "true true"]);
}

/// On each thread another time: its maker's is an hour ahead.
#[derive(Clone)]
struct PerThread {
    ahead: ThreadId,
    start: std::time::Instant,
}

impl Clock for PerThread {
    fn now(&self) -> Duration {
        let hour = Duration::from_secs(3600);
        let ahead = if thread::current().id() == self.ahead { hour } else { Duration::ZERO };
        self.start.elapsed() + ahead
    }
}

#[test]
fn deadlines_from_a_clock_that_differs_between_threads_travel_as_values() {
    let trace = Trace::new();
    let clock = PerThread { ahead: thread::current().id(), start: std::time::Instant::now() };
    let mut here = scheduler(clock.clone());
    let start = here.now();
    // What is in this thread's past may be in another's future, and the other way round.
    let (there_start, result) = on_thread("behind", move || {
        let mut there = scheduler(clock);
        let there_start = there.now();
        let behind = there.run(async move {
            let since = start.elapsed();
            let limited = timeout(MS * 5, sleep_until(start)).await;
            format!("{since:?} {limited:?}")
        });
        (there_start, behind)
    });
    trace.add(result);
    trace.add(there_start < start);
    here.run(async {
        sleep_until(there_start + MS).await;
        trace.add(there_start.elapsed() >= Duration::from_secs(3500));
    });
    assert_eq!(trace, ["0ns Err(Elapsed(()))", "true", "true"]);
}

#[test]
fn a_sleep_moved_to_a_thread_whose_clock_is_behind_never_ends_early_by_that_clock() {
    let trace = Trace::new();
    let clock = PerThread { ahead: thread::current().id(), start: std::time::Instant::now() };
    let mut here = scheduler(clock.clone());
    let (half, deadline) = here.run(async {
        let mut half = Box::pin(sleep(Duration::from_secs(60)));
        assert!(futures::poll!(&mut half).is_pending());
        let deadline = half.deadline();
        (half, deadline)
    });
    let on_other = on_thread("behind", move || {
        let mut there = scheduler(clock);
        let limited = there.run(timeout(MS * 5, half));
        format!("{limited:?} {}", there.now() < deadline)
    });
    trace.add(on_other);
    assert_eq!(trace, ["Err(Elapsed(())) true"]);
}

/// Set by hand.
#[derive(Clone, Default)]
struct ByHand(Arc<Mutex<Duration>>);

impl Clock for ByHand {
    fn now(&self) -> Duration {
        *self.0.lock().unwrap()
    }
}

#[test]
fn a_worker_looks_at_a_clock_that_jumps_when_something_is_sent() {
    let trace = Trace::new();
    let clock = ByHand::default();
    let mut scheduler = scheduler(clock.clone());
    let handle = scheduler.handle();
    let thread = start_thread("clock", move || {
        thread::sleep(MS * 10);
        *clock.0.lock().unwrap() = Duration::from_secs(100_000);
        drop(handle.spawn(async {}));
    });
    let start = scheduler.now();
    scheduler.run(sleep(Duration::from_secs(50_000)));
    trace.add(format!("{:?}", scheduler.now() - start));
    thread.join().unwrap();
    assert_eq!(trace, ["100000s"]);
}

#[test]
fn a_clock_near_the_end_of_time_saturates() {
    let trace = Trace::new();
    let clock = ByHand::default();
    *clock.0.lock().unwrap() = Duration::MAX;
    let mut scheduler = scheduler(clock);
    let end = scheduler.now();
    trace.add(end + MS == end);
    trace.add(end.checked_add(MS).is_none());
    scheduler.run(sleep_until(end - MS));
    trace.add("slept");
    assert_eq!(trace, ["true", "true", "slept"]);
}

#[test]
fn what_is_said_last_of_the_clock_counts() {
    let trace = Trace::new();
    let hour = Duration::from_secs(3600);
    let mut given = Scheduler::builder().virtual_time().clock(Counting::default()).build().unwrap();
    given.run(sleep(MS * 5));
    trace.add(given.now() < given.now());
    let mut own = Scheduler::builder().clock(Counting::default()).virtual_time().build().unwrap();
    own.run(sleep(hour));
    trace.add(format!("{:?}", own.now()));
    assert_eq!(trace, ["true", "Instant(3600s)"]);
}

#[test]
fn instants_can_be_checked() {
    let trace = Trace::new();
    let now = crate::support::virtual_scheduler().now();
    let later = now + MS * 5;
    trace.add(format!("{:?}", later.checked_duration_since(now)));
    trace.add(format!("{:?}", now.checked_duration_since(later)));
    trace.add(format!("{:?}", now.saturating_duration_since(later)));
    trace.add(format!("{:?} {:?}", now.checked_sub(MS), later.checked_sub(MS * 5)));
    trace.add(format!("{:?} {:?}", now.checked_add(MS), now.checked_add(Duration::MAX)));
    trace.add(now.max(later) == later);
    assert_eq!(
        trace,
        ["Some(5ms)", "None", "0ns", "None Some(Instant(0ns))", "Some(Instant(1ms)) None", "true"]
    );
}

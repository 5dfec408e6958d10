//! A clock of the user's that panics, wherever the scheduler reads it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use coweave::{Clock, Scheduler, park, sleep, spawn_local, yield_now};

/// Panics once, when it has been read so many times.
struct Panicking(Arc<AtomicI64>);

impl Clock for Panicking {
    fn now(&self) -> Duration {
        let left = self.0.fetch_sub(1, Ordering::Relaxed);
        assert_ne!(left, 0, "the clock is broken");
        Duration::from_millis(left.unsigned_abs())
    }

    fn real_time_until(&self, _: Duration) -> Duration {
        Duration::ZERO
    }
}

struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[coweave::coroutine]
fn ends(kind: u32, frame: Counted, output: Counted) -> Counted {
    let _frame = frame;
    match kind {
        0 => {}
        1 => park().await,
        2 => yield_now().await,
        _ => sleep(Duration::from_millis(1)).await,
    }
    output
}

#[test]
fn a_clock_that_panics_ends_the_run_and_harms_no_task() {
    let mut panicked = 0;
    for reading in 1..60 {
        let dropped = Arc::new(AtomicUsize::new(0));
        let left = Arc::new(AtomicI64::new(reading));
        let mut scheduler =
            Scheduler::builder().clock(Panicking(Arc::clone(&left))).build().expect("it is valid");
        let mut built = 0;
        // Kept, so that their slots are not used again.
        let mut handles = Vec::new();
        for _ in 0..3 {
            let run = catch_unwind(AssertUnwindSafe(|| {
                scheduler.run(async {
                    // While no timer is set, the clock is read when the first task of a turn parks.
                    for kind in [0, 0, 1, 0, 0, 1, 2, 3, 1, 0, 3] {
                        built += 2;
                        let [frame, output] = [Counted(dropped.clone()), Counted(dropped.clone())];
                        handles.push(spawn_local(ends(kind, frame, output)));
                        for _ in 0..if kind == 1 { 70 } else { 0 } {
                            yield_now().await;
                        }
                    }
                    sleep(Duration::from_millis(2)).await;
                });
            }));
            panicked += usize::from(run.is_err());
        }
        drop(scheduler);
        drop(handles);
        assert_eq!(dropped.load(Ordering::Relaxed), built, "reading {reading}");
    }
    assert!(panicked > 20, "the clock was read seldom: {panicked}");
}

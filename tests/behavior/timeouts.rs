//! Timeouts: what is ready wins, what elapses is dropped first, and nothing ends early.

use std::future::{pending, ready};
use std::time::Duration;

use coweave::{
    Elapsed, Instant, JoinHandle, Timeout, WaitsFor, idle, park, sleep, sleep_until, spawn,
    timeout, timeout_at, yield_now,
};
use futures::executor::block_on;
use futures::future::join_all;

use crate::support::{
    Bomb, Counted, Slot, Trace, forget, on_thread, outcome, panic_text, virtual_scheduler,
};

const MS: Duration = Duration::from_millis(1);

#[coweave::coroutine]
fn holds(counted: Counted, ms: u32) -> u32 {
    sleep(MS * ms).await;
    counted.touch();
    ms
}

#[coweave::coroutine]
fn limited(trace: Trace, limit: u32, ms: u32) {
    let start = Instant::now();
    let result = timeout(MS * limit, holds(Counted::new(&trace, "frame"), ms)).await;
    trace.add(format!("{result:?} after {:?}", start.elapsed()));
}

#[coweave::test]
async fn a_timeout_gives_the_output_or_drops_the_future_first() {
    let trace = Trace::new();
    limited(trace.clone(), 10, 5).await;
    limited(trace.clone(), 10, 20).await;
    assert_eq!(
        trace,
        ["frame dropped", "Ok(5) after 5ms", "frame dropped", "Err(Elapsed(())) after 10ms"]
    );
}

#[coweave::test]
async fn the_same_in_async_blocks() {
    let trace = Trace::new();
    let start = Instant::now();
    let result = timeout(MS * 10, async { holds(Counted::new(&trace, "frame"), 5).await }).await;
    trace.add(format!("{result:?} after {:?}", start.elapsed()));
    let result = timeout(MS * 10, async { holds(Counted::new(&trace, "frame"), 50).await }).await;
    trace.add(format!("{result:?} after {:?}", start.elapsed()));
    assert_eq!(
        trace,
        ["frame dropped", "Ok(5) after 5ms", "frame dropped", "Err(Elapsed(())) after 15ms"]
    );
}

#[coweave::coroutine]
fn ready_at_its_deadline(start: Instant) -> Result<(), Elapsed> {
    timeout_at(start + MS * 10, sleep_until(start + MS * 10)).await
}

#[coweave::test]
async fn a_future_that_is_ready_at_its_deadline_wins() {
    let trace = Trace::new();
    let start = Instant::now();
    trace.add(format!("{:?}", ready_at_its_deadline(start).await));
    // Ready only when the deadline passed long ago, and not polled in between.
    let late = timeout(MS, sleep(MS * 20));
    let mut late = Box::pin(late);
    trace.add(futures::poll!(&mut late).is_pending());
    sleep(MS * 50).await;
    trace.add(format!("{:?}", late.await));
    assert_eq!(trace, ["Ok(())", "true", "Ok(())"]);
}

#[test]
fn a_ready_future_sets_no_timer() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    scheduler.run(async {
        let mut kept: Vec<Timeout<_>> = (0..3).map(|n| timeout(MS * 5, ready(n))).collect();
        for limited in &mut kept {
            trace.add(format!("{:?}", limited.await));
        }
        // A timer that was left would take the clock along.
        forget(kept);
    });
    trace.add(scheduler.run_until_idle());
    trace.add(format!("{:?}", scheduler.now()));
    assert_eq!(trace, ["Ok(0)", "Ok(1)", "Ok(2)", "0", "Instant(0ns)"]);
}

#[test]
fn a_timeout_that_has_given_its_result_forgets_its_timer() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let kept = scheduler.run(async {
        let mut limited = Box::pin(timeout(Duration::from_secs(60), sleep(MS)));
        trace.add(format!("{:?}", limited.as_mut().await));
        limited
    });
    trace.add(scheduler.run_until_idle());
    trace.add(format!("{:?}", scheduler.now()));
    drop(kept);
    assert_eq!(trace, ["Ok(())", "0", "Instant(1ms)"]);
}

#[coweave::test]
async fn zero_and_what_has_passed_let_the_future_run_once_more() {
    let trace = Trace::new();
    let start = Instant::now();
    sleep(MS * 5).await;
    trace.add(format!("{:?}", timeout(Duration::ZERO, ready(1)).await));
    trace.add(format!("{:?}", timeout(Duration::ZERO, yield_now()).await));
    trace.add(format!("{:?}", timeout(Duration::ZERO, park()).await));
    trace.add(format!("{:?}", timeout_at(start, ready(2)).await));
    trace.add(format!("{:?}", timeout_at(start, pending::<()>()).await));
    trace.add(format!("{:?}", start.elapsed()));
    assert_eq!(trace, ["Ok(1)", "Ok(())", "Err(Elapsed(()))", "Ok(2)", "Err(Elapsed(()))", "5ms"]);
}

#[test]
fn the_longest_duration_never_elapses() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let year = Duration::from_secs(365 * 86_400);
    trace.add(format!("{:?}", scheduler.run(timeout(Duration::MAX, sleep(year)))));
    let deadlock = scheduler.try_run(timeout(Duration::MAX, park())).unwrap_err();
    trace.add(format!("{:?}", deadlock.tasks()[0].waits_for()));
    assert_eq!(trace, ["Ok(())", "Unpark"]);
}

#[coweave::test]
async fn the_innermost_of_nested_timeouts_elapses_alone() {
    let trace = Trace::new();
    let start = Instant::now();
    let inner = || timeout(MS * 10, pending::<()>());
    trace.add(format!("{:?}", timeout(MS * 20, inner()).await));
    trace.add(format!("{:?}", start.elapsed()));
    trace.add(format!("{:?}", timeout(MS * 5, inner()).await));
    trace.add(format!("{:?}", start.elapsed()));
    // Both at once: the inner one is ready, and that wins.
    trace.add(format!("{:?}", timeout(MS * 10, inner()).await));
    assert_eq!(
        trace,
        ["Ok(Err(Elapsed(())))", "10ms", "Err(Elapsed(()))", "15ms", "Ok(Err(Elapsed(())))"]
    );
}

#[coweave::coroutine]
fn joins_within(limit: Duration, handle: JoinHandle<u32>) -> String {
    match timeout(limit, handle).await {
        Ok(joined) => outcome(&joined),
        Err(elapsed) => elapsed.to_string(),
    }
}

#[coweave::test]
async fn a_handle_whose_timeout_elapses_detaches_its_task() {
    let trace = Trace::new();
    let quick = spawn(holds(Counted::new(&trace, "quick"), 5));
    let slow = spawn(holds(Counted::new(&trace, "slow"), 50));
    trace.add(joins_within(MS * 10, quick).await);
    trace.add(joins_within(MS * 10, slow).await);
    let mut borrowed = spawn(holds(Counted::new(&trace, "borrowed"), 80));
    trace.add(timeout(MS, &mut borrowed).await.is_err());
    trace.add(outcome(&borrowed.await));
    assert_eq!(
        trace,
        [
            "quick dropped",
            "5",
            "the deadline has passed",
            "true",
            "slow dropped",
            "borrowed dropped",
            "80"
        ]
    );
}

#[test]
fn a_timeout_dropped_half_way_drops_its_future_and_forgets_its_deadline() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    scheduler.run(async {
        let mut dropped = Box::pin(timeout(MS * 50, holds(Counted::new(&trace, "frame"), 90)));
        trace.add(futures::poll!(&mut dropped).is_pending());
        drop(dropped);
        let task = spawn(limited(trace.clone(), 50, 90));
        yield_now().await;
        task.cancel();
        trace.add(outcome(&task.await));
    });
    trace.add(scheduler.run_until_idle());
    trace.add(format!("{:?}", scheduler.now()));
    assert_eq!(trace, ["true", "frame dropped", "frame dropped", "cancelled", "0", "Instant(0ns)"]);
}

type Moved = std::pin::Pin<Box<Timeout<coweave::Sleep>>>;

async fn half_awaited(limit: u32, ms: u32) -> Moved {
    let mut limited = Box::pin(timeout(MS * limit, sleep(MS * ms)));
    assert!(futures::poll!(&mut limited).is_pending());
    limited
}

#[coweave::test]
async fn a_timeout_moved_to_another_task_ends_there() {
    let trace = Trace::new();
    let start = Instant::now();
    let slot: Slot<Moved> = Slot::new();
    let puts = slot.clone();
    spawn(async move { puts.put(half_awaited(10, 30).await) }).await.unwrap();
    let moved = slot.take();
    let task = spawn(async move { moved.await.map_err(|_| start.elapsed()) });
    trace.add(format!("{:?}", task.await.unwrap()));
    assert_eq!(trace, ["Err(10ms)"]);
}

#[test]
fn a_timeout_moved_to_a_scheduler_on_another_thread_follows_its_clock() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let (elapses, ends) =
        scheduler.run(async { (half_awaited(10, 30).await, half_awaited(30, 20).await) });
    let moved = on_thread("other", move || {
        let mut there = virtual_scheduler();
        let elapsed = there.run(elapses);
        let at = there.now();
        format!("{elapsed:?} at {at:?}, {:?} at {:?}", there.run(ends), there.now())
    });
    trace.add(moved);
    trace.add(scheduler.run_until_idle());
    trace.add(format!("{:?}", scheduler.now()));
    assert_eq!(
        trace,
        ["Err(Elapsed(())) at Instant(10ms), Ok(()) at Instant(20ms)", "0", "Instant(0ns)"]
    );
}

#[test]
fn a_timeout_works_under_a_foreign_executor() {
    let trace = Trace::new();
    let start = Instant::now();
    trace.add(format!("{:?}", block_on(timeout(MS * 500, sleep(MS)))));
    trace.add(format!("{:?}", block_on(timeout(MS * 5, pending::<()>()))));
    trace.add(start.elapsed() >= MS * 6);
    assert_eq!(trace, ["Ok(())", "Err(Elapsed(()))", "true"]);
}

#[coweave::test]
async fn a_hundred_timeouts_in_one_combinator_elapse_on_virtual_time() {
    let trace = Trace::new();
    let start = Instant::now();
    let limited = (0..100_u32).map(|n| timeout(MS * 50, sleep(MS * n)));
    let ended = join_all(limited).await.iter().filter(|result| result.is_ok()).count();
    trace.add(format!("{ended} ended after {:?}", start.elapsed()));
    assert_eq!(trace, ["51 ended after 50ms"]);
}

#[coweave::coroutine]
fn panics_after(counted: Counted, ms: u32) {
    sleep(MS * ms).await;
    counted.touch();
    panic!("no more");
}

#[test]
fn a_panic_in_the_future_passes_through_and_leaves_no_timer() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    scheduler.run(async {
        let task = spawn(timeout(MS * 50, panics_after(Counted::new(&trace, "frame"), 5)));
        trace.add(outcome(&task.await));
        // The future's destructor, when the deadline passes.
        let bomb = Bomb::new(&trace, "bomb");
        let task = spawn(timeout(MS, async move {
            let _bomb = bomb;
            pending::<()>().await;
        }));
        trace.add(outcome(&task.await));
    });
    trace.add(scheduler.run_until_idle());
    trace.add(format!("{:?}", scheduler.now()));
    assert_eq!(
        trace,
        [
            "frame dropped",
            "2 panicked: no more",
            "bomb dropped",
            "3 panicked: bomb went off",
            "0",
            "Instant(6ms)"
        ]
    );
}

#[test]
fn a_timeout_polled_after_its_result_says_so() {
    let trace = Trace::new();
    let mut limited = Box::pin(timeout(MS, ready(1)));
    trace.add(format!("{:?}", block_on(&mut limited)));
    trace.add(panic_text(|| block_on(&mut limited)));
    assert_eq!(trace, ["Ok(1)", "a Timeout was polled after it gave its result"]);
}

const FOREIGN: u32 = line!() + 4;

#[coweave::coroutine]
fn waits_for_a_foreign_future() {
    timeout(Duration::MAX, pending::<()>()).await.unwrap();
}

#[coweave::coroutine]
fn waits_for_an_unpark() {
    timeout(Duration::MAX, park()).await.unwrap();
}

#[test]
fn reports_say_what_is_waited_for_inside_a_timeout() {
    let trace = Trace::new();
    let deadlock = virtual_scheduler()
        .try_run(async {
            let stuck = [spawn(waits_for_a_foreign_future()), spawn(waits_for_an_unpark())];
            let joined = timeout(Duration::MAX, join_all(stuck)).await;
            drop(joined);
        })
        .unwrap_err();
    for task in &deadlock.tasks()[1..] {
        let site = task.suspended_at().unwrap();
        trace.add(format!("{:?} at line {}", task.waits_for(), site.line()));
        assert!(site.file().ends_with("timeouts.rs"));
    }
    trace.add(deadlock.to_string().contains("waiting for a waker or a timeout"));
    let joins = virtual_scheduler()
        .try_run(async { timeout(Duration::MAX, spawn(park())).await.map(drop) })
        .unwrap_err();
    let main = &joins.tasks()[0];
    trace.add(matches!(main.waits_for(), WaitsFor::Join(_)));
    trace.add(main.suspended_at().unwrap().file().ends_with("timeouts.rs"));
    assert_eq!(
        trace,
        vec![
            format!("Timeout at line {FOREIGN}"),
            format!("Unpark at line {}", FOREIGN + 5),
            "true".to_owned(),
            "true".to_owned(),
            "true".to_owned()
        ]
    );
}

#[coweave::test]
async fn an_idle_wait_can_be_limited() {
    let trace = Trace::new();
    let busy = spawn(async {
        loop {
            yield_now().await;
        }
    });
    trace.add(format!("{:?}", timeout(Duration::ZERO, idle()).await));
    busy.cancel();
    trace.add(format!("{:?}", timeout(MS, idle()).await));
    assert_eq!(trace, ["Err(Elapsed(()))", "Ok(())"]);
}

//! Intervals: no drift, no tick lost, and what becomes of missed ones.

use std::pin::Pin;
use std::time::Duration;

use coweave::{
    Instant, Interval, MissedTicks, WaitsFor, interval, interval_at, sleep, sleep_until, spawn,
    timeout, yield_now,
};
use futures::executor::block_on;
use futures::stream::StreamExt;

use crate::support::{
    Slot, Trace, on_thread, outcome, panic_text, start_thread, until_finished, virtual_scheduler,
};

const MS: Duration = Duration::from_millis(1);

#[coweave::coroutine]
fn ticks(trace: Trace, start: Instant, mut interval: Interval, count: u32) {
    for _ in 0..count {
        let due = interval.tick().await;
        trace.add(format!("{:?} at {:?}", due - start, start.elapsed()));
    }
}

#[coweave::test]
async fn an_interval_ticks_at_once_and_then_every_period() {
    let trace = Trace::new();
    let start = Instant::now();
    ticks(trace.clone(), start, interval(MS * 10), 3).await;
    ticks(trace.clone(), start, interval_at(start + MS * 25, MS * 10), 2).await;
    assert_eq!(
        trace,
        ["0ns at 0ns", "10ms at 10ms", "20ms at 20ms", "25ms at 25ms", "35ms at 35ms"]
    );
}

#[coweave::test]
async fn a_thousand_ticks_of_odd_length_do_not_drift() {
    let trace = Trace::new();
    let start = Instant::now();
    let mut interval = interval(Duration::from_nanos(1_000_001));
    for _ in 0..1000 {
        interval.tick().await;
        sleep(MS / 2).await;
    }
    trace.add(format!("{:?}", interval.tick().await - start));
    assert_eq!(trace, ["1.000001s"]);
}

/// Takes the first tick, is busy for so long, and takes four more.
async fn late(missed: MissedTicks, busy: Duration) -> String {
    let start = Instant::now();
    let mut interval = interval(MS * 10).with_missed_ticks(missed);
    interval.tick().await;
    sleep(busy).await;
    let mut taken = Vec::new();
    for _ in 0..4 {
        let due = interval.tick().await - start;
        taken.push(format!("{}@{}", due.as_millis(), start.elapsed().as_millis()));
    }
    taken.join(" ")
}

#[coweave::test]
async fn missed_ticks_come_in_a_burst_are_delayed_or_skipped() {
    let trace = Trace::new();
    for missed in [MissedTicks::Burst, MissedTicks::Delay, MissedTicks::Skip] {
        trace.add(late(missed, MS * 35).await);
    }
    assert_eq!(
        trace,
        ["10@35 20@35 30@35 40@40", "10@35 45@45 55@55 65@65", "10@35 40@40 50@50 60@60"]
    );
}

#[coweave::test]
async fn a_tick_that_is_late_but_not_missed_moves_no_other() {
    let trace = Trace::new();
    for missed in [MissedTicks::Burst, MissedTicks::Delay, MissedTicks::Skip] {
        trace.add(late(missed, MS * 17).await);
    }
    assert_eq!(trace, ["10@17 20@20 30@30 40@40"; 3]);
}

#[coweave::test]
async fn a_tick_taken_at_the_instant_of_a_later_one_leaves_that_one() {
    let trace = Trace::new();
    for missed in [MissedTicks::Burst, MissedTicks::Delay, MissedTicks::Skip] {
        trace.add(late(missed, MS * 20).await);
    }
    trace.add(late(MissedTicks::Skip, MS * 40).await);
    assert_eq!(
        trace,
        [
            "10@20 20@20 30@30 40@40",
            "10@20 20@20 30@30 40@40",
            "10@20 20@20 30@30 40@40",
            "10@40 40@40 50@50 60@60"
        ]
    );
}

#[coweave::test]
async fn overdue_ticks_let_others_run() {
    let trace = Trace::new();
    let mut interval = interval(MS);
    sleep(MS * 5).await;
    let inner = trace.clone();
    drop(spawn(async move {
        for round in 0..2 {
            inner.add(format!("other {round}"));
            yield_now().await;
        }
    }));
    for n in 0..3 {
        interval.tick().await;
        trace.add(format!("tick {n}"));
    }
    assert_eq!(trace, ["other 0", "other 1", "tick 0", "tick 1", "tick 2"]);
}

#[coweave::test]
async fn a_tick_that_is_dropped_half_way_is_not_lost() {
    let trace = Trace::new();
    let start = Instant::now();
    let mut interval = interval_at(start + MS * 10, MS * 10);
    trace.add(timeout(MS * 4, interval.tick()).await.is_err());
    trace.add(timeout(MS * 4, interval.tick()).await.is_err());
    trace.add(format!("{:?} at {:?}", interval.tick().await - start, start.elapsed()));
    assert_eq!(trace, ["true", "true", "10ms at 10ms"]);
}

#[test]
fn a_dropped_tick_and_a_dropped_interval_leave_no_timer() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let kept = scheduler.run(async {
        let mut kept = interval(Duration::from_secs(60));
        kept.tick().await;
        trace.add(futures::poll!(kept.tick()).is_pending());
        let mut dropped = interval(Duration::from_secs(60));
        dropped.tick().await;
        trace.add(futures::poll!(dropped.next()).is_pending());
        kept
    });
    trace.add(scheduler.run_until_idle());
    trace.add(format!("{:?}", scheduler.now()));
    drop(kept);
    assert_eq!(trace, ["true", "true", "0", "Instant(0ns)"]);
}

#[coweave::test]
async fn an_interval_starts_anew() {
    let trace = Trace::new();
    let start = Instant::now();
    let mut interval = interval(MS * 10);
    interval.tick().await;
    sleep(MS * 3).await;
    interval.reset();
    trace.add(format!("{:?}", interval.tick().await - start));
    interval.reset_at(start + MS * 50);
    trace.add(format!("{:?}", interval.tick().await - start));
    trace.add(format!("{:?}", interval.tick().await - start));
    // Also while somebody had waited for it.
    trace.add(futures::poll!(interval.next()).is_pending());
    interval.reset_at(start + MS * 55);
    interval.tick().await;
    sleep_until(start + MS * 70).await;
    trace.add(format!("{:?} at {:?}", interval.tick().await - start, start.elapsed()));
    assert_eq!(trace, ["13ms", "50ms", "60ms", "true", "65ms at 70ms"]);
}

#[coweave::test]
async fn an_interval_is_a_stream() {
    let trace = Trace::new();
    let start = Instant::now();
    let taken: Vec<Duration> =
        interval(MS * 10).skip(1).take(3).map(|due| due - start).collect().await;
    trace.add(format!("{taken:?}"));
    assert_eq!(trace, ["[10ms, 20ms, 30ms]"]);
}

#[coweave::coroutine(stream = Duration)]
fn since(start: Instant, period: Duration) {
    coweave::yield_all!(interval(period).map(move |due| due - start).take(3));
}

#[coweave::test]
async fn a_stream_delegates_to_an_interval() {
    let trace = Trace::new();
    let mut stream = since(Instant::now(), MS);
    while let Some(due) = stream.next().await {
        trace.add(format!("{due:?}"));
    }
    assert_eq!(trace, ["0ns", "1ms", "2ms"]);
}

#[test]
fn a_period_of_zero_is_refused() {
    let trace = Trace::new();
    trace.add(panic_text(|| interval(Duration::ZERO)));
    trace.add(panic_text(|| interval_at(Instant::now(), Duration::ZERO)));
    assert_eq!(trace, ["the period of an interval is zero; it must be longer"; 2]);
}

#[test]
fn the_longest_period_ticks_once() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let deadlock = scheduler
        .try_run(async {
            let mut interval = interval(Duration::MAX);
            interval.tick().await;
            trace.add("ticked");
            interval.tick().await;
        })
        .unwrap_err();
    trace.add(deadlock.tasks()[0].waits_for() == &WaitsFor::Deadline);
    assert_eq!(trace, ["ticked", "true"]);
}

#[coweave::test]
async fn intervals_of_the_past_catch_up_or_skip() {
    let trace = Trace::new();
    let start = Instant::now();
    sleep(MS * 35).await;
    ticks(trace.clone(), start, interval_at(start, MS * 10), 5).await;
    let skips = interval_at(start, MS * 10).with_missed_ticks(MissedTicks::Skip);
    ticks(trace.clone(), start, skips, 2).await;
    assert_eq!(
        trace,
        [
            "0ns at 35ms",
            "10ms at 35ms",
            "20ms at 35ms",
            "30ms at 35ms",
            "40ms at 40ms",
            "0ns at 40ms",
            "40ms at 40ms"
        ]
    );
}

#[test]
fn an_interval_made_before_its_scheduler_runs_starts_with_its_first_poll() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    scheduler.run(sleep(MS * 5));
    let mut early = interval(MS * 10);
    let taken = scheduler.run(async { (early.tick().await, early.tick().await) });
    trace.add(format!("{taken:?}"));
    assert_eq!(trace, ["(Instant(5ms), Instant(15ms))"]);
}

async fn half_awaited() -> Interval {
    let mut interval = interval(MS * 10);
    interval.tick().await;
    assert!(futures::poll!(interval.next()).is_pending());
    interval
}

#[coweave::test]
async fn an_interval_moved_to_another_task_ticks_there() {
    let trace = Trace::new();
    let start = Instant::now();
    let slot: Slot<Interval> = Slot::new();
    let puts = slot.clone();
    spawn(async move { puts.put(half_awaited().await) }).await.unwrap();
    spawn(ticks(trace.clone(), start, slot.take(), 2)).await.unwrap();
    assert_eq!(trace, ["10ms at 10ms", "20ms at 20ms"]);
}

#[test]
fn an_interval_moved_to_a_scheduler_on_another_thread_ticks_there() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let moved = scheduler.run(half_awaited());
    let there = trace.clone();
    on_thread("other", move || {
        let mut scheduler = virtual_scheduler();
        let start = scheduler.now();
        scheduler.run(ticks(there, start, moved, 2));
    });
    trace.add(scheduler.run_until_idle());
    trace.add(format!("{:?}", scheduler.now()));
    assert_eq!(trace, ["10ms at 10ms", "20ms at 20ms", "0", "Instant(0ns)"]);
}

#[test]
fn an_interval_dropped_on_another_thread_is_forgotten() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    scheduler.run(async {
        let moved = half_awaited().await;
        until_finished(start_thread("drops", move || drop(moved))).await;
    });
    trace.add(scheduler.run_until_idle());
    trace.add(format!("{:?}", scheduler.now()));
    assert_eq!(trace, ["0", "Instant(0ns)"]);
}

#[test]
fn an_interval_ticks_under_a_foreign_executor() {
    let trace = Trace::new();
    let start = Instant::now();
    let taken: Vec<Instant> = block_on(interval(MS * 2).take(4).collect());
    trace.add(taken.windows(2).all(|pair| pair[1] - pair[0] == MS * 2));
    trace.add(start.elapsed() >= MS * 6);
    assert_eq!(trace, ["true", "true"]);
}

#[coweave::test]
async fn a_task_that_ticks_for_ever_is_cancelled_at_a_tick() {
    let trace = Trace::new();
    let start = Instant::now();
    let task = spawn(ticks(trace.clone(), start, interval(MS), u32::MAX));
    sleep(MS + MS / 2).await;
    task.cancel();
    trace.add(outcome(&task.await));
    assert_eq!(trace, ["0ns at 0ns", "1ms at 1ms", "cancelled"]);
}

#[coweave::test]
async fn a_tick_polled_by_hand_gives_each_instant_once() {
    let trace = Trace::new();
    let mut interval = interval(MS);
    let mut tick = interval.tick();
    let mut polls = 0;
    let first = std::future::poll_fn(|cx| {
        polls += 1;
        Pin::new(&mut tick).poll(cx)
    })
    .await;
    drop(tick);
    trace.add(format!("{polls} polls, {:?}", interval.tick().await - first));
    assert_eq!(trace, ["2 polls, 1ms"]);
}

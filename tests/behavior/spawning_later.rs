//! Tasks that start after a delay.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use coweave::{Instant, WaitsFor, park, sleep, spawn, spawn_after, task, yield_now};

use crate::support::{Bomb, Counted, Slot, Trace, outcome, panic_text, virtual_scheduler};

const MS: Duration = Duration::from_millis(1);

#[coweave::coroutine]
fn starts(trace: Trace, name: &'static str, start: Instant) -> &'static str {
    trace.add(format!("{name} at {:?}", start.elapsed()));
    yield_now().await;
    name
}

#[coweave::test]
async fn a_task_starts_after_its_delay() {
    let trace = Trace::new();
    let start = Instant::now();
    let late = spawn_after(MS * 20, starts(trace.clone(), "late", start));
    let early = spawn_after(MS * 10, starts(trace.clone(), "early", start));
    trace.add(outcome(&late.await));
    trace.add(outcome(&early.await));
    assert_eq!(trace, ["early at 10ms", "late at 20ms", r#""late""#, r#""early""#]);
}

#[coweave::test]
async fn equal_delays_keep_the_order_of_the_calls_also_among_sleeps() {
    let trace = Trace::new();
    let start = Instant::now();
    let sleeper = |name: &'static str| {
        let trace = trace.clone();
        async move {
            sleep(MS).await;
            trace.add(name);
        }
    };
    let tasks = [spawn_after(MS, sleeper("unused")), spawn_after(MS * 5, async {})];
    for task in &tasks {
        task.cancel();
    }
    drop(spawn_after(MS, starts(trace.clone(), "first", start)));
    let second = spawn(sleeper("second"));
    yield_now().await;
    drop(spawn_after(MS, starts(trace.clone(), "third", start)));
    sleep(MS).await;
    trace.add("main");
    second.await.unwrap();
    assert_eq!(trace, ["first at 1ms", "second", "third at 1ms", "main"]);
}

#[coweave::test]
async fn a_delay_of_zero_starts_behind_what_is_ready() {
    let trace = Trace::new();
    let start = Instant::now();
    let task = spawn_after(Duration::ZERO, starts(trace.clone(), "delayed", start));
    drop(spawn(starts(trace.clone(), "spawned", start)));
    task.await.unwrap();
    assert_eq!(trace, ["spawned at 0ns", "delayed at 0ns"]);
}

#[test]
fn a_task_cancelled_before_its_start_drops_its_frame_and_forgets_its_timer() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    scheduler.run(async {
        let frame = Counted::new(&trace, "frame");
        let task = spawn_after(Duration::from_secs(60), async move {
            frame.touch();
            unreachable!("it is cancelled before");
        });
        trace.add(task.is_finished());
        task.cancel();
        trace.add(outcome::<()>(&task.await));
    });
    trace.add(scheduler.run_until_idle());
    trace.add(format!("{:?}", scheduler.now()));
    assert_eq!(trace, ["false", "frame dropped", "cancelled", "0", "Instant(0ns)"]);
}

#[test]
fn a_scheduler_that_ends_drops_what_has_not_started() {
    let trace = Trace::new();
    let scheduler = virtual_scheduler();
    let frame = Counted::new(&trace, "frame");
    let task = scheduler.spawn_after(MS, async move { frame.touch() });
    let bomb = Bomb::new(&trace, "bomb");
    drop(scheduler.spawn_after(MS, async move { drop(bomb) }));
    drop(scheduler);
    trace.add(outcome(&virtual_scheduler().run(task)));
    assert_eq!(trace, ["frame dropped", "bomb dropped", "cancelled"]);
}

#[test]
fn a_detached_task_starts_all_the_same() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let start = scheduler.now();
    drop(scheduler.spawn_after(MS * 3, starts(trace.clone(), "detached", start)));
    trace.add(scheduler.run_until_idle());
    assert_eq!(trace, ["detached at 3ms", "0"]);
}

#[coweave::test]
async fn an_unpark_does_not_start_a_task_early() {
    let trace = Trace::new();
    let start = Instant::now();
    let slot = Slot::new();
    let puts = slot.clone();
    let inner = trace.clone();
    let sleeper = spawn_after(MS, async move {
        puts.put(task::current().unparker());
        park().await;
        inner.add(format!("unparked at {:?}", start.elapsed()));
    });
    sleep(MS * 2).await;
    slot.take().unpark();
    sleeper.await.unwrap();
    assert_eq!(trace, ["unparked at 2ms"]);
}

#[test]
fn a_report_says_that_it_sleeps_and_where_it_was_spawned() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let deadlock = scheduler
        .try_run(async {
            let task = task::Builder::new().name("later").spawn_after(Duration::MAX, async {});
            task.await
        })
        .unwrap_err();
    let later = &deadlock.tasks()[1];
    trace.add(format!("{:?} {:?}", later.name(), later.waits_for()));
    trace.add(later.spawned_at().unwrap().line() == later.suspended_at().unwrap().line());
    trace.add(later.suspended_at().unwrap().file().ends_with("spawning_later.rs"));
    trace.add(deadlock.tasks()[0].waits_for() == &WaitsFor::Join(later.id()));
    trace.add(deadlock.to_string().contains("(later) sleeping, for 0ns"));
    assert_eq!(trace, [r#"Some("later") Deadline"#, "true", "true", "true", "true"]);
}

#[test]
fn a_frame_that_is_not_send_starts_later_on_its_scheduler() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let count = Rc::new(Cell::new(0));
    let counts = count.clone();
    let task = scheduler.spawn_after(MS, async move { counts.set(counts.get() + 1) });
    scheduler.run(task).unwrap();
    trace.add(count.get());
    assert_eq!(trace, ["1"]);
}

#[coweave::test]
async fn large_frames_and_outputs_start_later_too() {
    let trace = Trace::new();
    let large = [7_u8; 40_000];
    let task = spawn_after(MS, async move {
        yield_now().await;
        large
    });
    trace.add(task.await.unwrap().iter().map(|byte| usize::from(*byte)).sum::<usize>());
    assert_eq!(trace, ["280000"]);
}

#[coweave::test]
async fn a_task_that_panics_after_its_start_is_joined_as_any() {
    let trace = Trace::new();
    let task = spawn_after(MS, async { panic!("late") });
    trace.add(outcome::<()>(&task.await));
    assert_eq!(trace, ["2 panicked: late"]);
}

#[coweave::test]
async fn ten_thousand_delayed_tasks_start_in_order() {
    let trace = Trace::new();
    let start = Instant::now();
    let tasks: Vec<_> = (0..10_000_u64)
        .map(|n| {
            let delay = Duration::from_micros(n * 7919 % 10_007);
            spawn_after(delay, async move { start.elapsed() == delay })
        })
        .collect();
    let mut was_right = true;
    for task in tasks {
        was_right &= task.await.unwrap();
    }
    trace.add(was_right);
    assert_eq!(trace, ["true"]);
}

#[test]
fn spawning_later_outside_a_scheduler_says_what_to_do() {
    let trace = Trace::new();
    trace.add(panic_text(|| spawn_after(MS, async {})));
    assert_eq!(
        trace,
        ["a task was spawned on a thread where no scheduler runs; spawn it inside coweave::run"]
    );
}

//! Which tasks a report tells, and which of them together.

use std::time::Duration;

use coweave::{Deadlock, SuspendedTask, park, sleep, spawn, task, yield_now};

use crate::stuck::spawn_named;
use crate::support::{MS, Trace, virtual_scheduler};

#[coweave::coroutine]
fn parks_after(ms: u32) {
    sleep(MS * ms).await;
    park().await;
}

/// The lines that tell of tasks, without ids and places.
fn heads(deadlock: &Deadlock) -> Vec<String> {
    let text = deadlock.to_string();
    let heads = text.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    heads.map(|line| line.trim().to_owned()).collect()
}

/// What this thread has spent on a processor: what else the machine does is no matter here.
#[cfg(target_os = "linux")]
fn time_spent() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("linux has it");
    let first = text.split_whitespace().next().expect("it has three numbers");
    Duration::from_nanos(first.parse().expect("it is a number"))
}

#[cfg(not(target_os = "linux"))]
fn time_spent() -> Duration {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed()
}

#[test]
fn a_hundred_thousand_parked_tasks_are_told_without_comparing_each_with_each() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    scheduler.run(async {
        for n in 0..100_000_u32 {
            match n % 3 {
                0 => drop(spawn(parks_after(n % 7))),
                1 => drop(spawn(park())),
                _ => spawn_named("named", parks_after(0)),
            }
        }
    });
    trace.add(scheduler.run_until_idle());
    let before = time_spent();
    let deadlock = scheduler.try_run(park()).unwrap_err();
    let text = deadlock.to_string();
    trace.add(time_spent() - before < Duration::from_secs(10));
    trace.add(text.lines().count());
    heads(&deadlock).iter().for_each(|head| trace.add(head));
    let parked = "parked, waiting for an Unparker, for";
    let expected = [
        "100000".to_owned(),
        "true".to_owned(),
        "14".to_owned(),
        format!("33334 tasks (2, 5, 8, …) {parked} 6ms"),
        format!("33333 tasks (3, 6, 9, …) {parked} 6ms"),
        format!("33333 tasks (4, 7, 10, …) (named) {parked} 6ms"),
        format!("task 100002 {parked} 0ns"),
    ];
    assert_eq!(trace, expected.each_ref().map(String::as_str));
}

#[test]
fn joiners_of_the_same_kind_are_told_apart_by_whom_they_join() {
    let trace = Trace::new();
    let deadlock = virtual_scheduler().try_run(async {
        let (first, second) = (spawn(park()), spawn(park()));
        for stuck in [first, second] {
            spawn_named("joiner", async move { stuck.await.is_ok() });
        }
        park().await;
    });
    heads(&deadlock.unwrap_err()).iter().skip(1).for_each(|head| trace.add(head));
    assert_eq!(
        trace,
        [
            "task 2 parked, waiting for an Unparker, for 0ns",
            "task 3 parked, waiting for an Unparker, for 0ns",
            "task 4 (joiner) waiting for task 2 to end, for 0ns",
            "task 5 (joiner) waiting for task 3 to end, for 0ns"
        ]
    );
}

#[test]
fn tasks_from_other_threads_are_told_by_ids_of_their_own() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let handle = scheduler.handle();
    std::thread::spawn(move || (0..3).for_each(|_| drop(handle.spawn(parks_after(1)))))
        .join()
        .unwrap();
    let deadlock = scheduler.try_run(park()).unwrap_err();
    heads(&deadlock).iter().for_each(|head| trace.add(head));
    let is_spawned_here =
        |task: &SuspendedTask| task.spawned_at().is_some_and(|at| at.file() == file!());
    trace.add(deadlock.tasks().iter().all(is_spawned_here));
    assert_eq!(
        trace,
        [
            "task 1 parked, waiting for an Unparker, for 1ms",
            "3 tasks (1x, 2x, 3x) parked, waiting for an Unparker, for 0ns",
            "true"
        ]
    );
}

#[test]
fn a_cancelled_task_whose_handle_is_kept_is_told_no_more() {
    let trace = Trace::new();
    let mut kept = Vec::new();
    let deadlock = virtual_scheduler().try_run(async {
        kept = [spawn(park()), spawn(park()), spawn(park())].into();
        yield_now().await;
        kept[1].cancel();
        park().await;
    });
    let ids =
        deadlock.unwrap_err().tasks().iter().map(|task| task.id().to_string()).collect::<Vec<_>>();
    trace.add(ids.join(" "));
    drop(kept);
    assert_eq!(trace, ["1 2 4"]);
}

#[test]
fn a_task_that_sleeps_for_ever_is_told_among_the_others() {
    let trace = Trace::new();
    let deadlock = virtual_scheduler().try_run(async {
        spawn_named("sleeper", sleep(Duration::MAX));
        let unparker = task::current().unparker();
        sleep(MS).await;
        unparker.unpark();
        park().await;
        park().await;
    });
    heads(&deadlock.unwrap_err()).iter().for_each(|head| trace.add(head));
    assert_eq!(
        trace,
        ["task 1 parked, waiting for an Unparker, for 0ns", "task 2 (sleeper) sleeping, for 1ms"]
    );
}

#[test]
fn a_join_behind_a_combinators_waker_is_not_told_as_one_of_another_scheduler() {
    let trace = Trace::new();
    let deadlock = virtual_scheduler().try_run(async {
        let mut handle = spawn(park());
        // Polled with a waker that is not the task's, as large sets of futures do.
        spawn_named(
            "joiner",
            std::future::poll_fn(move |_| {
                let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
                std::pin::Pin::new(&mut handle).poll(&mut cx).map(drop)
            }),
        );
        park().await;
    });
    heads(&deadlock.unwrap_err()).iter().skip(2).for_each(|head| trace.add(head));
    assert_eq!(trace, ["task 3 (joiner) waiting for a waker, for 0ns"]);
}

//! The few tests that are about the system's clock.

use std::time::Duration;

use coweave::{Instant, SchedulerHandle, sleep, sleep_until, spawn, yield_now};
use futures::executor::block_on;
use futures::future::join_all;

use crate::support::{Slot, Trace, on_thread, outcome, start_thread, system_scheduler};

const MS: Duration = Duration::from_millis(1);

async fn ended_early(duration: Duration) -> bool {
    let start = Instant::now();
    sleep(duration).await;
    start.elapsed() < duration
}

#[test]
fn sleeps_never_end_early_on_the_systems_clock() {
    let trace = Trace::new();
    let early = coweave::run(async {
        let tasks: Vec<_> = (0..200_u32)
            .map(|n| spawn(ended_early(Duration::from_micros(u64::from(n) * 337))))
            .collect();
        let mut early = 0;
        for task in tasks {
            early += u32::from(task.await.unwrap());
        }
        early
    });
    trace.add(format!("{early} early"));
    assert_eq!(trace, ["0 early"]);
}

#[test]
fn sleeps_under_a_foreign_executor_never_end_early() {
    let trace = Trace::new();
    let sleeps = [30, 10, 20, 0].map(|ms| ended_early(MS * ms));
    trace.add(format!("{:?}", block_on(join_all(sleeps))));
    assert_eq!(trace, ["[false, false, false, false]"]);
}

#[test]
fn sleeps_under_foreign_executors_on_many_threads_all_end() {
    let trace = Trace::new();
    let threads: Vec<_> = (0..8_u32)
        .map(|n| {
            start_thread("sleeper", move || {
                let sleeps = (0..20).map(|m| ended_early(MS * ((n + m) % 7)));
                block_on(join_all(sleeps)).contains(&true)
            })
        })
        .collect();
    for thread in threads {
        trace.add(thread.join().unwrap());
    }
    assert_eq!(trace, ["false"; 8]);
}

#[test]
fn a_foreign_executor_inside_a_task_finds_the_tasks_clock() {
    let trace = Trace::new();
    let mut scheduler = crate::support::virtual_scheduler();
    scheduler.run(async {
        sleep(MS * 7).await;
        trace.add(format!("{:?}", block_on(async { Instant::now() })));
    });
    trace.add(Instant::now() > scheduler.run(async { Instant::now() }));
    assert_eq!(trace, ["Instant(7ms)", "true"]);
}

/// How many resumes there are at most between two looks at mail and timers, and one more, because
/// what was noticed goes behind the task that yields.
const TURN: u32 = 61 + 1;

#[test]
fn a_due_timer_is_noticed_within_a_turn_of_a_task_that_yields_for_ever() {
    let trace = Trace::new();
    coweave::run(async {
        let noticed = Slot::new();
        let slot = noticed.clone();
        drop(spawn(async move {
            sleep_until(Instant::now()).await;
            slot.put(());
        }));
        let mut resumes = 0_u32;
        while noticed.try_take().is_none() {
            yield_now().await;
            resumes += 1;
        }
        trace.add(format!("noticed in time: {}", resumes <= TURN));
    });
    assert_eq!(trace, ["noticed in time: true"]);
}

#[test]
fn mail_is_noticed_within_a_turn_of_a_task_that_yields_for_ever() {
    let trace = Trace::new();
    coweave::run(async {
        let noticed = Slot::new();
        let slot = noticed.clone();
        let handle = SchedulerHandle::try_current().unwrap();
        drop(on_thread("other", move || handle.spawn(async move { slot.put(()) })));
        let mut resumes = 0_u32;
        while noticed.try_take().is_none() {
            yield_now().await;
            resumes += 1;
        }
        trace.add(format!("noticed in time: {}", resumes <= TURN));
    });
    assert_eq!(trace, ["noticed in time: true"]);
}

#[test]
fn a_sleeping_worker_hears_mail_at_once() {
    let trace = Trace::new();
    let mut scheduler = system_scheduler();
    let handle = scheduler.handle();
    let task = scheduler.run(async move {
        let start = Instant::now();
        let thread = start_thread("other", move || {
            std::thread::sleep(MS * 20);
            handle.spawn(async { 5 })
        });
        let forever = spawn(sleep(Duration::from_secs(3600)));
        let task = crate::support::until_finished(thread).await;
        forever.cancel();
        assert!(start.elapsed() < Duration::from_secs(60), "the sleep held the worker");
        task
    });
    trace.add(outcome(&scheduler.run(task)));
    assert_eq!(trace, ["5"]);
}

#[test]
fn a_worker_asleep_until_a_deadline_is_woken_by_a_thread() {
    let trace = Trace::new();
    let start = std::time::Instant::now();
    coweave::run(async {
        let unparker = coweave::task::current().unparker();
        drop(spawn(sleep(Duration::from_secs(3600))));
        let thread = start_thread("other", move || {
            std::thread::sleep(MS * 20);
            unparker.unpark();
        });
        coweave::park().await;
        thread.join().unwrap();
    });
    trace.add(start.elapsed() < Duration::from_secs(60));
    assert_eq!(trace, ["true"]);
}

/// What this thread has spent on a processor.
#[cfg(target_os = "linux")]
fn time_on_processor() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("linux has it");
    let first = text.split_whitespace().next().expect("it has three numbers");
    Duration::from_nanos(first.parse().expect("it is a number"))
}

#[cfg(target_os = "linux")]
#[test]
fn an_idle_worker_spends_next_to_nothing() {
    let trace = Trace::new();
    let spent = coweave::run(async {
        drop(spawn(coweave::park()));
        // Once before, so that what is only ever done first is not counted.
        sleep(MS).await;
        let unparker = coweave::task::current().unparker();
        let thread = start_thread("other", move || {
            std::thread::sleep(Duration::from_secs(3));
            unparker.unpark();
        });
        let before = time_on_processor();
        sleep(Duration::from_secs(2)).await;
        coweave::park().await;
        sleep(Duration::from_secs(2)).await;
        let spent = time_on_processor() - before;
        thread.join().unwrap();
        spent
    });
    trace.add(format!("within 2 ms: {}", spent <= MS * 2));
    assert_eq!(trace, ["within 2 ms: true"]);
}

//! The paths that stay on one worker, and some beside another one: what a round of each takes.
//!
//! Unit: a round, of which `PERFORMANCE.md` says what it is. Batch: [`ROUNDS`] of them a sample, on a
//! scheduler that has done as many before; so each microsecond that is printed is a nanosecond a round.
//!
//! `local_paths <path> <rounds>` is for counts instead: `.ci/instructions.sh` runs it under valgrind,
//! compares how many instructions a round takes with `instructions.txt`, and shows from what was executed
//! that none of the paths reads, modifies and writes memory atomically.
#![feature(coroutines)]

mod waiting;

use std::env;
use std::future::{Future, pending, poll_fn, ready};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use coweave::{
    Scheduler, SchedulerHandle, idle, interval, park, sleep, spawn, spawn_after, spawn_local, task,
    timeout, yield_now,
};
use divan::Bencher;
use divan::counter::ItemsCount;

#[coweave::coroutine]
fn nothing(n: u32) -> u32 {
    n
}

#[coweave::coroutine]
fn yields(rounds: u32) {
    for _ in 0..rounds {
        yield_now().await;
    }
}

/// Two tasks take turns.
#[coweave::coroutine]
fn both_yield(rounds: u32) {
    let other = spawn_local(yields(rounds));
    yields(rounds).await;
    other.await.unwrap();
}

#[coweave::coroutine]
fn spawns_and_joins(rounds: u32) {
    for n in 0..rounds {
        assert_eq!(spawn(nothing(n)).await.unwrap(), n);
        assert_eq!(spawn_local(nothing(n)).await.unwrap(), n);
    }
}

#[coweave::coroutine]
fn sleeps(rounds: u32) {
    for _ in 0..rounds {
        sleep(Duration::from_micros(1)).await;
    }
}

#[coweave::coroutine]
fn spawns_and_detaches(rounds: u32) {
    for n in 0..rounds {
        drop(spawn_local(nothing(n)));
        yield_now().await;
    }
}

/// A task that has suspended once, and is cancelled there.
#[coweave::coroutine]
fn spawns_and_cancels(rounds: u32) {
    for _ in 0..rounds {
        let task = spawn_local(parks(1));
        yield_now().await;
        task.cancel();
        assert!(task.await.unwrap_err().is_cancelled());
    }
}

/// A timer that does not fire: set and cancelled.
#[coweave::coroutine]
fn drops_sleeps(rounds: u32) {
    for _ in 0..rounds {
        let mut sleep = pin!(sleep(Duration::from_secs(3600)));
        poll_fn(|cx| {
            assert!(sleep.as_mut().poll(cx).is_pending());
            Poll::Ready(())
        })
        .await;
        yield_now().await;
    }
}

/// One that is ready, one that suspends and is ready in time, one that elapses.
#[coweave::coroutine]
fn timeouts(rounds: u32) {
    let limit = Duration::from_micros(1);
    for n in 0..rounds {
        assert_eq!(timeout(limit, ready(n)).await, Ok(n));
        timeout(limit, yield_now()).await.unwrap();
        timeout(limit, pending::<()>()).await.unwrap_err();
    }
}

#[coweave::coroutine]
fn ticks(rounds: u32) {
    let mut interval = interval(Duration::from_micros(1));
    for _ in 0..rounds {
        interval.tick().await;
    }
}

#[coweave::coroutine]
fn spawns_later(rounds: u32) {
    for n in 0..rounds {
        assert_eq!(spawn_after(Duration::from_micros(1), nothing(n)).await.unwrap(), n);
    }
}

#[coweave::coroutine]
fn idles(rounds: u32) {
    for _ in 0..rounds {
        idle().await;
    }
}

#[coweave::coroutine]
fn parks(rounds: u32) {
    for _ in 0..rounds {
        park().await;
    }
}

#[coweave::coroutine]
fn parks_and_unparks(rounds: u32) {
    let unparker = spawn_local(async { task::current().unparker() });
    drop(unparker.await.unwrap());
    let (send, receive) = std::sync::mpsc::channel();
    let parked = spawn_local(async move {
        send.send(task::current().unparker()).unwrap();
        parks(rounds).await;
    });
    yield_now().await;
    let unparker = receive.recv().unwrap();
    for _ in 0..rounds {
        unparker.unpark();
        yield_now().await;
    }
    parked.await.unwrap();
}

/// No local path: shows that what the others do not do is counted.
#[coweave::coroutine]
fn spawns_by_mail(rounds: u32) {
    let handle = SchedulerHandle::try_current().unwrap();
    for n in 0..rounds {
        assert_eq!(handle.spawn(nothing(n)).await.unwrap(), n);
    }
}

const PATHS: [&str; 35] = [
    "yield_now",
    "spawn+join",
    "spawn+detach",
    "spawn+cancel",
    "sleep",
    "sleep+drop",
    "timeout",
    "interval",
    "spawn_after",
    "idle",
    "park+unpark",
    "spawn_by_mail",
    "local_lock",
    "local_lock_contended",
    "local_semaphore",
    "local_event",
    "local_ping_pong",
    "local_many_senders",
    "local_oneshot",
    "local_oneshot_sent",
    "local_select",
    "local_join",
    "shared_lock",
    "shared_lock_contended",
    "shared_semaphore",
    "shared_event",
    "shared_ping_pong",
    "shared_many_senders",
    "shared_oneshot",
    "shared_oneshot_sent",
    "shared_select",
    "shared_join",
    "workers2_yield_now",
    "workers2_spawn+join",
    "workers2_park+unpark",
];

/// By its name callgrind knows what to count; what is done by other threads it counts apart.
#[inline(never)]
fn in_rounds(scheduler: &mut Scheduler, rounds: impl Future<Output = ()> + 'static) {
    scheduler.run(rounds);
}

fn scheduler_for(path: &str) -> Scheduler {
    let scheduler = match path.strip_prefix("workers2_") {
        // Time is not virtual where there are several workers.
        Some(_) => Scheduler::builder().workers(2).build().unwrap(),
        None => Scheduler::builder().virtual_time().build().unwrap(),
    };
    // Reads the clock, which is then calibrated.
    let _ = scheduler.now();
    scheduler
}

fn run(scheduler: &mut Scheduler, path: &str, rounds: u32) {
    match path.strip_prefix("workers2_").unwrap_or(path) {
        "yield_now" => in_rounds(scheduler, both_yield(rounds)),
        "spawn+join" => in_rounds(scheduler, spawns_and_joins(rounds)),
        "spawn+detach" => in_rounds(scheduler, spawns_and_detaches(rounds)),
        "spawn+cancel" => in_rounds(scheduler, spawns_and_cancels(rounds)),
        "sleep" => in_rounds(scheduler, sleeps(rounds)),
        "sleep+drop" => in_rounds(scheduler, drops_sleeps(rounds)),
        "timeout" => in_rounds(scheduler, timeouts(rounds)),
        "interval" => in_rounds(scheduler, ticks(rounds)),
        "spawn_after" => in_rounds(scheduler, spawns_later(rounds)),
        "idle" => in_rounds(scheduler, idles(rounds)),
        "park+unpark" => in_rounds(scheduler, parks_and_unparks(rounds)),
        "spawn_by_mail" => in_rounds(scheduler, spawns_by_mail(rounds)),
        "local_lock" => in_rounds(scheduler, waiting::local::locks(rounds)),
        "local_lock_contended" => in_rounds(scheduler, waiting::local::contended_locks(rounds)),
        "local_semaphore" => in_rounds(scheduler, waiting::local::semaphores(rounds)),
        "local_event" => in_rounds(scheduler, waiting::local::events(rounds)),
        "local_ping_pong" => in_rounds(scheduler, waiting::local::ping_pong(rounds)),
        "local_many_senders" => in_rounds(scheduler, waiting::local::many_senders(rounds)),
        "local_oneshot" => in_rounds(scheduler, waiting::local::oneshots(rounds)),
        "local_oneshot_sent" => in_rounds(scheduler, waiting::local::sent_oneshots(rounds)),
        "local_select" => in_rounds(scheduler, waiting::local::selects(rounds)),
        "local_join" => in_rounds(scheduler, waiting::local::joins(rounds)),
        "shared_lock" => in_rounds(scheduler, waiting::shared::locks(rounds)),
        "shared_lock_contended" => in_rounds(scheduler, waiting::shared::contended_locks(rounds)),
        "shared_semaphore" => in_rounds(scheduler, waiting::shared::semaphores(rounds)),
        "shared_event" => in_rounds(scheduler, waiting::shared::events(rounds)),
        "shared_ping_pong" => in_rounds(scheduler, waiting::shared::ping_pong(rounds)),
        "shared_many_senders" => in_rounds(scheduler, waiting::shared::many_senders(rounds)),
        "shared_oneshot" => in_rounds(scheduler, waiting::shared::oneshots(rounds)),
        "shared_oneshot_sent" => in_rounds(scheduler, waiting::shared::sent_oneshots(rounds)),
        "shared_select" => in_rounds(scheduler, waiting::shared::selects(rounds)),
        "shared_join" => in_rounds(scheduler, waiting::shared::joins(rounds)),
        _ => panic!("no path is called {path}"),
    }
}

/// Rounds in one sample.
const ROUNDS: u32 = 1_000;

#[divan::bench(args = PATHS, counters = [ItemsCount::new(ROUNDS)], sample_count = 200, sample_size = 1)]
fn rounds(bencher: Bencher<'_, '_>, path: &str) {
    let warm = || {
        let mut scheduler = scheduler_for(path);
        run(&mut scheduler, path, ROUNDS);
        scheduler
    };
    bencher.with_inputs(warm).bench_local_refs(|scheduler| run(scheduler, path, ROUNDS));
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).filter(|it| !it.starts_with("--")).collect();
    match &arguments[..] {
        [path, rounds] => {
            let rounds = rounds.parse().expect("the second argument is a number");
            run(&mut scheduler_for(path), path, rounds);
        }
        _ => divan::main(),
    }
}

//! Our coroutines and leaves under other executors.

use std::sync::mpsc;
use std::thread;

use coweave::{
    Instant, JoinHandle, SchedulerHandle, park, sleep, sleep_until, spawn, task, yield_now,
};
use futures::future::join_all;
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};

use crate::support::{MS, system_scheduler, text_of, under_each_executor};

#[coweave::coroutine]
fn uses_leaves(rounds: u32) -> u32 {
    for _ in 0..rounds {
        yield_now().await;
        sleep(MS).await;
        sleep_until(Instant::now()).await;
    }
    rounds
}

#[coweave::coroutine]
fn outer(rounds: u32) -> u32 {
    let plain = async { uses_leaves(rounds).await };
    uses_leaves(1).await + plain.await
}

#[coweave::coroutine(stream = u32)]
fn ticks(to: u32) {
    for n in 0..to {
        sleep(MS).await;
        yield n;
        yield_now().await;
    }
}

#[coweave::coroutine(stream = u32)]
fn twice(to: u32) {
    yield_all!(ticks(to));
    let mut again = ticks(to);
    while let Some(n) = again.next().await {
        yield n * 10;
    }
}

#[test]
fn a_coroutine_with_all_that_a_task_may_await_runs() {
    let traces = under_each_executor(async |trace| {
        let start = Instant::now();
        trace.add(outer(3).await);
        trace.add(start.elapsed() >= MS * 4);
    });
    assert_eq!(traces, vec![["4", "true"]; 7]);
}

#[test]
fn a_stream_that_waits_and_delegates_gives_its_items() {
    let traces = under_each_executor(async |trace| {
        trace.add(format!("{:?}", twice(3).collect::<Vec<u32>>().await));
    });
    assert_eq!(traces, vec![["[0, 1, 2, 0, 10, 20]"]; 7]);
}

#[test]
fn leaves_run_behind_the_combinators_of_futures() {
    let traces = under_each_executor(async |trace| {
        trace.add(join_all((0..100).map(|n| uses_leaves(n % 4))).await.iter().sum::<u32>());
        let sleeps = [40, 1, 20];
        let set: FuturesUnordered<_> =
            sleeps.into_iter().map(|ms: u32| sleep(MS * ms).map(move |()| ms)).collect();
        trace.add(format!("{:?}", set.collect::<Vec<u32>>().await));
    });
    assert_eq!(traces, vec![["150", "[1, 20, 40]"]; 7]);
}

/// Runs a scheduler on a thread of its own until the returned sender is dropped.
fn scheduler_elsewhere() -> (SchedulerHandle, thread::JoinHandle<()>, mpsc::Sender<()>) {
    let (says, handle) = mpsc::channel();
    let (until, ends) = mpsc::channel::<()>();
    let thread = thread::spawn(move || {
        let mut scheduler = system_scheduler();
        says.send(scheduler.handle()).unwrap();
        scheduler.run(async {
            while ends.try_recv() != Err(mpsc::TryRecvError::Disconnected) {
                sleep(MS).await;
            }
        });
    });
    (handle.recv().unwrap(), thread, until)
}

#[test]
fn tasks_of_a_scheduler_on_another_thread_are_joined() {
    let (handle, thread, until) = scheduler_elsewhere();
    let traces = under_each_executor(|trace| {
        let handle = handle.clone();
        async move {
            let tasks: Vec<JoinHandle<u32>> =
                (0..20).map(|n| handle.spawn(uses_leaves(n % 3))).collect();
            let panics: JoinHandle<()> = handle.spawn(async {
                yield_now().await;
                std::panic::resume_unwind(Box::new("on purpose"));
            });
            let cancelled = handle.spawn(std::future::pending::<()>());
            cancelled.cancel();
            let mut sum = 0;
            for task in tasks {
                sum += task.await.unwrap();
            }
            trace.add(sum);
            trace.add(text_of(&*panics.await.unwrap_err().into_panic()));
            trace.add(cancelled.await.unwrap_err().is_cancelled());
        }
    });
    drop((until, handle));
    thread.join().unwrap();
    assert_eq!(traces, vec![["19", "on purpose", "true"]; 7]);
}

#[test]
fn what_needs_a_task_of_ours_says_so() {
    let traces = under_each_executor(async |trace| {
        let parks = std::panic::AssertUnwindSafe(park()).catch_unwind().await;
        trace.add(text_of(&*parks.unwrap_err()));
        let spawns = std::panic::catch_unwind(|| drop(spawn(async {})));
        trace.add(text_of(&*spawns.unwrap_err()).contains("no scheduler runs"));
        trace.add(task::try_current().is_none());
        trace.add(SchedulerHandle::try_current().is_none());
    });
    let text = "park() was awaited outside a task of a coweave scheduler: it waits for its task's \
                permit";
    assert_eq!(traces, vec![[text, "true", "true", "true"]; 7]);
}

#[test]
fn a_scheduler_of_ours_runs_within_each_and_gives_the_thread_back() {
    let traces = under_each_executor(async |trace| {
        trace.add(coweave::run(async { spawn(uses_leaves(1)).await.unwrap() }));
        // On this thread no scheduler runs any more: this sleep is the timer thread's.
        sleep(MS).await;
        trace.add(coweave::try_run(park()).is_err());
    });
    assert_eq!(traces, vec![["1", "true"]; 7]);
}

#[test]
fn our_futures_are_spawned_and_aborted_as_tasks_of_tokio() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let trace = crate::support::Trace::new();
    let tasks: Vec<_> = (0..200).map(|n| runtime.spawn(uses_leaves(n % 5))).collect();
    let stuck = runtime.spawn(sleep(MS * 3_600_000));
    stuck.abort();
    let sum: u32 = runtime.block_on(join_all(tasks)).into_iter().map(Result::unwrap).sum();
    trace.add(sum);
    trace.add(runtime.block_on(stuck).unwrap_err().is_cancelled());
    assert_eq!(trace, ["400", "true"]);
}

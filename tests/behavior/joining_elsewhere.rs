//! Awaiting a handle from other schedulers, threads and executors, while its worker is busy, blocked
//! or gone.

use std::sync::mpsc;
use std::time::Duration;

use coweave::{JoinHandle, SchedulerHandle, sleep, spawn, yield_now};
use futures::executor::block_on;
use futures::future::{FutureExt, join_all};

use crate::support::{
    Counted, Slot, Trace, on_thread, outcome, panic_text, start_thread, system_scheduler,
    until_finished, virtual_scheduler,
};

#[coweave::coroutine]
fn gives(trace: Trace, name: &'static str) -> Counted {
    yield_now().await;
    Counted::new(&trace, name)
}

fn named(result: Result<Counted, coweave::JoinError>) -> String {
    result.map_or_else(
        |error| outcome::<()>(&Err(error)),
        |output| {
            output.touch();
            "output".to_owned()
        },
    )
}

#[coweave::test]
async fn a_task_is_joined_by_a_task_of_a_scheduler_on_another_thread() {
    let trace = Trace::new();
    let external = SchedulerHandle::try_current().unwrap().external();
    let task = spawn(gives(trace.clone(), "output"));
    let thread = start_thread("other", move || {
        let result = coweave::run(async move { spawn(async move { named(task.await) }).await });
        drop(external);
        result.unwrap()
    });
    trace.add(until_finished(thread).await);
    assert_eq!(trace, ["output dropped on other", "output"]);
}

#[coweave::test]
async fn a_task_is_joined_by_a_foreign_executor_on_another_thread() {
    let trace = Trace::new();
    let task = spawn(gives(trace.clone(), "output"));
    let thread = start_thread("other", move || named(block_on(task)));
    trace.add(until_finished(thread).await);
    assert_eq!(trace, ["output dropped on other", "output"]);
}

#[test]
fn many_threads_join_many_tasks() {
    let trace = Trace::new();
    let sum: u64 = coweave::run(async {
        let threads: Vec<_> = (0..4_u64)
            .map(|thread| {
                let tasks: Vec<_> = (0..100_u64)
                    .map(|n| {
                        spawn(async move {
                            for _ in 0..n % 5 {
                                yield_now().await;
                            }
                            n * thread
                        })
                    })
                    .collect();
                start_thread("joiner", move || {
                    block_on(join_all(tasks)).into_iter().map(Result::unwrap).sum::<u64>()
                })
            })
            .collect();
        let mut sum = 0;
        for thread in threads {
            sum += until_finished(thread).await;
        }
        sum
    });
    trace.add(sum);
    assert_eq!(trace, ["29700"]);
}

#[test]
fn a_completed_task_is_joined_while_its_worker_is_blocked() {
    let trace = Trace::new();
    coweave::run(async {
        let task = spawn(gives(trace.clone(), "output"));
        yield_now().await;
        yield_now().await;
        assert!(task.is_finished(), "it yields once");
        // The worker stands still in `on_thread` until the other thread has joined.
        trace.add(on_thread("other", move || named(block_on(task))));
    });
    assert_eq!(trace, ["output dropped on other", "output"]);
}

#[test]
fn a_join_that_began_before_its_worker_was_blocked_ends_when_the_worker_goes_on() {
    let trace = Trace::new();
    coweave::run(async {
        let task = spawn(gives(trace.clone(), "output"));
        let (says, hears) = mpsc::channel();
        let thread = start_thread("other", move || {
            let mut task = task;
            assert!((&mut task).now_or_never().is_none(), "its worker is blocked");
            says.send(()).unwrap();
            named(block_on(task))
        });
        hears.recv().unwrap();
        trace.add("the worker goes on");
        trace.add(until_finished(thread).await);
    });
    assert_eq!(trace, ["the worker goes on", "output dropped on other", "output"]);
}

#[test]
fn a_join_is_answered_when_the_scheduler_ends() {
    let trace = Trace::new();
    let mut scheduler = system_scheduler();
    let frame = Counted::new(&trace, "frame");
    let task = scheduler.spawn(async move {
        std::future::pending::<()>().await;
        frame.touch();
    });
    scheduler.run(yield_now());
    let (says, hears) = mpsc::channel();
    let thread = start_thread("other", move || {
        let mut task = task;
        assert!((&mut task).now_or_never().is_none(), "it is suspended");
        says.send(()).unwrap();
        outcome(&block_on(task))
    });
    hears.recv().unwrap();
    drop(scheduler);
    trace.add(thread.join().unwrap());
    assert_eq!(trace, ["frame dropped", "cancelled"]);
}

/// Handles of a completed, a cancelled, a panicked and a suspended task, whose scheduler has gone.
fn orphans(trace: &Trace) -> Vec<JoinHandle<Counted>> {
    let mut scheduler = virtual_scheduler();
    let completed = scheduler.spawn(gives(trace.clone(), "output"));
    let cancelled = scheduler.spawn(gives(trace.clone(), "never"));
    cancelled.cancel();
    let panicked = scheduler.spawn(async { panic!("no") });
    let suspended = scheduler.spawn(std::future::pending());
    scheduler.run_until_idle();
    drop(scheduler);
    vec![completed, cancelled, panicked, suspended]
}

#[test]
fn handles_kept_beyond_their_scheduler_are_awaited() {
    let trace = Trace::new();
    for task in orphans(&trace) {
        trace.add(task.is_finished());
        trace.add(named(block_on(task)));
    }
    assert_eq!(
        trace,
        [
            "true",
            "output dropped",
            "output",
            "true",
            "cancelled",
            "true",
            "3 panicked: no",
            "true",
            "cancelled"
        ]
    );
}

#[test]
fn handles_kept_beyond_their_scheduler_are_awaited_in_another_scheduler_on_another_thread() {
    let trace = Trace::new();
    let tasks = orphans(&trace);
    let inner = trace.clone();
    on_thread("other", move || {
        coweave::run(async {
            for task in tasks.into_iter().rev() {
                inner.add(named(task.await));
            }
        });
    });
    assert_eq!(
        trace,
        ["cancelled", "3 panicked: no", "cancelled", "output dropped on other", "output"]
    );
}

#[test]
fn handles_kept_beyond_their_scheduler_are_dropped() {
    let trace = Trace::new();
    drop(orphans(&trace));
    let tasks = orphans(&trace);
    on_thread("other", move || drop(tasks));
    let mut tasks = orphans(&trace);
    let last = tasks.pop();
    let threads: Vec<_> =
        tasks.into_iter().map(|task| start_thread("dropper", move || drop(task))).collect();
    drop(last);
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(trace, ["output dropped", "output dropped on other", "output dropped on dropper"]);
}

#[test]
fn a_handle_kept_beyond_its_scheduler_panics_when_awaited_twice() {
    let trace = Trace::new();
    let mut task = orphans(&trace).swap_remove(0);
    drop(block_on(&mut task));
    task.cancel();
    trace.add(task.is_finished());
    trace.add(panic_text(|| drop(block_on(&mut task))));
    assert_eq!(
        trace,
        ["output dropped", "true", "a JoinHandle was polled after it gave its output"]
    );
}

#[test]
fn a_handle_half_awaited_on_a_thread_comes_home() {
    let trace = Trace::new();
    coweave::run(async {
        let poll_on_thread = async |name: &'static str| {
            let task = spawn(gives(trace.clone(), name));
            on_thread("other", move || {
                let mut task = task;
                assert!((&mut task).now_or_never().is_none(), "its worker is blocked");
                task
            })
        };
        trace.add(named(poll_on_thread("awaited").await.await));
        drop(poll_on_thread("dropped").await);
        let ended = poll_on_thread("ended").await;
        for _ in 0..200 {
            yield_now().await;
        }
        trace.add(named(ended.await));
    });
    assert_eq!(trace, ["awaited dropped", "output", "dropped dropped", "ended dropped", "output"]);
}

#[test]
fn a_handle_is_shared_between_threads() {
    let trace = Trace::new();
    coweave::run(async {
        let task = spawn(std::future::pending::<()>());
        let id = task.id();
        let inner = &trace;
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| (task.id() == id, task.is_finished(), task.cancel())))
                .collect();
            for thread in threads {
                inner.add(format!("{:?}", thread.join().unwrap()));
            }
        });
        task.cancel();
        trace.add(outcome(&task.await));
    });
    let seen = "(true, false, ())";
    assert_eq!(trace, [seen, seen, seen, seen, "cancelled"]);
}

#[test]
fn a_panic_s_payload_reaches_a_joiner_on_another_thread() {
    let trace = Trace::new();
    coweave::run(async {
        let task = spawn(async { std::panic::panic_any(String::from("payload")) });
        let thread = start_thread("other", move || {
            let error: coweave::JoinError = block_on::<JoinHandle<()>>(task).unwrap_err();
            crate::support::text_of(&*error.into_panic())
        });
        trace.add(until_finished(thread).await);
    });
    assert_eq!(trace, ["payload"]);
}

#[test]
fn a_task_joins_one_of_another_scheduler_on_its_own_thread() {
    let trace = Trace::new();
    let mut first = virtual_scheduler();
    let task = first.spawn(async {
        sleep(Duration::from_secs(1)).await;
        8
    });
    let mut second = virtual_scheduler();
    let joiner = second.spawn(task.map(|result| outcome(&result)));
    trace.add(second.run_until_idle());
    trace.add(first.run_until_idle());
    trace.add(outcome(&second.run(joiner)));
    assert_eq!(trace, ["1", "0", "\"8\""]);
}

#[test]
fn detaching_races_with_completion_and_drops_the_output_once() {
    let trace = Trace::new();
    const ROUNDS: usize = 300;
    coweave::run(async {
        for n in 0..ROUNDS {
            let task = spawn(gives(trace.clone(), "output"));
            let thread = start_thread("other", move || {
                if n % 2 == 0 {
                    drop(task);
                } else {
                    drop(block_on(task));
                }
            });
            until_finished(thread).await;
        }
    });
    let dropped = trace.count("output dropped") + trace.count("output dropped on other");
    let summary = Trace::new();
    summary.add(dropped == ROUNDS);
    assert_eq!(summary, ["true"]);
}

#[test]
fn an_unpark_of_an_ended_task_leaves_it_to_its_joiner_on_another_thread() {
    let trace = Trace::new();
    coweave::run(async {
        let mut panics = 0;
        for _ in 0..200 {
            let slot = Slot::new();
            let put = slot.clone();
            let task: JoinHandle<()> = spawn(async move {
                put.put(coweave::task::current().unparker());
                std::panic::resume_unwind(Box::new("no"));
            });
            yield_now().await;
            assert!(task.is_finished(), "it panics at once");
            let unparker = slot.take();
            let thread =
                start_thread("other", move || block_on(task).is_err_and(|it| it.is_panic()));
            while !thread.is_finished() {
                (0..50).for_each(|_| unparker.unpark());
            }
            panics += u32::from(thread.join().unwrap());
        }
        trace.add(panics);
    });
    assert_eq!(trace, ["200"]);
}

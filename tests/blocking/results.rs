//! What a job gives, to whom, and from where it may be spawned.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use coweave::channel::{bounded, unbounded};
use coweave::sync::Mutex;
use coweave::{Scheduler, SchedulerHandle, spawn, spawn_blocking, task, yield_now};
use futures::executor::block_on;

use crate::gate;
use crate::support::{
    Slot, Trace, on_thread, outcome, panic_text, system_scheduler, until_finished,
};

#[test]
fn the_worker_goes_on_while_a_job_blocks() {
    let trace = Trace::new();
    system_scheduler().run(async {
        let (key, gate) = gate();
        let in_job = trace.clone();
        let job = spawn_blocking(move || {
            gate.pass();
            in_job.add_with_thread("job");
            5
        });
        for turn in 0..3 {
            trace.add(format!("turn {turn}"));
            yield_now().await;
        }
        trace.add(job.is_finished());
        key.open();
        trace.add(outcome(&job.await));
    });
    assert_eq!(trace, ["turn 0", "turn 1", "turn 2", "false", "job on coweave-blocking-1", "5"]);
}

#[test]
fn a_panic_reaches_who_joins_and_the_thread_goes_on() {
    let trace = Trace::new();
    let builder = Scheduler::builder().max_blocking_threads(1);
    builder.build().unwrap().run(async {
        let job = spawn_blocking(|| -> u32 { panic!("out of tea") });
        let error = job.await.unwrap_err();
        trace.add(error.is_panic());
        trace.add(error.into_panic().downcast_ref::<&str>().unwrap());
        let payload = spawn_blocking(|| std::panic::panic_any(7_u8)).await.unwrap_err();
        trace.add(payload.into_panic().downcast_ref::<u8>().unwrap());
        let name = spawn_blocking(|| std::thread::current().name().map(str::to_owned));
        trace.add(outcome(&name.await));
    });
    assert_eq!(trace, ["true", "out of tea", "7", "Some(\"coweave-blocking-1\")"]);
}

#[test]
fn ten_thousand_jobs_of_several_tasks_give_each_its_own() {
    const TASKS: usize = 10;
    const JOBS: usize = 1000;
    let run = Arc::new(AtomicUsize::new(0));
    let builder = Scheduler::builder().max_blocking_threads(8);
    let sum: usize = builder.build().unwrap().run(async {
        let tasks: Vec<_> = (0..TASKS)
            .map(|task| {
                let run = run.clone();
                spawn(async move {
                    let jobs: Vec<_> = (0..JOBS)
                        .map(|job| {
                            let run = run.clone();
                            spawn_blocking(move || {
                                run.fetch_add(1, Ordering::Relaxed);
                                task * JOBS + job
                            })
                        })
                        .collect();
                    let mut sum = 0;
                    for (number, job) in jobs.into_iter().enumerate() {
                        let given = job.await.unwrap();
                        assert_eq!(given, task * JOBS + number);
                        sum += given;
                    }
                    sum
                })
            })
            .collect();
        let mut sum = 0;
        for task in tasks {
            sum += task.await.unwrap();
        }
        sum
    });
    let all = TASKS * JOBS;
    assert_eq!((run.load(Ordering::Relaxed), sum), (all, all * (all - 1) / 2));
}

#[test]
fn outputs_of_any_size_arrive() {
    #[repr(align(128))]
    struct Aligned(u8);
    system_scheduler().run(async {
        spawn_blocking(|| ()).await.unwrap();
        assert_eq!(spawn_blocking(|| [7_u8; 100_000]).await.unwrap()[99_999], 7);
        assert_eq!(spawn_blocking(|| Aligned(3)).await.unwrap().0, 3);
        let large = [9_u64; 10_000];
        assert_eq!(spawn_blocking(move || large[9_999]).await.unwrap(), 9);
    });
}

#[test]
fn a_job_is_spawned_from_anywhere() {
    let trace = Trace::new();
    let mut scheduler = system_scheduler();
    let handle = scheduler.handle();
    let before_the_run = scheduler.spawn_blocking(|| 1);
    let on_a_thread = on_thread("other", {
        let handle = handle.clone();
        move || handle.spawn_blocking(|| 2)
    });
    let in_a_job = scheduler.run(async {
        let job = spawn_blocking(move || handle.spawn_blocking(|| 3)).await.unwrap();
        let named = task::Builder::new().name("four").spawn_blocking(|| 4);
        trace.add(outcome(&named.await));
        job
    });
    trace.add(outcome(&scheduler.run(in_a_job)));
    trace.add(outcome(&scheduler.run(on_a_thread)));
    trace.add(outcome(&scheduler.run(before_the_run)));
    trace.add(panic_text(|| spawn_blocking(|| 5)).contains("no scheduler runs"));
    assert_eq!(trace, ["4", "3", "2", "1", "true"]);
}

#[test]
fn a_handle_is_joined_anywhere() {
    let trace = Trace::new();
    let mut scheduler = system_scheduler();
    let [on_thread_job, called, elsewhere] = [1, 2, 3].map(|n| scheduler.spawn_blocking(move || n));
    let joins = std::thread::spawn(move || block_on(on_thread_job));
    let slot = Slot::new();
    let called_with = slot.clone();
    called.on_completion(move |result| called_with.put(result));
    let elsewhere = std::thread::spawn(move || system_scheduler().run(elsewhere));
    let (joined, joined_elsewhere) =
        scheduler.run(async { (until_finished(joins).await, until_finished(elsewhere).await) });
    scheduler.run_until_idle();
    for result in [joined, slot.take(), joined_elsewhere] {
        trace.add(outcome(&result));
    }
    assert_eq!(trace, ["1", "2", "3"]);
}

#[test]
fn a_job_speaks_with_tasks() {
    let trace = Trace::new();
    system_scheduler().run(async {
        let (questions, asked) = bounded(1);
        let (answers, told) = unbounded();
        let total = Arc::new(Mutex::new(0));
        let (in_job, handle) = (total.clone(), SchedulerHandle::try_current().unwrap());
        let job = spawn_blocking(move || {
            while let Ok(n) = asked.blocking_recv() {
                *in_job.blocking_lock() += n;
                answers.blocking_send(n * n).unwrap();
            }
            block_on(handle.spawn(async { "a task" })).unwrap()
        });
        for n in 1..=100 {
            questions.send(n).await.unwrap();
            assert_eq!(told.recv().await, Ok(n * n));
        }
        drop(questions);
        trace.add(outcome(&job.await));
        trace.add(*total.lock().await);
    });
    assert_eq!(trace, ["\"a task\"", "5050"]);
}

#[test]
fn a_job_runs_a_scheduler_of_its_own() {
    let inner = || coweave::run(async { spawn_blocking(|| 3).await.unwrap() + 1 });
    let given = system_scheduler().run(async { spawn_blocking(inner).await.unwrap() });
    assert_eq!(given, 4);
}

#[coweave::coroutine]
fn reads(length: usize) -> usize {
    let text = spawn_blocking(move || "x".repeat(length)).await.unwrap();
    text.len()
}

#[coweave::test]
async fn a_coroutine_awaits_jobs() {
    assert_eq!(reads(3).await + spawn(reads(4)).await.unwrap(), 7);
}

//! Jobs that nobody wants any more.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};

use coweave::{Scheduler, select, sleep, spawn, spawn_blocking, timeout, yield_now};

use crate::gate;
use crate::support::{Bomb, Counted, Slot, Trace, outcome, system_scheduler, virtual_scheduler};

fn one_thread() -> Scheduler {
    Scheduler::builder().virtual_time().max_blocking_threads(1).build().unwrap()
}

#[test]
fn a_queued_job_that_is_cancelled_never_runs() {
    let trace = Trace::new();
    one_thread().run(async {
        let (key, gate) = gate();
        let first = spawn_blocking(move || gate.pass());
        let closure = Counted::new(&trace, "closure");
        let in_job = trace.clone();
        let second = spawn_blocking(move || {
            in_job.add("ran");
            closure.touch();
        });
        second.cancel();
        trace.add("cancelled");
        trace.add(outcome(&second.await));
        key.open();
        first.await.unwrap();
        spawn_blocking(|| ()).await.unwrap();
    });
    assert_eq!(trace, ["cancelled", "closure dropped", "cancelled"]);
}

#[test]
fn a_running_job_that_is_cancelled_goes_on_and_drops_its_output() {
    let trace = Trace::new();
    let mut scheduler = one_thread();
    scheduler.run(async {
        let (key, gate) = gate();
        let (begun, begins) = mpsc::channel();
        let output = Counted::new(&trace, "output");
        let in_job = trace.clone();
        let job = spawn_blocking(move || {
            begun.send(()).unwrap();
            gate.pass();
            in_job.add("ends");
            output
        });
        begins.recv().unwrap();
        job.cancel();
        trace.add(outcome(&job.await));
        key.open();
        spawn_blocking(|| ()).await.unwrap();
    });
    assert_eq!(trace, ["cancelled", "ends", "output dropped on coweave-blocking-1"]);
}

#[test]
fn a_detached_job_runs_and_its_output_is_dropped_on_the_pool() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let output = Counted::new(&trace, "output");
    drop(scheduler.spawn_blocking(move || output));
    // It waits for the job, and then for the destructor.
    assert_eq!(scheduler.run_until_idle(), 0);
    trace.add("idle");
    drop(scheduler);
    let [dropped, idle] = trace.to_vec().try_into().unwrap();
    assert!(dropped.starts_with("output dropped on coweave-blocking-"), "{dropped}");
    assert_eq!(idle, "idle");
}

#[test]
fn what_ended_before_its_task_was_cancelled_is_dropped_on_the_pool() {
    let trace = Trace::new();
    let mut scheduler = one_thread();
    let output = Counted::new(&trace, "output");
    let job = scheduler.spawn_blocking(move || output);
    let (begun, begins) = mpsc::channel();
    let next = scheduler.spawn_blocking(move || begun.send(()).unwrap());
    // There is one thread: the first job has ended, and its task was not resumed since.
    begins.recv().unwrap();
    job.cancel();
    trace.add(outcome(&scheduler.run(next)));
    trace.add(outcome(&scheduler.run(job)));
    scheduler.run_until_idle();
    let mut events = trace.to_vec();
    events.sort();
    assert_eq!(events, ["()", "cancelled", "output dropped on coweave-blocking-1"]);
}

#[test]
fn each_of_many_jobs_is_run_or_dropped_once() {
    const JOBS: usize = 5_000;
    struct Guard(Arc<AtomicUsize>);
    impl Drop for Guard {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let (ran, dropped) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let builder = Scheduler::builder().max_blocking_threads(4);
    let (mut outputs, mut cancelled) = (0, 0);
    builder.build().unwrap().run(async {
        let jobs: Vec<_> = (0..JOBS)
            .map(|_| {
                let (ran, guard) = (ran.clone(), Guard(dropped.clone()));
                spawn_blocking(move || {
                    ran.fetch_add(1, Ordering::Relaxed);
                    guard
                })
            })
            .collect();
        for (number, job) in jobs.iter().enumerate() {
            match number % 3 {
                0 => job.cancel(),
                1 if number % 64 == 1 => yield_now().await,
                _ => {}
            }
        }
        for (number, job) in jobs.into_iter().enumerate() {
            if number % 7 == 0 {
                continue;
            }
            match job.await {
                Ok(guard) => {
                    drop(guard);
                    outputs += 1;
                }
                Err(error) => {
                    assert!(error.is_cancelled());
                    cancelled += 1;
                }
            }
        }
    });
    assert_eq!(dropped.load(Ordering::Relaxed), JOBS);
    assert_eq!(outputs + cancelled, JOBS - JOBS.div_ceil(7));
    assert!(ran.load(Ordering::Relaxed) >= outputs);
}

#[test]
fn a_join_that_loses_detaches_its_job() {
    let trace = Trace::new();
    one_thread().run(async {
        let (key, gate) = gate();
        let in_job = trace.clone();
        let job = spawn_blocking(move || {
            gate.pass();
            in_job.add("the job ends");
        });
        select! {
            result = job => trace.add(outcome(&result)),
            () = yield_now() => trace.add("the other"),
        }
        let second = spawn_blocking(|| 2);
        drop(key);
        trace.add(outcome(&second.await));
    });
    assert_eq!(trace, ["the other", "the job ends", "2"]);
}

#[test]
fn a_timeout_on_the_systems_clock_gives_a_job_up() {
    let trace = Trace::new();
    let (key, gate) = gate();
    let mut scheduler = system_scheduler();
    scheduler.run(async {
        let job = spawn_blocking(move || gate.pass());
        trace.add(timeout(std::time::Duration::from_millis(1), job).await.is_err());
    });
    drop(key);
    assert_eq!(scheduler.run_until_idle(), 0);
    assert_eq!(trace, ["true"]);
}

#[test]
fn a_closure_whose_destructor_panics_ends_its_task_alone() {
    let trace = Trace::new();
    one_thread().run(async {
        let (key, gate) = gate();
        let first = spawn_blocking(move || gate.pass());
        let bomb = Bomb::new(&trace, "bomb");
        let second = spawn_blocking(move || bomb.0.touch());
        let third = spawn_blocking(|| 3);
        second.cancel();
        trace.add(outcome(&second.await));
        drop(key);
        first.await.unwrap();
        trace.add(outcome(&third.await));
    });
    assert_eq!(trace, ["bomb dropped", "3 panicked: bomb went off", "3"]);
}

#[test]
fn an_unwanted_output_whose_destructor_panics_is_nobodys() {
    let trace = Trace::new();
    one_thread().run(async {
        let bomb = Bomb::new(&trace, "bomb");
        drop(spawn_blocking(move || bomb));
        // The output comes back to the pool before time goes on.
        sleep(std::time::Duration::from_secs(1)).await;
        trace.add(outcome(&spawn_blocking(|| 2).await));
    });
    assert_eq!(trace, ["bomb dropped on coweave-blocking-1", "2"]);
}

#[test]
fn a_payload_whose_destructor_panics_harms_nobody() {
    let trace = Trace::new();
    let mut scheduler = one_thread();
    scheduler.run(async {
        let (key, gate) = gate();
        let (begun, begins) = mpsc::channel();
        let payload = Bomb::new(&trace, "payload");
        let job = spawn_blocking(move || {
            begun.send(()).unwrap();
            gate.pass();
            std::panic::panic_any(payload);
        });
        begins.recv().unwrap();
        job.cancel();
        trace.add(outcome(&job.await));
        drop(key);
        trace.add(outcome(&spawn_blocking(|| 2).await));
    });
    assert_eq!(trace, ["cancelled", "payload dropped on coweave-blocking-1", "2"]);
}

#[test]
fn a_panic_that_nobody_joins_is_told() {
    let trace = Trace::new();
    let told = Slot::new();
    let tells = told.clone();
    let builder = Scheduler::builder().on_panic(move |task| tells.put(task.to_string()));
    let mut scheduler = builder.build().unwrap();
    drop(scheduler.spawn_blocking(|| panic!("out of tea")));
    scheduler.run_until_idle();
    trace.add(told.take().ends_with("panicked: out of tea"));
    assert_eq!(trace, ["true"]);
}

#[test]
fn a_task_that_waits_for_a_job_is_cancelled_and_the_job_goes_on() {
    let trace = Trace::new();
    one_thread().run(async {
        let (key, gate) = gate();
        let in_job = trace.clone();
        let waits = spawn(async move {
            let job = spawn_blocking(move || {
                gate.pass();
                in_job.add_with_thread("the job ends");
            });
            job.await.unwrap();
        });
        yield_now().await;
        waits.cancel();
        trace.add(outcome(&waits.await));
        drop(key);
        spawn_blocking(|| ()).await.unwrap();
    });
    assert_eq!(trace, ["cancelled", "the job ends on coweave-blocking-1"]);
}

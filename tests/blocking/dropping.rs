//! What a job owns is dropped once, and where.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use coweave::{JoinHandle, Scheduler, SchedulerHandle, spawn, spawn_blocking};

use crate::gate;
use crate::support::{
    Counted, OnDrop, Slot, Trace, forget, on_thread, outcome, system_scheduler, virtual_scheduler,
};

#[test]
fn a_job_that_is_joined_drops_what_it_captured_on_its_thread() {
    let trace = Trace::new();
    system_scheduler().run(async {
        let (captured, output) = (Counted::new(&trace, "captured"), Counted::new(&trace, "output"));
        let job = spawn_blocking(move || {
            captured.touch();
            output
        });
        let output = job.await;
        trace.add("joined");
        drop(output);
    });
    assert_eq!(trace, ["captured dropped on coweave-blocking-1", "joined", "output dropped"]);
}

#[test]
fn what_a_job_that_panics_captured_is_dropped_on_its_thread() {
    let trace = Trace::new();
    system_scheduler().run(async {
        let captured = Counted::new(&trace, "captured");
        let job = spawn_blocking(move || {
            captured.touch();
            panic!("out of tea");
        });
        trace.add(outcome(&job.await));
    });
    assert_eq!(trace, ["captured dropped on coweave-blocking-1", "2 panicked: out of tea"]);
}

#[test]
fn a_handle_is_dropped_elsewhere() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let (key, gate) = gate();
    let output = Counted::new(&trace, "output");
    let job = scheduler.spawn_blocking(move || {
        gate.pass();
        output
    });
    on_thread("other", move || drop(job));
    drop(key);
    assert_eq!(scheduler.run_until_idle(), 0);
    let events = trace.to_vec();
    assert_eq!(events.len(), 1);
    assert!(events[0].starts_with("output dropped on coweave-blocking-"), "{events:?}");
}

/// The output of a job, with the job's own handle inside.
struct Own {
    _handle: Slot<JoinHandle<Self>>,
    _counted: Counted,
}

#[test]
fn an_output_holds_and_drops_its_own_handle() {
    let trace = Trace::new();
    for at_home in [true, false] {
        let mut scheduler = virtual_scheduler();
        let (handle, counted) = (Slot::new(), Counted::new(&trace, "output"));
        let inside = handle.clone();
        let (key, gate) = gate();
        handle.put(scheduler.spawn_blocking(move || {
            gate.pass();
            Own { _handle: inside, _counted: counted }
        }));
        drop(key);
        scheduler.run_until_idle();
        let taken = handle.take();
        if at_home {
            scheduler.run(async { drop(taken) });
        } else {
            drop(scheduler);
            drop(taken);
        }
    }
    assert_eq!(trace, ["output dropped", "output dropped"]);
}

#[test]
fn forgotten_handles_keep_nothing_from_ending() {
    let trace = Trace::new();
    let builder = Scheduler::builder().max_blocking_threads(1);
    let mut scheduler = builder.build().unwrap();
    scheduler.run(async {
        let (counted, in_job) = (Counted::new(&trace, "closure"), trace.clone());
        forget(spawn_blocking(move || {
            counted.touch();
            in_job.add("ran");
        }));
        let (key, gate) = gate();
        forget(spawn_blocking(move || gate.pass()));
        drop(key);
    });
    assert_eq!(scheduler.run_until_idle(), 0);
    drop(scheduler);
    let mut events = trace.to_vec();
    events.sort();
    assert_eq!(events, ["closure dropped on coweave-blocking-1", "ran"]);
}

#[test]
fn a_job_holds_the_last_handle_of_its_scheduler() {
    let trace = Trace::new();
    let result = virtual_scheduler().try_run(async {
        let handle = SchedulerHandle::try_current().unwrap();
        let in_job = trace.clone();
        let job = spawn_blocking(move || handle.spawn(async move { in_job.add("spawned") }));
        let task = job.await.unwrap();
        task.await.unwrap();
    });
    trace.add(result.is_ok());
    assert_eq!(trace, ["spawned", "true"]);
}

#[test]
fn a_job_spawns_jobs_on_the_only_thread() {
    fn next(handle: &SchedulerHandle, left: u32) -> JoinHandle<u32> {
        let inner = handle.clone();
        handle.spawn_blocking(move || {
            if left > 0 {
                drop(next(&inner, left - 1));
            }
            left
        })
    }
    let mut scheduler = Scheduler::builder().max_blocking_threads(1).build().unwrap();
    let first = next(&scheduler.handle(), 100);
    assert_eq!(scheduler.run(first).unwrap(), 100);
    assert_eq!(scheduler.run_until_idle(), 0);
}

#[test]
fn a_destructor_of_a_cancelled_task_spawns_a_job() {
    let ran = Arc::new(AtomicBool::new(false));
    let mut scheduler = system_scheduler();
    let in_job = ran.clone();
    let spawned = Slot::new();
    let at_end = spawned.clone();
    let guard = OnDrop::new(move || {
        at_end.put(spawn_blocking(move || in_job.store(true, Ordering::Relaxed)));
    });
    scheduler.run(async {
        drop(spawn(async move {
            std::future::pending::<()>().await;
            drop(guard);
        }));
        coweave::yield_now().await;
    });
    drop(scheduler);
    let trace = Trace::new();
    trace.add(outcome(&coweave::run(spawned.take())));
    trace.add(ran.load(Ordering::Relaxed));
    assert_eq!(trace, ["cancelled", "false"]);
}

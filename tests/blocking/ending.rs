//! Jobs and the end of their scheduler.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use coweave::channel::unbounded;
use coweave::{BlockingShutdown, Scheduler, spawn, spawn_blocking, yield_now};
use futures::executor::block_on;

use crate::support::{
    Counted, OnDrop, Trace, on_thread, outcome, panic_text, start_thread, system_scheduler,
};
use crate::{LONG, gate};

fn one_thread() -> Scheduler {
    Scheduler::builder().max_blocking_threads(1).build().unwrap()
}

#[test]
fn the_end_waits_for_what_runs_behind_the_tasks() {
    let trace = Trace::new();
    let mut scheduler = system_scheduler();
    let (key, gate) = gate();
    scheduler.run(async {
        let in_job = trace.clone();
        let (begun, begins) = mpsc::channel();
        drop(spawn_blocking(move || {
            begun.send(()).unwrap();
            gate.pass();
            std::thread::sleep(Duration::from_millis(20));
            in_job.add("the job ends");
        }));
        begins.recv().unwrap();
        let (in_frame, guard) = (trace.clone(), OnDrop::new(move || drop(key)));
        drop(spawn(async move {
            let _guard = guard;
            let _counted = Counted::new(&in_frame, "frame");
            std::future::pending::<()>().await;
        }));
        yield_now().await;
    });
    drop(scheduler);
    trace.add("the scheduler is gone");
    assert_eq!(trace, ["frame dropped", "the job ends", "the scheduler is gone"]);
}

#[test]
fn what_is_queued_at_the_end_never_runs() {
    let trace = Trace::new();
    let mut scheduler = one_thread();
    let (key, gate) = gate();
    let (begun, begins) = mpsc::channel();
    let running = scheduler.spawn_blocking(move || {
        begun.send(()).unwrap();
        gate.pass();
    });
    begins.recv().unwrap();
    let (closure, in_job) = (Counted::new(&trace, "closure"), trace.clone());
    let queued = scheduler.spawn_blocking(move || {
        closure.touch();
        in_job.add("ran");
    });
    let closure = Counted::new(&trace, "detached closure");
    drop(scheduler.spawn_blocking(move || closure.touch()));
    // The last frame to be dropped.
    let guard = OnDrop::new(move || drop(key));
    drop(scheduler.spawn(async move {
        let _guard = guard;
        std::future::pending::<()>().await;
    }));
    scheduler.run(yield_now());
    drop(scheduler);
    trace.add(outcome(&block_on(queued)));
    trace.add(outcome(&block_on(running)));
    assert_eq!(trace, ["closure dropped", "detached closure dropped", "cancelled", "cancelled"]);
}

/// What a thread that nobody joins tells. (Not a channel, whose end the thread sanitizer misjudges.)
#[derive(Clone, Default)]
struct Flag(Arc<AtomicBool>);

impl Flag {
    fn set(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn wait(&self) {
        while !self.0.load(Ordering::Acquire) {
            std::thread::yield_now();
        }
    }
}

#[test]
fn an_output_that_comes_too_late_is_dropped_on_its_thread() {
    let trace = Trace::new();
    let mut scheduler =
        Scheduler::builder().blocking_shutdown(BlockingShutdown::Report).build().unwrap();
    let [begins, opens, dropped] = [(); 3].map(|()| Flag::default());
    let (begun, open, at_drop) = (begins.clone(), opens.clone(), dropped.clone());
    let output = (Counted::new(&trace, "output"), OnDrop::new(move || at_drop.set()));
    let job = scheduler.spawn_blocking(move || {
        begun.set();
        open.wait();
        output
    });
    begins.wait();
    scheduler.run(yield_now());
    drop(scheduler);
    trace.add(outcome(&block_on(job).map(|_| ())));
    opens.set();
    dropped.wait();
    assert_eq!(trace, ["cancelled", "output dropped on coweave-blocking-1"]);
}

#[test]
fn a_limit_of_time_is_kept_and_what_still_runs_goes_on() {
    let trace = Trace::new();
    let limit = BlockingShutdown::WaitFor(Duration::from_millis(20));
    let scheduler = Scheduler::builder().blocking_shutdown(limit).build().unwrap();
    let [begins, opens, ends] = [(); 3].map(|()| Flag::default());
    let (begun, open, ended, in_job) = (begins.clone(), opens.clone(), ends.clone(), trace.clone());
    drop(scheduler.spawn_blocking(move || {
        begun.set();
        open.wait();
        in_job.add("the job ends");
        ended.set();
    }));
    begins.wait();
    drop(scheduler);
    trace.add("the scheduler is gone");
    opens.set();
    ends.wait();
    assert_eq!(trace, ["the scheduler is gone", "the job ends"]);
}

#[test]
fn a_limit_of_time_is_not_waited_for_when_all_have_ended() {
    let limit = BlockingShutdown::WaitFor(LONG);
    let mut scheduler = Scheduler::builder().blocking_shutdown(limit).build().unwrap();
    let (begun, begins) = mpsc::channel();
    let (key, gate) = gate();
    let job = scheduler.spawn_blocking(move || {
        begun.send(()).unwrap();
        gate.pass();
    });
    begins.recv().unwrap();
    let opens = start_thread("opens", move || {
        std::thread::sleep(Duration::from_millis(20));
        drop(key);
    });
    scheduler.run(yield_now());
    drop(scheduler);
    opens.join().unwrap();
    assert!(block_on(job).unwrap_err().is_cancelled());
}

#[test]
fn a_handle_spawns_nothing_after_the_end() {
    let trace = Trace::new();
    let scheduler = system_scheduler();
    let handle = scheduler.handle();
    drop(scheduler);
    let (closure, in_job) = (Counted::new(&trace, "closure"), trace.clone());
    let job = on_thread("other", move || {
        handle.spawn_blocking(move || {
            closure.touch();
            in_job.add("ran");
        })
    });
    trace.add(outcome(&block_on(job)));
    assert_eq!(trace, ["closure dropped on other", "cancelled"]);
}

#[test]
fn jobs_are_spawned_while_the_scheduler_ends() {
    const ROUNDS: usize = 50;
    for _ in 0..ROUNDS {
        let mut scheduler = system_scheduler();
        let handle = scheduler.handle();
        let spawns = start_thread("spawns", move || {
            (0..20).map(|n| handle.spawn_blocking(move || n)).collect::<Vec<_>>()
        });
        scheduler.run(yield_now());
        drop(scheduler);
        for (n, job) in spawns.join().unwrap().into_iter().enumerate() {
            match block_on(job) {
                Ok(given) => assert_eq!(given, n),
                Err(error) => assert!(error.is_cancelled()),
            }
        }
    }
}

#[test]
fn a_job_that_waits_for_tasks_is_told_of_their_end() {
    let trace = Trace::new();
    let mut scheduler = system_scheduler();
    let handle = scheduler.handle();
    let (sender, receiver) = unbounded::<u32>();
    let in_job = trace.clone();
    scheduler.run(async move {
        let (begun, begins) = mpsc::channel();
        drop(spawn_blocking(move || {
            begun.send(()).unwrap();
            in_job.add(receiver.blocking_recv().is_err());
            let task = handle.spawn(async {});
            in_job.add(outcome(&block_on(task)));
            let job = handle.spawn_blocking(|| ());
            in_job.add(outcome(&block_on(job)));
        }));
        begins.recv().unwrap();
        drop(spawn(async move {
            std::future::pending::<()>().await;
            drop(sender);
        }));
        yield_now().await;
    });
    // The sender goes with its task, when spawns are refused.
    drop(scheduler);
    assert_eq!(trace, ["true", "cancelled", "cancelled"]);
}

#[test]
fn a_panic_of_a_job_at_the_end_and_one_of_the_owner_harm_nobody() {
    let trace = Trace::new();
    let (key, gate) = gate();
    let in_job = trace.clone();
    let text = panic_text(|| {
        let scheduler = system_scheduler();
        let (begun, begins) = mpsc::channel();
        drop(scheduler.spawn_blocking(move || {
            let _told = OnDrop::new(move || in_job.add("the job ends"));
            begun.send(()).unwrap();
            gate.pass();
            panic!("the job's");
        }));
        begins.recv().unwrap();
        drop(key);
        // The scheduler is dropped while this unwinds.
        panic!("the owner's");
    });
    trace.add(text);
    assert_eq!(trace, ["the job ends", "the owner's"]);
}

#[test]
fn a_scheduler_is_dropped_inside_a_job_of_another() {
    let trace = Trace::new();
    system_scheduler().run(async {
        let in_job = trace.clone();
        let job = spawn_blocking(move || {
            let scheduler = system_scheduler();
            let inner = in_job.clone();
            let (begun, begins) = mpsc::channel();
            drop(scheduler.spawn_blocking(move || {
                begun.send(()).unwrap();
                inner.add("the inner job");
            }));
            begins.recv().unwrap();
            drop(scheduler);
            in_job.add("the inner scheduler");
        });
        job.await.unwrap();
    });
    assert_eq!(trace, ["the inner job", "the inner scheduler"]);
}

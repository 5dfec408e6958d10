//! Blocking jobs: submitted, run, waited for, given up and ended with their scheduler.

use std::time::Duration;

use coweave::{BlockingShutdown, Builder, Scheduler};
use loom::sync::Arc;
use loom::thread;

use crate::support::{Fault, Watched, block_on, is_wrong, model, notices, scheduler};

fn set_up(threads: usize, keep_alive: Duration) -> Builder {
    let builder = Scheduler::builder().virtual_time().stall_report(None);
    builder.max_blocking_threads(threads).blocking_keep_alive(keep_alive)
}

/// A thread that is idle for so long ends at once, while jobs may come.
const SHORT: Duration = Duration::ZERO;
/// And for so long it never does.
const LONG: Duration = Duration::MAX;

/// A task waits for a job, in a world that is closed but for that; its worker sleeps, and ends while
/// the thread is idle.
fn a_job_is_waited_for() {
    let mut scheduler = set_up(1, LONG).build().unwrap();
    let written = Watched::new(0);
    let job = scheduler.spawn_blocking(move || {
        written.set(5);
        written
    });
    let output = scheduler.try_run(job).expect("a job is left").unwrap();
    assert_eq!(output.get(), 5);
}

#[test]
fn a_task_sees_what_its_job_has_written() {
    model(a_job_is_waited_for);
}

#[test]
fn threads_that_are_not_told_of_the_end_are_noticed() {
    notices(Fault::NotNotified, "deadlock", a_job_is_waited_for);
}

#[test]
fn a_guard_that_goes_without_release_is_noticed() {
    notices(Fault::RelaxedCount, "a job is left", a_job_is_waited_for);
}

/// Two jobs come one after the other, where the thread of the first may be running, idle or ending.
fn two_jobs_come(threads: usize, keep_alive: Duration) {
    let mut scheduler = set_up(threads, keep_alive).build().unwrap();
    let first = scheduler.spawn_blocking(|| Watched::new(1));
    let second = scheduler.spawn_blocking(|| Watched::new(2));
    let sum = scheduler.run(async { second.await.unwrap().get() + first.await.unwrap().get() });
    assert_eq!(sum, 3);
}

#[test]
fn a_job_that_comes_while_a_thread_ends_is_run() {
    model(|| two_jobs_come(1, SHORT));
}

#[test]
fn a_job_that_comes_while_a_thread_is_idle_is_run() {
    model(|| two_jobs_come(1, LONG));
}

#[test]
fn a_job_that_nobody_is_notified_of_is_noticed() {
    notices(Fault::NotNotified, "deadlock", || two_jobs_come(1, LONG));
}

#[test]
fn two_threads_take_a_job_each_or_one_takes_both() {
    model(|| two_jobs_come(2, SHORT));
}

/// A job is cancelled while it is queued, runs or has ended: closure and output are dropped once.
#[test]
fn cancelling_meets_the_start_and_the_end_of_a_job() {
    model(|| {
        let mut scheduler = set_up(1, LONG).build().unwrap();
        let captured = Watched::new(3);
        let job = scheduler.spawn_blocking(move || {
            captured.set(4);
            captured
        });
        job.cancel();
        match scheduler.run(job) {
            Ok(output) => assert_eq!(output.get(), 4),
            Err(error) => assert!(error.is_cancelled()),
        }
    });
}

/// Nobody waits for a job: its output goes back to a thread of the pool, and a run until idle waits for
/// both.
#[test]
fn an_output_that_nobody_takes_is_dropped_before_the_world_is_idle() {
    model(|| {
        let mut scheduler = set_up(1, LONG).build().unwrap();
        let dropped = Arc::new(Watched::new(0));
        let output = Dropped(dropped.clone());
        drop(scheduler.spawn_blocking(move || output));
        assert_eq!(scheduler.run_until_idle(), 0);
        assert_eq!(dropped.get(), 1);
    });
}

struct Dropped(Arc<Watched>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.set(1);
    }
}

/// A scheduler is dropped while a job is queued, runs or has ended.
fn ends_with_a_job(how: BlockingShutdown) {
    let mut scheduler = set_up(1, LONG).blocking_shutdown(how).build().unwrap();
    let captured = Watched::new(3);
    let job = scheduler.spawn_blocking(move || {
        captured.set(4);
        captured
    });
    scheduler.run(coweave::yield_now());
    drop(scheduler);
    match block_on(job) {
        Ok(output) => assert_eq!(output.get(), 4),
        Err(error) => assert!(error.is_cancelled()),
    }
}

#[test]
fn a_scheduler_that_waits_ends_with_a_job() {
    model(|| ends_with_a_job(BlockingShutdown::Wait));
}

#[test]
fn a_scheduler_that_waits_for_so_long_ends_with_a_job() {
    model(|| ends_with_a_job(BlockingShutdown::WaitFor(LONG)));
}

#[test]
fn a_scheduler_that_does_not_wait_ends_with_a_job() {
    model(|| ends_with_a_job(BlockingShutdown::Report));
}

/// What jobs have written is there for who drops the scheduler, if that waits.
fn what_was_written_at_the_end(how: BlockingShutdown) {
    let scheduler = set_up(1, LONG).blocking_shutdown(how).build().unwrap();
    let written = Arc::new(Watched::new(0));
    let writes = written.clone();
    drop(scheduler.spawn_blocking(move || {
        thread::yield_now();
        writes.set(5);
    }));
    drop(scheduler);
    assert!([0, 5].contains(&written.get()));
}

#[test]
fn the_end_comes_behind_all_that_jobs_did() {
    model(|| what_was_written_at_the_end(BlockingShutdown::Wait));
}

#[test]
fn an_end_that_does_not_wait_for_jobs_is_noticed() {
    is_wrong("Causality violation", || what_was_written_at_the_end(BlockingShutdown::Report));
}

/// A job is spawned from outside while the scheduler ends: it is refused, dropped or runs.
fn spawn_against_the_end() {
    let scheduler = scheduler();
    let handle = scheduler.handle();
    let captured = Watched::new(1);
    let spawns = thread::spawn(move || match block_on(handle.spawn_blocking(move || captured)) {
        Ok(output) => assert_eq!(output.get(), 1),
        Err(error) => assert!(error.is_cancelled()),
    });
    drop(scheduler);
    spawns.join().unwrap();
}

#[test]
fn a_spawn_from_outside_meets_the_end() {
    model(spawn_against_the_end);
}

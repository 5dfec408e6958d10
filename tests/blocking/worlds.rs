//! What a job holds up while it runs or is queued: the virtual clock, the end of a closed world, the
//! end of `run_until_idle`.

use std::sync::mpsc;
use std::time::Duration;

use coweave::{Instant, Scheduler, WaitsFor, park, sleep, spawn, spawn_blocking, task, yield_now};

use crate::support::{Trace, on_thread, outcome, start_thread, virtual_scheduler};
use crate::{LONG, gate};

#[test]
fn virtual_time_stands_still_while_a_job_runs() {
    let trace = Trace::new();
    virtual_scheduler().run(async {
        let start = Instant::now();
        let asleep = trace.clone();
        let sleeps = spawn(async move {
            sleep(Duration::from_nanos(1)).await;
            asleep.add("slept");
        });
        let in_job = trace.clone();
        let job = spawn_blocking(move || {
            std::thread::sleep(Duration::from_millis(20));
            in_job.add("the job ends");
        });
        job.await.unwrap();
        assert_eq!(start.elapsed(), Duration::ZERO);
        sleeps.await.unwrap();
    });
    assert_eq!(trace, ["the job ends", "slept"]);
}

#[test]
fn a_queued_job_and_one_that_nobody_wants_hold_the_clock_too() {
    let trace = Trace::new();
    let builder = Scheduler::builder().virtual_time().max_blocking_threads(1);
    builder.build().unwrap().run(async {
        let (key, gate) = gate();
        let (begun, begins) = mpsc::channel();
        let in_job = trace.clone();
        let cancelled = spawn_blocking(move || {
            begun.send(()).unwrap();
            gate.pass();
            in_job.add("the cancelled one ends");
        });
        begins.recv().unwrap();
        let in_job = trace.clone();
        drop(spawn_blocking(move || in_job.add("the queued one ends")));
        cancelled.cancel();
        trace.add(outcome(&cancelled.await));
        let opens = start_thread("opens", move || {
            std::thread::sleep(Duration::from_millis(20));
            drop(key);
        });
        sleep(LONG).await;
        trace.add("slept");
        opens.join().unwrap();
    });
    assert_eq!(trace, ["cancelled", "the cancelled one ends", "the queued one ends", "slept"]);
}

#[test]
fn a_queued_job_that_is_cancelled_lets_the_clock_go() {
    let builder = Scheduler::builder().virtual_time().max_blocking_threads(1);
    let mut scheduler = builder.build().unwrap();
    scheduler.run(async {
        let jobs: Vec<_> = (0..10).map(|_| spawn_blocking(|| ())).collect();
        jobs.iter().for_each(coweave::JoinHandle::cancel);
        sleep(LONG).await;
        assert!(jobs.iter().all(coweave::JoinHandle::is_finished));
    });
}

#[test]
fn a_closed_world_waits_for_a_job_and_is_stuck_behind_it() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let waits = scheduler.try_run(async {
        let unparker = task::current().unparker();
        drop(spawn_blocking(move || {
            std::thread::sleep(Duration::from_millis(20));
            unparker.unpark();
        }));
        park().await;
    });
    trace.add(waits.is_ok());
    let stuck = scheduler.try_run(async {
        spawn_blocking(|| ()).await.unwrap();
        park().await;
    });
    trace.add(stuck.unwrap_err().tasks().len());
    assert_eq!(trace, ["true", "1"]);
}

#[test]
fn a_run_until_idle_waits_for_jobs() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let in_job = trace.clone();
    drop(scheduler.spawn_blocking(move || {
        std::thread::sleep(Duration::from_millis(20));
        in_job.add("the job ends");
    }));
    trace.add(scheduler.run_until_idle());
    assert_eq!(trace, ["the job ends", "0"]);
}

#[test]
fn a_job_goes_on_between_two_runs() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let (key, gate) = gate();
    let (ended, ends) = mpsc::channel();
    let job = scheduler.run(async {
        spawn_blocking(move || {
            gate.pass();
            ended.send(()).unwrap();
            7
        })
    });
    key.open();
    ends.recv().unwrap();
    trace.add(outcome(&scheduler.run(job)));
    assert_eq!(trace, ["7"]);
}

#[test]
fn a_background_job_keeps_nothing_going_and_is_told_with_its_place() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let (key, gate) = gate();
    let mut line = 0;
    let deadlock = scheduler.try_run(async {
        let start = Instant::now();
        let builder = task::Builder::new().name("reads").background(true);
        line = line!() + 1;
        drop(builder.spawn_blocking(move || gate.pass()));
        sleep(LONG).await;
        trace.add(start.elapsed() == LONG);
        park().await;
    });
    let deadlock = deadlock.unwrap_err();
    let told = &deadlock.tasks()[1];
    trace.add(told.waits_for() == &WaitsFor::BlockingJob);
    let place = format!("{}:{line}:", file!());
    let text = deadlock.to_string();
    trace.add(text.contains(&format!("waiting for its blocking job, for 3600s\n      at {place}")));
    trace.add(text.contains(&format!("spawned at {place}")));
    trace.add(scheduler.run_until_idle());
    drop(key);
    drop(scheduler);
    assert_eq!(trace, ["true", "true", "true", "true", "1"]);
}

#[test]
fn who_joins_a_job_is_told_to_wait_for_its_task() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let (key, gate) = gate();
    let deadlock = scheduler.try_run(async {
        let job = task::Builder::new().background(true).spawn_blocking(move || gate.pass());
        trace.add(job.id());
        job.await
    });
    let deadlock = deadlock.unwrap_err();
    let WaitsFor::Join(task) = deadlock.tasks()[0].waits_for() else { panic!("{deadlock}") };
    trace.add(task);
    drop(key);
    let [job, joined] = trace.to_vec().try_into().unwrap();
    assert_eq!(job, joined);
}

#[test]
fn time_that_is_moved_by_hand_waits_for_jobs_too() {
    let trace = Trace::new();
    let builder = Scheduler::builder().virtual_time().auto_advance(false);
    let mut scheduler = builder.build().unwrap();
    let in_job = trace.clone();
    drop(scheduler.spawn_blocking(move || {
        std::thread::sleep(Duration::from_millis(20));
        in_job.add("the job ends");
    }));
    let asleep = trace.clone();
    drop(scheduler.spawn(async move {
        sleep(LONG).await;
        asleep.add("slept");
    }));
    scheduler.run_until(scheduler.now() + LONG);
    assert_eq!(trace, ["the job ends", "slept"]);
}

#[test]
fn a_sleeping_worker_is_woken_by_its_jobs() {
    let mut scheduler = virtual_scheduler();
    for round in 0..200 {
        let given = scheduler.try_run(async move {
            let job = spawn_blocking(move || round);
            if round % 2 == 0 {
                yield_now().await;
            }
            job.await.unwrap()
        });
        assert_eq!(given, Ok(round));
    }
    on_thread("other", || virtual_scheduler().run(async { spawn_blocking(|| ()).await.unwrap() }));
}

#[test]
fn an_explored_program_waits_for_its_jobs() {
    coweave::explore(0..20, || async {
        let jobs = [1, 2, 3].map(|n| spawn_blocking(move || n));
        let mut sum = 0;
        for job in jobs {
            sum += job.await.unwrap();
        }
        assert_eq!(sum, 6);
    });
}

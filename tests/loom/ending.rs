//! The end of a scheduler, against spawns and wakes.

use std::future::poll_fn;
use std::task::Poll;

use loom::sync::Arc;
use loom::thread;

use crate::support::{Fault, Watched, block_on, model, notices, scheduler};

/// A task is spawned from outside while the scheduler ends: it is refused, or cancelled, or runs;
/// its frame is dropped once, and its handle is answered.
fn spawn_against_the_end(runs: bool) {
    let mut scheduler = scheduler();
    let handle = scheduler.handle();
    let frame = Watched::new(1);
    let spawns = thread::spawn(move || match handle.try_spawn(async move { frame.get() }) {
        Ok(task) => match block_on(task) {
            Ok(output) => assert_eq!(output, 1),
            Err(error) => assert!(error.is_cancelled()),
        },
        Err(refused) => drop(refused),
    });
    if runs {
        scheduler.run_until_idle();
    }
    drop(scheduler);
    spawns.join().unwrap();
}

#[test]
fn a_spawn_meets_the_end() {
    model(|| spawn_against_the_end(false));
    model(|| spawn_against_the_end(true));
}

#[test]
fn a_spawn_that_is_sent_outside_the_lock_is_noticed() {
    notices(Fault::SentAfterUnlock, "", || spawn_against_the_end(false));
}

#[test]
fn spawns_that_are_not_received_at_the_end_are_noticed() {
    notices(Fault::NotDrained, "", || spawn_against_the_end(false));
}

/// A task is woken while the scheduler ends; what was written before is not torn from it.
fn wake_against_the_end() {
    let mut scheduler = scheduler();
    let written = Arc::new(Watched::new(0));
    let frame = Watched::new(1);
    let mut thread = None;
    let (start, end) = std::sync::mpsc::channel();
    let writes = written.clone();
    drop(scheduler.spawn(poll_fn(move |cx| {
        frame.set(frame.get() + 1);
        if frame.get() > 2 {
            assert_eq!(written.get(), 1, "written before the wake");
            return Poll::Ready(());
        }
        let (waker, writes) = (cx.waker().clone(), writes.clone());
        start
            .send(thread::spawn(move || {
                writes.set(1);
                waker.wake();
            }))
            .unwrap();
        Poll::Pending
    })));
    scheduler.run_until_idle();
    thread.get_or_insert(end.recv().unwrap());
    scheduler.run_until_idle();
    drop(scheduler);
    thread.unwrap().join().unwrap();
}

#[test]
fn a_wake_meets_the_end() {
    model(wake_against_the_end);
}

/// Two schedulers on two threads, each with a handle of the other's task.
fn crossed_handles() {
    let mut here = scheduler();
    let task = here.spawn(async { Watched::new(6) });
    let there = thread::spawn(move || {
        let mut there = scheduler();
        let output = there.run(task);
        assert!(output.is_ok_and(|output| output.get() == 6));
    });
    here.run_until_idle();
    drop(here);
    there.join().unwrap();
}

#[test]
fn a_task_of_another_scheduler_joins_across_the_end() {
    model(crossed_handles);
}

//! Several workers: each comes to what another cannot, they rest, and they end.

use std::future::{pending, poll_fn};
use std::task::Poll;

use coweave::{JoinHandle, park, spawn, yield_now};
use loom::sync::{Arc, Condvar, Mutex};
use loom::thread;

use crate::support::{Fault, Watched, block_on, large_model, largest_model, notices_in_large};
use crate::taking::{Elsewhere, model_of_taking, two_workers};

/// Tells threads of a model, and tasks that block theirs, that something has come about.
#[derive(Clone)]
struct Signal(Arc<(Mutex<bool>, Condvar)>);

impl Signal {
    fn new() -> Self {
        Self(Arc::new((Mutex::new(false), Condvar::new())))
    }

    fn give(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_one();
    }

    fn block(&self) {
        let mut is_given = self.0.0.lock().unwrap();
        while !*is_given {
            is_given = self.0.1.wait(is_given).unwrap();
        }
    }
}

/// A task blocks its worker until the one behind it has run.
fn blocked_by_the_one_before() {
    let mut scheduler = two_workers();
    scheduler.run(async {
        let signal = Signal::new();
        let gives = signal.clone();
        let blocks = spawn(async move { signal.block() });
        let behind = spawn(async move { gives.give() });
        blocks.await.unwrap();
        behind.await.unwrap();
    });
}

#[test]
fn a_task_behind_one_that_blocks_is_taken() {
    large_model(blocked_by_the_one_before);
}

#[test]
fn a_sleeper_that_is_overlooked_is_noticed() {
    notices_in_large(Fault::NoFence, "deadlock", blocked_by_the_one_before);
}

/// A task blocks its worker until another has gone on, which is woken by mail meanwhile.
fn mail_of_a_blocked_worker() {
    let mut scheduler = two_workers();
    scheduler.run(async {
        let (signal, started) = (Signal::new(), Signal::new());
        let (gives, starts) = (signal.clone(), started.clone());
        let waits = spawn(async move {
            let unparked = poll_fn({
                let mut is_first = true;
                move |cx| {
                    if !std::mem::take(&mut is_first) {
                        return Poll::Ready(());
                    }
                    let (waker, started) = (cx.waker().clone(), started.clone());
                    thread::spawn(move || {
                        started.block();
                        waker.wake();
                    });
                    Poll::Pending
                }
            });
            unparked.await;
            gives.give();
        });
        let blocks = spawn(async move {
            starts.give();
            signal.block();
        });
        waits.await.unwrap();
        blocks.await.unwrap();
    });
}

#[test]
fn mail_of_a_worker_that_is_blocked_is_received() {
    large_model(mail_of_a_blocked_worker);
}

/// In a closed world two tasks run, perhaps on both workers, and then nothing is left.
fn nothing_is_left() {
    let mut scheduler = two_workers();
    let ended = scheduler.try_run(async {
        let _ended = spawn(async {});
        let waits: JoinHandle<()> = spawn(pending());
        waits.await.unwrap();
    });
    assert!(ended.is_err());
}

#[test]
fn a_closed_world_ends_when_no_worker_can_go_on() {
    large_model(nothing_is_left);
}

/// In a closed world, the last handle spawns a task by mail, on either worker, and goes.
fn spawned_by_the_last_handle() {
    let mut scheduler = two_workers();
    let handle = scheduler.handle();
    let flags = [0, 1].map(|_| Arc::new(Watched::new(0)));
    let sets = flags.clone();
    let spawns = thread::spawn(move || {
        for sets in sets {
            drop(handle.spawn(async move { sets.set(1) }));
        }
        drop(handle);
    });
    assert!(scheduler.try_run(pending::<()>()).is_err());
    for flag in flags {
        assert_eq!(flag.get(), 1, "what was spawned has run");
    }
    spawns.join().unwrap();
}

#[test]
fn what_the_last_handle_spawns_runs_before_a_closed_world_ends() {
    largest_model(spawned_by_the_last_handle);
}

#[test]
fn what_was_spawned_before_the_workers_began_runs() {
    largest_model(|| {
        let mut scheduler = two_workers();
        let flags = [0, 1].map(|_| Arc::new(Watched::new(0)));
        let handle = scheduler.handle();
        for flag in &flags {
            let sets = flag.clone();
            drop(handle.spawn(async move { sets.set(1) }));
        }
        drop(handle);
        assert!(scheduler.try_run(pending::<()>()).is_err());
        assert!(flags.iter().all(|flag| flag.get() == 1), "what was spawned has run");
    });
}

/// In a closed world a task, perhaps taken, is unparked by a thread whose guard then goes.
fn unparked_in_a_closed_world() {
    let mut scheduler = two_workers();
    let handle = scheduler.handle();
    let ended = scheduler.try_run(async move {
        let task = spawn(async move {
            let unparker = coweave::task::current().unparker();
            let external = handle.external();
            drop(handle);
            thread::spawn(move || {
                unparker.unpark();
                drop(external);
            });
            park().await;
        });
        drop(spawn(async {}));
        task.await.unwrap();
    });
    assert!(ended.is_ok(), "unparked before nothing was left outside");
}

#[test]
fn no_closed_world_ends_while_a_wake_is_under_way() {
    large_model(unparked_in_a_closed_world);
}

#[test]
fn a_count_without_release_is_noticed() {
    notices_in_large(Fault::RelaxedCount, "unparked before", unparked_in_a_closed_world);
}

/// A task is spawned from outside while a scheduler of several workers ends.
fn spawned_at_the_end() {
    let scheduler = two_workers();
    let handle = scheduler.handle();
    let spawns = thread::spawn(move || {
        let tasks = [0, 1].map(|_| {
            let frame = Watched::new(1);
            handle.spawn(async move { frame.get() })
        });
        for task in tasks {
            match block_on(task) {
                Ok(output) => assert_eq!(output, 1),
                Err(error) => assert!(error.is_cancelled()),
            }
        }
    });
    drop(scheduler);
    spawns.join().unwrap();
}

#[test]
fn spawns_meet_the_end_of_several_workers() {
    large_model(spawned_at_the_end);
}

/// The run ends while its tasks are taken, and with it the scheduler.
fn taken_at_the_end(elsewhere: &Elsewhere) {
    let mut scheduler = two_workers();
    let (elsewhere, home) = (elsewhere.clone(), thread::current().id());
    let tasks = scheduler.run(async move {
        [0, 1].map(|_| {
            let (frame, elsewhere) = (Watched::new(1), elsewhere.clone());
            spawn(async move {
                elsewhere.look(home);
                yield_now().await;
                frame.get()
            })
        })
    });
    drop(scheduler);
    for task in tasks {
        match block_on(task) {
            Ok(output) => assert_eq!(output, 1),
            Err(error) => assert!(error.is_cancelled()),
        }
    }
}

#[test]
fn tasks_that_are_taken_meet_the_end() {
    model_of_taking(taken_at_the_end);
}

#[test]
fn what_is_not_received_at_the_end_of_several_workers_is_noticed() {
    notices_in_large(Fault::NotDrained, "exceeded", || taken_at_the_end(&Elsewhere::default()));
}

//! A scheduler that is dropped while others wait for its tasks, or its tasks for others.

use std::future::pending;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use coweave::channel::unbounded;
use loom::thread;

use crate::support::{Fault, GivesUp, Watched, block_on, is_wrong, model, notices, scheduler};

/// A task waits for a value, which another thread sends while the scheduler is dropped: the task has
/// it, or the next receiver.
fn a_value_meets_the_end(runs: bool, gives_up: GivesUp) {
    let (sender, receiver) = unbounded::<Watched>();
    let mut scheduler = scheduler();
    let (waits, received) = (receiver.clone(), Arc::new(AtomicU32::new(0)));
    let place = received.clone();
    drop(scheduler.spawn(async move {
        let value = if gives_up == GivesUp::Rightly {
            waits.recv().await
        } else {
            // What the task was given stays where it is.
            let waits: &'static _ = Box::leak(Box::new(waits));
            let mut recv = ManuallyDrop::new(Box::pin(waits.recv()));
            Pin::new(&mut *recv).await
        };
        place.store(value.unwrap().get(), Ordering::Relaxed);
    }));
    scheduler.run_until_idle();
    let sends = thread::spawn(move || assert!(sender.try_send(Watched::new(5)).is_ok()));
    if runs {
        scheduler.run_until_idle();
    }
    drop(scheduler);
    let by_next = block_on(receiver.recv()).map_or(0, |value| value.get());
    assert_eq!(received.load(Ordering::Relaxed) + by_next, 5, "received once");
    sends.join().unwrap();
}

#[test]
fn a_value_for_a_task_that_is_cancelled_goes_to_the_next() {
    model(|| a_value_meets_the_end(false, GivesUp::Rightly));
    model(|| a_value_meets_the_end(true, GivesUp::Rightly));
}

#[test]
fn a_value_that_stays_with_a_cancelled_task_is_noticed() {
    is_wrong("deadlock", || a_value_meets_the_end(false, GivesUp::Silently));
}

/// A callback is left with a task by another thread, while the task ends, and its scheduler.
fn a_callback_meets_the_end(runs: bool) {
    let mut scheduler = scheduler();
    let task = scheduler.spawn(async { Watched::new(3) });
    let called = Arc::new(AtomicU32::new(0));
    let count = called.clone();
    let leaves = thread::spawn(move || {
        task.on_completion(move |result| {
            assert!(match result {
                Ok(output) => output.get() == 3,
                Err(error) => error.is_cancelled(),
            });
            count.fetch_add(1, Ordering::Relaxed);
        });
    });
    if runs {
        scheduler.run_until_idle();
    }
    drop(scheduler);
    leaves.join().unwrap();
    assert_eq!(called.load(Ordering::Relaxed), 1, "called once");
}

#[test]
fn a_callback_is_called_once_whoever_ends_first() {
    model(|| a_callback_meets_the_end(false));
    model(|| a_callback_meets_the_end(true));
}

#[test]
fn a_callback_that_is_left_in_the_mailbox_is_noticed() {
    notices(Fault::NotDrained, "called once", || a_callback_meets_the_end(false));
}

#[test]
fn a_callback_that_is_mailed_outside_the_lock_is_noticed() {
    notices(Fault::SentAfterUnlock, "called once", || a_callback_meets_the_end(false));
}

#[test]
fn a_callback_whose_outcome_is_taken_too_early_is_noticed() {
    notices(Fault::RelaxedStage, "Causality violation", || a_callback_meets_the_end(true));
}

/// A thread lends what it has to a task of a scheduler that ends, or that runs until nobody is left
/// who could spawn.
fn a_scope_meets_the_end(runs: bool) {
    let mut scheduler = scheduler();
    let handle = scheduler.handle();
    let lends = thread::spawn(move || {
        let lent = Watched::new(1);
        let borrowed = &lent;
        handle.scope(|scope| {
            drop(scope.spawn(async move { borrowed.set(borrowed.get() + 1) }));
        });
        assert!(lent.get() == 2 || !runs && lent.get() == 1);
    });
    if runs {
        assert!(scheduler.try_run(pending::<()>()).is_err());
    }
    drop(scheduler);
    lends.join().unwrap();
}

#[test]
fn a_scope_waits_for_tasks_of_a_scheduler_that_ends() {
    model(|| a_scope_meets_the_end(false));
    model(|| a_scope_meets_the_end(true));
}

/// The same without a scope: nobody waits for the task.
#[test]
fn what_is_lent_without_waiting_is_noticed() {
    is_wrong("Causality violation", || {
        let mut scheduler = scheduler();
        let handle = scheduler.handle();
        let lends = thread::spawn(move || {
            let lent = Arc::new(Watched::new(1));
            let borrowed = lent.clone();
            drop(handle.spawn(async move { borrowed.set(borrowed.get() + 1) }));
            drop(handle);
            assert!(lent.get() > 0);
        });
        assert!(scheduler.try_run(pending::<()>()).is_err());
        lends.join().unwrap();
    });
}

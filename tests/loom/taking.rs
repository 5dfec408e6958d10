//! Tasks that one worker takes from another, and what is asked of them meanwhile.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use coweave::{Scheduler, park, spawn, yield_now};
use loom::sync::Arc;
use loom::thread;

use crate::support::{Fault, Watched, block_on, large_model, notices_in_large};

pub(crate) fn two_workers() -> Scheduler {
    Scheduler::builder().workers(2).stall_report(None).build().expect("the set-up is valid")
}

/// Runs a model, in some runs of which a task must be resumed on another thread than the one on which
/// it was spawned: else it would show nothing.
pub(crate) fn model_of_taking(f: impl Fn(&Elsewhere) + Sync + Send + 'static) {
    let is_elsewhere = Elsewhere::default();
    let seen = is_elsewhere.clone();
    large_model(move || f(&is_elsewhere));
    assert!(seen.0.load(Ordering::Relaxed), "no task was ever taken");
}

/// Whether a task has been resumed elsewhere in any run of a model.
#[derive(Clone, Default)]
pub(crate) struct Elsewhere(std::sync::Arc<AtomicBool>);

impl Elsewhere {
    /// Called by a task.
    pub(crate) fn look(&self, home: thread::ThreadId) {
        if thread::current().id() != home {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

/// Two tasks are ready at once, each suspends once, and is joined where it was spawned.
fn taken(elsewhere: &Elsewhere) {
    let mut scheduler = two_workers();
    let (elsewhere, home) = (elsewhere.clone(), thread::current().id());
    let sum = scheduler.run(async move {
        let tasks = [1, 2].map(|n| {
            let (frame, elsewhere) = (Watched::new(n), elsewhere.clone());
            spawn(async move {
                elsewhere.look(home);
                frame.set(frame.get() + 1);
                Watched::new(frame.get())
            })
        });
        let mut sum = 0;
        for task in tasks {
            sum += task.await.unwrap().get();
        }
        sum
    });
    assert_eq!(sum, 5, "each has run once");
}

#[test]
fn ready_tasks_are_taken_while_their_worker_goes_on() {
    model_of_taking(taken);
}

#[test]
fn taking_tasks_without_a_barrier_is_noticed() {
    notices_in_large(Fault::NoBarrier, "Causality violation", || taken(&Elsewhere::default()));
}

#[test]
fn a_worker_that_comes_back_without_a_barrier_is_noticed() {
    notices_in_large(Fault::NoHalfBarrier, "Causality violation", || taken(&Elsewhere::default()));
}

#[test]
fn a_worker_that_goes_outside_without_release_is_noticed() {
    notices_in_large(Fault::RelaxedLeave, "Causality violation", || taken(&Elsewhere::default()));
}

/// A task that waits to be woken by another thread, which writes before; it says whether that was seen.
async fn woken(elsewhere: Elsewhere, home: thread::ThreadId) -> Watched {
    let frame = Watched::new(0);
    let written = Arc::new(Watched::new(0));
    poll_fn(move |cx| {
        elsewhere.look(home);
        frame.set(frame.get() + 1);
        if frame.get() > 1 {
            return Poll::Ready(Watched::new(written.get()));
        }
        let (waker, writes) = (cx.waker().clone(), written.clone());
        thread::spawn(move || {
            writes.set(7);
            waker.wake();
        });
        Poll::Pending
    })
    .await
}

/// A task is woken from outside while it goes from one worker to another, and perhaps back.
fn woken_and_taken(elsewhere: &Elsewhere) {
    let mut scheduler = two_workers();
    let (elsewhere, home) = (elsewhere.clone(), thread::current().id());
    scheduler.run(async move {
        let task = spawn(woken(elsewhere, home));
        let other = spawn(yield_now());
        assert_eq!(task.await.unwrap().get(), 7, "written before the wake");
        other.await.unwrap();
    });
}

#[test]
fn a_task_is_woken_while_it_is_taken() {
    model_of_taking(woken_and_taken);
}

/// The same task is cancelled at home meanwhile.
fn cancelled_and_taken(elsewhere: &Elsewhere) {
    let mut scheduler = two_workers();
    let (elsewhere, home) = (elsewhere.clone(), thread::current().id());
    scheduler.run(async move {
        let task = spawn(woken(elsewhere, home));
        let other = spawn(async {});
        yield_now().await;
        task.cancel();
        match task.await {
            Ok(output) => assert_eq!(output.get(), 7),
            Err(error) => assert!(error.is_cancelled()),
        }
        other.await.unwrap();
    });
}

#[test]
fn a_task_is_woken_and_cancelled_while_it_is_taken() {
    model_of_taking(cancelled_and_taken);
}

/// A task is given a permit while it is taken.
fn unparked_and_taken(elsewhere: &Elsewhere) {
    let mut scheduler = two_workers();
    let (elsewhere, home) = (elsewhere.clone(), thread::current().id());
    scheduler.run(async move {
        let task = spawn(async move {
            let unparker = coweave::task::current().unparker();
            thread::spawn(move || unparker.unpark());
            park().await;
            elsewhere.look(home);
        });
        let other = spawn(yield_now());
        task.await.unwrap();
        other.await.unwrap();
    });
}

#[test]
fn a_task_is_unparked_while_it_is_taken() {
    model_of_taking(unparked_and_taken);
}

/// A task is joined on another thread while it is taken.
fn joined_elsewhere_and_taken(elsewhere: &Elsewhere) {
    let mut scheduler = two_workers();
    let (elsewhere, home) = (elsewhere.clone(), thread::current().id());
    let joins = scheduler.run(async move {
        let frame = Watched::new(1);
        let task = spawn(async move {
            elsewhere.look(home);
            Watched::new(frame.get() + 1)
        });
        let other = spawn(async {});
        let joins = thread::spawn(move || assert_eq!(block_on(task).unwrap().get(), 2));
        other.await.unwrap();
        joins
    });
    drop(scheduler);
    joins.join().unwrap();
}

#[test]
fn a_task_is_joined_elsewhere_while_it_is_taken() {
    model_of_taking(joined_elsewhere_and_taken);
}

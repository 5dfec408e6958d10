//! The state of a task, woken, cancelled, resumed, ended and joined at once.

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use loom::thread;

use crate::support::{Fault, Watched, block_on, model, notices, scheduler};

/// One thread wakes a task, one cancels and joins it, while its worker runs and ends.
fn wake_cancel_join() {
    let mut scheduler = scheduler();
    let waker: Arc<Mutex<Option<Waker>>> = Arc::default();
    let frame = Watched::new(1);
    let task = scheduler.spawn({
        let (waker, mut polls) = (waker.clone(), 0);
        poll_fn(move |cx| {
            frame.set(frame.get() + 1);
            polls += 1;
            if polls > 1 {
                return Poll::Ready(Watched::new(polls));
            }
            *waker.lock().unwrap() = Some(cx.waker().clone());
            Poll::Pending
        })
    });
    scheduler.run_until_idle();
    let waker = waker.lock().unwrap().take().unwrap();
    let wakes = thread::spawn(move || waker.wake());
    let cancels = thread::spawn(move || {
        task.cancel();
        match block_on(task) {
            Ok(output) => assert_eq!(output.get(), 2),
            Err(error) => assert!(error.is_cancelled()),
        }
    });
    scheduler.run_until_idle();
    drop(scheduler);
    wakes.join().unwrap();
    cancels.join().unwrap();
}

#[test]
fn a_task_is_woken_cancelled_resumed_and_joined_at_once() {
    model(wake_cancel_join);
}

/// Asks whether a task has ended, and takes its outcome only then.
fn is_finished_then_take() {
    let mut scheduler = scheduler();
    let task = scheduler.spawn(async { Watched::new(7) });
    let asks = thread::spawn(move || {
        if task.is_finished() {
            assert_eq!(block_on(task).unwrap().get(), 7);
        }
    });
    scheduler.run_until_idle();
    asks.join().unwrap();
}

#[test]
fn who_sees_an_end_may_take_the_output() {
    model(is_finished_then_take);
}

#[test]
fn a_stage_stored_without_release_is_noticed() {
    notices(Fault::RelaxedStage, "Causality violation", is_finished_then_take);
}

#[test]
fn a_stage_loaded_without_acquire_is_noticed() {
    notices(Fault::RelaxedStageLoad, "Causality violation", is_finished_then_take);
}

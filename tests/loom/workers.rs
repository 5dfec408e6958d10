//! Several workers: tasks that one takes from another, and what is asked of them meanwhile; workers that
//! rest, and end.

use std::future::{pending, poll_fn};
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use coweave::{JoinHandle, Scheduler, park, spawn, yield_now};
use loom::sync::{Arc, Condvar, Mutex};
use loom::thread;

use crate::support::{Fault, Watched, block_on, large_model, largest_model, notices_in_large};

fn two_workers() -> Scheduler {
    Scheduler::builder().workers(2).stall_report(None).build().expect("the set-up is valid")
}

/// Runs a model, in some runs of which a task must be resumed on another thread than the one on which
/// it was spawned: else it would show nothing.
fn model_of_taking(f: impl Fn(&Elsewhere) + Sync + Send + 'static) {
    let is_elsewhere = Elsewhere::default();
    let seen = is_elsewhere.clone();
    large_model(move || f(&is_elsewhere));
    assert!(seen.0.load(Ordering::Relaxed), "no task was ever taken");
}

/// Whether a task has been resumed elsewhere in any run of a model.
#[derive(Clone, Default)]
struct Elsewhere(std::sync::Arc<AtomicBool>);

impl Elsewhere {
    /// Called by a task.
    fn look(&self, home: thread::ThreadId) {
        if thread::current().id() != home {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

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

//! Handles on other threads, while the owner is busy, blocked or gone.

use loom::thread;

use crate::support::{Fault, Watched, block_on, model, notices, poll, scheduler, thread_waker};

/// Joined on another thread while the owner completes the task, and then ends.
fn join_elsewhere() {
    let mut scheduler = scheduler();
    let frame = Watched::new(1);
    let task = scheduler.spawn(async move { Watched::new(frame.get() + 1) });
    let joins = thread::spawn(move || match block_on(task) {
        Ok(output) => assert_eq!(output.get(), 2),
        Err(_) => panic!("it completes"),
    });
    scheduler.run_until_idle();
    drop(scheduler);
    joins.join().unwrap();
}

#[test]
fn a_join_elsewhere_meets_the_completion_and_the_end() {
    model(join_elsewhere);
}

#[test]
fn mail_left_in_the_mailbox_of_a_worker_that_ends_is_noticed() {
    notices(Fault::NotDrained, "deadlock", join_elsewhere);
}

#[test]
fn mail_that_a_handle_sends_outside_the_lock_is_noticed() {
    notices(Fault::SentAfterUnlock, "", join_elsewhere);
}

/// Dropped on another thread while the owner completes the task, and then ends: the output is
/// dropped once, wherever.
fn drop_elsewhere() {
    let mut scheduler = scheduler();
    let task = scheduler.spawn(async { Watched::new(3) });
    let drops = thread::spawn(move || drop(task));
    scheduler.run_until_idle();
    drop(scheduler);
    drops.join().unwrap();
}

#[test]
fn a_drop_elsewhere_meets_the_completion_and_the_end() {
    model(drop_elsewhere);
}

#[test]
fn a_detached_task_that_is_taken_too_early_is_noticed() {
    notices(Fault::RelaxedStage, "Causality violation", drop_elsewhere);
}

/// Watched on another thread, then brought home, while the message is under way: what the handle
/// does at home must not overtake it.
fn brought_home(drops: bool) {
    let mut scheduler = scheduler();
    scheduler.run(async move {
        let mut task = coweave::spawn(std::future::pending::<Watched>());
        let watches = thread::spawn(move || {
            assert!(poll(&mut task, &thread_waker()).is_pending());
            task
        });
        let task = watches.join().unwrap();
        task.cancel();
        if drops {
            drop(task);
        } else {
            assert!(task.await.is_err());
        }
        coweave::yield_now().await;
    });
}

#[test]
fn a_handle_that_has_spoken_by_mail_goes_on_by_mail_at_home() {
    model(|| brought_home(true));
    model(|| brought_home(false));
}

#[test]
fn a_direct_act_that_overtakes_a_message_is_noticed() {
    notices(Fault::MailForgotten, "a handle's slot is not freed", || brought_home(true));
}

/// The handles of two tasks outlive the worker, on two threads: the last frees slots and mailbox.
fn orphans() {
    let mut scheduler = scheduler();
    let completed = scheduler.spawn(async { Watched::new(5) });
    let pending = scheduler.spawn(std::future::pending::<Watched>());
    scheduler.run_until_idle();
    let joins = thread::spawn(move || assert!(block_on(pending).is_err()));
    let drops = thread::spawn(move || drop(completed));
    drop(scheduler);
    joins.join().unwrap();
    drops.join().unwrap();
}

#[test]
fn the_last_of_two_orphans_frees_slots_and_mailbox() {
    model(orphans);
}

#[test]
fn orphans_that_free_nothing_are_noticed() {
    notices(Fault::LastCountKept, "leaked", orphans);
}

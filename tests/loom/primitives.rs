//! Waiting at primitives, where one of those who wait gives up while another thread grants.

use coweave::sync::{Condvar, Event, Mutex, Notify, Semaphore};
use loom::sync::Arc;
use loom::thread;

use crate::support::{Fault, GivesUp, Watched, block_on, is_wrong, model, notices, waiting};

/// The first of two who wait for a lock gives up while it is granted; the second is on another thread.
fn a_lock_is_granted(gives_up: GivesUp) {
    let mutex = Arc::new(Mutex::new(Watched::new(0)));
    let guard = mutex.try_lock().expect("nobody has it");
    let first = waiting(mutex.lock());
    let other = mutex.clone();
    let second = thread::spawn(move || {
        let guard = block_on(other.lock());
        assert_eq!(guard.get(), 1);
        guard.set(2);
    });
    guard.set(1);
    drop(guard);
    gives_up.on(first);
    second.join().unwrap();
    assert_eq!(mutex.try_lock().expect("all have gone").get(), 2);
}

#[test]
fn who_is_granted_a_lock_and_gives_up_passes_it_on() {
    model(|| a_lock_is_granted(GivesUp::Rightly));
}

#[test]
fn a_lock_that_is_not_passed_on_is_noticed() {
    is_wrong("deadlock", || a_lock_is_granted(GivesUp::Silently));
}

#[test]
fn a_lock_whose_owner_leaves_without_release_is_noticed() {
    notices(Fault::RelaxedLeave, "Causality violation", || a_lock_is_granted(GivesUp::Rightly));
}

#[test]
fn a_lock_that_is_revoked_without_acquire_is_noticed() {
    notices(Fault::RelaxedLeft, "Causality violation", || a_lock_is_granted(GivesUp::Rightly));
}

/// Many are asked for, then one; both are there, while who asked for many gives up.
fn permits_are_released(gives_up: GivesUp) {
    let semaphore = Arc::new(Semaphore::new(0));
    let many = waiting(semaphore.acquire_many(2));
    let (one, more) = (semaphore.clone(), semaphore.clone());
    let acquires = thread::spawn(move || drop(block_on(one.acquire()).unwrap()));
    let releases = thread::spawn(move || more.release(2));
    gives_up.on(many);
    acquires.join().unwrap();
    releases.join().unwrap();
    assert_eq!(semaphore.available_permits(), 2);
}

#[test]
fn permits_for_many_go_to_the_next_when_they_are_not_wanted() {
    model(|| permits_are_released(GivesUp::Rightly));
}

#[test]
fn permits_that_are_not_given_back_are_noticed() {
    is_wrong("deadlock", || permits_are_released(GivesUp::Silently));
}

/// One who waits for a permit gives up, or is told that there will be none.
#[test]
fn a_semaphore_is_closed_while_one_waits_and_one_gives_up() {
    model(|| {
        let semaphore = Arc::new(Semaphore::new(0));
        let first = waiting(semaphore.acquire());
        let second = waiting(semaphore.acquire_many(3));
        let closes = semaphore.clone();
        let closes = thread::spawn(move || {
            closes.release(1);
            closes.close();
        });
        drop(first);
        assert!(block_on(second).is_err());
        closes.join().unwrap();
        assert_eq!(semaphore.available_permits(), 1);
    });
}

/// An event is set and cleared while one waits and one gives up. Who begins anew may come too late.
fn an_event_is_set_and_cleared(begins_anew: bool) {
    let event = Arc::new(Event::new());
    let written = Arc::new(Watched::new(0));
    let (mut waits, gives_up) = (waiting(event.wait()), waiting(event.wait()));
    let (sets, writes) = (event.clone(), written.clone());
    let sets = thread::spawn(move || {
        writes.set(1);
        sets.set();
        sets.clear();
    });
    drop(gives_up);
    if begins_anew {
        waits = event.wait();
    }
    block_on(waits);
    assert_eq!(written.get(), 1, "written before the event was set");
    sets.join().unwrap();
    assert!(!event.is_set());
}

#[test]
fn who_waited_when_an_event_was_set_goes_on_although_it_is_cleared() {
    model(|| an_event_is_set_and_cleared(false));
}

#[test]
fn a_wait_for_an_event_that_is_begun_too_late_is_noticed() {
    is_wrong("deadlock", || an_event_is_set_and_cleared(true));
}

#[test]
fn an_event_whose_owner_leaves_without_release_is_noticed() {
    notices(Fault::RelaxedLeave, "Causality violation", || an_event_is_set_and_cleared(false));
}

/// The first of two who wait gives up while one is notified.
fn one_is_notified(gives_up: GivesUp) {
    let notify = Arc::new(Notify::new());
    let first = waiting(notify.notified());
    let (waits, notifies) = (notify.clone(), notify.clone());
    let second = thread::spawn(move || block_on(waits.notified()));
    let notifies = thread::spawn(move || notifies.notify_one());
    gives_up.on(first);
    second.join().unwrap();
    notifies.join().unwrap();
}

#[test]
fn a_notification_goes_to_the_next_when_the_first_gives_up() {
    model(|| one_is_notified(GivesUp::Rightly));
}

#[test]
fn a_notification_that_is_not_passed_on_is_noticed() {
    is_wrong("deadlock", || one_is_notified(GivesUp::Silently));
}

/// All are notified that have asked, though none was polled.
fn all_are_notified(asks_late: bool) {
    let notify = Arc::new(Notify::new());
    let written = Arc::new(Watched::new(0));
    let mut notified = notify.notified();
    let (notifies, writes) = (notify.clone(), written.clone());
    let notifies = thread::spawn(move || {
        writes.set(1);
        notifies.notify_waiters();
    });
    if asks_late {
        notified = notify.notified();
    }
    block_on(notified);
    assert_eq!(written.get(), 1, "written before all were notified");
    notifies.join().unwrap();
}

#[test]
fn all_that_have_asked_are_notified() {
    model(|| all_are_notified(false));
}

#[test]
fn who_asks_too_late_is_noticed() {
    is_wrong("deadlock", || all_are_notified(true));
}

/// The first of two who wait for a condition gives up while one is notified.
fn a_condition_becomes_true(gives_up: GivesUp) {
    let shared = Arc::new((Mutex::new(Watched::new(0)), Condvar::new()));
    let (mutex, changed) = &*shared;
    let first = waiting(changed.wait(mutex.try_lock().expect("nobody has it")));
    let other = shared.clone();
    let second = thread::spawn(move || {
        let (mutex, changed) = &*other;
        let guard = block_on(mutex.lock());
        drop(block_on(changed.wait_while(guard, |value| value.get() == 0)));
    });
    block_on(mutex.lock()).set(1);
    changed.notify_one();
    gives_up.on(first);
    second.join().unwrap();
}

#[test]
fn a_change_is_told_to_the_next_when_the_first_gives_up() {
    model(|| a_condition_becomes_true(GivesUp::Rightly));
}

#[test]
fn a_change_that_is_not_passed_on_is_noticed() {
    is_wrong("deadlock", || a_condition_becomes_true(GivesUp::Silently));
}

//! A worker that goes to sleep, while others send mail, or give up the last thing outside.

use std::future::poll_fn;
use std::task::Poll;

use loom::thread;

use crate::support::{Fault, Watched, model, notices, scheduler};

/// In a closed world, the last handle of a scheduler goes: the worker must see that it is alone.
fn last_handle_goes() {
    let mut scheduler = scheduler();
    let handle = scheduler.handle();
    let drops = thread::spawn(move || drop(handle));
    assert!(scheduler.try_run(std::future::pending::<()>()).is_err());
    drops.join().unwrap();
}

#[test]
fn a_worker_hears_that_the_last_handle_has_gone() {
    model(last_handle_goes);
}

#[test]
fn going_to_sleep_without_fences_is_noticed() {
    notices(Fault::NoFence, "deadlock", last_handle_goes);
}

/// A guard holds the virtual clock; when it goes, the clock must move.
fn last_guard_goes() {
    let mut scheduler = scheduler();
    let guard = scheduler.handle().external();
    let drops = thread::spawn(move || drop(guard));
    scheduler.run(coweave::sleep(std::time::Duration::from_secs(1)));
    drops.join().unwrap();
}

#[test]
fn a_worker_hears_that_the_last_guard_has_gone() {
    model(last_guard_goes);
}

#[test]
fn a_clock_that_is_held_without_fences_is_noticed() {
    notices(Fault::NoFence, "deadlock", last_guard_goes);
}

/// In a closed world, a task is spawned from outside by the last handle: it must run before the
/// worker may say that nothing can go on.
fn spawn_then_go() {
    let mut scheduler = scheduler();
    let handle = scheduler.handle();
    let flag = loom::sync::Arc::new(Watched::new(0));
    let sets = flag.clone();
    let spawns = thread::spawn(move || {
        drop(handle.spawn(async move { sets.set(1) }));
        drop(handle);
    });
    assert!(scheduler.try_run(std::future::pending::<()>()).is_err());
    assert_eq!(flag.get(), 1, "what was spawned has run");
    spawns.join().unwrap();
}

#[test]
fn what_the_last_handle_has_sent_comes_before_its_going() {
    model(spawn_then_go);
}

/// In a closed world, a thread unparks a task, which waits for nothing else, and then gives up
/// what keeps the world waiting: a guard, or a waker of another task.
fn unpark_then_go(holds_waker: bool) {
    let mut scheduler = scheduler();
    let handle = scheduler.handle();
    let ended = scheduler.try_run(async move {
        let unparker = coweave::task::current().unparker();
        let external = (!holds_waker).then(|| handle.external());
        drop(handle);
        let waker = poll_fn(|cx| Poll::Ready(cx.waker().clone())).await;
        let waker = holds_waker.then_some(waker);
        thread::spawn(move || {
            unparker.unpark();
            drop((external, waker));
        });
        coweave::park().await;
    });
    assert!(ended.is_ok(), "unparked before nothing was left outside");
}

#[test]
fn what_came_before_the_last_guard_went_is_seen() {
    model(|| unpark_then_go(false));
}

#[test]
fn what_came_before_the_last_waker_went_is_seen() {
    model(|| unpark_then_go(true));
}

#[test]
fn a_count_without_release_is_noticed() {
    notices(Fault::RelaxedCount, "unparked before", || unpark_then_go(false));
}

#[test]
fn a_waker_whose_going_is_not_acquired_is_noticed() {
    notices(Fault::NoAcquireFence, "unparked before", || unpark_then_go(true));
}

/// In a closed world, the last waker is woken by value, or only dropped.
fn last_waker_goes(wakes: bool) {
    let mut scheduler = scheduler();
    let mut is_first = true;
    let ended = scheduler.try_run(poll_fn(|cx| {
        if !std::mem::take(&mut is_first) {
            return Poll::Ready(());
        }
        let waker = cx.waker().clone();
        thread::spawn(move || if wakes { waker.wake() } else { drop(waker) });
        Poll::Pending
    }));
    assert_eq!(ended.is_ok(), wakes, "woken, and not, and nothing else");
}

#[test]
fn a_closed_world_waits_for_the_last_waker() {
    model(|| last_waker_goes(true));
}

#[test]
fn a_closed_world_hears_that_the_last_waker_has_gone() {
    model(|| last_waker_goes(false));
}

#[test]
fn a_last_waker_without_fences_is_noticed() {
    notices(Fault::NoFence, "deadlock", || last_waker_goes(false));
}

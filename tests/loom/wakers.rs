//! Real wakers on other threads: before, during and after their task, and after its scheduler.
#![expect(unsafe_code, reason = "loom has no scoped threads")]

use std::future::poll_fn;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, Ordering};
use loom::thread;

use crate::support::{Fault, Watched, model, notices, scheduler};

/// Two threads write, each a flag of its own, and then wake; one message may stand for both.
fn coalesced_wakes() {
    let mut scheduler = scheduler();
    let flags = Arc::new([AtomicBool::new(false), AtomicBool::new(false)]);
    let mut is_first = true;
    scheduler.run(poll_fn(|cx| {
        if std::mem::take(&mut is_first) {
            for at in 0..2 {
                let (waker, flags) = (cx.waker().clone(), flags.clone());
                thread::spawn(move || {
                    flags[at].store(true, Ordering::Relaxed);
                    waker.wake_by_ref();
                });
            }
        }
        let are_set = flags.iter().all(|flag| flag.load(Ordering::Relaxed));
        if are_set { Poll::Ready(()) } else { Poll::Pending }
    }));
}

#[test]
fn what_was_written_before_a_coalesced_wake_is_seen() {
    model(coalesced_wakes);
}

#[test]
fn an_owner_that_stores_queued_is_noticed() {
    notices(Fault::QueuedStored, "deadlock", coalesced_wakes);
}

#[test]
fn a_waker_that_loads_queued_is_noticed() {
    notices(Fault::QueuedLoaded, "deadlock", coalesced_wakes);
}

/// A waker is cloned, woken and dropped while its task ends, its scheduler ends, and after both.
fn waker_that_outlives() {
    let mut scheduler = scheduler();
    let kept: std::sync::Arc<Mutex<Option<Waker>>> = std::sync::Arc::default();
    let frame = Watched::new(1);
    let keeps = kept.clone();
    drop(scheduler.spawn(poll_fn(move |cx| {
        frame.set(frame.get() + 1);
        if frame.get() > 2 {
            return Poll::Ready(());
        }
        *keeps.lock().unwrap() = Some(cx.waker().clone());
        Poll::Pending
    })));
    scheduler.run_until_idle();
    let waker = kept.lock().unwrap().take().unwrap();
    let wakes = thread::spawn(move || {
        waker.wake_by_ref();
        waker.clone().wake();
    });
    scheduler.run_until_idle();
    drop(scheduler);
    wakes.join().unwrap();
}

#[test]
fn a_waker_outlives_its_task_and_its_scheduler() {
    model(waker_that_outlives);
}

#[test]
fn what_the_last_waker_leaves_is_noticed() {
    notices(Fault::LastCountKept, "leaked", waker_that_outlives);
}

/// The lent waker is cloned, woken and dropped on another thread, during the resume for which it
/// is lent; after (`keeps`) or while a real waker comes to exist.
fn lent_elsewhere(keeps: bool) {
    let mut scheduler = scheduler();
    let mut polls = 0;
    let mut kept = None;
    scheduler.run(poll_fn(|cx: &mut Context<'_>| {
        polls += 1;
        if polls > 2 {
            return Poll::Ready(());
        }
        if keeps {
            kept = Some(cx.waker().clone());
        }
        let waker: *const Waker = cx.waker();
        // SAFETY: the thread is joined before the resume ends.
        let waker: &'static Waker = unsafe { &*waker };
        let wakes = thread::spawn(move || {
            waker.wake_by_ref();
            waker.clone()
        });
        if polls == 1 {
            cx.waker().wake_by_ref();
            kept = Some(cx.waker().clone());
        }
        drop(wakes.join().unwrap());
        Poll::Pending
    }));
}

#[test]
fn a_lent_waker_is_used_on_another_thread_inside_its_resume() {
    model(|| lent_elsewhere(false));
    model(|| lent_elsewhere(true));
}

/// A task spawned from outside has ended; its waker is woken while another is spawned in its slot.
fn waker_of_the_task_before() {
    let mut scheduler = scheduler();
    let handle = scheduler.handle();
    let kept: std::sync::Arc<Mutex<Option<Waker>>> = std::sync::Arc::default();
    let keeps = kept.clone();
    drop(handle.spawn(poll_fn(move |cx| {
        *keeps.lock().unwrap() = Some(cx.waker().clone());
        Poll::Ready(())
    })));
    scheduler.run_until_idle();
    let waker = kept.lock().unwrap().take().unwrap();
    let wakes = thread::spawn(move || waker.wake());
    let spawns = thread::spawn(move || drop(handle.spawn(async {})));
    scheduler.run_until_idle();
    wakes.join().unwrap();
    spawns.join().unwrap();
}

#[test]
fn a_slot_is_used_again_while_the_waker_of_the_task_before_is_woken() {
    model(waker_of_the_task_before);
}

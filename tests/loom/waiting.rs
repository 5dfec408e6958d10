//! Waiting at primitives from several threads: nothing that was sent or given is lost, also where who
//! waits gives up meanwhile.

use std::task::Poll;

use coweave::channel::{bounded, unbounded};
use coweave::sync::Mutex;
use loom::sync::Arc;
use loom::thread;

use crate::support::{Fault, Watched, block_on, model, notices, poll, scheduler, thread_waker};

/// A task waits for a value that another thread sends, while its worker goes to sleep.
fn a_value_is_sent_to_a_task() {
    let (sender, receiver) = unbounded();
    let sends = thread::spawn(move || {
        let value = Watched::new(5);
        assert!(sender.try_send(value).is_ok());
    });
    let received = scheduler().run(async move { receiver.recv().await });
    assert_eq!(received.unwrap().get(), 5);
    sends.join().unwrap();
}

#[test]
fn a_value_from_another_thread_wakes_a_task() {
    model(a_value_is_sent_to_a_task);
}

#[test]
fn a_value_for_a_task_that_is_sent_without_release_is_noticed() {
    notices(Fault::RelaxedLeave, "Causality violation", a_value_is_sent_to_a_task);
}

/// A thread blocks for a value that another sends, or for the end.
#[test]
fn a_thread_receives_what_another_sends_and_then_the_end() {
    model(|| {
        let (sender, receiver) = bounded(1);
        let sends = thread::spawn(move || assert!(sender.try_send(Watched::new(5)).is_ok()));
        assert_eq!(block_on(receiver.recv()).unwrap().get(), 5);
        assert!(block_on(receiver.recv()).is_err());
        sends.join().unwrap();
    });
}

/// Who waits for a value gives up, while it is sent: it is there for the next.
#[test]
fn a_receiver_that_gives_up_loses_nothing() {
    model(|| {
        let (sender, receiver) = unbounded();
        let sends = thread::spawn(move || assert!(sender.try_send(Watched::new(5)).is_ok()));
        {
            let mut recv = receiver.recv();
            let waker = thread_waker();
            if let Poll::Ready(value) = poll(&mut recv, &waker) {
                assert_eq!(value.unwrap().get(), 5);
                sends.join().unwrap();
                return;
            }
        }
        assert_eq!(block_on(receiver.recv()).unwrap().get(), 5);
        sends.join().unwrap();
    });
}

/// Two threads wait for one lock; one gives up: the other gets it.
#[test]
fn a_lock_is_passed_on_by_who_gives_up() {
    model(|| {
        let mutex = Arc::new(Mutex::new(Watched::new(0)));
        let guard = mutex.try_lock().expect("nobody has it");
        let other = mutex.clone();
        let waits = thread::spawn(move || {
            let mut lock = other.lock();
            let waker = thread_waker();
            let polled = poll(&mut lock, &waker);
            drop(polled);
            drop(lock);
            let guard = block_on(other.lock());
            guard.set(guard.get() + 1);
        });
        guard.set(1);
        drop(guard);
        let guard = block_on(mutex.lock());
        assert!(guard.get() > 0);
        drop(guard);
        waits.join().unwrap();
        assert_eq!(mutex.try_lock().expect("all have gone").get(), 2);
    });
}

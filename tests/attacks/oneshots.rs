//! The two ends of a oneshot, of which the last frees what they share, wherever each of them is.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use coweave::channel::oneshot;
use coweave::channel::oneshot::{Receiver, Sender};

use crate::{Bomb, OnDrop, poll_with};

const ROUNDS: usize = 500;

/// A value that counts that it was dropped.
struct Dropped(Arc<AtomicUsize>, #[expect(dead_code, reason = "its memory is looked at")] Box<u32>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Runs both at once, on two threads, and again; each has one end, and each value is dropped once.
fn against(uses_sender: fn(Sender<Dropped>, Dropped), uses_receiver: fn(Receiver<Dropped>)) {
    let (dropped, start) = (Arc::new(AtomicUsize::new(0)), Arc::new(Barrier::new(2)));
    let (senders, receivers): (Vec<_>, Vec<_>) = (0..ROUNDS).map(|_| oneshot()).unzip();
    let (starts, drops) = (start.clone(), dropped.clone());
    let other = thread::spawn(move || {
        for sender in senders {
            starts.wait();
            uses_sender(sender, Dropped(drops.clone(), Box::new(1)));
        }
    });
    for receiver in receivers {
        start.wait();
        uses_receiver(receiver);
    }
    other.join().unwrap();
    assert_eq!(dropped.load(Ordering::Relaxed), ROUNDS);
}

fn begins_to_wait(receiver: &mut Receiver<Dropped>) -> bool {
    poll_with(Pin::new(receiver), Waker::noop()).is_pending()
}

#[test]
fn ends_meet_on_two_threads() {
    let sends = |sender: Sender<Dropped>, value| drop(sender.send(value));
    let goes = |sender: Sender<Dropped>, _| drop(sender);
    let asks_and_sends = |sender: Sender<Dropped>, value| {
        _ = sender.is_closed();
        drop(sender.send(value));
    };
    let waits_and_sends = |mut sender: Sender<Dropped>, value| {
        _ = poll_with(Pin::new(&mut sender.closed()), Waker::noop());
        drop(sender.send(value));
    };
    let senders: [fn(Sender<Dropped>, Dropped); 4] = [sends, goes, asks_and_sends, waits_and_sends];
    for uses_sender in senders {
        against(uses_sender, drop);
        against(uses_sender, |receiver| drop(receiver.blocking_recv()));
        against(uses_sender, |mut receiver| drop(receiver.try_recv()));
        against(uses_sender, |mut receiver| {
            receiver.close();
            drop(receiver.try_recv());
        });
        against(uses_sender, |mut receiver| {
            if begins_to_wait(&mut receiver) {
                // Another waker takes the place of the first.
                drop(receiver.blocking_recv());
            }
        });
        against(uses_sender, |mut receiver| _ = begins_to_wait(&mut receiver));
    }
}

#[test]
fn many_ask_one_sender_whether_it_is_closed() {
    for _ in 0..ROUNDS / 10 {
        let (sender, receiver) = oneshot::<Box<u32>>();
        let sender = Arc::new(sender);
        let asks: Vec<_> = (0..3)
            .map(|_| {
                let sender = sender.clone();
                thread::spawn(move || while !sender.is_closed() {})
            })
            .collect();
        drop(receiver);
        asks.into_iter().for_each(|asks| asks.join().unwrap());
        let sender = Arc::into_inner(sender).unwrap();
        assert!(sender.send(Box::new(1)).is_err());
    }
}

#[test]
fn a_value_whose_destructor_panics_leaves_nothing_behind() {
    let bomb = || OnDrop(|| panic!("dropped"));
    let (sender, receiver) = oneshot();
    assert!(sender.send(bomb()).is_ok());
    assert!(catch_unwind(AssertUnwindSafe(|| drop(receiver))).is_err());
    let (sender, receiver) = oneshot();
    drop(receiver);
    assert!(catch_unwind(AssertUnwindSafe(|| drop(sender.send(bomb())))).is_err());
}

#[test]
fn wakers_that_panic_are_nobodys() {
    for panics_when_woken in [true, false] {
        let bomb = || Waker::from(Arc::new(Bomb { panics_when_woken, panics_when_dropped: true }));
        let (mut sender, mut receiver) = oneshot();
        let (first, second) = (bomb(), bomb());
        assert!(poll_with(Pin::new(&mut receiver), &first).is_pending());
        assert!(poll_with(Pin::new(&mut sender.closed()), &second).is_pending());
        // They are the channel's now, which drops them last.
        drop(catch_unwind(AssertUnwindSafe(|| drop((first, second)))));
        assert!(sender.send(1).is_ok());
        assert_eq!(receiver.blocking_recv(), Ok(1));
    }
}

#[test]
fn a_waker_that_was_forgotten_and_panics_costs_no_value() {
    let bomb =
        || Waker::from(Arc::new(Bomb { panics_when_woken: false, panics_when_dropped: true }));
    let (mut sender, mut receiver) = oneshot();
    let waker = bomb();
    let mut closed = sender.closed();
    assert!(poll_with(Pin::new(&mut closed), &waker).is_pending());
    std::mem::forget(closed);
    drop(catch_unwind(AssertUnwindSafe(|| drop(waker))));
    sender.send(1).unwrap();
    assert_eq!(poll_with(Pin::new(&mut receiver), Waker::noop()), Poll::Ready(Ok(1)));
}

/// A waker that holds the receiver for which it waits, and uses it when it is woken.
#[derive(Default)]
struct Holds(Mutex<Option<Receiver<u32>>>, Mutex<Option<Poll<u32>>>);

impl Wake for Holds {
    fn wake(self: Arc<Self>) {
        let receiver = self.0.lock().unwrap().take();
        let polled = receiver.map(|mut receiver| {
            let waker = Waker::noop();
            Pin::new(&mut receiver).poll(&mut Context::from_waker(waker)).map(Result::unwrap)
        });
        *self.1.lock().unwrap() = polled;
    }
}

#[test]
fn a_waker_receives_and_frees_what_its_sender_has_just_used() {
    let holds = Arc::new(Holds::default());
    let waker = Waker::from(holds.clone());
    let (sender, mut receiver) = oneshot();
    assert!(poll_with(Pin::new(&mut receiver), &waker).is_pending());
    *holds.0.lock().unwrap() = Some(receiver);
    sender.send(7).unwrap();
    assert_eq!(holds.1.lock().unwrap().take(), Some(Poll::Ready(7)));
    // It may be kept, and be woken, long after.
    waker.wake();
}

#[test]
fn a_value_holds_an_end_of_its_own_channel() {
    struct Itself(#[expect(dead_code, reason = "is dropped")] Option<Receiver<Itself>>);
    let (sender, receiver) = oneshot();
    assert!(sender.send(Itself(None)).is_ok());
    drop(receiver);
    let (sender, receiver) = oneshot();
    // It comes back, or nobody would ever drop it.
    let (other, inner) = oneshot();
    drop(inner);
    assert!(other.send(Itself(Some(receiver))).is_err());
    assert!(sender.is_closed());
    assert!(sender.send(Itself(None)).is_err());
}

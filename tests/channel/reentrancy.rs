//! Foreign code that uses the very channel that runs it: nothing is held while it runs.

use std::sync::{Arc, Mutex};
use std::task::{Poll, Wake, Waker};

use coweave::channel::{
    Receiver, RecvError, Sender, TryRecvError, bounded, broadcast, oneshot, priority, unbounded,
    watch,
};

use crate::support::{OnDrop, poll, poll_with};

type Cell<T> = Arc<Mutex<Option<T>>>;

fn cell<T>(value: T) -> Cell<T> {
    Arc::new(Mutex::new(Some(value)))
}

/// A value that uses its own channel when it is dropped.
fn uses(sender: &Sender<OnDrop>, receiver: &Cell<Receiver<OnDrop>>) -> OnDrop {
    let (sender, receiver) = (sender.clone(), receiver.clone());
    OnDrop::new(move || {
        assert!(sender.len() <= 4);
        drop(sender.try_send(OnDrop::new(|| {})));
        let receiver = receiver.lock().ok().and_then(|cell| cell.clone());
        if let Some(receiver) = receiver {
            drop(receiver.try_recv());
        }
        sender.close();
    })
}

#[test]
fn a_value_that_is_dropped_uses_its_channel() {
    for capacity in [0, 1, 4] {
        // Cancelled while it waits.
        let (sender, receiver) = bounded(capacity);
        let receiver = cell(receiver);
        (0..capacity).for_each(|_| drop(sender.try_send(OnDrop::new(|| {}))));
        let mut send = sender.send(uses(&sender, &receiver));
        assert!(poll(&mut send).is_pending());
        drop(send);
        // Queued when the last receiver goes.
        let (sender, receiver) = bounded(capacity);
        let receiver = cell(receiver);
        (0..capacity).for_each(|_| drop(sender.try_send(uses(&sender, &receiver))));
        let last = receiver.lock().unwrap().take();
        drop(last);
        assert!(sender.is_closed());
    }
}

#[test]
fn a_value_that_is_drained_uses_its_channel() {
    let (sender, receiver) = unbounded();
    let receiver = cell(receiver);
    (0..3).for_each(|_| drop(sender.try_send(uses(&sender, &receiver))));
    let taken = receiver.lock().unwrap().clone().unwrap();
    drop(taken.drain());
    assert!(sender.is_closed());
}

#[test]
fn values_of_the_other_channels_use_them_as_they_are_dropped() {
    let (sender, receiver) = broadcast(1);
    for _ in 0..2 {
        let inner = sender.clone();
        let value = OnDrop::new(move || {
            assert!(inner.len() <= 1);
            drop(inner.send(OnDrop::new(|| {})));
        });
        sender.send(value).unwrap();
    }
    drop(receiver);
    assert_eq!(sender.receiver_count(), 0);

    let (sender, receiver) = watch(OnDrop::new(|| {}));
    let inner = sender.clone();
    sender.send(OnDrop::new(move || drop(inner.send(OnDrop::new(|| {}))))).unwrap();
    sender.send(OnDrop::new(|| {})).unwrap();
    assert_eq!(receiver.has_changed(), Ok(true));

    let (sender, receiver) = oneshot();
    let (inner, second) = oneshot::<u32>();
    sender.send(OnDrop::new(move || inner.send(1).unwrap())).unwrap();
    drop(receiver);
    assert_eq!(second.blocking_recv(), Ok(1));
}

/// A waker that receives from the channel, and sends to it.
struct Uses(Sender<u32>, Receiver<u32>);

impl Wake for Uses {
    fn wake(self: Arc<Self>) {
        _ = self.1.try_recv();
        _ = self.0.try_send(7);
        drop(self.0.clone());
        assert!(self.0.len() <= 7);
    }
}

impl Drop for Uses {
    fn drop(&mut self) {
        _ = self.1.try_recv();
    }
}

#[test]
fn a_waker_uses_the_channel_that_wakes_it() {
    let (sender, receiver) = bounded(1);
    let waker: Waker = Arc::new(Uses(sender.clone(), receiver.clone())).into();
    let mut recv = receiver.recv();
    assert!(poll_with(&mut recv, &waker).is_pending());
    sender.try_send(1).unwrap();
    assert_eq!(poll(&mut recv), Poll::Ready(Ok(1)));
    // The waker's own value is queued: a send waits, and is woken by a receive.
    let mut send = sender.send(2);
    assert!(poll_with(&mut send, &waker).is_pending());
    assert!(poll(&mut send).is_pending(), "another waker takes its place, the first is dropped");
    assert!(poll_with(&mut send, &waker).is_pending());
    drop(waker);
    drop(send);
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
}

/// A waker that keeps what it receives.
struct Receives(Receiver<u32>, Mutex<Vec<Result<u32, TryRecvError>>>);

impl Wake for Receives {
    fn wake(self: Arc<Self>) {
        let received = self.0.try_recv();
        self.1.lock().unwrap().push(received);
    }
}

#[test]
fn a_waker_that_hears_the_end_after_the_last_value_uses_the_channel() {
    let (sender, receiver) = bounded(1);
    let receives = Arc::new(Receives(receiver.clone(), Mutex::default()));
    let [mut first, mut second] = [receiver.recv(), receiver.recv()];
    assert!(poll(&mut first).is_pending());
    assert!(poll_with(&mut second, &receives.clone().into()).is_pending());
    sender.try_send(1).unwrap();
    drop(sender);
    assert!(receives.1.lock().unwrap().is_empty());
    assert_eq!(poll(&mut first), Poll::Ready(Ok(1)));
    assert_eq!(*receives.1.lock().unwrap(), [Err(TryRecvError::Disconnected)]);
    assert_eq!(poll(&mut second), Poll::Ready(Err(RecvError)));
}

#[test]
fn a_clone_of_a_value_uses_its_channel() {
    struct Clones(Sender2);
    type Sender2 = Arc<Mutex<Option<coweave::channel::broadcast::Sender<Clones>>>>;
    impl Clone for Clones {
        fn clone(&self) -> Self {
            let sender = self.0.lock().unwrap().take();
            if let Some(sender) = sender {
                drop(sender.send(Self(self.0.clone())));
            }
            Self(self.0.clone())
        }
    }
    let (sender, mut receiver) = broadcast(4);
    let mut second = sender.subscribe();
    sender.send(Clones(cell(sender.clone()))).unwrap();
    assert!(receiver.try_recv().is_ok());
    assert_eq!((receiver.len(), second.len()), (1, 2));
    assert!(second.try_recv().is_ok());
}

#[test]
fn a_predicate_uses_its_channel() {
    let (sender, mut receiver) = watch(1);
    let seen = receiver.blocking_wait_for(|n| {
        _ = sender.send(n + 1);
        *sender.borrow() > 5
    });
    assert_eq!(seen.map(|n| *n), Ok(5));
}

#[test]
fn values_of_a_heap_use_it_as_they_are_dropped() {
    struct Ranked(u32, Option<OnDrop>);
    impl PartialEq for Ranked {
        fn eq(&self, other: &Self) -> bool {
            self.0 == other.0
        }
    }
    impl Eq for Ranked {}
    impl PartialOrd for Ranked {
        fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
            Some(self.cmp(other))
        }
    }
    impl Ord for Ranked {
        fn cmp(&self, other: &Self) -> std::cmp::Ordering {
            self.0.cmp(&other.0)
        }
    }
    let (sender, receiver) = priority();
    for n in 0..4 {
        let inner = sender.clone();
        let value = OnDrop::new(move || drop(inner.try_send(Ranked(9, None))));
        sender.try_send(Ranked(n, Some(value))).unwrap();
    }
    assert!(receiver.try_recv().is_ok_and(|ranked| ranked.1.is_some()));
    drop(receiver);
    assert!(sender.is_empty());
}

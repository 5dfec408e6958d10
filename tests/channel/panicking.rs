//! Panics of foreign code: an order, a clone, a destructor, a waker.

use std::cell::Cell;
use std::cmp::Ordering;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Wake, Waker};

use coweave::channel::{TryRecvError, bounded, broadcast};

use crate::support::{Counted, OnDrop, Trace, poll, poll_with};

thread_local! {
    /// How many comparisons are made before one panics.
    static PATIENCE: Cell<u32> = const { Cell::new(u32::MAX) };
}

struct Fragile(u32, Counted);

impl Ord for Fragile {
    fn cmp(&self, other: &Self) -> Ordering {
        let left = PATIENCE.get();
        assert!(left > 0, "on purpose");
        PATIENCE.set(left - 1);
        self.0.cmp(&other.0)
    }
}

impl PartialOrd for Fragile {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Fragile {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Fragile {}

fn panics(f: impl FnOnce()) -> bool {
    catch_unwind(AssertUnwindSafe(f)).is_err()
}

both_modes! {
    async fn an_order_that_panics_loses_nothing_and_tells_no_end() {
        for patience in 0..6 {
            let trace = Trace::new();
            let (sender, receiver) = channel::priority();
            for n in 0..8 {
                sender.try_send(Fragile(n, Counted::new(&trace, "value"))).unwrap();
            }
            PATIENCE.set(patience);
            let has_panicked = panics(|| drop(receiver.try_recv()));
            PATIENCE.set(u32::MAX);
            let expected = if has_panicked { 8 } else { 7 };
            assert_eq!(receiver.len(), expected);
            let left: Vec<_> = std::iter::from_fn(|| receiver.try_recv().ok()).collect();
            assert_eq!(left.len(), expected);
            assert!(left.iter().all(|value| value.1.name() == "value"));
            assert!(matches!(receiver.try_recv(), Err(TryRecvError::Empty)));
        }
    }

    async fn a_send_whose_order_panics_has_sent() {
        let trace = Trace::new();
        let (sender, receiver) = channel::priority();
        sender.try_send(Fragile(1, Counted::new(&trace, "a"))).unwrap();
        PATIENCE.set(0);
        assert!(panics(|| drop(sender.try_send(Fragile(2, Counted::new(&trace, "b"))))));
        PATIENCE.set(u32::MAX);
        assert_eq!(receiver.len(), 2);
        assert_eq!(receiver.drain().map(|value| value.0).collect::<Vec<_>>(), [2, 1]);
    }

    async fn the_last_receiver_compares_nothing() {
        let trace = Trace::new();
        let (sender, receiver) = channel::priority();
        for n in 0..3 {
            sender.try_send(Fragile(n, Counted::new(&trace, "value"))).unwrap();
        }
        PATIENCE.set(0);
        drop(receiver);
        PATIENCE.set(u32::MAX);
        assert_eq!(trace, ["value dropped"; 3]);
    }
}

#[test]
fn a_destructor_that_panics_leaves_the_channel_as_it_should_be() {
    let (sender, receiver) = bounded(1);
    sender.try_send(OnDrop::new(|| {})).unwrap();
    let mut send = sender.send(OnDrop::new(|| panic!("on purpose")));
    assert!(poll(&mut send).is_pending());
    assert!(panics(|| drop(send)));
    drop(receiver.try_recv());
    sender.try_send(OnDrop::new(|| panic!("on purpose"))).unwrap();
    assert!(panics(|| drop(receiver)));
    assert!(sender.is_closed() && sender.is_empty());
}

struct Panics;

impl Wake for Panics {
    fn wake(self: Arc<Self>) {
        panic!("on purpose");
    }
}

#[test]
fn a_waker_that_panics_is_nobodys() {
    let (sender, receiver) = bounded::<u32>(1);
    let waker: Waker = Arc::new(Panics).into();
    let (mut first, mut second) = (receiver.recv(), receiver.recv());
    assert!(poll_with(&mut first, &waker).is_pending());
    assert!(poll_with(&mut second, &waker).is_pending());
    drop(sender);
    assert!(poll(&mut first).is_ready() && poll(&mut second).is_ready());
}

#[test]
fn a_clone_that_panics_takes_the_value_from_nobody_else() {
    struct Fragile(bool);
    impl Clone for Fragile {
        fn clone(&self) -> Self {
            assert!(!self.0, "on purpose");
            Self(false)
        }
    }
    let (sender, mut one) = broadcast(2);
    let mut two = sender.subscribe();
    sender.send(Fragile(true)).unwrap();
    assert!(panics(|| drop(one.try_recv())));
    assert!(two.try_recv().is_ok());
    assert!(one.is_empty() && sender.is_empty());
}

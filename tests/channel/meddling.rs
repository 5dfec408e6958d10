//! Values whose order uses the very channel that compares them: they are told so, and the channel goes
//! on.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::thread;

thread_local! {
    static MEDDLE: RefCell<Option<Rc<dyn Fn()>>> = const { RefCell::new(None) };
}

/// Has every comparison of this thread use what `f` uses.
fn meddle(f: impl Fn() + 'static) {
    MEDDLE.set(Some(Rc::new(f)));
}

#[derive(Debug)]
struct Meddler(u32);

impl Ord for Meddler {
    fn cmp(&self, other: &Self) -> Ordering {
        if let Some(meddle) = MEDDLE.with_borrow(Clone::clone) {
            meddle();
        }
        self.0.cmp(&other.0)
    }
}

impl PartialOrd for Meddler {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Eq for Meddler {}

impl PartialEq for Meddler {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

fn is_told(f: impl FnOnce()) {
    let payload = catch_unwind(AssertUnwindSafe(f)).expect_err("it is told");
    let text = payload.downcast_ref::<&str>().map(ToString::to_string);
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default();
    assert!(
        text.contains("does the order of a priority channel's values use the channel"),
        "{text}"
    );
}

/// Sends and receives with an order that uses the channel, and then with one that does not.
macro_rules! try_meddling {
    ($sender:expr, $receiver:expr) => {
        let (sender, receiver) = ($sender, $receiver);
        sender.try_send(Meddler(1)).unwrap();
        let inner = sender.clone();
        meddle(move || drop(inner.try_send(Meddler(9))));
        is_told(|| drop(sender.try_send(Meddler(2))));
        let inner = receiver.clone();
        meddle(move || assert!(inner.len() < 9));
        is_told(|| drop(sender.try_send(Meddler(3))));
        let inner = receiver.clone();
        meddle(move || drop(inner.try_recv()));
        is_told(|| drop(receiver.try_recv()));
        MEDDLE.set(None);
        assert_eq!(receiver.len(), 3);
        sender.try_send(Meddler(4)).unwrap();
        let mut left: Vec<u32> = receiver.drain().map(|value| value.0).collect();
        left.sort_unstable();
        assert_eq!(left, [1, 2, 3, 4]);
        sender.try_send(Meddler(5)).unwrap();
        sender.try_send(Meddler(6)).unwrap();
        assert!(receiver.try_recv().is_ok_and(|value| value.0 == 6));
        assert!(receiver.try_recv().is_ok_and(|value| value.0 == 5));
    };
}

both_modes! {
    async fn an_order_that_uses_its_channel_is_told() {
        let (sender, receiver) = channel::priority();
        try_meddling!(sender, receiver);
    }
}

#[test]
fn an_order_that_uses_a_channel_of_several_threads_is_told() {
    let (sender, receiver) = coweave::channel::priority::<Meddler>();
    let other = sender.clone();
    thread::spawn(move || assert!(!other.is_full())).join().unwrap();
    let (other, takes) = (sender.clone(), receiver.clone());
    try_meddling!(sender, receiver);
    thread::spawn(move || {
        try_meddling!(other, takes);
    })
    .join()
    .unwrap();
}

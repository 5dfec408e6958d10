//! Channels, where one end waits on one thread and gives up, while the other acts on another.

use std::task::{Poll, Waker};

use coweave::channel::{Receiver, bounded, broadcast, watch};
use loom::sync::Arc;
use loom::thread;

use crate::support::{Fault, GivesUp, Watched, block_on, is_wrong, model, notices, poll, waiting};

/// All that is received until the end, as digits.
fn all(receiver: &Receiver<Watched>) -> u32 {
    let mut digits = 0;
    while let Ok(value) = block_on(receiver.recv()) {
        digits = 10 * digits + value.get();
    }
    digits
}

/// The sender of a second value waits for room, which another thread makes, and gives up.
fn a_send_is_given_up() {
    let (sender, receiver) = bounded(1);
    assert!(sender.try_send(Watched::new(1)).is_ok());
    let mut send = waiting(sender.send(Watched::new(2)));
    let receives = thread::spawn(move || all(&receiver));
    let was_sent = poll(&mut send, Waker::noop()).is_ready();
    drop(send);
    drop(sender);
    let received = receives.join().unwrap();
    assert!(received == 12 || !was_sent && received == 1, "received {received}");
}

#[test]
fn a_send_that_is_given_up_was_sent_or_not() {
    model(a_send_is_given_up);
}

#[test]
fn a_full_channel_whose_owner_leaves_without_release_is_noticed() {
    notices(Fault::RelaxedLeave, "Causality violation", a_send_is_given_up);
}

/// The first of two who wait for room gives up while it is made.
fn room_is_made(gives_up: GivesUp) {
    let (sender, receiver) = bounded(1);
    assert!(sender.try_send(Watched::new(1)).is_ok());
    let first = waiting(sender.reserve());
    let other = sender.clone();
    let sends = thread::spawn(move || assert!(block_on(other.send(Watched::new(2))).is_ok()));
    assert_eq!(block_on(receiver.recv()).unwrap().get(), 1);
    gives_up.on(first);
    sends.join().unwrap();
    assert_eq!(block_on(receiver.recv()).unwrap().get(), 2);
}

#[test]
fn room_goes_to_the_next_when_the_first_gives_up() {
    model(|| room_is_made(GivesUp::Rightly));
}

#[test]
fn room_that_is_not_passed_on_is_noticed() {
    is_wrong("deadlock", || room_is_made(GivesUp::Silently));
}

/// The first of two receivers gives up while a value is sent; the second is on another thread.
fn a_value_is_handed_over(gives_up: GivesUp) {
    let (sender, receiver) = bounded::<Watched>(1);
    let first = waiting(receiver.recv());
    let (other, last) = (receiver.clone(), sender.clone());
    let second = thread::spawn(move || assert_eq!(block_on(other.recv()).unwrap().get(), 5));
    let sends = thread::spawn(move || assert!(sender.try_send(Watched::new(5)).is_ok()));
    gives_up.on(first);
    second.join().unwrap();
    sends.join().unwrap();
    drop(last);
}

#[test]
fn a_value_goes_to_the_next_when_the_first_gives_up() {
    model(|| a_value_is_handed_over(GivesUp::Rightly));
}

#[test]
fn a_value_that_is_not_passed_on_is_noticed() {
    is_wrong("deadlock", || a_value_is_handed_over(GivesUp::Silently));
}

/// The same with the last value of all: the second is told the end only if it is not given that.
fn the_last_value_is_handed_over(gives_up: GivesUp) {
    let (sender, receiver) = bounded::<Watched>(1);
    let first = waiting(receiver.recv());
    let other = receiver.clone();
    let second = thread::spawn(move || assert_eq!(block_on(other.recv()).unwrap().get(), 5));
    let sends = thread::spawn(move || assert!(sender.try_send(Watched::new(5)).is_ok()));
    gives_up.on(first);
    second.join().unwrap();
    sends.join().unwrap();
}

#[test]
fn the_last_value_goes_to_the_next_when_the_first_gives_up() {
    model(|| the_last_value_is_handed_over(GivesUp::Rightly));
}

#[test]
fn a_last_value_that_is_not_passed_on_is_noticed() {
    is_wrong("deadlock", || the_last_value_is_handed_over(GivesUp::Silently));
}

/// The first fetches the last value; the second waits for the end, or comes after it.
#[test]
fn the_end_is_told_once_the_last_value_is_fetched() {
    model(|| {
        let (sender, receiver) = bounded::<Watched>(1);
        let first = waiting(receiver.recv());
        let other = receiver.clone();
        let second = thread::spawn(move || assert!(block_on(other.recv()).is_err()));
        let sends = thread::spawn(move || assert!(sender.try_send(Watched::new(5)).is_ok()));
        assert_eq!(block_on(first).unwrap().get(), 5);
        second.join().unwrap();
        sends.join().unwrap();
    });
}

/// A receiver gives up while a sender hands it a value, in a channel that keeps none, and comes again.
fn a_meeting_is_given_up(gives_up: GivesUp) {
    let (sender, receiver) = bounded(0);
    let first = waiting(receiver.recv());
    let sends = thread::spawn(move || {
        let sent = block_on(sender.send(Watched::new(7)));
        assert!(sent.is_ok());
        block_on(sender.send(Watched::new(8))).is_ok()
    });
    gives_up.on(first);
    assert_eq!(block_on(receiver.recv()).unwrap().get(), 7);
    drop(receiver);
    assert!(!sends.join().unwrap(), "nobody receives the second");
}

#[test]
fn a_value_handed_to_a_receiver_that_gives_up_is_the_next() {
    model(|| a_meeting_is_given_up(GivesUp::Rightly));
}

#[test]
fn a_meeting_that_is_lost_is_noticed() {
    is_wrong("assertion", || a_meeting_is_given_up(GivesUp::Silently));
}

/// A sender gives up, in a channel that keeps nothing, while its value is taken.
fn an_offer_is_given_up() {
    let (sender, receiver) = bounded(0);
    let offer = waiting(sender.send(Watched::new(7)));
    let takes = thread::spawn(move || {
        let taken = receiver.try_recv();
        assert!(taken.is_err() || taken.is_ok_and(|value| value.get() == 7));
    });
    drop(offer);
    takes.join().unwrap();
}

#[test]
fn an_offer_that_is_given_up_is_taken_or_dropped() {
    model(an_offer_is_given_up);
}

#[test]
fn an_offer_whose_owner_leaves_without_release_is_noticed() {
    notices(Fault::RelaxedLeave, "Causality violation", an_offer_is_given_up);
}

/// A channel is closed while one sends and one waits to send: what was sent is received, and the rest
/// comes back. Who receives all before it closes misses what comes between.
fn closing_meets_sending(closes_late: bool) {
    let (sender, receiver) = bounded(2);
    assert!(sender.try_send(Watched::new(1)).is_ok());
    let closes = thread::spawn(move || {
        let mut received = 0;
        if closes_late {
            while let Ok(value) = receiver.try_recv() {
                received = 10 * received + value.get();
            }
            receiver.close();
            received
        } else {
            receiver.close();
            all(&receiver)
        }
    });
    let expected = if sender.try_send(Watched::new(2)).is_ok() { 12 } else { 1 };
    assert_eq!(closes.join().unwrap(), expected, "what was sent is received");
}

#[test]
fn what_is_sent_before_the_channel_is_closed_is_received() {
    model(|| closing_meets_sending(false));
}

#[test]
fn what_is_sent_between_the_last_look_and_closing_is_noticed() {
    is_wrong("assertion", || closing_meets_sending(true));
}

/// A sender waits while room is made, and the channel closed: it has sent, or is given its value.
#[test]
fn a_sender_that_waits_is_told_of_the_end() {
    model(|| {
        let (sender, receiver) = bounded(1);
        assert!(sender.try_send(Watched::new(1)).is_ok());
        let send = waiting(sender.send(Watched::new(2)));
        let closes = receiver.clone();
        let closes = thread::spawn(move || closes.close());
        assert!(receiver.try_recv().is_ok_and(|value| value.get() == 1));
        let was_sent = block_on(send).is_ok();
        assert_eq!(receiver.try_recv().is_ok(), was_sent);
        closes.join().unwrap();
    });
}

/// A receiver of all values gives up, and comes again, while they are sent.
fn all_hear_all() {
    let (sender, mut receiver) = broadcast(2);
    let written = Arc::new(Watched::new(0));
    drop(waiting(receiver.recv()));
    let mut first = waiting(receiver.recv());
    let writes = written.clone();
    let sends = thread::spawn(move || {
        writes.set(1);
        assert!(sender.send(1).is_ok() && sender.send(2).is_ok());
    });
    let polled = poll(&mut first, Waker::noop());
    drop(first);
    let first = match polled {
        Poll::Ready(value) => value,
        Poll::Pending => block_on(receiver.recv()),
    };
    assert_eq!((first, written.get()), (Ok(1), 1));
    assert_eq!(block_on(receiver.recv()), Ok(2));
    assert!(block_on(receiver.recv()).is_err());
    sends.join().unwrap();
}

#[test]
fn a_receiver_that_gives_up_misses_nothing_that_goes_to_all() {
    model(all_hear_all);
}

#[test]
fn a_broadcast_whose_owner_leaves_without_release_is_noticed() {
    notices(Fault::RelaxedLeave, "Causality violation", all_hear_all);
}

/// Who watches gives up, and comes again, while the value changes and the sender goes.
fn a_value_changes(begins_anew: bool) {
    let (sender, mut receiver) = watch(0);
    let written = Arc::new(Watched::new(0));
    let mut first = waiting(receiver.changed());
    let writes = written.clone();
    let sends = thread::spawn(move || {
        writes.set(1);
        assert!(sender.send(1).is_ok());
    });
    let polled = poll(&mut first, Waker::noop());
    drop(first);
    if begins_anew {
        // As if it had been seen.
        drop(receiver.borrow_and_update());
    }
    let has_changed = match polled {
        Poll::Ready(changed) => changed,
        Poll::Pending => block_on(receiver.changed()),
    };
    assert!(has_changed.is_ok(), "it has changed");
    assert_eq!((*receiver.borrow(), written.get()), (1, 1));
    assert!(block_on(receiver.changed()).is_err());
    sends.join().unwrap();
}

#[test]
fn who_gives_up_watching_misses_no_change() {
    model(|| a_value_changes(false));
}

#[test]
fn a_change_that_is_taken_for_seen_is_noticed() {
    is_wrong("it has changed", || a_value_changes(true));
}

/// A sender waits until nobody watches any more.
#[test]
fn a_sender_hears_that_nobody_watches() {
    model(|| {
        let (sender, receiver) = watch(0);
        let other = receiver.clone();
        let goes = thread::spawn(move || drop(other));
        drop(waiting(sender.closed()));
        let closed = waiting(sender.closed());
        drop(receiver);
        block_on(closed);
        goes.join().unwrap();
        assert_eq!(sender.receiver_count(), 0);
    });
}

//! One value, between two threads: sent, received, dropped, closed.

use std::sync::Arc;
use std::task::{Poll, Waker};

use coweave::channel::oneshot;
use loom::thread;

use crate::support::{
    Fault, Watched, block_on, is_wrong, large_model, model, notices, poll, waiting,
};

/// The value is sent while the receiver waits, or before.
fn one_is_sent() {
    let (sender, receiver) = oneshot();
    let sends = thread::spawn(move || assert!(sender.send(Watched::new(3)).is_ok()));
    assert_eq!(block_on(receiver).unwrap().get(), 3);
    sends.join().unwrap();
}

#[test]
fn one_value_is_received() {
    model(one_is_sent);
}

#[test]
fn a_oneshot_whose_turn_is_given_up_without_release_is_noticed() {
    notices(Fault::RelaxedStage, "Causality violation", one_is_sent);
}

#[test]
fn a_oneshot_whose_end_sees_without_acquire_that_it_is_alone_is_noticed() {
    notices(Fault::RelaxedStageLoad, "Causality violation", one_is_sent);
}

#[test]
fn a_oneshot_whose_turn_is_taken_without_acquire_is_noticed() {
    notices(Fault::RelaxedExchange, "Causality violation", one_is_sent);
}

#[test]
fn a_oneshot_whose_turn_is_taken_by_both_is_noticed() {
    notices(Fault::ExchangedInTwo, "Causality violation", one_is_sent);
}

/// The value is sent while the receiver gives up: it is received, or dropped, or comes back.
#[test]
fn one_value_meets_a_receiver_that_gives_up() {
    model(|| {
        let (sender, mut receiver) = oneshot();
        let sends = thread::spawn(move || drop(sender.send(Watched::new(3))));
        if let Poll::Ready(value) = poll(&mut receiver, Waker::noop()) {
            assert_eq!(value.unwrap().get(), 3);
        }
        drop(receiver);
        sends.join().unwrap();
    });
}

/// The sender goes without a value.
#[test]
fn a_receiver_hears_that_the_sender_has_gone() {
    model(|| {
        let (sender, receiver) = oneshot::<Watched>();
        let goes = thread::spawn(move || drop(sender));
        assert!(block_on(receiver).is_err());
        goes.join().unwrap();
    });
}

/// Both ends go, of which the last frees what they shared.
#[test]
fn both_ends_go() {
    model(|| {
        let (sender, receiver) = oneshot::<Watched>();
        let goes = thread::spawn(move || drop(sender));
        drop(receiver);
        goes.join().unwrap();
    });
}

/// Two ask whether the receiver has gone, as it goes.
#[test]
fn two_ask_whether_it_is_closed() {
    large_model(|| {
        let (sender, receiver) = oneshot::<Watched>();
        let sender = Arc::new(sender);
        let other = sender.clone();
        let asks = thread::spawn(move || _ = other.is_closed());
        let goes = thread::spawn(move || drop(receiver));
        let was_closed = sender.is_closed();
        asks.join().unwrap();
        goes.join().unwrap();
        assert!(sender.is_closed() >= was_closed);
    });
}

/// The receiver closes, and looks for what was sent before; who looks first may overlook it.
fn closing_meets_sending(looks_first: bool) {
    let (sender, mut receiver) = oneshot();
    let sends = thread::spawn(move || sender.send(Watched::new(3)).is_ok());
    let received = if looks_first {
        let received = receiver.try_recv().is_ok();
        receiver.close();
        received
    } else {
        receiver.close();
        receiver.try_recv().is_ok()
    };
    assert_eq!(sends.join().unwrap(), received, "what was sent is received");
}

#[test]
fn what_was_sent_before_it_was_closed_is_received() {
    model(|| closing_meets_sending(false));
}

#[test]
fn what_was_sent_between_look_and_close_is_noticed() {
    is_wrong("assertion", || closing_meets_sending(true));
}

/// The sender waits for the receiver to go, gives up, and comes again.
#[test]
fn a_sender_hears_that_the_receiver_has_gone() {
    model(|| {
        let (mut sender, receiver) = oneshot::<Watched>();
        drop(waiting(sender.closed()));
        let goes = thread::spawn(move || drop(receiver));
        block_on(sender.closed());
        assert!(sender.is_closed());
        goes.join().unwrap();
    });
}

//! Channels for one value.

use coweave::channel::{RecvError, SendError, TryRecvError};
use coweave::yield_now;

use crate::support::{Counted, Trace, Woken, poll, poll_with};

#[coweave::coroutine]
fn awaits(receiver: coweave::channel::oneshot::Receiver<u32>) -> Result<u32, RecvError> {
    receiver.await
}

#[coweave::test]
async fn a_coroutine_awaits_the_value() {
    let (sender, receiver) = coweave::channel::oneshot();
    let task = coweave::spawn(awaits(receiver));
    yield_now().await;
    sender.send(5).unwrap();
    assert_eq!(task.await.unwrap(), Ok(5));
}

#[coweave::coroutine]
fn awaits_for_ever() -> Result<u32, RecvError> {
    let (_sender, receiver) = coweave::channel::oneshot();
    receiver.await
}

#[test]
fn a_report_says_where_a_value_is_awaited() {
    let in_coroutine = coweave::try_run(awaits_for_ever()).unwrap_err().to_string();
    assert!(in_coroutine.contains("tests/channel/oneshot.rs:25"), "{in_coroutine}");
    let in_block = coweave::try_run(async {
        let (_sender, receiver) = coweave::channel::oneshot::<u32>();
        receiver.await
    });
    let in_block = in_block.unwrap_err().to_string();
    assert!(in_block.contains("tests/channel/oneshot.rs:34"), "{in_block}");
}

both_modes! {
    async fn the_value_arrives_before_and_while_it_is_awaited() {
        let (sender, receiver) = channel::oneshot();
        sender.send(1).unwrap();
        assert_eq!(receiver.await, Ok(1));
        let (sender, receiver) = channel::oneshot();
        let task = spawn(receiver);
        yield_now().await;
        sender.send(2).unwrap();
        assert_eq!(task.await.unwrap(), Ok(2));
    }

    async fn a_sender_that_goes_tells_the_receiver() {
        let (sender, receiver) = channel::oneshot::<u32>();
        let task = spawn(receiver);
        yield_now().await;
        drop(sender);
        assert_eq!(task.await.unwrap(), Err(RecvError));
    }

    async fn a_receiver_that_goes_tells_the_sender() {
        let (mut sender, receiver) = channel::oneshot();
        let mut closed = sender.closed();
        assert!(poll(&mut closed).is_pending());
        drop(receiver);
        closed.await;
        assert_eq!(sender.send(1), Err(SendError(1)));
    }

    async fn closing_refuses_but_keeps_what_was_sent() {
        let (sender, mut receiver) = channel::oneshot();
        sender.send(1).unwrap();
        receiver.close();
        assert_eq!(receiver.try_recv(), Ok(1));
        let (mut sender, mut receiver) = channel::oneshot::<u32>();
        receiver.close();
        assert!(sender.is_closed());
        sender.closed().await;
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
        assert_eq!(receiver.await, Err(RecvError));
    }

    async fn what_was_not_received_is_dropped_with_the_receiver() {
        let trace = Trace::new();
        let (sender, receiver) = channel::oneshot();
        sender.send(Counted::new(&trace, "a")).unwrap();
        trace.add("sent");
        drop(receiver);
        trace.add("gone");
        let (sender, receiver) = channel::oneshot();
        drop(receiver);
        drop(sender.send(Counted::new(&trace, "b")));
        assert_eq!(trace, ["sent", "a dropped", "gone", "b dropped"]);
    }

    async fn what_was_received_is_dropped_once() {
        let trace = Trace::new();
        let (sender, receiver) = channel::oneshot();
        sender.send(Counted::new(&trace, "a")).unwrap();
        let value = receiver.await;
        trace.add("received");
        drop(value);
        assert_eq!(trace, ["received", "a dropped"]);
    }

    async fn a_wait_by_reference_is_given_up_and_begun_again() {
        let (sender, mut receiver) = channel::oneshot();
        let (first, waker) = Woken::new();
        assert!(poll_with(&mut receiver, &waker).is_pending());
        let (second, waker) = Woken::new();
        assert!(poll_with(&mut receiver, &waker).is_pending());
        sender.send(1).unwrap();
        assert_eq!((first.count(), second.count()), (0, 1));
        assert_eq!((&mut receiver).await, Ok(1));
    }

    async fn a_wait_for_the_end_is_given_up_at_every_point() {
        let (mut sender, receiver) = channel::oneshot::<u32>();
        drop(sender.closed());
        let (woken, waker) = Woken::new();
        let mut closed = sender.closed();
        assert!(poll_with(&mut closed, &waker).is_pending());
        drop(closed);
        let mut closed = sender.closed();
        assert!(poll(&mut closed).is_pending());
        drop(receiver);
        drop(closed);
        assert_eq!(woken.count(), 0);
        sender.closed().await;
    }

    #[should_panic(expected = "after it gave its value")]
    async fn polling_after_the_value_is_refused() {
        let (sender, mut receiver) = channel::oneshot();
        sender.send(1).unwrap();
        assert!(poll(&mut receiver).is_ready());
        assert!(poll(&mut receiver).is_pending());
    }
}

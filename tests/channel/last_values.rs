//! The last value of a channel, and the end behind it: who is given the one, who is told the other, and
//! when.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use coweave::channel::{RecvError, TryRecvError};
use coweave::yield_now;
use futures::{Stream, StreamExt};

use crate::support::{Trace, Woken, forget, poll, poll_with};

both_modes! {
    async fn whoever_was_given_the_last_value_passes_it_on_before_the_end_is_told() {
        for (sender, receiver) in [
            channel::bounded(0), channel::bounded(1), channel::unbounded(), channel::priority(), channel::lifo(),
        ] {
            let mut first = receiver.recv();
            let [mut second, mut third] = [receiver.recv(), receiver.recv()];
            let [(woken_second, second_waker), (woken_third, third_waker)] = [Woken::new(), Woken::new()];
            assert!(poll(&mut first).is_pending());
            assert!(poll_with(&mut second, &second_waker).is_pending());
            assert!(poll_with(&mut third, &third_waker).is_pending());
            sender.try_send(1).unwrap();
            drop(sender);
            assert_eq!((woken_second.count(), woken_third.count()), (0, 0));
            drop(first);
            assert_eq!((woken_second.count(), woken_third.count()), (1, 0));
            assert_eq!(poll(&mut second), Poll::Ready(Ok(1)));
            assert_eq!((woken_second.count(), woken_third.count()), (1, 1));
            assert_eq!(poll(&mut third), Poll::Ready(Err(RecvError)));
        }
    }

    async fn who_comes_before_the_last_value_is_fetched_waits_for_the_end() {
        let (sender, receiver) = channel::bounded(1);
        let mut first = receiver.recv();
        assert!(poll(&mut first).is_pending());
        sender.try_send(1).unwrap();
        receiver.close();
        let (woken, waker) = Woken::new();
        let mut late = receiver.recv();
        assert!(poll_with(&mut late, &waker).is_pending());
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
        assert!(receiver.peek().is_err());
        assert_eq!(woken.count(), 0);
        assert_eq!(first.await, Ok(1));
        assert_eq!(woken.count(), 1);
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
        assert_eq!(late.await, Err(RecvError));
        assert_eq!(receiver.recv().await, Err(RecvError));
    }

    async fn all_that_was_given_is_waited_for_the_last_gives_the_end() {
        let (sender, receiver) = channel::unbounded();
        let [mut first, mut second, mut third] = [receiver.recv(), receiver.recv(), receiver.recv()];
        for recv in [&mut first, &mut second, &mut third] {
            assert!(poll(recv).is_pending());
        }
        (1..=2).for_each(|n| sender.try_send(n).unwrap());
        drop(sender);
        assert_eq!(poll(&mut second), Poll::Ready(Ok(2)));
        assert!(poll(&mut third).is_pending());
        // Nobody else waits: the value is there for who comes, and the end only behind it.
        drop(third);
        drop(first);
        assert_eq!(receiver.len(), 1);
        assert_eq!(receiver.recv().await, Ok(1));
        assert_eq!(receiver.recv().await, Err(RecvError));
    }

    async fn a_coroutine_that_fetches_the_last_value_has_the_others_told() {
        #[coweave::coroutine]
        fn receives(name: &'static str, receiver: channel::Receiver<u32>, trace: Trace) {
            trace.add(format!("{name}: {:?}", receiver.recv().await));
        }

        let (trace, (sender, receiver)) = (Trace::new(), channel::bounded(1));
        let tasks = ["a", "b", "c"].map(|name| spawn(receives(name, receiver.clone(), trace.clone())));
        yield_now().await;
        sender.try_send(1).unwrap();
        drop(sender);
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(trace, ["a: Ok(1)", "b: Err(RecvError)", "c: Err(RecvError)"]);
    }

    async fn what_is_sent_last_into_room_that_was_given_is_passed_on() {
        let (sender, receiver) = channel::bounded(1);
        let permit = sender.reserve().await.unwrap();
        let [mut first, mut second] = [receiver.recv(), receiver.recv()];
        assert!(poll(&mut first).is_pending() && poll(&mut second).is_pending());
        receiver.close();
        permit.send(1).unwrap();
        drop(first);
        assert_eq!(second.await, Ok(1));
    }

    async fn what_was_looked_at_last_and_put_back_is_passed_on() {
        for is_closed_before in [true, false] {
            let (sender, receiver) = channel::bounded(1);
            sender.try_send(1).unwrap();
            if is_closed_before {
                receiver.close();
            }
            let peeked = receiver.peek().unwrap();
            drop(sender);
            let [mut first, mut second] = [receiver.recv(), receiver.recv()];
            assert!(poll(&mut first).is_pending() && poll(&mut second).is_pending());
            drop(peeked);
            drop(first);
            assert_eq!(second.await, Ok(1));
        }
    }

    async fn a_stream_keeps_the_last_value_until_its_receiver_goes() {
        let (sender, receiver) = channel::bounded(1);
        let mut stream = receiver.clone();
        assert!(stream.next_now().is_pending());
        sender.try_send(1).unwrap();
        drop(sender);
        let mut recv = receiver.recv();
        assert!(poll(&mut recv).is_pending());
        drop(stream);
        assert_eq!(recv.await, Ok(1));
        assert_eq!(receiver.recv().await, Err(RecvError));
    }

    async fn the_end_that_a_stream_has_not_fetched_holds_up_nobody() {
        let (sender, receiver) = channel::bounded::<u32>(1);
        let mut stream = receiver.clone();
        assert!(stream.next_now().is_pending());
        drop(sender);
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
        assert_eq!(receiver.recv().await, Err(RecvError));
        assert_eq!(stream.next().await, None);
    }

    async fn a_receive_that_is_forgotten_with_the_last_value_keeps_it_and_the_end() {
        let (sender, receiver) = channel::bounded(1);
        let mut first = receiver.recv();
        assert!(poll(&mut first).is_pending());
        sender.try_send(1).unwrap();
        forget(first);
        drop(sender);
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
        assert!(poll(&mut receiver.recv()).is_pending());
    }
}

/// The next of a stream, if it is there; the stream keeps its place.
trait NextNow: Stream + Unpin {
    fn next_now(&mut self) -> Poll<Option<Self::Item>> {
        Pin::new(self).poll_next(&mut Context::from_waker(Waker::noop()))
    }
}

impl<S: Stream + Unpin> NextNow for S {}

//! Channels of which every receiver gets every value.

use coweave::channel::SendError;
use coweave::channel::broadcast::{RecvError, TryRecvError};
use coweave::yield_now;
use futures::StreamExt;

use crate::support::{Counted, Trace, Woken, poll, poll_with};

both_modes! {
    async fn every_receiver_gets_every_value_sent_after_it_subscribed() {
        let trace = Trace::new();
        let (sender, first) = channel::broadcast(8);
        let receivers = [("a", first), ("b", sender.subscribe())];
        let tasks = receivers.map(|(name, mut receiver)| {
            let trace = trace.clone();
            spawn(async move {
                while let Ok(n) = receiver.recv().await {
                    trace.add(format!("{name}: {n}"));
                }
            })
        });
        yield_now().await;
        assert_eq!(sender.send(1), Ok(2));
        let mut late = sender.subscribe();
        yield_now().await;
        assert_eq!(sender.send(2), Ok(3));
        drop(sender);
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(late.recv().await, Ok(2));
        assert_eq!(late.recv().await, Err(RecvError::Closed));
        assert_eq!(trace, ["a: 1", "b: 1", "a: 2", "b: 2"]);
    }

    async fn the_end_is_told_to_all_who_wait() {
        let (sender, mut receiver) = channel::broadcast::<u32>(8);
        let stream = receiver.clone();
        let waits = spawn(async move { receiver.recv().await });
        let streamed = spawn(stream.collect::<Vec<_>>());
        yield_now().await;
        drop(sender.clone());
        yield_now().await;
        assert!(!waits.is_finished() && !streamed.is_finished());
        drop(sender);
        assert_eq!(waits.await.unwrap(), Err(RecvError::Closed));
        assert_eq!(streamed.await.unwrap(), []);
    }

    async fn a_slow_one_is_told_what_it_missed_and_goes_on() {
        let (sender, mut slow) = channel::broadcast(2);
        let mut fast = sender.subscribe();
        for n in 0..5 {
            sender.send(n).unwrap();
            assert_eq!(fast.recv().await, Ok(n));
        }
        assert_eq!((slow.len(), sender.len()), (2, 2));
        assert_eq!(slow.recv().await, Err(RecvError::Lagged(3)));
        assert_eq!(slow.recv().await, Ok(3));
        sender.send(5).unwrap();
        assert_eq!(slow.try_recv(), Ok(4));
        assert_eq!(slow.try_recv(), Ok(5));
        assert_eq!(slow.try_recv(), Err(TryRecvError::Empty));
        assert!(sender.len() == 1 && fast.len() == 1);
    }

    async fn a_channel_of_one_keeps_the_last() {
        let (sender, mut receiver) = channel::broadcast(1);
        let mut other = receiver.clone();
        (0..4).for_each(|n| assert_eq!(sender.send(n), Ok(2)));
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Lagged(3)));
        assert_eq!(receiver.try_recv(), Ok(3));
        assert_eq!(other.try_recv(), Err(TryRecvError::Lagged(3)));
        drop(sender);
        assert_eq!(other.try_recv(), Ok(3));
        assert_eq!(other.try_recv(), Err(TryRecvError::Closed));
    }

    async fn without_receivers_the_value_comes_back() {
        let (sender, receiver) = channel::broadcast(2);
        drop(receiver);
        assert_eq!(sender.send(1), Err(SendError(1)));
        let mut receiver = sender.subscribe();
        assert_eq!(sender.send(2), Ok(1));
        assert_eq!(receiver.recv().await, Ok(2));
    }

    async fn a_clone_goes_on_from_the_same_place_and_a_new_one_from_now() {
        let (sender, mut receiver) = channel::broadcast(8);
        sender.send(1).unwrap();
        let (mut clone, mut new) = (receiver.clone(), receiver.resubscribe());
        sender.send(2).unwrap();
        for receiver in [&mut receiver, &mut clone] {
            assert_eq!((receiver.try_recv(), receiver.try_recv()), (Ok(1), Ok(2)));
        }
        assert_eq!(new.try_recv(), Ok(2));
        assert!(sender.is_empty());
    }

    async fn a_value_is_cloned_for_all_but_the_last_and_freed_then() {
        let trace = Trace::new();
        let (sender, mut one) = channel::broadcast(8);
        let mut two = sender.subscribe();
        sender.send(Counted::new(&trace, "a")).unwrap();
        drop(one.recv().await);
        trace.add("one has it");
        drop(two.recv().await);
        trace.add("both have it");
        assert_eq!(trace, ["a cloned", "a' dropped", "one has it", "a dropped", "both have it"]);
    }

    async fn a_value_is_freed_when_the_last_that_has_yet_to_receive_it_goes() {
        let trace = Trace::new();
        let (sender, one) = channel::broadcast(2);
        let two = one.clone();
        for name in ["a", "b", "c"] {
            sender.send(Counted::new(&trace, name)).unwrap();
        }
        trace.add("sent");
        drop(one);
        trace.add("one has gone");
        drop(two);
        assert_eq!(trace, ["a dropped", "sent", "one has gone", "b dropped", "c dropped"]);
    }

    async fn a_receive_given_up_at_every_point_loses_nothing() {
        let (sender, mut receiver) = channel::broadcast(2);
        drop(receiver.recv());
        let (woken, waker) = Woken::new();
        let mut recv = receiver.recv();
        assert!(poll_with(&mut recv, &waker).is_pending());
        drop(recv);
        let mut recv = receiver.recv();
        assert!(poll(&mut recv).is_pending());
        sender.send(1).unwrap();
        drop(recv);
        assert_eq!(woken.count(), 0);
        assert_eq!(receiver.recv().await, Ok(1));
    }

    async fn one_that_lags_is_counted_where_it_goes_on() {
        let (sender, mut slow) = channel::broadcast(2);
        let mut fast = sender.subscribe();
        (0..4).for_each(|n| assert_eq!(sender.send(n), Ok(2)));
        let third = slow.clone();
        assert_eq!(slow.try_recv(), Err(TryRecvError::Lagged(2)));
        drop(slow);
        assert_eq!(fast.try_recv(), Err(TryRecvError::Lagged(2)));
        assert_eq!((fast.try_recv(), fast.try_recv()), (Ok(2), Ok(3)));
        assert_eq!(sender.len(), 2);
        drop(third);
        assert_eq!(sender.len(), 0);
    }
}

#[test]
#[should_panic(expected = "at least one value")]
fn a_capacity_of_zero_is_refused() {
    drop(coweave::channel::broadcast::<u32>(0));
}

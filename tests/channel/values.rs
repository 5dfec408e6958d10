//! What comes out in which order, and who gets it.

use coweave::channel::{RecvError, TryRecvError, TrySendError};
use coweave::yield_now;

use crate::support::{Trace, poll};

both_modes! {
    async fn values_come_out_in_the_order_in_which_they_went_in() {
        let (sender, receiver) = channel::bounded(2);
        let task = spawn(async move {
            for n in 0..10 {
                sender.send(n).await.unwrap();
            }
        });
        let mut received = Vec::new();
        while let Ok(n) = receiver.recv().await {
            received.push(n);
        }
        task.await.unwrap();
        assert!(received.into_iter().eq(0..10));
    }

    async fn a_sender_waits_for_room_and_goes_on_when_there_is_some() {
        let trace = Trace::new();
        let (sender, receiver) = channel::bounded(1);
        let inner = trace.clone();
        let task = spawn(async move {
            for n in 0..3 {
                sender.send(n).await.unwrap();
                inner.add(format!("sent {n}"));
            }
        });
        yield_now().await;
        trace.add("main");
        for _ in 0..3 {
            trace.add(format!("received {}", receiver.recv().await.unwrap()));
            yield_now().await;
        }
        task.await.unwrap();
        let all = ["sent 0", "main", "received 0", "sent 1", "received 1", "sent 2", "received 2"];
        assert_eq!(trace, all);
    }

    async fn receivers_are_served_in_the_order_in_which_they_came() {
        let trace = Trace::new();
        let (sender, receiver) = channel::unbounded();
        let tasks = ["a", "b", "c"].map(|name| {
            let (receiver, trace) = (receiver.clone(), trace.clone());
            spawn(async move {
                let n: u32 = receiver.recv().await.unwrap();
                trace.add(format!("{name}: {n}"));
            })
        });
        yield_now().await;
        (0..3).for_each(|n| sender.try_send(n).unwrap());
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(trace, ["a: 0", "b: 1", "c: 2"]);
    }

    async fn senders_are_served_in_the_order_in_which_they_came() {
        let (sender, receiver) = channel::bounded(0);
        for n in 0..5 {
            let sender = sender.clone();
            drop(spawn(async move { sender.send(n).await }));
        }
        yield_now().await;
        for n in 0..5 {
            assert_eq!(receiver.recv().await, Ok(n));
        }
    }

    async fn a_value_that_was_handed_over_is_not_taken_by_who_comes_later() {
        let (sender, receiver) = channel::unbounded();
        let mut first = receiver.recv();
        assert!(poll(&mut first).is_pending());
        sender.try_send(1).unwrap();
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
        assert_eq!(first.await, Ok(1));
    }

    async fn without_capacity_there_is_room_for_receivers_that_wait() {
        let (sender, receiver) = channel::bounded(0);
        assert_eq!(sender.try_send(1), Err(TrySendError::Full(1)));
        let (mut one, mut two) = (receiver.recv(), receiver.recv());
        assert!(poll(&mut one).is_pending() && poll(&mut two).is_pending());
        assert!(!sender.is_full());
        sender.try_send(1).unwrap();
        sender.try_send(2).unwrap();
        assert!(sender.is_full());
        assert_eq!((one.await, two.await), (Ok(1), Ok(2)));
    }

    async fn without_capacity_a_value_is_taken_from_the_sender_that_waits() {
        let (sender, receiver) = channel::bounded(0);
        let mut send = sender.send(1);
        assert!(poll(&mut send).is_pending());
        assert!(receiver.is_empty());
        assert_eq!(receiver.try_recv(), Ok(1));
        assert_eq!(send.await, Ok(()));
    }

    async fn the_greatest_comes_first_and_equal_ones_as_they_came() {
        let (sender, receiver) = channel::priority();
        for (n, name) in [(1, 'a'), (2, 'b'), (1, 'c'), (2, 'd')] {
            sender.try_send(Ranked(n, name)).unwrap();
        }
        let names: String = receiver.drain().map(|ranked| ranked.1).collect();
        assert_eq!(names, "bdac");
    }

    async fn of_a_thousand_each_the_greatest_comes_first() {
        let (sender, receiver) = channel::priority();
        (0..1000_u32).for_each(|n| sender.try_send(n * 7919 % 1000).unwrap());
        for n in (0..1000).rev() {
            assert_eq!(receiver.recv().await, Ok(n));
        }
    }

    async fn the_last_comes_first() {
        let (sender, receiver) = channel::lifo();
        (0..3).for_each(|n| sender.try_send(n).unwrap());
        assert_eq!(receiver.recv().await, Ok(2));
        sender.send(3).await.unwrap();
        assert!(receiver.drain().eq([3, 1, 0]));
    }

    async fn draining_lets_senders_go_on() {
        let (sender, receiver) = channel::bounded(2);
        (0..2).for_each(|n| sender.try_send(n).unwrap());
        let mut waiting = [sender.send(2), sender.send(3), sender.send(4)];
        assert!(waiting.iter_mut().all(|send| poll(send).is_pending()));
        assert!(receiver.drain().eq([0, 1]));
        assert!(poll(&mut waiting[0]).is_ready() && poll(&mut waiting[1]).is_ready());
        assert!(poll(&mut waiting[2]).is_pending());
        assert!(receiver.drain().eq([2, 3]));
        assert!(receiver.drain().eq([4]));
    }

    async fn a_closed_channel_still_gives_what_is_queued() {
        let (sender, receiver) = channel::bounded(3);
        (0..2).for_each(|n| sender.try_send(n).unwrap());
        drop(sender);
        assert_eq!(receiver.recv().await, Ok(0));
        assert_eq!(receiver.recv().await, Ok(1));
        assert_eq!(receiver.recv().await, Err(RecvError));
        assert_eq!(receiver.recv().await, Err(RecvError));
    }
}

/// Ordered by the number alone.
struct Ranked(u32, char);

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Ranked {}

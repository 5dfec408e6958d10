//! The end of a channel: what is told to whom, and what is dropped.

use coweave::channel::{RecvError, SendError};
use coweave::yield_now;

use crate::support::{Counted, Trace, poll};

both_modes! {
    async fn senders_that_wait_get_their_values_back() {
        let (sender, receiver) = channel::bounded(1);
        sender.try_send(1).unwrap();
        let (mut send, mut reserve) = (sender.send(2), sender.reserve());
        assert!(poll(&mut send).is_pending() && poll(&mut reserve).is_pending());
        receiver.close();
        assert_eq!(send.await, Err(SendError(2)));
        assert!(reserve.await.is_err());
        assert_eq!(sender.send(3).await, Err(SendError(3)));
        assert_eq!(receiver.recv().await, Ok(1));
        assert_eq!(receiver.recv().await, Err(RecvError));
    }

    async fn receivers_that_wait_are_told() {
        let trace = Trace::new();
        let (sender, receiver) = channel::unbounded::<u32>();
        let tasks = ["a", "b"].map(|name| {
            let (receiver, trace) = (receiver.clone(), trace.clone());
            spawn(async move { trace.add(format!("{name}: {:?}", receiver.recv().await)) })
        });
        yield_now().await;
        drop(sender);
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(trace, ["a: Err(RecvError)", "b: Err(RecvError)"]);
    }

    async fn the_last_receiver_drops_what_is_queued_and_refuses_what_waits() {
        let trace = Trace::new();
        let (sender, receiver) = channel::bounded(2);
        for name in ["a", "b"] {
            sender.try_send(Counted::new(&trace, name)).unwrap();
        }
        let mut send = sender.send(Counted::new(&trace, "c"));
        assert!(poll(&mut send).is_pending());
        let second = receiver.clone();
        drop(receiver);
        trace.add("one has gone");
        drop(second);
        trace.add("both have gone");
        drop(send.await.unwrap_err());
        assert_eq!(trace, ["one has gone", "a dropped", "b dropped", "both have gone", "c dropped"]);
    }

    async fn a_channel_of_each_kind_drops_what_nobody_received() {
        let trace = Trace::new();
        let (sender, receiver) = channel::lifo();
        sender.try_send(Counted::new(&trace, "a")).unwrap();
        drop(receiver);
        trace.add("receiver gone");
        assert!(sender.try_send(Counted::new(&trace, "b")).is_err());
        let (sender, receiver) = channel::unbounded();
        sender.try_send(Counted::new(&trace, "c")).unwrap();
        drop(sender);
        trace.add("sender gone");
        drop(receiver);
        assert_eq!(trace, [
            "a dropped", "receiver gone", "b dropped", "sender gone", "c dropped",
        ]);
    }

    async fn the_ends_are_counted() {
        let (sender, receiver) = channel::unbounded::<u32>();
        let (sender2, receiver2) = (sender.clone(), receiver.clone());
        assert_eq!((receiver.sender_count(), sender.receiver_count()), (2, 2));
        assert!(sender.same_channel(&sender2) && receiver.same_channel(&receiver2));
        drop((sender2, receiver2));
        assert_eq!((receiver.sender_count(), sender.receiver_count()), (1, 1));
        assert!(!receiver.is_closed() && !sender.is_closed());
        drop(receiver);
        assert!(sender.is_closed());
    }
}

//! Channels of the latest value.

use coweave::channel::{RecvError, SendError};
use coweave::yield_now;
use futures::StreamExt;

use crate::support::{Counted, Trace, Woken, poll, poll_with};

both_modes! {
    async fn a_receiver_sees_the_latest_and_is_told_of_changes() {
        let trace = Trace::new();
        let (sender, mut receiver) = channel::watch(0);
        let inner = trace.clone();
        let task = spawn(async move {
            while receiver.changed().await.is_ok() {
                inner.add(*receiver.borrow());
            }
            inner.add("end");
        });
        for round in 0..3 {
            yield_now().await;
            sender.send(2 * round).unwrap();
            sender.send(2 * round + 1).unwrap();
        }
        drop(sender);
        task.await.unwrap();
        assert_eq!(trace, ["1", "3", "5", "end"]);
    }

    async fn seen_and_unseen() {
        let (sender, mut receiver) = channel::watch(0);
        assert_eq!(receiver.has_changed(), Ok(false));
        sender.send(1).unwrap();
        let clone = receiver.clone();
        assert_eq!(*receiver.borrow(), 1);
        assert_eq!(receiver.has_changed(), Ok(true));
        assert_eq!(*receiver.borrow_and_update(), 1);
        assert_eq!((receiver.has_changed(), clone.has_changed()), (Ok(false), Ok(true)));
        assert_eq!(sender.subscribe().has_changed(), Ok(false));
        drop(sender);
        assert_eq!((receiver.has_changed(), clone.has_changed()), (Err(RecvError), Ok(true)));
        assert_eq!(*receiver.borrow(), 1);
    }

    async fn the_end_is_told_to_all_who_wait() {
        let (sender, receiver) = channel::watch(0);
        let (mut one, mut two, three) = (receiver.clone(), receiver.clone(), receiver);
        let changed = spawn(async move { one.changed().await });
        let waited = spawn(async move { two.wait_for(|n| *n > 0).await.map(|n| *n) });
        let streamed = spawn(three.map(|n| *n).collect::<Vec<_>>());
        yield_now().await;
        drop(sender);
        assert_eq!(changed.await.unwrap(), Err(RecvError));
        assert_eq!(waited.await.unwrap(), Err(RecvError));
        assert_eq!(streamed.await.unwrap(), []);
    }

    async fn waiting_for_a_value() {
        let (sender, mut receiver) = channel::watch(0);
        assert_eq!(*receiver.wait_for(|n| *n == 0).await.unwrap(), 0);
        let task = spawn(async move { receiver.wait_for(|n| *n >= 3).await.map(|n| *n) });
        for n in 1..=3 {
            yield_now().await;
            sender.send(n).unwrap();
        }
        assert_eq!(task.await.unwrap(), Ok(3));
        let mut receiver = sender.subscribe();
        drop(sender);
        assert!(receiver.wait_for(|n| *n > 3).await.is_err());
    }

    async fn without_receivers_only_replacing_sets() {
        let (sender, receiver) = channel::watch(0);
        drop(receiver);
        sender.closed().await;
        assert_eq!(sender.send(1), Err(SendError(1)));
        assert_eq!(*sender.send_replace(2), 0);
        assert_eq!(*sender.subscribe().borrow(), 2);
        sender.send_modify(|n| *n += 1);
        assert_eq!(*sender.borrow(), 3);
    }

    async fn the_sender_waits_for_the_end_of_all_receivers() {
        let (sender, one) = channel::watch(0);
        let two = one.clone();
        let mut closed = sender.closed();
        assert!(poll(&mut closed).is_pending());
        drop(one);
        assert!(poll(&mut closed).is_pending());
        drop(two);
        assert!(poll(&mut closed).is_ready());
    }

    async fn a_wait_given_up_at_every_point_loses_nothing() {
        let (sender, mut receiver) = channel::watch(0);
        drop((sender.closed(), receiver.changed()));
        let (woken, waker) = Woken::new();
        let mut changed = receiver.changed();
        assert!(poll_with(&mut changed, &waker).is_pending());
        drop(changed);
        let mut changed = receiver.changed();
        assert!(poll(&mut changed).is_pending());
        sender.send(1).unwrap();
        drop(changed);
        assert_eq!((woken.count(), receiver.has_changed()), (0, Ok(true)));
        let mut wait = receiver.wait_for(|n| *n == 5);
        assert!(poll(&mut wait).is_pending());
        sender.send(5).unwrap();
        drop(wait);
        assert_eq!(receiver.changed().await, Ok(()));
        let mut closed = sender.closed();
        assert!(poll(&mut closed).is_pending());
        drop(receiver);
        drop(closed);
        assert!(sender.is_closed());
    }

    async fn a_value_lives_as_long_as_it_is_looked_at() {
        let trace = Trace::new();
        let (sender, receiver) = channel::watch(Counted::new(&trace, "a"));
        let looked_at = receiver.borrow();
        sender.send(Counted::new(&trace, "b")).unwrap();
        trace.add("sent b");
        sender.send(Counted::new(&trace, "c")).unwrap();
        trace.add("sent c");
        assert_eq!(looked_at.name(), "a");
        drop(looked_at);
        drop(receiver);
        trace.add("receiver gone");
        drop(sender.send(Counted::new(&trace, "d")));
        drop(sender);
        let all = ["sent b", "b dropped", "sent c", "a dropped", "receiver gone", "d dropped"];
        assert_eq!(trace, [all[0], all[1], all[2], all[3], all[4], all[5], "c dropped"]);
    }

    async fn a_change_that_panics_changes_nothing() {
        let (sender, receiver) = channel::watch(1);
        let modify = std::panic::AssertUnwindSafe(|| sender.send_modify(|_| panic!("on purpose")));
        assert!(std::panic::catch_unwind(modify).is_err());
        assert_eq!((*receiver.borrow(), receiver.has_changed()), (1, Ok(false)));
    }

    async fn a_change_begins_anew_if_another_was_faster() {
        let (sender, receiver) = channel::watch(1);
        let mut rounds = 0;
        sender.send_modify(|n| {
            rounds += 1;
            if rounds == 1 {
                sender.send(10).unwrap();
            }
            *n += 1;
        });
        assert_eq!((rounds, *receiver.borrow()), (2, 11));
    }
}

//! Operations that are given up: before they began, while they wait, after they were granted.

use std::time::Duration;

use coweave::channel::TryRecvError;
use coweave::{sleep, timeout, yield_now};

use crate::support::{Counted, Trace, Woken, poll, poll_with};

both_modes! {
    async fn a_send_that_never_began_drops_its_value() {
        let trace = Trace::new();
        let (sender, receiver) = channel::bounded(1);
        drop(sender.send(Counted::new(&trace, "a")));
        assert!(receiver.is_empty());
        assert_eq!(trace, ["a dropped"]);
    }

    async fn a_send_that_waits_drops_its_value_and_its_place() {
        let trace = Trace::new();
        let (sender, receiver) = channel::bounded(1);
        sender.try_send(Counted::new(&trace, "a")).unwrap();
        let mut second = sender.send(Counted::new(&trace, "b"));
        let mut third = sender.send(Counted::new(&trace, "c"));
        assert!(poll(&mut second).is_pending() && poll(&mut third).is_pending());
        drop(second);
        trace.add("given up");
        drop(receiver.try_recv());
        assert!(poll(&mut third).is_ready());
        drop(receiver.try_recv());
        assert_eq!(trace, ["b dropped", "given up", "a dropped", "c dropped"]);
    }

    async fn a_send_that_was_granted_has_sent() {
        let (sender, receiver) = channel::bounded(1);
        sender.try_send(1).unwrap();
        let mut second = sender.send(2);
        assert!(poll(&mut second).is_pending());
        assert_eq!(receiver.try_recv(), Ok(1));
        drop(second);
        assert_eq!(receiver.try_recv(), Ok(2));
    }

    async fn room_that_was_granted_goes_to_the_next() {
        let (sender, receiver) = channel::bounded(1);
        sender.try_send(1).unwrap();
        let (mut first, mut second) = (sender.reserve(), sender.reserve());
        let (woken, waker) = Woken::new();
        assert!(poll(&mut first).is_pending() && poll_with(&mut second, &waker).is_pending());
        assert_eq!(receiver.try_recv(), Ok(1));
        assert_eq!(woken.count(), 0);
        drop(first);
        assert_eq!(woken.count(), 1);
        assert!(poll(&mut second).is_ready());
    }

    async fn a_place_in_the_midst_of_those_who_wait_for_room_is_given_up() {
        let (sender, receiver) = channel::bounded(1);
        sender.try_send(1).unwrap();
        let mut all = [sender.reserve(), sender.reserve(), sender.reserve()];
        assert!(all.iter_mut().all(|reserve| poll(reserve).is_pending()));
        let [first, second, third] = all;
        drop(second);
        assert_eq!(receiver.try_recv(), Ok(1));
        drop(first.await);
        drop(third.await);
        sender.try_send(2).unwrap();
    }

    async fn a_receive_that_waits_gives_up_its_place() {
        let (sender, receiver) = channel::unbounded();
        let (mut first, mut second) = (receiver.recv(), receiver.recv());
        assert!(poll(&mut first).is_pending() && poll(&mut second).is_pending());
        drop(first);
        sender.try_send(1).unwrap();
        assert_eq!(second.await, Ok(1));
    }

    async fn a_receive_that_was_granted_hands_on_to_the_next() {
        let (sender, receiver) = channel::unbounded();
        let (mut first, mut second) = (receiver.recv(), receiver.recv());
        let (woken, waker) = Woken::new();
        assert!(poll(&mut first).is_pending() && poll_with(&mut second, &waker).is_pending());
        sender.try_send(1).unwrap();
        assert_eq!(woken.count(), 0);
        drop(first);
        assert_eq!(woken.count(), 1);
        assert_eq!(second.await, Ok(1));
    }

    async fn a_receive_that_was_granted_puts_back_what_is_then_the_next() {
        let (sender, receiver) = channel::bounded(1);
        let mut recv = receiver.recv();
        assert!(poll(&mut recv).is_pending());
        sender.try_send(1).unwrap();
        sender.try_send(2).unwrap();
        drop(recv);
        assert_eq!(receiver.try_recv(), Ok(1));
        assert_eq!(receiver.try_recv(), Ok(2));
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    }

    async fn a_value_granted_by_the_last_sender_is_put_back_after_its_end() {
        let (sender, receiver) = channel::bounded(0);
        let mut recv = receiver.recv();
        assert!(poll(&mut recv).is_pending());
        sender.try_send(1).unwrap();
        drop(sender);
        drop(recv);
        assert_eq!(receiver.try_recv(), Ok(1));
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
    }

    async fn a_timeout_loses_nothing() {
        let (sender, receiver) = channel::bounded(1);
        drop(spawn(async move {
            for n in 0..20 {
                sleep(Duration::from_millis(10)).await;
                sender.send(n).await.unwrap();
            }
        }));
        let mut received = Vec::new();
        loop {
            match timeout(Duration::from_millis(7), receiver.recv()).await {
                Ok(Ok(n)) => received.push(n),
                Ok(Err(_)) => break,
                Err(_) => {}
            }
        }
        assert!(received.into_iter().eq(0..20));
    }

    async fn a_task_that_is_cancelled_gives_up_its_place_and_passes_on() {
        let (sender, receiver) = channel::unbounded();
        let inner = receiver.clone();
        let first = spawn(async move { inner.recv().await });
        let inner = receiver.clone();
        let second = spawn(async move { inner.recv().await });
        yield_now().await;
        sender.try_send(1).unwrap();
        first.cancel();
        assert!(first.await.unwrap_err().is_cancelled());
        assert_eq!(second.await.unwrap(), Ok(1));
    }

    async fn the_end_that_was_granted_is_not_passed_on_twice() {
        let (sender, receiver) = channel::unbounded::<u32>();
        let mut recv = receiver.recv();
        assert!(poll(&mut recv).is_pending());
        sender.close();
        drop(recv);
        assert!(receiver.recv().await.is_err());
    }

    #[should_panic(expected = "polled after its end")]
    async fn a_send_polled_after_its_end_takes_no_room() {
        let (sender, _receiver) = channel::bounded(2);
        let mut send = sender.send(1);
        assert!(poll(&mut send).is_ready());
        assert!(poll(&mut send).is_pending());
    }
}

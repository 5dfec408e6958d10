//! What is leaked does no more harm than it must.

use coweave::channel::{SendError, TryRecvError};

use crate::support::{forget, poll};

both_modes! {
    async fn a_receive_that_is_forgotten_takes_no_value_after_its_receiver() {
        let (sender, receiver) = channel::bounded(1);
        let mut recv = receiver.recv();
        assert!(poll(&mut recv).is_pending());
        forget(recv);
        drop(receiver);
        assert_eq!(sender.send(1).await, Err(SendError(1)));
        assert_eq!(sender.try_send(1).unwrap_err().into_inner(), 1);
    }

    async fn a_receive_that_is_forgotten_takes_at_most_one_value() {
        let (sender, receiver) = channel::bounded(1);
        let mut recv = receiver.recv();
        assert!(poll(&mut recv).is_pending());
        forget(recv);
        sender.try_send(1).unwrap();
        sender.try_send(2).unwrap();
        assert_eq!(receiver.recv().await, Ok(2));
    }

    async fn a_send_that_is_forgotten_still_sends() {
        let (sender, receiver) = channel::bounded(0);
        let mut send = sender.send(1);
        assert!(poll(&mut send).is_pending());
        forget(send);
        drop(sender);
        assert_eq!(receiver.recv().await, Ok(1));
        assert!(receiver.recv().await.is_err());
    }

    async fn a_permit_that_is_forgotten_does_not_hold_up_the_end() {
        let (sender, receiver) = channel::bounded(1);
        forget(sender.reserve().await.unwrap());
        assert!(sender.try_send(1).unwrap_err().is_full());
        let mut recv = receiver.recv();
        assert!(poll(&mut recv).is_pending());
        drop(sender);
        assert!(recv.await.is_err());
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
    }

    async fn a_reservation_that_is_forgotten_while_it_waits_keeps_one_place() {
        let (sender, receiver) = channel::bounded(2);
        (0..2).for_each(|n| sender.try_send(n).unwrap());
        let mut reserve = sender.reserve();
        assert!(poll(&mut reserve).is_pending());
        forget(reserve);
        assert!(receiver.drain().eq([0, 1]));
        sender.try_send(2).unwrap();
        assert!(sender.is_full());
        drop(sender);
        assert_eq!(receiver.recv().await, Ok(2));
        assert!(receiver.recv().await.is_err());
    }

    async fn a_value_that_is_looked_at_for_ever_is_not_received() {
        let (sender, receiver) = channel::bounded(2);
        (0..2).for_each(|n| sender.try_send(n).unwrap());
        forget(receiver.peek().unwrap());
        assert_eq!(receiver.recv().await, Ok(1));
    }

    async fn waits_of_the_other_channels_are_forgotten() {
        let (mut one, receiver) = channel::oneshot::<u32>();
        let mut closed = one.closed();
        assert!(poll(&mut closed).is_pending());
        forget(closed);
        drop(receiver);
        one.closed().await;

        let (all, mut receiver) = channel::broadcast(2);
        let mut recv = receiver.recv();
        assert!(poll(&mut recv).is_pending());
        forget(recv);
        all.send(1).unwrap();
        assert_eq!(receiver.recv().await, Ok(1));
        forget(receiver);
        assert_eq!(all.send(2), Ok(1));

        let (latest, mut receiver) = channel::watch(0);
        let mut changed = receiver.changed();
        assert!(poll(&mut changed).is_pending());
        forget(changed);
        latest.send(1).unwrap();
        receiver.changed().await.unwrap();
        let mut closed = latest.closed();
        assert!(poll(&mut closed).is_pending());
        forget(closed);
        drop(receiver);
        latest.closed().await;
    }
}

//! Room that is given before there is a value.

use coweave::channel::TryRecvError;

use crate::support::poll;

both_modes! {
    async fn room_that_is_kept_is_nobody_elses() {
        let (sender, receiver) = channel::bounded(1);
        let permit = sender.reserve().await.unwrap();
        assert!(sender.try_send(1).unwrap_err().is_full());
        let mut second = sender.reserve();
        assert!(poll(&mut second).is_pending());
        drop(permit);
        let permit = second.await.unwrap();
        permit.send(2).unwrap();
        assert_eq!(receiver.recv().await, Ok(2));
    }

    async fn a_receiver_that_waits_gets_a_value_although_all_room_is_kept() {
        let (sender, receiver) = channel::bounded(1);
        let permit = sender.reserve().await.unwrap();
        let mut recv = receiver.recv();
        assert!(poll(&mut recv).is_pending());
        sender.try_send(1).unwrap();
        assert_eq!(recv.await, Ok(1));
        permit.send(2).unwrap();
        assert_eq!(receiver.try_recv(), Ok(2));
    }

    async fn a_receiver_that_comes_does_not_overtake_one_that_waits() {
        let (sender, receiver) = channel::bounded(0);
        let mut first = receiver.recv();
        assert!(poll(&mut first).is_pending());
        let permit = sender.reserve().await.unwrap();
        let mut send = sender.send(1);
        assert!(poll(&mut send).is_pending());
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
        let mut second = receiver.recv();
        assert!(poll(&mut second).is_pending());
        // The second receiver made room for the value, which went to the first.
        assert_eq!((first.await, send.await), (Ok(1), Ok(())));
        permit.send(2).unwrap();
        assert_eq!(second.await, Ok(2));
    }

    async fn without_capacity_room_is_a_receiver_that_waits() {
        let (sender, receiver) = channel::bounded(0);
        let mut reserve = sender.reserve();
        assert!(poll(&mut reserve).is_pending());
        let mut recv = receiver.recv();
        assert!(poll(&mut recv).is_pending());
        let permit = reserve.await.unwrap();
        // The receiver gives up: the value is queued for the next.
        drop(recv);
        permit.send(1).unwrap();
        assert_eq!(receiver.try_recv(), Ok(1));
    }

    async fn the_end_comes_after_the_room_that_was_kept() {
        let (sender, receiver) = channel::bounded(2);
        let (one, two) = (sender.reserve().await.unwrap(), sender.reserve().await.unwrap());
        receiver.close();
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
        let mut recv = receiver.recv();
        assert!(poll(&mut recv).is_pending());
        one.send(1).unwrap();
        assert_eq!(recv.await, Ok(1));
        let mut recv = receiver.recv();
        assert!(poll(&mut recv).is_pending());
        drop(two);
        assert!(recv.await.is_err());
        assert!(sender.reserve().await.is_err());
    }

    async fn a_permit_gives_its_value_back_when_nobody_can_receive() {
        let (sender, receiver) = channel::bounded(1);
        let permit = sender.reserve().await.unwrap();
        drop(receiver);
        assert_eq!(permit.send(1).unwrap_err().into_inner(), 1);
    }

    async fn room_is_given_in_the_order_in_which_it_was_asked_for() {
        let (sender, receiver) = channel::bounded(1);
        sender.try_send(0).unwrap();
        let (mut reserve, mut send) = (sender.reserve(), sender.send(2));
        assert!(poll(&mut reserve).is_pending() && poll(&mut send).is_pending());
        assert_eq!(receiver.try_recv(), Ok(0));
        assert!(poll(&mut send).is_pending());
        reserve.await.unwrap().send(1).unwrap();
        assert!(poll(&mut send).is_pending());
        assert_eq!(receiver.try_recv(), Ok(1));
        assert_eq!(send.await, Ok(()));
        assert_eq!(receiver.try_recv(), Ok(2));
    }
}

//! Values that are looked at.

use coweave::channel::TryRecvError;

use crate::support::poll;

both_modes! {
    async fn what_is_looked_at_is_the_next_again() {
        let (sender, receiver) = channel::bounded(2);
        (0..2).for_each(|n| sender.try_send(n).unwrap());
        let peeked = receiver.peek().unwrap();
        assert_eq!(*peeked, 0);
        assert!(sender.is_full());
        drop(peeked);
        assert!(receiver.drain().eq([0, 1]));
    }

    async fn it_comes_back_before_its_equals_and_on_top() {
        let (sender, receiver) = channel::priority();
        for value in [(1, 'a'), (2, 'b')] {
            sender.try_send(value).unwrap();
        }
        drop(receiver.peek().unwrap());
        assert!(receiver.drain().eq([(2, 'b'), (1, 'a')]));
        let (sender, receiver) = channel::lifo();
        (0..2).for_each(|n| sender.try_send(n).unwrap());
        drop(receiver.peek().unwrap());
        assert!(receiver.drain().eq([1, 0]));
    }

    async fn a_receiver_that_came_meanwhile_gets_it() {
        let (sender, receiver) = channel::bounded(1);
        sender.try_send(1).unwrap();
        let peeked = receiver.peek().unwrap();
        let mut recv = receiver.recv();
        assert!(poll(&mut recv).is_pending());
        let mut reserve = sender.reserve();
        drop(peeked);
        assert!(poll(&mut reserve).is_ready());
        assert_eq!(recv.await, Ok(1));
    }

    async fn a_receiver_waits_for_what_may_come_back_although_all_senders_have_gone() {
        let (sender, receiver) = channel::unbounded();
        sender.try_send(1).unwrap();
        let peeked = receiver.peek().unwrap();
        drop(sender);
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
        let mut recv = receiver.recv();
        assert!(poll(&mut recv).is_pending());
        drop(peeked);
        assert_eq!(recv.await, Ok(1));
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
    }

    async fn taking_it_makes_room_and_may_be_the_end() {
        let (sender, receiver) = channel::bounded(1);
        sender.try_send(1).unwrap();
        let peeked = receiver.peek().unwrap();
        let mut send = sender.send(2);
        assert!(poll(&mut send).is_pending());
        assert_eq!(peeked.take(), 1);
        assert_eq!(send.await, Ok(()));
        let peeked = receiver.peek().unwrap();
        drop(sender);
        let mut recv = receiver.recv();
        assert!(poll(&mut recv).is_pending());
        assert_eq!(peeked.take(), 2);
        assert!(recv.await.is_err());
    }

    async fn what_a_sender_without_room_offers_may_be_looked_at() {
        let (sender, receiver) = channel::bounded(0);
        let mut send = sender.send(1);
        assert!(poll(&mut send).is_pending());
        assert_eq!(*receiver.peek().unwrap(), 1);
        assert_eq!(send.await, Ok(()));
        assert_eq!(receiver.try_recv(), Ok(1));
    }
}

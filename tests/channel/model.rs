//! Random operations, compared after each with a plain twin: a list of values and two of who waits.

use std::pin::Pin;
use std::task::Poll;

use coweave::channel::{
    Receiver, RecvError, Sender, TryRecvError, TrySendError, bounded, lifo, priority, unbounded,
};
use proptest::prelude::*;

use crate::support::poll;
use crate::twin::{Kind, Outcome, Twin, Value};

#[derive(Debug, Clone)]
enum Step {
    Send(u8),
    TrySend(u8),
    Recv,
    TryRecv,
    /// Of the operations under way, by number.
    Poll(usize),
    Cancel(usize),
    Peek(bool),
    Drain,
    Close,
    AddSender,
    AddReceiver,
    DropSender,
    DropReceiver,
}

/// An operation under way.
struct UnderWay {
    id: u32,
    is_send: bool,
    future: Pin<Box<dyn Future<Output = Outcome>>>,
}

struct Pair {
    senders: Vec<Sender<Value>>,
    receivers: Vec<Receiver<Value>>,
    under_way: Vec<UnderWay>,
    twin: Twin,
    next: u32,
}

impl Pair {
    fn new(kind: Kind) -> Self {
        let (sender, receiver) = match kind {
            Kind::Bounded(capacity) => bounded(capacity),
            Kind::Unbounded => unbounded(),
            Kind::Priority => priority(),
            Kind::Lifo => lifo(),
        };
        let (senders, receivers) = (vec![sender], vec![receiver]);
        Self { senders, receivers, under_way: Vec::new(), twin: Twin::new(kind), next: 0 }
    }

    fn value(&mut self, rank: u8) -> Value {
        self.next += 1;
        Value { rank, serial: self.next }
    }

    /// Begins an operation, and polls it once.
    fn begin(&mut self, is_send: bool, future: Pin<Box<dyn Future<Output = Outcome>>>) {
        self.under_way.push(UnderWay { id: self.next, is_send, future });
        self.poll(self.under_way.len() - 1);
    }

    fn poll(&mut self, place: usize) {
        let UnderWay { id, is_send, future } = &mut self.under_way[place];
        let (id, is_send) = (*id, *is_send);
        match poll(future) {
            Poll::Pending => assert!(!self.twin.granted.contains_key(&id), "{id} should be done"),
            Poll::Ready(outcome) => {
                assert_eq!(Some(outcome), self.twin.granted.remove(&id), "{id}");
                self.twin.given.remove(&id);
                drop(self.under_way.remove(place));
                self.twin.end(is_send);
            }
        }
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Send(rank) => self.send(rank),
            Step::TrySend(rank) => {
                let value = self.value(rank);
                let Some(sender) = self.senders.last() else { return };
                let sent = sender.try_send(value);
                let sent = sent.map_err(|e| matches!(e, TrySendError::Disconnected(_)));
                assert_eq!(sent, self.twin.try_send(value));
            }
            Step::Recv => self.recv(),
            Step::TryRecv => {
                let Some(receiver) = self.receivers.last() else { return };
                let received = receiver.try_recv().map(|value| value.serial);
                let none = if self.twin.has_ended() {
                    TryRecvError::Disconnected
                } else {
                    TryRecvError::Empty
                };
                assert_eq!(received, self.twin.take().map(|value| value.serial).ok_or(none));
            }
            Step::Poll(n) if !self.under_way.is_empty() => self.poll(n % self.under_way.len()),
            Step::Cancel(n) if !self.under_way.is_empty() => {
                let given_up = self.under_way.remove(n % self.under_way.len());
                self.twin.cancel(given_up.id, given_up.is_send);
                drop(given_up.future);
            }
            Step::Poll(_) | Step::Cancel(_) => {}
            Step::Peek(take) => self.peek(take),
            Step::Drain => {
                let Some(receiver) = self.receivers.last() else { return };
                let drained: Vec<u32> = receiver.drain().map(|value| value.serial).collect();
                let count = self.twin.queued.len();
                let senders = std::mem::take(&mut self.twin.senders);
                let expected: Vec<u32> =
                    (0..count).filter_map(|_| self.twin.pop()).map(|value| value.serial).collect();
                self.twin.senders = senders;
                self.twin.fill();
                assert_eq!(drained, expected);
            }
            Step::Close => {
                let Some(receiver) = self.receivers.last() else { return };
                receiver.close();
                self.twin.is_closed = true;
                self.twin.settle();
            }
            Step::AddSender => self.add_sender(),
            Step::AddReceiver => self.add_receiver(),
            Step::DropSender if self.senders.pop().is_some() => self.twin.end(true),
            Step::DropReceiver if self.receivers.pop().is_some() => self.twin.end(false),
            Step::DropSender | Step::DropReceiver => {}
        }
        self.compare();
    }

    fn send(&mut self, rank: u8) {
        let value = self.value(rank);
        let Some(sender) = self.senders.last().cloned() else { return };
        self.twin.sender_count += 1;
        self.twin.start_send(value.serial, value);
        let future = async move { sender.send(value).await.map(|()| None).map_err(drop) };
        self.begin(true, Box::pin(future));
    }

    fn recv(&mut self) {
        self.next += 1;
        let Some(receiver) = self.receivers.last().cloned() else { return };
        self.twin.receiver_count += 1;
        self.twin.start_recv(self.next);
        let future = async move {
            receiver.recv().await.map(|value| Some(value.serial)).map_err(|RecvError| ())
        };
        self.begin(false, Box::pin(future));
    }

    fn peek(&mut self, take: bool) {
        let Some(receiver) = self.receivers.last() else { return };
        let Ok(peeked) = receiver.peek() else {
            assert!(self.twin.take().is_none());
            return;
        };
        let offered = self.twin.queued.is_empty();
        let serial = peeked.serial;
        if take {
            assert_eq!(peeked.take().serial, serial);
        } else {
            drop(peeked);
        }
        // Its room is kept meanwhile: nobody else sends before it is taken.
        let senders = std::mem::take(&mut self.twin.senders);
        let value = if offered {
            self.twin.senders = senders;
            self.twin.take().unwrap()
        } else {
            let value = self.twin.pop().unwrap();
            self.twin.senders = senders;
            value
        };
        assert_eq!(value.serial, serial);
        if take {
            self.twin.fill();
        } else {
            self.twin.put_back(value);
        }
    }

    fn add_sender(&mut self) {
        let Some(sender) = self.senders.last().cloned() else { return };
        self.senders.push(sender);
        self.twin.sender_count += 1;
    }

    fn add_receiver(&mut self) {
        let Some(receiver) = self.receivers.last().cloned() else { return };
        self.receivers.push(receiver);
        self.twin.receiver_count += 1;
    }

    fn compare(&self) {
        let twin = &self.twin;
        if let Some(sender) = self.senders.last() {
            assert_eq!((sender.len(), sender.is_closed()), (twin.queued.len(), twin.refuses()));
            assert_eq!(sender.receiver_count(), twin.receiver_count);
            assert_eq!(sender.is_full(), !twin.has_room());
        }
        if let Some(receiver) = self.receivers.last() {
            assert_eq!(
                (receiver.len(), receiver.sender_count()),
                (twin.queued.len(), twin.sender_count)
            );
        }
    }
}

fn kinds() -> impl Strategy<Value = Kind> {
    prop_oneof![
        Just(Kind::Bounded(0)),
        Just(Kind::Bounded(1)),
        Just(Kind::Bounded(3)),
        Just(Kind::Unbounded),
        Just(Kind::Priority),
        Just(Kind::Lifo),
    ]
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        10 => (0..4_u8).prop_map(Step::Send),
        6 => (0..4_u8).prop_map(Step::TrySend),
        10 => Just(Step::Recv),
        6 => Just(Step::TryRecv),
        8 => any::<usize>().prop_map(Step::Poll),
        6 => any::<usize>().prop_map(Step::Cancel),
        3 => any::<bool>().prop_map(Step::Peek),
        1 => Just(Step::Drain),
        1 => Just(Step::AddSender),
        1 => Just(Step::AddReceiver),
        1 => Just(Step::DropSender),
        1 => Just(Step::DropReceiver),
        1 => Just(Step::Close),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_channel_is_its_twin(kind in kinds(), steps in proptest::collection::vec(steps(), 1..80)) {
        let mut pair = Pair::new(kind);
        steps.into_iter().for_each(|step| pair.step(step));
    }
}

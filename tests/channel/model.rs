//! Random operations, compared after each with a plain twin: a list of values and two of who waits.

use std::collections::{HashMap, VecDeque};
use std::pin::Pin;
use std::task::Poll;

use coweave::channel::{
    Receiver, RecvError, Sender, TryRecvError, TrySendError, bounded, lifo, priority, unbounded,
};
use proptest::prelude::*;

use crate::support::poll;

/// Ordered by the rank alone.
#[derive(Debug, Clone, Copy)]
struct Value {
    rank: u8,
    serial: u32,
}

impl Ord for Value {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank.cmp(&other.rank)
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Value {}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Bounded(usize),
    Unbounded,
    Priority,
    Lifo,
}

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

/// What the channel should be. An operation under way counts as an end: it holds one.
struct Twin {
    kind: Kind,
    /// Next first, but for the heap.
    queued: VecDeque<(Value, i64)>,
    turn: i64,
    back: i64,
    senders: VecDeque<(u32, Value)>,
    receivers: VecDeque<u32>,
    /// What those are told that were granted: a sender, whether it has sent; a receiver, its value.
    granted: HashMap<u32, Result<Option<u32>, ()>>,
    given: HashMap<u32, Value>,
    sender_count: usize,
    receiver_count: usize,
    is_closed: bool,
}

impl Twin {
    fn capacity(&self) -> usize {
        match self.kind {
            Kind::Bounded(capacity) => capacity,
            Kind::Unbounded | Kind::Priority | Kind::Lifo => usize::MAX,
        }
    }

    fn refuses(&self) -> bool {
        self.is_closed || self.receiver_count == 0
    }

    fn push(&mut self, value: Value) {
        if let Some(receiver) = self.receivers.pop_front() {
            self.granted.insert(receiver, Ok(Some(value.serial)));
            self.given.insert(receiver, value);
            return;
        }
        self.turn += 1;
        match self.kind {
            Kind::Lifo => self.queued.push_front((value, self.turn)),
            _ => self.queued.push_back((value, self.turn)),
        }
    }

    fn put_back(&mut self, value: Value) {
        if self.receivers.is_empty() {
            self.back -= 1;
            self.queued.push_front((value, self.back));
        } else {
            self.push(value);
        }
    }

    fn pop(&mut self) -> Option<Value> {
        let place = match self.kind {
            Kind::Priority => {
                let key = |place: &usize| {
                    let (value, turn) = self.queued[*place];
                    (value.rank, -turn)
                };
                (0..self.queued.len()).max_by_key(key)?
            }
            _ => 0,
        };
        let (value, _) = self.queued.remove(place)?;
        self.fill();
        Some(value)
    }

    /// The value of a sender that waits without capacity, or the next that is queued.
    fn take(&mut self) -> Option<Value> {
        if let Some(value) = self.pop() {
            return Some(value);
        }
        let (sender, value) = self.senders.pop_front()?;
        self.granted.insert(sender, Ok(None));
        Some(value)
    }

    fn fill(&mut self) {
        while self.queued.len() < self.capacity()
            && let Some((sender, value)) = self.senders.pop_front()
        {
            self.granted.insert(sender, Ok(None));
            self.push(value);
        }
    }

    fn has_room(&self) -> bool {
        self.queued.len() < self.capacity() || !self.receivers.is_empty()
    }

    fn try_send(&mut self, value: Value) -> Result<(), bool> {
        if self.refuses() || !self.has_room() {
            return Err(self.refuses());
        }
        self.push(value);
        Ok(())
    }

    fn has_ended(&self) -> bool {
        self.is_closed || self.sender_count == 0
    }

    fn settle(&mut self) {
        if self.refuses() {
            for (sender, _) in std::mem::take(&mut self.senders) {
                self.granted.insert(sender, Err(()));
            }
        }
        if self.has_ended() {
            for receiver in std::mem::take(&mut self.receivers) {
                self.granted.insert(receiver, Err(()));
            }
        }
        if self.receiver_count == 0 {
            self.is_closed = true;
            self.queued.clear();
        }
        self.is_closed |= self.sender_count == 0;
    }

    fn start_send(&mut self, id: u32, value: Value) {
        match self.try_send(value) {
            Ok(()) => drop(self.granted.insert(id, Ok(None))),
            Err(true) => drop(self.granted.insert(id, Err(()))),
            Err(false) => self.senders.push_back((id, value)),
        }
    }

    fn start_recv(&mut self, id: u32) {
        match self.take() {
            Some(value) => drop(self.granted.insert(id, Ok(Some(value.serial)))),
            None if self.has_ended() => drop(self.granted.insert(id, Err(()))),
            None => self.receivers.push_back(id),
        }
    }

    fn cancel(&mut self, id: u32, is_send: bool) {
        self.senders.retain(|(sender, _)| *sender != id);
        self.receivers.retain(|receiver| *receiver != id);
        self.granted.remove(&id);
        if let Some(value) = self.given.remove(&id) {
            self.put_back(value);
        }
        self.end(is_send);
    }

    fn end(&mut self, is_send: bool) {
        if is_send {
            self.sender_count -= 1;
        } else {
            self.receiver_count -= 1;
        }
        self.settle();
    }
}

type Outcome = Result<Option<u32>, ()>;

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
        let twin = Twin {
            kind,
            queued: VecDeque::new(),
            turn: 0,
            back: 0,
            senders: VecDeque::new(),
            receivers: VecDeque::new(),
            granted: HashMap::new(),
            given: HashMap::new(),
            sender_count: 1,
            receiver_count: 1,
            is_closed: false,
        };
        let (senders, receivers) = (vec![sender], vec![receiver]);
        Self { senders, receivers, under_way: Vec::new(), twin, next: 0 }
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
            Step::AddSender | Step::AddReceiver | Step::DropSender | Step::DropReceiver => {
                self.change_ends(&step);
            }
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

    fn change_ends(&mut self, step: &Step) {
        match step {
            Step::AddSender => {
                let Some(sender) = self.senders.last().cloned() else { return };
                self.senders.push(sender);
                self.twin.sender_count += 1;
            }
            Step::AddReceiver => {
                let Some(receiver) = self.receivers.last().cloned() else { return };
                self.receivers.push(receiver);
                self.twin.receiver_count += 1;
            }
            Step::DropSender => {
                if self.senders.pop().is_some() {
                    self.twin.end(true);
                }
            }
            _ => {
                if self.receivers.pop().is_some() {
                    self.twin.end(false);
                }
            }
        }
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

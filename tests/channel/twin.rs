//! The plain twin of a channel of values: a list of values, and two of who waits.

use std::collections::{HashMap, VecDeque};

/// What a sender is told, or the value that a receiver gets.
pub(crate) type Outcome = Result<Option<u32>, ()>;

/// Ordered by the rank alone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value {
    pub(crate) rank: u8,
    pub(crate) serial: u32,
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
pub(crate) enum Kind {
    Bounded(usize),
    Unbounded,
    Priority,
    Lifo,
}

/// What the channel should be. An operation under way counts as an end: it holds one.
pub(crate) struct Twin {
    kind: Kind,
    /// Next first, but for the heap.
    pub(crate) queued: VecDeque<(Value, i64)>,
    turn: i64,
    back: i64,
    pub(crate) senders: VecDeque<(u32, Value)>,
    pub(crate) receivers: VecDeque<u32>,
    /// What those are told that were granted: a sender, whether it has sent; a receiver, its value.
    pub(crate) granted: HashMap<u32, Outcome>,
    pub(crate) given: HashMap<u32, Value>,
    pub(crate) sender_count: usize,
    pub(crate) receiver_count: usize,
    pub(crate) is_closed: bool,
}

impl Twin {
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
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
        }
    }

    pub(crate) fn capacity(&self) -> usize {
        match self.kind {
            Kind::Bounded(capacity) => capacity,
            Kind::Unbounded | Kind::Priority | Kind::Lifo => usize::MAX,
        }
    }

    pub(crate) fn refuses(&self) -> bool {
        self.is_closed || self.receiver_count == 0
    }

    pub(crate) fn push(&mut self, value: Value) {
        if let Some(receiver) = self.receivers.pop_front() {
            self.granted.insert(receiver, Ok(Some(value.serial)));
            self.given.insert(receiver, value);
            return;
        }
        self.turn += 1;
        match self.kind {
            Kind::Lifo => self.queued.push_front((value, self.turn)),
            Kind::Bounded(_) | Kind::Unbounded | Kind::Priority => {
                self.queued.push_back((value, self.turn));
            }
        }
    }

    pub(crate) fn put_back(&mut self, value: Value) {
        if self.receivers.is_empty() {
            self.back -= 1;
            self.queued.push_front((value, self.back));
        } else {
            self.push(value);
        }
    }

    pub(crate) fn pop(&mut self) -> Option<Value> {
        let place = match self.kind {
            Kind::Priority => {
                let key = |place: &usize| {
                    let (value, turn) = self.queued[*place];
                    (value.rank, -turn)
                };
                (0..self.queued.len()).max_by_key(key)?
            }
            Kind::Bounded(_) | Kind::Unbounded | Kind::Lifo => 0,
        };
        let (value, _) = self.queued.remove(place)?;
        self.fill();
        Some(value)
    }

    /// The value of a sender that waits without capacity, or the next that is queued.
    pub(crate) fn take(&mut self) -> Option<Value> {
        if let Some(value) = self.pop() {
            return Some(value);
        }
        let (sender, value) = self.senders.pop_front()?;
        self.granted.insert(sender, Ok(None));
        Some(value)
    }

    pub(crate) fn fill(&mut self) {
        while self.queued.len() < self.capacity()
            && let Some((sender, value)) = self.senders.pop_front()
        {
            self.granted.insert(sender, Ok(None));
            self.push(value);
        }
    }

    pub(crate) fn has_room(&self) -> bool {
        self.queued.len() < self.capacity() || !self.receivers.is_empty()
    }

    pub(crate) fn try_send(&mut self, value: Value) -> Result<(), bool> {
        if self.refuses() || !self.has_room() {
            return Err(self.refuses());
        }
        self.push(value);
        Ok(())
    }

    pub(crate) fn has_ended(&self) -> bool {
        // What a receiver was given may come back until it is fetched.
        (self.is_closed || self.sender_count == 0) && self.given.is_empty()
    }

    pub(crate) fn settle(&mut self) {
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

    pub(crate) fn start_send(&mut self, id: u32, value: Value) {
        match self.try_send(value) {
            Ok(()) => drop(self.granted.insert(id, Ok(None))),
            Err(true) => drop(self.granted.insert(id, Err(()))),
            Err(false) => self.senders.push_back((id, value)),
        }
    }

    pub(crate) fn start_recv(&mut self, id: u32) {
        match self.take() {
            Some(value) => drop(self.granted.insert(id, Ok(Some(value.serial)))),
            None if self.has_ended() => drop(self.granted.insert(id, Err(()))),
            None => self.receivers.push_back(id),
        }
    }

    pub(crate) fn cancel(&mut self, id: u32, is_send: bool) {
        self.senders.retain(|(sender, _)| *sender != id);
        self.receivers.retain(|receiver| *receiver != id);
        self.granted.remove(&id);
        if let Some(value) = self.given.remove(&id) {
            self.put_back(value);
        }
        self.end(is_send);
    }

    pub(crate) fn end(&mut self, is_send: bool) {
        if is_send {
            self.sender_count -= 1;
        } else {
            self.receiver_count -= 1;
        }
        self.settle();
    }
}

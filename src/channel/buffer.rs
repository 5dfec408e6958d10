//! What is queued in a channel, in the order in which it is received.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, VecDeque};

/// The values of a channel that nobody has received yet.
#[derive(Debug)]
pub(super) enum Buffer<T> {
    /// First in first out.
    Queue(VecDeque<T>),
    /// Last in first out.
    Stack(Vec<T>),
    /// The greatest first.
    Heap(Heap<T>),
}

/// The greatest first; equal ones first in first out.
#[derive(Debug)]
pub(super) struct Heap<T> {
    entries: BinaryHeap<Entry<T>>,
    compare: Compare<T>,
    next_turn: i64,
    /// The turns of values that were put back: before all others.
    last_back: i64,
}

type Compare<T> = fn(&T, &T) -> Ordering;

#[derive(Debug)]
struct Entry<T> {
    value: T,
    /// The less, the earlier.
    turn: i64,
    /// So that only the channels that have a heap ask for an order.
    compare: Compare<T>,
}

impl<T> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.compare)(&self.value, &other.value).then_with(|| other.turn.cmp(&self.turn))
    }
}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<T> Eq for Entry<T> {}

impl<T> Heap<T> {
    fn insert(&mut self, value: T, turn: i64) {
        self.entries.push(Entry { value, turn, compare: self.compare });
    }
}

impl<T> Buffer<T> {
    pub(super) const fn queue() -> Self {
        Self::Queue(VecDeque::new())
    }

    pub(super) const fn stack() -> Self {
        Self::Stack(Vec::new())
    }

    pub(super) const fn heap(compare: Compare<T>) -> Self {
        let entries = BinaryHeap::new();
        Self::Heap(Heap { entries, compare, next_turn: 0, last_back: 0 })
    }

    #[inline]
    pub(super) fn push(&mut self, value: T) {
        match self {
            Self::Queue(queue) => queue.push_back(value),
            Self::Stack(stack) => stack.push(value),
            Self::Heap(heap) => {
                heap.next_turn += 1;
                heap.insert(value, heap.next_turn);
            }
        }
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Option<T> {
        match self {
            Self::Queue(queue) => queue.pop_front(),
            Self::Stack(stack) => stack.pop(),
            Self::Heap(heap) => heap.entries.pop().map(|entry| entry.value),
        }
    }

    /// Puts back what was popped: it is the next, or the next among its equals.
    pub(super) fn put_back(&mut self, value: T) {
        match self {
            Self::Queue(queue) => queue.push_front(value),
            Self::Stack(stack) => stack.push(value),
            Self::Heap(heap) => {
                heap.last_back -= 1;
                heap.insert(value, heap.last_back);
            }
        }
    }

    /// Takes all that is queued, next first.
    pub(super) fn take_all(&mut self) -> Vec<T> {
        std::iter::from_fn(|| self.pop()).collect()
    }
}

//! What is queued in a channel, in the order in which it is received.

use std::cmp::Ordering;
use std::collections::VecDeque;

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
///
/// A heap of its own, for the order is the user's and may panic: every entry then still lies in
/// `entries`, if not in its right place, and none is dropped while the channel is held.
#[derive(Debug)]
pub(super) struct Heap<T> {
    entries: Vec<Entry<T>>,
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
}

impl<T> Heap<T> {
    const fn new(compare: Compare<T>) -> Self {
        Self { entries: Vec::new(), compare, next_turn: 0, last_back: 0 }
    }

    fn order(&self, a: &Entry<T>, b: &Entry<T>) -> Ordering {
        (self.compare)(&a.value, &b.value).then_with(|| b.turn.cmp(&a.turn))
    }

    fn is_before(&self, a: usize, b: usize) -> bool {
        self.order(&self.entries[a], &self.entries[b]).is_gt()
    }

    fn insert(&mut self, value: T, turn: i64) {
        let mut place = self.entries.len();
        self.entries.push(Entry { value, turn });
        while place > 0 {
            let parent = (place - 1) / 2;
            if !self.is_before(place, parent) {
                break;
            }
            self.entries.swap(place, parent);
            place = parent;
        }
    }

    fn pop(&mut self) -> Option<T> {
        let last = self.entries.len().checked_sub(1)?;
        self.entries.swap(0, last);
        let mut place = 0;
        loop {
            let children = (2 * place + 1..last).take(2);
            let Some(child) = children.reduce(|a, b| if self.is_before(b, a) { b } else { a })
            else {
                break;
            };
            if !self.is_before(child, place) {
                break;
            }
            self.entries.swap(place, child);
            place = child;
        }
        self.entries.pop().map(|entry| entry.value)
    }

    fn into_sorted(mut self) -> Vec<T> {
        let mut entries = std::mem::take(&mut self.entries);
        entries.sort_by(|a, b| self.order(b, a));
        entries.into_iter().map(|entry| entry.value).collect()
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
        Self::Heap(Heap::new(compare))
    }

    #[inline(always)]
    pub(super) fn push(&mut self, value: T) {
        match self {
            Self::Queue(queue) => queue.push_back(value),
            Self::Stack(_) | Self::Heap(_) => self.push_in_order(value),
        }
    }

    #[inline(never)]
    fn push_in_order(&mut self, value: T) {
        match self {
            Self::Queue(queue) => queue.push_back(value),
            Self::Stack(stack) => stack.push(value),
            Self::Heap(heap) => {
                heap.next_turn += 1;
                heap.insert(value, heap.next_turn);
            }
        }
    }

    #[inline(always)]
    pub(super) fn pop(&mut self) -> Option<T> {
        match self {
            Self::Queue(queue) => queue.pop_front(),
            Self::Stack(_) | Self::Heap(_) => self.pop_in_order(),
        }
    }

    #[inline(never)]
    fn pop_in_order(&mut self) -> Option<T> {
        match self {
            Self::Queue(queue) => queue.pop_front(),
            Self::Stack(stack) => stack.pop(),
            Self::Heap(heap) => heap.pop(),
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

    /// Takes out all that is queued; compares nothing.
    pub(super) fn take_all(&mut self) -> Self {
        match self {
            Self::Queue(queue) => Self::Queue(std::mem::take(queue)),
            Self::Stack(stack) => Self::Stack(std::mem::take(stack)),
            Self::Heap(heap) => {
                let entries = std::mem::take(&mut heap.entries);
                Self::Heap(Heap { entries, ..Heap::new(heap.compare) })
            }
        }
    }

    /// All that is queued, next first.
    pub(super) fn into_values(self) -> Vec<T> {
        match self {
            Self::Queue(queue) => queue.into(),
            Self::Stack(mut stack) => {
                stack.reverse();
                stack
            }
            Self::Heap(heap) => heap.into_sorted(),
        }
    }
}

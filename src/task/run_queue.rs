//! The ready tasks of a worker, first in first out: an array of pointers, used from `head` on.
//!
//! Not a list through the headers: with an array the processor sees the next tasks' addresses ahead
//! (a list was seven times slower at 100,000 tasks in shuffled memory). Nor two arrays that change
//! places: exchanging them reads as one vector what was just written in two words, which stalls.
//!
//! # Invariants
//! * **Q1** The queue is used by its worker's thread alone, and no method calls foreign code, so no
//!   two references into it exist at a time.
//! * **Q2** `head` is at most the length of `tasks`; what is before it has been popped.
#![expect(unsafe_code, reason = "a cell without a borrow flag in the hottest path")]

use std::cell::UnsafeCell;

use super::task_ref::TaskRef;

/// See the module.
#[derive(Debug)]
pub(super) struct RunQueue(UnsafeCell<Queue>);

#[derive(Debug)]
struct Queue {
    tasks: Vec<TaskRef>,
    head: usize,
}

impl RunQueue {
    pub(super) const fn new() -> Self {
        Self(UnsafeCell::new(Queue { tasks: Vec::new(), head: 0 }))
    }

    /// Behind all that are ready.
    #[inline(always)]
    pub(super) fn push(&self, task: TaskRef) {
        // SAFETY: the only reference at this time (Q1).
        let queue = unsafe { &mut *self.0.get() };
        if queue.tasks.len() == queue.tasks.capacity() {
            queue.make_room();
        }
        queue.tasks.push(task);
    }

    /// The first of all that are ready.
    #[inline(always)]
    pub(super) fn pop(&self) -> Option<TaskRef> {
        // SAFETY: the only reference at this time (Q1).
        let queue = unsafe { &mut *self.0.get() };
        let task = *queue.tasks.get(queue.head)?;
        queue.head += 1;
        Some(task)
    }

    pub(super) fn is_empty(&self) -> bool {
        // SAFETY: the only reference at this time (Q1).
        let queue = unsafe { &*self.0.get() };
        queue.head == queue.tasks.len()
    }
}

impl Queue {
    /// Moves what is queued to the front, if that halves the array at least, so that each task is
    /// moved once at most for each that was popped; else the array grows.
    #[cold]
    #[inline(never)]
    fn make_room(&mut self) {
        if self.head >= self.tasks.len().div_ceil(2) {
            self.tasks.drain(..self.head);
            self.head = 0;
        }
        self.tasks.reserve(1);
    }
}

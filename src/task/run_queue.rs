//! The ready tasks of a worker, first in first out: two arrays, one being run, one being filled.
//!
//! Arrays of pointers, not a list through the headers: the processor sees the next tasks' addresses
//! ahead (a list was seven times slower at 100,000 tasks in shuffled memory).
//!
//! # Invariants
//! * **Q1** The queue is used by its worker's thread alone, and no method calls foreign code, so no
//!   two references into it exist at a time.
#![expect(unsafe_code, reason = "a cell without a borrow flag in the hottest path")]

use std::cell::UnsafeCell;

use super::task_ref::TaskRef;

/// See the module.
#[derive(Debug)]
pub(super) struct RunQueue(UnsafeCell<Queue>);

#[derive(Debug)]
struct Queue {
    batch: Vec<TaskRef>,
    /// How much of the batch has been popped.
    popped: usize,
    filling: Vec<TaskRef>,
}

impl RunQueue {
    pub(super) const fn new() -> Self {
        Self(UnsafeCell::new(Queue { batch: Vec::new(), popped: 0, filling: Vec::new() }))
    }

    /// Behind all that are ready.
    #[inline(always)]
    pub(super) fn push(&self, task: TaskRef) {
        // SAFETY: the only reference at this time (Q1).
        unsafe { &mut *self.0.get() }.filling.push(task);
    }

    /// The first of all that are ready.
    #[inline(always)]
    pub(super) fn pop(&self) -> Option<TaskRef> {
        // SAFETY: the only reference at this time (Q1).
        let queue = unsafe { &mut *self.0.get() };
        if queue.popped == queue.batch.len() {
            if queue.filling.is_empty() {
                return None;
            }
            queue.batch.clear();
            std::mem::swap(&mut queue.batch, &mut queue.filling);
            queue.popped = 0;
        }
        let task = queue.batch[queue.popped];
        queue.popped += 1;
        Some(task)
    }

    pub(super) fn is_empty(&self) -> bool {
        // SAFETY: the only reference at this time (Q1).
        let queue = unsafe { &*self.0.get() };
        queue.popped == queue.batch.len() && queue.filling.is_empty()
    }
}

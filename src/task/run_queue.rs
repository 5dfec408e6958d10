//! The ready tasks of a worker, first in first out: pointers in an array that is used in turns.
//!
//! Not a list through the headers: with an array the processor sees the next tasks' addresses ahead
//! (a list was seven times slower at 100,000 tasks in shuffled memory). Nor an array that is left
//! behind lap by lap: what a lap touches decides once the tasks are more than the caches hold.
//!
//! What is ready is one piece of the array, `head..tail`, or, once the end of the array was reached
//! and there was room before it, two: `head..end`, then `0..tail`. The loop that resumes takes
//! as much of the first piece as it wants, keeps its place in a register, and says at its end how
//! far it came; what is behind it is room only then, so that nothing moves under it.
//!
//! # Invariants
//! * **Q1** The queue is used by its worker's thread alone, and no method calls foreign code, so no
//!   two references into it exist at a time.
//! * **Q2** Ready are `head..tail`, and `tail <= limit`, which is the length of the array; or, if
//!   `is_wrapped`, `head..end` and `0..tail`, and `tail <= limit <= head`. All of these were written.
//! * **Q3** A task in the first piece keeps its place until `finish` says that it was resumed.
#![expect(unsafe_code, reason = "an array without bounds to check, in the hottest path")]

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::ops::Range;

use super::task_ref::TaskRef;

/// See the module.
#[derive(Debug)]
pub(super) struct RunQueue(UnsafeCell<Queue>);

#[derive(Debug)]
struct Queue {
    tasks: Vec<MaybeUninit<TaskRef>>,
    head: usize,
    tail: usize,
    /// Where `tail` must stop.
    limit: usize,
    /// The end of the first piece, if there are two.
    end: usize,
    is_wrapped: bool,
}

/// So that few tasks stay within a few cache lines, and seldom reach the end.
const FIRST_LENGTH: usize = 128;

impl RunQueue {
    pub(super) const fn new() -> Self {
        let tasks = Vec::new();
        Self(UnsafeCell::new(Queue {
            tasks,
            head: 0,
            tail: 0,
            limit: 0,
            end: 0,
            is_wrapped: false,
        }))
    }

    #[expect(clippy::mut_from_ref, reason = "a cell without a borrow flag")]
    #[inline(always)]
    fn queue(&self) -> &mut Queue {
        // SAFETY: no caller, all of which are below, keeps it or calls foreign code (Q1).
        unsafe { &mut *self.0.get() }
    }

    /// Behind all that are ready.
    #[inline(always)]
    pub(super) fn push(&self, task: TaskRef) {
        let queue = self.queue();
        if queue.tail == queue.limit {
            queue.make_room();
        }
        // SAFETY: `tail` is below `limit`, which is at most the length (Q2).
        unsafe { queue.tasks.get_unchecked_mut(queue.tail) }.write(task);
        queue.tail += 1;
    }

    /// The places of the first tasks, at most so many; of none only if none is ready.
    #[inline(never)]
    pub(super) fn first(&self, most: usize) -> Range<usize> {
        let queue = self.queue();
        if queue.is_wrapped && queue.head == queue.end {
            queue.head = 0;
            queue.limit = queue.tasks.len();
            queue.is_wrapped = false;
        }
        queue.head..self.end_of_first().min(queue.head.saturating_add(most))
    }

    /// Where the first piece ends now.
    #[inline(always)]
    pub(super) fn end_of_first(&self) -> usize {
        let queue = self.queue();
        if queue.is_wrapped { queue.end } else { queue.tail }
    }

    /// The task at a place that `first` gave.
    ///
    /// # Safety
    /// `finish` was not called with a later place since then.
    #[inline(always)]
    pub(super) unsafe fn get(&self, place: usize) -> TaskRef {
        // SAFETY: it is in the first piece, and still there (Q2, Q3).
        let task = unsafe { self.queue().tasks.get_unchecked(place) };
        // SAFETY: as above.
        unsafe { task.assume_init() }
    }

    /// Says that all tasks before this place have been resumed.
    pub(super) fn finish(&self, place: usize) {
        let queue = self.queue();
        queue.head = place;
        if queue.is_wrapped {
            queue.limit = place;
        }
    }

    pub(super) fn len(&self) -> usize {
        let queue = self.queue();
        let second = if queue.is_wrapped { queue.tail } else { 0 };
        self.end_of_first() - queue.head + second
    }

    pub(super) fn is_empty(&self) -> bool {
        self.first(1).is_empty()
    }
}

impl Queue {
    /// There is room before the first piece, or in a longer array, in which that piece stays.
    #[cold]
    #[inline(never)]
    fn make_room(&mut self) {
        let length = self.tasks.len();
        if !self.is_wrapped && self.head > length / 4 {
            (self.end, self.tail, self.limit) = (self.tail, 0, self.head);
            self.is_wrapped = true;
            return;
        }
        self.tasks.resize((2 * length).max(FIRST_LENGTH), MaybeUninit::uninit());
        if self.is_wrapped {
            // The second piece was at most as long as the array, which is twice that now.
            self.tasks.copy_within(..self.tail, self.end);
            self.tail += self.end;
            self.is_wrapped = false;
        }
        self.limit = self.tasks.len();
    }
}

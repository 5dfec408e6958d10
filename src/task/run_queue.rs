//! The ready tasks of a worker, first in first out unless a seed shuffles them: an array of pointers,
//! used from `head` on.
//!
//! Not a list through the headers: with an array the processor sees the next tasks' addresses ahead
//! (a list was seven times slower at 100,000 tasks in shuffled memory). Nor two arrays that change
//! places: exchanging them reads as one vector what was just written in two words, which stalls.
//!
//! The loop that resumes keeps its place in a register, and says at its end how far it came. What
//! is behind it is given up then, so that nothing moves under it. With a seed the loop first brings
//! any of the ready tasks to its place: each that is ready is then as likely to be the next.
//!
//! # Invariants
//! * **Q1** The queue is used by its worker's thread alone, and no method calls foreign code, so no
//!   two references into it exist at a time.
//! * **Q2** `head` is at most the length of `tasks`; what is before it has been resumed.
#![expect(unsafe_code, reason = "a cell without a borrow flag in the hottest path")]

use std::cell::UnsafeCell;

use super::task_ref::TaskRef;

const FIRST_CAPACITY: usize = 64;

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

    #[expect(clippy::mut_from_ref, reason = "a cell without a borrow flag")]
    #[inline(always)]
    fn queue(&self) -> &mut Queue {
        // SAFETY: no caller, all of which are below, keeps it or calls foreign code (Q1).
        unsafe { &mut *self.0.get() }
    }

    /// Behind all that are ready.
    #[inline(always)]
    pub(super) fn push(&self, task: TaskRef) {
        let tasks = &mut self.queue().tasks;
        if tasks.len() == tasks.capacity() {
            grow(tasks);
        }
        tasks.push(task);
    }

    /// The place of the first task.
    ///
    /// Gives up what is before it, once that is half of the array: each task is then moved once at
    /// most for each that was resumed.
    pub(super) fn start(&self) -> usize {
        let queue = self.queue();
        if queue.head >= queue.tasks.len().div_ceil(2) {
            queue.tasks.drain(..queue.head);
            queue.head = 0;
        }
        queue.head
    }

    /// The task at a place; `None` behind the last.
    #[inline(always)]
    pub(super) fn get(&self, place: usize) -> Option<TaskRef> {
        self.queue().tasks.get(place).copied()
    }

    /// How many tasks are ready from a place on.
    #[inline(always)]
    pub(super) fn len_from(&self, place: usize) -> usize {
        self.queue().tasks.len().saturating_sub(place)
    }

    /// Has two ready tasks change places.
    #[inline(always)]
    pub(super) fn swap(&self, one: usize, other: usize) {
        self.queue().tasks.swap(one, other);
    }

    /// Takes the first task.
    #[inline(always)]
    pub(super) fn pop(&self) -> Option<TaskRef> {
        let queue = self.queue();
        let task = queue.tasks.get(queue.head).copied()?;
        queue.head += 1;
        Some(task)
    }

    /// Takes the first tasks for which `is_wanted`, which calls no foreign code, holds; at most so
    /// many, of at most twice as many that are looked at.
    pub(super) fn take_front(
        &self,
        most: usize,
        is_wanted: impl Fn(TaskRef) -> bool,
    ) -> Vec<TaskRef> {
        let queue = self.queue();
        let front = &mut queue.tasks[queue.head..];
        let mut taken = Vec::with_capacity(most.min(front.len()));
        let looked_at = front.len().min(2 * most);
        let mut kept = Vec::new();
        let mut end = 0;
        while end < looked_at && taken.len() < most {
            let wanted = is_wanted(front[end]);
            if wanted { &mut taken } else { &mut kept }.push(front[end]);
            end += 1;
        }
        // What is kept goes to the end of what was looked at: all that is behind stays where it is.
        front[end - kept.len()..end].copy_from_slice(&kept);
        queue.head += taken.len();
        taken
    }

    /// Says that all tasks before this place have been resumed.
    pub(super) fn finish(&self, place: usize) {
        let queue = self.queue();
        queue.head = place.min(queue.tasks.len());
    }

    pub(super) fn len(&self) -> usize {
        let queue = self.queue();
        queue.tasks.len() - queue.head
    }

    pub(super) fn is_empty(&self) -> bool {
        let queue = self.queue();
        queue.head == queue.tasks.len()
    }
}

/// Doubles the array.
#[cold]
#[inline(never)]
fn grow(tasks: &mut Vec<TaskRef>) {
    tasks.reserve(tasks.len().max(FIRST_CAPACITY));
}

//! What the tasks of a group have left, in the order in which they ended, and who waits for it.
//!
//! The end is told once no task is left and no result can come back: one that was given to who waits
//! and has not fetched it goes to the next, if that one gives up.

use std::collections::VecDeque;

use crate::primitives::{Lock, quietly};
use crate::sync::wait_queue::{Key, Left, Polled, WaitQueue};
use crate::task::wait::Answer;
use crate::task::waiter::{Asker, Wakes};
use crate::task::{JoinError, TaskId};

/// A task of the group that has ended.
#[derive(Debug)]
pub(super) struct Ended<T> {
    /// By when it was spawned.
    pub(super) order: u64,
    pub(super) id: TaskId,
    pub(super) result: Result<T, JoinError>,
}

/// See the module.
pub(super) struct Results<T>(Lock<Queue<T>>);

struct Queue<T> {
    /// Tasks that have not ended.
    pending: usize,
    /// Nobody waits for one while this holds any.
    ended: VecDeque<Ended<T>>,
    /// Results that were given to those who wait, and not fetched yet.
    unfetched: usize,
    /// Those who wait for one.
    next: WaitQueue<(), Option<Ended<T>>>,
    /// Those who wait for the end.
    all: WaitQueue<(), ()>,
    /// The group was dropped.
    is_abandoned: bool,
}

impl<T> Queue<T> {
    /// Hands over to who waits, or keeps.
    fn offer(&mut self, ended: Ended<T>, is_first: bool, wakes: &mut Wakes) {
        if !self.next.is_empty() {
            self.unfetched += 1;
            return wakes.add(self.next.grant_first(|()| Some(ended)));
        }
        if is_first {
            self.ended.push_front(ended);
        } else {
            self.ended.push_back(ended);
        }
    }

    /// So many are pending no more.
    fn count_down(&mut self, count: usize, wakes: &mut Wakes) {
        self.pending -= count;
        self.end_if_ended(wakes);
    }

    /// Whether no result can come any more.
    fn has_ended(&self) -> bool {
        self.pending == 0 && self.unfetched == 0
    }

    /// Tells those who wait the end, if this is it.
    fn end_if_ended(&mut self, wakes: &mut Wakes) {
        if !self.has_ended() {
            return;
        }
        while !self.next.is_empty() {
            wakes.add(self.next.grant_first(|()| None));
        }
        while !self.all.is_empty() {
            wakes.add(self.all.grant_first(|()| ()));
        }
    }
}

fn answer<G>(polled: Polled<G>, key: &mut Option<Key>) -> Answer<G> {
    match polled {
        Polled::Granted(given) => {
            *key = None;
            Answer::Ready(given)
        }
        Polled::Waits => Answer::Waits,
        Polled::NeedsWaiter => Answer::NeedsWaiter,
    }
}

fn join<G, U>(
    queue: &mut WaitQueue<(), G>,
    key: &mut Option<Key>,
    asker: &mut impl Asker,
) -> Answer<U> {
    match queue.join(asker, ()) {
        Ok(joined) => {
            *key = Some(joined);
            Answer::Waits
        }
        Err(()) => Answer::NeedsWaiter,
    }
}

impl<T> Results<T> {
    pub(super) fn new() -> Self {
        Self(Lock::new(Queue {
            pending: 0,
            ended: VecDeque::new(),
            unfetched: 0,
            next: WaitQueue::new(),
            all: WaitQueue::new(),
            is_abandoned: false,
        }))
    }

    fn with<R>(&self, f: impl FnOnce(&mut Queue<T>, &mut Wakes) -> R) -> R {
        let mut wakes = Wakes::default();
        let mut queue = self.0.lock();
        let result = f(&mut queue, &mut wakes);
        drop(queue);
        wakes.wake_all();
        result
    }

    pub(super) fn expect_one(&self) {
        self.with(|queue, _| queue.pending += 1);
    }

    /// So many tasks were detached.
    pub(super) fn expect_less(&self, count: usize) {
        self.with(|queue, wakes| queue.count_down(count, wakes));
    }

    /// A task has ended; gives its result back if nobody will ask for it.
    pub(super) fn push(&self, ended: Ended<T>) -> Option<Result<T, JoinError>> {
        self.with(|queue, wakes| {
            if queue.is_abandoned {
                return Some(ended.result);
            }
            queue.offer(ended, false, wakes);
            queue.count_down(1, wakes);
            None
        })
    }

    /// Nobody will ask any more.
    pub(super) fn abandon(&self) -> VecDeque<Ended<T>> {
        self.with(|queue, _| {
            queue.is_abandoned = true;
            std::mem::take(&mut queue.ended)
        })
    }

    /// How many results nobody has taken.
    pub(super) fn len(&self) -> usize {
        self.with(|queue, _| queue.ended.len())
    }

    pub(super) fn try_take(&self) -> Option<Ended<T>> {
        self.with(|queue, _| queue.ended.pop_front())
    }

    /// Asks for the next result; `None` if no task is left.
    pub(super) fn ask_next(
        &self,
        key: &mut Option<Key>,
        asker: &mut impl Asker,
    ) -> Answer<Option<Ended<T>>> {
        self.with(|queue, wakes| {
            if let Some(waiting) = *key {
                let answer = answer(queue.next.poll(waiting, asker), key);
                if let Answer::Ready(Some(_)) = answer {
                    queue.unfetched -= 1;
                    queue.end_if_ended(wakes);
                }
                return answer;
            }
            if let Some(ended) = queue.ended.pop_front() {
                return Answer::Ready(Some(ended));
            }
            if queue.has_ended() {
                return Answer::Ready(None);
            }
            join(&mut queue.next, key, asker)
        })
    }

    pub(super) fn leave_next(&self, key: Key) {
        let waiter = self.with(|queue, wakes| {
            let (left, waiter) = queue.next.leave(key);
            if let Left::Granted(Some(ended)) = left {
                queue.unfetched -= 1;
                queue.offer(ended, true, wakes);
                queue.end_if_ended(wakes);
            }
            waiter
        });
        quietly(|| drop(waiter));
    }

    /// Asks for all results, in the order of spawning, once no task is left.
    pub(super) fn ask_all(
        &self,
        key: &mut Option<Key>,
        asker: &mut impl Asker,
    ) -> Answer<Vec<Ended<T>>> {
        self.with(|queue, _| {
            let asked = match *key {
                Some(waiting) => answer(queue.all.poll(waiting, asker), key),
                None if queue.has_ended() => Answer::Ready(()),
                None => join(&mut queue.all, key, asker),
            };
            asked.map(|()| {
                let mut all = Vec::from(std::mem::take(&mut queue.ended));
                all.sort_unstable_by_key(|ended| ended.order);
                all
            })
        })
    }

    pub(super) fn leave_all(&self, key: Key) {
        let (_, waiter) = self.with(|queue, _| queue.all.leave(key));
        quietly(|| drop(waiter));
    }
}

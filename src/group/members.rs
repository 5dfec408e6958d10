//! The tasks of a group that have not ended, and the places that they take.

use std::collections::BTreeMap;

use crate::primitives::{Lock, quietly};
use crate::sync::wait_queue::{Key, Left, Polled, WaitQueue};
use crate::task::wait::Answer;
use crate::task::waiter::{Asker, WaitingTask, Wakes};

/// See the module.
#[derive(Debug)]
pub(super) struct Members(Lock<Table>);

#[derive(Debug)]
struct Table {
    capacity: usize,
    /// By members, and by those who were given a place and have not spawned yet.
    taken: usize,
    /// By the order in which they were spawned.
    members: BTreeMap<u64, Member>,
    next_order: u64,
    next_set: u64,
    room: WaitQueue<Wants, ()>,
}

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wants {
    /// A place.
    Place,
    /// That there is one.
    Look,
}

#[derive(Debug)]
struct Member {
    /// `None` until it is spawned.
    task: Option<WaitingTask>,
    set: u64,
}

impl Table {
    fn has_room(&self) -> bool {
        self.taken < self.capacity
    }

    /// Gives what room there is to those who wait for it.
    fn grant_room(&mut self, wakes: &mut Wakes) {
        while self.has_room()
            && let Some(&wants) = self.room.first()
        {
            self.taken += usize::from(wants == Wants::Place);
            wakes.add(self.room.grant_first(|_| ()));
        }
    }
}

impl Members {
    pub(super) fn new(capacity: usize) -> Self {
        Self(Lock::new(Table {
            capacity,
            taken: 0,
            members: BTreeMap::new(),
            next_order: 0,
            next_set: 0,
            room: WaitQueue::new(),
        }))
    }

    /// Uses the table, and then wakes those who got something.
    fn with<R>(&self, f: impl FnOnce(&mut Table, &mut Wakes) -> R) -> R {
        let mut wakes = Wakes::default();
        let mut table = self.0.lock();
        let result = f(&mut table, &mut wakes);
        drop(table);
        wakes.wake_all();
        result
    }

    /// A number for tasks that are cancelled together.
    pub(super) fn new_set(&self) -> u64 {
        self.with(|table, _| {
            table.next_set += 1;
            table.next_set
        })
    }

    /// Takes a place, if there is one that nobody waits for.
    pub(super) fn try_take_place(&self) -> bool {
        self.with(|table, _| {
            let is_free = table.has_room() && table.room.is_empty();
            table.taken += usize::from(is_free);
            is_free
        })
    }

    /// Asks for room.
    pub(super) fn ask(
        &self,
        key: &mut Option<Key>,
        wants: Wants,
        asker: &mut impl Asker,
    ) -> Answer<()> {
        self.with(|table, _| {
            if let Some(waiting) = *key {
                return match table.room.poll(waiting, asker) {
                    Polled::Granted(()) => {
                        *key = None;
                        Answer::Ready(())
                    }
                    Polled::Waits => Answer::Waits,
                    Polled::NeedsWaiter => Answer::NeedsWaiter,
                };
            }
            if table.has_room() && table.room.is_empty() {
                table.taken += usize::from(wants == Wants::Place);
                return Answer::Ready(());
            }
            match table.room.join(asker, wants) {
                Ok(joined) => {
                    *key = Some(joined);
                    Answer::Waits
                }
                Err(_) => Answer::NeedsWaiter,
            }
        })
    }

    /// Gives up a wait for room, and what it was given.
    pub(super) fn leave_room_queue(&self, key: Key, wants: Wants) {
        let waiter = self.with(|table, wakes| {
            let (left, waiter) = table.room.leave(key);
            if matches!(left, Left::Granted(())) && wants == Wants::Place {
                table.taken -= 1;
            }
            // Who stood behind may be the first now.
            table.grant_room(wakes);
            waiter
        });
        quietly(|| drop(waiter));
    }

    /// Gives back a place in which nothing was spawned.
    pub(super) fn give_back_place(&self) {
        self.with(|table, wakes| {
            table.taken -= 1;
            table.grant_room(wakes);
        });
    }

    /// A member in a place that was taken; its task follows.
    pub(super) fn add(&self, set: u64) -> u64 {
        self.with(|table, _| {
            let order = table.next_order;
            table.next_order += 1;
            table.members.insert(order, Member { task: None, set });
            order
        })
    }

    /// The member's task, by which it is cancelled.
    pub(super) fn set_task(&self, order: u64, task: Option<WaitingTask>) {
        self.with(|table, _| {
            if let Some(member) = table.members.get_mut(&order) {
                member.task = task;
            }
        });
    }

    /// The member has ended; returns false if it was none any more.
    pub(super) fn remove(&self, order: u64) -> bool {
        self.with(|table, wakes| {
            let was_member = table.members.remove(&order).is_some();
            if was_member {
                table.taken -= 1;
                table.grant_room(wakes);
            }
            was_member
        })
    }

    /// Forgets the members of a set, and says how many there were.
    pub(super) fn forget(&self, set: u64) -> usize {
        self.with(|table, wakes| {
            let before = table.members.len();
            table.members.retain(|_, member| member.set != set);
            let forgotten = before - table.members.len();
            table.taken -= forgotten;
            table.grant_room(wakes);
            forgotten
        })
    }

    /// Cancels the members, or those of one set, in the order in which they were spawned.
    pub(super) fn cancel(&self, set: Option<u64>) {
        let tasks: Vec<WaitingTask> = self.with(|table, _| {
            let members = table.members.values();
            let wanted = members.filter(|member| set.is_none_or(|set| member.set == set));
            wanted.filter_map(|member| member.task).collect()
        });
        tasks.into_iter().for_each(WaitingTask::cancel);
    }

    pub(super) fn len(&self) -> usize {
        self.with(|table, _| table.members.len())
    }

    pub(super) fn is_full(&self) -> bool {
        self.with(|table, _| !table.has_room())
    }

    /// How many places there are; `None`: any number.
    pub(super) fn capacity(&self) -> Option<usize> {
        let capacity = self.with(|table, _| table.capacity);
        (capacity != usize::MAX).then_some(capacity)
    }
}

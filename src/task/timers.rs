//! The timers of a worker: who waits for which deadline.
//!
//! The invariant: nothing here is borrowed while a waker is cloned, woken or dropped.

use std::hint::cold_path;
use std::task::Waker;

use super::header::ParkedSince;
use super::id::TaskId;
use super::mailbox::Mail;
use super::task_ref::TaskRef;
use super::worker_core::WorkerCore;
use crate::primitives::quietly;
use crate::time::{Due, Instant, Look, TimerKey, TimerWheel};

/// See the module.
#[derive(Debug)]
pub(super) struct Timers {
    wheel: TimerWheel<Sleeper>,
    /// The wakers that sleepers name.
    wakers: Vec<Option<KeptWaker>>,
    free_wakers: Vec<u32>,
}

/// Who waits for a deadline, as the wheel keeps it: 12 bytes, so that a timer is 32.
#[derive(Debug, Clone, Copy)]
#[repr(C, packed(4))]
struct Sleeper {
    /// `None`: a waker.
    task: Option<TaskRef>,
    /// The low half of the task's id, or the place of the waker.
    number: u32,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<Sleeper>() == 12);

/// A waker, and whether a background task waits with it.
#[derive(Debug)]
struct KeptWaker {
    waker: Waker,
    is_background: bool,
}

/// Tasks whose timers have fired, in order, just before they are made ready.
///
/// Each has slept, and so is out of the cache: all of them are fetched at the same time.
struct Fired {
    sleepers: [Sleeper; Self::MOST],
    len: usize,
}

/// What is known of the instant of the turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Age {
    /// It is that of a turn before.
    Old,
    /// It was read.
    Read,
    /// It was read, and converted for those who park at primitives.
    Converted,
}

/// Who is to be woken.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wakes<'a> {
    Task(TaskRef, TaskId),
    /// One that was not lent by this worker: a combinator's, or another executor's.
    Waker(&'a Waker),
}

impl Timers {
    pub(super) const fn new() -> Self {
        Self { wheel: TimerWheel::new(), wakers: Vec::new(), free_wakers: Vec::new() }
    }

    fn keep(&mut self, waker: Waker, is_background: bool) -> Sleeper {
        let place = self.free_wakers.pop().unwrap_or_else(|| {
            self.wakers.push(None);
            u32::try_from(self.wakers.len() - 1).expect("there are fewer wakers than timers")
        });
        self.wakers[place as usize] = Some(KeptWaker { waker, is_background });
        Sleeper { task: None, number: place }
    }

    /// The waker that a sleeper names, which is given up.
    fn take_waker(&mut self, sleeper: Sleeper) -> Option<Waker> {
        let Sleeper { task: None, number } = sleeper else { return None };
        self.free_wakers.push(number);
        self.wakers[number as usize].take().map(|kept| kept.waker)
    }

    fn is_kept(&self, sleeper: Sleeper, waker: &Waker) -> bool {
        let Sleeper { task: None, number } = sleeper else { return false };
        self.wakers[number as usize].as_ref().is_some_and(|kept| kept.waker.will_wake(waker))
    }
}

/// Who waits behind an entry that is free.
impl Default for Sleeper {
    fn default() -> Self {
        Self { task: None, number: u32::MAX }
    }
}

impl Sleeper {
    #[inline(always)]
    fn task(task: TaskRef, id: TaskId) -> Self {
        Self { task: Some(task), number: id.low_half() }
    }
}

impl Fired {
    /// As many misses of the cache as a processor has under way at a time.
    const MOST: usize = 32;

    fn new() -> Self {
        Self { sleepers: [Sleeper::default(); Self::MOST], len: 0 }
    }

    fn is_full(&self) -> bool {
        self.len == Self::MOST
    }

    #[inline(always)]
    fn push(&mut self, sleeper: Sleeper) {
        self.sleepers[self.len] = sleeper;
        self.len += 1;
    }

    #[inline(always)]
    fn drain(&mut self, mut f: impl FnMut(TaskRef, u32)) {
        let sleepers = &self.sleepers[..std::mem::take(&mut self.len)];
        for sleeper in sleepers {
            if let Some(task) = sleeper.task {
                task.prefetch();
            }
        }
        for sleeper in sleepers {
            if let Sleeper { task: Some(task), number } = *sleeper {
                f(task, number);
            }
        }
    }
}

impl WorkerCore {
    pub(super) fn set_timer(&self, deadline: Instant, wakes: Wakes<'_>) -> TimerKey {
        match wakes {
            Wakes::Task(task, id) => {
                self.timers.borrow_mut().wheel.set(deadline, Sleeper::task(task, id))
            }
            Wakes::Waker(waker) => {
                let waker = waker.clone();
                let mut timers = self.timers.borrow_mut();
                let sleeper = timers.keep(waker, self.runs_background());
                timers.wheel.set(deadline, sleeper)
            }
        }
    }

    /// Has `wakes` woken instead of who was set under `key`; returns whether that still waits.
    pub(super) fn reset_timer(&self, key: TimerKey, wakes: Wakes<'_>) -> bool {
        let mut timers = self.timers.borrow_mut();
        let Some(&mut set) = timers.wheel.get_mut(key) else { return false };
        let sleeper = match wakes {
            Wakes::Task(task, id) => Sleeper::task(task, id),
            Wakes::Waker(waker) if timers.is_kept(set, waker) => return true,
            Wakes::Waker(waker) => {
                drop(timers);
                let waker = waker.clone();
                timers = self.timers.borrow_mut();
                timers.keep(waker, self.runs_background())
            }
        };
        // A waker's clone may have done anything, also to this timer.
        let old = timers.wheel.get_mut(key).map(|set| std::mem::replace(set, sleeper));
        let unused = timers.take_waker(old.unwrap_or(sleeper));
        drop(timers);
        if unused.is_some() {
            quietly(|| drop(unused));
        }
        old.is_some()
    }

    /// Whether what was set under `key` still waits.
    pub(super) fn timer_is_set(&self, key: TimerKey) -> bool {
        self.timers.borrow_mut().wheel.get_mut(key).is_some()
    }

    /// Cancels a timer whose deadline has come, if it has not fired.
    #[inline]
    pub(super) fn cancel_due_timer(&self, key: TimerKey, deadline: Instant) {
        if !self.timers.borrow().wheel.is_behind(key, deadline) {
            self.cancel_timer(key);
        }
    }

    #[inline]
    pub(super) fn cancel_timer(&self, key: TimerKey) {
        let mut timers = self.timers.borrow_mut();
        let Some(cancelled) = timers.wheel.cancel(key) else { return };
        let waker = timers.take_waker(cancelled);
        drop(timers);
        if waker.is_some() {
            quietly(|| drop(waker));
        }
    }

    /// The last instant that was read: never ahead of the clock.
    #[inline]
    pub(crate) fn last_instant(&self) -> Instant {
        self.now.get()
    }

    /// An instant of this turn, read when it is first asked for.
    #[inline]
    pub(crate) fn instant_of_turn(&self) -> Instant {
        if self.now_age.get() == Age::Old {
            cold_path();
            self.now.set(self.clock.now());
            self.now_age.set(Age::Read);
        }
        self.now.get()
    }

    /// The same, as who parks at a primitive keeps it.
    #[inline(always)]
    pub(super) fn waits_now(&self) -> ParkedSince {
        if self.now_age.get() != Age::Converted {
            cold_path();
            self.waits_since.set(ParkedSince::new(self.instant_of_turn()));
            self.now_age.set(Age::Converted);
        }
        self.waits_since.get()
    }

    /// When to fire timers next; `None` if none ever fires. By a virtual clock it is a deadline of
    /// somebody who waits. The timers of ended tasks are forgotten.
    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        let look = if self.clock.is_virtual() { Look::Exact } else { Look::Near };
        self.timers.borrow_mut().wheel.next_look(look, |sleeper| self.is_waiting(*sleeper))
    }

    /// Whether firing would wake anybody.
    fn is_waiting(&self, sleeper: Sleeper) -> bool {
        let Sleeper { task: Some(task), number } = sleeper else { return true };
        self.id(task).low_half() == number && self.header(task).state.is_live()
    }

    /// Whether a timer is set for anybody but background tasks.
    pub(super) fn has_foreground_timer(&self) -> bool {
        let timers = self.timers.borrow();
        timers.wheel.any(|sleeper| match *sleeper {
            Sleeper { task: Some(task), .. } => {
                self.is_waiting(*sleeper) && !self.is_background(task)
            }
            Sleeper { task: None, number } => {
                let kept = timers.wakers.get(number as usize).and_then(Option::as_ref);
                kept.is_some_and(|kept| !kept.is_background)
            }
        })
    }

    /// Makes ready those whose deadline has come, in order, but no more than a turn's; returns false
    /// if some are left, which follow in the next turn.
    #[inline]
    pub(crate) fn fire_timers(&self) -> bool {
        self.now_age.set(Age::Old);
        // Reading the clock costs as much as three yields. A clock of the user's is read here all the
        // same: so it is not within the loop that resumes, through which it must not unwind.
        if self.timers.borrow().wheel.is_empty() && !self.clock.is_given() {
            return true;
        }
        let now = self.instant_of_turn();
        let mut budget = TimerWheel::<Sleeper>::TURN;
        let mut timers = self.timers.borrow_mut();
        let mut fired = Fired::new();
        let is_done = loop {
            let due = timers.wheel.pop_due(now, &mut budget);
            if let Due::Fired(sleeper @ Sleeper { task: Some(_), .. }) = due {
                fired.push(sleeper);
                if !fired.is_full() {
                    continue;
                }
            }
            fired
                .drain(|task, number| self.unpark_if(task, |present| present.low_half() == number));
            let sleeper = match due {
                Due::Fired(sleeper) => sleeper,
                Due::Nothing => break true,
                Due::Unfinished => break false,
            };
            let Some(waker) = timers.take_waker(sleeper) else { continue };
            drop(timers);
            quietly(|| waker.wake());
            timers = self.timers.borrow_mut();
        };
        timers.wheel.move_ahead(now);
        is_done
    }

    /// Fires what is due of a worker that is held up, whose turnstile another has taken, and which reads
    /// no clock here; returns the foreign wakers. The task that runs there is told by mail. What is left
    /// the worker fires itself, or who looks next.
    pub(super) fn fire_timers_on_its_behalf(&self, now: Instant) -> Vec<Waker> {
        let mut wakers = Vec::new();
        let mut budget = TimerWheel::<Sleeper>::TURN;
        let mut timers = self.timers.borrow_mut();
        while let Due::Fired(sleeper) = timers.wheel.pop_due(now, &mut budget) {
            let Sleeper { task: Some(task), number } = sleeper else {
                wakers.extend(timers.take_waker(sleeper));
                continue;
            };
            if Some(task) == self.running() {
                self.mailbox().send(Mail::Unpark(task, self.id(task)));
            } else {
                self.unpark_if(task, |present| present.low_half() == number);
            }
        }
        wakers
    }

    /// Drops all timers; a sleep that is left finds its own gone.
    pub(super) fn clear_timers(&self) {
        let timers = self.timers.replace(Timers::new());
        quietly(|| drop(timers));
    }
}

//! The thread that wakes sleepers where no scheduler runs: `sleep` under other executors.
//!
//! It starts when it is first needed and lives as long as the process.

use std::sync::{Condvar, Mutex, OnceLock, PoisonError};
use std::task::Waker;

use super::{Due, Instant, Look, TimerKey, TimerWheel, WorkerClock};
use crate::primitives::quietly;

/// Deadlines of wakers, shared with the thread that wakes them.
#[derive(Debug)]
pub(crate) struct TimerThread {
    timers: Mutex<Timers>,
    changed: Condvar,
}

#[derive(Debug)]
struct Timers {
    wheel: TimerWheel<Option<Waker>>,
    /// When the thread looks again by itself; `None`: never.
    looks_at: Option<Instant>,
}

/// The one timer thread of this process, started at the first call.
///
/// # Panics
/// If the operating system starts no more threads.
pub(crate) fn timer_thread() -> &'static TimerThread {
    static THREAD: OnceLock<TimerThread> = OnceLock::new();
    static STARTED: OnceLock<()> = OnceLock::new();
    let thread = THREAD.get_or_init(|| TimerThread {
        timers: Mutex::new(Timers { wheel: TimerWheel::new(), looks_at: None }),
        changed: Condvar::new(),
    });
    STARTED.get_or_init(|| {
        std::thread::Builder::new()
            .name("coweave-timer".into())
            .spawn(|| thread.run())
            .expect("coweave could not start the thread that wakes sleepers outside a scheduler");
    });
    thread
}

impl TimerThread {
    /// Wakes `waker` once the system's clock has reached `deadline`.
    pub(crate) fn set(&self, deadline: Instant, waker: Waker) -> TimerKey {
        let mut timers = self.timers.lock().unwrap_or_else(PoisonError::into_inner);
        let is_before = timers.looks_at.is_none_or(|look| deadline < look);
        let key = timers.wheel.set(deadline, Some(waker));
        drop(timers);
        if is_before {
            self.changed.notify_one();
        }
        key
    }

    /// Has `waker` woken instead of the one that was set, if that was not woken yet.
    pub(crate) fn reset(&self, key: TimerKey, waker: &Waker) -> bool {
        let mut timers = self.timers.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(Some(set)) = timers.wheel.get_mut(key) else { return false };
        if set.will_wake(waker) {
            return true;
        }
        // A waker's clone and drop are foreign code: neither runs under the lock.
        drop(timers);
        let waker = waker.clone();
        let mut timers = self.timers.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(Some(set)) = timers.wheel.get_mut(key) else { return false };
        let old = std::mem::replace(set, waker);
        drop(timers);
        quietly(|| drop(old));
        true
    }

    /// Forgets what was set under `key`.
    pub(crate) fn cancel(&self, key: TimerKey) {
        let mut timers = self.timers.lock().unwrap_or_else(PoisonError::into_inner);
        let cancelled = timers.wheel.cancel(key);
        drop(timers);
        quietly(|| drop(cancelled));
    }

    fn run(&self) {
        let mut timers = self.timers.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let now = WorkerClock::system_now();
            let mut budget = TimerWheel::<Option<Waker>>::TURN;
            while let Due::Fired(Some(waker)) = timers.wheel.pop_due(now, &mut budget) {
                drop(timers);
                // A foreign waker that panics must not end the sleep of all others.
                quietly(|| waker.wake());
                timers = self.timers.lock().unwrap_or_else(PoisonError::into_inner);
            }
            timers.wheel.move_ahead(now);
            timers.looks_at = timers.wheel.next_look(Look::Near, |_| true);
            timers = match timers.looks_at {
                None => self.changed.wait(timers).unwrap_or_else(PoisonError::into_inner),
                Some(look) => {
                    let left = look.duration_since(now);
                    let woken = self.changed.wait_timeout(timers, left);
                    woken.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }
}

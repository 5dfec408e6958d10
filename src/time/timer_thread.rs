//! The thread that wakes sleepers where no scheduler runs: `sleep` under other executors.
//!
//! It starts when it is first needed and lives as long as the process.

use std::sync::{Condvar, Mutex, OnceLock, PoisonError};
use std::task::Waker;

use super::{Instant, TimerKey, TimerQueue, WorkerClock};
use crate::primitives::quietly;

/// Deadlines of wakers, shared with the thread that wakes them.
#[derive(Debug)]
pub(crate) struct TimerThread {
    timers: Mutex<TimerQueue<Waker>>,
    changed: Condvar,
}

/// The one timer thread of this process, started at the first call.
///
/// # Panics
/// If the operating system starts no more threads.
pub(crate) fn timer_thread() -> &'static TimerThread {
    static THREAD: OnceLock<TimerThread> = OnceLock::new();
    static STARTED: OnceLock<()> = OnceLock::new();
    let thread = THREAD.get_or_init(|| TimerThread {
        timers: Mutex::new(TimerQueue::new()),
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
        let is_first = timers.next_deadline().is_none_or(|first| deadline < first);
        let key = timers.set(deadline, waker);
        drop(timers);
        if is_first {
            self.changed.notify_one();
        }
        key
    }

    /// Has `waker` woken instead of the one that was set, if that was not woken yet.
    pub(crate) fn reset(&self, key: TimerKey, waker: &Waker) -> bool {
        let mut timers = self.timers.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(set) = timers.get_mut(key) else { return false };
        if set.will_wake(waker) {
            return true;
        }
        // A waker's clone and drop are foreign code: neither runs under the lock.
        drop(timers);
        let waker = waker.clone();
        let mut timers = self.timers.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(set) = timers.get_mut(key) else { return false };
        let old = std::mem::replace(set, waker);
        drop(timers);
        quietly(|| drop(old));
        true
    }

    /// Forgets what was set under `key`.
    pub(crate) fn cancel(&self, key: TimerKey) {
        let cancelled = self.timers.lock().unwrap_or_else(PoisonError::into_inner).cancel(key);
        quietly(|| drop(cancelled));
    }

    fn run(&self) {
        let mut timers = self.timers.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let now = WorkerClock::system_now();
            if let Some(waker) = timers.pop_due(now) {
                drop(timers);
                // A foreign waker that panics must not end the sleep of all others.
                quietly(|| waker.wake());
                timers = self.timers.lock().unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            timers = match timers.next_deadline() {
                None => self.changed.wait(timers).unwrap_or_else(PoisonError::into_inner),
                Some(deadline) => {
                    let left = deadline.duration_since(now);
                    let woken = self.changed.wait_timeout(timers, left);
                    woken.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }
}

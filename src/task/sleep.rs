//! Suspending until a deadline.
//!
//! A sleep's entry lies in its worker's timer queue and names the task or waker to wake; the sleep
//! holds only its key. So it may be moved to another task, scheduler or thread between polls, and
//! be dropped anywhere: on the worker's thread the entry is cancelled at once, elsewhere by mail.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::awaiting::{Awaited, Leaf};
use super::mailbox::{Mail, Mailbox};
use super::now::present;
use super::site_ref::SiteRef;
use super::state::Waits;
use super::this_thread;
use super::timers::Sleeper;
use super::worker_core::WorkerCore;
use crate::coroutine::Site;
use crate::time::{Instant, TimerKey, WorkerClock, timer_thread};

/// Suspends for at least `duration`, counted from this call; where no scheduler runs on this thread,
/// so that it is not known yet whose clock it is, from the first poll.
///
/// It always suspends at least once, also for a duration of zero. Deadlines have nanoseconds; how
/// late a sleep ends on the system's clock depends on the operating system, usually less than a
/// millisecond. A duration of centuries sleeps for centuries; `Duration::MAX` for ever.
///
/// Under other executors a thread wakes the sleepers; it starts at the first such sleep.
///
/// # Cancellation
/// Dropping the future forgets the deadline.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// let mut scheduler = coweave::Scheduler::builder().virtual_time().build()?;
/// scheduler.run(async {
///     let start = coweave::Instant::now();
///     coweave::sleep(Duration::from_secs(3600)).await;
///     assert_eq!(start.elapsed(), Duration::from_secs(3600));
/// });
/// # Ok::<(), coweave::BuildError>(())
/// ```
#[track_caller]
#[inline]
pub fn sleep(duration: Duration) -> Sleep {
    let timer = match this_thread::with_core(|core| core.clock.now()) {
        Some(now) => SleepLeaf::until(now + duration),
        None => SleepLeaf::not_started(duration),
    };
    Sleep { timer, called_at: Location::caller() }
}

/// Suspends until `deadline`, or once if that has passed.
///
/// See [`sleep`]; the deadline must be of the clock of the scheduler in which this is awaited.
///
/// # Cancellation
/// Dropping the future forgets the deadline.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// coweave::run(async {
///     let deadline = coweave::Instant::now() + Duration::from_millis(5);
///     coweave::sleep_until(deadline).await;
///     assert!(coweave::Instant::now() >= deadline);
/// });
/// ```
#[track_caller]
#[inline]
pub fn sleep_until(deadline: Instant) -> Sleep {
    Sleep { timer: SleepLeaf::until(deadline), called_at: Location::caller() }
}

/// The future of [`sleep`] and [`sleep_until`].
///
/// # Examples
///
/// ```
/// coweave::run(async {
///     let sleep: coweave::Sleep = coweave::sleep(std::time::Duration::from_millis(1));
///     sleep.await;
/// });
/// ```
#[derive(Debug)]
#[must_use = "futures do nothing unless they are awaited"]
pub struct Sleep {
    pub(super) timer: SleepLeaf,
    pub(super) called_at: &'static Location<'static>,
}

impl Sleep {
    /// When it ends; if it has not started to count, when it would if it started now.
    ///
    /// # Examples
    ///
    /// ```
    /// let deadline = coweave::Instant::now();
    /// assert_eq!(coweave::sleep_until(deadline).deadline(), deadline);
    /// ```
    #[must_use]
    pub fn deadline(&self) -> Instant {
        if self.timer.scheduler == NOT_STARTED {
            return present() + self.timer.deadline.duration_since(Instant::START);
        }
        self.timer.deadline
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let site = SiteRef::location(self.called_at);
        let polled = self.timer.poll_from(cx.waker(), site);
        if polled.is_ready() {
            this_thread::goes_on();
        }
        polled
    }
}

/// A sleep as it lies in a coroutine's frame.
#[derive(Debug)]
pub struct SleepLeaf {
    deadline: Instant,
    /// Zero: not set. Else the sequence number of the timer, in the queue of `scheduler`.
    sequence: u64,
    /// Or one of the two below.
    scheduler: u64,
}

const TIMER_THREAD: u64 = 0;
/// The deadline is still a distance from the clock's start.
const NOT_STARTED: u64 = u64::MAX;

impl Awaited<Sleep> {
    #[doc(hidden)]
    #[inline(always)]
    pub fn __coweave_into_leaf(self) -> SleepLeaf {
        self.0.timer
    }
}

impl Leaf for SleepLeaf {
    type Output = ();

    #[inline]
    fn step(mut self: Pin<&mut Self>, cx: &mut Context<'_>, site: &'static Site) -> Poll<()> {
        self.poll_from(cx.waker(), SiteRef::site(site))
    }
}

impl SleepLeaf {
    fn until(deadline: Instant) -> Self {
        Self { deadline, sequence: 0, scheduler: TIMER_THREAD }
    }

    #[cold]
    fn not_started(duration: Duration) -> Self {
        Self { deadline: Instant::START + duration, sequence: 0, scheduler: NOT_STARTED }
    }

    /// The timer that was set, if one was.
    pub(super) fn key(&self) -> Option<TimerKey> {
        let sequence = std::num::NonZeroU64::new(self.sequence)?;
        Some(TimerKey { deadline: self.deadline, sequence })
    }

    fn set(&mut self, scheduler: u64, key: TimerKey) {
        self.sequence = key.sequence.get();
        self.scheduler = scheduler;
    }

    #[inline]
    pub(super) fn poll_from(&mut self, waker: &Waker, site: SiteRef) -> Poll<()> {
        if self.scheduler == NOT_STARTED {
            *self = Self::until(present() + self.deadline.duration_since(Instant::START));
        }
        this_thread::with_core(|core| self.poll_at(core, waker, site))
            .unwrap_or_else(|| self.poll_outside(waker))
    }

    /// Where a scheduler runs: with its clock, whatever the waker is.
    fn poll_at(&mut self, core: &WorkerCore, waker: &Waker, site: SiteRef) -> Poll<()> {
        let scheduler = core.mailbox().scheduler();
        let key = self.key().filter(|_| self.scheduler == scheduler);
        if key.is_none() {
            self.cancel();
        }
        // A turn's instant is never ahead of the clock, so this is never early.
        if key.is_some() && core.last_instant() >= self.deadline {
            self.cancel();
            return Poll::Ready(());
        }
        let running = this_thread::lent(waker);
        if let Some(running) = running {
            running.suspends_at(site, Waits::Sleep);
        }
        if let (Some(key), Some(running)) = (key, running)
            && core.timer_is_of(key, running.task, running.header().id())
        {
            return Poll::Pending;
        }
        let sleeper = match running {
            Some(running) => Sleeper::Task(running.task, running.header().id()),
            None => {
                this_thread::with_running(|running| running.suspends_at(site, Waits::Sleep));
                Sleeper::Waker(waker.clone())
            }
        };
        match key.map(|key| (key, core.timer_is_set(key))) {
            Some((key, true)) => core.reset_timer(key, sleeper),
            _ => {
                let key = core.set_timer(self.deadline, sleeper);
                self.set(scheduler, key);
            }
        }
        Poll::Pending
    }

    /// Under other executors.
    #[cold]
    fn poll_outside(&mut self, waker: &Waker) -> Poll<()> {
        let key = self.key().filter(|_| self.scheduler == TIMER_THREAD);
        if key.is_none() {
            self.cancel();
        }
        if key.is_some() && WorkerClock::system_now() >= self.deadline {
            self.cancel();
            return Poll::Ready(());
        }
        if key.is_none_or(|key| !timer_thread().reset(key, waker)) {
            let key = timer_thread().set(self.deadline, waker.clone());
            self.set(TIMER_THREAD, key);
        }
        Poll::Pending
    }

    fn cancel(&mut self) {
        let Some(key) = self.key() else { return };
        self.sequence = 0;
        let scheduler = self.scheduler;
        if scheduler == TIMER_THREAD {
            return timer_thread().cancel(key);
        }
        let cancelled = this_thread::with_core(|core| {
            let is_home = core.mailbox().scheduler() == scheduler;
            if is_home {
                core.cancel_timer(key);
            }
            is_home
        });
        if cancelled != Some(true)
            && let Some(mailbox) = Mailbox::of(scheduler)
        {
            mailbox.send(Mail::CancelTimer(key));
        }
    }
}

impl Drop for SleepLeaf {
    #[inline]
    fn drop(&mut self) {
        if self.sequence != 0 {
            self.cancel();
        }
    }
}

//! Suspending until a deadline.
//!
//! A sleep's entry lies in its worker's timer wheel and names the task or waker to wake; the sleep
//! holds only the worker and its key. So it may be moved to another task, worker or thread between
//! polls, and be dropped anywhere: on the worker's thread the entry is cancelled at once, elsewhere
//! by mail.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::awaiting::{Awaited, Leaf};
use super::mailbox::{Mail, Mailbox, NO_MAILBOX};
use super::now::{now_from_outside, present};
use super::site_ref::{SiteRef, SpawnSite};
use super::state::Waits;
use super::this_thread;
use super::timers::Wakes;
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
    let timer = match this_thread::with_core(|core| core.clock.now()).or_else(now_from_outside) {
        Some(now) => SleepLeaf::until(now + duration),
        None => SleepLeaf::not_started(duration),
    };
    Sleep { timer, called_at: SpawnSite::new(Location::caller()) }
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
    Sleep { timer: SleepLeaf::until(deadline), called_at: SpawnSite::new(Location::caller()) }
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
    pub(super) called_at: SpawnSite,
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
        if self.timer.worker == NOT_STARTED {
            return present() + self.timer.deadline.duration_since(Instant::START);
        }
        self.timer.deadline
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let site = SiteRef::of(self.called_at);
        let polled = self.timer.poll_from(cx.waker(), site);
        if polled.is_ready() {
            this_thread::goes_on();
        }
        polled
    }
}

/// A sleep as it lies in a coroutine's frame: 20 bytes, so that a task that only sleeps is 80.
#[derive(Debug)]
#[repr(C, packed(4))]
pub struct SleepLeaf {
    deadline: Instant,
    /// The timer that was set, if one was, in the wheel of `worker`.
    key: Option<TimerKey>,
    /// The worker by its mailbox, or one of the two below.
    worker: u32,
}

const _: () = assert!(size_of::<SleepLeaf>() == 20);

const TIMER_THREAD: u32 = NO_MAILBOX[0];
/// The deadline is still a distance from the clock's start.
const NOT_STARTED: u32 = NO_MAILBOX[1];

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
    #[inline(always)]
    fn until(deadline: Instant) -> Self {
        Self { deadline, key: None, worker: TIMER_THREAD }
    }

    #[cold]
    fn not_started(duration: Duration) -> Self {
        Self { deadline: Instant::START + duration, key: None, worker: NOT_STARTED }
    }

    /// The timer that was set, if one was.
    pub(super) fn key(&self) -> Option<TimerKey> {
        self.key
    }

    #[inline(always)]
    fn set(&mut self, worker: u32, key: TimerKey) {
        self.key = Some(key);
        self.worker = worker;
    }

    /// The timer that was set with this worker; one that was set with another is cancelled.
    #[inline(always)]
    fn key_at(&mut self, worker: u32) -> Option<TimerKey> {
        if self.worker != worker {
            self.cancel();
        }
        self.key
    }

    #[inline]
    pub(super) fn poll_from(&mut self, waker: &Waker, site: SiteRef) -> Poll<()> {
        if self.worker == NOT_STARTED {
            *self = Self::until(present() + self.deadline.duration_since(Instant::START));
        }
        this_thread::with_core(|core| self.poll_at(core, waker, site))
            .unwrap_or_else(|| self.poll_from_outside(waker, site))
    }

    /// Where the worker must be entered first, if there is one.
    #[cold]
    #[inline(never)]
    fn poll_from_outside(&mut self, waker: &Waker, site: SiteRef) -> Poll<()> {
        this_thread::with_core_outside(|core| self.poll_at(core, waker, site))
            .unwrap_or_else(|| self.poll_outside(waker))
    }

    /// Where a scheduler runs: with its clock, whatever the waker is.
    #[inline(always)]
    fn poll_at(&mut self, core: &WorkerCore, waker: &Waker, site: SiteRef) -> Poll<()> {
        let worker = core.mailbox().id();
        let key = self.key_at(worker);
        // A turn's instant is never ahead of the clock, so this is never early.
        if let Some(key) = key
            && core.last_instant() >= { self.deadline }
        {
            self.key = None;
            core.cancel_due_timer(key, self.deadline);
            return Poll::Ready(());
        }
        let wakes = if let Some(running) = this_thread::lent(waker) {
            running.suspends_at(site, Waits::Sleep);
            Wakes::Task(running.task, running.header().id())
        } else {
            this_thread::with_running(|running| running.suspends_at(site, Waits::Sleep));
            Wakes::Waker(waker)
        };
        if key.is_none_or(|key| !core.reset_timer(key, wakes)) {
            let key = core.set_timer(self.deadline, wakes);
            self.set(worker, key);
        }
        Poll::Pending
    }

    /// Under other executors.
    #[cold]
    fn poll_outside(&mut self, waker: &Waker) -> Poll<()> {
        let key = self.key_at(TIMER_THREAD);
        if key.is_some() && WorkerClock::system_now() >= { self.deadline } {
            self.cancel();
            return Poll::Ready(());
        }
        if key.is_none_or(|key| !timer_thread().reset(key, waker)) {
            let key = timer_thread().set(self.deadline, waker.clone());
            self.set(TIMER_THREAD, key);
        }
        Poll::Pending
    }

    #[inline]
    fn cancel(&mut self) {
        let Some(key) = self.key.take() else { return };
        let worker = self.worker;
        let is_home = |core: &WorkerCore| core.mailbox().id() == worker;
        if !this_thread::with_core_if(is_home, |core| core.cancel_timer(key)) {
            cancel_elsewhere(worker, key);
        }
    }
}

#[cold]
fn cancel_elsewhere(worker: u32, key: TimerKey) {
    let is_home = |core: &WorkerCore| core.mailbox().id() == worker;
    if this_thread::with_any_core_if(is_home, |core| core.cancel_timer(key)) {
        return;
    }
    if worker == TIMER_THREAD {
        timer_thread().cancel(key);
    } else if let Some(mailbox) = Mailbox::of(worker) {
        mailbox.send(Mail::CancelTimer(key));
    }
}

impl Drop for SleepLeaf {
    #[inline]
    fn drop(&mut self) {
        self.cancel();
    }
}

//! Ticking at a fixed period.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;

use super::awaiting::{Awaited, Leaf};
use super::now::{now_from_outside, present};
use super::site_ref::SiteRef;
use super::sleep::{Sleep, sleep_until};
use super::this_thread;
use crate::coroutine::Site;
use crate::time::Instant;

/// Ticks at once and then every `period`.
///
/// The first tick is due at this call; where no scheduler runs on this thread, so that it is not
/// known yet whose clock it is, at the first poll.
///
/// # Panics
/// If `period` is zero.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// let mut scheduler = coweave::Scheduler::builder().virtual_time().build()?;
/// scheduler.run(async {
///     let start = coweave::Instant::now();
///     let mut seconds = coweave::interval(Duration::from_secs(1));
///     for n in 0..3 {
///         assert_eq!(seconds.tick().await - start, Duration::from_secs(n));
///     }
/// });
/// # Ok::<(), coweave::BuildError>(())
/// ```
#[track_caller]
pub fn interval(period: Duration) -> Interval {
    let now = this_thread::with_core(|core| core.clock.now()).or_else(now_from_outside);
    Interval::new(now, period, Location::caller())
}

/// Ticks at `start` and then every `period`.
///
/// # Panics
/// If `period` is zero.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// let mut scheduler = coweave::Scheduler::builder().virtual_time().build()?;
/// scheduler.run(async {
///     let start = coweave::Instant::now() + Duration::from_secs(5);
///     let mut seconds = coweave::interval_at(start, Duration::from_secs(1));
///     assert_eq!(seconds.tick().await, start);
///     assert_eq!(seconds.tick().await, start + Duration::from_secs(1));
/// });
/// # Ok::<(), coweave::BuildError>(())
/// ```
#[track_caller]
pub fn interval_at(start: Instant, period: Duration) -> Interval {
    Interval::new(Some(start), period, Location::caller())
}

/// What an [`Interval`] does about ticks that were missed: those whose successor was already overdue
/// when they were taken.
///
/// # Examples
///
/// Four ticks of a one-second interval, of which the second is taken 2.5 s late:
///
/// ```
/// use coweave::{Instant, MissedTicks, interval, sleep};
/// use std::time::Duration;
///
/// async fn seconds(missed: MissedTicks) -> Vec<f64> {
///     let start = Instant::now();
///     let mut interval = interval(Duration::from_secs(1)).with_missed_ticks(missed);
///     interval.tick().await;
///     sleep(Duration::from_millis(3500)).await;
///     let mut taken = Vec::new();
///     for _ in 0..4 {
///         interval.tick().await;
///         taken.push(start.elapsed().as_secs_f64());
///     }
///     taken
/// }
///
/// let mut scheduler = coweave::Scheduler::builder().virtual_time().build()?;
/// assert_eq!(scheduler.run(seconds(MissedTicks::Burst)), [3.5, 3.5, 3.5, 4.0]);
/// assert_eq!(scheduler.run(seconds(MissedTicks::Delay)), [3.5, 4.5, 5.5, 6.5]);
/// assert_eq!(scheduler.run(seconds(MissedTicks::Skip)), [3.5, 4.0, 5.0, 6.0]);
/// # Ok::<(), coweave::BuildError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MissedTicks {
    /// They are taken one after the other until the interval has caught up.
    #[default]
    Burst,
    /// They are dropped, and the next tick is a period after the late one was taken.
    Delay,
    /// They are dropped, and the next tick is the first whole number of periods after the late one
    /// was due that has not passed.
    Skip,
}

impl MissedTicks {
    /// When the next tick is due, after the one that was due at `due` was taken `now`.
    fn next(self, due: Instant, now: Instant, period: Duration) -> Instant {
        let next = due + period;
        if now <= next {
            return next;
        }
        match self {
            Self::Burst => next,
            Self::Delay => now + period,
            Self::Skip => {
                let into_period = (now - due).as_nanos() % period.as_nanos();
                let into_period = u64::try_from(into_period).unwrap_or(u64::MAX);
                let since = Duration::from_nanos(into_period);
                if since.is_zero() { now } else { now - since + period }
            }
        }
    }
}

/// Ticks at a fixed period; made by [`interval`] and [`interval_at`].
///
/// Ticks are due a whole number of periods after the first, so that they do not drift: how late one
/// is taken moves the next only if ticks are missed, as [`MissedTicks`] says. It is also a [`Stream`]
/// that never ends.
///
/// It may be moved between polls to another task, scheduler or thread, whose clock it then follows.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// #[coweave::coroutine]
/// fn beats(mut interval: coweave::Interval) {
///     for _ in 0..3 {
///         interval.tick().await;
///         println!("beat");
///     }
/// }
///
/// let mut scheduler = coweave::Scheduler::builder().virtual_time().build()?;
/// scheduler.run(async { beats(coweave::interval(Duration::from_secs(1))).await });
/// # Ok::<(), coweave::BuildError>(())
/// ```
#[derive(Debug)]
#[must_use = "an interval does nothing unless its ticks are awaited"]
pub struct Interval {
    /// `None`: when it is first polled.
    due: Option<Instant>,
    period: Duration,
    missed: MissedTicks,
    /// The sleep until the next tick, while somebody waits for that.
    sleep: Option<Sleep>,
    called_at: &'static Location<'static>,
}

impl Interval {
    #[track_caller]
    fn new(due: Option<Instant>, period: Duration, called_at: &'static Location<'static>) -> Self {
        assert!(!period.is_zero(), "the period of an interval is zero; it must be longer");
        Self { due, period, missed: MissedTicks::default(), sleep: None, called_at }
    }

    /// Says what becomes of missed ticks; at first it is [`MissedTicks::Burst`].
    ///
    /// # Examples
    ///
    /// ```
    /// use coweave::{MissedTicks, interval};
    ///
    /// let seconds = interval(std::time::Duration::from_secs(1)).with_missed_ticks(MissedTicks::Skip);
    /// assert_eq!(seconds.missed_ticks(), MissedTicks::Skip);
    /// ```
    pub fn with_missed_ticks(mut self, missed: MissedTicks) -> Self {
        self.missed = missed;
        self
    }

    /// What becomes of missed ticks.
    ///
    /// # Examples
    ///
    /// ```
    /// use coweave::{MissedTicks, interval};
    ///
    /// let seconds = interval(std::time::Duration::from_secs(1));
    /// assert_eq!(seconds.missed_ticks(), MissedTicks::Burst);
    /// ```
    #[must_use]
    pub fn missed_ticks(&self) -> MissedTicks {
        self.missed
    }

    /// The time between two ticks.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let seconds = coweave::interval(Duration::from_secs(1));
    /// assert_eq!(seconds.period(), Duration::from_secs(1));
    /// ```
    #[must_use]
    pub fn period(&self) -> Duration {
        self.period
    }

    /// Waits for the next tick, and gives the instant at which it was due.
    ///
    /// It always suspends at least once, also if the tick is overdue.
    ///
    /// # Cancellation
    /// Dropping the future loses no tick.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let mut interval = coweave::interval(std::time::Duration::from_millis(1));
    ///     let first = interval.tick().await;
    ///     assert!(interval.tick().await > first);
    /// });
    /// ```
    #[track_caller]
    #[inline]
    pub fn tick(&mut self) -> Tick<'_> {
        Tick { interval: self, called_at: Location::caller() }
    }

    /// Starts anew: the next tick is a period from now.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let mut scheduler = coweave::Scheduler::builder().virtual_time().build()?;
    /// scheduler.run(async {
    ///     let mut seconds = coweave::interval(Duration::from_secs(1));
    ///     coweave::sleep(Duration::from_millis(300)).await;
    ///     seconds.reset();
    ///     let now = coweave::Instant::now();
    ///     assert_eq!(seconds.tick().await, now + Duration::from_secs(1));
    /// });
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    pub fn reset(&mut self) {
        self.reset_at(present() + self.period);
    }

    /// Starts anew: the next tick is at `start`.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let mut hours = coweave::interval(std::time::Duration::from_secs(3600));
    ///     hours.tick().await;
    ///     let now = coweave::Instant::now();
    ///     hours.reset_at(now);
    ///     assert_eq!(hours.tick().await, now);
    /// });
    /// ```
    pub fn reset_at(&mut self, start: Instant) {
        self.sleep = None;
        self.due = Some(start);
    }

    fn poll_from(&mut self, cx: &mut Context<'_>, site: SiteRef) -> Poll<Instant> {
        let due = *self.due.get_or_insert_with(present);
        let sleep = self.sleep.get_or_insert_with(|| sleep_until(due));
        if sleep.timer.poll_from(cx.waker(), site).is_pending() {
            return Poll::Pending;
        }
        self.sleep = None;
        self.due = Some(self.missed.next(due, present(), self.period));
        Poll::Ready(due)
    }
}

/// A stream of the instants at which the ticks were due; it never ends.
impl Stream for Interval {
    type Item = Instant;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Instant>> {
        let site = SiteRef::location(self.called_at);
        let polled = self.poll_from(cx, site);
        if polled.is_ready() {
            this_thread::goes_on();
        }
        polled.map(Some)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (usize::MAX, None)
    }
}

/// The future of [`Interval::tick`].
///
/// # Examples
///
/// ```
/// coweave::run(async {
///     let mut interval = coweave::interval(std::time::Duration::from_millis(1));
///     let tick: coweave::Tick<'_> = interval.tick();
///     tick.await;
/// });
/// ```
#[derive(Debug)]
#[must_use = "futures do nothing unless they are awaited"]
pub struct Tick<'a> {
    interval: &'a mut Interval,
    called_at: &'static Location<'static>,
}

impl Future for Tick<'_> {
    type Output = Instant;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Instant> {
        let site = SiteRef::location(self.called_at);
        let polled = self.interval.poll_from(cx, site);
        if polled.is_ready() {
            this_thread::goes_on();
        }
        polled
    }
}

/// Nobody waits any more, so no timer is left that would hold off the end of a run.
impl Drop for Tick<'_> {
    fn drop(&mut self) {
        self.interval.sleep = None;
    }
}

/// A tick as it lies in a coroutine's frame.
#[derive(Debug)]
pub struct TickLeaf<'a>(Tick<'a>);

impl<'a> Awaited<Tick<'a>> {
    #[doc(hidden)]
    #[inline(always)]
    pub fn __coweave_into_leaf(self) -> TickLeaf<'a> {
        TickLeaf(self.0)
    }
}

impl Leaf for TickLeaf<'_> {
    type Output = Instant;

    #[inline]
    fn step(mut self: Pin<&mut Self>, cx: &mut Context<'_>, site: &'static Site) -> Poll<Instant> {
        self.0.interval.poll_from(cx, SiteRef::site(site))
    }
}

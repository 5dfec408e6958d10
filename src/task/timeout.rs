//! Limiting how long something may take.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project::pin_project;

use super::awaiting::{Awaited, Leaf};
use super::site_ref::{SiteRef, SpawnSite};
use super::sleep::{Sleep, SleepLeaf, sleep, sleep_until};
use super::state::Waits;
use super::this_thread;
use crate::coroutine::Site;
use crate::time::Instant;

/// This file, whose lines are no places of the user's.
pub(super) const FILE: &str = file!();

/// Awaits `future` for at most `duration`, counted from this call as [`sleep`] counts,
/// and gives its output, or [`Elapsed`].
///
/// A future that is ready wins over its deadline: it is polled first, whenever this is polled, also
/// when the deadline has passed. The timer is set only if the future suspends, so that one which is
/// ready at once costs no timer. A future that suspends is polled at least once more before it is
/// given up, also with a duration of zero, and the timeout never ends early; `Duration::MAX` never
/// ends. A future that does not suspend is not interrupted.
///
/// Nothing is allocated but the timer's place in its queue.
///
/// # Cancellation
/// When the deadline has passed, `future` is dropped before the result is given. Dropping the timeout
/// drops it as well, and forgets the deadline. What a future that is dropped gives up and passes on is
/// told [in one place](crate::task#cancellation).
///
/// # Panics
/// If `future` panics; and when it is polled after it gave its result.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// let mut scheduler = coweave::Scheduler::builder().virtual_time().build()?;
/// scheduler.run(async {
///     let second = Duration::from_secs(1);
///     let quick = async {
///         coweave::sleep(second).await;
///         "done"
///     };
///     assert_eq!(coweave::timeout(second * 2, quick).await, Ok("done"));
///     assert!(coweave::timeout(second, coweave::park()).await.is_err());
/// });
/// # Ok::<(), coweave::BuildError>(())
/// ```
#[track_caller]
#[inline]
pub fn timeout<F: IntoFuture>(duration: Duration, future: F) -> Timeout<F::IntoFuture> {
    Timeout::new(future.into_future(), sleep(duration))
}

/// Awaits `future` until `deadline`.
///
/// See [`timeout`]; the deadline must be of the clock of the scheduler in which this is awaited.
///
/// # Cancellation
/// As for [`timeout`].
///
/// # Panics
/// As for [`timeout`].
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// coweave::run(async {
///     let deadline = coweave::Instant::now() + Duration::from_millis(5);
///     assert!(coweave::timeout_at(deadline, coweave::park()).await.is_err());
///     assert!(coweave::Instant::now() >= deadline);
/// });
/// ```
#[track_caller]
#[inline]
pub fn timeout_at<F: IntoFuture>(deadline: Instant, future: F) -> Timeout<F::IntoFuture> {
    Timeout::new(future.into_future(), sleep_until(deadline))
}

/// The future of [`timeout`] and [`timeout_at`].
///
/// # Examples
///
/// ```
/// coweave::run(async {
///     let limit = std::time::Duration::from_secs(1);
///     let ready: coweave::Timeout<_> = coweave::timeout(limit, std::future::ready(5));
///     assert_eq!(ready.await, Ok(5));
/// });
/// ```
#[derive(Debug)]
#[must_use = "futures do nothing unless they are awaited"]
#[pin_project]
pub struct Timeout<F> {
    #[pin]
    leaf: TimeoutLeaf<F>,
    called_at: SpawnSite,
}

impl<F> Timeout<F> {
    #[inline]
    fn new(future: F, sleep: Sleep) -> Self {
        let called_at = sleep.called_at;
        Self { leaf: TimeoutLeaf(Some(Waiting { future, timer: sleep.timer })), called_at }
    }
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let polled = this.leaf.poll_from(cx, SiteRef::of(*this.called_at));
        if polled.is_ready() {
            this_thread::goes_on();
        }
        polled
    }
}

/// A timeout as it lies in a coroutine's frame; `None` once it has given its result.
#[derive(Debug)]
#[pin_project]
pub struct TimeoutLeaf<F>(#[pin] Option<Waiting<F>>);

#[derive(Debug)]
#[pin_project]
struct Waiting<F> {
    #[pin]
    future: F,
    timer: SleepLeaf,
}

impl<F> Awaited<Timeout<F>> {
    #[doc(hidden)]
    #[inline(always)]
    pub fn __coweave_into_leaf(self) -> TimeoutLeaf<F> {
        self.0.leaf
    }
}

impl<F: Future> Leaf for TimeoutLeaf<F> {
    type Output = Result<F::Output, Elapsed>;

    #[inline]
    fn step(self: Pin<&mut Self>, cx: &mut Context<'_>, site: &'static Site) -> Poll<Self::Output> {
        self.poll_from(cx, SiteRef::site(site))
    }
}

impl<F: Future> TimeoutLeaf<F> {
    #[inline]
    fn poll_from(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        site: SiteRef,
    ) -> Poll<Result<F::Output, Elapsed>> {
        let waiting = self.as_mut().project().0.as_pin_mut();
        let waiting = waiting.expect("a Timeout was polled after it gave its result").project();
        this_thread::with_running(|running| running.suspends_at(SiteRef::NONE, Waits::Other));
        let result = match waiting.future.poll(cx) {
            Poll::Ready(output) => Ok(output),
            Poll::Pending => {
                let inner = this_thread::with_running(|running| {
                    (running.header().site.get(), running.header().state.waiting_for())
                });
                if waiting.timer.poll_from(cx.waker(), site).is_pending() {
                    suspends_within(inner, site);
                    return Poll::Pending;
                }
                Err(Elapsed(()))
            }
        };
        self.project().0.set(None);
        Poll::Ready(result)
    }
}

/// The innermost place is wanted, and what is waited for there; what is known of neither is ours.
#[inline]
fn suspends_within(inner: Option<(SiteRef, Waits)>, site: SiteRef) {
    let Some((inner_site, waits_for)) = inner else { return };
    let site = if inner_site.is_none() { site } else { inner_site };
    let waits_for = if waits_for == Waits::Other { Waits::Timeout } else { waits_for };
    this_thread::with_running(|running| running.suspends_at(site, waits_for));
}

/// The deadline of a [`timeout`] passed before its future was ready.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// coweave::run(async {
///     let elapsed = coweave::timeout(Duration::ZERO, coweave::park()).await.unwrap_err();
///     assert_eq!(elapsed.to_string(), "the deadline has passed");
/// });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Elapsed(());

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the deadline has passed")
    }
}

impl std::error::Error for Elapsed {}

//! Suspending until somebody says so.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use super::awaiting::{Awaited, Leaf};
use super::id::TaskId;
use super::site_ref::SiteRef;
use super::state::Waits;
use super::this_thread::{self, Running};
use super::waker::Remote;
use crate::coroutine::Site;
use crate::primitives::Arc;

/// Suspends the task until its [`Unparker`] is used.
///
/// An unpark that came before is remembered, once: `park` then takes that permit and goes on
/// without suspending. The permit is the task's: park in one place of a task at a time. (The
/// primitives of this crate wait in ways of their own and never take it.)
///
/// # Panics
/// When awaited outside a task of a coweave scheduler.
///
/// # Cancellation
/// Dropping the future loses no permit.
///
/// # Examples
///
/// ```
/// use coweave::{park, spawn, task, yield_now};
///
/// coweave::run(async {
///     let unparker = task::current().unparker();
///     spawn(async move { unparker.unpark() });
///     park().await;
/// });
/// ```
#[track_caller]
pub fn park() -> Park {
    Park { called_at: Location::caller() }
}

/// The future of [`park`].
///
/// # Examples
///
/// ```
/// coweave::run(async {
///     let park: coweave::Park = coweave::park();
///     coweave::task::current().unparker().unpark();
///     park.await;
/// });
/// ```
#[derive(Debug)]
#[must_use = "futures do nothing unless they are awaited"]
pub struct Park {
    called_at: &'static Location<'static>,
}

impl Future for Park {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let polled = poll_from(cx.waker(), SiteRef::location(self.called_at));
        if polled.is_ready() {
            this_thread::goes_on();
        }
        polled
    }
}

/// A park as it lies in a coroutine's frame.
#[derive(Debug)]
pub struct ParkLeaf;

impl Awaited<Park> {
    #[doc(hidden)]
    #[inline(always)]
    pub fn __coweave_into_leaf(self) -> ParkLeaf {
        ParkLeaf
    }
}

impl Leaf for ParkLeaf {
    type Output = ();

    #[inline]
    fn step(self: Pin<&mut Self>, cx: &mut Context<'_>, site: &'static Site) -> Poll<()> {
        poll_from(cx.waker(), SiteRef::site(site))
    }
}

fn poll_from(waker: &Waker, site: SiteRef) -> Poll<()> {
    match this_thread::lent(waker) {
        Some(running) => poll_running(running, site),
        None => poll_behind_a_combinator(waker, site),
    }
}

#[inline(always)]
fn poll_running(running: Running<'_>, site: SiteRef) -> Poll<()> {
    if running.header().state.take_permit() {
        return Poll::Ready(());
    }
    running.suspends_at(site, Waits::Park);
    Poll::Pending
}

/// With a waker of a combinator's own, the unpark must wake that one.
#[cold]
#[inline(never)]
fn poll_behind_a_combinator(waker: &Waker, site: SiteRef) -> Poll<()> {
    let polled = this_thread::with_running(|running| {
        let polled = poll_running(running, site);
        if polled.is_pending() {
            running.core.set_park_waker(running.task, waker);
        }
        polled
    });
    polled.expect(
        "park() was awaited outside a task of a coweave scheduler: it waits for its task's permit",
    )
}

/// Makes a parked task ready, from anywhere; made by [`Task::unparker`](super::Task::unparker).
///
/// It does not keep its task alive, and does nothing once that has ended. In a closed world
/// ([`try_run`](crate::try_run)) an `Unparker` on another thread does not count as something to
/// wait for: hold an [`External`](crate::External) beside it.
///
/// # Examples
///
/// ```
/// use coweave::{park, spawn, task};
///
/// coweave::run(async {
///     let unparker = task::current().unparker();
///     std::thread::spawn(move || unparker.unpark());
///     park().await;
/// });
/// ```
#[derive(Debug, Clone)]
pub struct Unparker(Arc<Remote>);

impl Unparker {
    pub(super) fn new(remote: Arc<Remote>) -> Self {
        Self(remote)
    }

    /// Makes the task ready, or leaves the permit that its next [`park`] takes.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     coweave::task::current().unparker().unpark();
    ///     coweave::park().await; // takes the permit, and does not suspend
    /// });
    /// ```
    pub fn unpark(&self) {
        self.0.wake();
    }

    /// The task that it unparks.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let task = coweave::task::current();
    ///     assert_eq!(task.unparker().id(), task.id());
    /// });
    /// ```
    #[must_use]
    pub fn id(&self) -> TaskId {
        self.0.id()
    }
}

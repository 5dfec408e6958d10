//! Suspending until nothing else is ready.
//!
//! Who waits stands in a queue of its worker, and is made ready when the worker has nothing else to
//! do: one at a time, so that what it makes ready comes before the next. The future holds only its
//! place there. So it may be moved to another task, scheduler or thread between polls, and be dropped
//! anywhere: on the worker's thread the place is given up at once, elsewhere by mail.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use super::awaiting::{Awaited, Leaf};
use super::mailbox::{Mail, Mailbox, NO_MAILBOX};
use super::site_ref::SiteRef;
use super::state::Waits;
use super::this_thread;
use super::waiter::Wait;
use super::worker_core::WorkerCore;
use crate::coroutine::Site;
use crate::primitives::quietly;

/// Suspends until nothing else is ready on this worker: behind all tasks that are ready, all those
/// that they make ready and all timers that are due, and before the worker sleeps or a virtual clock
/// advances.
///
/// Several tasks that wait in this way go on first in first out, one at a time: the next one only
/// when nothing else is ready again. It always suspends at least once.
///
/// Where others always have something to do it never goes on: one task that yields for ever is
/// enough. In the same way a task that awaits this in an endless loop keeps a virtual clock standing
/// still, and a worker busy.
///
/// Under other executors, which do not tell when they are idle, it suspends once, as
/// [`yield_now`](crate::yield_now) does.
///
/// # Cancellation
/// Dropping the future gives up its place.
///
/// # Examples
///
/// ```
/// use coweave::{idle, spawn, yield_now};
///
/// coweave::run(async {
///     let other = spawn(async {
///         for _ in 0..10 {
///             yield_now().await;
///         }
///     });
///     idle().await;
///     assert!(other.is_finished());
/// });
/// ```
#[track_caller]
#[inline]
pub fn idle() -> Idle {
    Idle { leaf: IdleLeaf::new(), called_at: Location::caller() }
}

/// The future of [`idle`].
///
/// # Examples
///
/// ```
/// coweave::run(async {
///     let idle: coweave::Idle = coweave::idle();
///     idle.await;
/// });
/// ```
#[derive(Debug)]
#[must_use = "futures do nothing unless they are awaited"]
pub struct Idle {
    leaf: IdleLeaf,
    called_at: &'static Location<'static>,
}

impl Future for Idle {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let site = SiteRef::location(self.called_at);
        let polled = self.leaf.poll_from(cx.waker(), site);
        if polled.is_ready() {
            this_thread::goes_on();
        }
        polled
    }
}

/// A wait for an idle worker as it lies in a coroutine's frame.
#[derive(Debug)]
pub struct IdleLeaf {
    /// Zero: it has not suspended. Else its place in the queue of `scheduler`.
    place: u64,
    /// Or the one below.
    scheduler: u32,
}

/// Where no scheduler runs it only yields.
const ELSEWHERE: u32 = NO_MAILBOX[0];

impl Awaited<Idle> {
    #[doc(hidden)]
    #[inline(always)]
    pub fn __coweave_into_leaf(self) -> IdleLeaf {
        self.0.leaf
    }
}

impl Leaf for IdleLeaf {
    type Output = ();

    #[inline]
    fn step(mut self: Pin<&mut Self>, cx: &mut Context<'_>, site: &'static Site) -> Poll<()> {
        self.poll_from(cx.waker(), SiteRef::site(site))
    }
}

impl IdleLeaf {
    pub(super) const fn new() -> Self {
        Self { place: 0, scheduler: ELSEWHERE }
    }

    pub(super) fn poll_from(&mut self, waker: &Waker, site: SiteRef) -> Poll<()> {
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

    /// Where a scheduler runs: in its queue, whatever the waker is.
    #[inline(always)]
    fn poll_at(&mut self, core: &WorkerCore, waker: &Waker, site: SiteRef) -> Poll<()> {
        let scheduler = core.mailbox().id();
        let is_home = self.place != 0 && self.scheduler == scheduler;
        if is_home && !core.waits_for_idle(self.place) {
            self.place = 0;
            return Poll::Ready(());
        }
        let waiting = Wait::of(waker);
        this_thread::with_running(|running| running.suspends_at(site, Waits::Idle));
        if is_home {
            core.replace_in_idle_queue(self.place, waiting);
            return Poll::Pending;
        }
        self.leave();
        self.place = core.join_idle_queue(waiting);
        self.scheduler = scheduler;
        Poll::Pending
    }

    /// Under other executors.
    #[cold]
    fn poll_outside(&mut self, waker: &Waker) -> Poll<()> {
        if self.place != 0 && self.scheduler == ELSEWHERE {
            self.place = 0;
            return Poll::Ready(());
        }
        self.leave();
        self.place = 1;
        self.scheduler = ELSEWHERE;
        waker.wake_by_ref();
        Poll::Pending
    }

    fn leave(&mut self) {
        let place = std::mem::take(&mut self.place);
        if place == 0 || self.scheduler == ELSEWHERE {
            return;
        }
        let is_home = |core: &WorkerCore| core.mailbox().id() == self.scheduler;
        if !this_thread::with_core_if(is_home, |core| core.leave_idle_queue(place)) {
            self.leave_elsewhere(place);
        }
    }

    #[cold]
    #[inline(never)]
    fn leave_elsewhere(&self, place: u64) {
        let is_home = |core: &WorkerCore| core.mailbox().id() == self.scheduler;
        if !this_thread::with_any_core_if(is_home, |core| core.leave_idle_queue(place))
            && let Some(mailbox) = Mailbox::of(self.scheduler)
        {
            mailbox.send(Mail::CancelIdle(place));
        }
    }
}

impl Drop for IdleLeaf {
    #[inline]
    fn drop(&mut self) {
        if self.place != 0 {
            self.leave();
        }
    }
}

/// Who waits for its worker to be idle, by places, which are never used again.
#[derive(Debug)]
pub(super) struct IdleQueue(RefCell<Places>);

#[derive(Debug)]
struct Places {
    waiting: BTreeMap<u64, Wait>,
    last: u64,
}

impl IdleQueue {
    pub(super) const fn new() -> Self {
        Self(RefCell::new(Places { waiting: BTreeMap::new(), last: 0 }))
    }
}

/// The queue is not borrowed while a waker is cloned, woken or dropped.
impl WorkerCore {
    fn join_idle_queue(&self, waiting: Wait) -> u64 {
        let mut places = self.idle.0.borrow_mut();
        places.last += 1;
        let place = places.last;
        places.waiting.insert(place, waiting);
        place
    }

    fn waits_for_idle(&self, place: u64) -> bool {
        self.idle.0.borrow().waiting.contains_key(&place)
    }

    fn replace_in_idle_queue(&self, place: u64, waiting: Wait) {
        let before = self.idle.0.borrow_mut().waiting.insert(place, waiting);
        quietly(|| drop(before));
    }

    pub(super) fn leave_idle_queue(&self, place: u64) {
        let left = self.idle.0.borrow_mut().waiting.remove(&place);
        quietly(|| drop(left));
    }

    /// Makes ready who has waited longest for an idle worker, which this one now is; returns false if
    /// nobody waits.
    pub(crate) fn resume_idle(&self) -> bool {
        let first = self.idle.0.borrow_mut().waiting.pop_first();
        let Some((_, waiting)) = first else { return false };
        waiting.wake();
        true
    }

    /// Drops all places; a future that is left finds its own gone.
    pub(super) fn clear_idle_queue(&self) {
        let waiting = std::mem::take(&mut self.idle.0.borrow_mut().waiting);
        quietly(|| drop(waiting));
    }
}

//! Notifications without a value or a lock.

use std::cell::RefCell;
use std::fmt;

use super::gate::{Entering, Entry, Gate, Gated, change};
use super::mode::{Exclusive, Local, Mode, Shared, SharedCell};
use super::notification::Notification;
use super::wait_queue::WaitQueue;
use crate::primitives::const_fn;
use crate::task::Waits;
use crate::task::wait::{block_on, future_of_operation, shown_by_name};
use crate::task::waiter::Wakes;

/// What a notifier holds.
#[derive(Debug)]
pub struct NotifyState {
    /// Whether one was notified when nobody waited.
    has_permit: bool,
    /// How often all that waited were notified.
    round: u64,
    /// With the round in which who waits was there first.
    queue: WaitQueue<u64, Notification>,
}

impl NotifyState {
    #[track_caller]
    const fn new() -> Self {
        Self { has_permit: false, round: 0, queue: WaitQueue::new() }
    }

    fn notify_one(&mut self, wakes: &mut Wakes) {
        match self.queue.grant_first(|_| Notification::One) {
            Some(waiter) => wakes.add(Some(waiter)),
            None => self.has_permit = true,
        }
    }

    fn notify_waiters(&mut self, wakes: &mut Wakes) {
        self.round += 1;
        self.queue.grant_all(Notification::All, wakes);
    }
}

impl Gate for NotifyState {
    type Wish = u64;
    type Grant = Notification;

    fn queue(&mut self) -> &mut WaitQueue<u64, Notification> {
        &mut self.queue
    }

    fn enter(&mut self, round: u64, _wakes: &mut Wakes) -> Option<Notification> {
        if round != self.round {
            return Some(Notification::All);
        }
        std::mem::take(&mut self.has_permit).then_some(Notification::One)
    }

    fn give_back(&mut self, _round: u64, notification: Notification, wakes: &mut Wakes) {
        if notification == Notification::One {
            self.notify_one(wakes);
        }
    }
}

/// Tells one, or all that wait, that something has happened.
///
/// [`notify_one`](Self::notify_one) is remembered, once, if nobody waits: so who looks at what may
/// have happened, and then waits, misses nothing. [`notify_waiters`](Self::notify_waiters) is for
/// those alone who wait now, by a future that they have, be it polled or not.
///
/// [`sync::local::Notify`](super::local::Notify) is the same for parties on one thread.
///
/// # Examples
///
/// ```
/// use coweave::{spawn, sync::Notify};
/// use std::sync::Arc;
///
/// coweave::run(async {
///     let filled = Arc::new(Notify::new());
///     let taker = {
///         let filled = filled.clone();
///         spawn(async move { filled.notified().await })
///     };
///     filled.notify_one(); // before the taker has come: remembered
///     taker.await.unwrap();
/// });
/// ```
pub struct Notify<M: Mode = Shared> {
    state: M::Cell<NotifyState>,
}

impl<M: Mode> Gated for Notify<M> {
    type Mode = M;
    type State = NotifyState;

    #[inline(always)]
    fn state(&self) -> &M::Cell<NotifyState> {
        &self.state
    }
}

macro_rules! constructor {
    ($mode:ident, $cell:ident) => {
        impl Notify<$mode> {
            const_fn! {
                /// Creates one that has nothing to tell.
                ///
                /// # Examples
                ///
                /// ```
                /// static FILLED: coweave::sync::Notify = coweave::sync::Notify::new();
                /// FILLED.notify_one();
                /// coweave::run(FILLED.notified());
                /// ```
                #[must_use]
                #[track_caller]
                pub const fn new() -> Self {
                    Self { state: $cell::new(NotifyState::new()) }
                }
            }
        }
    };
}
constructor!(Shared, SharedCell);
constructor!(Local, RefCell);

impl<M: Mode> Notify<M> {
    /// Notifies the one that has waited longest; if nobody waits, the next that comes, which does not
    /// wait then. Any number of calls while nobody waits are one.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let notify = coweave::sync::Notify::new();
    ///     notify.notify_one();
    ///     notify.notified().await;
    /// });
    /// ```
    pub fn notify_one(&self) {
        change(self, NotifyState::notify_one);
    }

    /// Notifies all that wait: all futures of [`notified`](Self::notified) that there are, polled or
    /// not. If nobody waits, nothing is remembered.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let notify = coweave::sync::Notify::new();
    ///     let (one, other) = (notify.notified(), notify.notified());
    ///     notify.notify_waiters();
    ///     futures::join!(one, other);
    /// });
    /// ```
    pub fn notify_waiters(&self) {
        change(self, NotifyState::notify_waiters);
    }

    /// Waits for a notification. Its place in the queue is that of the future's first poll;
    /// [`notify_waiters`](Self::notify_waiters) reaches it from this call on.
    ///
    /// # Cancellation
    /// Dropping the future leaves no trace; a notification that was meant for this one alone goes to
    /// the next, or is remembered.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let notify = coweave::sync::Notify::new();
    ///     futures::join!(notify.notified(), async { notify.notify_waiters() });
    /// });
    /// ```
    #[track_caller]
    #[inline(always)]
    pub fn notified(&self) -> Notified<'_, M> {
        Notified::of(AwaitingNotify::new(self))
    }
}

impl Notify {
    /// Blocks this thread until there is a notification.
    ///
    /// # Panics
    /// In a task, whose worker it would stop.
    ///
    /// # Examples
    ///
    /// ```
    /// let notify = coweave::sync::Notify::new();
    /// std::thread::scope(|scope| {
    ///     scope.spawn(|| notify.notify_one());
    ///     notify.blocking_notified();
    /// });
    /// ```
    #[track_caller]
    pub fn blocking_notified(&self) {
        block_on(AwaitingNotify::new(self), "notified()");
    }
}

/// Waiting for a notification.
pub struct AwaitingNotify<'a, M: Mode>(Entry<&'a Notify<M>>);

shown_by_name!(AwaitingNotify['a, M: Mode]['a, M]);

impl<'a, M: Mode> AwaitingNotify<'a, M> {
    #[inline(always)]
    fn new(notify: &'a Notify<M>) -> Self {
        let round = notify.state.with(|state| state.round);
        Self(Entry::new(notify, round, Waits::Notify))
    }
}

impl<'a, M: Mode> Entering for AwaitingNotify<'a, M> {
    type Primitive = &'a Notify<M>;
    type Output = ();

    #[inline(always)]
    fn entry(&self) -> &Entry<&'a Notify<M>> {
        &self.0
    }

    #[inline(always)]
    fn entry_mut(&mut self) -> &mut Entry<&'a Notify<M>> {
        &mut self.0
    }

    #[inline(always)]
    fn given(&self, _: Notification) {}
}

future_of_operation! {
    /// The future of [`Notify::notified`].
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let notify = coweave::sync::Notify::new();
    ///     let notified: coweave::sync::Notified<'_> = notify.notified();
    ///     notify.notify_waiters();
    ///     notified.await;
    /// });
    /// ```
    pub struct Notified['a, M: Mode = Shared]['a, M: Mode]['a, M](AwaitingNotify<'a, M>);
}

impl<M: Mode> Default for Notify<M> {
    #[track_caller]
    fn default() -> Self {
        Self { state: Exclusive::new(NotifyState::new()) }
    }
}

impl<M: Mode> fmt::Debug for Notify<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (has_permit, waiting) = self.state.with(|state| (state.has_permit, state.queue.len()));
        f.debug_struct("Notify")
            .field("has_permit", &has_permit)
            .field("waiting", &waiting)
            .finish()
    }
}

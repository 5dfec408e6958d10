//! Waiting at a primitive: how its operations become futures, leaves and blocking calls.
//!
//! A primitive's operation is asked whether it is done, on behalf of whoever polls; if it is not,
//! the asker stands in the primitive's queue. Everything else — who that is, where the task
//! suspends, what blocks a thread — is the same for all, and stands here.

use std::hint::cold_path;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use super::awaiting::Leaf;
use super::site_ref::{SiteRef, SpawnSite};
use super::state::Waits;
use super::this_thread;
use super::waiter::{AnyAsker, Asker, LentAsker, WaitingTask};
use crate::coroutine::Site;

/// What a primitive answers when it is asked.
///
/// With a tag of its own: decoded from a niche in what it is ready with, what is known of it where it is
/// made is forgotten by the optimiser.
#[derive(Debug)]
#[repr(u8)]
pub enum Answer<T> {
    /// The operation is done.
    Ready(T),
    /// The asker stands in the queue now.
    Waits,
    /// It must wait, and cannot say yet as whom: nothing has changed, it must ask again.
    NeedsWaiter,
}

impl<T> Answer<T> {
    /// Makes something else of what it is ready with.
    #[inline(always)]
    pub(crate) fn map<U>(self, f: impl FnOnce(T) -> U) -> Answer<U> {
        match self {
            Self::Ready(output) => Answer::Ready(f(output)),
            Self::Waits => Answer::Waits,
            Self::NeedsWaiter => Answer::NeedsWaiter,
        }
    }
}

/// An operation of a primitive that may have to wait. Dropping it gives up its place, and passes on
/// what it was given meanwhile.
pub trait Operation {
    /// What it gives.
    type Output;
    /// What it waits for.
    #[doc(hidden)]
    fn kind(&self) -> Kind;
    /// Asks whether it is done.
    #[doc(hidden)]
    fn ask(&mut self, asker: &mut impl Asker) -> Answer<Self::Output>;
    /// What it gives before it is asked for the first time, if that is simple and need not wait. `None`
    /// says nothing.
    #[doc(hidden)]
    #[inline(always)]
    fn at_once(&mut self) -> Option<Self::Output> {
        None
    }
    /// Whether `ask_simply` leaves to `ask` what is not simple; else the two are the same.
    #[doc(hidden)]
    const ASKS_TWICE: bool = false;
    /// Asks where it is awaited: with `ASKS_TWICE` only what is usual and simple, which is then laid out
    /// straight; for all else it must be asked again.
    #[doc(hidden)]
    #[inline(always)]
    fn ask_simply(&mut self, asker: &mut impl Asker) -> Answer<Self::Output> {
        self.ask(asker)
    }
    /// What it was given while it waited, if it waits and was, and that is simple: `ask` would say no
    /// more, but on behalf of somebody. `None` says nothing.
    #[doc(hidden)]
    #[inline(always)]
    fn fetch(&mut self) -> Option<Self::Output> {
        None
    }
}

/// `Waits` in the signature of a trait that macro output may name.
#[derive(Debug, Clone, Copy)]
pub struct Kind(pub(crate) Waits);

/// Polls an operation, with which a task suspends at `site`.
#[inline(always)]
pub(crate) fn poll_at<O: Operation>(
    operation: &mut O,
    waker: &Waker,
    site: impl FnOnce() -> SiteRef,
) -> Poll<O::Output> {
    let mut asker = LentAsker::new(waker);
    match operation.ask_simply(&mut asker) {
        Answer::Ready(output) => return Poll::Ready(output),
        Answer::Waits => {
            if let Some(running) = asker.running() {
                running.suspends_at(site(), operation.kind().0);
            }
            return Poll::Pending;
        }
        Answer::NeedsWaiter => {}
    }
    cold_path();
    if O::ASKS_TWICE {
        return poll_aside(operation, waker, site);
    }
    poll_elsewhere(operation, waker, asker.running().map(WaitingTask::of), site)
}

/// The same where it is not that simple.
#[inline(never)]
fn poll_aside<O: Operation>(
    operation: &mut O,
    waker: &Waker,
    site: impl FnOnce() -> SiteRef,
) -> Poll<O::Output> {
    let running = this_thread::lent(waker);
    if let Some(running) = running {
        match operation.ask(&mut LentAsker::new(waker)) {
            Answer::Ready(output) => return Poll::Ready(output),
            Answer::Waits => {
                running.suspends_at(site(), operation.kind().0);
                return Poll::Pending;
            }
            Answer::NeedsWaiter => {}
        }
    }
    poll_elsewhere(operation, waker, running.map(WaitingTask::of), site)
}

/// The same for whoever is not the running task, or takes the place of somebody else.
#[cold]
#[inline(never)]
fn poll_elsewhere<O: Operation>(
    operation: &mut O,
    waker: &Waker,
    task: Option<WaitingTask>,
    site: impl FnOnce() -> SiteRef,
) -> Poll<O::Output> {
    let mut asker = AnyAsker::new(waker, task);
    let mut answer = operation.ask(&mut asker);
    if let Answer::NeedsWaiter = answer {
        asker.prepare();
        answer = operation.ask(&mut asker);
    }
    match answer {
        Answer::Ready(output) => return Poll::Ready(output),
        Answer::Waits => {}
        Answer::NeedsWaiter => unreachable!("an asker that is prepared has a waiter"),
    }
    this_thread::with_running(|running| running.suspends_at(site(), operation.kind().0));
    Poll::Pending
}

/// Polls a part of a stream or of a sink, whose place is where that is awaited.
pub(crate) fn poll_part<O: Operation>(mut part: O, waker: &Waker) -> Poll<O::Output> {
    poll_at(&mut part, waker, || SiteRef::FOREIGN)
}

/// An operation as it lies in a coroutine's frame.
#[derive(Debug)]
pub struct OperationLeaf<O>(pub(crate) O);

// What an operation holds is never pinned.
impl<O> Unpin for OperationLeaf<O> {}

impl<O: Operation> Leaf for OperationLeaf<O> {
    type Output = O::Output;

    #[inline(always)]
    fn at_once(&mut self) -> Option<O::Output> {
        self.0.at_once()
    }

    #[inline(always)]
    fn step(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        site: &'static Site,
    ) -> Poll<O::Output> {
        poll_at(&mut self.0, cx.waker(), || SiteRef::site(site))
    }

    #[inline(always)]
    fn resumed(mut self: Pin<&mut Self>) -> Option<O::Output> {
        self.0.fetch()
    }
}

#[derive(Debug)]
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// What unparks this thread.
pub(crate) fn unparks_this_thread() -> Waker {
    Waker::from(Arc::new(Unpark(thread::current())))
}

/// Blocks this thread until the operation is done.
///
/// # Panics
/// In a task: it would hold its worker, and whoever could end the wait may need that.
#[track_caller]
pub(crate) fn block_on<O: Operation>(mut operation: O, instead: &str) -> O::Output {
    assert!(
        this_thread::with_running(|_| ()).is_none(),
        "a blocking operation was called in a task, where it would stop all tasks of the worker; \
         use `{instead}.await`"
    );
    let waker = unparks_this_thread();
    loop {
        if let Poll::Ready(output) = poll_at(&mut operation, &waker, || SiteRef::NONE) {
            return output;
        }
        thread::park();
    }
}

/// Makes a future of an operation: a type with a name of its own, which suspends where it was made,
/// or, in a coroutine, at its `.await`. Its generics stand as declared, as bound, and as used.
macro_rules! future_of_operation {
    (
        $(#[$attribute:meta])*
        pub struct $name:ident [$($declared:tt)*] [$($bound:tt)*] [$($used:tt)*] ($operation:ty);
    ) => {
        $(#[$attribute])*
        #[must_use = "futures do nothing unless they are awaited"]
        pub struct $name<$($declared)*> {
            operation: $operation,
            called_at: $crate::task::wait::CalledAt,
        }

        impl<$($bound)*> $name<$($used)*> {
            #[track_caller]
            #[inline(always)]
            pub(crate) fn of(operation: $operation) -> Self {
                Self { operation, called_at: $crate::task::wait::CalledAt::here() }
            }
        }

        impl<$($bound)*> std::future::Future for $name<$($used)*> {
            type Output = <$operation as $crate::task::wait::Operation>::Output;

            #[inline]
            fn poll(
                mut self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<Self::Output> {
                let Self { operation, called_at } = &mut *self;
                $crate::task::wait::poll_future(operation, *called_at, cx.waker())
            }
        }

        // What an operation holds is never pinned.
        impl<$($bound)*> Unpin for $name<$($used)*> {}

        $crate::task::wait::shown_by_name!($name [$($bound)*] [$($used)*]);

        impl<$($bound)*> $crate::task::awaiting::Awaited<$name<$($used)*>> {
            #[doc(hidden)]
            #[inline(always)]
            pub fn __coweave_into_leaf(self) -> $crate::task::wait::OperationLeaf<$operation> {
                $crate::task::wait::OperationLeaf(self.0.operation)
            }
        }
    };
}
pub(crate) use future_of_operation;

/// Shows no more of a type than its name: what it holds is its primitive's.
macro_rules! shown_by_name {
    ($name:ident [$($bound:tt)*] [$($used:tt)*]) => {
        impl<$($bound)*> std::fmt::Debug for $name<$($used)*> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    };
}
pub(crate) use shown_by_name;

/// Polls the future of an operation.
#[inline]
pub(crate) fn poll_future<O: Operation>(
    operation: &mut O,
    called_at: CalledAt,
    waker: &Waker,
) -> Poll<O::Output> {
    poll_outside(operation, waker, || SiteRef::of(called_at.0))
}

/// Polls a value that is a future itself, with which a task suspends where it is awaited.
#[inline]
pub(crate) fn poll_awaited<O: Operation>(
    operation: &mut O,
    polled_at: &'static Location<'static>,
    waker: &Waker,
) -> Poll<O::Output> {
    poll_outside(operation, waker, || SiteRef::polled_at(polled_at))
}

#[inline(always)]
fn poll_outside<O: Operation>(
    operation: &mut O,
    waker: &Waker,
    site: impl FnOnce() -> SiteRef,
) -> Poll<O::Output> {
    let polled = match operation.at_once() {
        Some(output) => Poll::Ready(output),
        None => poll_at(operation, waker, site),
    };
    if polled.is_ready() {
        // Its place is not where the task is any more.
        this_thread::goes_on();
    }
    polled
}

/// Where an operation was called.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CalledAt(SpawnSite);

impl CalledAt {
    #[track_caller]
    #[inline(always)]
    pub(crate) fn here() -> Self {
        Self(SpawnSite::new(Location::caller()))
    }
}

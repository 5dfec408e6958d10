//! What `.await` does inside a coroutine: any future is polled; coweave's own leaves are asked
//! directly.
//!
//! The macro turns `e.await` into `Awaited(e).__coweave_into_leaf()` and then asks the leaf with
//! [`step`] until it is ready. For the leaves of this crate an inherent method of that name stands
//! before the trait's, so they take their own path without any type test at run time.
//!
//! # Invariants
//! * **A1 in place** A leaf stays where it is in the coroutine's frame, which is pinned, from its
//!   first step until it is dropped.
#![expect(unsafe_code, reason = "pins in place what the coroutine's frame holds")]

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::site_ref::SiteRef;
use super::state::Waits;
use super::this_thread;
use crate::coroutine::{ResumeArg, Site, Sited};

/// The operand of an `.await`.
#[derive(Debug)]
pub struct Awaited<T>(pub T);

/// Turns any awaited expression into what the coroutine's frame holds while it waits.
///
/// Every type has it; the bound is on the method, so that awaiting what is no future is an error
/// about the user's type and not about this trait.
pub trait IntoLeaf {
    /// What is awaited.
    type Operand;
    /// Starts nothing yet.
    fn __coweave_into_leaf(self) -> Polled<<Self::Operand as IntoFuture>::IntoFuture>
    where
        Self::Operand: IntoFuture;
}

/// What is waited for at one suspension point.
pub trait Leaf {
    /// What the `.await` evaluates to.
    type Output;
    /// What it gives at once, before it lies in the frame: what is simple then costs no store there.
    #[inline(always)]
    fn at_once(&mut self) -> Option<Self::Output> {
        None
    }
    /// Asks whether it is ready, and has the task woken when it may be.
    fn step(self: Pin<&mut Self>, cx: &mut Context<'_>, site: &'static Site) -> Poll<Self::Output>;
    /// Called after a suspension: leaves that are ready once they are resumed need no second step.
    #[inline(always)]
    fn resumed(self: Pin<&mut Self>) -> Option<Self::Output> {
        None
    }
}

/// Any future.
#[derive(Debug)]
#[pin_project::pin_project]
pub struct Polled<F>(#[pin] F);

impl<F> IntoLeaf for Awaited<F> {
    type Operand = F;
    #[inline(always)]
    fn __coweave_into_leaf(self) -> Polled<F::IntoFuture>
    where
        F: IntoFuture,
    {
        Polled(self.0.into_future())
    }
}

impl<F: Future> Leaf for Polled<F> {
    type Output = F::Output;
    #[inline(always)]
    fn step(self: Pin<&mut Self>, cx: &mut Context<'_>, site: &'static Site) -> Poll<F::Output> {
        at_innermost_site(site, || self.project().0.poll(cx))
    }
}

/// A coroutine within another one, which records by itself where it suspends.
#[derive(Debug)]
#[pin_project::pin_project]
pub struct Nested<F>(#[pin] F);

impl<F: Future + Sited> Awaited<F> {
    #[doc(hidden)]
    #[inline(always)]
    pub fn __coweave_into_leaf(self) -> Nested<F> {
        Nested(self.0)
    }
}

impl<F: Future + Sited> Leaf for Nested<F> {
    type Output = F::Output;
    #[inline(always)]
    fn step(self: Pin<&mut Self>, cx: &mut Context<'_>, _: &'static Site) -> Poll<F::Output> {
        self.project().0.poll(cx)
    }
}

/// Polls, and records where the task suspends: the innermost site is wanted, so this one counts
/// only if nothing inside names its own.
#[inline(always)]
pub(super) fn at_innermost_site<T>(site: &'static Site, poll: impl FnOnce() -> Poll<T>) -> Poll<T> {
    let running = this_thread::with_running(|running| running.header().site.set(SiteRef::NONE));
    let polled = poll();
    if running.is_some() && polled.is_pending() {
        suspends_here_if_nowhere_else(site);
    }
    polled
}

#[inline(always)]
fn suspends_here_if_nowhere_else(site: &'static Site) {
    this_thread::with_running(|running| match running.header().site.get() {
        SiteRef::FOREIGN => running.header().site.set(SiteRef::site(site)),
        inner if inner.is_none() => running.suspends_at(SiteRef::site(site), Waits::Other),
        _ => {}
    });
}

/// What `leaf` gives at once, and the leaf: apart, for the frame would keep room for what holds both.
#[inline(always)]
pub fn at_once<L: Leaf>(mut leaf: L) -> (Option<L::Output>, L) {
    let given = leaf.at_once();
    (given, leaf)
}

/// Asks `leaf` whether it is ready.
///
/// # Safety
/// * `leaf` is never moved again.
/// * `arg` is the argument of the resume that is going on.
#[inline(always)]
pub unsafe fn step<L: Leaf>(leaf: &mut L, arg: ResumeArg, site: &'static Site) -> Poll<L::Output> {
    // SAFETY: the caller never moves `leaf` (A1).
    let leaf = unsafe { Pin::new_unchecked(leaf) };
    // SAFETY: the caller is inside the resume that made `arg` (R1), and the leaf keeps no reference.
    leaf.step(unsafe { arg.open() }, site)
}

/// Tells `leaf` that its task was resumed after a suspension.
///
/// # Safety
/// * `leaf` is never moved again.
#[inline(always)]
pub unsafe fn resumed<L: Leaf>(leaf: &mut L) -> Option<L::Output> {
    // SAFETY: the caller never moves `leaf` (A1).
    unsafe { Pin::new_unchecked(leaf) }.resumed()
}

/// Asks the stream to which a stream delegates for its next item.
///
/// # Safety
/// * `stream` is never moved again.
/// * `arg` is the argument of the resume that is going on.
#[inline(always)]
pub unsafe fn step_stream<S: Stream>(
    stream: &mut S,
    arg: ResumeArg,
    site: &'static Site,
) -> Poll<Option<S::Item>> {
    // SAFETY: the caller never moves `stream` (A1).
    let stream = unsafe { Pin::new_unchecked(stream) };
    // SAFETY: the caller is inside the resume that made `arg` (R1), and a stream keeps no reference.
    let cx = unsafe { arg.open() };
    at_innermost_site(site, || stream.poll_next(cx))
}

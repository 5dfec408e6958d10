//! A function that only awaits another one: its frame is its arguments, and then what it awaits.
//!
//! # States
//!
//! ```text
//!            first poll             ready, or a panic
//! UNSTARTED ────────────► RUNNING ────────────────────► ENDED
//! ```

use std::future::Future;
use std::marker::PhantomPinned;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::{fmt, mem};

use pin_project::pin_project;

use super::awaiting::Leaf;
use crate::coroutine::{Site, Sited};

/// The call that is made in the first poll; it holds the arguments.
#[derive(Debug)]
pub struct Call<C>(C);

/// Prepares to make the call, and to await what it returns.
#[inline(always)]
pub fn forward<C: FnOnce() -> L, L>(call: C) -> Call<C> {
    Call(call)
}

impl<C> Call<C> {
    /// Says where it suspends, and how the output becomes what the function returns.
    #[inline(always)]
    pub fn returning<L, S, M, R>(self, site: S, coerce: M) -> Forward<C, L, S, M>
    where
        C: FnOnce() -> L,
        L: Leaf,
        S: Fn() -> &'static Site,
        M: Fn(L::Output) -> R,
    {
        Forward { stage: Stage::Unstarted(self.0), site, coerce, pinned: PhantomPinned }
    }
}

/// The future that a forwarding function returns. Like every coroutine it is not `Unpin`.
#[must_use = "a task does nothing until it is awaited or spawned"]
#[pin_project]
pub struct Forward<C, L, S, M> {
    #[pin]
    stage: Stage<C, L>,
    site: S,
    coerce: M,
    #[pin]
    pinned: PhantomPinned,
}

#[pin_project(project = StageMut, project_replace = StageOwned)]
enum Stage<C, L> {
    Unstarted(C),
    Running(#[pin] L),
    Ended,
}

/// Ends what runs, also when it panics, unless it is still pending.
struct Run<'a, C, L>(Pin<&'a mut Stage<C, L>>);

impl<C, L> Drop for Run<'_, C, L> {
    fn drop(&mut self) {
        self.0.set(Stage::Ended);
    }
}

/// The most bytes of arguments that are moved where the future is polled; more are moved in a function
/// of their own.
///
/// The arguments lie at one offset before the call, and at another one after it. In a loop that polls,
/// LLVM would take that move apart byte by byte, and then follow each byte from the one before: of
/// a kilobyte, farther than the compiler's stack reaches.
const INLINED_MAX: usize = 256;

impl<C: FnOnce() -> L, L> Stage<C, L> {
    #[inline(always)]
    fn call(mut self: Pin<&mut Self>) {
        if let StageOwned::Unstarted(call) = self.as_mut().project_replace(Self::Ended) {
            let leaf = call();
            self.set(Self::Running(leaf));
        }
    }

    #[inline(never)]
    fn call_out_of_line(self: Pin<&mut Self>) {
        self.call();
    }
}

impl<C: FnOnce() -> L, L: Leaf> Stage<C, L> {
    #[inline(always)]
    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        site: &'static Site,
    ) -> Poll<L::Output> {
        let is_first = matches!(*self, Self::Unstarted(_));
        if is_first {
            if const { size_of::<C>() > INLINED_MAX } {
                self.as_mut().call_out_of_line();
            } else {
                self.as_mut().call();
            }
        }
        let mut run = Run(self);
        let StageMut::Running(mut leaf) = run.0.as_mut().project() else {
            panic!("a coroutine was resumed after it had ended")
        };
        let resumed = if is_first { None } else { leaf.as_mut().resumed() };
        let polled = resumed.map_or_else(|| leaf.step(cx, site), Poll::Ready);
        if polled.is_pending() {
            mem::forget(run);
        }
        polled
    }
}

impl<C, L, S, M, R> Future for Forward<C, L, S, M>
where
    C: FnOnce() -> L,
    L: Leaf,
    S: Fn() -> &'static Site,
    M: Fn(L::Output) -> R,
{
    type Output = R;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let this = self.project();
        this.stage.poll(cx, (this.site)()).map(this.coerce)
    }
}

impl<C, L, S, M> Sited for Forward<C, L, S, M> {}

impl<C, L, S, M> fmt::Debug for Forward<C, L, S, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Forward").finish_non_exhaustive()
    }
}

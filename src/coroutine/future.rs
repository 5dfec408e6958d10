//! A coroutine without `yield` is a future.

use std::fmt;
use std::future::Future;
use std::ops::{Coroutine, CoroutineState};
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project::pin_project;

use super::resume_arg::{Lowered, ResumeArg, Suspended};
use super::site::Sited;

/// The future that a task's function returns. It is not `Unpin`, because the coroutine is not.
#[must_use = "a task does nothing until it is awaited or spawned"]
#[pin_project]
pub struct CoroutineFuture<C> {
    #[pin]
    coroutine: C,
}

/// Wraps the lowered body of a task.
#[inline(always)]
pub fn task<C>(_: Lowered, coroutine: C) -> CoroutineFuture<C>
where
    C: Coroutine<ResumeArg, Yield = Suspended>,
{
    CoroutineFuture { coroutine }
}

impl<C: Coroutine<ResumeArg, Yield = Suspended>> Future for CoroutineFuture<C> {
    type Output = C::Return;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<C::Return> {
        match self.project().coroutine.resume(ResumeArg::new(cx)) {
            CoroutineState::Yielded(Suspended { .. }) => Poll::Pending,
            CoroutineState::Complete(output) => Poll::Ready(output),
        }
    }
}

impl<C> Sited for CoroutineFuture<C> {}

impl<C> fmt::Debug for CoroutineFuture<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CoroutineFuture").finish_non_exhaustive()
    }
}

/// Spells the return type of a function pointer, so that macro output can name `!`, which is not
/// a stable type anywhere else.
pub trait Returned {
    /// What the function returns.
    type Output;
}

impl<T> Returned for fn() -> T {
    type Output = T;
}

/// The type of the variable that stands for an argument that is not used. Were it `()`, the
/// compiler would offer constants of that type in its place.
#[derive(Debug)]
pub struct UnusedArgument;

//! All of several futures: what `join!` and `try_join!` await.

use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project::pin_project;

use super::awaiting::at_innermost_site;
use super::chain::{Chain, End};
use super::this_thread;
use crate::coroutine::Site;

/// This file, whose lines are no places of the user's.
pub(super) const FILE: &str = file!();

/// A future until it is ready, then its output, in the same place.
#[derive(Debug)]
#[pin_project(project = JoiningNow)]
pub enum Joining<F: Future> {
    /// Not yet ready.
    Waiting(#[pin] F),
    /// `None` once the output was taken.
    Done(Option<F::Output>),
}

/// One of the futures of a `join!`.
#[inline(always)]
pub fn joining<F: IntoFuture>(future: F) -> Joining<F::IntoFuture> {
    Joining::Waiting(future.into_future())
}

/// One of the futures of a `try_join!`.
#[inline(always)]
pub fn try_joining<F, T, E>(future: F) -> Joining<F::IntoFuture>
where
    F: IntoFuture<Output = Result<T, E>>,
{
    Joining::Waiting(future.into_future())
}

impl<F: Future> Joining<F> {
    fn take(self: Pin<&mut Self>) -> F::Output {
        let taken = match self.project() {
            JoiningNow::Waiting(_) => None,
            JoiningNow::Done(output) => output.take(),
        };
        taken.expect("a join was polled after it gave its outputs")
    }
}

/// A chain of futures that are joined.
pub trait Joins {
    /// Their outputs: `(A, (B, ()))`.
    type Outputs;
    /// Polls those that are not ready; says whether all are.
    fn poll_all(self: Pin<&mut Self>, cx: &mut Context<'_>) -> bool;
    /// Takes the outputs, once all are ready.
    fn take(self: Pin<&mut Self>) -> Self::Outputs;
}

impl Joins for End {
    type Outputs = ();

    #[inline(always)]
    fn poll_all(self: Pin<&mut Self>, _: &mut Context<'_>) -> bool {
        true
    }

    #[inline(always)]
    fn take(self: Pin<&mut Self>) {}
}

impl<F: Future, R: Joins> Joins for Chain<Joining<F>, R> {
    type Outputs = (F::Output, R::Outputs);

    #[inline]
    fn poll_all(self: Pin<&mut Self>, cx: &mut Context<'_>) -> bool {
        let this = self.project();
        let mut head = this.0;
        let is_done = match head.as_mut().project() {
            JoiningNow::Done(_) => true,
            JoiningNow::Waiting(future) => match future.poll(cx) {
                Poll::Pending => false,
                Poll::Ready(output) => {
                    head.set(Joining::Done(Some(output)));
                    true
                }
            },
        };
        this.1.poll_all(cx) && is_done
    }

    #[inline]
    fn take(self: Pin<&mut Self>) -> Self::Outputs {
        let this = self.project();
        (this.0.take(), this.1.take())
    }
}

/// A chain of futures that are joined unless one fails with an `E`.
pub trait TryJoins<E> {
    /// What they give: `(A, (B, ()))`.
    type Outputs;
    /// Polls those that are not ready until one fails; says whether all are ready.
    fn try_poll_all(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Result<bool, E>;
    /// Takes what they gave, once all are ready.
    fn try_take(self: Pin<&mut Self>) -> Result<Self::Outputs, E>;
}

impl<E> TryJoins<E> for End {
    type Outputs = ();

    #[inline(always)]
    fn try_poll_all(self: Pin<&mut Self>, _: &mut Context<'_>) -> Result<bool, E> {
        Ok(true)
    }

    #[inline(always)]
    fn try_take(self: Pin<&mut Self>) -> Result<(), E> {
        Ok(())
    }
}

impl<F, T, E, R> TryJoins<E> for Chain<Joining<F>, R>
where
    F: Future<Output = Result<T, E>>,
    R: TryJoins<E>,
{
    type Outputs = (T, R::Outputs);

    #[inline]
    fn try_poll_all(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Result<bool, E> {
        let this = self.project();
        let mut head = this.0;
        let is_done = match head.as_mut().project() {
            JoiningNow::Done(_) => true,
            JoiningNow::Waiting(future) => match future.poll(cx) {
                Poll::Pending => false,
                Poll::Ready(Err(error)) => return Err(error),
                Poll::Ready(output) => {
                    head.set(Joining::Done(Some(output)));
                    true
                }
            },
        };
        Ok(this.1.try_poll_all(cx)? && is_done)
    }

    #[inline]
    fn try_take(self: Pin<&mut Self>) -> Result<Self::Outputs, E> {
        let this = self.project();
        Ok((this.0.take()?, this.1.try_take()?))
    }
}

/// Waits for all of a chain.
#[derive(Debug)]
#[pin_project]
pub struct Join<C> {
    #[pin]
    chain: C,
    site: &'static Site,
}

/// What `join!` at `site` awaits.
#[inline(always)]
pub fn join<C: Joins>(chain: C, site: &'static Site) -> Join<C> {
    Join { chain, site }
}

impl<C: Joins> Future for Join<C> {
    type Output = C::Outputs;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut chain = this.chain;
        let polled = at_innermost_site(this.site, || {
            if chain.as_mut().poll_all(cx) { Poll::Ready(chain.take()) } else { Poll::Pending }
        });
        if polled.is_ready() {
            this_thread::goes_on();
        }
        polled
    }
}

/// Waits for all of a chain, or for the first error.
#[derive(Debug)]
#[pin_project]
pub struct TryJoin<C, E> {
    #[pin]
    chain: C,
    site: &'static Site,
    error: PhantomData<fn() -> E>,
}

/// What `try_join!` at `site` awaits.
#[inline(always)]
pub fn try_join<C: TryJoins<E>, E>(chain: C, site: &'static Site) -> TryJoin<C, E> {
    TryJoin { chain, site, error: PhantomData }
}

impl<C: TryJoins<E>, E> Future for TryJoin<C, E> {
    type Output = Result<C::Outputs, E>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut chain = this.chain;
        let polled = at_innermost_site(this.site, || match chain.as_mut().try_poll_all(cx) {
            Ok(false) => Poll::Pending,
            Ok(true) => Poll::Ready(chain.try_take()),
            Err(error) => Poll::Ready(Err(error)),
        });
        if polled.is_ready() {
            this_thread::goes_on();
        }
        polled
    }
}

/// Awaits all of several futures at once, and gives their outputs as a tuple.
///
/// They are polled within this one task, in order; every poll polls all that are not ready. A future
/// is dropped as soon as it is ready. `join!()` is `()`. To run them as tasks of their own,
/// [`spawn`](crate::spawn) them and join their handles.
///
/// # Cancellation
/// Dropping the task that waits here drops the futures that are not ready and the outputs of the
/// others, each once, in order.
///
/// # Panics
/// If a future panics.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// async fn after(seconds: u64) -> u64 {
///     coweave::sleep(Duration::from_secs(seconds)).await;
///     seconds
/// }
///
/// let mut scheduler = coweave::Scheduler::builder().virtual_time().build()?;
/// let (a, b, took) = scheduler.run(async {
///     let start = coweave::Instant::now();
///     let (a, b) = coweave::join!(after(3), after(1));
///     (a, b, coweave::Instant::now() - start)
/// });
/// assert_eq!((a, b, took), (3, 1, Duration::from_secs(3)));
/// # Ok::<(), coweave::BuildError>(())
/// ```
#[macro_export]
macro_rules! join {
    (@is_used) => {};
    ($($tokens:tt)*) => {
        $crate::__private::__join!(($crate) $($tokens)*)
    };
}

/// Awaits several futures that may fail, and gives what they give as a tuple, or the first error.
///
/// The futures give `Result`s with one type of error. They are polled as [`join!`](crate::join)
/// polls them. With the first error the futures that are not ready, and what the others gave, are
/// dropped before it is given.
///
/// # Cancellation
/// As for [`join!`](crate::join).
///
/// # Panics
/// If a future panics.
///
/// # Examples
///
/// ```
/// use std::num::ParseIntError;
///
/// async fn parse(text: &str) -> Result<u32, ParseIntError> {
///     coweave::yield_now().await;
///     text.parse()
/// }
///
/// coweave::run(async {
///     assert_eq!(coweave::try_join!(parse("1"), parse("2")), Ok((1, 2)));
///     assert!(coweave::try_join!(parse("1"), parse("two")).is_err());
/// });
/// ```
#[macro_export]
macro_rules! try_join {
    (@is_used) => {};
    ($($tokens:tt)*) => {
        $crate::__private::__try_join!(($crate) $($tokens)*)
    };
}

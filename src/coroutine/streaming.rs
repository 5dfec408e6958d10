//! Streams: a pinned frame that yields items and waits for what it needs.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::ops::{Coroutine, CoroutineState};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::{FusedStream, Stream};
use pin_project::pin_project;

use super::frame::sealed::Sealed;
use super::resume_arg::{Lowered, ResumeArg, Step};

/// The state machine of a stream.
///
/// Only `#[coweave::coroutine(stream = T)]` makes them, so this trait is sealed. Its use is to name
/// a stream: `Streaming<impl StreamFrame<Item = T>>`.
///
/// # Examples
///
/// ```
/// use coweave::{StreamFrame, Streaming};
///
/// #[coweave::coroutine(stream = u32)]
/// fn count() {
///     yield 1;
/// }
///
/// fn longer(_: &Streaming<impl StreamFrame<Item = u32>>) {}
///
/// longer(&count());
/// ```
pub trait StreamFrame: Sealed {
    /// What the stream yields.
    type Item;

    /// Runs to the next item, to what is not ready, or to the end.
    #[doc(hidden)]
    fn __poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>>;
}

/// The only [`StreamFrame`] there is.
#[derive(Debug)]
#[pin_project]
pub struct ItemFrame<C> {
    #[pin]
    coroutine: C,
}

impl<C> Sealed for ItemFrame<C> {}

impl<T, C: Coroutine<ResumeArg, Yield = Step<T>, Return = ()>> StreamFrame for ItemFrame<C> {
    type Item = T;

    #[inline(always)]
    fn __poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        match self.project().coroutine.resume(ResumeArg::new(cx)) {
            CoroutineState::Yielded(Step(None)) => Poll::Pending,
            CoroutineState::Yielded(Step(Some(item))) => Poll::Ready(Some(item)),
            CoroutineState::Complete(()) => Poll::Ready(None),
        }
    }
}

/// A coroutine that yields values and awaits futures between them.
///
/// `#[coweave::coroutine(stream = T)]` functions return one. It is a [`Stream`], is `Unpin`, and
/// has [`next`](Self::next), for which no trait need be in scope. It does nothing until it is
/// polled. After its end it gives `None` for ever, and its frame is freed.
///
/// # Examples
///
/// ```
/// use std::future::ready;
///
/// #[coweave::coroutine(stream = u32)]
/// fn squares(to: u32) {
///     for n in 1..=to {
///         let square = ready(n * n).await;
///         yield square;
///     }
/// }
///
/// #[coweave::coroutine]
/// fn sum() -> u32 {
///     let mut sum = 0;
///     let mut squares = squares(3);
///     while let Some(square) = squares.next().await {
///         sum += square;
///     }
///     sum
/// }
///
/// assert_eq!(futures::executor::block_on(sum()), 14);
/// ```
#[must_use = "a stream does nothing until it is polled"]
pub struct Streaming<F: StreamFrame + ?Sized> {
    frame: Option<Pin<Box<F>>>,
}

/// Wraps the lowered body of a stream.
#[inline(always)]
pub fn streaming<T, C>(_: Lowered, coroutine: C) -> Streaming<ItemFrame<C>>
where
    C: Coroutine<ResumeArg, Yield = Step<T>, Return = ()>,
{
    Streaming { frame: Some(Box::pin(ItemFrame { coroutine })) }
}

/// Stands for a body that the macro refused, so that only its own errors are reported.
pub fn no_streaming<T>() -> Streaming<impl StreamFrame<Item = T>> {
    struct Never<T>(PhantomData<fn() -> T>);
    impl<T> Coroutine<ResumeArg> for Never<T> {
        type Yield = Step<T>;
        type Return = ();
        fn resume(self: Pin<&mut Self>, _: ResumeArg) -> CoroutineState<Step<T>, ()> {
            unreachable!("the crate does not compile")
        }
    }
    let coroutine = Never::<T>(PhantomData);
    Streaming { frame: Some(Box::pin(ItemFrame { coroutine })) }
}

impl<F: StreamFrame + ?Sized> Streaming<F> {
    /// Waits for the next item; `None` is the end.
    ///
    /// # Cancellation
    /// Dropping the future loses no item.
    ///
    /// # Panics
    /// After a panic of the body, which itself passes through.
    ///
    /// # Examples
    ///
    /// ```
    /// #[coweave::coroutine(stream = u32)]
    /// fn count() {
    ///     yield 1;
    /// }
    ///
    /// let mut stream = count();
    /// assert_eq!(futures::executor::block_on(stream.next()), Some(1));
    /// assert_eq!(futures::executor::block_on(stream.next()), None);
    /// assert_eq!(futures::executor::block_on(stream.next()), None);
    /// ```
    #[inline]
    #[expect(clippy::should_implement_trait, reason = "the name that every stream's user expects")]
    pub fn next(&mut self) -> Next<'_, F> {
        Next { stream: self }
    }
}

impl<F: StreamFrame> Streaming<F> {
    /// Forgets which function it came from, so that different streams of the same items can be
    /// stored together. Nothing is allocated.
    ///
    /// # Examples
    ///
    /// ```
    /// use coweave::{StreamFrame, Streaming};
    ///
    /// #[coweave::coroutine(stream = u32)]
    /// fn count() {
    ///     yield 1;
    /// }
    ///
    /// let erased: Streaming<dyn StreamFrame<Item = u32>> = count().erase();
    /// assert_eq!(futures::executor::block_on_stream(erased).sum::<u32>(), 1);
    /// ```
    pub fn erase<'a>(self) -> Streaming<dyn StreamFrame<Item = F::Item> + 'a>
    where
        F: 'a,
    {
        Streaming { frame: self.frame.map(|frame| frame as _) }
    }

    /// Like [`erase`](Self::erase), for streams that may be sent to another thread.
    ///
    /// # Examples
    ///
    /// ```
    /// #[coweave::coroutine(stream = u32)]
    /// fn count() {
    ///     yield 1;
    /// }
    ///
    /// let erased = count().erase_send();
    /// std::thread::spawn(move || futures::executor::block_on_stream(erased).sum::<u32>());
    /// ```
    pub fn erase_send<'a>(self) -> Streaming<dyn StreamFrame<Item = F::Item> + Send + 'a>
    where
        F: Send + 'a,
    {
        Streaming { frame: self.frame.map(|frame| frame as _) }
    }
}

impl<F: StreamFrame + ?Sized> Stream for Streaming<F> {
    type Item = F::Item;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<F::Item>> {
        let Some(frame) = &mut self.frame else { return Poll::Ready(None) };
        let polled = frame.as_mut().__poll_next(cx);
        if matches!(polled, Poll::Ready(None)) {
            self.frame = None;
        }
        polled
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        if self.frame.is_none() { (0, Some(0)) } else { (0, None) }
    }
}

impl<F: StreamFrame + ?Sized> FusedStream for Streaming<F> {
    #[inline]
    fn is_terminated(&self) -> bool {
        self.frame.is_none()
    }
}

impl<F: StreamFrame + ?Sized> fmt::Debug for Streaming<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streaming")
            .field("is_terminated", &self.frame.is_none())
            .finish_non_exhaustive()
    }
}

/// The future of [`Streaming::next`].
///
/// # Examples
///
/// ```
/// #[coweave::coroutine(stream = u32)]
/// fn count() {
///     yield 1;
/// }
///
/// let mut stream = count();
/// let next: coweave::Next<'_, _> = stream.next();
/// assert_eq!(futures::executor::block_on(next), Some(1));
/// ```
#[must_use = "futures do nothing until they are awaited"]
pub struct Next<'a, F: StreamFrame + ?Sized> {
    stream: &'a mut Streaming<F>,
}

impl<F: StreamFrame + ?Sized> Future for Next<'_, F> {
    type Output = Option<F::Item>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<F::Item>> {
        Pin::new(&mut *self.stream).poll_next(cx)
    }
}

impl<F: StreamFrame + ?Sized> fmt::Debug for Next<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Next").field("stream", &self.stream).finish()
    }
}

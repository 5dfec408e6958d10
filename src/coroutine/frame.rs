//! The frame of a generator: its state machine, and the one way to resume it.

use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ops::{Coroutine, CoroutineState as CoreState};
use std::pin::Pin;

use pin_project::pin_project;

/// What one resume of a generator came to.
///
/// # Examples
///
/// ```
/// use coweave::CoroutineState;
///
/// #[coweave::coroutine(yield = u32)]
/// fn one_then_done() -> &'static str {
///     yield 1;
///     "done"
/// }
///
/// let mut generator = one_then_done();
/// assert_eq!(generator.start(), CoroutineState::Yielded(1));
/// assert_eq!(generator.resume(()), CoroutineState::Complete("done"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CoroutineState<Y, R> {
    /// It suspended at a `yield` and handed this value out.
    Yielded(Y),
    /// It returned this value. It must not be resumed again.
    Complete(R),
}

/// The state machine of a generator, with its types.
///
/// Only `#[coweave::coroutine(yield = T)]` makes frames, so this trait is sealed. Its use is to
/// name a generator: `Generator<impl Frame<Yield = T, Resume = R, Return = O>>`.
///
/// # Examples
///
/// ```
/// use coweave::{Frame, Generator};
///
/// #[coweave::coroutine(yield = u32)]
/// fn count() {
///     yield 1;
///     yield 2;
/// }
///
/// fn sum(numbers: Generator<impl Frame<Yield = u32, Resume = (), Return = ()>>) -> u32 {
///     numbers.sum()
/// }
///
/// assert_eq!(sum(count()), 3);
/// ```
pub trait Frame: sealed::Sealed {
    /// What it hands out at a `yield`.
    type Yield;
    /// What a `yield` evaluates to: the value that the next resume passes in.
    type Resume;
    /// What it returns at its end.
    type Return;

    /// Runs to the next suspension point. `None` is for the first resume alone.
    #[doc(hidden)]
    fn __resume(
        self: Pin<&mut Self>,
        value: Option<Self::Resume>,
    ) -> CoroutineState<Self::Yield, Self::Return>;
}

pub(super) mod sealed {
    /// Keeps [`Frame`](super::Frame) and [`StreamFrame`](crate::StreamFrame) to this crate.
    #[expect(unnameable_types, reason = "sealed traits cannot be named")]
    pub trait Sealed {}
}

/// What a generator's coroutine yields: the value, made too large for two registers.
///
/// A coroutine returns at each of its `yield`s, and what it returns in two registers is joined as a
/// whole where it is inlined. LLVM then no longer sees that a value means "suspended", and tests that for
/// each item. What is returned through memory it takes apart; the room is never written.
#[derive(Debug)]
pub struct Item<Y> {
    value: Y,
    _room: MaybeUninit<[u64; 2]>,
}

/// Makes what a generator yields.
#[inline(always)]
pub const fn item<Y>(value: Y) -> Item<Y> {
    Item { value, _room: MaybeUninit::uninit() }
}

/// The only [`Frame`] there is: a compiled coroutine that takes `Option<R>`.
#[derive(Debug)]
#[pin_project]
pub struct GeneratorFrame<C, R> {
    #[pin]
    coroutine: C,
    resume: PhantomData<fn(R)>,
}

impl<C, R> GeneratorFrame<C, R> {
    #[inline(always)]
    pub(super) fn new(coroutine: C) -> Self {
        Self { coroutine, resume: PhantomData }
    }
}

impl<C, R> sealed::Sealed for GeneratorFrame<C, R> {}

impl<Y, R, C: Coroutine<Option<R>, Yield = Item<Y>>> Frame for GeneratorFrame<C, R> {
    type Yield = Y;
    type Resume = R;
    type Return = C::Return;

    #[inline(always)]
    fn __resume(self: Pin<&mut Self>, value: Option<R>) -> CoroutineState<Y, C::Return> {
        match self.project().coroutine.resume(value) {
            CoreState::Yielded(Item { value, .. }) => CoroutineState::Yielded(value),
            CoreState::Complete(output) => CoroutineState::Complete(output),
        }
    }
}

/// What a `yield` evaluates to.
///
/// # Panics
/// Where nothing was passed in, which [`Generator`](crate::Generator) excludes.
#[inline(always)]
pub fn resumed_with<R>(value: Option<R>) -> R {
    value.expect("a suspended generator is resumed with a value")
}

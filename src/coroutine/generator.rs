//! Generators: a pinned frame, and the stage of its life.
//!
//! # States
//!
//! ```text
//!           start, next               returns                  take_return
//! UNSTARTED ───────────► SUSPENDED ────────────► COMPLETE(output) ─────────► COMPLETE()
//!     │                  │       ▲                  ▲
//!     │                  └───────┘                  │
//!     │              resume, next: yields           │
//!     └──────────── start, next: returns ───────────┘
//! ```
//! While the body runs the stage is PANICKED, and it stays so when the body does not come back.
//! Where the generator is consumed in place, the optimiser sees through all of this.

use std::fmt;
use std::iter::FusedIterator;
use std::ops::Coroutine;
use std::pin::Pin;

use super::frame::{CoroutineState, Frame, GeneratorFrame, Item};
use super::misuse::{Misuse, misuse};

/// A coroutine that yields values to whoever resumes it.
///
/// `#[coweave::coroutine(yield = T)]` functions return one. Calling such a function runs nothing:
/// the body begins with [`start`](Self::start) or with the first item. A generator needs no pinning
/// and no trait in scope. Where nothing is passed in (no `resume = R`), it is an [`Iterator`].
///
/// The frame is in one allocation, which the optimiser removes where the generator is consumed
/// where it was made, as in a `for` loop.
///
/// # Examples
///
/// A generator that is iterated:
///
/// ```
/// #[coweave::coroutine(yield = u64)]
/// fn fibonacci() {
///     let (mut a, mut b) = (0, 1);
///     loop {
///         yield a;
///         (a, b) = (b, a + b);
///     }
/// }
///
/// assert_eq!(fibonacci().take(8).collect::<Vec<_>>(), [0, 1, 1, 2, 3, 5, 8, 13]);
/// ```
///
/// A generator that is given values:
///
/// ```
/// use coweave::CoroutineState::{Complete, Yielded};
///
/// #[coweave::coroutine(yield = f64, resume = f64)]
/// fn running_mean(first: f64) -> usize {
///     let (mut sum, mut count) = (first, 1);
///     loop {
///         let next = yield sum / count as f64;
///         if next.is_nan() {
///             return count;
///         }
///         sum += next;
///         count += 1;
///     }
/// }
///
/// let mut mean = running_mean(10.0);
/// assert_eq!(mean.start(), Yielded(10.0));
/// assert_eq!(mean.resume(20.0), Yielded(15.0));
/// assert_eq!(mean.resume(f64::NAN), Complete(2));
/// ```
#[must_use = "a generator does nothing until it is started or iterated"]
pub struct Generator<F: Frame + ?Sized> {
    stage: Stage<F::Return>,
    frame: Pin<Box<F>>,
}

#[derive(Clone, Copy)]
enum Stage<R> {
    Unstarted,
    Suspended,
    Panicked,
    Complete(Option<R>),
}

/// Wraps the lowered body of a generator.
#[inline(always)]
pub fn generator<Y, R, O, C>(coroutine: C) -> Generator<GeneratorFrame<C, R>>
where
    C: Coroutine<Option<R>, Yield = Item<Y>, Return = O>,
{
    Generator { stage: Stage::Unstarted, frame: Box::pin(GeneratorFrame::new(coroutine)) }
}

/// Stands for a body that the macro refused, so that only its own errors are reported.
pub fn no_generator<Y, R, O>() -> Generator<impl Frame<Yield = Y, Resume = R, Return = O>> {
    struct Never<Y, R, O>(std::marker::PhantomData<fn(R) -> (Y, O)>);
    impl<Y, R, O> Coroutine<Option<R>> for Never<Y, R, O> {
        type Yield = Item<Y>;
        type Return = O;
        fn resume(self: Pin<&mut Self>, _: Option<R>) -> std::ops::CoroutineState<Item<Y>, O> {
            unreachable!("the crate does not compile")
        }
    }
    generator::<Y, R, O, _>(Never(std::marker::PhantomData))
}

impl<F: Frame + ?Sized> Generator<F> {
    /// Runs to the first `yield`, or to the end where there is none.
    ///
    /// # Panics
    /// When it was started already, by this or as an iterator. A panic of the body passes through.
    ///
    /// # Examples
    ///
    /// ```
    /// use coweave::CoroutineState;
    ///
    /// #[coweave::coroutine(yield = char)]
    /// fn letters() {
    ///     yield 'a';
    /// }
    ///
    /// assert_eq!(letters().start(), CoroutineState::Yielded('a'));
    /// ```
    #[inline]
    #[track_caller]
    pub fn start(&mut self) -> CoroutineState<F::Yield, F::Return> {
        match self.stage {
            Stage::Unstarted => self.advance(None),
            Stage::Suspended | Stage::Complete(_) => misuse(Misuse::StartedAgain),
            Stage::Panicked => misuse(Misuse::ResumedAfterPanic),
        }
    }

    /// Passes `value` to the `yield` at which it is suspended, and runs to the next one or to the
    /// end.
    ///
    /// # Panics
    /// Before [`start`](Self::start), after the end, and after a panic of the body. A panic of the
    /// body passes through.
    ///
    /// # Examples
    ///
    /// ```
    /// use coweave::CoroutineState::{Complete, Yielded};
    ///
    /// #[coweave::coroutine(yield = &'static str, resume = u32)]
    /// fn ask() -> u32 {
    ///     let width = yield "width";
    ///     let height = yield "height";
    ///     width * height
    /// }
    ///
    /// let mut area = ask();
    /// assert_eq!(area.start(), Yielded("width"));
    /// assert_eq!(area.resume(3), Yielded("height"));
    /// assert_eq!(area.resume(4), Complete(12));
    /// ```
    #[inline]
    #[track_caller]
    pub fn resume(&mut self, value: F::Resume) -> CoroutineState<F::Yield, F::Return> {
        match self.stage {
            Stage::Suspended => self.advance(Some(value)),
            Stage::Unstarted => misuse(Misuse::ResumedBeforeStart),
            Stage::Complete(_) => misuse(Misuse::ResumedAfterEnd),
            Stage::Panicked => misuse(Misuse::ResumedAfterPanic),
        }
    }

    /// Whether it has returned. A body that panicked has not.
    ///
    /// # Examples
    ///
    /// ```
    /// #[coweave::coroutine(yield = u8)]
    /// fn nothing() {}
    ///
    /// let mut generator = nothing();
    /// assert!(!generator.is_complete());
    /// assert_eq!(generator.next(), None);
    /// assert!(generator.is_complete());
    /// ```
    #[inline]
    pub fn is_complete(&self) -> bool {
        matches!(self.stage, Stage::Complete(_))
    }

    /// Takes what it returned, if it was iterated to its end and nobody took it before.
    ///
    /// The value that [`start`](Self::start) or [`resume`](Self::resume) handed out as
    /// [`Complete`](CoroutineState::Complete) is not kept a second time.
    ///
    /// # Examples
    ///
    /// ```
    /// #[coweave::coroutine(yield = u32)]
    /// fn halve(mut number: u32) -> u32 {
    ///     while number % 2 == 0 {
    ///         yield number;
    ///         number /= 2;
    ///     }
    ///     number
    /// }
    ///
    /// let mut halves = halve(12);
    /// assert_eq!(halves.by_ref().collect::<Vec<_>>(), [12, 6]);
    /// assert_eq!(halves.take_return(), Some(3));
    /// assert_eq!(halves.take_return(), None);
    /// ```
    #[inline]
    pub fn take_return(&mut self) -> Option<F::Return> {
        match &mut self.stage {
            Stage::Complete(output) => output.take(),
            Stage::Unstarted | Stage::Suspended | Stage::Panicked => None,
        }
    }

    #[inline(always)]
    fn advance(&mut self, value: Option<F::Resume>) -> CoroutineState<F::Yield, F::Return> {
        self.stage = Stage::Panicked;
        let state = self.frame.as_mut().__resume(value);
        self.stage = match state {
            CoroutineState::Yielded(_) => Stage::Suspended,
            CoroutineState::Complete(_) => Stage::Complete(None),
        };
        state
    }

    /// The frame, for a generator that delegates to this one.
    #[track_caller]
    pub(super) fn into_unstarted_frame(self) -> Pin<Box<F>> {
        match self.stage {
            Stage::Unstarted => self.frame,
            Stage::Suspended | Stage::Panicked | Stage::Complete(_) => {
                misuse(Misuse::DelegatedAfterStart)
            }
        }
    }
}

impl<F: Frame> Generator<F> {
    /// Forgets which function it came from, so that different generators with the same types can
    /// be stored together. Nothing is allocated.
    ///
    /// # Examples
    ///
    /// ```
    /// use coweave::{Frame, Generator};
    ///
    /// #[coweave::coroutine(yield = u32)]
    /// fn up(to: u32) {
    ///     for n in 0..to {
    ///         yield n;
    ///     }
    /// }
    ///
    /// #[coweave::coroutine(yield = u32)]
    /// fn down(from: u32) {
    ///     for n in (0..from).rev() {
    ///         yield n;
    ///     }
    /// }
    ///
    /// type Numbers = Generator<dyn Frame<Yield = u32, Resume = (), Return = ()>>;
    /// let all: [Numbers; 2] = [up(3).erase(), down(3).erase()];
    /// assert_eq!(all.into_iter().flatten().collect::<Vec<_>>(), [0, 1, 2, 2, 1, 0]);
    /// ```
    pub fn erase<'a>(
        self,
    ) -> Generator<dyn Frame<Yield = F::Yield, Resume = F::Resume, Return = F::Return> + 'a>
    where
        F: 'a,
    {
        Generator { stage: self.stage, frame: self.frame }
    }

    /// Like [`erase`](Self::erase), for generators that may be sent to another thread.
    ///
    /// # Examples
    ///
    /// ```
    /// #[coweave::coroutine(yield = u32)]
    /// fn up(to: u32) {
    ///     for n in 0..to {
    ///         yield n;
    ///     }
    /// }
    ///
    /// let erased = up(4).erase_send();
    /// assert_eq!(std::thread::spawn(move || erased.sum::<u32>()).join().unwrap(), 6);
    /// ```
    pub fn erase_send<'a>(
        self,
    ) -> Generator<dyn Frame<Yield = F::Yield, Resume = F::Resume, Return = F::Return> + Send + 'a>
    where
        F: Send + 'a,
    {
        Generator { stage: self.stage, frame: self.frame }
    }
}

/// Moving a generator moves the pointer to its frame, not the frame.
impl<F: Frame + ?Sized> Unpin for Generator<F> {}

/// Gives `None` after the end, however often it is asked; the return value is then in
/// [`take_return`](Generator::take_return).
///
/// # Panics
/// [`next`](Iterator::next) panics after a panic of the body.
impl<F: Frame<Resume = ()> + ?Sized> Iterator for Generator<F> {
    type Item = F::Yield;

    // Always: the body is inlined into it, and with two callers the compiler would inline neither.
    #[inline(always)]
    fn next(&mut self) -> Option<F::Yield> {
        match self.stage {
            Stage::Unstarted | Stage::Suspended => {}
            Stage::Complete(_) => return None,
            Stage::Panicked => misuse(Misuse::ResumedAfterPanic),
        }
        self.stage = Stage::Panicked;
        match self.frame.as_mut().__resume(Some(())) {
            CoroutineState::Yielded(item) => {
                self.stage = Stage::Suspended;
                Some(item)
            }
            CoroutineState::Complete(output) => {
                self.stage = Stage::Complete(Some(output));
                None
            }
        }
    }

    /// Nobody sees the stage between two items, so only the first resume sets it. It stands before
    /// the loop, where the optimiser learns at which `yield` the body is suspended.
    #[inline]
    fn fold<A, G>(mut self, init: A, mut accumulate: G) -> A
    where
        G: FnMut(A, F::Yield) -> A,
    {
        let mut all = init;
        let Some(mut item) = self.next() else { return all };
        loop {
            all = accumulate(all, item);
            match self.frame.as_mut().__resume(Some(())) {
                CoroutineState::Yielded(next) => item = next,
                CoroutineState::Complete(_) => return all,
            }
        }
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        if self.is_complete() { (0, Some(0)) } else { (0, None) }
    }
}

impl<F: Frame<Resume = ()> + ?Sized> FusedIterator for Generator<F> {}

impl<F: Frame + ?Sized> fmt::Debug for Generator<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = match self.stage {
            Stage::Unstarted => "unstarted",
            Stage::Suspended => "suspended",
            Stage::Panicked => "panicked",
            Stage::Complete(_) => "complete",
        };
        f.debug_struct("Generator").field("stage", &format_args!("{stage}")).finish_non_exhaustive()
    }
}

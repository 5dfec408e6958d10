//! `yield_all!`: a coroutine hands out everything that another source yields.
//!
//! The macro turns `yield_all!(e)` into `Delegated(e).__coweave_into_source()`. For a generator an
//! inherent method of that name stands before the trait's, which takes any iterator; so the choice
//! is made by type, at compile time.
//!
//! An item of a source that is d delegations deep passes through d frames: it costs O(d).

use std::pin::Pin;

use super::{CoroutineState, Frame, Generator};

/// Yields everything that `source` yields, inside a coroutine.
///
/// In a generator, `source` is another generator with the same yield and resume types, which must
/// be fresh: what is passed in goes on to it, and the macro evaluates to what it returns. A
/// generator into which nothing is passed also takes any [`IntoIterator`]. In a stream, `source` is
/// any [`Stream`](futures_core::Stream).
///
/// Inside a coroutine the macro is part of the language that `#[coweave::coroutine]` reads, like
/// `yield`, and needs no import. Anywhere else it is an error.
///
/// An item of a source that is d delegations deep costs O(d).
///
/// # Panics
/// When `source` is a generator that was started before.
///
/// # Examples
///
/// ```
/// struct Tree {
///     left: Option<Box<Tree>>,
///     value: u32,
///     right: Option<Box<Tree>>,
/// }
///
/// #[coweave::coroutine(yield = u32)]
/// fn in_order(tree: &Tree) {
///     if let Some(left) = &tree.left {
///         yield_all!(in_order(left));
///     }
///     yield tree.value;
///     if let Some(right) = &tree.right {
///         yield_all!(in_order(right));
///     }
/// }
///
/// let leaf = |value| Some(Box::new(Tree { left: None, value, right: None }));
/// let tree = Tree { left: leaf(1), value: 2, right: leaf(3) };
/// assert_eq!(in_order(&tree).collect::<Vec<_>>(), [1, 2, 3]);
/// ```
#[macro_export]
macro_rules! yield_all {
    ($($source:tt)*) => {
        ::core::compile_error!(
            "`yield_all!` delegates from a coroutine: use it directly in the body of a function \
             marked `#[coweave::coroutine(yield = T)]` or `#[coweave::coroutine(stream = T)]`"
        )
    };
}

/// The operand of a `yield_all!` in a generator.
#[derive(Debug)]
pub struct Delegated<T>(pub T);

/// What a generator delegates to.
#[diagnostic::on_unimplemented(
    message = "an iterator cannot be resumed with `{R}`, as this generator is",
    label = "an iterator, which takes nothing",
    note = "`yield` its items in a `for` loop, or delegate to a generator with the same `resume`"
)]
pub trait Source<R> {
    /// What it yields.
    type Yield;
    /// What the `yield_all!` evaluates to.
    type Return;
    /// Runs it to its next item; `None` is for the first time alone.
    fn resume_source(&mut self, value: Option<R>) -> CoroutineState<Self::Yield, Self::Return>;
}

/// Another generator, which was not started.
#[derive(Debug)]
pub struct Inner<F: ?Sized>(Pin<Box<F>>);

impl<F: Frame + ?Sized> Delegated<Generator<F>> {
    /// Stands before the method of [`IntoSource`].
    #[inline(always)]
    #[track_caller]
    pub fn __coweave_into_source(self) -> Inner<F> {
        Inner(self.0.into_unstarted_frame())
    }
}

impl<F: Frame + ?Sized> Source<F::Resume> for Inner<F> {
    type Yield = F::Yield;
    type Return = F::Return;
    #[inline(always)]
    fn resume_source(&mut self, value: Option<F::Resume>) -> CoroutineState<F::Yield, F::Return> {
        self.0.as_mut().__resume(value)
    }
}

/// Takes any iterator for a source.
pub trait IntoSource {
    /// What was passed to `yield_all!`.
    type Operand;
    /// Starts nothing yet.
    fn __coweave_into_source(self) -> Iterated<<Self::Operand as IntoIterator>::IntoIter>
    where
        Self::Operand: IntoIterator;
}

impl<T> IntoSource for Delegated<T> {
    type Operand = T;
    #[inline(always)]
    fn __coweave_into_source(self) -> Iterated<T::IntoIter>
    where
        T: IntoIterator,
    {
        Iterated(self.0.into_iter())
    }
}

/// An iterator as a source.
#[derive(Debug)]
pub struct Iterated<I>(I);

impl<I: Iterator> Source<()> for Iterated<I> {
    type Yield = I::Item;
    type Return = ();
    #[inline(always)]
    fn resume_source(&mut self, _: Option<()>) -> CoroutineState<I::Item, ()> {
        match self.0.next() {
            Some(item) => CoroutineState::Yielded(item),
            None => CoroutineState::Complete(()),
        }
    }
}

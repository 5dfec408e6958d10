//! The token that carries the `Context` of one resume into a coroutine's body.
//!
//! # Invariants
//! * **R1 one resume**: a token is opened only during the resume for which it was made. The macro
//!   overwrites its only copy with the next one at every suspension, and its name is hygienic, so
//!   no body can keep one. No body can suspend in another way either: what is yielded takes
//!   `unsafe` to make, so a `yield` that the macro did not see (in what another macro expands to)
//!   does not compile. Nor can a coroutine that the macro did not write get a token: [`Lowered`].
#![expect(
    unsafe_code,
    reason = "erases the lifetimes of the context, which coroutines cannot name"
)]

use std::ptr::NonNull;
use std::task::Context;

/// What a task's coroutine yields: proof that the macro wrote the `yield`.
#[derive(Debug)]
pub struct Suspended(());

/// Makes what a task yields.
///
/// # Safety
/// * It is yielded at once, and the token that the `yield` gives replaces the one before (R1).
#[inline(always)]
pub const unsafe fn suspended() -> Suspended {
    Suspended(())
}

/// What a stream's coroutine yields: it waits, or it hands an item out.
#[derive(Debug)]
pub struct Step<T>(pub(super) Option<T>);

impl<T> Step<T> {
    /// Something it awaits is not ready.
    ///
    /// # Safety
    /// * It is yielded at once, and the token that the `yield` gives replaces the one before (R1).
    #[inline(always)]
    pub const unsafe fn pending() -> Self {
        Self(None)
    }

    /// The next item.
    ///
    /// # Safety
    /// * As for [`pending`](Self::pending).
    #[inline(always)]
    pub const unsafe fn item(item: T) -> Self {
        Self(Some(item))
    }
}

/// Proof that the macro wrote a coroutine.
#[derive(Debug)]
pub struct Lowered(());

impl Lowered {
    /// # Safety
    /// * What it goes with is a coroutine that keeps R1.
    #[inline(always)]
    pub const unsafe fn new() -> Self {
        Self(())
    }
}

/// The resume argument of tasks and streams.
#[derive(Clone, Copy, Debug)]
pub struct ResumeArg(NonNull<Context<'static>>);

// SAFETY: a token is opened only by the thread that resumes (R1), inside that resume.
unsafe impl Send for ResumeArg {}
// SAFETY: as above; a shared reference to a token gives nothing but a copy of it.
unsafe impl Sync for ResumeArg {}

impl ResumeArg {
    /// Makes the token for one resume.
    #[inline(always)]
    pub(crate) fn new(cx: &mut Context<'_>) -> Self {
        Self(NonNull::from(cx).cast())
    }

    /// Opens the token. Not for a closure, which the compiler may call instead of inlining it.
    ///
    /// # Safety
    /// * The resume for which the token was made is still going on (R1), and `'a` ends with it.
    /// * No other reference to its context is in use during `'a`.
    #[inline(always)]
    pub(crate) unsafe fn open<'a>(self) -> &'a mut Context<'a> {
        // SAFETY: the context lives (R1) and is not used otherwise, says the caller.
        unsafe { &mut *self.0.as_ptr().cast() }
    }
}

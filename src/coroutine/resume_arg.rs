//! The token that carries the `Context` of one resume into a coroutine's body.
//!
//! # Invariants
//! * **R1 one resume**: a token is opened only during the resume for which it was made. The macro
//!   overwrites its only copy with the next one at every suspension, and its name is hygienic, so
//!   no body can keep one.
#![expect(
    unsafe_code,
    reason = "erases the lifetimes of the context, which coroutines cannot name"
)]

use std::ptr::NonNull;
use std::task::Context;

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

    /// Opens the token.
    ///
    /// # Safety
    /// * The resume for which the token was made is still going on (R1).
    /// * No other reference to its context is in use until `open` returns.
    #[inline(always)]
    pub(crate) unsafe fn with<R>(self, open: impl FnOnce(&mut Context<'_>) -> R) -> R {
        // SAFETY: the context lives (R1) and is not used otherwise; the closure cannot keep it,
        // nor confuse its lifetimes, because it must accept any.
        open(unsafe { &mut *self.0.as_ptr() })
    }
}

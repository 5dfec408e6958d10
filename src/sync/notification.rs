//! What who waits at a `Condvar` or a `Notify` is given.

/// To whom it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notification {
    /// To one, in whose place the next may have it.
    One,
    /// To all that waited.
    All,
}

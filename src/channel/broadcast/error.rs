//! What may go wrong when receiving what is sent to all.

use std::error::Error;
use std::fmt;

/// There is no next value.
///
/// # Examples
///
/// ```
/// use coweave::channel::{broadcast, broadcast::RecvError};
///
/// coweave::run(async {
///     let (sender, mut receiver) = broadcast(1);
///     sender.send(1).unwrap();
///     sender.send(2).unwrap();
///     drop(sender);
///     assert_eq!(receiver.recv().await, Err(RecvError::Lagged(1)));
///     assert_eq!(receiver.recv().await, Ok(2));
///     assert_eq!(receiver.recv().await, Err(RecvError::Closed));
/// });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecvError {
    /// So many values were missed: they made room for newer ones. The next receive gets the oldest that
    /// is left.
    Lagged(u64),
    /// All were received, and no value can come any more.
    Closed,
}

/// There is no next value to receive at once.
///
/// # Examples
///
/// ```
/// use coweave::channel::{broadcast, broadcast::TryRecvError};
///
/// let (sender, mut receiver) = broadcast::<u32>(1);
/// assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
/// drop(sender);
/// assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TryRecvError {
    /// All were received; more may come.
    Empty,
    /// So many values were missed: they made room for newer ones. The next receive gets the oldest that
    /// is left.
    Lagged(u64),
    /// All were received, and no value can come any more.
    Closed,
}

impl From<RecvError> for TryRecvError {
    fn from(error: RecvError) -> Self {
        match error {
            RecvError::Lagged(missed) => Self::Lagged(missed),
            RecvError::Closed => Self::Closed,
        }
    }
}

fn missed(f: &mut fmt::Formatter<'_>, count: u64) -> fmt::Result {
    write!(f, "receiving too slowly: {count} values missed")
}

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lagged(count) => missed(f, *count),
            Self::Closed => f.write_str("receiving on an empty and closed channel"),
        }
    }
}

impl fmt::Display for TryRecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("receiving on an empty channel"),
            Self::Lagged(count) => missed(f, *count),
            Self::Closed => f.write_str("receiving on an empty and closed channel"),
        }
    }
}

impl Error for RecvError {}
impl Error for TryRecvError {}

//! A channel that keeps one value, the latest: the ends of [`watch`](fn@super::watch).
//!
//! Receivers look at the value at any time, and wait for it to change. Who is slow sees the latest and
//! misses those between.

mod state;
mod sender;
mod receiver;
pub(crate) mod waiting;

pub use receiver::{Receiver, Ref};
pub use sender::Sender;
pub(super) use sender::ends;
pub use waiting::{Changed, Closed, WaitFor};

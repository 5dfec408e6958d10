//! A channel for one value: the ends of [`oneshot`](fn@super::oneshot).
//!
//! One allocation in all; whoever waits lies in it as well.

mod state;
pub(crate) mod sender;
pub(crate) mod receiver;

pub use receiver::Receiver;
pub(super) use sender::ends;
pub use sender::{Closed, Sender};

//! A channel of which every receiver gets every value: the ends of
//! [`broadcast`](fn@super::broadcast).
//!
//! A value is sent once and kept until all receivers have received it, or until so many have been sent
//! after it as the channel has capacity. Sending never waits: a receiver that is too slow is told how
//! many it missed.

mod state;
mod error;
mod sender;
pub(crate) mod receiver;

pub use error::{RecvError, TryRecvError};
pub use receiver::{Receiver, Recv};
pub use sender::Sender;
pub(super) use sender::ends;

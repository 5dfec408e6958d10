//! Passing values between tasks, of any scheduler, plain threads and other executors.
//!
//! | channel | what |
//! | --- | --- |
//! | [`bounded`] | first in first out, with room for so many; none: a sender waits for its receiver |
//! | [`unbounded`] | first in first out, without a limit |
//! | [`priority`] | the greatest first, equal ones first in first out |
//! | [`lifo`] | last in first out |
//!
//! All have any number of senders and receivers, which wait first in first out. A value goes to one
//! receiver. Every operation may be cancelled by dropping its future, and loses nothing that was sent.
//!
//! The channels of this module are shared between any threads; those of [`local`] have the same names,
//! stay on one thread, and cost no atomic instruction.

mod buffer;
mod core;
mod closing;
mod error;
pub(crate) mod operations;
mod permit;
mod sender;
mod receiver;
mod peeked;
mod values;
pub mod local;

pub use error::{RecvError, SendError, TryRecvError, TrySendError};
pub use permit::{Permit, Reserve};
pub use peeked::Peeked;
pub use receiver::{Receiver, Recv};
pub use sender::{Send, Sender};
pub use values::{bounded, lifo, priority, unbounded};

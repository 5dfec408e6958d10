//! Passing values between tasks, of any scheduler, plain threads and other executors.
//!
//! | channel | what | senders | receivers | sending waits |
//! | --- | --- | --- | --- | --- |
//! | [`bounded`] | first in first out, with room for so many; none: a sender waits for its receiver | any | any, one gets a value | for room |
//! | [`unbounded`] | first in first out, without a limit | any | any, one gets a value | never |
//! | [`priority`] | the greatest first, equal ones first in first out | any | any, one gets a value | never |
//! | [`lifo`] | last in first out | any | any, one gets a value | never |
//! | [`oneshot`](fn@oneshot) | one value, awaited | one | one | never |
//! | [`broadcast`](fn@broadcast) | all values, of which the last so many are kept | any | any, each gets every value | never |
//! | [`watch`](fn@watch) | the latest value | any | any, each sees the latest | never |
//!
//! The ends of the first four are [`Sender`] and [`Receiver`], those of the others lie in a module of the
//! channel's name. Who waits, waits first in first out.
//!
//! The channels of this module are shared between any threads; those of [`local`] have the same names,
//! stay on one thread, and cost no atomic instruction. A plain thread uses the operations that begin with
//! `blocking_`. Receivers are [streams](futures_core::Stream), senders [sinks](futures_sink::Sink).
//!
//! # Cancellation
//!
//! Every operation may be cancelled, at any point, by dropping its future, and no value that was sent is
//! lost by that.
//!
//! | operation | when its future is dropped |
//! | --- | --- |
//! | [`Sender::send`] | the value was sent, or is dropped with the future |
//! | [`Sender::reserve`] | the room goes to the next; nothing is lost, for there is no value yet |
//! | [`Receiver::recv`] | a value that it was given goes to the next that waits, or is the next in the queue |
//! | a [`oneshot::Receiver`] | it is the receiver: the value goes with it. Await `&mut receiver` to keep it |
//! | [`broadcast::Receiver::recv`] | the value is still this receiver's next |
//! | [`watch::Receiver::changed`], [`wait_for`](watch::Receiver::wait_for) | what came is still unseen |
//! | [`oneshot::Sender::closed`], [`watch::Sender::closed`] | no trace |
//!
//! # When all work is done
//!
//! A queue that knows when all that was put in has been worked off is a channel with tokens: whoever
//! sends gives a token along with the value, and whoever receives drops the token when the work is done. A
//! receiver of a [`watch`](fn@watch) is such a token, and the sender waits for the end of all:
//!
//! ```
//! use coweave::channel::{unbounded, watch};
//!
//! coweave::run(async {
//!     let (queue, jobs) = unbounded();
//!     let (all_done, token) = watch(());
//!     coweave::spawn(async move {
//!         while let Ok((_job, token)) = jobs.recv().await {
//!             coweave::yield_now().await; // works
//!             drop(token); // the job is done
//!         }
//!     });
//!     for job in 0..3 {
//!         queue.try_send((job, token.clone())).unwrap();
//!     }
//!     drop(token);
//!     all_done.closed().await; // every job is
//! });
//! ```

mod buffer;
mod core;
mod closing;
mod error;
pub(crate) mod operations;
mod permit;
mod sender;
mod receiver;
mod peeked;
pub mod oneshot;
pub mod broadcast;
pub mod watch;
mod values;
pub mod local;

pub use error::{RecvError, SendError, TryRecvError, TrySendError};
pub use peeked::Peeked;
pub use permit::{Permit, Reserve};
pub use receiver::{Receiver, Recv};
pub use sender::{SendFuture, Sender};
pub use values::{bounded, broadcast, lifo, oneshot, priority, unbounded, watch};

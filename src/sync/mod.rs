//! Waiting for each other: locks, semaphores, events and the like, for tasks of any scheduler, for
//! plain threads and for other executors.
//!
//! All of them wait in one kind of queue, first in first out. A wait that is cancelled, by dropping
//! its future, leaves no trace, and passes on what it was given meanwhile.
//!
//! The types of this module are shared between any threads. Those of [`local`] have the same names and
//! methods, stay on one thread, and cost no atomic instruction; [`any`] has both, by their [`Mode`].

pub(crate) mod mode;
pub(crate) mod wait_queue;
pub(crate) mod permits;
pub(crate) mod mutex;
pub mod any;
pub mod local;

pub use mode::{Local, Mode, Shared};
pub use mutex::{Lock, MutexGuard};

/// A [`Mutex`](any::Mutex) between any threads.
pub type Mutex<T> = any::Mutex<T, Shared>;

//! Threads for what blocks: they are started as jobs come, up to a limit, and end when they have been
//! idle for a while. The layer knows no tasks: what waits for a job is told by the job itself.
//!
//! The invariant of the layer: a job that was accepted is run once, by one thread of the pool, unless
//! it is withdrawn first or the pool ends; and none of its code runs under the pool's lock.

mod pool;
mod shutdown;

pub(crate) use pool::{Job, Limits, Pool, Refused};
pub use shutdown::BlockingShutdown;

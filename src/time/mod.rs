//! What time is: instants, the clock that is handed to a scheduler, and the queue of deadlines.
//!
//! Nothing in this layer knows tasks. The one invariant: what waits for a deadline is handed out
//! when a clock has reached it, never before.

mod clock;
mod worker_clock;
mod instant;
mod timer_queue;
mod timer_thread;

pub use clock::Clock;
pub use instant::Instant;
pub(crate) use timer_queue::{TimerKey, TimerQueue};
pub(crate) use timer_thread::timer_thread;
pub(crate) use worker_clock::{GivenClock, WorkerClock};

//! What time is: instants, the clock that is handed to a scheduler, and deadlines in order.
//!
//! Nothing in this layer knows tasks. The one invariant: what waits for a deadline is handed out
//! when a clock has reached it, never before.

mod clock;
mod worker_clock;
mod instant;
mod timer_thread;
mod timer_wheel;

pub use clock::Clock;
pub use instant::Instant;
pub(crate) use timer_thread::timer_thread;
pub use timer_wheel::{Due, Look, TimerKey, TimerWheel};
pub(crate) use worker_clock::{GivenClock, WorkerClock};

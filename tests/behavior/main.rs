//! Behaviour through the public API: what runs when, and what is dropped where. Each test ends in
//! one comparison of a trace.
#![feature(coroutines)]
#![expect(clippy::async_yields_async, reason = "handles and sleeps that leave a run are the point")]
#![expect(clippy::waker_clone_wake, reason = "a clone that is consumed is another path")]

mod support;

mod spawning;
mod frames;
mod yielding;
mod sleeping;
mod moved_sleeps;
mod timeouts;
mod intervals;
mod spawning_later;
mod idle;
mod system_time;
mod virtual_time;
mod clocks;
mod parking;
mod joining;
mod joining_elsewhere;
mod cancelling;
mod cancelled_waits;
mod cancelled_frames;
mod panicking;
mod dropping;
mod forgetting;
mod wakers;
mod old_wakers;
mod lent_waker;
mod matrix;
mod runs;
mod determinism;
mod worlds;
mod reports;

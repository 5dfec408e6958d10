//! Several workers: tasks that are taken, held up, waiting for each other on different threads.
#![feature(cfg_sanitize)]
#![expect(clippy::async_yields_async, reason = "what goes on elsewhere is awaited later")]

#[path = "../forgotten/mod.rs"]
mod forgotten;

mod support;

mod taken;
mod waiting;
mod outside;
mod held_up;
mod resting;
mod runs;
mod worlds;
mod blocking;
mod builds;
mod stress;

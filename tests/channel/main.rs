//! Channels through the public API: what goes where, who waits, what is dropped; in both modes.
#![feature(coroutines)]
#![expect(
    clippy::async_yields_async,
    reason = "futures that leave the task that began them are the point"
)]

#[macro_use]
mod support;
#[path = "../asked_workers/mod.rs"]
mod asked_workers;
#[path = "../trace/mod.rs"]
mod trace;
#[path = "../probe/mod.rs"]
mod probe;

mod values;
mod reserving;
mod peeking;
mod closing;
mod cancelling;
mod last_values;
mod oneshot;
mod broadcast;
mod watch;
mod threads;
mod executors;
mod moved;
mod auto_traits;
mod adaptors;
mod forgetting;
mod reentrancy;
mod panicking;
mod meddling;
mod go;
mod go_threads;
mod go_programs;
mod twin;
mod model;

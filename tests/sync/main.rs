//! The primitives through the public API: who goes on when, in both modes, and what is left of a wait
//! that is given up.
#![feature(coroutines)]
#![expect(
    clippy::async_yields_async,
    reason = "futures that leave a run half awaited are the point"
)]

mod support;
#[path = "../asked_workers/mod.rs"]
mod asked_workers;
#[path = "../trace/mod.rs"]
mod trace;
#[path = "../probe/mod.rs"]
mod probe;

mod mutex;
mod semaphore;
mod rw_lock;
mod event;
mod promise;
mod barrier;
mod condvar;
mod once_cell;
mod wait_group;
mod notify;
mod places;
mod reentrant;
mod reports;
mod threads;
mod biased;
mod auto_traits;
mod model;

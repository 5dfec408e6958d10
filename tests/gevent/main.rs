//! What gevent's own tests look for in events, queues, semaphores and timeouts, where no other test here
//! looks for it. `tests/README.md` has the table.
#![feature(coroutines)]
#![forbid(unsafe_code)]

mod support;
#[path = "../asked_workers/mod.rs"]
mod asked_workers;
#[path = "../trace/mod.rs"]
mod trace;

mod events;
mod events_across_threads;
mod queues;
mod queue_waits;
mod semaphores;
mod timeouts;

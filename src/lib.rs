//! Coroutines for nightly Rust: generators, streams and tasks from one attribute, on a
//! channel-based scheduler with explicit `yield_now` and timed `sleep`.
#![feature(coroutine_trait)]
#![doc(test(attr(feature(coroutines))))]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod coroutine;
mod primitives;
mod scheduler;
pub mod task;
mod time;

pub use coroutine::Site;
pub use scheduler::{
    BuildError, Builder, Deadlock, External, Scheduler, SchedulerHandle, SpawnError, SuspendedTask,
    WaitsFor, run, spawn, spawn_local, try_run,
};
pub use task::{
    JoinError, JoinHandle, Park, Sleep, TaskId, Unparker, YieldNow, park, sleep, sleep_until,
    yield_now,
};
pub use time::Instant;

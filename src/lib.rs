//! Coroutines for nightly Rust: generators, streams and tasks from one attribute, on a
//! channel-based scheduler with explicit `yield_now` and timed `sleep`.
#![feature(coroutine_trait)]
// Programs on the README's page enable the feature themselves, as their reader must.
#![doc(test(attr(feature(coroutines), allow(duplicate_features))))]

mod primitives;
mod time;
mod coroutine;
pub mod task;
mod scheduler;
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use coroutine::{CoroutineState, Frame, Generator, Next, Site, StreamFrame, Streaming};
pub use coweave_macros::{__coroutine_attr as coroutine, __main_attr as main, __test_attr as test};
pub use scheduler::{
    BuildError, Builder, Deadlock, External, Scheduler, SchedulerHandle, SpawnError, SuspendedTask,
    WaitsFor, run, spawn, spawn_local, try_run,
};
pub use task::{
    JoinError, JoinHandle, Park, Sleep, TaskId, Unparker, YieldNow, park, sleep, sleep_until,
    yield_now,
};
pub use time::Instant;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

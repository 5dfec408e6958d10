//! Coroutines for nightly Rust: generators, streams and tasks from one attribute, on a
//! channel-based scheduler with explicit `yield_now` and timed `sleep`.
#![feature(coroutine_trait)]
#![doc(test(attr(feature(coroutines))))]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod coroutine;
mod task;

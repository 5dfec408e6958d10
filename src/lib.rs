//! Coroutines for nightly Rust: generators, streams and tasks from one attribute, on a
//! channel-based scheduler with explicit `yield_now` and timed `sleep`.
#![feature(coroutine_trait)]
#![doc(test(attr(feature(coroutines))))]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod coroutine;
mod task;

#[doc(inline)]
pub use coroutine::{CoroutineState, Frame, Generator, Next, Site, StreamFrame, Streaming};
pub use coweave_macros::{__coroutine_attr as coroutine, __main_attr as main, __test_attr as test};

//! Coroutines for nightly Rust: generators, streams and tasks from one attribute, on a
//! channel-based scheduler with explicit `yield_now` and timed `sleep`.
#![feature(coroutine_trait)]
// Programs on the README's page enable the feature themselves, as their reader must.
#![doc(test(attr(feature(coroutines), allow(duplicate_features))))]

mod coroutine;
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod task;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

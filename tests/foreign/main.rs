//! Other crates' futures inside our scheduler, our coroutines and leaves under other executors, and
//! what reports say of both. Each test ends in one comparison of a trace.
#![feature(coroutines)]
#![forbid(unsafe_code)]

mod support;
#[path = "../trace/mod.rs"]
mod trace;

mod combinators;
mod selecting;
mod tokio_sync;
mod channels;
mod inside_tokio;
mod executors;
mod timer_thread;
mod time;
mod blocking;
mod stuck;
mod report_lines;
mod report_groups;

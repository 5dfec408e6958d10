//! Seeds: the order of ready tasks, and programs that are tried under many orders.
#![feature(coroutines)]
#![forbid(unsafe_code)]

mod support;
#[path = "../trace/mod.rs"]
mod trace;

mod orders;
mod promises;
mod finding;
mod failing;
mod ending;
mod environment;
mod attribute;

//! `select!`, `race!`, `join!` and `try_join!`: in `async` blocks and in coroutines, over any
//! futures. Each test ends in one comparison.
#![feature(coroutines)]
#![forbid(unsafe_code)]

mod support;
#[path = "../trace/mod.rs"]
mod trace;

mod winning;
mod patterns;
mod dropping;
mod frames;
mod fairness;
mod coroutines;
mod control_flow;
mod joining;
mod racing;
mod places;
mod executors;

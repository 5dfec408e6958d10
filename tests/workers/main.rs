//! Several workers: tasks that are taken, held up, waiting for each other on different threads.
#![feature(cfg_sanitize)]

#[path = "../forgotten/mod.rs"]
mod forgotten;

mod support;

mod taken;
mod waiting;
mod outside;
mod held_up;
mod resting;
mod runs;
mod worlds;
mod builds;
mod stress;

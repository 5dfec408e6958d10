//! What random bodies call, and what compares them.
//!
//! A body is written once and compiled in several forms. The plain function suspends by a callback
//! ([`now`]); to be "dropped" there, it is unwound out of the callback. Every form records what
//! it does in one trace, so that values, results and drops are compared in their order.
#![feature(coroutines)]

mod trace;
mod values;
mod suspending;
mod drive;
mod compare;

pub use compare::{Body, Env, compare};
pub use suspending::{
    Later, answer, each, enter, inner_generator, inner_plain, inner_stream, inner_task,
    inner_two_way, later, now,
};
pub use trace::Event;
pub use values::{Bulk, Noisy, Pair, bulk, fail, good, mark, noisy, pair, some};

//! Tasks that belong together or to somebody: groups, callbacks, scopes, background tasks, values by
//! task. Each test ends in one comparison of a trace where there is an order.
#![feature(coroutines)]
#![expect(clippy::async_yields_async, reason = "handles that leave a scope are the point")]

#[expect(dead_code, reason = "the other tests use what these do not")]
#[path = "../behavior/support.rs"]
mod support;

mod completions;
mod unjoined_panics;
mod members;
mod bounds;
mod results;
mod endings;
mod failures;
mod maps;
mod background;
mod locals;
mod scopes;
mod scope_attacks;

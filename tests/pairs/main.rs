//! Every pair of waits in one task, by `join!` and by `select!`: in every order of arrival, in `async`
//! blocks and in coroutines, shared and local. Each runs in a closed world on virtual time, so a wake
//! that is lost is a deadlock.
#![feature(coroutines)]
#![forbid(unsafe_code)]

mod wait;
mod waits;
mod sync_waits;
mod channel_waits;
mod other_waits;
mod scenarios;
mod matrix;

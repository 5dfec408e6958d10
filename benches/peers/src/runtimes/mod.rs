//! The runtimes, each with the programs that it can run.

mod bare;
#[cfg(target_os = "linux")]
mod compio;
mod corosensei;
mod coweave;
mod coweave_two;
mod coweave_waiting;
mod flume;
mod foreign;
mod futures;
mod generators;
#[cfg(target_os = "linux")]
mod glommio;
mod may;
#[cfg(target_os = "linux")]
mod monoio;
mod peer;
mod signal;
mod smol;
mod threads;
mod tokio;
mod two_workers;
mod waiting;
mod work;

mod runtime;

pub(crate) use coweave::header_bytes;
pub(crate) use foreign::{Prepared, prepare};
pub(crate) use runtime::{BARE, COWEAVE, COWEAVE_LOCAL, RUNTIMES, Runtime, TOKIO};

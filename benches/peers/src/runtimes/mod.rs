//! The runtimes, each with the programs that it can run.

mod bare;
mod corosensei;
mod coweave;
mod coweave_waiting;
mod flume;
mod futures;
#[cfg(target_os = "linux")]
mod glommio;
#[cfg(target_os = "linux")]
mod monoio;
mod peer;
mod signal;
mod smol;
mod threads;
mod tokio;
mod waiting;

mod runtime;

pub(crate) use coweave::header_bytes;
pub(crate) use runtime::{BARE, COWEAVE, COWEAVE_LOCAL, RUNTIMES, TOKIO};

//! Blocking jobs: their results, their threads, their cancellation, what they hold up, and their end
//! with the scheduler. A test ends in one comparison of a trace where there is an order.
#![forbid(unsafe_code)]
#![feature(cfg_sanitize)]
#![feature(coroutines)]
#![expect(clippy::async_yields_async, reason = "handles that leave a run are the point")]

#[expect(dead_code, reason = "the other tests use what these do not")]
#[path = "../behavior/support.rs"]
mod support;

mod results;
mod threads;
mod cancelling;
mod dropping;
mod worlds;
mod ending;
mod reports;

use std::sync::mpsc;
use std::time::Duration;

/// What a job is held up by until it is opened; dropping the key opens it too.
pub(crate) struct Gate(mpsc::Receiver<()>);
pub(crate) struct Key(mpsc::Sender<()>);

pub(crate) fn gate() -> (Key, Gate) {
    let (key, gate) = mpsc::channel();
    (Key(key), Gate(gate))
}

impl Gate {
    /// Blocks the thread until the key is used or dropped.
    pub(crate) fn pass(&self) {
        self.0.recv().unwrap_or(());
    }
}

impl Key {
    pub(crate) fn open(&self) {
        self.0.send(()).expect("the gate is there");
    }
}

pub(crate) const LONG: Duration = Duration::from_secs(3600);

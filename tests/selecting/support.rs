//! What the tests record with.

use std::fmt::Debug;
use std::future::Future;
use std::time::Duration;

use coweave::{Scheduler, sleep};

pub(crate) use crate::trace::Trace;

/// Says in the trace that it was dropped.
#[derive(Debug)]
pub(crate) struct Counted {
    name: &'static str,
    trace: Trace,
}

impl Counted {
    pub(crate) fn new(trace: &Trace, name: &'static str) -> Self {
        Self { name, trace: trace.clone() }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.trace.add(format!("{} dropped", self.name));
    }
}

pub(crate) fn virtual_scheduler() -> Scheduler {
    Scheduler::builder().virtual_time().build().expect("the set-up is valid")
}

pub(crate) fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// Gives `value` after so many seconds; holds something that says when it is dropped.
pub(crate) fn later<T>(
    trace: &Trace,
    name: &'static str,
    after: u64,
    value: T,
) -> impl Future<Output = T> + use<T> {
    let counted = Counted::new(trace, name);
    async move {
        sleep(seconds(after)).await;
        counted.trace.add(format!("{} ready", counted.name()));
        value
    }
}

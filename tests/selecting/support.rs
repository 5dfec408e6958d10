//! What the tests record with.

use std::fmt::{self, Debug, Display};
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use coweave::{Scheduler, sleep};

/// What happened, in order. Clones write to the same trace.
#[derive(Clone, Default)]
pub(crate) struct Trace(Arc<Mutex<Vec<String>>>);

impl Trace {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    fn events(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add(&self, event: impl Display) {
        self.events().push(event.to_string());
    }
}

impl Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.events().iter()).finish()
    }
}

impl<const N: usize> PartialEq<[&str; N]> for Trace {
    fn eq(&self, expected: &[&str; N]) -> bool {
        *self.events() == *expected
    }
}

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

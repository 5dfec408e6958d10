//! What the tests try, and what they record with.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use coweave::Scheduler;

pub(crate) use crate::trace::Trace;

pub(crate) fn seeded(seed: u64) -> Scheduler {
    Scheduler::builder().virtual_time().seed(seed).build().expect("the set-up is valid")
}

/// The whole trace.
pub(crate) fn told(trace: &Trace) -> String {
    format!("{trace:?}")
}

fn text_of(payload: &(dyn Any + Send)) -> String {
    let literal = payload.downcast_ref::<&str>().map(ToString::to_string);
    literal.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or("no text".to_owned())
}

/// What `f` panics with.
pub(crate) fn panic_text<T>(f: impl FnOnce() -> T) -> String {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(_) => "no panic".to_owned(),
        Err(payload) => text_of(&*payload),
    }
}

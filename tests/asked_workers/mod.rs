//! Schedulers by the system's clock, with as many workers as `COWEAVE_TEST_WORKERS` asks for, or one: so
//! what holds however many there are is tested with several as well.

use coweave::Scheduler;

/// A scheduler for a test that does not ask in which order ready tasks go on.
pub(crate) fn system_scheduler() -> Scheduler {
    let asked = std::env::var("COWEAVE_TEST_WORKERS").ok();
    let workers = asked.map_or(1, |asked| asked.parse().expect("it is a number of workers"));
    Scheduler::builder().workers(workers).build().expect("the set-up is valid")
}

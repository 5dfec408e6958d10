//! Running one future on a scheduler of its own.

use super::deadlock::Deadlock;
use super::scheduler::Scheduler;

fn scheduler() -> Scheduler {
    Scheduler::builder().build().expect("the default set-up is valid")
}

/// Runs `future` on a new scheduler of one worker, this thread, with the system's clock.
///
/// See [`Scheduler::run`]. Tasks that have not ended when the future has are cancelled.
///
/// # Blocking inside a task
/// A task that blocks its thread, for instance in another crate's `block_on`, keeps every other task
/// of its scheduler standing still meanwhile. A future that needs none of them ends there as
/// anywhere else: one that is ready, one that another thread completes, [`yield_now`](crate::yield_now).
/// A [`sleep`](crate::sleep) or a [`JoinHandle`](crate::JoinHandle) of the same scheduler waits for
/// the very worker that is blocked, and so for ever: `.await` it instead. A `run` inside a task,
/// also behind a `block_on`, would stop all tasks of the first scheduler; it panics. Work that must
/// block belongs in [`spawn_blocking`](crate::spawn_blocking).
///
/// # Panics
/// If the future panics, and if a scheduler already runs on this thread.
///
/// # Examples
///
/// ```
/// assert_eq!(coweave::run(async { 6 * 7 }), 42);
/// ```
#[track_caller]
pub fn run<F: Future>(future: F) -> F::Output {
    scheduler().run(future)
}

/// Runs `future` on a new scheduler in a closed world, where standing still is an error.
///
/// See [`Scheduler::try_run`].
///
/// # Errors
/// [`Deadlock`], which says what each task waits for.
///
/// # Panics
/// As [`run`].
///
/// # Examples
///
/// ```
/// let deadlock = coweave::try_run(coweave::park()).unwrap_err();
/// println!("{deadlock}");
/// ```
#[track_caller]
pub fn try_run<F: Future>(future: F) -> Result<F::Output, Deadlock> {
    scheduler().try_run(future)
}

/// What `#[coweave::main(workers = …)]` calls.
#[track_caller]
pub fn run_with_workers<F: Future>(workers: usize, future: F) -> F::Output {
    match Scheduler::builder().workers(workers).build() {
        Ok(mut scheduler) => scheduler.run(future),
        Err(error) => panic!("#[coweave::main(workers = {workers})]: {error}"),
    }
}

/// What `#[coweave::test]` calls: one worker, virtual time, a closed world.
#[track_caller]
pub fn test<F: Future>(future: F) -> F::Output {
    let scheduler = Scheduler::builder().virtual_time().build();
    match scheduler.expect("the set-up of a test is valid").try_run(future) {
        Ok(output) => output,
        Err(deadlock) => panic!("{deadlock}"),
    }
}

//! One program under many orders of its tasks, each given by a seed.
//!
//! The invariant: a seed has a scheduler of its own, with a clock that starts at zero and ids that
//! start at one, and that scheduler ends before the next begins; so a seed runs alone as it ran amid
//! others.

use std::panic::Location;
use std::process::{ExitCode, Termination};
use std::{env, fmt};

use super::explore_error::{Cause, ExploreError};
use super::run_loop::World;
use super::scheduler::{Scheduler, refuse_nesting};
use crate::primitives::quietly;
use crate::task::FirstPanic;

/// Names the one seed that [`explore`] then tries.
const VARIABLE: &str = "COWEAVE_SEED";

/// Runs a program once for each seed, each time with another order of its tasks, and panics at the first
/// seed with which it fails, saying which.
///
/// Each run has a new scheduler of one worker with virtual time and this [seed](crate::Builder::seed),
/// where it is said what that varies. It calls `program` and awaits what that gives, as
/// [`try_run`](crate::try_run) does, and then drops all tasks that are left, before the next run begins.
/// So what must come to an end is awaited.
///
/// A run fails if
///
/// * the program panics, or returns an error;
/// * a task panics that nobody joins, as [`on_panic`](crate::Builder::on_panic) has it;
/// * nothing can go on: a [`Deadlock`](crate::Deadlock). Wakers and handles that other threads may have
///   do not count here, for the tasks may as well have them themselves; what another thread is awaited
///   for is announced by an [`External`](crate::External) guard, as a
///   [blocking job](crate::spawn_blocking) is.
///
/// A run that goes on for ever, as where tasks only yield until something happens that does not, is
/// not noticed: the exploration then goes on for ever as well. And what only several threads can do, to
/// interrupt a task where it does not suspend, no seed tries.
///
/// # Running one seed again
/// A seed gives the same order each time, as long as the program itself does the same each time: what it
/// takes from other threads, the system's clock or the order in a `HashMap` is not the seed's.
///
/// Where the environment has `COWEAVE_SEED=17`, this tries that seed alone, in place of those it was
/// given: nothing need be compiled again to look at one run. `explore([17], …)` keeps it, and so does
/// a [test](macro@crate::test) with `seed = 17`.
///
/// # Panics
/// With the [`ExploreError`] of the first seed that fails, if there is one; if no seed was given, for
/// then nothing was tried; if `COWEAVE_SEED` is no seed; and if a scheduler already runs on this thread.
///
/// # Examples
///
/// ```should_panic
/// use coweave::{spawn, yield_now};
/// use std::cell::Cell;
/// use std::rc::Rc;
///
/// async fn deposit(balance: Rc<Cell<u32>>) {
///     let before = balance.get();
///     yield_now().await; // the other deposit may be made meanwhile
///     balance.set(before + 1);
/// }
///
/// coweave::explore(0..100, || async {
///     let balance = Rc::new(Cell::new(0));
///     let other = coweave::spawn_local(deposit(balance.clone()));
///     deposit(balance.clone()).await;
///     other.await.unwrap();
///     assert_eq!(balance.get(), 2);
/// });
/// ```
#[track_caller]
pub fn explore<T: Termination>(
    seeds: impl IntoIterator<Item = u64>,
    program: impl AsyncFnMut() -> T,
) {
    refuse_nesting("coweave::explore");
    let at = Location::caller();
    let tried = match seed_of_environment() {
        Some(seed) => try_each([seed], program, at),
        None => try_each(seeds, program, at),
    };
    match tried {
        Ok(0) => panic!("coweave::explore was given no seed, so nothing was tried"),
        Ok(_) => {}
        Err(error) => {
            let message = format!("{error}\n{}", Again(error.seed()));
            // Not while this unwinds: a destructor may panic.
            error.discard();
            panic!("{message}");
        }
    }
}

/// What `#[coweave::test(seed = …)]` calls.
#[track_caller]
pub fn test_with_seed<T: Termination>(seed: u64, program: impl AsyncFnMut() -> T) {
    explore([seed], program);
}

/// As [`explore`], and returns what it finds: how many seeds were tried, or the first with which the
/// program fails, and why.
///
/// It does not ask the environment, and no seeds are no error.
///
/// # Errors
/// [`ExploreError`].
///
/// # Panics
/// If a scheduler already runs on this thread.
///
/// # Examples
///
/// ```
/// use coweave::{park, spawn, yield_now};
///
/// assert_eq!(coweave::try_explore(0..10, || yield_now()).unwrap(), 10);
///
/// let error = coweave::try_explore(5.., || park()).unwrap_err();
/// assert_eq!(error.seed(), 5);
/// assert!(error.deadlock().is_some());
/// ```
#[track_caller]
pub fn try_explore<T: Termination>(
    seeds: impl IntoIterator<Item = u64>,
    program: impl AsyncFnMut() -> T,
) -> Result<usize, ExploreError> {
    refuse_nesting("coweave::try_explore");
    try_each(seeds, program, Location::caller())
}

#[track_caller]
fn seed_of_environment() -> Option<u64> {
    let value = env::var_os(VARIABLE)?;
    let seed = value.to_str().and_then(|text| text.parse().ok());
    assert!(seed.is_some(), "{VARIABLE} is {value:?}, but a seed is a number up to {}", u64::MAX);
    seed
}

fn try_each<T: Termination>(
    seeds: impl IntoIterator<Item = u64>,
    mut program: impl AsyncFnMut() -> T,
    at: &'static Location<'static>,
) -> Result<usize, ExploreError> {
    let mut count = 0;
    for seed in seeds {
        count += 1;
        try_one(seed, &mut program, at).map_err(|cause| ExploreError::new(seed, count, cause))?;
    }
    Ok(count)
}

fn try_one<T: Termination>(
    seed: u64,
    program: &mut impl AsyncFnMut() -> T,
    at: &'static Location<'static>,
) -> Result<(), Cause> {
    let unjoined = FirstPanic::default();
    let builder = Scheduler::builder().virtual_time().seed(seed).keep_first_panic(&unjoined);
    let mut scheduler = builder.build().expect("the set-up of an exploration is valid");
    // The program is called inside, so that it may spawn, and what it returns may be an error whose
    // `Debug` panics.
    let run = async { program().await.report() };
    let outcome = scheduler.drive_to_outcome(World::Alone, run, at);
    // Frames that are dropped at the end may tell of panics as well.
    drop(scheduler);
    // A panic that nobody joined may be why the rest failed; it came before.
    if let Some(task) = unjoined.take() {
        quietly(|| drop(outcome));
        let told = match task.spawned_at() {
            Some(place) => format!("{task}\n    spawned at {place}"),
            None => task.to_string(),
        };
        return Err(Cause::panicked(told, task.into_payload()));
    }
    match outcome {
        Ok(Ok(ExitCode::SUCCESS)) => Ok(()),
        Ok(Ok(_)) => Err(Cause::ReturnedError),
        Ok(Err(error)) => Err(Cause::panicked(error.to_string(), error.into_panic())),
        Err(deadlock) => Err(Cause::Deadlock(deadlock)),
    }
}

/// How to run a seed again.
struct Again(u64);

impl fmt::Display for Again {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(seed) = self;
        write!(
            f,
            "run it again with {VARIABLE}={seed} in the environment; `coweave::explore([{seed}], …)` \
             or `#[coweave::test(seed = {seed})]` keeps it"
        )
    }
}

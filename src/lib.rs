//! Coroutines for nightly Rust: generators, streams and tasks from one attribute, on a
//! channel-based scheduler with explicit [`yield_now`] and timed [`sleep`].
//!
//! ```
//! use std::time::Duration;
//!
//! #[coweave::coroutine] // a task: a future
//! fn worker(id: u32) -> u32 {
//!     coweave::sleep(Duration::from_millis(u64::from(id))).await;
//!     id
//! }
//!
//! #[coweave::coroutine(yield = u32)] // a generator: an iterator
//! fn countdown(from: u32) {
//!     for n in (1..=from).rev() {
//!         yield n;
//!     }
//! }
//!
//! coweave::run(async {
//!     for id in countdown(3) {
//!         assert_eq!(coweave::spawn(worker(id)).await.unwrap(), id);
//!     }
//! });
//! ```
//!
//! A crate that writes coroutines needs the nightly compiler and `#![feature(coroutines)]`; one that
//! only calls them needs neither line nor feature.
//!
//! # Words
//!
//! | word | meaning |
//! | --- | --- |
//! | coroutine | a resumable computation; inert until it is resumed |
//! | generator | a coroutine that yields values to whoever resumes it |
//! | resume | run a coroutine to its next suspension point |
//! | suspend, site | stop without finishing; the place in the source where that may happen |
//! | yield | suspend and be ready at once, behind the others |
//! | sleep, deadline | suspend until an instant; that instant |
//! | park, unpark, permit | suspend until made ready; make ready; the one remembered unpark |
//! | task | a spawned coroutine or future, with identity and state |
//! | ready, running, sleeping, parked, completed, cancelled | the states of a task |
//! | join, output | wait for a task to end; its value |
//! | cancel | end a task at its next suspension point |
//! | detach | give up a task's handle; the task goes on |
//! | scheduler, worker | decides who runs next; a thread that runs its tasks |
//! | seed | a number that gives the order of ready tasks, in place of first in first out |
//! | blocking job | a closure that may block, on a thread of its scheduler's pool; a task waits for it |
//! | closed world | one in which standing still is a deadlock: nothing outside can wake a task |
#![feature(coroutine_trait)]
#![feature(hint_prefetch)]
#![cfg_attr(coweave_loom, feature(arbitrary_self_types))]
// Programs on the README's page enable the feature themselves, as their reader must.
#![doc(test(attr(feature(coroutines), allow(duplicate_features))))]

mod primitives;
#[path = "time/mod.rs"]
mod time_layer;
mod blocking;
mod coroutine;
pub mod task;
pub mod sync;
pub mod channel;
pub mod group;
mod scheduler;
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use blocking::BlockingShutdown;
pub use coroutine::{CoroutineState, Frame, Generator, Next, Site, Sited, StreamFrame, Streaming};
/// Turns a function into a coroutine: a task, a generator or a stream.
///
/// Calling the function takes its arguments and runs nothing of its body. Arguments and locals are
/// dropped in the order in which a plain function drops them.
///
/// # Examples
///
/// ```
/// use std::future::ready;
///
/// #[coweave::coroutine]
/// fn add(a: u32, b: u32) -> u32 {
///     ready(a).await + ready(b).await
/// }
///
/// #[coweave::coroutine(yield = u32)]
/// fn count(to: u32) {
///     for n in 0..to {
///         yield n;
///     }
/// }
///
/// #[coweave::coroutine(stream = u32)]
/// fn sums(numbers: Vec<u32>) {
///     let mut sum = 0;
///     for n in numbers {
///         sum = add(sum, n).await;
///         yield sum;
///     }
/// }
///
/// assert_eq!(futures::executor::block_on(add(1, 2)), 3);
/// assert_eq!(count(4).sum::<u32>(), 6);
/// assert!(futures::executor::block_on_stream(sums(vec![1, 2, 3])).eq([1, 3, 6]));
/// ```
#[doc(inline)]
pub use coweave_macros::__coroutine_attr as coroutine;
/// Runs the body of `main` on a scheduler, as [`run`] does.
///
/// # Examples
///
/// ```
/// #[coweave::main]
/// async fn main() {
///     let task = coweave::spawn(async { 6 * 7 });
///     assert_eq!(task.await.unwrap(), 42);
/// }
/// ```
#[doc(inline)]
pub use coweave_macros::__main_attr as main;
/// Makes a function a test that runs on a scheduler of one worker with virtual time, in a closed
/// world: sleeps cost nothing, the order of events is fixed, and a deadlock fails the test with its
/// report.
///
/// With `seeds = 0..1000` it runs once for each of these seeds, each time with its tasks in another order,
/// as [`explore`] does; `seed = 17` is one of them.
///
/// # Examples
///
/// ```
/// #[coweave::test]
/// async fn a_day_passes_at_once() {
///     coweave::sleep(std::time::Duration::from_secs(86_400)).await;
/// }
///
/// #[coweave::test(seeds = 0..1000)]
/// async fn who_comes_first_has_it_whatever_the_order() {
///     let lock = coweave::sync::Mutex::new(0);
///     coweave::join!(async { *lock.lock().await += 1 }, async { *lock.lock().await += 1 });
///     assert_eq!(*lock.lock().await, 2);
/// }
/// # fn main() {}
/// ```
#[doc(inline)]
pub use coweave_macros::__test_attr as test;
pub use group::TaskGroup;
pub use scheduler::{
    BuildError, Builder, Deadlock, ExploreError, External, Scheduler, SchedulerHandle, Scope,
    ScopedJoinHandle, SpawnError, SuspendedTask, WaitsFor, explore, run, spawn, spawn_after,
    spawn_blocking, spawn_local, try_explore, try_run,
};
pub use task::{
    Elapsed, Idle, Interval, JoinError, JoinHandle, MissedTicks, Park, Sleep, TaskId, Tick,
    Timeout, Unparker, YieldNow, idle, interval, interval_at, park, sleep, sleep_until, timeout,
    timeout_at, yield_now,
};
pub use time_layer::{Clock, Instant};

/// Moving a virtual clock by hand.
///
/// A scheduler with [virtual time](Builder::virtual_time) advances its clock when nothing is ready.
/// A test that wants to say itself when time passes turns that [off](Builder::auto_advance) and uses
/// [`advance`](time::advance), or [`Scheduler::run_until`] from outside.
///
/// # Examples
///
/// ```
/// use coweave::{Scheduler, sleep, spawn, time};
/// use std::time::Duration;
///
/// let mut scheduler = Scheduler::builder().virtual_time().auto_advance(false).build()?;
/// scheduler.run(async {
///     let task = spawn(sleep(Duration::from_secs(10)));
///     time::advance(Duration::from_secs(9)).await;
///     assert!(!task.is_finished());
///     time::advance(Duration::from_secs(1)).await;
///     assert!(task.is_finished());
/// });
/// # Ok::<(), coweave::BuildError>(())
/// ```
pub mod time {
    // The layer `src/time/` knows no tasks, so what needs them joins it here.
    pub use crate::task::advance::{Advance, advance, set_auto_advance};
    pub(crate) use crate::time_layer::{
        Clock, Due, GivenClock, Instant, Look, TimerKey, TimerWheel, WorkerClock, timer_thread,
    };
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

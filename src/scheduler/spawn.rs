//! Spawning from inside a scheduler.

use std::time::Duration;

use crate::task::{JoinHandle, Spawn};

/// Spawns a task on the scheduler that runs on this thread, behind all tasks that are ready.
///
/// Anything that is a future may be spawned: what a `#[coweave::coroutine]` function returns, an
/// `async` block, another crate's future. It is one allocation: a header of 56 bytes, then the
/// future, later the output in the future's place.
///
/// # Panics
/// Where no scheduler runs on this thread: use [`SchedulerHandle::spawn`](crate::SchedulerHandle)
/// there.
///
/// # Examples
///
/// ```
/// coweave::run(async {
///     let task = coweave::spawn(async { 2 + 3 });
///     assert_eq!(task.await.unwrap(), 5);
/// });
/// ```
#[track_caller]
#[inline(always)]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    Spawn::here().movable_here_or_panic(future)
}

/// Spawns a task that stays on this thread, so that it need not be `Send`.
///
/// # Panics
/// Where no scheduler runs on this thread.
///
/// # Examples
///
/// ```
/// use std::rc::Rc;
///
/// coweave::run(async {
///     let shared = Rc::new(5);
///     let task = coweave::spawn_local({
///         let shared = shared.clone();
///         async move { *shared * 2 }
///     });
///     assert_eq!(task.await.unwrap(), 10);
/// });
/// ```
#[track_caller]
#[inline(always)]
pub fn spawn_local<F: Future + 'static>(future: F) -> JoinHandle<F::Output> {
    Spawn::here().here_or_panic(future)
}

/// Spawns a task that is first resumed when `delay` has passed, counted from this call.
///
/// It is a task from the start: it has its id, may be joined and cancelled, and reports say that it
/// sleeps. Where deadlines are equal, tasks start and sleeps end in the order of the calls. The delay
/// is over at the earliest when all tasks that are ready have run, also if it is zero;
/// `Duration::MAX` is never over. Its frame has 40 bytes more than the future.
///
/// # Panics
/// Where no scheduler runs on this thread.
///
/// # Cancellation
/// A task that is cancelled before its start drops its future, of which nothing has run, and forgets
/// the deadline.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// let mut scheduler = coweave::Scheduler::builder().virtual_time().build()?;
/// scheduler.run(async {
///     let start = coweave::Instant::now();
///     let task = coweave::spawn_after(Duration::from_secs(3), async move { start.elapsed() });
///     assert_eq!(task.await.unwrap(), Duration::from_secs(3));
/// });
/// # Ok::<(), coweave::BuildError>(())
/// ```
#[track_caller]
pub fn spawn_after<F>(delay: Duration, future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    Spawn::here().here_after(delay, future)
}

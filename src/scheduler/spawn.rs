//! Spawning from inside a scheduler.

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
    Spawn::here().here_or_panic(future)
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

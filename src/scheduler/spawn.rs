//! Spawning from inside a scheduler.

use std::time::Duration;

use crate::task::{JoinHandle, Spawn};

/// Spawns a task on the scheduler that runs on this thread, behind all tasks that are ready.
///
/// Anything that is a future may be spawned: what a `#[coweave::coroutine]` function returns, an
/// `async` block, another crate's future. It is one allocation: a header of 48 bytes, then the
/// future, later the output in the future's place.
///
/// Where the scheduler has several [workers](crate::Builder::workers), the task starts on this one, but
/// another may take it whenever it is ready.
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

/// Spawns a task that stays on this thread, so that it need not be `Send`: no other worker takes it, and
/// its frame is dropped here, and its output, unless a handle has taken it elsewhere.
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

/// Runs a closure that blocks on a thread of its scheduler's pool, so that the tasks go on meanwhile:
/// reading a file, asking a database, computing for long.
///
/// Each job has a task that waits for it, whose handle this returns: it may be joined, cancelled and
/// detached, be given to [`on_completion`](JoinHandle::on_completion), and is told in reports. A panic
/// of the closure is that task's. The threads of the pool are named `coweave-blocking-1` and so on; one
/// is started when a job comes and none is idle, up to
/// [`Builder::max_blocking_threads`](crate::Builder::max_blocking_threads), beyond which jobs wait in
/// the order of their spawns. They end when they were idle for
/// [`Builder::blocking_keep_alive`](crate::Builder::blocking_keep_alive). If no thread can be started,
/// jobs wait for those that there are.
///
/// A job runs outside of all tasks: inside, [`spawn`] and `.await` are not available, but channels and
/// locks have blocking operations, and a [`SchedulerHandle`](crate::SchedulerHandle) spawns. Jobs that
/// wait for each other, or for tasks that wait for jobs, need as many threads as there are of them.
///
/// As long as a job runs or is queued, a closed world is not stuck, `run_until_idle` waits for it, and
/// virtual time does not advance: to the tasks it takes no time.
///
/// # Cancellation
/// Cancelling a job that has not begun, and the end of the scheduler, drop the closure with the task's
/// frame, on the worker's thread. One that runs cannot be interrupted: its handle gives `Cancelled`
/// when the task's turn comes, while the job goes on to its end; what it then gives is dropped, and a
/// panic has been reported by the panic hook. So it is that the job goes on where a handle is dropped.
/// An output that nobody takes is dropped on a thread of the pool. What becomes of jobs that run when
/// the scheduler ends says [`BlockingShutdown`](crate::BlockingShutdown).
///
/// # Panics
/// Where no scheduler runs on this thread: use
/// [`SchedulerHandle::spawn_blocking`](crate::SchedulerHandle::spawn_blocking) there. And where no thread
/// can be started and there is none.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// coweave::run(async {
///     let job = coweave::spawn_blocking(|| {
///         std::thread::sleep(Duration::from_millis(1));
///         6 * 7
///     });
///     coweave::yield_now().await; // the worker is free
///     assert_eq!(job.await.unwrap(), 42);
/// });
/// ```
#[track_caller]
pub fn spawn_blocking<F, T>(f: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    Spawn::here().blocking_here(f)
}

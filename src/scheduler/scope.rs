//! Tasks that borrow from a thread that waits for them.
//!
//! Shaped like `std::thread::scope`, whose lifetimes these are; what hides them from the scheduler is
//! in `scoped_task`.

use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::{fmt, thread};

use super::handle::SchedulerHandle;
use super::scoped_task::{Running, ScopedTask};
use crate::primitives::Lock;
use crate::task::wait::unparks_this_thread;
use crate::task::{JoinError, JoinHandle, TaskId, with_any_core};

impl SchedulerHandle {
    /// Calls `f` with a scope, in which tasks may be spawned that borrow from the caller, and blocks
    /// this thread until all of them have ended.
    ///
    /// It waits also where `f` panics, and for tasks whose handles were dropped or forgotten. If the
    /// scheduler ends meanwhile, or has ended, the tasks are cancelled: their frames are dropped before
    /// this returns. While the scheduler's thread does not run it, this waits for that, and if the
    /// scheduler is [forgotten](std::mem::forget) with a task of the scope, for ever.
    ///
    /// # Panics
    /// * On a worker's own thread, inside a run and between two: it would wait for itself. There
    ///   [`run`](crate::Scheduler::run) takes a future that borrows.
    /// * With what `f` panics with; else, if a task has panicked and was not joined.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut scheduler = coweave::Scheduler::builder().build()?;
    /// let handle = scheduler.handle();
    /// let worker = std::thread::spawn(move || {
    ///     let numbers = vec![1, 2, 3];
    ///     let mut largest = 0;
    ///     let sum: u32 = handle.scope(|s| {
    ///         let sum = s.spawn(async { numbers.iter().sum() });
    ///         s.spawn(async { largest = *numbers.iter().max().unwrap() });
    ///         sum.join().unwrap()
    ///     });
    ///     (sum, largest)
    /// });
    /// scheduler.run(async {
    ///     while !worker.is_finished() {
    ///         coweave::yield_now().await;
    ///     }
    /// });
    /// assert_eq!(worker.join().unwrap(), (6, 3));
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    #[track_caller]
    pub fn scope<'env, F, R>(&self, f: F) -> R
    where
        F: for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> R,
    {
        assert!(
            with_any_core(|_| ()).is_none() && !self.is_of_this_thread(),
            "SchedulerHandle::scope was called on a worker's own thread, which would wait for itself; \
             call it on another thread, or await tasks that own what they use"
        );
        let scope = Scope {
            scheduler: self.clone(),
            running: Running::new(),
            scope: PhantomData,
            env: PhantomData,
        };
        let result = catch_unwind(AssertUnwindSafe(|| f(&scope)));
        scope.running.wait();
        match result {
            Err(payload) => resume_unwind(payload),
            Ok(_) if scope.running.has_panics() => panic!("a task of a scope panicked"),
            Ok(result) => result,
        }
    }
}

/// Spawns tasks that borrow from outside of the scope; see [`SchedulerHandle::scope`].
///
/// What is made inside of the scope's closure may be gone before its tasks are, so it is moved into
/// them, not borrowed:
///
/// ```compile_fail,E0597
/// fn print_from(handle: &coweave::SchedulerHandle) {
///     handle.scope(|s| {
///         let local = String::from("tea");
///         let borrowed = &local;
///         s.spawn(async move { println!("{borrowed}") });
///     });
/// }
/// ```
///
/// A handle cannot leave its scope, and a scope's tasks run on another thread:
///
/// ```compile_fail,E0521
/// fn escape(handle: &coweave::SchedulerHandle) {
///     let mut kept = None;
///     handle.scope(|s| kept = Some(s.spawn(async {})));
///     drop(kept);
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn share(handle: &coweave::SchedulerHandle) {
///     let shared = std::rc::Rc::new(7);
///     handle.scope(|s| {
///         s.spawn(async { println!("{shared}") });
///     });
/// }
/// ```
///
/// # Examples
///
/// ```
/// use coweave::Scope;
///
/// fn count<'scope>(scope: &'scope Scope<'scope, '_>, text: &'scope str) {
///     scope.spawn(async move { println!("{} characters", text.len()) });
/// }
/// ```
pub struct Scope<'scope, 'env: 'scope> {
    scheduler: SchedulerHandle,
    running: Arc<Running>,
    // Invariant, or a task could be spawned into a scope that seems to last longer than it does.
    scope: PhantomData<&'scope mut &'scope ()>,
    env: PhantomData<&'env mut &'env ()>,
}

impl<'scope> Scope<'scope, '_> {
    /// Spawns a task on the scope's scheduler.
    ///
    /// It may be called in tasks of the scope as well. If the scheduler has ended, the future is
    /// dropped, and the handle gives `Cancelled`.
    ///
    /// # Examples
    ///
    /// ```
    /// let scheduler = coweave::Scheduler::builder().build()?;
    /// let handle = scheduler.handle();
    /// drop(scheduler);
    /// std::thread::spawn(move || {
    ///     let text = String::from("tea");
    ///     handle.scope(|s| assert!(s.spawn(async { text.len() }).join().unwrap_err().is_cancelled()));
    /// })
    /// .join()
    /// .unwrap();
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    #[track_caller]
    pub fn spawn<F>(&'scope self, future: F) -> ScopedJoinHandle<'scope, F::Output>
    where
        F: Future + Send + 'scope,
        F::Output: Send + 'scope,
    {
        let output = Arc::new(Lock::new(None));
        let place = output.clone();
        let task = ScopedTask::new(&self.running, async move {
            let given = future.await;
            *place.lock() = Some(given);
        });
        let task = self.scheduler.spawn(task);
        ScopedJoinHandle { task, output, running: self.running.clone(), scope: PhantomData }
    }
}

impl fmt::Debug for Scope<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope").finish_non_exhaustive()
    }
}

/// Waits for a task of a [`Scope`], as a future, or [blocking](Self::join).
///
/// Dropping it detaches the task, for which the scope waits all the same.
///
/// # Examples
///
/// ```
/// async fn sum(first: coweave::ScopedJoinHandle<'_, u32>) -> u32 {
///     first.await.unwrap_or(0) + 1
/// }
/// # drop(sum);
/// ```
pub struct ScopedJoinHandle<'scope, T> {
    task: JoinHandle<()>,
    /// Set when the task completes. If this goes before the task does, its output goes with its frame.
    output: Arc<Lock<Option<T>>>,
    running: Arc<Running>,
    scope: PhantomData<&'scope ()>,
}

impl<T> ScopedJoinHandle<'_, T> {
    /// Blocks this thread until the task has ended, and gives its output.
    ///
    /// # Errors
    /// [`JoinError`], if the task has panicked or was cancelled. The scope does not panic for a panic
    /// that was given here.
    ///
    /// # Panics
    /// On a worker's own thread: `.await` the handle there.
    ///
    /// # Examples
    ///
    /// ```
    /// fn wait(task: coweave::ScopedJoinHandle<'_, u32>) -> u32 {
    ///     task.join().unwrap_or(0)
    /// }
    /// # drop(wait);
    /// ```
    #[track_caller]
    pub fn join(self) -> Result<T, JoinError> {
        assert!(
            with_any_core(|_| ()).is_none(),
            "ScopedJoinHandle::join was called on a worker's own thread, where it would stop all \
             tasks of the worker; use `.await`"
        );
        let waker = unparks_this_thread();
        let mut cx = Context::from_waker(&waker);
        let mut this = pin!(self);
        loop {
            if let Poll::Ready(result) = this.as_mut().poll(&mut cx) {
                return result;
            }
            thread::park();
        }
    }

    /// Cancels the task; see [`JoinHandle::cancel`].
    ///
    /// # Examples
    ///
    /// ```
    /// fn give_up(task: &coweave::ScopedJoinHandle<'_, u32>) {
    ///     task.cancel();
    /// }
    /// # drop(give_up as fn(&coweave::ScopedJoinHandle<'_, u32>));
    /// ```
    pub fn cancel(&self) {
        self.task.cancel();
    }

    /// Whether the task has ended.
    ///
    /// # Examples
    ///
    /// ```
    /// fn is_over(task: &coweave::ScopedJoinHandle<'_, u32>) -> bool {
    ///     task.is_finished()
    /// }
    /// # drop(is_over as fn(&coweave::ScopedJoinHandle<'_, u32>) -> bool);
    /// ```
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.task.is_finished()
    }

    /// The task's id.
    ///
    /// # Panics
    /// If the handle has given its output.
    ///
    /// # Examples
    ///
    /// ```
    /// fn id(task: &coweave::ScopedJoinHandle<'_, u32>) -> coweave::TaskId {
    ///     task.id()
    /// }
    /// # drop(id as fn(&coweave::ScopedJoinHandle<'_, u32>) -> coweave::TaskId);
    /// ```
    #[must_use]
    pub fn id(&self) -> TaskId {
        self.task.id()
    }
}

impl<T> Future for ScopedJoinHandle<'_, T> {
    type Output = Result<T, JoinError>;

    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Poll::Ready(ended) = Pin::new(&mut self.task).poll(cx) else { return Poll::Pending };
        if let Err(error) = ended {
            if error.is_panic() {
                self.running.forgive();
            }
            return Poll::Ready(Err(error));
        }
        let output = self.output.lock().take();
        Poll::Ready(Ok(output.expect("a task that has completed has left its output")))
    }
}

impl<T> fmt::Debug for ScopedJoinHandle<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.task, f)
    }
}

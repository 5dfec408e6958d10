//! What a task can ask about itself.

use super::id::TaskId;
use super::park::Unparker;
use super::this_thread;
use crate::primitives::Name;

/// The task that is running: its id and name, and how to unpark it.
///
/// # Examples
///
/// ```
/// use coweave::task;
///
/// coweave::run(async {
///     let reader = task::Builder::new().name("reader").spawn(async {
///         task::current().name().map(str::to_owned)
///     });
///     assert_eq!(reader.await.unwrap().as_deref(), Some("reader"));
/// });
/// ```
#[derive(Debug, Clone)]
pub struct Task {
    id: TaskId,
    name: Option<Name>,
    unparker: Unparker,
}

/// The running task; `None` where no task of a coweave scheduler runs on this thread.
///
/// # Examples
///
/// ```
/// assert!(coweave::task::try_current().is_none());
/// coweave::run(async { assert!(coweave::task::try_current().is_some()) });
/// ```
#[must_use]
pub fn try_current() -> Option<Task> {
    this_thread::with_running(|running| Task {
        id: running.header().id(),
        name: running.core.name(running.task),
        unparker: Unparker::new(running.core.unparker(running.task)),
    })
}

/// The running task.
///
/// # Panics
/// Where no task of a coweave scheduler runs on this thread; [`try_current`] does not.
///
/// # Examples
///
/// ```
/// coweave::run(async { println!("this is task {}", coweave::task::current().id()) });
/// ```
#[must_use]
pub fn current() -> Task {
    try_current().expect(
        "task::current() was called outside a task of a coweave scheduler; try_current() may be",
    )
}

impl Task {
    /// The task's id.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async { println!("this is task {}", coweave::task::current().id()) });
    /// ```
    #[must_use]
    pub fn id(&self) -> TaskId {
        self.id
    }

    /// The name that [`Builder::name`](super::Builder::name) gave it.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async { assert_eq!(coweave::task::current().name(), None) });
    /// ```
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What unparks this task.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let unparker = coweave::task::current().unparker();
    ///     coweave::spawn(async move { unparker.unpark() });
    ///     coweave::park().await;
    /// });
    /// ```
    #[must_use]
    pub fn unparker(&self) -> Unparker {
        self.unparker.clone()
    }
}

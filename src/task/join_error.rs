//! Why a task has no output.

use std::fmt;

use super::id::TaskId;
use crate::primitives::{Lock, Payload};

/// Why a task has no output: it was cancelled, or it has panicked.
///
/// # Examples
///
/// ```
/// coweave::run(async {
///     let error = coweave::spawn(async { panic!("out of tea") }).await.unwrap_err();
///     assert!(error.is_panic());
///     assert_eq!(error.to_string(), "task 2 panicked: out of tea");
/// });
/// ```
#[non_exhaustive]
pub struct JoinError(Box<Reason>);

// Boxed, so that a `Result<u64, JoinError>` is two words: three go through memory one by one and
// are read back as one vector, which stalls.
const _: () = assert!(size_of::<Result<u64, JoinError>>() == 2 * size_of::<u64>());

struct Reason {
    task: TaskId,
    /// In a lock so that the error may be shared between threads; nobody locks it.
    payload: Option<Lock<Payload>>,
    message: Option<Box<str>>,
}

impl JoinError {
    #[cold]
    pub(super) fn new(task: TaskId, payload: Option<Payload>) -> Self {
        let message = payload.as_ref().and_then(message_of);
        Self(Box::new(Reason { task, payload: payload.map(Lock::new), message }))
    }

    /// Whether the task was cancelled, by [`JoinHandle::cancel`](super::JoinHandle::cancel) or
    /// because its scheduler has ended.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let task = coweave::spawn(coweave::park());
    ///     task.cancel();
    ///     assert!(task.await.unwrap_err().is_cancelled());
    /// });
    /// ```
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.payload.is_none()
    }

    /// Whether the task has panicked.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let task = coweave::spawn(coweave::park());
    ///     task.cancel();
    ///     assert!(!task.await.unwrap_err().is_panic());
    /// });
    /// ```
    #[must_use]
    pub fn is_panic(&self) -> bool {
        self.0.payload.is_some()
    }

    /// The task that has no output.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let task = coweave::spawn(coweave::park());
    ///     let id = task.id();
    ///     task.cancel();
    ///     assert_eq!(task.await.unwrap_err().id(), id);
    /// });
    /// ```
    #[must_use]
    pub fn id(&self) -> TaskId {
        self.0.task
    }

    /// What the panic carried, to be passed to [`std::panic::resume_unwind`].
    ///
    /// # Panics
    /// If the task did not panic; [`try_into_panic`](Self::try_into_panic) does not.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let error = coweave::spawn(async { panic!("out of tea") }).await.unwrap_err();
    ///     assert_eq!(error.into_panic().downcast_ref(), Some(&"out of tea"));
    /// });
    /// ```
    #[must_use]
    pub fn into_panic(self) -> Box<dyn std::any::Any + Send + 'static> {
        match self.try_into_panic() {
            Ok(payload) => payload,
            Err(error) => panic!("JoinError::into_panic was called, but {error}"),
        }
    }

    /// What the panic carried.
    ///
    /// # Errors
    /// Gives the error back if the task did not panic.
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let task = coweave::spawn(coweave::park());
    ///     task.cancel();
    ///     let error = task.await.unwrap_err();
    ///     assert!(error.try_into_panic().unwrap_err().is_cancelled());
    /// });
    /// ```
    pub fn try_into_panic(mut self) -> Result<Box<dyn std::any::Any + Send + 'static>, Self> {
        match self.0.payload.take() {
            Some(payload) => Ok(payload.into_inner()),
            None => Err(self),
        }
    }
}

fn message_of(payload: &Payload) -> Option<Box<str>> {
    let literal = payload.downcast_ref::<&'static str>().copied();
    literal.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).map(Box::from)
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Reason { task, payload, message } = &*self.0;
        match (payload, message) {
            (None, _) if *task == TaskId::NONE => {
                f.write_str("the task was refused, for its scheduler has ended")
            }
            (None, _) => write!(f, "task {task} was cancelled"),
            (Some(_), None) => write!(f, "task {task} panicked"),
            (Some(_), Some(message)) => write!(f, "task {task} panicked: {message}"),
        }
    }
}

impl fmt::Debug for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JoinError({self})")
    }
}

impl std::error::Error for JoinError {}

//! Panics of tasks that nobody joins.

use std::any::Any;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use super::header::Header;
use super::id::TaskId;
use super::join_error::JoinError;
use super::mailbox::Mailbox;
use crate::primitives::{Lock, Name, Payload, discard, quietly};

/// Who is told of the panics that nobody joins.
#[derive(Clone)]
pub(crate) enum PanicHandler {
    /// A callback of the user's.
    Callback(Arc<dyn Fn(&PanickedTask) + Send + Sync>),
    Keeper(FirstPanic),
}

/// Keeps the first of the panics that nobody joins.
#[derive(Debug, Clone, Default)]
pub(crate) struct FirstPanic(Arc<KeptPanic>);

#[derive(Debug, Default)]
struct KeptPanic(Lock<Option<PanickedTask>>);

impl FirstPanic {
    pub(crate) fn take(&self) -> Option<PanickedTask> {
        self.0.0.lock().take()
    }

    /// Keeps the panic if it is the first, else gives it back.
    fn keep(&self, task: PanickedTask) -> Option<PanickedTask> {
        let mut first = self.0.0.lock();
        if first.is_some() {
            return Some(task);
        }
        *first = Some(task);
        None
    }
}

/// One that came after all was taken goes with the last handle, wherever that is.
impl Drop for KeptPanic {
    fn drop(&mut self) {
        let left = self.0.lock().take();
        if let Some(task) = left {
            discard(task.payload);
        }
    }
}

impl PanicHandler {
    /// Tells of a panic, and drops what is not kept.
    fn tell(&self, task: PanickedTask) {
        let left = match self {
            Self::Callback(callback) => {
                quietly(|| callback(&task));
                Some(task)
            }
            Self::Keeper(first) => first.keep(task),
        };
        if let Some(task) = left {
            discard(task.payload);
        }
    }
}

impl fmt::Debug for PanicHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PanicHandler")
    }
}

/// A task that has panicked and that nobody joins, as the scheduler's `Builder::on_panic` is told.
///
/// # Examples
///
/// ```
/// use std::sync::{Arc, Mutex};
///
/// let said = Arc::new(Mutex::new(String::new()));
/// let mut scheduler = coweave::Scheduler::builder()
///     .on_panic({
///         let said = said.clone();
///         move |task: &coweave::task::PanickedTask| *said.lock().unwrap() = task.to_string()
///     })
///     .build()?;
/// drop(scheduler.spawn(async { panic!("out of tea") }));
/// scheduler.run_until_idle();
/// assert_eq!(*said.lock().unwrap(), "task 1 panicked: out of tea");
/// # Ok::<(), coweave::BuildError>(())
/// ```
pub struct PanickedTask {
    origins: Origins,
    payload: Payload,
}

/// Which task it was.
#[derive(Debug)]
pub(super) struct Origins {
    id: TaskId,
    name: Option<Name>,
    spawned_at: Option<&'static Location<'static>>,
}

impl Origins {
    pub(super) fn new(header: &Header, name: Option<Name>) -> Self {
        Self { id: header.id(), name, spawned_at: header.spawned_at() }
    }
}

impl PanickedTask {
    /// The task's id.
    ///
    /// # Examples
    ///
    /// ```
    /// let builder = coweave::Scheduler::builder().on_panic(|task| eprintln!("{}", task.id()));
    /// # drop(builder);
    /// ```
    #[must_use]
    pub fn id(&self) -> TaskId {
        self.origins.id
    }

    /// The name that [`Builder::name`](super::Builder::name) gave it.
    ///
    /// # Examples
    ///
    /// ```
    /// let builder = coweave::Scheduler::builder()
    ///     .on_panic(|task| eprintln!("{}", task.name().unwrap_or("a task without a name")));
    /// # drop(builder);
    /// ```
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.origins.name.as_deref()
    }

    /// Where it was spawned.
    ///
    /// # Examples
    ///
    /// ```
    /// let builder = coweave::Scheduler::builder().on_panic(|task| {
    ///     if let Some(place) = task.spawned_at() {
    ///         eprintln!("spawned at {place}");
    ///     }
    /// });
    /// # drop(builder);
    /// ```
    #[must_use]
    pub fn spawned_at(&self) -> Option<&'static Location<'static>> {
        self.origins.spawned_at
    }

    /// What the panic carries; it is dropped after the call.
    ///
    /// # Examples
    ///
    /// ```
    /// let builder = coweave::Scheduler::builder()
    ///     .on_panic(|task| assert!(task.payload().downcast_ref::<&str>().is_some()));
    /// # drop(builder);
    /// ```
    #[must_use]
    pub fn payload(&self) -> &(dyn Any + Send) {
        &*self.payload
    }

    pub(crate) fn into_payload(self) -> Payload {
        self.payload
    }

    /// The text of the panic, if that is what it carries.
    ///
    /// # Examples
    ///
    /// ```
    /// let builder = coweave::Scheduler::builder()
    ///     .on_panic(|task| eprintln!("{}", task.message().unwrap_or("no text")));
    /// # drop(builder);
    /// ```
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        let literal = self.payload.downcast_ref::<&'static str>().copied();
        literal.or_else(|| self.payload.downcast_ref::<String>().map(String::as_str))
    }
}

impl fmt::Display for PanickedTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "task {}", self.id())?;
        if let Some(name) = self.name() {
            write!(f, " ({name})")?;
        }
        f.write_str(" panicked")?;
        self.message().map_or(Ok(()), |message| write!(f, ": {message}"))
    }
}

impl fmt::Debug for PanickedTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PanickedTask({self})")
    }
}

/// Drops what a task has left that nobody joins; a panic is told first.
#[cold]
pub(super) fn report<T>(
    mailbox: Option<&Mailbox>,
    origins: Option<Origins>,
    result: Result<T, JoinError>,
) {
    let Some(origins) = origins else { return quietly(|| drop(result)) };
    match result.map_err(JoinError::try_into_panic) {
        Err(Ok(payload)) => report_panic(mailbox, origins, payload),
        other => quietly(|| drop(other)),
    }
}

/// Tells of a panic, and drops what it carries.
pub(super) fn report_panic(mailbox: Option<&Mailbox>, origins: Origins, payload: Payload) {
    let task = PanickedTask { origins, payload };
    match mailbox.and_then(Mailbox::panic_handler) {
        Some(handler) => handler.tell(task),
        None => discard(task.payload),
    }
}

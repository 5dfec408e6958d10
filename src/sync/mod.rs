//! Waiting for each other: locks, semaphores, events and the like, for tasks of any scheduler, for
//! plain threads and for other executors.
//!
//! All of them wait in one kind of queue, first in first out. A wait that is cancelled, by dropping
//! its future, leaves no trace, and passes on what it was given meanwhile.
//!
//! The types of this module are shared between any threads. Those of [`local`] have the same names and
//! methods, stay on one thread, and cost no atomic instruction; [`any`] has both, by their [`Mode`].

pub(crate) mod mode;
pub(crate) mod wait_queue;
pub(crate) mod gate;
pub(crate) mod permits;
pub(crate) mod mutex;
pub(crate) mod semaphore;
pub(crate) mod semaphore_permit;
pub(crate) mod rw_lock;
pub(crate) mod rw_lock_guards;
pub(crate) mod event;
pub(crate) mod promise;
pub(crate) mod barrier;
pub(crate) mod notification;
pub(crate) mod condvar;
pub(crate) mod condvar_wait;
pub(crate) mod once_cell;
pub(crate) mod wait_group;
pub(crate) mod notify;
pub mod any;
pub mod local;

pub use barrier::{BarrierWait, BarrierWaitResult};
pub use condvar_wait::{CondvarWait, CondvarWaitWhile};
pub use event::EventWait;
pub use mode::{Local, Mode, Shared};
pub use mutex::{Lock, MutexGuard};
pub use notify::Notified;
pub use permits::AcquireError;
pub use promise::PromiseWait;
pub use rw_lock_guards::{Read, RwLockReadGuard, RwLockWriteGuard, Write};
pub use semaphore_permit::{
    Acquire, AcquireOwned, OverRelease, OwnedSemaphorePermit, SemaphorePermit, TryAcquireError,
};
pub use wait_group::{OwnedWorker, WaitGroupWait, Worker};

/// A [`Mutex`](any::Mutex) between any threads.
pub type Mutex<T> = any::Mutex<T, Shared>;

/// A [`Semaphore`](any::Semaphore) between any threads.
pub type Semaphore = any::Semaphore<Shared>;

/// A [`RwLock`](any::RwLock) between any threads.
pub type RwLock<T> = any::RwLock<T, Shared>;

/// An [`Event`](any::Event) between any threads.
pub type Event = any::Event<Shared>;

/// A [`Promise`](any::Promise) between any threads.
pub type Promise<T> = any::Promise<T, Shared>;

/// A [`Barrier`](any::Barrier) between any threads.
pub type Barrier = any::Barrier<Shared>;

/// A [`Condvar`](any::Condvar) between any threads.
pub type Condvar = any::Condvar<Shared>;

/// A [`OnceCell`](any::OnceCell) between any threads.
pub type OnceCell<T> = any::OnceCell<T, Shared>;

/// A [`WaitGroup`](any::WaitGroup) between any threads.
pub type WaitGroup = any::WaitGroup<Shared>;

/// A [`Notify`](any::Notify) between any threads.
pub type Notify = any::Notify<Shared>;

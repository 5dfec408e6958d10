//! The primitives for parties on one thread, with the same names and methods, without atomic
//! instructions.

use super::any;
use super::mode::Local;

/// A [`Mutex`](any::Mutex) on one thread.
///
/// # Examples
///
/// ```
/// coweave::run(async {
///     let mutex = coweave::sync::local::Mutex::new(1);
///     *mutex.lock().await += 1;
///     assert_eq!(mutex.into_inner(), 2);
/// });
/// ```
pub type Mutex<T> = any::Mutex<T, Local>;

/// A [`Semaphore`](any::Semaphore) on one thread.
///
/// # Examples
///
/// ```
/// coweave::run(async {
///     let semaphore = coweave::sync::local::Semaphore::new(2);
///     let permits = semaphore.acquire_many(2).await.unwrap();
///     assert!(semaphore.try_acquire().is_err());
///     drop(permits);
/// });
/// ```
pub type Semaphore = any::Semaphore<Local>;

/// A [`RwLock`](any::RwLock) on one thread.
///
/// # Examples
///
/// ```
/// coweave::run(async {
///     let lock = coweave::sync::local::RwLock::new(1);
///     *lock.write().await += 1;
///     assert_eq!(*lock.read().await, 2);
/// });
/// ```
pub type RwLock<T> = any::RwLock<T, Local>;

/// An [`Event`](any::Event) on one thread.
///
/// # Examples
///
/// ```
/// coweave::run(async {
///     let event = coweave::sync::local::Event::new();
///     futures::join!(event.wait(), async { event.set() });
/// });
/// ```
pub type Event = any::Event<Local>;

/// A [`Promise`](any::Promise) on one thread.
///
/// # Examples
///
/// ```
/// coweave::run(async {
///     let promise = coweave::sync::local::Promise::new();
///     let (value, _) = futures::join!(promise.wait(), async { promise.set(1) });
///     assert_eq!(*value, 1);
/// });
/// ```
pub type Promise<T> = any::Promise<T, Local>;

/// A [`Barrier`](any::Barrier) on one thread.
///
/// # Examples
///
/// ```
/// coweave::run(async {
///     let barrier = coweave::sync::local::Barrier::new(2);
///     let (one, other) = futures::join!(barrier.wait(), barrier.wait());
///     assert!(!one.is_leader() && other.is_leader());
/// });
/// ```
pub type Barrier = any::Barrier<Local>;

/// A [`Condvar`](any::Condvar) on one thread.
///
/// # Examples
///
/// ```
/// use coweave::sync::local::{Condvar, Mutex};
///
/// coweave::run(async {
///     let (mutex, changed) = (Mutex::new(1), Condvar::new());
///     let waits = async { *changed.wait_while(mutex.lock().await, |n| *n < 2).await };
///     let changes = async {
///         *mutex.lock().await = 2;
///         changed.notify_one();
///     };
///     assert_eq!(futures::join!(waits, changes).0, 2);
/// });
/// ```
pub type Condvar = any::Condvar<Local>;

/// A [`OnceCell`](any::OnceCell) on one thread.
///
/// # Examples
///
/// ```
/// coweave::run(async {
///     let cell = coweave::sync::local::OnceCell::new();
///     assert_eq!(*cell.get_or_init(async || 1).await, 1);
/// });
/// ```
pub type OnceCell<T> = any::OnceCell<T, Local>;

/// A [`WaitGroup`](any::WaitGroup) on one thread.
///
/// # Examples
///
/// ```
/// coweave::run(async {
///     let group = coweave::sync::local::WaitGroup::new();
///     let worker = group.worker();
///     futures::join!(group.wait(), async { drop(worker) });
/// });
/// ```
pub type WaitGroup = any::WaitGroup<Local>;

/// A [`Notify`](any::Notify) on one thread.
///
/// # Examples
///
/// ```
/// coweave::run(async {
///     let notify = coweave::sync::local::Notify::new();
///     futures::join!(notify.notified(), async { notify.notify_one() });
/// });
/// ```
pub type Notify = any::Notify<Local>;

/// A [`MutexGuard`](super::MutexGuard) on one thread.
///
/// # Examples
///
/// ```
/// use coweave::sync::local::{Mutex, MutexGuard};
///
/// let mutex = Mutex::new(1);
/// let guard: MutexGuard<'_, u32> = mutex.try_lock().unwrap();
/// assert_eq!(*guard, 1);
/// ```
pub type MutexGuard<'a, T> = super::MutexGuard<'a, T, Local>;

/// A [`RwLockReadGuard`](super::RwLockReadGuard) on one thread.
///
/// # Examples
///
/// ```
/// use coweave::sync::local::{RwLock, RwLockReadGuard};
///
/// let lock = RwLock::new(1);
/// let guard: RwLockReadGuard<'_, u32> = lock.try_read().unwrap();
/// assert_eq!(*guard, 1);
/// ```
pub type RwLockReadGuard<'a, T> = super::RwLockReadGuard<'a, T, Local>;

/// A [`RwLockWriteGuard`](super::RwLockWriteGuard) on one thread.
///
/// # Examples
///
/// ```
/// use coweave::sync::local::{RwLock, RwLockWriteGuard};
///
/// let lock = RwLock::new(1);
/// let guard: RwLockWriteGuard<'_, u32> = lock.try_write().unwrap();
/// assert_eq!(*RwLockWriteGuard::downgrade(guard), 1);
/// ```
pub type RwLockWriteGuard<'a, T> = super::RwLockWriteGuard<'a, T, Local>;

/// A [`SemaphorePermit`](super::SemaphorePermit) on one thread.
///
/// # Examples
///
/// ```
/// use coweave::sync::local::{Semaphore, SemaphorePermit};
///
/// let semaphore = Semaphore::new(1);
/// let permit: SemaphorePermit<'_> = semaphore.try_acquire().unwrap();
/// assert_eq!(permit.count(), 1);
/// ```
pub type SemaphorePermit<'a> = super::SemaphorePermit<'a, Local>;

/// An [`OwnedSemaphorePermit`](super::OwnedSemaphorePermit) on one thread.
///
/// # Examples
///
/// ```
/// use coweave::sync::local::{OwnedSemaphorePermit, Semaphore};
///
/// let semaphore = std::rc::Rc::new(Semaphore::new(2));
/// let permits: OwnedSemaphorePermit = semaphore.try_acquire_many_owned(2).unwrap();
/// assert_eq!(permits.count(), 2);
/// ```
pub type OwnedSemaphorePermit = super::OwnedSemaphorePermit<Local>;

/// A [`Worker`](super::Worker) on one thread.
///
/// # Examples
///
/// ```
/// use coweave::sync::local::{WaitGroup, Worker};
///
/// let group = WaitGroup::new();
/// let worker: Worker<'_> = group.worker();
/// drop(worker);
/// assert_eq!(group.count(), 0);
/// ```
pub type Worker<'a> = super::Worker<'a, Local>;

/// An [`OwnedWorker`](super::OwnedWorker) on one thread.
///
/// # Examples
///
/// ```
/// use coweave::sync::local::{OwnedWorker, WaitGroup};
///
/// let group = std::rc::Rc::new(WaitGroup::new());
/// let worker: OwnedWorker = group.worker_owned();
/// drop(worker);
/// assert_eq!(group.count(), 0);
/// ```
pub type OwnedWorker = super::OwnedWorker<Local>;

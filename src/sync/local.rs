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

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

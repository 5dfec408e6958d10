//! Coroutines for nightly Rust: generators, streams and tasks from one attribute, on a
//! channel-based scheduler with explicit `yield_now` and timed `sleep`.
#![feature(coroutine_trait)]
#![doc(test(attr(feature(coroutines))))]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod coroutine;
mod task;

#[doc(inline)]
pub use coroutine::{CoroutineState, Frame, Generator, Next, Site, StreamFrame, Streaming};
/// Turns a function into a coroutine: a task, a generator or a stream.
///
/// Calling the function takes its arguments and runs nothing of its body. Arguments and locals are
/// dropped in the order in which a plain function drops them.
///
/// # Examples
///
/// ```
/// use std::future::ready;
///
/// #[coweave::coroutine]
/// fn add(a: u32, b: u32) -> u32 {
///     ready(a).await + ready(b).await
/// }
///
/// #[coweave::coroutine(yield = u32)]
/// fn count(to: u32) {
///     for n in 0..to {
///         yield n;
///     }
/// }
///
/// #[coweave::coroutine(stream = u32)]
/// fn sums(numbers: Vec<u32>) {
///     let mut sum = 0;
///     for n in numbers {
///         sum = add(sum, n).await;
///         yield sum;
///     }
/// }
///
/// assert_eq!(futures::executor::block_on(add(1, 2)), 3);
/// assert_eq!(count(4).sum::<u32>(), 6);
/// assert!(futures::executor::block_on_stream(sums(vec![1, 2, 3])).eq([1, 3, 6]));
/// ```
#[doc(inline)]
pub use coweave_macros::__coroutine_attr as coroutine;
pub use coweave_macros::{__main_attr as main, __test_attr as test};

//! The same crate in every edition, under strict lints.
//!
//! ```
//! #![feature(coroutines)]
//!
//! #[coweave::coroutine(yield = u32)]
//! fn count(to: u32) {
//!     for n in 0..to {
//!         yield n;
//!     }
//! }
//!
//! assert_eq!(count(3).sum::<u32>(), 3);
//! ```
#![feature(coroutines)]

/// The attribute under a name of its own, to be imported by glob.
pub mod names {
    pub use coweave::coroutine as weaves;
}

use core::future::{Future, ready};
use core::pin::Pin;

// `coweave::*` brings an attribute `test` of its own, so the tests stand where it is not imported.
#[allow(clippy::wildcard_imports)]
use coweave::*;
#[allow(clippy::wildcard_imports)]
use names::*;

/// A task that borrows.
#[weaves]
pub fn longest<'a>(a: &'a str, b: &'a str, _c: &str) -> &'a str {
    ready(()).await;
    if a.len() > b.len() { a } else { b }
}

/// A task that waits for several.
#[weaves]
pub fn several(a: &str) -> usize {
    let twice = a.repeat(2);
    let (b, c) = join!(longest(a, &twice, a), ready(1));
    select! {
        biased;
        Some(n) = ready(Some(b.len())), if c == 1 => ready(n).await,
        n = ready(String::from("temporary").as_str().len()) => n,
        else => 0,
    }
}

/// A generator over borrowed and generic items.
#[weaves(yield = &'a T)]
pub fn each<'a, T, const N: usize>(items: &'a [T; N]) -> usize {
    yield_all!(items);
    N
}

/// Values go in.
#[coweave::coroutine(yield = u32, resume = u32, max_frame = 64)]
pub fn echo(mut value: u32) -> u32 {
    while value > 0 {
        value = yield value;
    }
    value
}

/// A stream.
#[coweave::coroutine(stream = u32, max_frame = 128)]
pub fn sums(numbers: Vec<u32>) {
    let mut sum = 0;
    for n in numbers {
        sum += ready(n).await;
        yield sum;
    }
    yield_all!(naturals(2));
}

/// A stream to delegate to.
#[coweave::coroutine(stream = u32)]
pub fn naturals(to: u32) {
    for n in 0..to {
        yield n;
    }
}

/// Arguments that are patterns, unnamed, opaque or changed; `?`, closures and macros.
///
/// # Errors
/// Where `text` is no number.
#[weaves]
pub fn parses(
    (a, mut b): (u32, u32),
    _: u32,
    text: &str,
    extra: impl Fn(u32) -> u32,
) -> Result<u32, core::num::ParseIntError> {
    b += ready(a).await;
    let parsed: u32 = ready(text.parse()).await?;
    let all = vec![ready(b).await, parsed];
    assert!(ready(all.len()).await == 2, "{all:?}");
    Ok(all.into_iter().map(extra).sum())
}

/// Passes its arguments on.
///
/// # Errors
/// Where `text` is no number.
#[weaves(max_frame = 200)]
pub fn passes(numbers: (u32, u32), n: u32, text: &str) -> Result<u32, core::num::ParseIntError> {
    parses(numbers, n, text, u32::from_be).await
}

/// Passes its arguments on as they are.
///
/// # Errors
/// Where `text` is no number.
#[weaves(max_frame = 200)]
pub fn forwards(numbers: (u32, u32), n: u32, text: &str) -> Result<u32, core::num::ParseIntError> {
    passes(numbers, n, text).await
}

/// Methods in traits.
pub trait Shape {
    /// Its area.
    #[weaves]
    fn area(&self, scale: u32) -> u32;
    /// Provided.
    #[weaves(max_frame = 64)]
    fn doubled(&self) -> u32 {
        self.area(1).await * 2
    }
    /// Its sides.
    #[weaves(yield = u32)]
    fn sides(&mut self);
}

/// A square.
pub struct Square(pub u32);

impl Shape for Square {
    #[weaves]
    fn area(&self, scale: u32) -> u32 {
        ready(self.0 * self.0).await * scale
    }

    #[weaves(yield = u32)]
    fn sides(&mut self) {
        for _ in 0..4 {
            self.0 += 1;
            yield self.0;
        }
    }
}

impl Square {
    /// Associated, without a receiver, beside a free function of that name.
    #[coweave::coroutine(max_frame = 64)]
    #[must_use]
    pub fn nothing() -> u32 {
        ready(3).await
    }

    /// Pinned.
    #[weaves]
    pub fn pinned(self: Pin<&mut Self>, by: u32) -> u32 {
        ready(()).await;
        self.0 * by
    }
}

/// Suspends nowhere.
#[coweave::coroutine(max_frame = 64)]
pub fn nothing() {}

/// Never returns.
#[weaves]
pub fn endless(n: u32) -> ! {
    let mut sum = n;
    loop {
        sum = sum.wrapping_add(ready(1).await);
        core::future::pending::<()>().await;
    }
}

/// Runs on the scheduler.
#[must_use]
pub fn spawns() -> usize {
    run(async { spawn(async { longest("a", "bc", "").await.len() }).await.unwrap_or(0) })
}

/// A future is what it is in any crate.
pub fn is_a_future() -> impl Future<Output = u32> + Send {
    Square::nothing()
}

#[cfg(test)]
mod tests {
    use coweave::CoroutineState;

    use super::{Shape, Square, each, echo, forwards, parses, spawns, sums};

    #[coweave::test]
    fn on_virtual_time() {
        coweave::sleep(core::time::Duration::from_secs(1000)).await;
        assert_eq!(parses((1, 2), 0, "4", |n| n * 2).await, Ok(14));
        assert_eq!(forwards((1, 2), 0, "x").await.ok(), None);
    }

    #[test]
    fn generators_and_streams() {
        let mut all = each(&["a", "b"]);
        assert_eq!(all.by_ref().copied().collect::<String>(), "ab");
        assert_eq!(all.take_return(), Some(2));
        assert_eq!(echo(2).start(), CoroutineState::Yielded(2));
        assert_eq!(Square(0).sides().sum::<u32>(), 10);
        assert_eq!(spawns(), 2);
        let mut stream = sums(vec![1, 2]);
        let all = coweave::run(async {
            let mut all = vec![];
            while let Some(n) = stream.next().await {
                all.push(n);
            }
            all
        });
        assert_eq!(all, [1, 3, 0, 1]);
    }
}

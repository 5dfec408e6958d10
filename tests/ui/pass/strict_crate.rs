#![feature(coroutines)]
#![forbid(unsafe_code)]
#![deny(warnings)]
#![deny(missing_docs, unused_qualifications, let_underscore_drop, unreachable_pub)]
//! A strict crate accepts the expansion.

use std::future::ready;

use coweave as co;

/// A task.
#[co::coroutine]
pub fn add(a: u32, (b, mut c): (u32, u32)) -> u32 {
    c += ready(b).await;
    a + c
}

/// A generator.
#[coweave::coroutine(yield = u32, resume = u32)]
pub fn echo(mut value: u32) -> u32 {
    while value > 0 {
        value = yield value;
        yield 1;
    }
    value
}

/// A stream.
#[coweave::coroutine(stream = u32)]
pub fn stream(to: u32) {
    for n in 0..to {
        ready(()).await;
        yield n;
    }
}

/// Delegates.
#[coweave::coroutine(yield = u32)]
pub fn all() -> bool {
    yield_all!(0..3);
    true
}

/// Suspends nowhere.
#[coweave::coroutine]
pub fn nothing() {}

/// Declares methods that any future meets.
pub trait Reads {
    /// With the attribute.
    #[coweave::coroutine]
    fn first(&self) -> u32;
    /// Without.
    fn second(&self) -> impl Future<Output = u32>;
    /// With the attribute, and a body.
    #[coweave::coroutine]
    fn third(&self) -> u32 {
        self.second().await + 1
    }
}

/// Has its methods from the attribute.
pub struct Coroutines;

impl Reads for Coroutines {
    #[coweave::coroutine]
    fn first(&self) -> u32 {
        ready(1).await
    }

    #[coweave::coroutine]
    fn second(&self) -> u32 {
        self.first().await + ready(1).await
    }
}

/// Has others.
pub struct Futures;

impl Reads for Futures {
    fn first(&self) -> impl Future<Output = u32> {
        ready(1)
    }

    async fn second(&self) -> u32 {
        self.first().await + 1
    }

    async fn third(&self) -> u32 {
        3
    }
}

/// Never ends.
#[coweave::coroutine]
pub fn endless(n: u32) -> ! {
    loop {
        ready(n).await;
        coweave::park().await;
    }
}

/// Awaits it.
#[coweave::coroutine]
pub fn forwards_to_endless(n: u32) {
    endless(n).await;
}

/// The same, and more.
#[coweave::coroutine]
pub fn awaits_endless(n: u32) {
    let m = ready(n).await;
    endless(m).await;
}

/// Awaits either's.
#[coweave::coroutine]
pub fn second_of<R: Reads>(from: &R) -> u32 {
    from.second().await + from.third().await
}

fn main() {
    let _task = add(1, (2, 3));
    let _generator = echo(1);
    let _stream = stream(1);
    let _empty = nothing();
    assert_eq!(all().count(), 3);
    let _endless = (forwards_to_endless(1), awaits_endless(1));
    assert_eq!(coweave::run(second_of(&Coroutines)), 5);
    assert_eq!(coweave::run(second_of(&Futures)), 5);
}

//! The library has another name in `Cargo.toml`.
#![feature(coroutines)]

use weave::coroutine as co;

/// A module of the name under which others know the library.
pub mod coweave {}

/// A task, which forwards.
#[co(crate = weave, max_frame = 64)]
pub fn forwards(n: u32) -> u32 {
    doubles(n).await
}

/// A task.
#[weave::coroutine(crate = weave)]
pub fn doubles(n: u32) -> u32 {
    weave::yield_now().await;
    n * 2
}

/// A generator that delegates.
#[co(yield = u32, crate = ::weave)]
pub fn counts(to: u32) -> bool {
    yield_all!(0..to);
    yield to;
    true
}

/// A stream that delegates.
#[co(crate = weave, stream = u32, max_frame = 128)]
pub fn streams(to: u32) {
    yield doubles(to).await;
    if to > 0 {
        yield_all!(streams(to - 1));
    }
}

/// A declaration.
pub trait Shape {
    /// Never returns.
    #[co(crate = weave)]
    fn draw(&self) -> !;
}

#[weave::test(crate = weave)]
async fn everything_is_found() {
    assert_eq!(forwards(2).await, 4);
    assert_eq!(counts(2).collect::<Vec<_>>(), [0, 1, 2]);
    let mut items = streams(1);
    assert_eq!((items.next().await, items.next().await, items.next().await), (Some(2), Some(0), None));
}

/// A task that waits for several.
#[co(crate = weave)]
pub fn waits_for_several(n: u32) -> u32 {
    let (a, b) = weave::join!(doubles(n), doubles(n + 1));
    weave::select! {
        biased;
        c = doubles(a + b), if a < b => doubles(c).await,
        else => 0,
    }
}

#[weave::test(crate = weave)]
async fn several_are_waited_for() {
    let n = weave::race!(waits_for_several(1), waits_for_several(1));
    assert_eq!(weave::try_join!(async { Ok::<u32, ()>(n) }), Ok((24,)));
}

#![feature(coroutines)]
#![no_implicit_prelude]
#![deny(warnings)]

#[::coweave::coroutine]
fn work(n: u32) -> u32 {
    ::std::future::ready(n).await
}

#[::coweave::coroutine(yield = u32)]
fn count() -> ! {
    loop {
        yield 1;
        yield_all!([2]);
    }
}

#[::coweave::coroutine(stream = u32)]
fn stream() {
    yield ::std::future::ready(1).await;
    yield_all!(stream());
}

fn main() {
    let _all = (work(1), count(), stream());
}

#![feature(coroutines)]
use std::future::ready;

#[coweave::coroutine(stream = u32)]
fn stream() {
    fn waits() -> u32 {
        ready(1).await
    }
    fn delegates() {
        yield_all!(0..3);
    }
    delegates();
    yield waits();
}

fn main() {}

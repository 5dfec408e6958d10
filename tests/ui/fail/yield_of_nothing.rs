#![feature(coroutines)]
#[coweave::coroutine(yield = u32)]
fn generator() {
    yield;
}

#[coweave::coroutine(yield = u32)]
fn delegates() {
    yield_all!();
}

fn main() {}

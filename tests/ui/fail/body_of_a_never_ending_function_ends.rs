#![feature(coroutines)]
use std::future::ready;

#[coweave::coroutine]
fn endless() -> ! {
    while ready(true).await {}
}

#[coweave::coroutine(yield = u32)]
fn generator() -> ! {
    yield 1;
}

fn main() {}

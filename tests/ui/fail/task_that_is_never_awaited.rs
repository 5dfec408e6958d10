#![feature(coroutines)]
#![deny(unused_must_use)]

#[coweave::coroutine]
fn task() {}

#[coweave::coroutine(yield = u32)]
fn generator() {
    yield 1;
}

#[coweave::coroutine(stream = u32)]
fn stream() {
    task();
    generator();
    yield 1;
}

fn main() {
    stream();
    task();
}

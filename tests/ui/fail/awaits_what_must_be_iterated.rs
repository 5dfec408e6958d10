#![feature(coroutines)]
#[coweave::coroutine(yield = u32)]
fn generator() {
    yield 1;
}

#[coweave::coroutine(stream = u32)]
fn stream() {
    yield 1;
}

#[coweave::coroutine]
fn task() -> u32 {
    generator().await;
    stream().await;
    for n in task() {
        drop(n);
    }
    for n in stream() {
        drop(n);
    }
    1
}

fn main() {}

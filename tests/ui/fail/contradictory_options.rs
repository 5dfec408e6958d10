#![feature(coroutines)]

#[coweave::coroutine(stream = u32, yield = u32)]
fn both() {
    yield 1;
}

#[coweave::coroutine(stream = u32, resume = u32)]
fn resumed() {
    yield 1;
}

fn main() {
    drop((both(), resumed()));
}

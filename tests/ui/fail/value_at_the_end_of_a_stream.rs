#![feature(coroutines)]
#[coweave::coroutine(stream = u32)]
fn last() {
    yield 1;
    2
}

#[coweave::coroutine(stream = u32)]
fn early() {
    yield 1;
    return 2;
}

#[coweave::coroutine(stream = u32)]
fn resumed() {
    let n: u32 = yield 1;
    yield n;
}

fn main() {}

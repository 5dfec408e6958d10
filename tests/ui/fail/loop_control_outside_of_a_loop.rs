#![feature(coroutines)]
use std::future::ready;

#[coweave::coroutine(stream = u32)]
fn stream() {
    ready(()).await;
    break;
    yield 1;
    continue;
    'a: loop {
        yield ready(2).await;
        break 'b;
    }
}

fn main() {}

#![feature(coroutines)]
#![deny(unused, clippy::all)]

use std::future::ready;

#[coweave::coroutine]
pub fn task() -> u32 {
    let mut variable = ready(1).await;
    let value = 2;
    ready(Ok::<u32, u32>(3)).await;
    ready(4);
    return 5;
    ready(6).await
}

#[coweave::coroutine(yield = u32)]
pub fn generator() {
    let never_read;
    never_read = yield 1;
    for n in 0..3 {
        yield 2;
    }
}

async fn fallible(n: u32) -> Result<u32, u32> {
    Ok(n)
}

#[coweave::coroutine]
pub fn forwards(n: u32) {
    fallible(n).await;
}

fn main() {}

#![feature(coroutines)]
use std::future::ready;

#[coweave::coroutine]
fn argument(text: String) -> usize {
    drop(text);
    ready(()).await;
    text.len()
}

#[coweave::coroutine]
fn future() -> u32 {
    let future = ready(String::new());
    let _first = future.await;
    future.await.len() as u32
}

#[coweave::coroutine(yield = String)]
fn item() {
    let text = String::new();
    yield text;
    yield text;
}

#[coweave::coroutine]
fn not_mutable(n: u32) -> u32 {
    n += ready(1).await;
    n
}

fn main() {}

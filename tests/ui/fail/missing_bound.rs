#![feature(coroutines)]
use std::future::ready;

#[coweave::coroutine]
fn task<T>(value: T) -> String {
    ready(value).await.to_string()
}

#[coweave::coroutine(yield = T)]
fn generator<T>(value: &T) {
    yield value.clone();
}

#[coweave::coroutine]
fn no_method() -> usize {
    ready("text").await.length()
}

fn main() {}

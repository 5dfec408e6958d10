#![feature(coroutines)]
use std::future::ready;

#[coweave::coroutine]
fn returned() -> &'static str {
    let text = String::from("local");
    ready(()).await;
    &text
}

#[coweave::coroutine(yield = &'static str)]
fn yielded() {
    let text = String::from("local");
    yield &text;
}

#[coweave::coroutine]
fn argument(text: String) -> &'static str {
    ready(()).await;
    text.as_str()
}

fn main() {}

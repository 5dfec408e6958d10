#![feature(coroutines)]
use std::future::ready;

#[coweave::coroutine(max_frame = 64)]
fn task(numbers: [u8; 100]) -> u8 {
    ready(()).await;
    numbers[0]
}

#[coweave::coroutine(yield = u8, max_frame = 64)]
fn generator() {
    let numbers = [1; 100];
    yield 1;
    drop(numbers);
}

#[coweave::coroutine(stream = u8, max_frame = 64)]
fn stream(text: &str, numbers: [u8; 100]) {
    yield numbers[text.len()];
}

fn main() {
    drop((task([0; 100]), generator(), stream("", [0; 100])));
}

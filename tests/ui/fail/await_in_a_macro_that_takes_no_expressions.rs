#![feature(coroutines)]
use std::future::ready;

macro_rules! pair {
    ($a:expr => $b:expr) => {
        ($a, $b)
    };
}

#[coweave::coroutine]
fn task() -> (u32, u32) {
    pair!(ready(1).await => ready(2).await)
}

fn main() {}

#![feature(coroutines)]

#[coweave::coroutine]
fn private();

fn main() {}

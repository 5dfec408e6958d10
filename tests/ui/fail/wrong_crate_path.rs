#![feature(coroutines)]
#[coweave::coroutine(crate = nowhere)]
fn task() {}

#[coweave::coroutine(crate = "coweave")]
fn text() {}

#[coweave::coroutine(crate)]
fn bare() {}

#[coweave::coroutine(krate = coweave)]
fn misspelt() {}

fn main() {}

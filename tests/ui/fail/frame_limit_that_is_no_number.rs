#![feature(coroutines)]
const LIMIT: usize = 64;

#[coweave::coroutine(max_frame = LIMIT)]
fn constant() {}

#[coweave::coroutine(max_frame = "64")]
fn text() {}

#[coweave::coroutine(max_frame = 0)]
fn nothing() {}

#[coweave::coroutine(max_frame)]
fn bare() {}

#[coweave::coroutine(max_frame = 64, max_frame = 32)]
fn twice() {}

#[coweave::coroutine(max_size = 64)]
fn misspelt() {}

fn main() {}

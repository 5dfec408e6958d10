#![feature(coroutines)]

#[coweave::coroutine(yield)]
fn bare() {}

#[coweave::coroutine(stream = )]
fn empty() {}

#[coweave::coroutine(yield = u32 resume = u32)]
fn no_comma() {}

#[coweave::coroutine(3)]
fn number() {}

fn main() {}

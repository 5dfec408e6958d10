#![feature(coroutines)]
use std::future::ready;

#[coweave::coroutine]
fn task(text: &str) -> u32 {
    ready(text.parse::<u32>()).await?
}

#[coweave::coroutine(yield = u32)]
fn generator(text: &str) {
    yield text.parse()?;
}

#[coweave::coroutine]
fn other_error(text: &str) -> Result<u32, String> {
    Ok(ready(text.parse::<u32>()).await?)
}

fn main() {}

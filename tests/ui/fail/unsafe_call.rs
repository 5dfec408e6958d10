#![feature(coroutines)]
use std::future::ready;

/// # Safety
/// * None.
unsafe fn dangerous() -> u32 {
    1
}

/// # Safety
/// * None.
#[coweave::coroutine]
unsafe fn task() -> u32 {
    ready(1).await
}

#[coweave::coroutine]
fn calls() -> u32 {
    dangerous() + task().await
}

fn main() {}

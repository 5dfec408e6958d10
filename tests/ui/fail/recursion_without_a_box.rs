#![feature(coroutines)]
#[coweave::coroutine]
fn factorial(n: u64) -> u64 {
    if n == 0 { 1 } else { n * factorial(n - 1).await }
}

#[coweave::coroutine]
fn forwards(n: u64) -> u64 {
    forwards(n).await
}

fn main() {}

#![feature(coroutines)]
#[coweave::coroutine]
#[test]
fn waits() {
    std::future::ready(()).await;
}

fn main() {}

#![feature(coroutines)]

#[coweave::coroutine(yield = u32)]
fn numbers() {
    std::future::ready(()).await;
    yield 1;
}

fn main() {
    assert_eq!(numbers().next(), Some(1));
}

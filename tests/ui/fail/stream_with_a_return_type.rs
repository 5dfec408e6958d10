#![feature(coroutines)]

#[coweave::coroutine(stream = u32)]
fn numbers() -> u32 {
    yield 1;
    2
}

fn main() {
    drop(numbers());
}

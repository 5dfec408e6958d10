#![feature(coroutines)]

#[coweave::coroutine(yield = u32, yield = u64)]
fn numbers() {
    yield 1;
}

fn main() {
    drop(numbers());
}

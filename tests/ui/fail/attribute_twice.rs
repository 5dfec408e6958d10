#![feature(coroutines)]
#[coweave::coroutine(yield = u32)]
#[coweave::coroutine(resume = u32)]
fn generator() {
    yield 1;
}

fn main() {
    let _: Option<u32> = generator().next();
}

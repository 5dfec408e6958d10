#![feature(coroutines)]

#[coweave::coroutine(resume = u32)]
fn sink() {}

fn main() {
    drop(sink());
}

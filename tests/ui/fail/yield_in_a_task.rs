#![feature(coroutines)]

#[coweave::coroutine]
fn numbers(to: u32) {
    for n in 0..to {
        yield n;
        yield n + 1;
    }
}

fn main() {
    drop(numbers(3));
}

#![feature(coroutines)]
#[coweave::coroutine]
fn task(n: u32) -> u32 {
    let sum = n + ;
    sum
}

fn main() {
    let _future = task(1);
}

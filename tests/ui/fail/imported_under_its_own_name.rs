#![feature(coroutines)]

use coweave::coroutine;

#[coroutine]
fn work() {}

fn main() {
    drop(work());
}

#![feature(coroutines)]

#[coweave::coroutine]
fn five() -> u32 {
    5_u32.await
}

fn main() {
    drop(five());
}

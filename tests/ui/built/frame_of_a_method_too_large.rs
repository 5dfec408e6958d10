#![feature(coroutines)]
use std::future::ready;

struct Store([u8; 100]);

impl Store {
    #[coweave::coroutine(max_frame = 64)]
    fn first(self) -> u8 {
        ready(()).await;
        self.0[0]
    }
}

#[coweave::coroutine(max_frame = 64)]
fn generic<T: Copy>(value: T) -> T {
    ready(()).await;
    value
}

fn main() {
    drop(Store([0; 100]).first());
    drop(generic(1_u8));
    drop(generic([1_u8; 100]));
}

#![feature(coroutines)]

#[coweave::coroutine]
const fn constant() -> u32 {
    1
}

#[coweave::coroutine]
extern "C" fn callback(code: i32) -> i32 {
    code
}

fn main() {
    drop((constant(), callback(1)));
}

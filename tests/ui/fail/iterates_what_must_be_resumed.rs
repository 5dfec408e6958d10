#![feature(coroutines)]

#[coweave::coroutine(yield = u32, resume = u32)]
fn echo() {
    let mut value = 0;
    loop {
        value = yield value;
    }
}

fn main() {
    for value in echo() {
        println!("{value}");
    }
}

#![feature(coroutines)]
#![deny(unused)]

#[coweave::coroutine]
pub fn task(used: u32, unused: u32, _ignored: u32, (a, b): (u32, u32), mut changed: u32) -> u32 {
    println!("{used}");
    a
}

#[coweave::coroutine(yield = u32)]
pub fn generator(r#type: &str, #[expect(unused_variables)] expected: u32, _: u32) {
    yield 1;
}

#[coweave::coroutine(stream = u32)]
#[allow(unused_variables)]
pub fn stream(allowed: u32) {
    yield 1;
}

pub trait Shape {
    #[coweave::coroutine]
    fn area(&self, scale: u32) -> u32;

    #[coweave::coroutine]
    fn twice(&self, scale: u32) -> u32 {
        self.area(1).await
    }
}

fn main() {}

#![feature(coroutines)]
trait Shape {
    #[coweave::coroutine]
    fn area(&self) -> u32;

    fn width(&self) -> u32;

    #[coweave::coroutine(yield = u32)]
    fn sides(&self);

    #[coweave::coroutine]
    fn left_out(&self);
}

struct Square(u32);

impl Shape for Square {
    fn area(&self) -> u32 {
        self.0
    }

    #[coweave::coroutine]
    fn width(&self) -> u32 {
        self.0
    }

    #[coweave::coroutine(yield = u64)]
    fn sides(&self) {
        yield 1;
    }
}

fn main() {}

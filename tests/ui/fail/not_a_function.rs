#![feature(coroutines)]

struct Door;

#[coweave::coroutine]
impl Door {
    fn open(&self) {}
}

#[coweave::coroutine]
struct Window;

fn main() {
    Door.open();
    let _ = Window;
}

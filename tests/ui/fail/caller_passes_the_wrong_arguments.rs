#![feature(coroutines)]
#[coweave::coroutine]
fn task(a: u32, (b, c): (u32, &str)) -> u32 {
    a + b + c.len() as u32
}

fn main() {
    drop(task(1));
    drop(task("1", (2, "3")));
    drop(task(1, (2, 3)));
}

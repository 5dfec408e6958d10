#![feature(coroutines)]

#[coweave::coroutine(stream = u32)]
fn numbers() {
    async {
        yield 1;
    }
    .await;
}

fn main() {
    drop(numbers());
}

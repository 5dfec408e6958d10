#[coweave::coroutine(yield = u32)]
fn numbers() {
    yield 1;
}

fn main() {
    drop(numbers());
}

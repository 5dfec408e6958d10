use coweave::yield_all;

fn numbers() {
    yield_all!(0..3);
}

fn main() {
    numbers();
}

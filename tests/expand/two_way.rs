#[coweave::coroutine(yield = f64, resume = f64)]
fn mean(first: f64) -> f64 {
    let mut sum = first;
    let next = yield sum;
    sum += next + yield_all!(mean(next));
    sum
}

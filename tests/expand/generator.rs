#[coweave::coroutine(yield = &'a T)]
fn evens<'a, T>(items: &'a [T]) -> usize {
    for item in items.iter().step_by(2) {
        yield item;
    }
    yield_all!(items);
    items.len()
}

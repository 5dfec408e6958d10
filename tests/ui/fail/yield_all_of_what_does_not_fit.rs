#![feature(coroutines)]

#[coweave::coroutine(yield = u32)]
fn of_a_number() {
    yield_all!(5_u32);
}

#[coweave::coroutine(yield = u32)]
fn of_other_items() {
    yield_all!(["one"]);
}

#[coweave::coroutine(yield = u32, resume = u32)]
fn of_an_iterator_that_takes_nothing() {
    yield_all!([1_u32]);
}

#[coweave::coroutine(yield = u32, resume = String)]
fn of_a_generator_that_takes_other_things() {
    yield_all!(of_an_iterator_that_takes_nothing());
}

#[coweave::coroutine]
fn in_a_task() {
    yield_all!([1_u32]);
}

#[coweave::coroutine(yield = u32)]
fn of_two_things() {
    yield_all!([1_u32], [2]);
}

fn main() {}

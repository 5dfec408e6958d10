//! What an item costs that passes through `yield_all!`, by the depth of the delegation.
//!
//! Unit: one item. Each benchmark consumes [`ITEMS`] items of the innermost generator. Depth 1 is
//! that generator itself; each level more is one frame through which every item passes.
#![feature(coroutines)]

use std::hint::black_box;

use coweave::{Frame, Generator};
use divan::Bencher;
use divan::counter::ItemsCount;

const ITEMS: u64 = 10_000;

const DEPTHS: [u32; 5] = [1, 2, 4, 8, 16];

fn main() {
    divan::main();
}

type Numbers = Generator<dyn Frame<Yield = u64, Resume = (), Return = ()>>;

#[coweave::coroutine(yield = u64)]
fn range(end: u64) {
    let mut next = 0;
    while next < end {
        yield next;
        next += 1;
    }
}

#[coweave::coroutine(yield = u64)]
fn through(inner: Numbers) {
    yield_all!(inner);
}

/// Erased at each level, as a recursion is: no level is inlined into another.
#[divan::bench(args = DEPTHS)]
fn by_depth(bencher: Bencher, depth: u32) {
    bencher.counter(ItemsCount::new(ITEMS)).bench_local(|| {
        let mut numbers = range(black_box(ITEMS)).erase();
        for _ in 1..depth {
            numbers = through(black_box(numbers)).erase();
        }
        black_box(numbers).fold(0_u64, |sum, item| sum.wrapping_add(item ^ black_box(0)))
    });
}

/// The same depths with boxed iterators, each of which forwards to the next.
#[divan::bench(args = DEPTHS)]
fn iterators_by_depth(bencher: Bencher, depth: u32) {
    struct Through(Box<dyn Iterator<Item = u64>>);
    impl Iterator for Through {
        type Item = u64;
        fn next(&mut self) -> Option<u64> {
            self.0.next()
        }
    }
    bencher.counter(ItemsCount::new(ITEMS)).bench_local(|| {
        let mut numbers: Box<dyn Iterator<Item = u64>> = Box::new(0..black_box(ITEMS));
        for _ in 1..depth {
            numbers = Box::new(Through(black_box(numbers)));
        }
        black_box(numbers).fold(0_u64, |sum, item| sum.wrapping_add(item ^ black_box(0)))
    });
}

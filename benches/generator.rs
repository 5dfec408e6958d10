//! What a generator costs in a `for` loop, beside an iterator written by hand.
//!
//! Unit: one item. Each benchmark consumes [`ITEMS`] items.
#![feature(coroutines)]

use std::hint::black_box;

use divan::Bencher;
use divan::counter::ItemsCount;

const ITEMS: u64 = 10_000;

fn main() {
    divan::main();
}

/// Sums in a `for` loop. The opaque mask keeps the compiler from replacing the loop by a formula.
#[inline(always)]
fn masked_sum(items: impl Iterator<Item = u64>) -> u64 {
    let mask = black_box(0_u64);
    let mut sum = 0_u64;
    for item in items {
        sum = sum.wrapping_add(item ^ mask);
    }
    sum
}

mod range_sum {
    use super::*;

    struct Range {
        next: u64,
        end: u64,
    }

    impl Iterator for Range {
        type Item = u64;
        fn next(&mut self) -> Option<u64> {
            if self.next >= self.end {
                return None;
            }
            let item = self.next;
            self.next += 1;
            Some(item)
        }
    }

    #[divan::bench]
    fn by_hand(bencher: Bencher) {
        bencher
            .counter(ItemsCount::new(ITEMS))
            .bench_local(|| masked_sum(Range { next: 0, end: black_box(ITEMS) }));
    }

    #[coweave::coroutine(yield = u64)]
    fn range(end: u64) {
        let mut next = 0;
        while next < end {
            yield next;
            next += 1;
        }
    }

    #[divan::bench]
    fn generator(bencher: Bencher) {
        bencher.counter(ItemsCount::new(ITEMS)).bench_local(|| masked_sum(range(black_box(ITEMS))));
    }
}

mod fibonacci {
    use super::*;

    struct Fibonacci {
        a: u64,
        b: u64,
    }

    impl Iterator for Fibonacci {
        type Item = u64;
        fn next(&mut self) -> Option<u64> {
            let item = self.a;
            (self.a, self.b) = (self.b, self.a.wrapping_add(self.b));
            Some(item)
        }
    }

    #[divan::bench]
    fn by_hand(bencher: Bencher) {
        bencher.counter(ItemsCount::new(ITEMS)).bench_local(|| {
            masked_sum((Fibonacci { a: black_box(0), b: 1 }).take(black_box(ITEMS as usize)))
        });
    }

    #[coweave::coroutine(yield = u64)]
    fn fibonacci(first: u64) {
        let (mut a, mut b) = (first, 1_u64);
        loop {
            yield a;
            (a, b) = (b, a.wrapping_add(b));
        }
    }

    #[divan::bench]
    fn generator(bencher: Bencher) {
        bencher
            .counter(ItemsCount::new(ITEMS))
            .bench_local(|| masked_sum(fibonacci(black_box(0)).take(black_box(ITEMS as usize))));
    }
}

mod through_dyn {
    use super::*;

    struct Range {
        next: u64,
        end: u64,
    }

    impl Iterator for Range {
        type Item = u64;
        fn next(&mut self) -> Option<u64> {
            if self.next >= self.end {
                return None;
            }
            let item = self.next;
            self.next += 1;
            Some(item)
        }
    }

    #[divan::bench]
    fn by_hand(bencher: Bencher) {
        bencher.counter(ItemsCount::new(ITEMS)).bench_local(|| {
            let range: Box<dyn Iterator<Item = u64>> =
                black_box(Box::new(Range { next: 0, end: black_box(ITEMS) }));
            masked_sum(range)
        });
    }

    #[coweave::coroutine(yield = u64)]
    fn range(end: u64) {
        let mut next = 0;
        while next < end {
            yield next;
            next += 1;
        }
    }

    #[divan::bench]
    fn generator_in_a_box(bencher: Bencher) {
        bencher.counter(ItemsCount::new(ITEMS)).bench_local(|| {
            let range: Box<dyn Iterator<Item = u64>> = black_box(Box::new(range(black_box(ITEMS))));
            masked_sum(range)
        });
    }

    #[divan::bench]
    fn erased_generator(bencher: Bencher) {
        bencher
            .counter(ItemsCount::new(ITEMS))
            .bench_local(|| masked_sum(black_box(range(black_box(ITEMS)).erase())));
    }
}

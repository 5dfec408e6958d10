//! What a generator costs in a `for` loop, beside an iterator written by hand.
//!
//! Unit: one item. Each benchmark consumes [`ITEMS`] items.
//!
//! Instructions an item, by hand and as a generator: `range_sum` 2.5 and 2.5, `fibonacci` 3.5 and 4.5,
//! `slice` 2.3 and 2.3, `two_yields` 9.5 and 11, `tree_walk` 23 and 27. The compiler inlines a coroutine
//! fully, and has to find out at which `yield` it is suspended. In `range_sum`, `fibonacci` and `slice`
//! that is known after the first item, and the loop is the one by hand; it is vectorised as well. In
//! `two_yields` it changes with each item, and the pass that would thread the jump through the loop's
//! head (LLVM's `dfa-jump-thread`) is off, because it miscompiles other programs. In `tree_walk` it is
//! known, but stored for each item. With `fold`, and so with `sum` and `for_each`, a generator takes 7.5 in
//! `two_yields` (8 by hand), 25 in `tree_walk` and 4 in `fibonacci`.
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

    pub(super) struct Range {
        pub(super) next: u64,
        pub(super) end: u64,
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
    pub(super) fn range(end: u64) {
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

mod filter_and_map_on_top {
    use super::*;

    #[inline(always)]
    fn on_top(items: impl Iterator<Item = u64>) -> impl Iterator<Item = u64> {
        items.filter(|item| item % 3 != 0).map(|item| item * 5)
    }

    #[divan::bench]
    fn by_hand(bencher: Bencher) {
        bencher.counter(ItemsCount::new(ITEMS)).bench_local(|| {
            masked_sum(on_top(range_sum::Range { next: 0, end: black_box(ITEMS) }))
        });
    }

    #[divan::bench]
    fn generator(bencher: Bencher) {
        bencher
            .counter(ItemsCount::new(ITEMS))
            .bench_local(|| masked_sum(on_top(range_sum::range(black_box(ITEMS)))));
    }
}

mod slice {
    use super::*;

    struct Items<'a> {
        slice: &'a [u64],
        next: usize,
    }

    impl Iterator for Items<'_> {
        type Item = u64;
        fn next(&mut self) -> Option<u64> {
            let item = *self.slice.get(self.next)?;
            self.next += 1;
            Some(item)
        }
    }

    #[divan::bench]
    fn by_hand(bencher: Bencher) {
        let all: Vec<u64> = (0..ITEMS).collect();
        bencher
            .counter(ItemsCount::new(ITEMS))
            .bench_local(|| masked_sum(Items { slice: black_box(&all), next: 0 }));
    }

    #[coweave::coroutine(yield = u64)]
    fn items(slice: &[u64]) {
        for item in slice {
            yield *item;
        }
    }

    #[divan::bench]
    fn generator(bencher: Bencher) {
        let all: Vec<u64> = (0..ITEMS).collect();
        bencher.counter(ItemsCount::new(ITEMS)).bench_local(|| masked_sum(items(black_box(&all))));
    }
}

mod two_yields {
    use super::*;

    struct Pairs {
        next: u64,
        end: u64,
        is_second: bool,
    }

    impl Iterator for Pairs {
        type Item = u64;
        fn next(&mut self) -> Option<u64> {
            if std::mem::replace(&mut self.is_second, false) {
                self.next += 1;
                return Some(self.next * 7);
            }
            self.is_second = self.next < self.end;
            self.is_second.then_some(self.next)
        }
    }

    #[divan::bench]
    fn by_hand(bencher: Bencher) {
        bencher.counter(ItemsCount::new(ITEMS)).bench_local(|| {
            masked_sum(Pairs { next: 0, end: black_box(ITEMS / 2), is_second: false })
        });
    }

    #[coweave::coroutine(yield = u64)]
    fn pairs(end: u64) {
        let mut next = 0;
        while next < end {
            yield next;
            next += 1;
            yield next * 7;
        }
    }

    #[divan::bench]
    fn generator(bencher: Bencher) {
        bencher
            .counter(ItemsCount::new(ITEMS))
            .bench_local(|| masked_sum(pairs(black_box(ITEMS / 2))));
    }
}

mod tree_walk {
    use super::*;

    struct Tree {
        left: Option<Box<Tree>>,
        value: u64,
        right: Option<Box<Tree>>,
    }

    impl Tree {
        /// A balanced tree of the numbers of a range.
        fn of(first: u64, end: u64) -> Option<Box<Self>> {
            let value = first + end.checked_sub(first).filter(|count| *count > 0)? / 2;
            let (left, right) = (Self::of(first, value), Self::of(value + 1, end));
            Some(Box::new(Self { left, value, right }))
        }
    }

    /// In order, by a stack of the nodes whose right half is still to come.
    struct Walk<'a> {
        stack: Vec<&'a Tree>,
        down: Option<&'a Tree>,
    }

    impl Iterator for Walk<'_> {
        type Item = u64;
        fn next(&mut self) -> Option<u64> {
            while let Some(tree) = self.down {
                self.stack.push(tree);
                self.down = tree.left.as_deref();
            }
            let tree = self.stack.pop()?;
            self.down = tree.right.as_deref();
            Some(tree.value)
        }
    }

    #[divan::bench]
    fn by_hand(bencher: Bencher) {
        let tree = Tree::of(0, ITEMS);
        bencher.counter(ItemsCount::new(ITEMS)).bench_local(|| {
            masked_sum(Walk { stack: Vec::new(), down: black_box(&tree).as_deref() })
        });
    }

    /// The same walk as a generator.
    #[coweave::coroutine(yield = u64)]
    fn walk(mut down: Option<&Tree>) {
        let mut stack = Vec::new();
        loop {
            while let Some(tree) = down {
                stack.push(tree);
                down = tree.left.as_deref();
            }
            let Some(tree) = stack.pop() else { break };
            down = tree.right.as_deref();
            yield tree.value;
        }
    }

    #[divan::bench]
    fn generator(bencher: Bencher) {
        let tree = Tree::of(0, ITEMS);
        bencher
            .counter(ItemsCount::new(ITEMS))
            .bench_local(|| masked_sum(walk(black_box(&tree).as_deref())));
    }

    /// The walk as one writes it: each item passes through as many frames as its node is deep, and
    /// each node is one allocation.
    #[coweave::coroutine(yield = u64)]
    fn in_order(tree: &Tree) {
        if let Some(left) = &tree.left {
            yield_all!(in_order(left));
        }
        yield tree.value;
        if let Some(right) = &tree.right {
            yield_all!(in_order(right));
        }
    }

    #[divan::bench]
    fn generator_that_delegates(bencher: Bencher) {
        let tree = Tree::of(0, ITEMS).expect("there are items");
        bencher
            .counter(ItemsCount::new(ITEMS))
            .bench_local(|| masked_sum(in_order(black_box(&tree))));
    }

    /// The same recursion with iterators: each node boxes the chain of its parts.
    fn chained(tree: &Tree) -> Box<dyn Iterator<Item = u64> + '_> {
        let left = tree.left.iter().flat_map(|left| chained(left));
        let right = tree.right.iter().flat_map(|right| chained(right));
        Box::new(left.chain([tree.value]).chain(right))
    }

    #[divan::bench]
    fn iterators_that_recur(bencher: Bencher) {
        let tree = Tree::of(0, ITEMS).expect("there are items");
        bencher
            .counter(ItemsCount::new(ITEMS))
            .bench_local(|| masked_sum(chained(black_box(&tree))));
    }
}

mod through_dyn {
    use super::range_sum::{Range, range};
    use super::*;

    #[divan::bench]
    fn by_hand(bencher: Bencher) {
        bencher.counter(ItemsCount::new(ITEMS)).bench_local(|| {
            let range: Box<dyn Iterator<Item = u64>> =
                black_box(Box::new(Range { next: 0, end: black_box(ITEMS) }));
            masked_sum(range)
        });
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

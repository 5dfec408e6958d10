//! Recursion with `yield_all!`: walking a tree lazily, and comparing two trees of
//! different shape item by item.
//!
//! ```text
//! in order:   1 2 3 4 5 6 7
//! by depth:   4@0 2@1 1@2 3@2 6@1 5@2 7@2
//! first over 4, after 5 visits: 5
//! same items: true
//! ```
#![feature(coroutines)]

use std::cell::Cell;

enum Tree {
    Empty,
    Node(Box<(Tree, u32, Tree)>),
}

use Tree::{Empty, Node};

impl Tree {
    fn node(left: Self, value: u32, right: Self) -> Self {
        Node(Box::new((left, value, right)))
    }

    fn balanced(values: &[u32]) -> Self {
        let Some((left, [value, right @ ..])) = values.split_at_checked(values.len() / 2) else {
            return Empty;
        };
        Self::node(Self::balanced(left), *value, Self::balanced(right))
    }

    fn chain(values: &[u32]) -> Self {
        values.iter().rev().fold(Empty, |rest, value| Self::node(Empty, *value, rest))
    }

    #[coweave::coroutine(yield = u32)]
    fn in_order(&self) {
        if let Node(node) = self {
            let (left, value, right) = &**node;
            yield_all!(left.in_order());
            yield *value;
            yield_all!(right.in_order());
        }
    }

    #[coweave::coroutine(yield = (u32, usize))]
    fn with_depth(&self, depth: usize) {
        if let Node(node) = self {
            let (left, value, right) = &**node;
            yield (*value, depth);
            yield_all!(left.with_depth(depth + 1));
            yield_all!(right.with_depth(depth + 1));
        }
    }
}

fn main() {
    let values: Vec<u32> = (1..=7).collect();
    let tree = Tree::balanced(&values);

    let in_order: Vec<String> = tree.in_order().map(|value| value.to_string()).collect();
    println!("in order:   {}", in_order.join(" "));

    let by_depth: Vec<String> =
        tree.with_depth(0).map(|(value, depth)| format!("{value}@{depth}")).collect();
    println!("by depth:   {}", by_depth.join(" "));

    let visit_count = Cell::new(0);
    let first = tree
        .in_order()
        .inspect(|_| visit_count.set(visit_count.get() + 1))
        .find(|value| *value > 4);
    if let Some(value) = first {
        println!("first over 4, after {} visits: {value}", visit_count.get());
    }

    let chain = Tree::chain(&values);
    println!("same items: {}", tree.in_order().eq(chain.in_order()));
}

//! What frames hold, and the order in which they drop it.
#![feature(coroutines)]

mod polling;

use std::cell::RefCell;
use std::future::Future;
use std::task::{Context, Waker};

use polling::{later, run};

#[coweave::coroutine]
fn tail() -> i32 {
    later(1).await + later(2).await
}

type Trace = RefCell<Vec<&'static str>>;

struct Noisy<'a>(&'static str, &'a Trace);

impl Drop for Noisy<'_> {
    fn drop(&mut self) {
        self.1.borrow_mut().push(self.0);
    }
}

fn plain_order<'a>(a: Noisy<'a>, _b: Noisy<'a>, _c: Noisy<'a>, trace: &'a Trace) {
    let _x = Noisy("x", trace);
    let _y = (&a, Noisy("y", trace));
    trace.borrow_mut().push("suspended");
}

#[coweave::coroutine]
fn lowered_order<'a>(a: Noisy<'a>, _b: Noisy<'a>, _c: Noisy<'a>, trace: &'a Trace) {
    let _x = Noisy("x", trace);
    let _y = (&a, Noisy("y", trace));
    trace.borrow_mut().push("suspended");
    later(()).await;
}

#[coweave::coroutine(yield = ())]
fn generated_order<'a>(a: Noisy<'a>, _b: Noisy<'a>, _c: Noisy<'a>, trace: &'a Trace) {
    let _x = Noisy("x", trace);
    let _y = (&a, Noisy("y", trace));
    trace.borrow_mut().push("suspended");
    yield;
}

#[test]
fn locals_and_arguments_are_dropped_as_in_a_plain_function() {
    let trace = Trace::default();
    let noisy = |name| Noisy(name, &trace);
    let take = || std::mem::take(&mut *trace.borrow_mut());
    plain_order(noisy("a"), noisy("b"), noisy("c"), &trace);
    let plain = take();
    assert_eq!(plain, ["suspended", "y", "x", "c", "b", "a"]);

    run(lowered_order(noisy("a"), noisy("b"), noisy("c"), &trace));
    assert_eq!(take(), plain, "a completed task");

    let mut task = Box::pin(lowered_order(noisy("a"), noisy("b"), noisy("c"), &trace));
    assert!(task.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(task);
    assert_eq!(take(), plain, "a suspended task");

    drop(lowered_order(noisy("a"), noisy("b"), noisy("c"), &trace));
    assert_eq!(take(), plain[3..], "a task that never ran");

    generated_order(noisy("a"), noisy("b"), noisy("c"), &trace).for_each(drop);
    assert_eq!(take(), plain, "a completed generator");

    let mut generator = generated_order(noisy("a"), noisy("b"), noisy("c"), &trace);
    assert!(generator.next().is_some());
    drop(generator);
    assert_eq!(take(), plain, "a suspended generator");
}

#[test]
fn a_panic_drops_what_a_plain_function_drops() {
    #[coweave::coroutine]
    fn panics<'a>(_a: Noisy<'a>, _b: Noisy<'a>, trace: &'a Trace) {
        let _local = Noisy("local", trace);
        later(()).await;
        panic!("by design");
    }
    let trace = Trace::default();
    let task = panics(Noisy("a", &trace), Noisy("b", &trace), &trace);
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(task)));
    assert!(outcome.is_err());
    assert_eq!(*trace.borrow(), ["local", "b", "a"]);
}

#[coweave::coroutine]
fn argument_across(argument: [u8; 1024]) -> u8 {
    later(()).await;
    argument[0]
}

#[coweave::coroutine]
fn argument_of_the_caller(argument: [u8; 1024]) -> u8 {
    argument_across(argument).await
}

#[coweave::coroutine]
fn disjoint_blocks() -> u8 {
    let mut sum = 0;
    {
        let first = [1_u8; 1024];
        later(()).await;
        sum += first[0];
    }
    {
        let second = [2_u8; 1024];
        later(()).await;
        sum += second[0];
    }
    sum
}

#[test]
fn frames_hold_what_lives_across_a_suspension_once() {
    let leaf = size_of_val(&later(()));
    let sizes = [
        size_of_val(&argument_across([0; 1024])),
        size_of_val(&argument_of_the_caller([0; 1024])),
        size_of_val(&disjoint_blocks()),
        size_of_val(&tail()),
    ];
    assert_eq!(leaf, 1);
    assert_eq!(sizes, [1026, 1027, 1027, 16]);
    assert_eq!(run(argument_of_the_caller([3; 1024])).0, 3);
    assert_eq!(run(disjoint_blocks()).0, 3);
}

#[test]
fn bindings_of_a_pattern_are_dropped_before_the_arguments() {
    #[coweave::coroutine]
    fn takes<'a>((a, _b): (Noisy<'a>, Noisy<'a>), _: Noisy<'a>, _c: Noisy<'a>) {
        later(()).await;
        drop(a);
    }
    let trace = Trace::default();
    let noisy = |name| Noisy(name, &trace);
    run(takes((noisy("a"), noisy("b")), noisy("unnamed"), noisy("c")));
    assert_eq!(*trace.borrow(), ["a", "b", "c", "unnamed"]);
}

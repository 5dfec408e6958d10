//! A function that only awaits another one passes its arguments on without keeping them twice, and
//! is otherwise what it would be with more in its body.
#![feature(coroutines)]

mod polling;

use std::cell::RefCell;
use std::fmt::Display;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Waker};

use polling::{later, run};

type Trace = RefCell<Vec<&'static str>>;

struct Noisy<'a>(&'static str, &'a Trace);

impl Drop for Noisy<'_> {
    fn drop(&mut self) {
        self.1.borrow_mut().push(self.0);
    }
}

#[coweave::coroutine]
fn inner<'a>(a: Noisy<'a>, _b: Noisy<'a>, trace: &'a Trace, is_ok: bool) -> u32 {
    let _local = Noisy("local", trace);
    trace.borrow_mut().push("began");
    later(()).await;
    assert!(is_ok);
    let _a = &a;
    7
}

/// Is no coroutine: the call itself does something.
fn effect<'a>(
    a: Noisy<'a>,
    b: Noisy<'a>,
    trace: &'a Trace,
    is_ok: bool,
) -> impl Future<Output = u32> + use<'a> {
    trace.borrow_mut().push("called");
    inner(a, b, trace, is_ok)
}

#[coweave::coroutine]
fn forwards<'a>(a: Noisy<'a>, b: Noisy<'a>, trace: &'a Trace, is_ok: bool) -> u32 {
    effect(a, b, trace, is_ok).await
}

/// The same, of which the output is dropped.
#[coweave::coroutine]
fn discards<'a>(a: Noisy<'a>, b: Noisy<'a>, trace: &'a Trace, is_ok: bool) {
    effect_of_a_drop(a, b, trace, is_ok).await;
}

#[coweave::coroutine]
fn discards_and_more<'a>(a: Noisy<'a>, b: Noisy<'a>, trace: &'a Trace, is_ok: bool) {
    effect_of_a_drop(a, b, trace, is_ok).await;
    let _end = ();
}

async fn effect_of_a_drop<'a>(
    a: Noisy<'a>,
    b: Noisy<'a>,
    trace: &'a Trace,
    is_ok: bool,
) -> Noisy<'a> {
    effect(a, b, trace, is_ok).await;
    Noisy("output", trace)
}

#[coweave::coroutine]
fn does_more<'a>(a: Noisy<'a>, b: Noisy<'a>, trace: &'a Trace, is_ok: bool) -> u32 {
    effect(a, b, trace, is_ok).await + 0
}

/// What happens in one life of a task: dropped after so many polls, or run to its end.
fn life<'a, F: Future>(
    task: impl FnOnce(Noisy<'a>, Noisy<'a>, &'a Trace, bool) -> F,
    trace: &'a Trace,
    poll_count: usize,
    is_ok: bool,
) -> Vec<&'static str> {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let mut task = Box::pin(task(Noisy("a", trace), Noisy("b", trace), trace, is_ok));
        trace.borrow_mut().push("built");
        for _ in 0..poll_count {
            let polled = task.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            trace.borrow_mut().push(if polled.is_ready() { "ready" } else { "pending" });
        }
    }));
    trace.borrow_mut().push(if outcome.is_ok() { "dropped" } else { "unwound" });
    std::mem::take(&mut *trace.borrow_mut())
}

#[test]
fn effects_and_drops_are_in_the_order_of_a_body_that_does_more() {
    let trace = Trace::default();
    for poll_count in 0..3 {
        for is_ok in [true, false] {
            let forwarded = life(forwards, &trace, poll_count, is_ok);
            assert_eq!(forwarded, life(does_more, &trace, poll_count, is_ok));
            let began = ["built", "called", "began"];
            assert!(began[..forwarded.len().min(1)] == forwarded[..1]);
            assert_eq!(forwarded.contains(&"called"), poll_count > 0, "nothing runs at the call");
        }
    }
    let whole = life(forwards, &trace, 2, true);
    let expected = ["built", "called", "began", "pending", "local", "b", "a", "ready", "dropped"];
    assert_eq!(whole, expected);
}

#[test]
fn an_output_that_is_discarded_is_dropped_at_once() {
    let trace = Trace::default();
    for poll_count in 0..3 {
        for is_ok in [true, false] {
            let discarded = life(discards, &trace, poll_count, is_ok);
            assert_eq!(discarded, life(discards_and_more, &trace, poll_count, is_ok));
        }
    }
    let whole = life(discards, &trace, 2, true);
    assert_eq!(whole[whole.len() - 5..], ["b", "a", "output", "ready", "dropped"]);
}

#[test]
fn it_is_not_resumed_after_its_end() {
    let trace = Trace::default();
    assert_eq!(*life(forwards, &trace, 3, true).last().unwrap(), "unwound");
}

#[coweave::coroutine]
fn boxed(n: u32) -> Box<dyn Display> {
    concrete(n).await
}

#[coweave::coroutine]
fn concrete(n: u32) -> Box<u32> {
    later(Box::new(n)).await
}

#[coweave::coroutine]
fn weaker<'a>(text: &'a mut String, more: &str) -> &'a str {
    append(text, more).await
}

#[coweave::coroutine]
fn append<'a>(text: &'a mut String, more: &str) -> &'a mut String {
    later(()).await;
    text.push_str(more);
    text
}

#[coweave::coroutine]
fn generic<T: Clone, const N: usize>(value: T, others: [T; N]) -> usize {
    count::<T, N>(value, others).await
}

#[coweave::coroutine]
fn count<T: Clone, const N: usize>(_value: T, others: [T; N]) -> usize {
    later(others.len()).await
}

#[coweave::coroutine]
fn calls_its_argument<F: AsyncFn(u32) -> u32>(f: F, n: u32) -> u32 {
    f(n).await
}

#[coweave::coroutine]
fn coerces_its_argument(all: &mut Vec<u32>) -> u32 {
    sum(all).await
}

#[coweave::coroutine]
fn sum(all: &[u32]) -> u32 {
    later(all.iter().sum()).await
}

#[coweave::coroutine]
fn is_even(n: u32) -> bool {
    is_even_too(n).await
}

#[coweave::coroutine]
fn is_even_too(n: u32) -> bool {
    n == 0 || !Box::pin(is_even(n - 1)).await
}

#[coweave::coroutine]
fn endless(n: u32) -> ! {
    endless_inner(n).await
}

#[coweave::coroutine]
fn endless_inner(_: u32) -> ! {
    loop {
        later(()).await;
    }
}

struct Number(u32);

impl Number {
    #[coweave::coroutine]
    fn take(self, more: u32) -> u32 {
        Self::add(self, more).await
    }

    #[coweave::coroutine]
    fn add(self, more: u32) -> u32 {
        later(self.0).await + more
    }

    #[coweave::coroutine]
    fn lend(&mut self, r#in: u32) -> &mut u32 {
        Self::grow(self, r#in).await
    }

    #[coweave::coroutine]
    fn grow(&mut self, more: u32) -> &mut u32 {
        self.0 += later(more).await;
        &mut self.0
    }
}

#[test]
fn outputs_coerce_and_arguments_may_be_anything() {
    assert_eq!(run(boxed(5)).0.to_string(), "5");
    assert_eq!(run(weaker(&mut "a".to_owned(), "b")).0, "ab");
    assert_eq!(run(generic('x', ['y'; 3])), (3, 1));
    assert_eq!(run(calls_its_argument(async |n| later(n).await, 4)), (4, 1));
    assert_eq!(run(coerces_its_argument(&mut vec![1, 2])), (3, 1));
    assert_eq!(run(is_even(7)), (false, 0));
    assert_eq!(run(Number(1).take(2)), (3, 1));
    assert_eq!(*run(Number(1).lend(2)).0, 3);
    let mut task = pin!(endless(1));
    assert!(task.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
}

#[coweave::coroutine]
fn nap(duration: std::time::Duration) {
    coweave::sleep(duration).await
}

#[coweave::coroutine]
fn joins(handle: coweave::JoinHandle<u32>) -> Result<u32, coweave::JoinError> {
    std::convert::identity(handle).await
}

#[test]
fn the_librarys_own_operations_are_forwarded_to_by_their_direct_path() {
    let scheduler = coweave::Scheduler::builder().virtual_time().build();
    let output = scheduler.unwrap().run(async {
        nap(std::time::Duration::from_secs(3600)).await;
        joins(coweave::spawn(async { 6 })).await
    });
    assert_eq!(output.unwrap(), 6);
}

#[test]
fn where_it_suspends_is_reported() {
    #[coweave::coroutine]
    fn waits(unparker: std::sync::Arc<u32>) -> u32 {
        waits_inside(unparker).await
    }
    async fn waits_inside(_unparker: std::sync::Arc<u32>) -> u32 {
        std::future::pending().await
    }
    let deadlock = coweave::try_run(waits(std::sync::Arc::new(1))).unwrap_err();
    let site = deadlock.tasks()[0].suspended_at().unwrap();
    assert_eq!((site.function(), site.line()), ("waits", WAITS_LINE));
}

const WAITS_LINE: u32 = line!() - 10;

#[coweave::coroutine]
fn depth_0(argument: [u8; 100]) -> u8 {
    later(()).await;
    argument[99]
}

#[coweave::coroutine]
fn depth_1(argument: [u8; 100]) -> u8 {
    depth_0(argument).await
}

#[coweave::coroutine]
fn depth_2(argument: [u8; 100]) -> u8 {
    depth_1(argument).await
}

#[coweave::coroutine]
fn depth_3(argument: [u8; 100]) -> u8 {
    depth_2(argument).await
}

#[coweave::coroutine]
fn discards_depth_3(argument: [u8; 100]) {
    depth_3(argument).await;
}

#[test]
fn forwarding_costs_one_byte_at_any_depth() {
    let sizes = [
        size_of_val(&depth_0([0; 100])),
        size_of_val(&depth_1([0; 100])),
        size_of_val(&depth_2([0; 100])),
        size_of_val(&depth_3([0; 100])),
        size_of_val(&discards_depth_3([0; 100])),
    ];
    assert_eq!(sizes, [102, 103, 103, 103, 103]);
    assert_eq!(run(depth_3([4; 100])), (4, 1));
}

#[test]
fn it_is_send_when_its_arguments_and_the_other_are() {
    fn sent<T: Send + 'static>(value: T) -> T {
        value
    }
    let task = sent(depth_1([1; 100]));
    assert_eq!(std::thread::spawn(move || run(task).0).join().unwrap(), 1);
}

//! Behaviour of lowered bodies: each construct does what it does in a plain function.
#![feature(coroutines)]

use std::cell::RefCell;
use std::fmt::{Debug, Display};
use std::future::{Future, poll_fn, ready};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

/// Suspends once, then is ready with `value`.
fn later<T: Clone>(value: T) -> impl Future<Output = T> {
    let mut is_suspended = false;
    poll_fn(move |_| {
        if std::mem::replace(&mut is_suspended, true) {
            Poll::Ready(value.clone())
        } else {
            Poll::Pending
        }
    })
}

/// Polls to the end; gives the output and the number of suspensions.
fn run<F: Future>(future: F) -> (F::Output, usize) {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    let mut suspension_count = 0;
    loop {
        match future.as_mut().poll(&mut cx) {
            Poll::Ready(output) => return (output, suspension_count),
            Poll::Pending => suspension_count += 1,
        }
    }
}

#[coweave::coroutine]
fn operators(x: i32) -> Vec<i64> {
    let mut all = Vec::new();
    all.push(i64::from(later(x).await + 1));
    all.push(-later(2_i64).await);
    all.push(later(3_i32).await as i64);
    all.push(later([4_i64, 5]).await[1]);
    all.push(later((6_i64, 7)).await.1);
    all.push(*later(Box::new(8)).await);
    all.push(*&later(9_i64).await);
    let mut place = 0;
    place += later(10).await;
    all.push(place);
    if later(true).await && !later(false).await {
        all.push(11);
    }
    all.extend((12..=later(13).await).chain(later(14).await..15));
    all.push(later(later(15).await).await);
    later(vec![16_i64]).await.iter().for_each(|n| all.push(*n));
    all
}

#[test]
fn an_await_stands_anywhere_in_an_expression() {
    let (output, suspensions) = run(operators(0));
    assert_eq!(output, [1, -2, 3, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
    assert_eq!(suspensions, 15);
}

#[coweave::coroutine]
fn tail() -> i32 {
    later(1).await + later(2).await
}

#[coweave::coroutine]
fn statement() -> i32 {
    later(()).await;
    later(Some(3)).await.map_or(0, |n| n + 1)
}

#[coweave::coroutine]
fn block_like() -> i32 {
    match later(5).await {
        5 => later(()).await,
        _ => {}
    }
    (match later(5).await {
        5 => later(6).await,
        _ => 0,
    }) - 1
}

#[test]
fn an_await_begins_a_statement_or_a_tail() {
    assert_eq!((run(tail()), run(statement()), run(block_like())), ((3, 2), (4, 2), (5, 4)));
}

#[coweave::coroutine]
fn control_flow(limit: u32) -> Result<u32, String> {
    let mut sum = 0;
    let found = 'outer: loop {
        for n in 0..later(10_u32).await {
            if later(n % 2 == 0).await {
                continue;
            }
            sum += n;
            if sum > limit {
                break 'outer later(if n > 5 { continue 'outer } else { n }).await;
            }
            while let Some(more) = later(Some(n)).await {
                if more > 0 {
                    break;
                }
            }
        }
        break 'outer 99;
    };
    let Some(checked) = later(found.checked_sub(1)).await else {
        return Err("nothing".to_owned());
    };
    if let Some(extra) = later(Some(1_u32)).await
        && extra == 1
        && let Ok(more) = later("2".parse::<u32>()).await
    {
        sum += more;
    }
    let guarded = match later(checked).await {
        n if later(n > 100).await => 0,
        n @ 0..=100 if n != 1 => n,
        other => other,
    };
    let text: u32 = later("5").await.parse().map_err(|_| "no number".to_owned())?;
    Ok(sum + guarded + text)
}

#[expect(clippy::never_loop, reason = "the twin of the loop above")]
fn control_flow_plain(limit: u32) -> u32 {
    let mut sum = 0;
    let found = 'outer: loop {
        for n in (1..10).step_by(2) {
            sum += n;
            if sum > limit {
                break 'outer n;
            }
        }
        break 'outer 99;
    };
    sum + 2 + (found - 1) + 5
}

#[test]
fn control_flow_is_that_of_a_plain_function() {
    for limit in [0, 3, 8, 1000] {
        assert_eq!(run(control_flow(limit)).0, Ok(control_flow_plain(limit)), "limit {limit}");
    }
}

#[coweave::coroutine]
fn labels_in_operands() -> u32 {
    let mut rounds = 0;
    loop {
        rounds += 1;
        let n: u32 = later(if rounds == 3 { break } else { rounds }).await;
        assert!(n < 3);
    }
    rounds
}

#[test]
fn a_break_in_an_operand_means_the_users_loop() {
    assert_eq!(run(labels_in_operands()), (3, 2));
}

#[coweave::coroutine]
fn in_macros(n: u32) -> Vec<String> {
    assert!(later(true).await);
    assert_eq!(later(n).await, 7, "n is {}", later(n).await);
    debug_assert!(later(n).await == 7, "still");
    let all = vec![later(1).await, later(2).await];
    let repeated = vec![later(3).await; later(2).await];
    let is_some = matches!(later(Some(4)).await, Some(x) | Some(x) if x > 3);
    let mut text = format!("{n}-{0}-{named}", later(5).await, named = later(6).await);
    text.push_str(&format!("{:?}", async { later(7).await }.await));
    let closure = |x: u32| x + 1;
    vec![format!("{all:?}{repeated:?}"), format!("{is_some}{text}"), closure(1).to_string()]
}

#[test]
fn awaits_work_in_the_arguments_of_macros() {
    assert_eq!(run(in_macros(7)).0, ["[1, 2][3, 3]", "true7-5-67", "2"]);
}

#[coweave::coroutine]
fn fails_an_assertion() {
    assert!(later(1).await == 2);
}

#[test]
fn a_failed_assertion_prints_what_was_written() {
    let payload = std::panic::catch_unwind(|| run(fails_an_assertion())).unwrap_err();
    let message = payload.downcast::<&str>().map(|it| it.to_string());
    let message = message.or_else(|it| it.downcast::<String>().map(|it| *it)).unwrap();
    assert_eq!(message, "assertion failed: later(1).await == 2");
}

#[coweave::coroutine]
fn patterns((a, [b, ..]): (u32, [u32; 3]), mut c: u32, _: u32, Wrapper { d, .. }: Wrapper) -> u32 {
    c += later(a + b).await;
    c * 10 + d
}

struct Wrapper {
    d: u32,
}

#[test]
fn arguments_may_be_patterns() {
    assert_eq!(run(patterns((1, [2, 0, 0]), 3, 4, Wrapper { d: 5 })), (65, 1));
}

#[coweave::coroutine]
fn with_attributes(#[cfg(any())] missing: Missing, #[cfg(not(any()))] here: u32) -> u32 {
    #![expect(unused_variables, reason = "inner attributes are kept")]
    let unused = 1;
    #[cfg(any())]
    missing.method();
    let out = later(here).await;
    out
}

#[test]
fn arguments_may_be_configured_away() {
    assert_eq!(run(with_attributes(1)), (1, 1));
}

#[coweave::coroutine]
fn generic<T, F, const N: usize>(items: [T; N], show: F, extra: &impl Display) -> String
where
    T: Copy + Debug,
    F: Fn(&T) -> String,
{
    let mut text = String::new();
    for item in &items {
        text += &show(item);
        later(()).await;
    }
    format!("{text}{extra}{N}")
}

#[coweave::coroutine]
fn longest<'a>(a: &'a str, b: &'a str, _other: &str) -> &'a str {
    later(()).await;
    if a.len() > b.len() { a } else { b }
}

#[coweave::coroutine]
fn elided(text: &str) -> &str {
    later(()).await;
    text.trim()
}

#[coweave::coroutine]
fn opaque(n: u32) -> impl Iterator<Item = u32> + Clone {
    later(()).await;
    0..n
}

#[test]
fn generics_lifetimes_and_opaque_types_work() {
    assert_eq!(run(generic([1, 2], |n| format!("<{n}>"), &'x')).0, "<1><2>x2");
    assert_eq!(run(longest("ab", "c", "ddd")).0, "ab");
    assert_eq!(run(elided(" x ")).0, "x");
    assert_eq!(run(opaque(3)).0.sum::<u32>(), 3);
}

struct Store {
    values: Vec<u32>,
}

impl Store {
    #[coweave::coroutine]
    fn total(&self) -> u32 {
        later(()).await;
        self.values.iter().sum()
    }

    #[coweave::coroutine]
    fn push(&mut self, value: &u32) -> &mut Self {
        let value = later(*value).await;
        self.values.push(value);
        self
    }

    #[coweave::coroutine]
    fn into_values(mut self) -> Vec<u32> {
        self.values.push(later(0).await);
        self.values
    }

    #[coweave::coroutine]
    fn boxed(self: Box<Self>) -> usize {
        later(self.values.len()).await
    }

    #[coweave::coroutine]
    fn pinned(self: Pin<&mut Self>, value: u32) -> usize {
        later(()).await;
        let this = self.get_mut();
        this.values.push(value);
        this.values.len()
    }

    #[coweave::coroutine(yield = u32)]
    fn each(&mut self) -> &mut Vec<u32> {
        for value in &mut self.values {
            *value += 1;
            yield *value;
        }
        &mut self.values
    }

    /// # Safety
    /// * `position` is in bounds.
    #[coweave::coroutine]
    #[expect(unsafe_code, reason = "tests that the whole body may be unsafe")]
    unsafe fn at(&self, position: usize) -> u32 {
        later(()).await;
        // SAFETY: the caller keeps `position` in bounds.
        unsafe { *self.values.get_unchecked(position) }
    }
}

#[test]
#[expect(unsafe_code, reason = "calls an unsafe method")]
fn methods_take_any_receiver() {
    let mut store = Store { values: vec![1] };
    assert_eq!(run(run(store.push(&2)).0.push(&3)).0.values, [1, 2, 3]);
    assert_eq!(run(Pin::new(&mut store).pinned(4)).0, 4);
    assert_eq!(run(store.total()).0, 10);
    // SAFETY: there are four values.
    assert_eq!(run(unsafe { store.at(3) }).0, 4);
    let mut each = store.each();
    assert_eq!(each.by_ref().sum::<u32>(), 14);
    assert_eq!(each.take_return().unwrap().len(), 4);
    drop(each);
    assert_eq!(run(Box::new(Store { values: vec![1] }).boxed()).0, 1);
    assert_eq!(run(store.into_values()).0, [2, 3, 4, 5, 0]);
}

trait Shape {
    #[coweave::coroutine]
    fn area(&self, scale: u32) -> u32;

    #[coweave::coroutine(yield = u32)]
    fn sides(&self);

    #[coweave::coroutine]
    fn doubled(&self) -> u32 {
        self.area(1).await * 2
    }
}

struct Square(u32);

impl Shape for Square {
    #[coweave::coroutine]
    fn area(&self, scale: u32) -> u32 {
        later(self.0 * self.0).await * scale
    }

    #[coweave::coroutine(yield = u32)]
    fn sides(&self) {
        for _ in 0..4 {
            yield self.0;
        }
    }
}

#[test]
fn trait_methods_are_declared_and_implemented() {
    assert_eq!(run(Square(3).area(2)).0, 18);
    assert_eq!(run(Square(3).doubled()).0, 18);
    assert_eq!(Square(3).sides().sum::<u32>(), 12);
}

#[coweave::coroutine]
fn endless(trace: &RefCell<Vec<u32>>) -> ! {
    let mut n = 0;
    loop {
        trace.borrow_mut().push(n);
        later(()).await;
        n += 1;
    }
}

#[coweave::coroutine(yield = u32)]
fn endless_generator() -> ! {
    loop {
        yield 1;
    }
}

#[test]
fn a_body_may_never_return() {
    let trace = RefCell::new(Vec::new());
    let mut task = pin!(endless(&trace));
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..3 {
        assert!(task.as_mut().poll(&mut cx).is_pending());
    }
    assert_eq!(*trace.borrow(), [0, 1, 2]);
    assert_eq!(endless_generator().take(3).sum::<u32>(), 3);
}

#[coweave::coroutine]
fn nested_scopes() -> u32 {
    async fn item() -> u32 {
        later(1).await
    }
    const LENGTH: usize = 2;
    let closure = async |n: u32| later(n).await;
    let block = async { later(3).await };
    item().await + closure(2).await + block.await + [4_u32; LENGTH].len() as u32
}

#[test]
fn nested_items_closures_and_async_blocks_keep_their_own_awaits() {
    assert_eq!(run(nested_scopes()), (8, 3));
}

#[coweave::coroutine]
fn send_across(values: Vec<u32>, one: std::sync::Arc<u32>) -> u32 {
    let sum: u32 = values.iter().sum();
    later(()).await;
    sum + *one
}

#[test]
fn a_task_is_send_when_its_frame_is() {
    fn sent<T: Send + 'static>(value: T) -> T {
        value
    }
    let task = sent(send_across(vec![1, 2], std::sync::Arc::new(3)));
    assert_eq!(std::thread::spawn(move || run(task).0).join().unwrap(), 6);
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
    assert_eq!(sizes, [1026, 2051, 1027, 16]);
    assert_eq!(run(argument_of_the_caller([3; 1024])).0, 3);
    assert_eq!(run(disjoint_blocks()).0, 3);
}

#[test]
fn foreign_combinators_and_coroutines_await_each_other() {
    #[coweave::coroutine]
    fn both() -> (u32, u32) {
        let pair = async { futures::join!(later(1), async { tail().await as u32 }) };
        pair.await
    }
    #[coweave::coroutine]
    fn into_future() -> u32 {
        struct Into;
        impl IntoFuture for Into {
            type Output = u32;
            type IntoFuture = std::future::Ready<u32>;
            fn into_future(self) -> Self::IntoFuture {
                ready(4)
            }
        }
        Into.await
    }
    assert_eq!(run(both()).0, (1, 3));
    assert_eq!(run(into_future()), (4, 0));
}

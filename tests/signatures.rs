//! Every kind of function may be a coroutine.
#![feature(coroutines)]

mod polling;

use std::cell::RefCell;
use std::fmt::{Debug, Display};
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Waker};

use polling::{later, run};

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
    later(here).await
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

#[coweave::coroutine]
fn awaits_its_arguments<F: Future<Output = u32>>(
    first: F,
    second: impl IntoFuture<Output = u32>,
    third: &mut (dyn Future<Output = u32> + Unpin),
) -> [u32; 3] {
    [first.await, second.await, third.await]
}

#[test]
fn generics_lifetimes_and_opaque_types_work() {
    let mut third = Box::pin(later(3));
    assert_eq!(run(awaits_its_arguments(later(1), later(2), &mut third)), ([1, 2, 3], 3));
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

#[coweave::coroutine]
fn factorial(n: u64) -> u64 {
    if later(n).await == 0 { 1 } else { n * Box::pin(factorial(n - 1)).await }
}

#[coweave::coroutine(yield = u32)]
fn ruler(height: u32) {
    if height > 0 {
        yield_all! { ruler(height - 1) }
        yield height;
        yield_all! { ruler(height - 1) }
    }
}

#[coweave::coroutine(stream = u32)]
fn slow_ruler(height: u32) {
    if height > 0 {
        yield_all!(slow_ruler(height - 1));
        yield later(height).await;
        yield_all!(slow_ruler(height - 1));
    }
}

#[test]
fn recursive_coroutines_are_send_as_well() {
    fn sent<T: Send + 'static>(value: T) -> T {
        value
    }
    assert_eq!(run(sent(factorial(5))), (120, 6));
    assert_eq!(sent(ruler(3)).collect::<Vec<_>>(), [1, 2, 1, 3, 1, 2, 1]);
    let mut slow = sent(slow_ruler(2));
    let items: Vec<_> = std::iter::from_fn(|| run(slow.next()).0).collect();
    assert_eq!(items, [1, 2, 1]);
}

trait Container {
    type Item;

    #[coweave::coroutine(yield = &'a Self::Item)]
    fn twice<'a>(&'a self) -> usize
    where
        Self::Item: 'a;
}

impl<T, const N: usize> Container for [T; N] {
    type Item = T;

    #[coweave::coroutine(yield = &'a Self::Item)]
    fn twice<'a>(&'a self) -> usize
    where
        T: 'a,
    {
        for _ in 0..2 {
            yield_all!(self);
        }
        N
    }
}

#[test]
fn options_may_name_associated_types_and_lifetimes() {
    let mut twice = ["a", "b"].twice();
    assert_eq!(twice.by_ref().copied().collect::<String>(), "abab");
    assert_eq!(twice.take_return(), Some(2));
}

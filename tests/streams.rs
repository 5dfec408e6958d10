//! What streams do: items and waits, delegation, ends.
#![feature(coroutines)]

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use coweave::{StreamFrame, Streaming};
use futures::stream::{FusedStream, StreamExt};

/// Is pending once, then ready.
fn suspend_once() -> impl Future<Output = ()> {
    let mut is_suspended = false;
    poll_fn(move |_| {
        if std::mem::replace(&mut is_suspended, true) { Poll::Ready(()) } else { Poll::Pending }
    })
}

/// Polls to the end; `None` stands for a suspension.
fn trace_of<S: futures::Stream + Unpin>(mut stream: S) -> Vec<Option<S::Item>> {
    let mut cx = Context::from_waker(Waker::noop());
    let mut trace = Vec::new();
    loop {
        match stream.poll_next_unpin(&mut cx) {
            Poll::Pending => trace.push(None),
            Poll::Ready(Some(item)) => trace.push(Some(item)),
            Poll::Ready(None) => return trace,
        }
    }
}

#[coweave::coroutine(stream = u32)]
fn slow_count(to: u32) {
    for n in 0..to {
        suspend_once().await;
        yield n;
    }
}

#[test]
fn a_stream_suspends_and_yields_in_the_order_of_its_body() {
    assert_eq!(trace_of(slow_count(2)), [None, Some(0), None, Some(1)]);
}

#[test]
fn next_is_inherent_and_none_comes_for_ever_after_the_end() {
    let mut cx = Context::from_waker(Waker::noop());
    let mut stream = slow_count(1);
    let mut trace = Vec::new();
    for _ in 0..4 {
        let mut next = stream.next();
        trace.push(Pin::new(&mut next).poll(&mut cx));
    }
    let end = Poll::Ready(None);
    assert_eq!(trace, [Poll::Pending, Poll::Ready(Some(0)), end, end]);
    assert!(stream.is_terminated());
}

#[test]
fn dropping_next_loses_no_item() {
    let mut cx = Context::from_waker(Waker::noop());
    let mut stream = slow_count(1);
    assert!(pin!(stream.next()).poll(&mut cx).is_pending());
    assert_eq!(pin!(stream.next()).poll(&mut cx), Poll::Ready(Some(0)));
}

#[coweave::coroutine(stream = String)]
fn nested(parts: &[u32]) {
    yield "begin".to_owned();
    for part in parts {
        yield_all!(slow_count(*part).map(|n| format!("{part}:{n}")));
    }
    yield_all!(futures::stream::iter(["end".to_owned()]));
}

#[test]
fn a_stream_delegates_to_any_stream() {
    let mut expected = Vec::from([Some("begin".to_owned())]);
    for (part, n) in [(1, 0), (2, 0), (2, 1)] {
        expected.extend([None, Some(format!("{part}:{n}"))]);
    }
    expected.push(Some("end".to_owned()));
    assert_eq!(trace_of(nested(&[1, 2])), expected);
}

#[coweave::coroutine(stream = u32)]
fn countdown(from: u32) {
    yield from;
    if from > 0 {
        yield_all!(countdown(from - 1));
    }
}

#[test]
fn streams_recur() {
    assert_eq!(trace_of(countdown(3)), [Some(3), Some(2), Some(1), Some(0)]);
}

#[coweave::coroutine(stream = u32)]
fn moving_sums(mut source: Streaming<impl StreamFrame<Item = u32>>) {
    let mut sum = 0;
    while let Some(n) = source.next().await {
        sum += n;
        yield sum;
    }
}

#[test]
fn a_stream_consumes_another_one() {
    let trace = trace_of(moving_sums(slow_count(3)));
    assert_eq!(trace, [None, Some(0), None, Some(1), None, Some(3)]);
}

#[test]
fn streams_are_send_unpin_and_erasable() {
    fn sent<T: Send + Unpin + 'static>(value: T) -> T {
        value
    }
    let erased = sent(slow_count(2).erase_send());
    let collected = std::thread::spawn(move || trace_of(erased)).join().unwrap();
    assert_eq!(collected, [None, Some(0), None, Some(1)]);
    let mixed: [Streaming<dyn StreamFrame<Item = u32>>; 2] =
        [slow_count(1).erase(), countdown(1).erase()];
    let flat: Vec<_> = mixed.into_iter().flat_map(trace_of).collect();
    assert_eq!(flat, [None, Some(0), Some(1), Some(0)]);
    assert_eq!(format!("{:?}", countdown(0)), "Streaming { is_terminated: false, .. }");
}

struct Noisy<'a>(&'static str, &'a RefCell<Vec<&'static str>>);

impl Drop for Noisy<'_> {
    fn drop(&mut self) {
        self.1.borrow_mut().push(self.0);
    }
}

#[coweave::coroutine(stream = u8)]
fn noisy<'a>(_argument: Noisy<'a>, trace: &'a RefCell<Vec<&'static str>>) {
    let _local = Noisy("local", trace);
    yield 1;
    trace.borrow_mut().push("ended");
}

#[test]
fn the_frame_is_dropped_at_the_end_and_with_the_stream() {
    let trace = RefCell::new(Vec::new());
    let mut cx = Context::from_waker(Waker::noop());
    let mut stream = noisy(Noisy("argument", &trace), &trace);
    while let Poll::Ready(Some(_)) = stream.poll_next_unpin(&mut cx) {}
    trace.borrow_mut().push("polled to the end");
    drop(stream);
    let mut cut = noisy(Noisy("argument", &trace), &trace);
    assert!(cut.poll_next_unpin(&mut cx).is_ready());
    drop(cut);
    assert_eq!(
        *trace.borrow(),
        ["ended", "local", "argument", "polled to the end", "local", "argument"]
    );
}

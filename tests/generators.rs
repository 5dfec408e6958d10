//! What generators do: values out, values in, ends, misuse, delegation.
#![feature(coroutines)]

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use coweave::CoroutineState::{Complete, Yielded};
use coweave::{Frame, Generator};

#[coweave::coroutine(yield = u64)]
fn fibonacci() {
    let (mut a, mut b) = (0, 1);
    loop {
        yield a;
        (a, b) = (b, a + b);
    }
}

#[coweave::coroutine(yield = u32)]
fn count(to: u32) -> &'static str {
    for n in 0..to {
        yield n;
    }
    "counted"
}

#[coweave::coroutine(yield = f64, resume = f64)]
fn running_mean(first: f64) -> usize {
    let (mut sum, mut count) = (first, 1);
    loop {
        let next = yield sum / count as f64;
        if next.is_nan() {
            return count;
        }
        sum += next;
        count += 1;
    }
}

fn message_of(misuse: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(misuse)).expect_err("it panics");
    match payload.downcast::<String>() {
        Ok(message) => *message,
        Err(payload) => (*payload.downcast::<&str>().expect("a message")).to_owned(),
    }
}

#[test]
fn an_endless_generator_is_an_iterator() {
    assert_eq!(fibonacci().take(10).collect::<Vec<_>>(), [0, 1, 1, 2, 3, 5, 8, 13, 21, 34]);
}

#[test]
fn start_loses_no_value_and_resume_passes_values_in() {
    let mut mean = running_mean(10.0);
    let trace = [mean.start(), mean.resume(20.0), mean.resume(30.0), mean.resume(f64::NAN)];
    assert_eq!(trace, [Yielded(10.0), Yielded(15.0), Yielded(20.0), Complete(3)]);
    assert!(mean.is_complete());
    assert_eq!(mean.take_return(), None);
}

#[test]
fn an_iterated_generator_gives_none_for_ever_and_its_return_value_once() {
    let mut counting = count(2);
    let trace: Vec<_> = (0..5).map(|_| counting.next()).collect();
    assert_eq!(trace, [Some(0), Some(1), None, None, None]);
    assert_eq!((counting.take_return(), counting.take_return()), (Some("counted"), None));
    assert_eq!(counting.size_hint(), (0, Some(0)));
}

#[test]
fn started_and_then_iterated_it_goes_on_where_it_was() {
    let mut counting = count(3);
    assert_eq!(counting.start(), Yielded(0));
    assert_eq!(counting.collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn each_misuse_is_named() {
    let messages = [
        message_of(|| {
            let mut it = count(1);
            let _ = it.start();
            let _ = it.start();
        }),
        message_of(|| {
            let mut it = count(1);
            let _ = it.next();
            let _ = it.start();
        }),
        message_of(|| {
            let _ = running_mean(1.0).resume(2.0);
        }),
        message_of(|| {
            let mut it = running_mean(1.0);
            let _ = it.start();
            let _ = it.resume(f64::NAN);
            let _ = it.resume(1.0);
        }),
        message_of(|| {
            let mut it = count(0);
            let _ = it.start();
            let _ = it.resume(());
        }),
    ];
    let starts: Vec<_> = messages.iter().map(|m| m.split([';', ',']).next().unwrap()).collect();
    assert_eq!(
        starts,
        [
            "`start` was called on a generator that was started or iterated before",
            "`start` was called on a generator that was started or iterated before",
            "`resume` was called on a generator before `start`",
            "`resume` was called on a generator that has returned",
            "`resume` was called on a generator that has returned",
        ]
    );
}

#[test]
fn folding_goes_on_where_it_was_and_ends_with_the_generator() {
    let after = |taken: usize| {
        let mut generator = count(3);
        generator.by_ref().take(taken).for_each(drop);
        generator.fold(10, |sum, n| sum * 10 + n)
    };
    assert_eq!([after(0), after(1), after(3)], [10_012, 1012, 10]);
    let mut ended = count(1);
    ended.by_ref().for_each(drop);
    assert_eq!(ended.fold(10, |sum, n| sum + n), 10);
}

#[coweave::coroutine(yield = u32)]
fn fails_after_one() {
    yield 1;
    panic!("by design");
}

#[test]
fn a_panic_passes_through_and_a_later_resume_says_so() {
    let mut it = fails_after_one();
    assert_eq!(it.start(), Yielded(1));
    assert_eq!(message_of(|| _ = it.resume(())), "by design");
    let after = "a generator was resumed after its body had panicked";
    assert_eq!(message_of(|| _ = it.resume(())), after);
    assert_eq!(message_of(|| _ = it.start()), after);
    assert_eq!(message_of(|| _ = it.next()), after);
    assert!(!it.is_complete());
}

struct Tree {
    left: Option<Box<Tree>>,
    value: u32,
    right: Option<Box<Tree>>,
}

impl Tree {
    fn of(values: &[u32]) -> Option<Box<Self>> {
        let (value, middle) = (*values.get(values.len() / 2)?, values.len() / 2);
        let (left, right) = (Self::of(&values[..middle]), Self::of(&values[middle + 1..]));
        Some(Box::new(Self { left, value, right }))
    }

    #[coweave::coroutine(yield = u32)]
    fn in_order(&self) {
        if let Some(left) = &self.left {
            yield_all!(left.in_order());
        }
        yield self.value;
        if let Some(right) = &self.right {
            yield_all!(right.in_order());
        }
    }
}

#[test]
fn delegation_walks_a_tree_in_order() {
    let values: Vec<u32> = (0..100).collect();
    let tree = Tree::of(&values).unwrap();
    assert_eq!(tree.in_order().collect::<Vec<_>>(), values);
}

#[coweave::coroutine(yield = String, resume = u32)]
fn ask_twice(what: &str) -> u32 {
    let first = yield format!("{what} one");
    let second = yield format!("{what} two");
    first + second
}

#[coweave::coroutine(yield = String, resume = u32)]
fn ask_all() -> Vec<u32> {
    let mut answers = vec![yield_all!(ask_twice("width")), yield_all!(ask_twice("height"))];
    answers.push(yield "depth".to_owned());
    answers
}

#[test]
fn delegation_passes_resumed_values_on_and_evaluates_to_the_inner_return() {
    let mut all = ask_all();
    let mut trace = vec![all.start()];
    for answer in 1..=5 {
        trace.push(all.resume(answer));
    }
    assert_eq!(
        trace,
        [
            Yielded("width one".to_owned()),
            Yielded("width two".to_owned()),
            Yielded("height one".to_owned()),
            Yielded("height two".to_owned()),
            Yielded("depth".to_owned()),
            Complete(vec![3, 7, 5]),
        ]
    );
}

#[coweave::coroutine(yield = u32)]
fn from_anything() {
    yield_all!(0..2);
    yield_all!(vec![2, 3]);
    let end = yield_all!(count(2));
    assert_eq!(end, "counted");
    let mut begun = count(6);
    assert_eq!(begun.start(), Yielded(0));
    yield_all!(begun.by_ref().skip(3));
    yield_all!(Some(6).into_iter().chain([7]));
    coweave::yield_all!([8]);
}

#[test]
fn a_generator_delegates_to_any_iterator() {
    assert_eq!(from_anything().collect::<Vec<_>>(), [0, 1, 2, 3, 0, 1, 4, 5, 6, 7, 8]);
}

#[coweave::coroutine(yield = u32)]
fn delegates_too_late() {
    let mut begun = count(3);
    let _ = begun.start();
    yield_all!(begun);
}

#[test]
fn delegating_to_a_started_generator_is_named() {
    let message = message_of(|| _ = delegates_too_late().start());
    assert!(message.starts_with("`yield_all!` was given a generator that was started before"));
}

#[coweave::coroutine(yield = i32)]
fn parse_each(words: &[&str]) -> Result<usize, std::num::ParseIntError> {
    for word in words {
        yield word.parse()?;
    }
    Ok(words.len())
}

#[test]
fn a_question_mark_ends_the_generator_with_its_error() {
    let mut good = parse_each(&["1", "2"]);
    assert_eq!(good.by_ref().collect::<Vec<_>>(), [1, 2]);
    assert_eq!(good.take_return(), Some(Ok(2)));
    let mut bad = parse_each(&["1", "x", "2"]);
    assert_eq!(bad.by_ref().collect::<Vec<_>>(), [1]);
    assert!(bad.take_return().unwrap().is_err());
}

struct Numbers<F: Frame<Yield = u32, Resume = (), Return = &'static str>> {
    source: Generator<F>,
    seen: Vec<u32>,
}

impl<F: Frame<Yield = u32, Resume = (), Return = &'static str>> Numbers<F> {
    fn pull(&mut self) {
        self.seen.extend(self.source.next());
    }
}

#[test]
fn generators_live_in_fields_and_boxes() {
    let mut numbers = Numbers { source: count(3), seen: Vec::new() };
    numbers.pull();
    let mut moved = Box::new(numbers);
    moved.pull();
    assert_eq!(moved.seen, [0, 1]);
    let mut all: Vec<Box<dyn Iterator<Item = u32>>> =
        vec![Box::new(moved.source), Box::new(count(2))];
    all.push(Box::new(count(1).erase()));
    assert_eq!(all.into_iter().flatten().collect::<Vec<_>>(), [2, 0, 1, 0]);
}

#[test]
fn erased_generators_are_resumed_alike() {
    let mut erased = running_mean(1.0).erase();
    let trace = [erased.start(), erased.resume(2.0), erased.resume(f64::NAN)];
    assert_eq!(trace, [Yielded(1.0), Yielded(1.5), Complete(2)]);
}

#[test]
fn a_generator_is_send_when_its_frame_is_and_always_unpin() {
    fn sent<T: Send + Unpin + 'static>(value: T) -> T {
        value
    }
    let moved = sent(count(4));
    assert_eq!(std::thread::spawn(move || moved.sum::<u32>()).join().unwrap(), 6);
    let erased = sent(running_mean(1.0).erase_send());
    assert_eq!(format!("{erased:?}"), "Generator { stage: unstarted, .. }");
}

#[test]
fn nothing_runs_before_the_start() {
    #[coweave::coroutine(yield = ())]
    fn mark(trace: &RefCell<Vec<&'static str>>) {
        trace.borrow_mut().push("begun");
        yield;
        trace.borrow_mut().push("ended");
    }
    let trace = RefCell::new(Vec::new());
    let mut marking = mark(&trace);
    trace.borrow_mut().push("made");
    while marking.next().is_some() {
        trace.borrow_mut().push("item");
    }
    assert_eq!(*trace.borrow(), ["made", "begun", "item", "ended"]);
}

#[coweave::coroutine(yield = &'a str, resume = &'a str)]
fn echo<'a>(first: &'a str) -> String {
    let mut all = String::new();
    let mut next = first;
    while !next.is_empty() {
        all.push_str(next);
        next = yield next;
    }
    all
}

#[test]
fn borrowed_values_go_in_and_out() {
    let texts = ["a".to_owned(), "b".to_owned()];
    let mut echoing = echo(&texts[0]);
    let trace = [echoing.start(), echoing.resume(&texts[1]), echoing.resume("")];
    assert_eq!(trace, [Yielded("a"), Yielded("b"), Complete("ab".to_owned())]);
}

#[coweave::coroutine(yield = &str)]
fn words(text: &str) {
    for word in text.split(' ') {
        yield word;
    }
}

#[test]
fn elided_lifetimes_work_in_the_options() {
    assert_eq!(words("a b").collect::<Vec<_>>(), ["a", "b"]);
}

#[coweave::coroutine(yield = impl std::fmt::Display)]
fn displayed(n: u32) -> impl std::fmt::Debug {
    yield n;
    yield n + 1;
    [n]
}

#[test]
fn item_and_return_types_may_be_opaque() {
    let mut it = displayed(1);
    assert_eq!(it.by_ref().map(|d| d.to_string()).collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(format!("{:?}", it.take_return()), "Some([1])");
}

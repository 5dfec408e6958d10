//! What the tests of PEP 380 try on `yield from`, tried on `yield_all!`.
//!
//! `tests/README.md` has the table: which of their cases apply, and where each is tested. What
//! Python does by `throw` and `close` is done here by panics and drops.
#![feature(coroutines)]

mod polling;

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use coweave::CoroutineState::{Complete, Yielded};
use coweave::{Frame, Generator};

type Trace = RefCell<Vec<String>>;

struct Noisy<'a>(&'static str, &'a Trace);

impl Drop for Noisy<'_> {
    fn drop(&mut self) {
        self.1.borrow_mut().push(format!("dropped {}", self.0));
        assert!(self.0 != "bomb", "in a destructor");
    }
}

fn note(trace: &Trace, what: impl Into<String>) {
    trace.borrow_mut().push(what.into());
}

fn taken(trace: &Trace) -> Vec<String> {
    std::mem::take(&mut trace.borrow_mut())
}

#[coweave::coroutine(yield = u32, resume = u32)]
fn inner(trace: &Trace, bad: u32) -> &'static str {
    note(trace, "inner begins");
    let _inner = Noisy("inner", trace);
    assert!(bad != 0, "at once");
    for n in 1..3 {
        let answer = yield n;
        note(trace, format!("inner got {answer}"));
        assert!(answer != bad, "bad answer");
    }
    note(trace, "inner ends");
    "inner's value"
}

#[coweave::coroutine(yield = u32, resume = u32)]
fn outer(trace: &Trace, bad: u32) -> String {
    note(trace, "outer begins");
    let _outer = Noisy("outer", trace);
    let got = yield 0;
    note(trace, format!("outer got {got}"));
    let value = yield_all!(inner(trace, bad));
    note(trace, format!("outer has {value}"));
    let got = yield 3;
    format!("outer got {got}")
}

#[test]
fn starts_resumes_and_ends_pass_through() {
    let trace = Trace::default();
    let mut it = outer(&trace, 99);
    assert_eq!(taken(&trace), [""; 0]);
    assert_eq!(it.start(), Yielded(0));
    assert_eq!(taken(&trace), ["outer begins"]);
    assert_eq!(it.resume(10), Yielded(1));
    assert_eq!(taken(&trace), ["outer got 10", "inner begins"]);
    assert_eq!(it.resume(11), Yielded(2));
    assert_eq!(taken(&trace), ["inner got 11"]);
    assert_eq!(it.resume(12), Yielded(3));
    let end = ["inner got 12", "inner ends", "dropped inner", "outer has inner's value"];
    assert_eq!(taken(&trace), end);
    assert_eq!(it.resume(13), Complete("outer got 13".to_owned()));
    assert_eq!(taken(&trace), ["dropped outer"]);
}

#[test]
fn a_panic_at_the_first_resume_of_the_inner_one_ends_both() {
    let trace = Trace::default();
    let mut it = outer(&trace, 0);
    assert_eq!(it.start(), Yielded(0));
    taken(&trace);
    catch_unwind(AssertUnwindSafe(|| it.resume(1))).unwrap_err();
    assert_eq!(taken(&trace), ["outer got 1", "inner begins", "dropped inner", "dropped outer"]);
    catch_unwind(AssertUnwindSafe(|| it.resume(2))).unwrap_err();
    assert_eq!(taken(&trace), [""; 0]);
}

#[test]
fn a_panic_at_a_later_resume_of_the_inner_one_ends_both() {
    let trace = Trace::default();
    let mut it = outer(&trace, 12);
    assert_eq!((it.start(), it.resume(10), it.resume(11)), (Yielded(0), Yielded(1), Yielded(2)));
    taken(&trace);
    catch_unwind(AssertUnwindSafe(|| it.resume(12))).unwrap_err();
    assert_eq!(taken(&trace), ["inner got 12", "dropped inner", "dropped outer"]);
}

#[test]
fn dropping_the_outer_one_drops_the_inner_one_first() {
    let trace = Trace::default();
    let mut it = outer(&trace, 99);
    assert_eq!((it.start(), it.resume(10)), (Yielded(0), Yielded(1)));
    taken(&trace);
    drop(it);
    assert_eq!(taken(&trace), ["dropped inner", "dropped outer"]);
}

#[test]
fn a_panic_while_the_inner_one_is_dropped_spares_the_outer_locals() {
    #[coweave::coroutine(yield = ())]
    fn holds_a_bomb(trace: &Trace) {
        let _under = Noisy("under the bomb", trace);
        let _bomb = Noisy("bomb", trace);
        yield;
    }
    #[coweave::coroutine(yield = ())]
    fn delegates(trace: &Trace) {
        let _outer = Noisy("outer", trace);
        yield_all!(holds_a_bomb(trace));
    }
    let trace = Trace::default();
    let mut it = delegates(&trace);
    _ = it.next();
    catch_unwind(AssertUnwindSafe(|| drop(it))).unwrap_err();
    assert_eq!(taken(&trace), ["dropped bomb", "dropped under the bomb", "dropped outer"]);
}

#[test]
fn an_inner_panic_may_be_caught_by_whoever_resumes_the_inner_one_himself() {
    #[coweave::coroutine(yield = u32)]
    fn fails(at: u32) {
        for n in 0.. {
            assert!(n != at, "by design");
            yield n;
        }
    }
    #[coweave::coroutine(yield = u32)]
    fn goes_on() -> &'static str {
        let mut source = fails(2);
        loop {
            let next = catch_unwind(AssertUnwindSafe(|| source.next()));
            let Ok(Some(item)) = next else { break };
            yield item;
        }
        yield_all!([7, 8]);
        "recovered"
    }
    let mut it = goes_on();
    assert_eq!(it.by_ref().collect::<Vec<_>>(), [0, 1, 7, 8]);
    assert_eq!(it.take_return(), Some("recovered"));
}

#[test]
fn the_value_of_a_delegation_is_what_the_inner_one_returned_of_any_type() {
    struct NotClone(u32);
    #[coweave::coroutine(yield = ())]
    fn returns_at_once() -> NotClone {
        NotClone(5)
    }
    #[coweave::coroutine(yield = ())]
    fn fails() -> Result<u32, String> {
        yield;
        Err("inner".to_owned())
    }
    #[coweave::coroutine(yield = ())]
    fn both() -> Result<u32, String> {
        let NotClone(five) = yield_all!(returns_at_once());
        Ok(five + yield_all!(fails())?)
    }
    let mut it = both();
    assert_eq!(it.by_ref().count(), 1);
    assert_eq!(it.take_return(), Some(Err("inner".to_owned())));
}

#[test]
fn delegating_to_what_is_empty_suspends_nowhere() {
    #[coweave::coroutine(yield = u32)]
    fn empty() {
        yield_all!([]);
        yield_all!(std::iter::empty());
        yield_all!(None);
        #[coweave::coroutine(yield = u32)]
        fn nothing() -> u32 {
            4
        }
        yield yield_all!(nothing());
    }
    assert_eq!(empty().collect::<Vec<_>>(), [4]);
}

#[coweave::coroutine(yield = u32)]
fn descend(depth: u32, trace: &Trace) -> u32 {
    let _level = Noisy("level", trace);
    yield depth;
    if depth == 0 {
        return 1;
    }
    1 + yield_all!(descend(depth - 1, trace).erase())
}

#[test]
fn delegation_goes_deep_and_comes_back() {
    let trace = Trace::default();
    let mut it = descend(50, &trace);
    assert!(it.by_ref().eq((0..=50).rev()));
    assert_eq!(it.take_return(), Some(51));
    assert_eq!(taken(&trace).len(), 51);
    let mut it = descend(50, &trace);
    _ = it.nth(30);
    drop(it);
    assert_eq!(taken(&trace).len(), 31);
}

#[test]
fn what_is_delegated_to_may_be_erased_boxed_or_borrowed() {
    type Erased<'a> = Generator<dyn Frame<Yield = u32, Resume = (), Return = u32> + 'a>;
    #[coweave::coroutine(yield = u32)]
    fn all(erased: Erased<'_>, boxed: Box<dyn Iterator<Item = u32> + '_>) -> u32 {
        let mut borrowed = 0..10;
        yield_all!(borrowed.by_ref().take(2));
        yield_all!(boxed);
        let value = yield_all!(erased);
        yield_all!(borrowed.skip(6));
        value
    }
    let trace = Trace::default();
    let mut it = all(descend(1, &trace).erase(), Box::new(descend(2, &trace)));
    assert_eq!(it.by_ref().collect::<Vec<_>>(), [0, 1, 2, 1, 0, 1, 0, 8, 9]);
    assert_eq!(it.take_return(), Some(2));
}

#[test]
fn a_two_way_generator_hands_tuples_through() {
    #[coweave::coroutine(yield = (u32, u32), resume = (u32, u32))]
    fn swap_twice(mut pair: (u32, u32)) -> (u32, u32) {
        for _ in 0..2 {
            pair = yield (pair.1, pair.0);
        }
        pair
    }
    #[coweave::coroutine(yield = (u32, u32), resume = (u32, u32))]
    fn through() -> (u32, u32) {
        yield_all!(swap_twice((1, 2)))
    }
    let mut it = through();
    assert_eq!(it.start(), Yielded((2, 1)));
    assert_eq!(it.resume((3, 4)), Yielded((4, 3)));
    assert_eq!(it.resume((5, 6)), Complete((5, 6)));
}

#[test]
fn a_stream_that_is_dropped_drops_what_it_delegates_to_first() {
    #[coweave::coroutine(stream = u32)]
    fn inner(trace: &Trace) {
        let _inner = Noisy("inner", trace);
        yield polling::later(1).await;
        yield polling::later(2).await;
    }
    #[coweave::coroutine(stream = u32)]
    fn outer(trace: &Trace) {
        let _outer = Noisy("outer", trace);
        yield_all!(inner(trace));
        note(trace, "after");
    }
    let trace = Trace::default();
    let mut stream = outer(&trace);
    assert_eq!(polling::run(stream.next()), (Some(1), 1));
    drop(stream);
    assert_eq!(taken(&trace), ["dropped inner", "dropped outer"]);
    let mut stream = outer(&trace);
    while polling::run(stream.next()).0.is_some() {}
    assert_eq!(taken(&trace), ["dropped inner", "after", "dropped outer"]);
}

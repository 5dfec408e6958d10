//! What the compiler's own tests of coroutines try, tried on lowered functions.
//!
//! `tests/README.md` has the table: which of their cases apply, and where each is tested.
#![feature(coroutines)]

mod polling;

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};

use coweave::CoroutineState::{Complete, Yielded};
use polling::{later, run};

type Trace = RefCell<Vec<&'static str>>;

struct Noisy<'a>(&'static str, &'a Trace);

impl Drop for Noisy<'_> {
    fn drop(&mut self) {
        self.1.borrow_mut().push(self.0);
    }
}

fn taken(trace: &Trace) -> Vec<&'static str> {
    std::mem::take(&mut trace.borrow_mut())
}

#[coweave::coroutine(yield = u32)]
fn drops_if(condition: bool, trace: &Trace) {
    let value = Noisy("value", trace);
    if condition {
        drop(value);
        yield 1;
    } else {
        yield 2;
    }
    trace.borrow_mut().push("end");
}

#[test]
fn what_was_moved_in_one_branch_is_dropped_once() {
    let trace = Trace::default();
    drops_if(true, &trace).for_each(drop);
    assert_eq!(taken(&trace), ["value", "end"]);
    drops_if(false, &trace).for_each(drop);
    assert_eq!(taken(&trace), ["end", "value"]);
    for condition in [true, false] {
        _ = drops_if(condition, &trace).next();
        assert_eq!(taken(&trace), ["value"]);
    }
}

#[coweave::coroutine(yield = ())]
fn replaces(trace: &Trace) {
    let mut value = Noisy("first", trace);
    let _ = &value;
    yield;
    value = Noisy("second", trace);
    yield;
    let _ = &value;
}

#[test]
fn a_value_that_is_replaced_is_dropped_then() {
    let trace = Trace::default();
    let mut replacing = replaces(&trace);
    _ = replacing.next();
    assert_eq!(taken(&trace), [""; 0]);
    _ = replacing.next();
    assert_eq!(taken(&trace), ["first"]);
    drop(replacing);
    assert_eq!(taken(&trace), ["second"]);
}

#[coweave::coroutine(yield = u32)]
fn keeps_a_large_array() -> u32 {
    let mut array = [0_u32; 64];
    for (at, slot) in array.iter_mut().enumerate() {
        *slot = at as u32;
        yield *slot;
    }
    array.iter().sum()
}

#[test]
fn a_borrow_of_a_local_stays_good_when_the_generator_moves() {
    let mut it = keeps_a_large_array();
    let mut items = Vec::new();
    loop {
        let mut moved = Box::new(it);
        match moved.next() {
            Some(item) => items.push(item),
            None => {
                assert_eq!(moved.take_return(), Some((0..64).sum()));
                break;
            }
        }
        it = *moved;
    }
    assert!(items.into_iter().eq(0..64));
}

#[coweave::coroutine(yield = String)]
fn binds_in_patterns(pair: (Option<String>, [u32; 3])) {
    match pair {
        (Some(ref text), [first, .., last @ 1..=9]) => {
            yield format!("{text} {first}");
            yield format!("{text} {last}");
        }
        (whole @ None, [.., last]) | (whole @ Some(_), [.., last]) => {
            yield format!("{whole:?} {last}");
        }
    }
}

#[test]
fn bindings_of_a_pattern_live_across_suspensions() {
    let texts = |pair| binds_in_patterns(pair).collect::<Vec<_>>();
    assert_eq!(texts((Some("a".to_owned()), [1, 2, 3])), ["a 1", "a 3"]);
    assert_eq!(texts((None, [1, 2, 0])), ["None 0"]);
    assert_eq!(texts((Some("b".to_owned()), [1, 2, 10])), ["Some(\"b\") 10"]);
}

#[coweave::coroutine(yield = u32)]
fn outer() -> u32 {
    #[coweave::coroutine(yield = u32)]
    fn inner(to: u32) {
        for n in 0..to {
            yield n;
        }
    }
    let mut sum = 0;
    for n in inner(3) {
        sum += n;
        yield n * 10;
    }
    sum
}

#[test]
fn a_coroutine_contains_another_one() {
    let mut it = outer();
    assert_eq!(it.by_ref().collect::<Vec<_>>(), [0, 10, 20]);
    assert_eq!(it.take_return(), Some(3));
}

#[coweave::coroutine(yield = (), resume = Noisy<'a>)]
fn panics_with<'a>(trace: &'a Trace) {
    let _local = Noisy("local", trace);
    let first = yield;
    let _second = (Noisy("temporary", trace), yield).1;
    let _ = &first;
    panic!("by design");
}

#[test]
fn a_panic_drops_locals_and_what_was_passed_in() {
    let trace = Trace::default();
    let mut it = panics_with(&trace);
    assert_eq!(it.start(), Yielded(()));
    assert_eq!(it.resume(Noisy("first", &trace)), Yielded(()));
    assert_eq!(taken(&trace), [""; 0]);
    let second = Noisy("second", &trace);
    catch_unwind(AssertUnwindSafe(|| _ = it.resume(second))).unwrap_err();
    assert_eq!(taken(&trace), ["temporary", "second", "first", "local"]);
    let third = Noisy("third", &trace);
    catch_unwind(AssertUnwindSafe(|| _ = it.resume(third))).unwrap_err();
    assert_eq!(taken(&trace), ["third"], "what is passed to a dead generator is dropped as well");
    drop(it);
    assert_eq!(taken(&trace), [""; 0]);
}

#[coweave::coroutine(yield = usize, resume = Vec<Noisy<'a>>)]
fn keeps_what_is_passed_in<'a>() -> usize {
    let mut all = Vec::new();
    loop {
        let more = yield all.len();
        if more.is_empty() {
            return all.len();
        }
        all.extend(more);
    }
}

#[test]
fn values_passed_in_live_across_suspensions_and_are_dropped_once() {
    let trace = Trace::default();
    let mut it = keeps_what_is_passed_in();
    assert_eq!(it.start(), Yielded(0));
    assert_eq!(it.resume(vec![Noisy("a", &trace)]), Yielded(1));
    assert_eq!(it.resume(vec![Noisy("b", &trace), Noisy("c", &trace)]), Yielded(3));
    assert_eq!(taken(&trace), [""; 0]);
    assert_eq!(it.resume(Vec::new()), Complete(3));
    assert_eq!(taken(&trace), ["a", "b", "c"]);
}

#[coweave::coroutine(yield = u32)]
fn through_a_reference(value: &mut u32, all: &mut Vec<u32>) {
    for item in all.iter_mut() {
        let again = &mut *value;
        *again += *item;
        yield *again;
        *again *= 2;
        *item = 0;
    }
}

#[test]
fn a_mutable_reference_is_borrowed_again_across_suspensions() {
    let (mut value, mut all) = (1, vec![1, 2, 3]);
    assert_eq!(through_a_reference(&mut value, &mut all).collect::<Vec<_>>(), [2, 6, 15]);
    assert_eq!((value, all), (30, vec![0, 0, 0]));
}

#[coweave::coroutine(yield = u32, resume = bool)]
fn assigns_again_in_a_guard() -> (u32, String) {
    let mut text = "old".to_owned();
    let mut count = 0;
    let number = match 3_u32 {
        1 => 1,
        n if {
            count += 1;
            drop(std::mem::replace(&mut text, format!("new {count}")));
            yield n
        } =>
        {
            n + 10
        }
        n if (yield n * 2) && count == 1 => n + 20,
        _ => 0,
    };
    (number, text)
}

#[test]
fn a_guard_may_suspend_and_assign() {
    let run = |answers: [bool; 2]| {
        let mut it = assigns_again_in_a_guard();
        let mut state = it.start();
        for answer in answers {
            if matches!(state, Yielded(_)) {
                state = it.resume(answer);
            }
        }
        state
    };
    assert_eq!(run([true, true]), Complete((13, "new 1".to_owned())));
    assert_eq!(run([false, true]), Complete((23, "new 1".to_owned())));
    assert_eq!(run([false, false]), Complete((0, "new 1".to_owned())));
}

#[coweave::coroutine]
fn never_there(value: Option<Infallible>) -> u32 {
    let result: Result<u32, Infallible> = later(Ok(1)).await;
    let Ok(number) = result;
    match value {
        Some(never) => match never {},
        None => later(number).await,
    }
}

#[test]
fn uninhabited_values_are_no_trouble() {
    assert_eq!(run(never_there(None)).0, 1);
}

#[coweave::coroutine(yield = u32, resume = u32)]
fn order_of_evaluation(seen: &RefCell<Vec<u32>>) -> u32 {
    let note = |n| {
        seen.borrow_mut().push(n);
        n
    };
    let mut array = [1, 2, 3];
    array[(yield note(1)) as usize] += yield note(2);
    let boxed = Box::new((note(3), yield note(4)));
    let text = [note(5), yield note(6), *Box::new(yield note(7))];
    array.iter().sum::<u32>() + boxed.0 + boxed.1 + text.iter().sum::<u32>()
}

#[test]
fn operands_are_evaluated_in_the_order_of_a_plain_function() {
    let seen = RefCell::default();
    let mut it = order_of_evaluation(&seen);
    let mut items = Vec::new();
    let mut state = it.start();
    let output = loop {
        match state {
            Yielded(item) => items.push(item),
            Complete(output) => break output,
        }
        state = it.resume(items.len() as u32 % 3);
    };
    drop(it);
    // The right side of a compound assignment of numbers comes before its place.
    assert_eq!(items, [2, 1, 4, 6, 7]);
    assert_eq!(seen.into_inner(), [2, 1, 3, 4, 5, 6, 7]);
    assert_eq!(output, (1 + 2 + 3 + 1) + 3 + 5 + 1 + 2);
}

macro_rules! many {
    ($($digit:literal)*) => { many! { @ [$($digit)*] [$($digit)*] } };
    (@ [$($tens:literal)*] $ones:tt) => { many! { @@ $([$tens $ones])* } };
    (@@ $([$tens:literal [$($ones:literal)*]])*) => {
        #[coweave::coroutine(yield = u32)]
        fn three_hundred_and_twenty_four() {
            $($( yield $tens * 18 + $ones; )*)*
        }
    };
}

many!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17);

#[test]
fn a_body_has_more_suspension_points_than_a_byte_counts() {
    assert!(three_hundred_and_twenty_four().eq(0..324));
}

#[coweave::coroutine]
fn blocks_of_their_own() -> usize {
    let mut sum = 0;
    {
        let first = [1_u8; 512];
        later(()).await;
        sum += first.len();
    }
    {
        let second = [2_u8; 512];
        later(()).await;
        sum += second.len();
    }
    sum
}

#[test]
fn locals_that_do_not_live_together_share_their_place() {
    let size = size_of_val(&blocks_of_their_own());
    assert!((512..640).contains(&size), "{size} bytes");
    assert_eq!(run(blocks_of_their_own()).0, 1024);
}

#[coweave::coroutine(yield = &'a str)]
fn shorter_and_longer<'a>(short: &'a str) {
    const LONG: &str = "static";
    yield LONG;
    yield short;
}

#[test]
fn items_of_different_lifetimes_are_those_of_the_shortest() {
    let text = "short".to_owned();
    assert_eq!(shorter_and_longer(&text).collect::<Vec<_>>(), ["static", "short"]);
}

#[coweave::coroutine(yield = u32)]
fn while_iterating(numbers: Vec<u32>) -> Vec<u32> {
    for number in &numbers {
        yield *number;
    }
    let mut numbers = numbers;
    for number in &mut numbers {
        yield *number + 10;
        *number += 1;
    }
    numbers
}

#[test]
fn owned_arguments_are_iterated_across_suspensions() {
    let mut it = while_iterating(vec![1, 2]);
    assert_eq!(it.by_ref().collect::<Vec<_>>(), [1, 2, 11, 12]);
    assert_eq!(it.take_return(), Some(vec![2, 3]));
}

#[test]
fn a_generator_that_is_never_started_drops_its_arguments_alone() {
    #[coweave::coroutine(yield = ())]
    fn with_argument(_value: Noisy<'_>, begun: &Cell<bool>) {
        begun.set(true);
        yield;
    }
    let (trace, begun) = (Trace::default(), Cell::new(false));
    drop(with_argument(Noisy("argument", &trace), &begun));
    assert_eq!((taken(&trace), begun.get()), (vec!["argument"], false));
}

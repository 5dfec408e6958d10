//! Behaviour of lowered bodies: each construct does what it does in a plain function.
#![feature(coroutines)]

mod polling;

use std::future::{Future, ready};

use polling::{later, run};

#[coweave::coroutine]
#[expect(clippy::deref_addrof, reason = "the operator is under test")]
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
        4..=5 => later(()).await,
        n => assert_eq!(n, 0),
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

#[test]
fn foreign_combinators_and_coroutines_await_each_other() {
    #[coweave::coroutine]
    fn both() -> (u32, u32) {
        let pair = async { futures::join!(later(1), async { async { 3 }.await as u32 }) };
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

#[derive(Debug, PartialEq, Clone, Default)]
struct Parts {
    a: u32,
    b: u32,
    c: u32,
}

#[coweave::coroutine]
fn places(flag: bool) -> Option<(Parts, [u32; 3])> {
    let late = later(1).await;
    let parts =
        Parts { a: later(late).await, b: 2, ..later(Parts { c: 3, ..Parts::default() }).await };
    let mut array = [0; 3];
    array[later(1_usize).await] = later(5).await;
    let third = &mut array[2];
    *third = later(6).await;
    let block = 'block: {
        if later(flag).await {
            break 'block later(7).await;
        }
        8
    };
    array[0] = loop {
        if later(true).await {
            break later(block).await;
        }
    };
    let function = later(|n: u32| n + 1).await;
    assert_eq!(function(1), 2);
    let text = if let Some(n) = later(None::<u32>).await {
        n.to_string()
    } else if later(true).await {
        later("else".to_owned()).await
    } else {
        unreachable!()
    };
    assert_eq!(text, "else");
    match (later(1).await, later(2).await) {
        (1, n) if later(n).await == 2 => return later(Some((parts, array))).await,
        _ => {}
    }
    later(None).await?
}

#[test]
fn awaits_stand_in_places_literals_and_blocks() {
    let parts = Parts { a: 1, b: 2, c: 3 };
    assert_eq!(run(places(true)).0, Some((parts.clone(), [7, 5, 6])));
    assert_eq!(run(places(false)).0, Some((parts, [8, 5, 6])));
}

#[coweave::coroutine(yield = u32, resume = u32)]
fn yields_everywhere(trace: &std::cell::RefCell<Vec<String>>) -> (u32, Vec<u32>) {
    let note = |text: String| trace.borrow_mut().push(text);
    let sum = (yield 1) + (yield 2);
    note(format!("sum {} {sum}", yield yield 3));
    if (yield 4) == 10 && (yield 5) != 0 {
        note("condition".to_owned());
    }
    let chosen = match yield 6 {
        12 => yield 7,
        other => other,
    };
    let mut rounds = vec![yield 8, (yield 9) * 2];
    while let 16..18 = yield 10 {
        rounds.push(0);
    }
    let mut nested = vec![format!("{}", yield 11)];
    nested.push((yield 12).to_string());
    note(nested.join(","));
    (chosen, [rounds, vec![yield 13; 2]].concat())
}

#[test]
fn yields_stand_anywhere_in_an_expression() {
    use coweave::CoroutineState::{Complete, Yielded};
    let trace = std::cell::RefCell::default();
    let mut generator = yields_everywhere(&trace);
    let mut state = generator.start();
    let mut items = Vec::new();
    let mut answer = 5;
    let output = loop {
        match state {
            Yielded(item) => items.push(item),
            Complete(output) => break output,
        }
        answer += 1;
        state = generator.resume(answer);
    };
    drop(generator);
    assert_eq!(items, [1, 2, 3, 8, 4, 5, 6, 7, 8, 9, 10, 10, 10, 11, 12, 13]);
    assert_eq!(output, (13, vec![14, 30, 0, 0, 21, 21]));
    assert_eq!(trace.into_inner(), ["sum 9 13", "condition", "19,20"]);
}

macro_rules! coroutines_of {
    ($name:ident, $task:ident, $item:ty, $e:expr, $($t:tt)*) => {
        #[coweave::coroutine(yield = $item)]
        fn $name() {
            yield $e;
            yield_all!([$e, $($t)*]);
        }

        #[coweave::coroutine]
        fn $task() -> $item {
            let out = later($e).await + $($t)*;
            out
        }
    };
}

coroutines_of!(made_by_a_macro, task_made_by_a_macro, u32, 1 + 1, later_number());

fn later_number() -> u32 {
    5
}

#[test]
fn coroutines_may_be_written_by_macros() {
    assert_eq!(made_by_a_macro().collect::<Vec<_>>(), [2, 2, 5]);
    assert_eq!(run(task_made_by_a_macro()).0, 7);
}

struct Counted<'a>(&'a std::cell::Cell<u32>);

impl Counted<'_> {
    fn future(&self) -> impl Future<Output = u32> + use<> {
        let count = self.0.get();
        later(count)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

#[coweave::coroutine]
fn temporaries(count: &std::cell::Cell<u32>) -> Vec<u32> {
    let mut seen = vec![Counted(count).future().await];
    seen.push(count.get());
    seen.push(Counted(count).future().await + count.get());
    seen
}

async fn temporaries_async(count: &std::cell::Cell<u32>) -> Vec<u32> {
    let mut seen = vec![Counted(count).future().await];
    seen.push(count.get());
    seen.push(Counted(count).future().await + count.get());
    seen
}

#[test]
fn temporaries_of_an_operand_live_as_long_as_in_an_async_fn() {
    let (a, b) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    assert_eq!(run(temporaries(&a)), run(temporaries_async(&b)));
    assert_eq!((a.get(), b.get()), (2, 2));
}

#[coweave::coroutine]
fn element_by_guards(array: [(i32, &str); 3], slice: &[i32], at: usize) -> (i32, String, i32) {
    let number = match array[at].0 {
        0 => 1,
        n if later(n).await == 99 => 2,
        20 => 21,
        n => n,
    };
    let mut texts = [const { String::new() }; 3];
    match texts[at] {
        ref text if later(!text.is_empty()).await => unreachable!(),
        ref mut text => text.push_str(array[at].1),
    }
    let from_slice = match slice[at] {
        n if later(n).await == 99 => 2,
        n => n,
    };
    (number, texts.concat(), from_slice)
}

#[test]
fn an_element_that_is_matched_on_stays_itself_across_a_guard_that_suspends() {
    let array = [(10, "a"), (20, "b"), (30, "c")];
    let outputs = [0, 1, 2].map(|at| run(element_by_guards(array, &[7, 8, 9], at)).0);
    let expected = [(10, "a", 7), (21, "b", 8), (30, "c", 9)];
    assert_eq!(outputs, expected.map(|(n, text, from_slice)| (n, text.to_owned(), from_slice)));
}

//! Patterns, and what they take.

use std::future::{pending, ready};

use coweave::{select, sleep, yield_now};

use crate::support::{Counted, Trace, later, seconds};

const LIMIT: u32 = 7;

mod shapes {
    pub(crate) enum Shape {
        Dot,
        Line { from: u32, to: u32 },
        Named(String),
    }
}
use shapes::Shape;

#[coweave::test]
async fn a_value_that_does_not_match_is_dropped_and_disables_its_branch() {
    let trace = Trace::new();
    let value = Some(Counted::new(&trace, "value"));
    let winner = select! {
        None = later(&trace, "first", 1, value) => 1,
        n = later(&trace, "second", 2, 2) => n,
    };
    trace.add(winner);
    assert_eq!(
        trace,
        ["first ready", "first dropped", "value dropped", "second ready", "second dropped", "2"]
    );
}

#[coweave::test]
async fn else_runs_once_every_value_has_failed_to_match() {
    let value = select! {
        Some(n) = async { sleep(seconds(1)).await; None::<u32> } => n,
        Ok(n) = async { sleep(seconds(2)).await; Err::<u32, ()>(()) } => n,
        else => 9,
    };
    assert_eq!(value, 9);
}

async fn told(shape: Shape) -> String {
    select! {
        Shape::Line { from: from @ 1, to } | Shape::Line { to: from, from: to } = ready(shape) => {
            format!("line {from} {to}")
        }
        else => "no line".to_owned(),
    }
}

#[coweave::test]
async fn patterns_of_every_kind_match_as_they_do_in_a_match() {
    let trace = Trace::new();
    trace.add(told(Shape::Line { from: 1, to: 2 }).await);
    trace.add(told(Shape::Dot).await);
    let (mut a, b) = select! { (mut a, ref b) = ready((1, String::from("b"))) => {
        a += 1;
        (a, b.clone())
    } };
    a += 1;
    trace.add(format!("{a} {b}"));
    trace.add(select! { ref mut list = ready(vec![1]) => { list.push(2); list.len() } });
    trace.add(select! { LIMIT = ready(8) => "limit", 8..=9 = ready(8) => "range", else => "else" });
    trace.add(select! { &n = ready(&LIMIT) => n });
    trace.add(select! { Some(&n) = ready([1, 2].first()) => n, else => 0 });
    trace.add(
        select! { whole @ [first, .., last] = ready([1, 2, 3]) => whole.len() + first + last },
    );
    trace.add(select! { Shape::Named(name) = ready(Shape::Named("moved".into())) => name, else => String::new() });
    trace.add(select! { None::<u32> = ready(None) => "none", else => "else" });
    assert_eq!(trace, ["line 1 2", "no line", "3 b", "2", "range", "7", "1", "7", "moved", "none"]);
}

#[coweave::test]
async fn what_a_pattern_takes_by_value_is_taken_once() {
    let trace = Trace::new();
    let make = || (Counted::new(&trace, "left"), Some(Counted::new(&trace, "right")));
    select! { (left, Some(_)) = ready(make()) => trace.add(left.name()), else => {} }
    trace.add("--");
    select! { (_, None) = ready(make()) => {}, else => trace.add("else") }
    assert_eq!(
        trace,
        ["left", "left dropped", "right dropped", "--", "left dropped", "right dropped", "else"]
    );
}

#[coweave::test]
async fn a_handler_uses_what_the_futures_had_borrowed() {
    let mut log = Vec::new();
    let mut other = String::from("other");
    let adds = async {
        log.push(1);
        pending::<()>().await;
        log.push(2);
    };
    let changes = async {
        yield_now().await;
        other.push('!');
        other.len()
    };
    let len = select! {
        () = adds => 0,
        len = changes => {
            log.push(len);
            other.push('?');
            len
        }
    };
    assert_eq!((len, log, other.as_str()), (6, vec![1, 6], "other!?"));
}

async fn length(text: &str) -> usize {
    yield_now().await;
    text.len()
}

#[coweave::test]
async fn what_an_expression_borrows_for_a_moment_lives_while_it_waits() {
    let value = select! {
        n = length(&String::from("abc")) => n,
        n = length(&"x".repeat(5)) => n,
    };
    let both = coweave::join!(length(&String::from("abc")), length(&"x".repeat(5)));
    assert!(value == 3 || value == 5);
    assert_eq!(both, (3, 5));
}

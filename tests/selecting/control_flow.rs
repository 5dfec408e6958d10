//! Handlers that leave.

use std::future::ready;
use std::num::ParseIntError;

use coweave::{select, sleep, yield_now};

use crate::support::{Counted, Trace, later, seconds};

#[coweave::coroutine]
fn lowered(trace: &Trace, text: &str) -> Result<u32, ParseIntError> {
    let _local = Counted::new(trace, "local");
    let mut sum = 0;
    let found = 'search: loop {
        for n in 0..3_u32 {
            select! {
                () = ready(()), if n == 0 => continue,
                () = yield_now(), if n == 1 => {
                    if text == "stop" {
                        return Ok(100);
                    }
                    sum += text.parse::<u32>()?;
                    if sum < 10 {
                        continue 'search;
                    }
                }
                () = sleep(seconds(1)), if n == 2 => break 'search sum,
                else => unreachable!(),
            }
            trace.add(format!("behind {n}"));
        }
    };
    Ok(found)
}

async fn plain(trace: &Trace, text: &str) -> Result<u32, ParseIntError> {
    let _local = Counted::new(trace, "local");
    let mut sum = 0;
    let found = 'search: loop {
        for n in 0..3_u32 {
            select! {
                () = ready(()), if n == 0 => continue,
                () = yield_now(), if n == 1 => {
                    if text == "stop" {
                        return Ok(100);
                    }
                    sum += text.parse::<u32>()?;
                    if sum < 10 {
                        continue 'search;
                    }
                }
                () = sleep(seconds(1)), if n == 2 => break 'search sum,
                else => unreachable!(),
            }
            trace.add(format!("behind {n}"));
        }
    };
    Ok(found)
}

#[coweave::test]
async fn handlers_leave_the_loops_and_the_function_around_them() {
    let (left, right) = (Trace::new(), Trace::new());
    for text in ["stop", "4", "x"] {
        left.add(format!("{:?}", lowered(&left, text).await.ok()));
        right.add(format!("{:?}", plain(&right, text).await.ok()));
    }
    let expected = [
        "local dropped",
        "Some(100)",
        "behind 1",
        "local dropped",
        "Some(12)",
        "local dropped",
        "None",
    ];
    assert_eq!(left, expected);
    assert_eq!(right, expected);
}

#[coweave::coroutine]
fn question_marks_everywhere(good: bool) -> Result<u32, &'static str> {
    let value = |good: bool| if good { Ok(true) } else { Err("guard") };
    let made = |good: bool| if good { Ok(ready(Ok::<u32, &str>(1))) } else { Err("future") };
    select! {
        n = made(good)? => Ok(n?),
        n = made(true)?, if value(good)? => n,
    }
}

#[coweave::test]
async fn guards_and_futures_may_leave_as_well() {
    let results = [question_marks_everywhere(true).await, question_marks_everywhere(false).await];
    assert_eq!(results, [Ok(1), Err("guard")]);
}

#[coweave::coroutine]
fn never_ends(trace: &Trace) -> u32 {
    let mut rounds = 0;
    loop {
        let step = select! {
            () = later(trace, "tick", 1, ()) => 1,
            () = sleep(seconds(5)) => return 0,
        };
        rounds += step;
        select! { () = ready(()) => if rounds == 2 { break rounds } }
    }
}

#[coweave::test]
async fn a_select_is_a_statement_and_a_value() {
    let trace = Trace::new();
    trace.add(never_ends(&trace).await);
    assert_eq!(trace, ["tick ready", "tick dropped", "tick ready", "tick dropped", "2"]);
}

//! Which branch wins.

use std::future::{pending, ready};
use std::pin::pin;

use coweave::{Instant, park, select, sleep, spawn, task, yield_now};
use futures::channel::oneshot;
use futures::future::{BoxFuture, FutureExt};

use crate::support::{Trace, later, seconds};

async fn first_of(a: u64, b: u64, c: u64) -> &'static str {
    select! {
        () = sleep(seconds(a)) => "a",
        () = sleep(seconds(b)) => { "b" }
        () = sleep(seconds(c)) => "c",
    }
}

#[coweave::test]
async fn each_branch_wins_when_it_is_first() {
    let start = Instant::now();
    let winners = [first_of(1, 2, 3).await, first_of(2, 1, 3).await, first_of(2, 3, 1).await];
    assert_eq!(winners, ["a", "b", "c"]);
    assert_eq!(start.elapsed(), seconds(3));
}

#[coweave::test]
async fn guards_are_evaluated_first_and_once_and_their_futures_only_where_they_hold() {
    let trace = Trace::new();
    let asked = |name: &str, answer: bool| {
        trace.add(format!("guard {name}"));
        answer
    };
    let made = |name: &str| {
        trace.add(format!("future {name}"));
        ready(())
    };
    select! {
        biased;
        () = made("a"), if asked("a", false) => trace.add("a won"),
        () = made("b") => trace.add("b won"),
        () = made("c"), if asked("c", true) => trace.add("c won"),
        else => trace.add("else"),
    }
    assert_eq!(trace, ["guard a", "guard c", "future b", "future c", "b won"]);
}

#[coweave::test]
async fn else_runs_where_no_branch_is_enabled() {
    let trace = Trace::new();
    select! {
        () = ready(()), if trace == [] => trace.add("guarded"),
        else => trace.add("not here"),
    }
    let no = trace == [];
    let value = select! {
        n = ready(1), if no => n,
        n = ready(2), if no => n,
        else => 3,
    };
    trace.add(value);
    assert_eq!(trace, ["guarded", "3"]);
}

#[coweave::test]
async fn without_else_a_select_with_all_branches_disabled_says_where_it_stands() {
    let task = spawn(async {
        select! {
            Some(()) = ready(None) => {}
            Some(()) = ready(None) => {}
        }
    });
    let payload = task.await.unwrap_err().into_panic();
    let line = line!() - 6;
    let expected = format!(
        "every branch of the `select!` at {}:{line}:9 is disabled, and it has no `else`",
        file!()
    );
    assert_eq!(payload.downcast_ref::<String>(), Some(&expected));
}

#[coweave::test]
async fn biased_asks_in_the_order_written() {
    for _ in 0..50 {
        let winner = select! {
            biased;
            () = pending() => 0,
            n = ready(1) => n,
            n = ready(2) => n,
        };
        assert_eq!(winner, 1);
    }
}

#[coweave::test]
async fn a_loop_goes_on_with_the_same_futures() {
    let trace = Trace::new();
    let mut slow = pin!(later(&trace, "slow", 5, "five"));
    let mut quick = spawn(later(&trace, "quick", 3, "three"));
    let mut has_quick = true;
    let mut ticks = 0;
    loop {
        select! {
            value = &mut slow => {
                trace.add(value);
                break;
            }
            value = &mut quick, if has_quick => {
                has_quick = false;
                trace.add(value.unwrap());
                continue;
            }
            () = sleep(seconds(2)) => ticks += 1,
        }
    }
    trace.add(ticks);
    assert_eq!(
        trace,
        ["quick ready", "quick dropped", "three", "slow ready", "slow dropped", "five", "1"]
    );
}

#[coweave::test]
async fn everything_that_is_a_future_may_be_a_branch() {
    let trace = Trace::new();
    let (sender, mut receiver) = oneshot::channel();
    let unparker = task::current().unparker();
    let mut boxed: BoxFuture<'_, &str> =
        async { sleep(seconds(3)).map(|()| "boxed").await }.boxed();
    drop(spawn(async move {
        sleep(seconds(1)).await;
        unparker.unpark();
        sleep(seconds(1)).await;
        sender.send("sent").unwrap();
    }));
    let mut joined = spawn(async {
        sleep(seconds(4)).await;
        "joined"
    });
    let (mut parked, mut received, mut unboxed) = (false, false, false);
    for _ in 0..5 {
        let came = select! {
            () = park(), if !parked => { parked = true; "parked" }
            value = &mut receiver, if !received => { received = true; value.unwrap() }
            value = &mut boxed, if !unboxed => { unboxed = true; value }
            value = &mut joined => { joined = spawn(pending()); value.unwrap() }
            () = sleep(seconds(30)) => "slept",
        };
        trace.add(came);
    }
    assert_eq!(trace, ["parked", "sent", "boxed", "joined", "slept"]);
}

#[coweave::test]
async fn a_select_stands_in_another() {
    let trace = Trace::new();
    let value = select! {
        n = async { select! { n = later(&trace, "a", 2, 1) => n, n = later(&trace, "b", 1, 2) => n } } => {
            select! {
                () = sleep(seconds(1)) => n * 10,
                () = yield_now() => n * 100,
            }
        }
        () = sleep(seconds(3)) => 0,
    };
    trace.add(value);
    assert_eq!(trace, ["b ready", "b dropped", "a dropped", "200"]);
}

#[coweave::test]
async fn thirty_two_branches() {
    let s = |n: u64| sleep(seconds(n));
    let on = |n: u64| n == 31;
    let winner = select! {
        () = s(64) => 0, () = s(63) => 1, () = s(62) => 2, () = s(61) => 3,
        () = s(60) => 4, () = s(59) => 5, () = s(58) => 6, () = s(57) => 7,
        () = s(56) => 8, () = s(55) => 9, () = s(54) => 10, () = s(53) => 11,
        () = s(52) => 12, () = s(51) => 13, () = s(50) => 14, () = s(49) => 15,
        () = s(48) => 16, () = s(47) => 17, () = s(46) => 18, () = s(45) => 19,
        () = s(44) => 20, () = s(43) => 21, () = s(42) => 22, () = s(41) => 23,
        () = s(40) => 24, () = s(39) => 25, () = s(38) => 26, () = s(37) => 27,
        () = s(36) => 28, () = s(35) => 29, () = s(1), if on(30) => 30, () = s(33), if on(31) => 31,
        else => 32,
    };
    assert_eq!(winner, 31);
}

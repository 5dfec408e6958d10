//! `yield_now`: behind all that were ready, wherever it is awaited.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use coweave::{spawn, spawn_local, yield_now};
use futures::executor::block_on;
use futures::future::{join, join_all, select};

use crate::support::Trace;

#[coweave::coroutine]
fn yields(trace: Trace, name: &'static str, times: u32) {
    for n in 0..times {
        trace.add(format!("{name}{n}"));
        yield_now().await;
    }
    trace.add(format!("{name} ends"));
}

#[coweave::test]
async fn a_yielding_task_goes_behind_all_that_were_ready() {
    let trace = Trace::new();
    let tasks = ["a", "b", "c"].map(|name| spawn(yields(trace.clone(), name, 2)));
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(trace, ["a0", "b0", "c0", "a1", "b1", "c1", "a ends", "b ends", "c ends"]);
}

#[coweave::test]
async fn what_was_spawned_before_the_yield_runs_before_its_return() {
    let trace = Trace::new();
    drop(spawn(yields(trace.clone(), "a", 1)));
    yield_now().await;
    trace.add("main");
    yield_now().await;
    trace.add("main again");
    assert_eq!(trace, ["a0", "main", "a ends", "main again"]);
}

#[coweave::test]
async fn yields_in_an_async_block_and_in_a_coroutine_take_turns() {
    let trace = Trace::new();
    let inner = trace.clone();
    let block = spawn(async move {
        for n in 0..2 {
            inner.add(format!("block{n}"));
            yield_now().await;
        }
    });
    let coroutine = spawn(yields(trace.clone(), "co", 2));
    block.await.unwrap();
    coroutine.await.unwrap();
    assert_eq!(trace, ["block0", "co0", "block1", "co1", "co ends"]);
}

#[coweave::test]
async fn yields_in_a_foreign_combinator_yield() {
    let trace = Trace::new();
    let other = spawn(yields(trace.clone(), "other", 3));
    join_all((0..20).map(|_| yield_now())).await;
    trace.add("joined all");
    join(yield_now(), yields(trace.clone(), "joined", 1)).await;
    trace.add("joined two");
    other.await.unwrap();
    assert_eq!(
        trace,
        [
            "other0",
            "joined all",
            "joined0",
            "other1",
            "joined ends",
            "joined two",
            "other2",
            "other ends"
        ]
    );
}

#[test]
fn yields_work_under_a_foreign_executor() {
    let trace = Trace::new();
    block_on(join(yields(trace.clone(), "a", 2), yields(trace.clone(), "b", 2)));
    block_on(yield_now());
    assert_eq!(trace, ["a0", "b0", "a1", "b1", "a ends", "b ends"]);
}

#[test]
fn a_foreign_executor_inside_a_task_runs_yields_to_their_end() {
    let trace = Trace::new();
    coweave::run(async {
        let other = spawn(yields(trace.clone(), "other", 1));
        block_on(yields(trace.clone(), "nested", 2));
        trace.add("main");
        other.await.unwrap();
    });
    assert_eq!(trace, ["nested0", "nested1", "nested ends", "main", "other0", "other ends"]);
}

#[coweave::test]
async fn a_yield_dropped_half_awaited_leaves_its_task_ready() {
    let trace = Trace::new();
    let other = spawn(yields(trace.clone(), "other", 2));
    let selected = select(Box::pin(yield_now()), std::future::ready(())).await;
    let is_right = matches!(selected, futures::future::Either::Right(_));
    drop(selected);
    trace.add(is_right);
    std::future::pending::<()>().now_or_once_resumed().await;
    trace.add("main was resumed");
    other.await.unwrap();
    assert_eq!(trace, ["true", "other0", "main was resumed", "other1", "other ends"]);
}

/// Ready at the second poll, and wakes nobody for it.
trait NowOrOnceResumed: Future + Sized {
    async fn now_or_once_resumed(self) {
        let mut future = pin!(self);
        let mut polls = 0;
        std::future::poll_fn(|cx| {
            polls += 1;
            if polls == 2 { Poll::Ready(()) } else { future.as_mut().poll(cx).map(drop) }
        })
        .await;
    }
}

impl<F: Future> NowOrOnceResumed for F {}

#[coweave::test]
async fn a_yield_is_ready_at_its_second_poll_whoever_polls_it() {
    let trace = Trace::new();
    let mut future = pin!(yield_now());
    let mut noop = Context::from_waker(Waker::noop());
    trace.add(future.as_mut().poll(&mut noop).is_pending());
    trace.add(future.as_mut().poll(&mut noop).is_ready());
    let mut moved = Box::pin(yield_now());
    trace.add(futures::poll!(&mut moved).is_pending());
    spawn(moved).await.unwrap();
    assert_eq!(trace, ["true", "true", "true"]);
}

#[coweave::coroutine]
fn counts(trace: Trace, until: u32) -> u32 {
    let mut n = 0;
    while n < until {
        yield_now().await;
        n += 1;
    }
    trace.add(format!("counted {n}"));
    n
}

#[coweave::test]
async fn many_tasks_yield_many_times() {
    let trace = Trace::new();
    let tasks: Vec<_> = (1..=5).map(|n| spawn(counts(trace.clone(), n * 1000))).collect();
    let mut sum = 0;
    for task in tasks.into_iter().rev() {
        sum += task.await.unwrap();
    }
    trace.add(sum);
    assert_eq!(
        trace,
        ["counted 1000", "counted 2000", "counted 3000", "counted 4000", "counted 5000", "15000"]
    );
}

/// A task yields some times, and spawns some others when it is first resumed.
#[derive(Debug, Clone, Copy)]
struct Plan {
    id: u64,
    depth: u32,
    yields: u32,
}

impl Plan {
    fn children(self) -> impl Iterator<Item = Self> {
        let count = if self.depth == 0 { 0 } else { 1 + self.id * 7 % 5 };
        (0..count).map(move |n| {
            let id = self.id * 5 + n + 1;
            Self { id, depth: self.depth - 1, yields: (id * 11 % 7) as u32 }
        })
    }
}

#[coweave::coroutine]
fn carry_out(trace: Rc<RefCell<Vec<u64>>>, plan: Plan) {
    trace.borrow_mut().push(plan.id);
    for child in plan.children() {
        drop(spawn_local(carry_out(trace.clone(), child)));
    }
    for _ in 0..plan.yields {
        yield_now().await;
        trace.borrow_mut().push(plan.id);
    }
}

#[test]
fn thousands_of_tasks_that_come_and_go_take_turns_like_a_queue() {
    let first = Plan { id: 0, depth: 8, yields: 3 };
    let mut expected = Vec::new();
    let mut queue = VecDeque::from([(first, true)]);
    while let Some((mut plan, is_new)) = queue.pop_front() {
        expected.push(plan.id);
        if is_new {
            queue.extend(plan.children().map(|child| (child, true)));
        }
        if plan.yields > 0 {
            plan.yields -= 1;
            queue.push_back((plan, false));
        }
    }
    assert!(expected.len() > 10_000, "{}", expected.len());
    let trace = Rc::<RefCell<Vec<u64>>>::default();
    let mut scheduler = crate::support::virtual_scheduler();
    for _ in 0..2 {
        scheduler.run(async { drop(spawn_local(carry_out(Rc::clone(&trace), first))) });
        assert_eq!(scheduler.run_until_idle(), 0);
        assert!(trace.take() == expected, "another order");
    }
}

//! `park` and its `Unparker`: one remembered permit.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use coweave::task::{self, try_current};
use coweave::{SchedulerHandle, Unparker, park, sleep, spawn, yield_now};
use futures::future::{join, join_all, select};

use crate::support::{
    Slot, Trace, on_thread, outcome, panic_text, start_thread, virtual_scheduler,
};

fn unparker() -> Unparker {
    task::current().unparker()
}

#[coweave::coroutine]
fn parks(trace: Trace, slot: Slot<Unparker>, times: u32) {
    slot.put(unparker());
    for n in 1..=times {
        park().await;
        trace.add(format!("unparked {n}"));
    }
}

#[coweave::test]
async fn a_parked_task_goes_on_when_it_is_unparked() {
    let trace = Trace::new();
    let slot = Slot::new();
    let task = spawn(parks(trace.clone(), slot.clone(), 1));
    sleep(Duration::from_secs(1)).await;
    let unparker = slot.take();
    trace.add(unparker.id() == task.id());
    unparker.unpark();
    trace.add("unpark returned");
    task.await.unwrap();
    assert_eq!(trace, ["true", "unpark returned", "unparked 1"]);
}

#[coweave::test]
async fn an_unpark_before_the_park_is_remembered_and_does_not_suspend() {
    let trace = Trace::new();
    let inner = trace.clone();
    drop(spawn(async move { inner.add("other") }));
    unparker().unpark();
    park().await;
    trace.add("main did not suspend");
    yield_now().await;
    assert_eq!(trace, ["main did not suspend", "other"]);
}

#[coweave::test]
async fn the_permit_is_remembered_once() {
    let trace = Trace::new();
    let slot = Slot::new();
    let task = spawn(parks(trace.clone(), slot.clone(), 2));
    yield_now().await;
    let unparker = slot.take();
    for _ in 0..10 {
        unparker.unpark();
    }
    sleep(Duration::from_secs(1)).await;
    trace.add(task.is_finished());
    unparker.unpark();
    task.await.unwrap();
    assert_eq!(trace, ["unparked 1", "false", "unparked 2"]);
}

#[coweave::test]
async fn the_permit_survives_other_suspensions() {
    let trace = Trace::new();
    unparker().unpark();
    yield_now().await;
    sleep(Duration::from_secs(1)).await;
    spawn(async {}).await.unwrap();
    park().await;
    trace.add("took the permit");
    assert_eq!(trace, ["took the permit"]);
}

#[coweave::test]
async fn a_park_dropped_half_awaited_loses_no_permit() {
    let trace = Trace::new();
    let mut dropped = Box::pin(park());
    trace.add(futures::poll!(&mut dropped).is_pending());
    unparker().unpark();
    drop(dropped);
    park().await;
    trace.add("took the permit");
    assert_eq!(trace, ["true", "took the permit"]);
}

#[coweave::test]
async fn two_unparkers_of_one_task_share_its_permit() {
    let trace = Trace::new();
    let slot = Slot::new();
    let task = spawn(parks(trace.clone(), slot.clone(), 2));
    yield_now().await;
    let first = slot.take();
    let second = first.clone();
    first.unpark();
    drop(first);
    second.unpark();
    sleep(Duration::from_secs(1)).await;
    trace.add(task.is_finished());
    on_thread("other", move || second.unpark());
    task.await.unwrap();
    assert_eq!(trace, ["unparked 1", "false", "unparked 2"]);
}

#[coweave::test]
async fn a_thread_unparks_a_task() {
    let trace = Trace::new();
    let slot = Slot::new();
    let external = SchedulerHandle::try_current().unwrap().external();
    let task = spawn(parks(trace.clone(), slot.clone(), 100));
    yield_now().await;
    let unparker = slot.take();
    let thread = start_thread("other", move || {
        while !task.is_finished() {
            unparker.unpark();
            std::thread::yield_now();
        }
        drop(external);
        task
    });
    let task = crate::support::until_finished(thread).await;
    trace.add(outcome(&task.await));
    let mut expected: Vec<_> = (1..=100).map(|n| format!("unparked {n}")).collect();
    expected.push("()".to_owned());
    assert_eq!(trace, expected);
}

#[coweave::test]
async fn a_park_in_a_foreign_combinator_is_unparked() {
    let trace = Trace::new();
    let unparker = unparker();
    drop(spawn(async move { unparker.unpark() }));
    let (inner, waits) = (&trace, 40);
    let mut others: Vec<_> = (0..waits)
        .map(|n| Box::pin(sleep(Duration::from_secs(n))) as _)
        .collect::<Vec<std::pin::Pin<Box<dyn Future<Output = ()>>>>>();
    others.push(Box::pin(async move {
        park().await;
        inner.add("unparked");
    }));
    join_all(others).await;
    trace.add("joined");
    assert_eq!(trace, ["unparked", "joined"]);
}

#[coweave::test]
async fn a_park_in_a_foreign_combinator_is_unparked_by_a_thread() {
    let trace = Trace::new();
    let unparker = unparker();
    let external = SchedulerHandle::try_current().unwrap().external();
    let thread = start_thread("other", move || {
        unparker.unpark();
        drop(external);
    });
    let (inner, mut others) = (&trace, Vec::new());
    for _ in 0..40 {
        others.push(futures::future::Either::Left(std::future::ready(())));
    }
    others.push(futures::future::Either::Right(Box::pin(async move {
        park().await;
        inner.add("unparked");
    })));
    join_all(others).await;
    thread.join().unwrap();
    assert_eq!(trace, ["unparked"]);
}

#[test]
fn a_park_outside_a_task_says_so() {
    let trace = Trace::new();
    let text = panic_text(|| futures::executor::block_on(park()));
    trace.add(text);
    trace.add(try_current().is_none());
    assert_eq!(
        trace,
        [
            "park() was awaited outside a task of a coweave scheduler: it waits for its task's \
             permit",
            "true"
        ]
    );
}

#[test]
fn an_unpark_after_the_tasks_end_does_nothing_to_the_task_in_its_place() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let old = scheduler.run(async {
        let slot = Slot::new();
        drop(spawn(parks(trace.clone(), slot.clone(), 0)));
        yield_now().await;
        let old = slot.take();
        // As large as the old one, so that it lies in its place.
        let new = spawn(parks(trace.clone(), slot.clone(), 1));
        yield_now().await;
        old.unpark();
        let other = old.clone();
        on_thread("other", move || other.unpark());
        sleep(Duration::from_secs(1)).await;
        trace.add(format!("new one finished: {}", new.is_finished()));
        slot.take().unpark();
        new.await.unwrap();
        old
    });
    drop(scheduler);
    old.unpark();
    on_thread("other", move || old.unpark());
    assert_eq!(trace, ["new one finished: false", "unparked 1"]);
}

#[coweave::test]
async fn an_unpark_of_an_ended_task_leaves_its_output_alone() {
    let trace = Trace::new();
    let slot = Slot::new();
    let put = slot.clone();
    let task = spawn(async move {
        put.put(unparker());
        String::from("output")
    });
    yield_now().await;
    let unparker = slot.take();
    unparker.unpark();
    on_thread("other", {
        let unparker = unparker.clone();
        move || unparker.unpark()
    });
    sleep(Duration::from_secs(1)).await;
    trace.add(outcome(&task.await));
    unparker.unpark();
    assert_eq!(trace, [r#""output""#]);
}

/// Polls both in this order, and is ready when `second` is.
async fn poll_both(first: impl Future<Output = ()>, second: impl Future<Output = ()>) {
    let (mut first, mut second) = (pin!(first), pin!(second));
    let mut is_first_ready = false;
    std::future::poll_fn(|cx| {
        is_first_ready = is_first_ready || first.as_mut().poll(cx).is_ready();
        second.as_mut().poll(cx)
    })
    .await;
}

#[coweave::test]
async fn a_later_park_never_erases_an_earlier_yield() {
    let trace = Trace::new();
    let polls = Slot::new();
    let (inner, counted) = (trace.clone(), polls.clone());
    let task = spawn(async move {
        let mut n = 0;
        let counting = std::future::poll_fn(|_| {
            n += 1;
            counted.put(n);
            Poll::<()>::Pending
        });
        poll_both(counting, poll_both(yield_now(), park())).await;
        inner.add("unparked");
    });
    sleep(Duration::from_secs(1)).await;
    trace.add(format!("polled {} times", polls.take()));
    trace.add(task.is_finished());
    task.cancel();
    assert_eq!(trace, ["polled 2 times", "false"]);
}

#[coweave::test]
async fn a_task_that_unparks_itself_and_yields_still_has_its_permit() {
    let trace = Trace::new();
    let me = unparker();
    me.unpark();
    yield_now().await;
    park().await;
    trace.add("first permit");
    let mut yielded = Box::pin(yield_now());
    trace.add(futures::poll!(&mut yielded).is_pending());
    me.unpark();
    park().await;
    trace.add("second permit");
    yielded.await;
    let parked = pin!(park());
    let late = pin!(sleep(Duration::from_secs(1)));
    let is_late = matches!(select(parked, late).await, futures::future::Either::Right(_));
    trace.add(format!("no third one: {is_late}"));
    assert_eq!(trace, ["first permit", "true", "second permit", "no third one: true"]);
}

#[coweave::test]
async fn waits_of_other_kinds_take_no_permit() {
    let trace = Trace::new();
    let me = unparker();
    me.unpark();
    let child = spawn(async {
        yield_now().await;
        3
    });
    let ((), joined) = join(sleep(Duration::from_secs(1)), child).await;
    trace.add(outcome(&joined));
    let mut noop = Context::from_waker(Waker::noop());
    trace.add(pin!(park()).poll(&mut noop).is_ready());
    trace.add(pin!(park()).poll(&mut noop).is_ready());
    assert_eq!(trace, ["3", "true", "false"]);
}

#[test]
fn a_permit_is_kept_from_one_run_to_the_next() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let slot = Slot::new();
    let task = scheduler.spawn(parks(trace.clone(), slot.clone(), 1));
    trace.add(scheduler.run_until_idle());
    slot.take().unpark();
    trace.add("unparked between the runs");
    trace.add(outcome(&scheduler.run(task)));
    assert_eq!(trace, ["1", "unparked between the runs", "unparked 1", "()"]);
}

//! Awaiting a handle on its task's own worker.

use std::error::Error;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use coweave::{JoinError, JoinHandle, park, sleep, spawn, spawn_local, yield_now};
use futures::future::{FutureExt, join_all};

use crate::support::{Counted, Slot, Trace, outcome, panic_text, text_of, virtual_scheduler};

#[coweave::coroutine]
fn ends_after(yields: u32) -> u32 {
    for _ in 0..yields {
        yield_now().await;
    }
    yields
}

#[coweave::test]
async fn a_join_gives_the_output_before_and_after_completion() {
    let trace = Trace::new();
    let running = spawn(ends_after(3));
    let ended = spawn(ends_after(0));
    trace.add(outcome(&running.await));
    trace.add(ended.is_finished());
    trace.add(outcome(&ended.await));
    assert_eq!(trace, ["3", "true", "0"]);
}

#[coweave::test]
async fn a_join_of_a_completed_task_does_not_suspend() {
    let trace = Trace::new();
    let task = spawn(ends_after(0));
    yield_now().await;
    let inner = trace.clone();
    drop(spawn(async move { inner.add("other") }));
    trace.add(outcome(&task.await));
    yield_now().await;
    assert_eq!(trace, ["0", "other"]);
}

#[coweave::test]
async fn the_joiner_goes_behind_all_that_are_ready_when_the_task_ends() {
    let trace = Trace::new();
    let task = spawn(ends_after(1));
    let says = trace.clone();
    let joiner = spawn(async move { says.add(format!("joined {}", task.await.unwrap())) });
    let says = trace.clone();
    let other = spawn(async move {
        says.add("other");
        yield_now().await;
        says.add("other again");
    });
    other.await.unwrap();
    joiner.await.unwrap();
    assert_eq!(trace, ["other", "other again", "joined 1"]);
}

#[coweave::test]
async fn outputs_that_are_not_send_are_joined() {
    let trace = Trace::new();
    let rc = Rc::new(5);
    let task = spawn_local(async move { rc });
    trace.add(outcome(&task.await));
    assert_eq!(trace, ["5"]);
}

#[coweave::test]
async fn a_handle_dropped_first_detaches_its_task() {
    let trace = Trace::new();
    let inner = trace.clone();
    drop(spawn(async move {
        sleep(Duration::from_secs(1)).await;
        inner.add("completed");
        Counted::new(&inner, "output")
    }));
    sleep(Duration::from_secs(2)).await;
    assert_eq!(trace, ["completed", "output dropped"]);
}

#[coweave::test]
async fn a_handle_half_awaited_and_dropped_detaches_its_task() {
    let trace = Trace::new();
    let inner = trace.clone();
    let mut task = spawn(async move {
        sleep(Duration::from_secs(1)).await;
        Counted::new(&inner, "output")
    });
    trace.add(futures::poll!(&mut task).is_pending());
    drop(task);
    trace.add("handle dropped");
    sleep(Duration::from_secs(2)).await;
    assert_eq!(trace, ["true", "handle dropped", "output dropped"]);
}

#[coweave::test]
async fn a_handle_half_awaited_and_moved_wakes_its_new_task() {
    let trace = Trace::new();
    let slot: Slot<JoinHandle<u32>> = Slot::new();
    let polls = Slot::new();
    let (put, counted) = (slot.clone(), polls.clone());
    let first = spawn(async move {
        let mut task = spawn(async {
            sleep(Duration::from_secs(1)).await;
            9
        });
        assert!(futures::poll!(&mut task).is_pending(), "it sleeps");
        put.put(task);
        let mut n = 0;
        std::future::poll_fn::<(), _>(move |_| {
            n += 1;
            counted.put(n);
            std::task::Poll::Pending
        })
        .await;
    });
    yield_now().await;
    let task = slot.take();
    let second = spawn(async move { task.await.unwrap() });
    trace.add(outcome(&second.await));
    trace.add(format!("first was polled {} time", polls.take()));
    first.cancel();
    assert_eq!(trace, ["9", "first was polled 1 time"]);
}

#[coweave::test]
async fn a_joiner_that_ended_is_not_mistaken_for_the_task_in_its_place() {
    let trace = Trace::new();
    let slot: Slot<JoinHandle<()>> = Slot::new();
    let (put, inner) = (slot.clone(), trace.clone());
    let joiner = spawn(async move {
        let mut task = spawn(sleep(Duration::from_secs(1)));
        inner.add(futures::poll!(&mut task).is_pending());
        put.put(task);
    });
    joiner.await.unwrap();
    let polls = Slot::new();
    let counted = polls.clone();
    let in_its_place = spawn(std::future::poll_fn::<(), _>(move |_| {
        counted.put(counted.try_take().unwrap_or(0) + 1);
        std::task::Poll::Pending
    }));
    sleep(Duration::from_secs(2)).await;
    trace.add(format!("polled {} time", polls.take()));
    trace.add(outcome(&slot.take().await));
    in_its_place.cancel();
    assert_eq!(trace, ["true", "polled 1 time", "()"]);
}

#[coweave::test]
async fn awaiting_a_handle_twice_panics() {
    let trace = Trace::new();
    let mut task = spawn(ends_after(0));
    trace.add(outcome(&(&mut task).await));
    trace.add(task.is_finished());
    task.cancel();
    trace.add(panic_text(|| (&mut task).now_or_never()));
    trace.add(panic_text(|| task.id()));
    trace.add(format!("{task:?}"));
    assert_eq!(
        trace,
        [
            "0",
            "true",
            "a JoinHandle was polled after it gave its output",
            "a JoinHandle was used after it gave its output",
            "JoinHandle { id: None, .. }"
        ]
    );
}

fn texts(trace: &Trace, error: &JoinError) {
    trace.add(format!("{error} / {error:?}"));
    trace.add(format!("panic {} cancelled {}", error.is_panic(), error.is_cancelled()));
}

#[coweave::test]
async fn a_join_error_tells_what_happened() {
    let trace = Trace::new();
    let cancelled = spawn(std::future::pending::<()>());
    cancelled.cancel();
    texts(&trace, &cancelled.await.unwrap_err());
    let literal = spawn(async { panic!("out of tea") }).await.unwrap_err();
    texts(&trace, &literal);
    let cups = 3;
    texts(&trace, &spawn(async move { panic!("{cups} cups short") }).await.unwrap_err());
    let task = spawn(async { std::panic::panic_any(7_u8) });
    let id = task.id();
    let number = task.await.unwrap_err();
    texts(&trace, &number);
    trace.add(number.id() == id);
    let boxed: Box<dyn Error + Send + Sync> = Box::new(literal);
    trace.add(boxed.source().is_none());
    let (panicked, was_cancelled) = ("panic true cancelled false", "panic false cancelled true");
    assert_eq!(
        trace,
        [
            "task 2 was cancelled / JoinError(task 2 was cancelled)",
            was_cancelled,
            "task 3 panicked: out of tea / JoinError(task 3 panicked: out of tea)",
            panicked,
            "task 4 panicked: 3 cups short / JoinError(task 4 panicked: 3 cups short)",
            panicked,
            "task 5 panicked / JoinError(task 5 panicked)",
            panicked,
            "true",
            "true"
        ]
    );
}

#[coweave::test]
async fn a_join_error_gives_the_payload() {
    let trace = Trace::new();
    let error = spawn(async { panic!("out of tea") }).await.unwrap_err();
    trace.add(text_of(&*error.into_panic()));
    let error = spawn(async { std::panic::panic_any(7_u8) }).await.unwrap_err();
    trace.add(format!("{:?}", error.try_into_panic().unwrap().downcast::<u8>().unwrap()));
    let task = spawn(std::future::pending::<()>());
    task.cancel();
    let error = task.await.unwrap_err().try_into_panic().unwrap_err();
    trace.add(&error);
    trace.add(panic_text(|| error.into_panic()));
    assert_eq!(
        trace,
        [
            "out of tea",
            "7",
            "task 4 was cancelled",
            "JoinError::into_panic was called, but task 4 was cancelled"
        ]
    );
}

#[coweave::test]
async fn handles_are_joined_by_a_foreign_combinator() {
    let trace = Trace::new();
    let mut tasks: Vec<_> = (0..50).map(|n| spawn(ends_after(n % 7))).collect();
    let panicked = spawn(async { if true { panic!("no") } else { 0 } });
    tasks[3].cancel();
    tasks.push(panicked);
    let results = join_all(tasks).await;
    trace.add(results.iter().flatten().sum::<u32>());
    trace.add(outcome(&results[3]));
    trace.add(outcome(&results[50]));
    assert_eq!(
        trace,
        ["144", "cancelled", "2 panicked: no"].map(|it| it.replace("2 ", "52 ")).to_vec()
    );
}

#[coweave::test]
async fn two_tasks_join_each_other_s_children() {
    let trace = Trace::new();
    let (to_left, to_right) = (Slot::<JoinHandle<u32>>::new(), Slot::<JoinHandle<u32>>::new());
    let joins = |mine: Slot<JoinHandle<u32>>, yours: Slot<JoinHandle<u32>>, n: u32| async move {
        yours.put(spawn(ends_after(n)));
        yield_now().await;
        mine.take().await.unwrap() * 10
    };
    let left = spawn(joins(to_left.clone(), to_right.clone(), 1));
    let right = spawn(joins(to_right, to_left, 2));
    trace.add(outcome(&left.await));
    trace.add(outcome(&right.await));
    assert_eq!(trace, ["20", "10"]);
}

#[test]
fn a_handle_returned_from_a_run_is_awaited_in_the_next() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let task = scheduler.run(async {
        spawn(async {
            sleep(Duration::from_secs(1)).await;
            1
        })
    });
    trace.add(task.is_finished());
    trace.add(outcome(&scheduler.run(task)));
    let ended = scheduler.run(async {
        let task = spawn(ends_after(0));
        yield_now().await;
        task
    });
    trace.add(ended.is_finished());
    trace.add(outcome(&ended.now_or_never().unwrap()));
    assert_eq!(trace, ["false", "1", "true", "0"]);
}

#[test]
fn a_handle_half_awaited_in_one_run_is_awaited_in_the_next() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let task = scheduler.run(async {
        let mut task = spawn(sleep(Duration::from_secs(1)));
        trace.add(futures::poll!(&mut task).is_pending());
        task
    });
    trace.add(outcome(&scheduler.run(task)));
    assert_eq!(trace, ["true", "()"]);
}

#[coweave::test]
async fn a_task_that_awaits_its_own_handle_is_cancelled_like_any_other() {
    let trace = Trace::new();
    let slot: Slot<JoinHandle<()>> = Slot::new();
    let (take, frame) = (slot.clone(), Counted::new(&trace, "frame"));
    let task = spawn(async move {
        let mut me = take.take();
        assert!(futures::poll!(&mut me).is_pending(), "it runs");
        me.cancel();
        drop(me);
        park().await;
        frame.touch();
    });
    slot.put(task);
    sleep(Duration::from_secs(1)).await;
    trace.add("main");
    assert_eq!(trace, ["frame dropped", "main"]);
}

#[coweave::test]
async fn a_handle_awaited_by_reference_may_be_given_up() {
    let trace = Trace::new();
    let mut task = spawn(async {
        sleep(Duration::from_secs(10)).await;
        10
    });
    let timeout = pin!(sleep(Duration::from_secs(1)));
    let selected = futures::future::select(&mut task, timeout).await;
    let is_late = matches!(selected, futures::future::Either::Right(_));
    drop(selected);
    trace.add(format!("late: {is_late}"));
    trace.add(outcome(&task.await));
    assert_eq!(trace, ["late: true", "10"]);
}

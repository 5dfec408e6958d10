//! Real wakers: cloned, kept, woken and dropped wherever and whenever.

use std::future::poll_fn;
use std::sync::mpsc;
use std::task::{Poll, Waker};

use coweave::{JoinHandle, SchedulerHandle, spawn, yield_now};

use crate::support::{
    Slot, Trace, leaves_waker, on_thread, outcome, settle, start_thread, until_finished,
};

#[coweave::test]
async fn a_task_is_woken_by_value_and_by_reference() {
    let trace = Trace::new();
    let slot = Slot::new();
    let task = spawn(leaves_waker(&trace, &slot));
    settle().await;
    let waker = slot.take();
    waker.wake_by_ref();
    trace.add("woken by reference");
    settle().await;
    waker.wake();
    trace.add("woken by value");
    settle().await;
    task.cancel();
    assert_eq!(trace, ["poll 1", "woken by reference", "poll 2", "woken by value", "poll 3"]);
}

#[coweave::test]
async fn wakes_at_home_before_the_tasks_turn_are_one() {
    let trace = Trace::new();
    let slot = Slot::new();
    let task = spawn(leaves_waker(&trace, &slot));
    settle().await;
    let waker = slot.take();
    for _ in 0..1000 {
        waker.clone().wake();
        waker.wake_by_ref();
    }
    settle().await;
    task.cancel();
    assert_eq!(trace, ["poll 1", "poll 2"]);
}

#[coweave::test]
async fn a_task_that_wakes_itself_while_it_runs_is_resumed_behind_the_others() {
    let trace = Trace::new();
    let inner = trace.clone();
    let mut polls = 0;
    let task = spawn(poll_fn(move |cx| {
        polls += 1;
        inner.add(format!("poll {polls}"));
        match polls {
            1 => cx.waker().wake_by_ref(),
            2 => cx.waker().clone().wake(),
            3 => {
                let waker = cx.waker().clone();
                waker.wake_by_ref();
                waker.wake_by_ref();
            }
            _ => return Poll::Ready(()),
        }
        Poll::Pending
    }));
    for n in 1..=2 {
        let inner = trace.clone();
        drop(spawn(async move { inner.add(format!("other {n}")) }));
    }
    task.await.unwrap();
    assert_eq!(trace, ["poll 1", "other 1", "other 2", "poll 2", "poll 3", "poll 4"]);
}

#[coweave::test]
async fn a_thread_wakes_a_task() {
    let trace = Trace::new();
    let slot = Slot::new();
    let task = spawn(leaves_waker(&trace, &slot));
    settle().await;
    for by_value in [false, true] {
        let waker = slot.try_take();
        let back = slot.clone();
        on_thread("other", move || {
            let waker = waker.expect("it was left there");
            if by_value {
                waker.wake();
            } else {
                waker.wake_by_ref();
                back.put(waker.clone());
            }
        });
        trace.add("the thread has gone");
        settle().await;
    }
    task.cancel();
    let gone = "the thread has gone";
    assert_eq!(trace, ["poll 1", gone, "poll 2", gone, "poll 3"]);
}

#[coweave::test]
async fn a_million_wakes_of_a_blocked_worker_are_one() {
    let trace = Trace::new();
    let slot = Slot::new();
    let task = spawn(leaves_waker(&trace, &slot));
    settle().await;
    let waker = slot.take();
    // The worker is blocked until the thread has gone.
    on_thread("other", move || (0..1_000_000).for_each(|_| waker.wake_by_ref()));
    settle().await;
    task.cancel();
    assert_eq!(trace, ["poll 1", "poll 2"]);
}

#[coweave::test]
async fn no_wake_from_a_thread_is_lost() {
    let trace = Trace::new();
    const ROUNDS: u32 = 20_000;
    let (says, hears) = mpsc::channel::<Waker>();
    let external = SchedulerHandle::try_current().unwrap().external();
    let thread = start_thread("waker", move || {
        let woken = hears.into_iter().map(Waker::wake).count();
        drop(external);
        woken
    });
    let mut rounds = 0;
    poll_fn(move |cx| {
        rounds += 1;
        if rounds > ROUNDS {
            return Poll::Ready(());
        }
        says.send(cx.waker().clone()).unwrap();
        Poll::Pending
    })
    .await;
    trace.add(thread.join().unwrap());
    assert_eq!(trace, ["20000"]);
}

#[coweave::test]
async fn wakes_from_many_threads_resume_a_task_once_at_a_time() {
    let trace = Trace::new();
    let slot = Slot::new();
    let external = SchedulerHandle::try_current().unwrap().external();
    let (put, mut polls) = (slot.clone(), 0_u32);
    let is_inside = std::sync::atomic::AtomicBool::new(false);
    let task = spawn(poll_fn(move |cx| {
        use std::sync::atomic::Ordering::SeqCst;
        assert!(!is_inside.swap(true, SeqCst), "resumed twice at a time");
        polls += 1;
        if polls == 1 {
            put.put(cx.waker().clone());
        }
        is_inside.store(false, SeqCst);
        if polls > 500 { Poll::Ready("resumed 500 times") } else { Poll::Pending }
    }));
    yield_now().await;
    let waker = slot.take();
    let task = std::sync::Arc::new(task);
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let (waker, task, external) = (waker.clone(), task.clone(), external.clone());
            start_thread("waker", move || {
                while !task.is_finished() {
                    waker.wake_by_ref();
                }
                drop(external);
            })
        })
        .collect();
    drop(external);
    for thread in threads {
        until_finished(thread).await;
    }
    let task = std::sync::Arc::into_inner(task).unwrap();
    trace.add(outcome(&task.await));
    assert_eq!(trace, [r#""resumed 500 times""#]);
}

#[coweave::test]
async fn the_same_task_is_lent_the_same_waker_once_it_was_cloned() {
    let trace = Trace::new();
    let inner = trace.clone();
    let mut kept: Option<Waker> = None;
    let mut polls = 0;
    let task = spawn(poll_fn(move |cx| {
        polls += 1;
        if let Some(kept) = &kept {
            inner.add(kept.will_wake(cx.waker()) && cx.waker().will_wake(kept));
        } else {
            kept = Some(cx.waker().clone());
        }
        cx.waker().wake_by_ref();
        if polls > 3 { Poll::Ready(()) } else { Poll::Pending }
    }));
    task.await.unwrap();
    assert_eq!(trace, ["true", "true", "true"]);
}

#[coweave::test]
async fn wakers_of_different_tasks_do_not_wake_each_other() {
    let trace = Trace::new();
    let slots = [Slot::new(), Slot::new()];
    let tasks: Vec<JoinHandle<()>> =
        slots.iter().map(|slot| spawn(crate::support::wait_for_waker(slot.clone()))).collect();
    yield_now().await;
    let wakers = slots.map(|slot| slot.take());
    trace.add(wakers[0].will_wake(&wakers[1]));
    wakers[0].wake_by_ref();
    settle().await;
    trace.add(format!("{:?}", tasks.iter().map(JoinHandle::is_finished).collect::<Vec<_>>()));
    wakers[1].wake_by_ref();
    settle().await;
    trace.add(format!("{:?}", tasks.iter().map(JoinHandle::is_finished).collect::<Vec<_>>()));
    assert_eq!(trace, ["false", "[true, false]", "[true, true]"]);
}

#[coweave::test]
async fn a_foreign_future_that_compares_wakers_clones_at_most_twice() {
    let trace = Trace::new();
    let inner = trace.clone();
    let (mut kept, mut clones, mut polls) = (None::<Waker>, 0, 0);
    let task = spawn(poll_fn(move |cx| {
        polls += 1;
        if !kept.as_ref().is_some_and(|kept| kept.will_wake(cx.waker())) {
            kept = Some(cx.waker().clone());
            clones += 1;
        }
        if polls == 1000 {
            inner.add(format!("at most twice: {}", clones <= 2));
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }));
    task.await.unwrap();
    assert_eq!(trace, ["at most twice: true"]);
}

#[coweave::test]
async fn a_foreign_channel_between_tasks_and_threads_works() {
    use futures::{SinkExt, StreamExt};
    let trace = Trace::new();
    let (mut sender, mut receiver) = futures::channel::mpsc::channel::<u32>(2);
    let mut from_thread = sender.clone();
    let thread = start_thread("sender", move || {
        futures::executor::block_on(async {
            for n in 0..1000 {
                from_thread.send(n).await.unwrap();
            }
        });
    });
    let task = spawn(async move {
        for n in 0..1000 {
            sender.send(n).await.unwrap();
        }
    });
    let mut sum = 0;
    while let Some(n) = receiver.next().await {
        sum += n;
    }
    task.await.unwrap();
    thread.join().unwrap();
    trace.add(sum);
    assert_eq!(trace, ["999000"]);
}

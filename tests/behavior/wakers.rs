//! Real wakers: cloned, kept, woken and dropped wherever and whenever.

use std::future::{Future, poll_fn};
use std::sync::mpsc;
use std::task::{Poll, Waker};
use std::time::Duration;

use coweave::{JoinHandle, SchedulerHandle, sleep, spawn, yield_now};

use crate::support::{
    Counted, Slot, Trace, on_thread, outcome, start_thread, until_finished, virtual_scheduler,
};

/// Never ready; counts its polls in the trace and leaves its waker at the first.
fn leaves_waker(trace: &Trace, slot: &Slot<Waker>) -> impl Future<Output = ()> + use<> {
    let (trace, slot) = (trace.clone(), slot.clone());
    let mut polls = 0;
    poll_fn(move |cx| {
        polls += 1;
        trace.add(format!("poll {polls}"));
        if polls == 1 {
            slot.put(cx.waker().clone());
        }
        Poll::Pending
    })
}

/// Long enough for all that was mailed to have arrived: the clock advances only after that.
async fn settle() {
    sleep(Duration::from_secs(1)).await;
}

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
async fn an_old_waker_does_not_resume_the_task_in_its_place() {
    let trace = Trace::new();
    let slot = Slot::new();
    let old = spawn(leaves_waker(&trace, &slot));
    settle().await;
    old.cancel();
    trace.add(outcome(&old.await));
    let old_waker = slot.take();
    let new = spawn(leaves_waker(&trace, &slot));
    settle().await;
    old_waker.wake_by_ref();
    let old_waker = on_thread("other", move || {
        old_waker.wake_by_ref();
        old_waker
    });
    settle().await;
    trace.add("old wakers are void");
    slot.take().wake();
    settle().await;
    old_waker.wake();
    new.cancel();
    assert_eq!(trace, ["poll 1", "cancelled", "poll 1", "old wakers are void", "poll 2"]);
}

#[test]
fn an_old_waker_is_void_while_a_thread_spawns_into_its_slot() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let handle = scheduler.handle();
    let sum: u32 = scheduler.run(async {
        let slot = Slot::new();
        let old = handle.spawn(crate::support::wait_for_waker(slot.clone()));
        yield_now().await;
        settle().await;
        let waker = slot.take();
        waker.wake_by_ref();
        old.await.unwrap();
        let thread = start_thread("spawner", move || {
            (0..2000).map(|_| handle.spawn(async { 1 })).collect::<Vec<_>>()
        });
        while !thread.is_finished() {
            waker.wake_by_ref();
            yield_now().await;
        }
        let mut sum = 0;
        for task in thread.join().unwrap() {
            sum += task.await.unwrap();
        }
        sum
    });
    trace.add(sum);
    assert_eq!(trace, ["2000"]);
}

#[test]
fn wakers_outlive_their_task_and_their_scheduler() {
    let trace = Trace::new();
    let slot = Slot::new();
    let mut scheduler = virtual_scheduler();
    let suspended = scheduler.spawn(leaves_waker(&trace, &slot));
    scheduler.run(yield_now());
    let first = slot.take();
    let ended = scheduler.spawn(crate::support::wait_for_waker(slot.clone()));
    scheduler.run(yield_now());
    let second = slot.take();
    second.wake_by_ref();
    trace.add(outcome(&scheduler.run(ended)));
    drop(scheduler);
    for waker in [first, second] {
        waker.wake_by_ref();
        let clone = waker.clone();
        on_thread("other", move || {
            clone.wake_by_ref();
            drop(clone.clone());
            clone.wake();
        });
        drop(waker.clone());
        waker.wake();
    }
    trace.add(suspended.is_finished());
    assert_eq!(trace, ["poll 1", "()", "true"]);
}

#[test]
fn wakers_on_a_thread_outlive_the_scheduler_while_it_ends() {
    let trace = Trace::new();
    for _ in 0..100 {
        let slot = Slot::new();
        let mut scheduler = virtual_scheduler();
        let frame = Counted::new(&trace, "frame");
        let task = scheduler.spawn({
            let slot = slot.clone();
            async move {
                crate::support::wait_for_waker(slot).await;
                std::future::pending::<()>().await;
                frame.touch();
            }
        });
        scheduler.run(yield_now());
        let waker = slot.take();
        let thread = start_thread("waker", move || {
            (0..200).for_each(|_| waker.clone().wake());
        });
        drop(scheduler);
        thread.join().unwrap();
        assert!(task.is_finished(), "its scheduler has ended");
    }
    let summary = Trace::new();
    summary.add(trace.count("frame dropped"));
    assert_eq!(summary, ["100"]);
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

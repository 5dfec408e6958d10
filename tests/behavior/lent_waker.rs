//! The waker that a worker lends: used from other threads within a resume, wrapped, replaced.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use coweave::{Instant, JoinHandle, SchedulerHandle, park, sleep, spawn, task, yield_now};

use crate::support::{Slot, Trace, outcome, panic_text, virtual_scheduler};

/// Polls in a thread, with the waker that was lent to this one.
fn poll_on_thread<F: Future + Send>(future: Pin<&mut F>, waker: &Waker) -> Poll<F::Output>
where
    F::Output: Send,
{
    thread::scope(|scope| {
        let polling = scope.spawn(|| future.poll(&mut Context::from_waker(waker)));
        polling.join().expect("it does not panic")
    })
}

#[coweave::test]
async fn a_thread_within_a_resume_wakes_with_the_lent_waker() {
    let trace = Trace::new();
    let external = SchedulerHandle::try_current().unwrap().external();
    let inner = trace.clone();
    let mut polls = 0;
    let task = spawn(poll_fn(move |cx| {
        polls += 1;
        inner.add(format!("poll {polls}"));
        let waker = cx.waker();
        match polls {
            1 => thread::scope(|scope| {
                scope.spawn(|| waker.wake_by_ref()).join().unwrap();
            }),
            2 => thread::scope(|scope| {
                scope.spawn(|| waker.clone().wake()).join().unwrap();
            }),
            3 => {
                let clone = thread::scope(|scope| scope.spawn(|| waker.clone()).join().unwrap());
                clone.wake();
            }
            _ => return Poll::Ready(()),
        }
        Poll::Pending
    }));
    trace.add(outcome(&task.await));
    drop(external);
    assert_eq!(trace, ["poll 1", "poll 2", "poll 3", "poll 4", "()"]);
}

#[coweave::test]
async fn a_waker_cloned_by_a_thread_within_a_resume_wakes_later() {
    let trace = Trace::new();
    let slot = Slot::new();
    let put = slot.clone();
    let mut polls = 0;
    let task = spawn(poll_fn(move |cx| {
        polls += 1;
        if polls == 2 {
            return Poll::Ready(());
        }
        let waker = cx.waker();
        thread::scope(|scope| {
            scope.spawn(|| put.put(waker.clone())).join().unwrap();
        });
        Poll::Pending
    }));
    sleep(Duration::from_secs(1)).await;
    trace.add(task.is_finished());
    slot.take().wake();
    trace.add(outcome(&task.await));
    assert_eq!(trace, ["false", "()"]);
}

#[coweave::test]
async fn a_thread_that_clones_and_drops_the_lent_waker_changes_nothing() {
    let trace = Trace::new();
    poll_fn(|cx| {
        let waker = cx.waker();
        thread::scope(|scope| {
            let clone_and_drop = || (0..100).for_each(|_| drop(waker.clone()));
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(clone_and_drop)).collect();
            threads.into_iter().for_each(|thread| thread.join().unwrap());
        });
        Poll::Ready(())
    })
    .await;
    trace.add("main goes on");
    yield_now().await;
    assert_eq!(trace, ["main goes on"]);
}

/// Polls once on a thread, then at home until ready.
async fn first_on_thread<F: Future + Send>(future: F) -> F::Output
where
    F::Output: Send,
{
    let mut future = pin!(future);
    let mut is_first = true;
    poll_fn(|cx| {
        if std::mem::take(&mut is_first) {
            return poll_on_thread(future.as_mut(), cx.waker());
        }
        future.as_mut().poll(cx)
    })
    .await
}

#[coweave::test]
async fn a_yield_polled_on_a_thread_within_a_resume_yields() {
    let trace = Trace::new();
    let external = SchedulerHandle::try_current().unwrap().external();
    for _ in 0..200 {
        first_on_thread(yield_now()).await;
    }
    drop(external);
    trace.add("yielded");
    assert_eq!(trace, ["yielded"]);
}

#[test]
fn a_sleep_polled_on_a_thread_within_a_resume_wakes_its_task() {
    let trace = Trace::new();
    coweave::run(async {
        let deadline = Instant::now() + Duration::from_millis(20);
        first_on_thread(coweave::sleep_until(deadline)).await;
        trace.add(Instant::now() >= deadline);
        let task = spawn(first_on_thread(sleep(Duration::from_millis(5))));
        trace.add(outcome(&task.await));
    });
    assert_eq!(trace, ["true", "()"]);
}

#[coweave::test]
async fn a_sleep_polled_on_a_thread_goes_on_at_home_on_virtual_time() {
    let trace = Trace::new();
    let mut slept = Box::pin(sleep(Duration::from_secs(5)));
    let polled = poll_fn(|cx| Poll::Ready(poll_on_thread(slept.as_mut(), cx.waker()))).await;
    trace.add(polled.is_pending());
    slept.await;
    trace.add(format!("{:?}", Instant::now()));
    assert_eq!(trace, ["true", "Instant(5s)"]);
}

#[coweave::test]
async fn a_join_polled_on_a_thread_within_a_resume_wakes_its_task() {
    let trace = Trace::new();
    for n in 0..100_u32 {
        let task = spawn(async move {
            yield_now().await;
            n
        });
        let joined = first_on_thread(task).await.unwrap();
        assert_eq!(joined, n);
    }
    trace.add("joined");
    assert_eq!(trace, ["joined"]);
}

#[coweave::test]
async fn a_completed_task_is_joined_on_a_thread_within_a_resume() {
    let trace = Trace::new();
    let task = spawn(async { String::from("output") });
    yield_now().await;
    trace.add(outcome(&first_on_thread(task).await));
    yield_now().await;
    assert_eq!(trace, [r#""output""#]);
}

#[coweave::test]
async fn a_park_polled_on_a_thread_within_a_resume_says_that_no_task_runs_there() {
    let trace = Trace::new();
    let text = poll_fn(|cx| {
        let waker = cx.waker();
        let poll = || pin!(park()).poll(&mut Context::from_waker(waker)).is_ready();
        Poll::Ready(thread::scope(|scope| scope.spawn(|| panic_text(poll)).join().unwrap()))
    })
    .await;
    trace.add(text.starts_with("park() was awaited outside a task"));
    assert_eq!(trace, ["true"]);
}

#[coweave::test]
async fn tasks_of_two_schedulers_poll_each_other_s_leaves_within_one_resume() {
    let trace = Trace::new();
    let external = SchedulerHandle::try_current().unwrap().external();
    let mut is_first = true;
    let mut yielded = Box::pin(yield_now());
    poll_fn(|cx| {
        if !std::mem::take(&mut is_first) {
            return Poll::Ready(());
        }
        let (waker, yielded) = (cx.waker(), &mut yielded);
        thread::scope(|scope| {
            let polling = scope.spawn(move || {
                // In a task of another scheduler, with the first one's waker.
                virtual_scheduler().run(async {
                    let polled = yielded.as_mut().poll(&mut Context::from_waker(waker));
                    assert!(polled.is_pending(), "a yield suspends");
                });
            });
            polling.join().unwrap();
        });
        Poll::Pending
    })
    .await;
    drop(external);
    trace.add("the first scheduler's task was woken");
    assert_eq!(trace, ["the first scheduler's task was woken"]);
}

#[coweave::test]
async fn a_context_built_by_hand_around_the_lent_waker_is_as_good() {
    let trace = Trace::new();
    let child = spawn(async { 3 });
    let me = task::current().unparker();
    let (mut slept, mut joined) = (Box::pin(sleep(Duration::from_secs(1))), child);
    let mut polls = 0;
    poll_fn(|cx| {
        polls += 1;
        let mut by_hand = Context::from_waker(cx.waker());
        if polls == 1 {
            assert!(pin!(yield_now()).poll(&mut by_hand).is_pending());
        }
        slept.as_mut().poll(&mut by_hand)
    })
    .await;
    trace.add(format!("polled {polls} times"));
    poll_fn(|cx| Pin::new(&mut joined).poll(&mut Context::from_waker(cx.waker()))).await.unwrap();
    me.unpark();
    poll_fn(|cx| pin!(park()).poll(&mut Context::from_waker(cx.waker()))).await;
    trace.add("parked and joined");
    assert_eq!(trace, ["polled 3 times", "parked and joined"]);
}

#[coweave::test]
async fn a_future_that_replaces_its_context_spoils_it_for_nobody_else() {
    let trace = Trace::new();
    let vandal = || {
        let mut polls = 0;
        poll_fn(move |cx| {
            polls += 1;
            if polls == 3 {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            *cx = Context::from_waker(Waker::noop());
            Poll::Pending
        })
    };
    let vandals = [spawn(vandal()), spawn(vandal())];
    let inner = trace.clone();
    let neighbour = spawn(async move {
        for n in 0..3 {
            yield_now().await;
            sleep(Duration::from_secs(1)).await;
            inner.add(format!("neighbour {n}"));
        }
    });
    for task in vandals {
        task.await.unwrap();
    }
    neighbour.await.unwrap();
    assert_eq!(trace, ["neighbour 0", "neighbour 1", "neighbour 2"]);
}

#[coweave::coroutine]
fn vandalised(trace: Trace) {
    poll_fn(|cx| {
        *cx = Context::from_waker(Waker::noop());
        Poll::Ready(())
    })
    .await;
    trace.add("the context was replaced");
}

#[coweave::test]
async fn a_context_replaced_in_a_coroutine_lasts_for_one_resume() {
    let trace = Trace::new();
    spawn(vandalised(trace.clone())).await.unwrap();
    let task: JoinHandle<()> = spawn(async {
        // The waker must be cloned, so that the lent one is the real one.
        drop(poll_fn(|cx| Poll::Ready(cx.waker().clone())).await);
        yield_now().await;
        let mut is_first = true;
        poll_fn(|cx| {
            if !std::mem::take(&mut is_first) {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            *cx = Context::from_waker(Waker::noop());
            Poll::Pending
        })
        .await;
        yield_now().await;
        sleep(Duration::from_secs(1)).await;
    });
    trace.add(outcome(&task.await));
    assert_eq!(trace, ["the context was replaced", "()"]);
}

#[coweave::test]
async fn a_waker_kept_by_another_task_is_no_lent_one() {
    let trace = Trace::new();
    let slot = Slot::new();
    let put = slot.clone();
    let owner = spawn(async move {
        let mut is_first = true;
        poll_fn(|cx| {
            if std::mem::take(&mut is_first) {
                put.put(cx.waker().clone());
                return Poll::Pending;
            }
            Poll::Ready(())
        })
        .await;
    });
    yield_now().await;
    let waker: Waker = slot.take();
    let mut by_hand = Context::from_waker(&waker);
    trace.add(pin!(yield_now()).poll(&mut by_hand).is_pending());
    trace.add(outcome(&owner.await));
    assert_eq!(trace, ["true", "()"]);
}

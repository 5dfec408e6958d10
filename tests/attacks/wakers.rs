//! Wakers that panic, and contexts that are replaced.

use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use coweave::{Scheduler, spawn, yield_now};

use crate::{Bomb, OnDrop, poll_with};

#[test]
fn a_callbacks_panic_is_not_blamed_on_the_task_that_runs() {
    coweave::run(async {
        let mut inner = spawn(pending::<()>());
        let joiner = spawn(async move {
            let bomb =
                Waker::from(Arc::new(Bomb { panics_when_woken: false, panics_when_dropped: true }));
            assert!(poll_with(Pin::new(&mut inner), &bomb).is_pending());
            std::mem::drop(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(bomb))));
            poll_fn(|cx| {
                assert!(Pin::new(&mut inner).poll(cx).is_pending());
                Poll::Ready(())
            })
            .await;
            inner.cancel();
            inner.await.unwrap_err().is_cancelled()
        });
        assert!(joiner.await.unwrap());
    });
}

#[test]
fn panicking_wakers_are_quiet_everywhere() {
    for (panics_when_woken, panics_when_dropped) in [(true, false), (false, true)] {
        let bomb = || {
            let bomb = Bomb { panics_when_woken, panics_when_dropped };
            std::mem::ManuallyDrop::new(Waker::from(Arc::new(bomb)))
        };
        let mut scheduler = Scheduler::builder().virtual_time().build().unwrap();
        let mut left = scheduler.spawn(pending::<()>());
        scheduler.run(async {
            let mut handle = spawn(yield_now());
            let waker = bomb();
            let mut sleep = Box::pin(coweave::sleep(std::time::Duration::from_secs(1)));
            assert!(poll_with(sleep.as_mut(), &waker).is_pending());
            assert!(poll_with(Pin::new(&mut handle), &waker).is_pending());
            assert!(poll_with(Pin::new(&mut left), &waker).is_pending());
            drop(std::mem::ManuallyDrop::into_inner(waker));
            coweave::sleep(std::time::Duration::from_secs(2)).await;
            assert!(handle.is_finished());
        });
        drop(scheduler);
        assert!(left.is_finished());
    }
}

#[test]
fn a_context_is_replaced_by_one_that_wakes_nobody() {
    coweave::run(async {
        drop(spawn(poll_fn(|cx| {
            *cx = Context::from_waker(Waker::noop());
            Poll::<()>::Pending
        })));
        drop(spawn(poll_fn(|cx| {
            *cx = Context::from_waker(Waker::noop());
            std::panic::resume_unwind(Box::new(()));
            #[expect(unreachable_code, reason = "its type")]
            Poll::<()>::Pending
        })));
        for _ in 0..3 {
            yield_now().await;
        }
        spawn(async { yield_now().await }).await.unwrap();
    });
}

#[test]
fn a_panic_while_lending_gives_the_loan_back() {
    coweave::run(async {
        let handle = spawn(async {
            let waker = poll_fn(|cx| Poll::Ready(cx.waker().clone())).await;
            yield_now().await;
            let _guard = OnDrop(|| waker.wake_by_ref());
            panic!("while lending");
        });
        assert!(handle.await.map(|(): ()| ()).unwrap_err().is_panic());
        let spawned: Vec<_> = (0..10)
            .map(|i| {
                spawn(async move {
                    yield_now().await;
                    i
                })
            })
            .collect();
        for (i, task) in spawned.into_iter().enumerate() {
            assert_eq!(task.await.unwrap(), i);
        }
    });
}

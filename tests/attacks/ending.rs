//! Tasks and schedulers that end in unusual ways.

use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::thread;

use coweave::{Scheduler, park, spawn, task, yield_now};

use crate::OnDrop;

#[test]
fn a_scheduler_is_dropped_inside_a_task_of_another() {
    let dropped = Arc::new(AtomicUsize::new(0));
    coweave::run(async {
        for _ in 0..3 {
            let mut inner = Scheduler::builder().virtual_time().build().unwrap();
            let handle = inner.handle();
            let waker = poll_fn(|cx| Poll::Ready(cx.waker().clone())).await;
            for _ in 0..10 {
                let (dropped, waker) = (dropped.clone(), waker.clone());
                let guard = OnDrop(move || {
                    dropped.fetch_add(1, Ordering::SeqCst);
                    waker.wake_by_ref();
                    assert!(spawn(async {}).is_finished(), "spawns are refused");
                    assert!(task::try_current().is_some());
                });
                drop(inner.spawn(async move {
                    let _guard = guard;
                    park().await;
                }));
            }
            let mut kept = inner.spawn(async { poll_fn(|_| Poll::<()>::Pending).await });
            assert!(
                std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| inner.run_until_idle()))
                    .is_err()
            );
            poll_fn(|cx| {
                assert!(Pin::new(&mut kept).poll(cx).is_pending());
                Poll::Ready(())
            })
            .await;
            drop(inner);
            assert!(kept.await.unwrap_err().is_cancelled());
            assert!(handle.try_spawn(async {}).is_err());
            yield_now().await;
        }
    });
    assert_eq!(dropped.load(Ordering::SeqCst), 30);
}

#[test]
fn a_shutdown_survives_panics_while_unwinding() {
    let dropped = Arc::new(AtomicUsize::new(0));
    let outcome = std::panic::catch_unwind(|| {
        coweave::run(async {
            for i in 0..20 {
                let dropped = dropped.clone();
                drop(spawn(async move {
                    let _guard = OnDrop(move || {
                        dropped.fetch_add(1, Ordering::SeqCst);
                        if i % 2 == 0 {
                            std::panic::panic_any(OnDrop(|| panic!("payload")));
                        }
                    });
                    pending::<()>().await;
                }));
            }
            yield_now().await;
            std::panic::panic_any(7_u8);
        })
    });
    assert_eq!(outcome.unwrap_err().downcast_ref(), Some(&7_u8));
    assert_eq!(dropped.load(Ordering::SeqCst), 20);
}

#[test]
fn odd_sizes_and_alignments_come_through() {
    #[repr(align(64))]
    struct Aligned([u8; 3]);
    fn check<T: Send + 'static + PartialEq + std::fmt::Debug + Clone, F: Send + 'static>(
        t: T,
        f: F,
    ) {
        coweave::run(async move {
            let (again, there) = (t.clone(), t.clone());
            let handle = spawn(async move {
                yield_now().await;
                let f = f;
                yield_now().await;
                drop(f);
                t
            });
            assert_eq!(handle.await.unwrap(), again);
            let handle = coweave::SchedulerHandle::try_current().unwrap();
            let there = thread::spawn(move || handle.spawn(async move { there })).join().unwrap();
            assert_eq!(there.await.unwrap(), again);
        });
    }
    check((), ());
    check([7_u8; 1], Aligned([1; 3]));
    check([7_u8; 17 << 10], [1_u8; 3]);
    check([7_u128; 5], [1_u8; 20 << 10]);
    check(vec![1_u8; 3], Aligned([2; 3]));
    for handle in [true, false] {
        coweave::run(async move {
            let task = spawn(async { Aligned([1, 2, 3]) });
            yield_now().await;
            if handle {
                let got = task.await.unwrap();
                assert_eq!(std::ptr::from_ref(&got).addr() % 64, 0);
                assert_eq!(got.0, [1, 2, 3]);
            }
        });
    }
    assert!(Aligned([0; 3]).0[0] == 0);
}

#[test]
fn a_task_cancels_and_drops_itself() {
    type Own = Arc<Mutex<Option<coweave::JoinHandle<Vec<u8>>>>>;
    coweave::run(async {
        for how in 0..6 {
            let own = Own::default();
            let task = {
                let own = own.clone();
                spawn(async move {
                    let wakers =
                        poll_fn(|cx| Poll::Ready([cx.waker().clone(), cx.waker().clone()])).await;
                    let mine = own.lock().unwrap().take().unwrap();
                    if how % 2 == 0 {
                        mine.cancel();
                    }
                    let _guard = OnDrop(|| wakers[0].wake_by_ref());
                    let mut mine = mine;
                    if how / 2 == 1 {
                        poll_fn(|cx| {
                            assert!(Pin::new(&mut mine).poll(cx).is_pending());
                            Poll::Ready(())
                        })
                        .await;
                    }
                    if how / 2 == 2 {
                        drop(mine);
                    } else {
                        *own.lock().unwrap() = Some(mine);
                    }
                    yield_now().await;
                    vec![1]
                })
            };
            *own.lock().unwrap() = Some(task);
            for _ in 0..4 {
                yield_now().await;
            }
            let left = own.lock().unwrap().take();
            if let Some(left) = left {
                assert_eq!(left.await.is_ok(), how % 2 == 1);
            }
        }
    });
}

#[test]
fn a_deadlocks_future_and_its_borrows_end_together() {
    let text = String::from("borrowed");
    let mut scheduler = Scheduler::builder().virtual_time().build().unwrap();
    for _ in 0..3 {
        let seen = std::cell::Cell::new(0);
        let deadlock = scheduler.try_run(async {
            let _guard = OnDrop(|| {
                seen.set(text.len());
                drop(spawn(yield_now()));
                panic!("in the destructor");
            });
            let unparker = task::current().unparker();
            drop(spawn(async move {
                unparker.unpark();
                park().await;
            }));
            park().await;
            park().await;
        });
        assert!(deadlock.is_err());
        assert_eq!(seen.get(), 8);
    }
    drop(text);
    assert_eq!(scheduler.run_until_idle(), 3);
}

#[test]
fn virtual_time_does_not_reach_the_end_of_time() {
    let mut scheduler = Scheduler::builder().virtual_time().build().unwrap();
    let deadlock = scheduler.try_run(coweave::sleep(std::time::Duration::MAX)).unwrap_err();
    assert_eq!(deadlock.tasks()[0].waits_for(), &coweave::WaitsFor::Deadline);
    let hour = std::time::Duration::from_secs(3600);
    scheduler.run(async {
        let start = coweave::Instant::now();
        coweave::sleep(hour).await;
        assert_eq!(start.elapsed(), hour);
    });
}

//! Handles, wakers and schedulers on other threads, and where a thread ends.

use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Poll, Waker};
use std::thread;

use coweave::{Scheduler, Unparker, park, spawn, task, yield_now};

use crate::{OnDrop, poll_with};

/// Panics with a large payload, which a handle on another thread takes while the owner is told
/// again and again to unpark the task that has ended.
#[test]
fn an_unpark_leaves_an_ended_tasks_outcome_to_its_handle() {
    for _ in 0..200 {
        coweave::run(async {
            let (send, receive) = mpsc::channel::<coweave::JoinHandle<()>>();
            let taken = Arc::new(AtomicBool::new(false));
            let taker = thread::spawn({
                let taken = taken.clone();
                move || {
                    let handle = receive.recv().unwrap();
                    while !handle.is_finished() {
                        std::hint::spin_loop();
                    }
                    let error = futures::executor::block_on(handle).unwrap_err();
                    assert!(error.is_panic());
                    taken.store(true, Ordering::Release);
                }
            });
            let unparker: Arc<Mutex<Option<Unparker>>> = Arc::default();
            let handle = spawn({
                let unparker = unparker.clone();
                async move {
                    *unparker.lock().unwrap() = Some(task::current().unparker());
                    yield_now().await;
                    std::panic::resume_unwind(Box::new([0_u8; 64]));
                }
            });
            send.send(handle).unwrap();
            while !taken.load(Ordering::Acquire) {
                if let Some(unparker) = &*unparker.lock().unwrap() {
                    for _ in 0..100 {
                        unparker.unpark();
                    }
                }
                yield_now().await;
            }
            taker.join().unwrap();
        });
    }
}

#[test]
fn a_lent_waker_is_used_on_scoped_threads() {
    coweave::run(async {
        for lending in [false, true] {
            let mut turns = 0;
            let mut kept = Vec::new();
            poll_fn(|cx| {
                if lending {
                    kept.push(cx.waker().clone());
                }
                let waker = cx.waker();
                thread::scope(|scope| {
                    let use_it = move || {
                        for _ in 0..50 {
                            let clone = waker.clone();
                            clone.wake();
                            waker.wake_by_ref();
                        }
                    };
                    let threads: Vec<_> = (0..4).map(|_| scope.spawn(use_it)).collect();
                    for _ in 0..50 {
                        assert!(task::current().name().is_none());
                        drop(task::current().unparker());
                    }
                    // Joined: the thread sanitizer does not see how the end of a scope waits.
                    threads.into_iter().for_each(|thread| thread.join().unwrap());
                });
                turns += 1;
                if turns > 20 { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
        }
    });
}

#[test]
fn orphans_go_wherever_and_whenever() {
    for round in 0..200 {
        let (send, receive) = mpsc::channel();
        let waiter = thread::spawn(move || {
            let mut count = 0;
            for (at, handle) in receive.into_iter().enumerate() {
                let handle: coweave::JoinHandle<Box<u8>> = handle;
                match at % 4 {
                    0 => drop(handle),
                    1 => count += usize::from(futures::executor::block_on(handle).is_ok()),
                    2 => handle.cancel(),
                    _ => {
                        let noop = Waker::noop();
                        let mut handle = handle;
                        if poll_with(Pin::new(&mut handle), noop).is_pending() {
                            handle.cancel();
                            drop(futures::executor::block_on(handle));
                        }
                    }
                }
            }
            count
        });
        let mut kept = Vec::new();
        coweave::run(async {
            for i in 0..40 {
                let handle = spawn(async move {
                    for _ in 0..i % 5 {
                        yield_now().await;
                    }
                    if i % 7 == 6 {
                        std::panic::resume_unwind(Box::new(i));
                    }
                    if i % 5 == 4 {
                        pending::<()>().await;
                    }
                    Box::new(i)
                });
                if i % 8 == round as u8 % 8 {
                    kept.push(handle)
                } else {
                    send.send(handle).unwrap()
                }
                if i % 3 == 0 {
                    yield_now().await;
                }
            }
        });
        drop(kept);
        drop(send);
        waiter.join().unwrap();
    }
}

#[test]
fn thread_locals_hold_handles_sleeps_and_schedulers() {
    thread_local! {
        static KEPT: std::cell::RefCell<Vec<Box<dyn std::any::Any>>> = const { std::cell::RefCell::new(Vec::new()) };
    }
    thread::spawn(|| {
        KEPT.with(|_| ());
        let mut scheduler = Scheduler::builder().build().unwrap();
        let mut sleep = Box::pin(coweave::sleep(std::time::Duration::from_secs(3600)));
        let mut outside = Box::pin(coweave::sleep(std::time::Duration::from_secs(3600)));
        assert!(poll_with(outside.as_mut(), Waker::noop()).is_pending());
        scheduler.run(async {
            poll_fn(|cx| {
                assert!(sleep.as_mut().poll(cx).is_pending());
                Poll::Ready(())
            })
            .await;
        });
        let handle = scheduler.spawn(async {
            let _guard = OnDrop(|| {
                assert!(spawn(async {}).is_finished());
            });
            park().await;
        });
        scheduler.run(yield_now());
        KEPT.with_borrow_mut(|kept| {
            kept.push(Box::new(sleep));
            kept.push(Box::new(outside));
            kept.push(Box::new(handle));
            kept.push(Box::new(scheduler));
            kept.push(Box::new(OnDrop(|| assert_eq!(coweave::run(async { 5 }), 5))));
        });
    })
    .join()
    .unwrap();
}

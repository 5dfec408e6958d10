//! Operations that are half awaited, moved, and ended or dropped elsewhere.

use std::thread;

use coweave::channel::{Receiver, Sender, bounded, broadcast, oneshot, watch};
use coweave::{Scheduler, spawn, yield_now};

use crate::support::{Woken, forget, poll, poll_with};

/// Ends of a channel that live as long as the program, so that their futures go anywhere.
fn lasting<T>(capacity: usize) -> (&'static Sender<T>, &'static Receiver<T>) {
    let ends: &'static _ = Box::leak(Box::new(bounded(capacity)));
    forget(ends);
    (&ends.0, &ends.1)
}

#[coweave::test]
async fn a_receive_moved_to_another_task_wakes_that_one() {
    let (sender, receiver) = lasting(1);
    let mut recv = receiver.recv();
    let first = spawn(async move {
        assert!(futures::poll!(&mut recv).is_pending());
        recv
    });
    let recv = first.await.unwrap();
    let second = spawn(recv);
    yield_now().await;
    sender.try_send(1).unwrap();
    assert_eq!(second.await.unwrap(), Ok(1));
}

#[test]
fn a_send_half_awaited_in_a_scheduler_ends_in_another_on_another_thread() {
    let (sender, receiver) = lasting(1);
    sender.try_send(0).unwrap();
    let mut send = sender.send(1);
    let mut send = coweave::run(async move {
        assert!(futures::poll!(&mut send).is_pending());
        send
    });
    let other = thread::spawn(move || {
        coweave::run(async move {
            assert!(futures::poll!(&mut send).is_pending());
            drop(spawn(async { assert_eq!(receiver.recv().await, Ok(0)) }));
            send.await
        })
    });
    assert_eq!(other.join().unwrap(), Ok(()));
    assert_eq!(receiver.try_recv(), Ok(1));
}

#[test]
fn operations_half_awaited_in_a_scheduler_are_dropped_on_a_thread_after_its_end() {
    let (sender, receiver) = lasting(1);
    let (full, drained) = lasting(1);
    full.try_send(0).unwrap();
    let mut scheduler = Scheduler::builder().build().unwrap();
    let all = scheduler.run(async {
        let (mut recv, mut send, mut reserve) = (receiver.recv(), full.send(1), full.reserve());
        assert!(futures::poll!(&mut recv).is_pending());
        assert!(futures::poll!(&mut send).is_pending());
        assert!(futures::poll!(&mut reserve).is_pending());
        (recv, send, reserve)
    });
    drop(scheduler);
    // What was granted after the scheduler's end is passed on all the same.
    sender.try_send(5).unwrap();
    assert_eq!(drained.try_recv(), Ok(0));
    thread::spawn(move || drop(all)).join().unwrap();
    assert_eq!(receiver.try_recv(), Ok(5));
    assert_eq!(drained.try_recv(), Ok(1));
    full.try_send(2).unwrap();
}

#[test]
fn a_receive_half_awaited_by_a_waker_goes_on_in_a_task() {
    let (sender, receiver) = lasting(1);
    let (woken, waker) = Woken::new();
    let mut recv = receiver.recv();
    assert!(poll_with(&mut recv, &waker).is_pending());
    coweave::run(async {
        let task = spawn(recv);
        yield_now().await;
        sender.try_send(1).unwrap();
        assert_eq!(task.await.unwrap(), Ok(1));
    });
    assert_eq!(woken.count(), 0);
}

#[test]
fn ends_half_awaited_go_to_a_scheduler_on_another_thread() {
    let (one, mut receiver) = oneshot();
    let (all, mut receiver_of_all) = broadcast(4);
    let (latest, mut watcher) = watch(0);
    assert!(poll(&mut receiver).is_pending());
    coweave::run(async {
        assert!(futures::poll!(&mut receiver).is_pending());
        assert!(futures::poll!(receiver_of_all.recv()).is_pending());
        assert!(futures::poll!(watcher.changed()).is_pending());
    });
    let other = thread::spawn(move || {
        coweave::run(async {
            let changed = watcher.changed().await.map(|()| *watcher.borrow());
            (receiver.await, receiver_of_all.recv().await, changed)
        })
    });
    one.send(1).unwrap();
    all.send(2).unwrap();
    latest.send(3).unwrap();
    assert_eq!(other.join().unwrap(), (Ok(1), Ok(2), Ok(3)));
}

#[test]
fn a_hundred_receives_moved_between_tasks_of_two_threads_lose_nothing() {
    let (sender, receiver) = lasting(0);
    let halves: Vec<_> = coweave::run(async {
        let tasks: Vec<_> = (0..100)
            .map(|_| {
                spawn(async {
                    let mut recv = receiver.recv();
                    assert!(futures::poll!(&mut recv).is_pending());
                    recv
                })
            })
            .collect();
        futures::future::join_all(tasks).await.into_iter().map(Result::unwrap).collect()
    });
    let other = thread::spawn(move || {
        coweave::run(async {
            let mut sum = 0;
            for (n, recv) in halves.into_iter().enumerate() {
                if n % 3 == 0 {
                    drop(recv);
                } else {
                    sum += recv.await.unwrap();
                }
            }
            while let Ok(n) = receiver.recv().await {
                sum += n;
            }
            sum
        })
    });
    coweave::run(async {
        for n in 0..200_u32 {
            sender.send(n).await.unwrap();
        }
        sender.close();
    });
    assert_eq!(other.join().unwrap(), (0..200).sum());
}

#[coweave::coroutine]
fn awaits_the_rest(send: coweave::channel::SendFuture<'static, u32>) -> bool {
    send.await.is_ok()
}

#[coweave::coroutine]
fn receives(receiver: &'static Receiver<u32>) -> Option<u32> {
    receiver.recv().await.ok()
}

#[coweave::test]
async fn a_send_half_awaited_by_hand_is_sent_once_by_a_coroutine_and_in_its_turn() {
    let (sender, receiver) = lasting(1);
    sender.try_send(0).unwrap();
    let (mut first, second) = (sender.send(1), sender.send(2));
    assert!(futures::poll!(&mut first).is_pending());
    let [second, first] = [second, first].map(|send| spawn(awaits_the_rest(send)));
    yield_now().await;
    for n in 0..3 {
        assert_eq!(receiver.recv().await, Ok(n));
    }
    assert!(first.await.unwrap() && second.await.unwrap());
    assert!(receiver.is_empty());
}

#[test]
#[should_panic = "polled after its end"]
fn a_send_that_has_ended_is_not_sent_again_by_a_coroutine() {
    let (sender, _) = lasting(2);
    coweave::run(async {
        let mut send = sender.send(1);
        assert!(futures::poll!(&mut send).is_ready());
        awaits_the_rest(send).await;
    });
}

/// The channel is the worker's alone until the other thread comes, while its tasks wait in it.
#[test]
fn a_channel_that_another_thread_uses_while_coroutines_wait_serves_them_in_order() {
    let (sender, receiver) = lasting(0);
    coweave::run(async {
        let (first, second) = (spawn(receives(receiver)), spawn(receives(receiver)));
        yield_now().await;
        let other = thread::spawn(|| (0..3).for_each(|n| sender.blocking_send(n).unwrap()));
        assert_eq!(first.await.unwrap(), Some(0));
        assert_eq!(second.await.unwrap(), Some(1));
        assert_eq!(receives(receiver).await, Some(2));
        other.join().unwrap();
    });
    let (full, drained) = lasting(1);
    full.try_send(0).unwrap();
    coweave::run(async {
        let sends = [1, 2].map(|n| spawn(awaits_the_rest(full.send(n))));
        yield_now().await;
        let other = thread::spawn(|| [(); 3].map(|()| drained.blocking_recv().unwrap()));
        for send in sends {
            assert!(send.await.unwrap());
        }
        assert_eq!(other.join().unwrap(), [0, 1, 2]);
    });
}

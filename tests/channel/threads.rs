//! Plain threads, against each other and against a scheduler.

use std::thread;

use coweave::channel::{bounded, broadcast, oneshot, unbounded, watch};

use crate::asked_workers::system_scheduler;

#[test]
fn threads_send_to_a_scheduler_and_receive_from_it() {
    for capacity in [0, 1, 8] {
        let (sender, receiver) = bounded(capacity);
        let (reply, replies) = bounded(capacity);
        let producers = [0_u64, 1000].map(|base| {
            let sender = sender.clone();
            thread::spawn(move || (0..1000).for_each(|n| sender.blocking_send(base + n).unwrap()))
        });
        drop(sender);
        let scheduler = thread::spawn(move || {
            system_scheduler().run(async {
                while let Ok(n) = receiver.recv().await {
                    reply.send(2 * n).await.unwrap();
                }
            });
        });
        let mut received: Vec<u64> = std::iter::from_fn(|| replies.blocking_recv().ok()).collect();
        let of_first: Vec<u64> = received.iter().copied().filter(|n| *n < 2000).collect();
        assert!(of_first.is_sorted() && of_first.len() == 1000, "the order of one producer");
        received.sort_unstable();
        assert!(received.into_iter().eq((0..2000).map(|n| 2 * n)));
        producers.into_iter().for_each(|producer| producer.join().unwrap());
        scheduler.join().unwrap();
    }
}

#[test]
fn each_value_goes_to_one_of_many_threads() {
    let (sender, receiver) = bounded(3);
    let consumers = [(); 3].map(|()| {
        let receiver = receiver.clone();
        thread::spawn(move || {
            std::iter::from_fn(|| receiver.blocking_recv().ok()).collect::<Vec<u32>>()
        })
    });
    drop(receiver);
    let producers = [0, 1, 2].map(|n| {
        let sender = sender.clone();
        thread::spawn(move || (0..500).for_each(|i| sender.blocking_send(500 * n + i).unwrap()))
    });
    drop(sender);
    producers.into_iter().for_each(|producer| producer.join().unwrap());
    let mut all: Vec<u32> = consumers.into_iter().flat_map(|it| it.join().unwrap()).collect();
    all.sort_unstable();
    assert!(all.into_iter().eq(0..1500));
}

#[test]
fn a_thread_that_blocks_is_told_of_the_end() {
    let (sender, receiver) = unbounded::<u32>();
    let waiting = thread::spawn(move || receiver.blocking_recv());
    drop(sender);
    assert!(waiting.join().unwrap().is_err());
    let (sender, receiver) = bounded(0);
    let waiting = thread::spawn(move || sender.blocking_send(1));
    drop(receiver);
    assert!(waiting.join().unwrap().is_err());
}

#[test]
fn one_value_crosses_threads_a_thousand_times() {
    for n in 0..1000 {
        let (sender, receiver) = oneshot();
        let (back, answer) = oneshot();
        let thread = thread::spawn(move || back.send(receiver.blocking_recv().unwrap() + 1));
        sender.send(n).unwrap();
        assert_eq!(answer.blocking_recv(), Ok(n + 1));
        thread.join().unwrap().unwrap();
    }
}

#[test]
fn threads_get_all_that_is_sent_to_all() {
    let (sender, receiver) = broadcast(2000);
    let threads = [receiver.clone(), receiver].map(|mut receiver| {
        thread::spawn(move || {
            let mut next = 0;
            while let Ok(n) = receiver.blocking_recv() {
                assert_eq!(n, next);
                next += 1;
            }
            next
        })
    });
    system_scheduler().run(async move {
        for n in 0..2000 {
            sender.send(n).unwrap();
        }
    });
    threads.into_iter().for_each(|thread| assert_eq!(thread.join().unwrap(), 2000));
}

#[test]
fn threads_watch_a_value_to_its_end() {
    let (sender, receiver) = watch(0);
    let threads = [receiver.clone(), receiver].map(|mut receiver| {
        thread::spawn(move || {
            let mut last = *receiver.blocking_wait_for(|n| *n >= 50).unwrap();
            while receiver.blocking_changed().is_ok() {
                let now = *receiver.borrow();
                assert!(now >= last);
                last = now;
            }
            last
        })
    });
    (1..=100).for_each(|n| sender.send(n).unwrap());
    drop(sender);
    threads.into_iter().for_each(|thread| assert_eq!(thread.join().unwrap(), 100));
}

#[test]
fn changes_by_many_threads_are_all_made() {
    let (sender, receiver) = watch(0);
    let threads = [(); 4].map(|()| {
        let sender = sender.clone();
        thread::spawn(move || (0..250).for_each(|_| sender.send_modify(|n| *n += 1)))
    });
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert_eq!(*receiver.borrow(), 1000);
    let waiting = thread::spawn(move || sender.blocking_closed());
    drop(receiver);
    waiting.join().unwrap();
}

#[coweave::test]
#[should_panic(expected = "use `recv().await`")]
async fn a_task_must_not_block() {
    let (_sender, receiver) = unbounded::<u32>();
    assert!(receiver.blocking_recv().is_err());
}

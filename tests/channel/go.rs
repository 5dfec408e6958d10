//! What Go's `test/chan`, and the tests of channels in its runtime, check; `tests/README.md` has the table.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use coweave::channel::{Receiver, RecvError, TryRecvError, bounded, unbounded};
use coweave::{sleep, spawn, yield_now};
use futures::future::{Either, select};

use crate::support::poll;

/// `fifo`: buffered, and through a chain of tasks of which each passes on to the next.
#[coweave::test]
async fn fifo() {
    let (sender, receiver) = bounded(10);
    for n in 0..10 {
        sender.send(n).await.unwrap();
    }
    for n in 0..10 {
        assert_eq!(receiver.recv().await, Ok(n));
    }
    let (sender, receiver) = bounded(0);
    let (start, mut before) = bounded(0);
    for n in 0..10 {
        let (next, after) = bounded(0);
        let (sender, mine) = (sender.clone(), std::mem::replace(&mut before, after));
        drop(spawn(async move {
            mine.recv().await.unwrap();
            sender.send(n).await.unwrap();
            _ = next.send(()).await;
        }));
    }
    start.send(()).await.unwrap();
    for n in 0..10 {
        assert_eq!(receiver.recv().await, Ok(n));
    }
}

/// `goroutines`: a value passes through a chain of ten thousand tasks.
#[coweave::test]
async fn goroutines() {
    let (first, mut last) = bounded(0);
    for _ in 0..10_000 {
        let (next, after) = bounded(0);
        let before = std::mem::replace(&mut last, after);
        drop(spawn(async move { next.send(before.recv().await.unwrap() + 1).await }));
    }
    drop(spawn(async move { first.send(0).await }));
    assert_eq!(last.recv().await, Ok(10_000));
}

both_modes! {
    /// `nonblock`: what does not wait says so, and finds who waits at once.
    async fn nonblock() {
        for capacity in [0, 1] {
            let (sender, receiver) = channel::bounded(capacity);
            assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
            assert_eq!(sender.try_send(1).is_err(), capacity == 0);
            if capacity == 1 {
                assert!(sender.try_send(2).unwrap_err().is_full());
                assert_eq!(receiver.try_recv(), Ok(1));
            }
            let inner = receiver.clone();
            let waits = spawn(async move { inner.recv().await });
            yield_now().await;
            sender.try_send(3).unwrap();
            assert_eq!(waits.await.unwrap(), Ok(3));
            let inner = sender.clone();
            let waits = spawn(async move { inner.send(4).await });
            yield_now().await;
            assert_eq!(receiver.try_recv(), Ok(4));
            assert_eq!(waits.await.unwrap(), Ok(()));
        }
    }

    /// `zerosize`, and `TestChanSendInterface`: values of no size, and erased ones.
    async fn values_of_no_size_and_erased_ones() {
        let (sender, receiver) = channel::bounded(1);
        sender.send([0_u8; 0]).await.unwrap();
        assert_eq!(receiver.recv().await, Ok([]));
        let (sender, receiver) = channel::bounded::<Box<dyn std::any::Any>>(1);
        sender.send(Box::new(5_u32)).await.unwrap();
        assert_eq!(receiver.recv().await.unwrap().downcast_ref(), Some(&5_u32));
    }

    /// `sendstmt`: sending binds no tighter than what is sent.
    async fn sendstmt() {
        let (sender, receiver) = channel::bounded(2);
        sender.send(1 == 2 || 3 > 2).await.unwrap();
        let (inner, outer) = channel::bounded(1);
        sender.send(inner.send(0).await.is_err()).await.unwrap();
        assert_eq!((receiver.recv().await, receiver.recv().await), (Ok(true), Ok(false)));
        drop(outer);
    }

    /// `select5`'s order of evaluation: the operands of an operation are evaluated once, when it is made.
    async fn operands_are_evaluated_once() {
        let (sender, receiver) = channel::bounded(0);
        let mut count = 0;
        let mut send = sender.send({
            count += 1;
            count
        });
        for _ in 0..3 {
            assert!(poll(&mut send).is_pending());
        }
        assert_eq!((receiver.try_recv(), count), (Ok(1), 1));
    }

    /// `TestChan`: waits while empty and while full; order; the end; for each capacity.
    async fn test_chan() {
        for capacity in 0..20 {
            let (sender, receiver) = channel::bounded::<usize>(capacity);
            let inner = receiver.clone();
            let waits = spawn(async move { inner.recv().await });
            sleep(Duration::from_millis(1)).await;
            assert!(!waits.is_finished());
            assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
            sender.send(9).await.unwrap();
            assert_eq!(waits.await.unwrap(), Ok(9));

            for n in 0..capacity {
                sender.send(n).await.unwrap();
            }
            assert!(sender.try_send(0).unwrap_err().is_full());
            let inner = sender.clone();
            let waits = spawn(async move { inner.send(capacity).await });
            sleep(Duration::from_millis(1)).await;
            assert!(!waits.is_finished() && sender.len() == capacity);
            for n in 0..=capacity {
                assert_eq!(receiver.recv().await, Ok(n));
            }
            waits.await.unwrap().unwrap();

            let inner = receiver.clone();
            let waits = spawn(async move { inner.recv().await });
            yield_now().await;
            sender.close();
            assert_eq!(waits.await.unwrap(), Err(RecvError));
            assert_eq!((receiver.recv().await, receiver.recv().await), (Err(RecvError), Err(RecvError)));
        }
    }

    /// `TestPseudoRandomSend`: senders and receivers take turns; all arrive, whichever comes first.
    async fn senders_of_two_kinds_of_values_both_get_through() {
        for capacity in [0, 7] {
            let (sender, receiver) = channel::bounded(capacity);
            for bit in [0, 1] {
                let sender = sender.clone();
                drop(spawn(async move {
                    for _ in 0..100 {
                        sender.send(bit).await.unwrap();
                    }
                }));
            }
            drop(sender);
            let mut counts = [0, 0];
            let mut first_half = [0, 0];
            while let Ok(bit) = receiver.recv().await {
                counts[bit] += 1;
                if counts[0] + counts[1] == 100 {
                    first_half = counts;
                }
            }
            assert_eq!(counts, [100, 100]);
            assert!(first_half.into_iter().all(|count| count > 5), "neither starves");
        }
    }

    /// `TestSelfSelect`, `select3`: tasks on both sides of one channel neither block each other nor lose
    /// anything. Two operations of one task are two to the channel: it may receive from itself.
    async fn tasks_on_both_sides_of_one_channel_lose_nothing() {
        for capacity in [0, 10] {
            let (sender, receiver) = channel::bounded(capacity);
            let tasks = [(); 2].map(|()| {
                let (sender, receiver) = (sender.clone(), receiver.clone());
                spawn(async move {
                    let (mut sent, mut received) = (0, 0);
                    for n in 0..200 {
                        match select(receiver.recv(), sender.reserve()).await {
                            Either::Left((got, _)) => received += got.unwrap(),
                            Either::Right((permit, _)) => {
                                permit.unwrap().send(n).unwrap();
                                sent += n;
                            }
                        }
                        yield_now().await;
                    }
                    (sent, received)
                })
            });
            let (mut sent, mut received) = (0, 0);
            for task in tasks {
                let (s, r) = task.await.unwrap();
                (sent, received) = (sent + s, received + r);
            }
            received += receiver.drain().sum::<u32>();
            assert!(sent > 0 && sent == received, "{sent} and {received}");
        }
    }

    /// `TestSelectDuplicateChannel`: one task waits at a channel twice, others as well.
    async fn a_task_waits_twice_at_one_channel() {
        let (sender, receiver) = channel::bounded::<u32>(0);
        let (other, never) = channel::bounded::<u32>(0);
        let inner = receiver.clone();
        let twice = spawn(async move {
            match select(inner.recv(), select(inner.recv(), never.recv())).await {
                Either::Left((n, _)) => n,
                Either::Right((Either::Left((n, _)) | Either::Right((n, _)), _)) => n,
            }
        });
        let inner = receiver.clone();
        let once = spawn(async move { inner.recv().await });
        yield_now().await;
        sender.send(1).await.unwrap();
        assert_eq!(twice.await.unwrap(), Ok(1));
        sender.send(2).await.unwrap();
        assert_eq!(once.await.unwrap(), Ok(2));
        drop(other);
    }
}

/// `select6`: a wait in the midst of a queue is given up, and nobody is lost.
#[coweave::test]
async fn a_wait_amid_others_is_given_up() {
    let (one, one_out) = bounded::<bool>(0);
    let (two, two_out) = bounded::<bool>(0);
    let (three, three_out) = bounded::<bool>(0);
    let inner = one_out.clone();
    drop(spawn(async move { inner.recv().await }));
    let (inner, other) = (one_out.clone(), two_out);
    drop(spawn(async move {
        drop(select(inner.recv(), other.recv()).await);
        three.send(true).await.unwrap();
    }));
    yield_now().await;
    let waits = spawn(async move { one_out.recv().await });
    yield_now().await;
    two.send(true).await.unwrap();
    assert_eq!(three_out.recv().await, Ok(true));
    one.send(true).await.unwrap();
    one.send(true).await.unwrap();
    assert_eq!(waits.await.unwrap(), Ok(true));
}

/// `select7`: a sender meets a receiver that waits in each way.
#[coweave::test]
async fn a_send_meets_each_way_of_receiving() {
    async fn by_trying(receiver: Receiver<u32>) -> u32 {
        loop {
            match receiver.try_recv() {
                Ok(n) => return n,
                Err(_) => yield_now().await,
            }
        }
    }
    async fn by_waiting(receiver: Receiver<u32>) -> u32 {
        receiver.recv().await.unwrap()
    }
    async fn by_selecting(receiver: Receiver<u32>) -> u32 {
        let (_sender, never) = unbounded();
        match select(receiver.recv(), never.recv()).await {
            Either::Left((n, _)) | Either::Right((n, _)) => n.unwrap(),
        }
    }
    for n in 0..3 {
        let (sender, receiver) = bounded(0);
        let task = match n {
            0 => spawn(by_trying(receiver)),
            1 => spawn(by_waiting(receiver)),
            _ => spawn(by_selecting(receiver)),
        };
        yield_now().await;
        sender.send(n).await.unwrap();
        assert_eq!(task.await.unwrap(), n);
    }
}

/// `TestSelectFairness`: of two that always have a value, first in first out starves neither, if who has
/// received goes behind.
#[coweave::test]
async fn receivers_of_one_channel_share_it_fairly() {
    static COUNTS: [AtomicU32; 2] = [AtomicU32::new(0), AtomicU32::new(0)];
    let (sender, receiver) = bounded(0);
    let tasks = [0, 1].map(|me: usize| {
        let receiver = receiver.clone();
        spawn(async move {
            while receiver.recv().await.is_ok() {
                COUNTS[me].fetch_add(1, Ordering::Relaxed);
            }
        })
    });
    for n in 0..1000 {
        sender.send(n).await.unwrap();
    }
    sender.close();
    for task in tasks {
        task.await.unwrap();
    }
    let [one, two] = COUNTS.each_ref().map(|count| count.load(Ordering::Relaxed));
    assert!(one + two == 1000 && one.min(two) > 250, "{one} and {two}");
}

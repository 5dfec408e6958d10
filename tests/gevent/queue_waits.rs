//! Waits at queues of every kind that are given up, and who comes after them.

use coweave::channel::{Receiver, Sender, bounded, lifo, priority, unbounded};
use coweave::{Instant, JoinHandle, sleep, spawn, timeout};

use crate::support::{Trace, ms, settle};

type Ends = (Sender<u32>, Receiver<u32>);

fn of_every_kind() -> [Ends; 5] {
    [bounded(0), bounded(1), unbounded(), lifo(), priority()]
}

/// Waits for nothing: gives up at the first chance.
fn gives_up(receiver: &Receiver<u32>) -> JoinHandle<bool> {
    let receiver = receiver.clone();
    spawn(async move { timeout(ms(0), receiver.recv()).await.is_err() })
}

fn receives(receiver: &Receiver<u32>) -> JoinHandle<u32> {
    let receiver = receiver.clone();
    spawn(async move { receiver.recv().await.unwrap() })
}

#[coweave::test]
async fn a_value_is_not_for_one_who_has_given_up() {
    for (sender, receiver) in of_every_kind() {
        assert!(gives_up(&receiver).await.unwrap());
        drop(spawn(async move { sender.send(1).await.unwrap() }));
        assert_eq!(receiver.recv().await, Ok(1));
    }
}

#[coweave::test]
async fn of_two_who_wait_one_gives_up_and_the_other_gets_the_value() {
    for (sender, receiver) in of_every_kind() {
        let (gone, waits) = (gives_up(&receiver), receives(&receiver));
        sleep(ms(100)).await;
        sender.send(1).await.unwrap();
        assert_eq!((gone.await.unwrap(), waits.await.unwrap()), (true, 1));
    }
}

#[coweave::test]
async fn a_value_for_two_who_have_given_up_is_for_who_comes_next() {
    for (sender, receiver) in of_every_kind() {
        let gone = [gives_up(&receiver), gives_up(&receiver)];
        sleep(ms(100)).await;
        let sends = spawn(async move { sender.send(1).await });
        for task in gone {
            assert!(task.await.unwrap());
        }
        assert_eq!(receiver.recv().await, Ok(1));
        sends.await.unwrap().unwrap();
    }
}

/// A wait that nobody ends, by itself: it may be limited, outside and inside, and cancelled.
async fn is_interrupted<F: Future + Send + 'static>(trace: &Trace, mut wait: impl FnMut() -> F)
where
    F::Output: Send,
{
    let start = Instant::now();
    let elapsed = timeout(ms(10), wait()).await.is_err();
    trace.add(format!("{elapsed} {:?}", start.elapsed()));
    let nested = timeout(ms(10), timeout(ms(1000), wait())).await.is_err();
    trace.add(format!("{nested} {:?}", start.elapsed()));
    let nested = timeout(ms(1000), timeout(ms(10), wait())).await.unwrap().is_err();
    trace.add(format!("{nested} {:?}", start.elapsed()));
    let task = spawn(wait());
    settle().await;
    task.cancel();
    trace.add(task.await.is_err());
}

const INTERRUPTED: [&str; 4] = ["true 10ms", "true 20ms", "true 30ms", "true"];

#[coweave::test]
async fn a_receive_is_interrupted_by_the_limit_that_comes_first() {
    for (sender, receiver) in of_every_kind() {
        let trace = Trace::new();
        is_interrupted(&trace, || {
            let receiver = receiver.clone();
            async move { receiver.recv().await }
        })
        .await;
        assert_eq!(trace, INTERRUPTED);
        assert_eq!(sender.receiver_count(), 1);
        assert!(sender.is_empty());
    }
}

#[coweave::test]
async fn a_send_is_interrupted_by_the_limit_that_comes_first() {
    for (sender, receiver) in [bounded(0), bounded(1)] {
        let queued = usize::from(sender.try_send(1).is_ok());
        let trace = Trace::new();
        is_interrupted(&trace, || {
            let sender = sender.clone();
            async move { sender.send(2).await }
        })
        .await;
        assert_eq!(trace, INTERRUPTED);
        // Only what was there before is.
        assert_eq!((receiver.len(), receiver.sender_count()), (queued, 1));
        assert_eq!(receiver.drain().collect::<Vec<_>>(), vec![1; queued]);
        assert!(receiver.try_recv().is_err());
    }
}

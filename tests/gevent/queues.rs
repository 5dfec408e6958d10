//! Queues: what does not wait, order, room, looking without taking, the end, and when all work is done.

use std::sync::Arc;

use coweave::channel::{
    Receiver, RecvError, Sender, TryRecvError, TrySendError, bounded, lifo, priority, unbounded,
    watch,
};
use coweave::sync::Promise;
use coweave::{spawn, timeout, yield_now};
use futures::StreamExt;

use crate::support::{Trace, ms, settle};

#[coweave::test]
async fn what_does_not_wait_is_refused_by_a_full_queue() {
    let (sender, receiver) = bounded(1);
    assert_eq!(sender.try_send(2), Ok(()));
    assert_eq!(sender.try_send(3), Err(TrySendError::Full(3)));
    assert_eq!(receiver.try_recv(), Ok(2));
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    let (sender, receiver) = bounded(0);
    assert_eq!(sender.try_send(2), Err(TrySendError::Full(2)));
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
}

#[coweave::test]
async fn a_value_for_one_who_waits_is_never_in_the_queue() {
    for (sender, receiver) in [bounded(1), unbounded(), lifo(), priority(), bounded(0)] {
        let gets = receiver.clone();
        let task = spawn(async move { gets.recv().await });
        settle().await;
        assert_eq!(sender.try_send(10), Ok(()));
        assert!(!task.is_finished() && receiver.is_empty());
        yield_now().await;
        assert!(task.is_finished() && receiver.is_empty());
        assert_eq!(task.await.unwrap(), Ok(10));
    }
}

#[coweave::test]
async fn taking_without_waiting_lets_a_sender_go_on() {
    for capacity in [0, 1] {
        let (sender, receiver) = bounded(capacity);
        for filler in 0..capacity {
            sender.try_send(filler).unwrap();
        }
        let task = spawn(async move { sender.send(5).await });
        settle().await;
        assert!(receiver.is_full() && !task.is_finished());
        assert!(receiver.try_recv().is_ok());
        yield_now().await;
        assert!(task.is_finished());
        assert_eq!(receiver.len(), capacity);
    }
}

#[coweave::test]
async fn what_was_looked_at_is_still_there() {
    for (sender, receiver) in [bounded(1), unbounded(), lifo(), priority()] {
        assert!(receiver.peek().is_err());
        sender.try_send(1).unwrap();
        for _ in 0..2 {
            assert_eq!(*receiver.peek().unwrap(), 1);
        }
        assert_eq!(receiver.try_recv(), Ok(1));
        assert!(receiver.peek().is_err());
    }
}

#[coweave::test]
async fn a_sender_is_held_up_where_there_is_no_room() {
    let (trace, (sender, receiver)) = (Trace::new(), bounded(2));
    let says = trace.clone();
    let task = spawn(async move {
        for value in ["a", "b", "c"] {
            sender.send(value).await.unwrap();
            says.add(value);
        }
    });
    yield_now().await;
    trace.add(format!("takes {}", receiver.recv().await.unwrap()));
    yield_now().await;
    for _ in 0..2 {
        trace.add(format!("takes {}", receiver.recv().await.unwrap()));
    }
    assert!(task.is_finished());
    assert_eq!(trace, ["a", "b", "takes a", "c", "takes b", "takes c"]);
}

#[coweave::test]
async fn what_a_task_sent_before_its_end_is_received() {
    for (sender, receiver) in [bounded(1), unbounded(), lifo(), priority(), bounded(0)] {
        drop(spawn(async move { sender.send(1).await.unwrap() }));
        assert_eq!(receiver.recv().await, Ok(1));
    }
}

#[coweave::test]
async fn each_of_several_who_wait_gets_one_value() {
    let (sender, receiver) = unbounded();
    let got: Vec<Arc<Promise<u32>>> = (0..4).map(|_| Arc::default()).collect();
    for promise in &got {
        let (promise, receiver) = (promise.clone(), receiver.clone());
        drop(spawn(async move { promise.set(receiver.recv().await.unwrap()).unwrap() }));
    }
    settle().await;
    for (value, expected) in [(1, 1), (2, 2), (3, 3), (4, 4)] {
        sender.try_send(value).unwrap();
        settle().await;
        let values: Vec<u32> = got.iter().filter_map(|promise| promise.get().copied()).collect();
        assert_eq!(values, (1..=expected).collect::<Vec<_>>());
    }
}

#[coweave::test]
async fn without_room_two_tasks_go_on_in_turn() {
    let (trace, (sender, receiver)) = (Trace::new(), bounded(0));
    let says = trace.clone();
    let task = spawn(async move {
        says.add("will send");
        sender.send("hello").await.unwrap();
        says.add("sent hello");
        sender.send("world").await.unwrap();
        says.add("sent world");
    });
    trace.add("waits");
    trace.add(receiver.recv().await.unwrap());
    trace.add(receiver.recv().await.unwrap());
    assert!(!task.is_finished());
    yield_now().await;
    assert!(task.is_finished());
    // Who meets one that waits does not suspend.
    let expected = ["waits", "will send", "sent hello", "hello", "world", "sent world"];
    assert_eq!(trace, expected);
}

#[coweave::test]
async fn without_room_a_sender_waits_until_its_value_is_taken() {
    let (sender, receiver) = bounded(0);
    let sends = spawn(async move { sender.send("hi").await });
    settle().await;
    assert!(!sends.is_finished());
    let receives = spawn(async move { receiver.recv().await });
    assert_eq!(receives.await.unwrap(), Ok("hi"));
    timeout(ms(0), sends).await.unwrap().unwrap().unwrap();
}

#[coweave::test]
async fn going_through_a_queue_ends_with_it() {
    for capacity in [0, 1, 9] {
        let (sender, receiver) = bounded(capacity);
        drop(spawn(async move {
            for n in 0..3 {
                sender.send(n).await.unwrap();
            }
        }));
        assert_eq!(receiver.collect::<Vec<u32>>().await, [0, 1, 2]);
    }
}

/// Everything that can be asked of a queue that is closed, after its values were taken or dropped.
async fn asks_after_the_end(sender: Sender<u32>, receiver: Receiver<u32>) {
    assert!(sender.send(1).await.is_err());
    assert_eq!(sender.try_send(1), Err(TrySendError::Disconnected(1)));
    assert!(sender.reserve().await.is_err());
    assert_eq!(receiver.recv().await, Err(RecvError));
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
    assert_eq!(timeout(ms(1000), receiver.recv()).await.unwrap(), Err(RecvError));
    assert!(receiver.peek().is_err() && receiver.is_empty() && receiver.is_closed());
}

#[coweave::test]
async fn a_queue_that_is_shut_down_gives_what_it_has() {
    for (sender, receiver) in [bounded(2), unbounded(), lifo(), priority()] {
        sender.send(1).await.unwrap();
        sender.try_send(2).unwrap();
        sender.close();
        assert_eq!(sender.try_send(3), Err(TrySendError::Disconnected(3)));
        let taken = [receiver.recv().await.unwrap(), receiver.recv().await.unwrap()];
        assert_eq!(taken[0] + taken[1], 3);
        asks_after_the_end(sender, receiver).await;
    }
}

#[coweave::test]
async fn a_queue_that_is_shut_down_at_once_gives_nothing() {
    for (sender, receiver) in [bounded(2), unbounded(), lifo(), priority()] {
        sender.send(1).await.unwrap();
        sender.try_send(2).unwrap();
        receiver.close();
        assert_eq!(receiver.drain().count(), 2);
        asks_after_the_end(sender, receiver).await;
    }
}

#[coweave::test]
async fn work_is_done_when_the_last_token_has_gone() {
    let (queue, jobs) = unbounded();
    let (all_done, token) = watch(());
    queue.try_send(("job", token)).unwrap();
    let (job, token) = jobs.recv().await.unwrap();
    assert_eq!((job, all_done.receiver_count()), ("job", 1));
    assert!(timeout(ms(10), all_done.closed()).await.is_err());
    drop(token);
    assert_eq!(all_done.receiver_count(), 0);
    timeout(ms(0), all_done.closed()).await.unwrap();
}

#[coweave::test]
async fn where_there_was_no_work_it_is_done() {
    let (all_done, token) = watch(());
    drop(token);
    let mut closed = Box::pin(all_done.closed());
    assert!(futures::poll!(&mut closed).is_ready());
}

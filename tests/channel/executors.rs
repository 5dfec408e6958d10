//! Channels on other executors, and between them and ours.

use coweave::channel::{bounded, broadcast, oneshot, watch};
use futures::executor::{LocalPool, block_on};
use futures::future::{join, join_all};
use futures::task::LocalSpawnExt;

#[test]
fn on_the_executor_of_the_futures_crate() {
    let mut pool = LocalPool::new();
    let (sender, receiver) = bounded(1);
    pool.spawner()
        .spawn_local(async move {
            for n in 0..100 {
                sender.send(n).await.unwrap();
            }
        })
        .unwrap();
    let sum = pool.run_until(async {
        let mut sum = 0;
        while let Ok(n) = receiver.recv().await {
            sum += n;
        }
        sum
    });
    assert_eq!(sum, 4950);
}

#[test]
fn local_channels_on_the_executor_of_the_futures_crate() {
    use coweave::channel::local::{bounded, oneshot};
    let (sender, receiver) = bounded(0);
    let (done, is_done) = oneshot();
    let all = join(
        async move {
            for n in 0..10 {
                sender.send(n).await.unwrap();
            }
            done.send("done").unwrap();
        },
        async move {
            for n in 0..10 {
                assert_eq!(receiver.recv().await, Ok(n));
            }
            is_done.await
        },
    );
    assert_eq!(block_on(all).1, Ok("done"));
}

#[test]
fn between_tokio_and_a_scheduler() {
    let (sender, receiver) = bounded(2);
    let (back, answer) = oneshot();
    let ours = std::thread::spawn(move || {
        coweave::run(async move {
            let mut sum = 0;
            while let Ok(n) = receiver.recv().await {
                sum += n;
            }
            back.send(sum).unwrap();
        });
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let sum = runtime.block_on(async {
        let tasks: Vec<_> = (0..4)
            .map(|_| {
                let sender = sender.clone();
                tokio::spawn(async move {
                    for n in 0..100_u32 {
                        sender.send(n).await.unwrap();
                    }
                })
            })
            .collect();
        drop(sender);
        for task in tasks {
            task.await.unwrap();
        }
        answer.await
    });
    assert_eq!(sum, Ok(4 * 4950));
    ours.join().unwrap();
}

#[test]
fn to_all_and_the_latest_on_tokio() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on(async {
        let (sender, receiver) = broadcast(100);
        let (state, mut seen) = watch(0);
        let tasks = [receiver.clone(), receiver].map(|mut receiver| {
            tokio::spawn(async move {
                let mut sum = 0;
                while let Ok(n) = receiver.recv().await {
                    sum += n;
                }
                sum
            })
        });
        let waits = tokio::spawn(async move { seen.wait_for(|n| *n == 99).await.map(|n| *n) });
        for n in 0..100 {
            sender.send(n).unwrap();
            if state.send(n).is_err() {
                assert_eq!(n, 100, "somebody watches until the end");
            }
        }
        drop((sender, state));
        for task in tasks {
            assert_eq!(task.await.unwrap(), 4950);
        }
        assert_eq!(waits.await.unwrap(), Ok(99));
    });
}

/// Combinators poll with wakers of their own; the tasks still wait at the channel.
#[coweave::test]
async fn inside_combinators() {
    let (sender, receiver) = bounded(0);
    let receivers = join_all((0..10).map(|_| receiver.recv()));
    let senders = join_all((0..10).map(|n| sender.send(n)));
    let (mut received, sent) = join(receivers, senders).await;
    assert!(sent.iter().all(Result::is_ok));
    received.sort_by_key(|received| *received.as_ref().unwrap());
    assert!(received.into_iter().eq((0..10).map(Ok)));
}

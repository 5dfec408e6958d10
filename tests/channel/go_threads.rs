//! What Go's tests of channels check with threads; `tests/README.md` has the table.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use coweave::channel::{Receiver, bounded, unbounded};
use futures::future::{Either, select};

use crate::asked_workers::system_scheduler;

/// `TestNonblockRecvRace`: a value sent before the end is never missed by a receive that does not wait.
#[test]
fn nonblock_recv_race() {
    for _ in 0..500 {
        let (sender, receiver) = bounded(1);
        sender.try_send(1).unwrap();
        let taker = thread::spawn(move || receiver.try_recv());
        sender.close();
        assert_eq!(taker.join().unwrap(), Ok(1));
    }
}

/// `TestNonblockSelectRace`: of two channels that are both filled before the other is looked at, one has
/// a value.
#[test]
fn nonblock_select_race() {
    for _ in 0..500 {
        let ((one, one_out), (two, two_out)) = (bounded(1), bounded(1));
        one.try_send(1).unwrap();
        let looks = thread::spawn(move || one_out.try_recv().is_ok() || two_out.try_recv().is_ok());
        _ = two.try_send(1);
        drop(one);
        assert!(looks.join().unwrap());
    }
}

/// `doubleselect`: of a value that two waits of one task compete for, none is lost or doubled.
#[test]
fn doubleselect() {
    let (to_one, one) = bounded(0);
    let (to_two, two) = bounded(0);
    let (results, received) = unbounded();
    let sender = thread::spawn(move || {
        system_scheduler().run(async move {
            for n in 0..2000_u32 {
                // Each value is offered to both; the one that was not taken is withdrawn.
                drop(select(to_one.send(n), to_two.send(n)).await);
            }
        });
    });
    let receivers = [one, two].map(|receiver| {
        let results = results.clone();
        thread::spawn(move || {
            while let Ok(n) = receiver.blocking_recv() {
                results.blocking_send(n).unwrap();
            }
        })
    });
    drop(results);
    let mut all: Vec<u32> = std::iter::from_fn(|| received.blocking_recv().ok()).collect();
    sender.join().unwrap();
    receivers.into_iter().for_each(|receiver| receiver.join().unwrap());
    all.sort_unstable();
    all.dedup();
    assert!(all.into_iter().eq(0..2000), "every value was taken");
}

/// `TestSelectStress`: channels of different capacities, of which tasks wait at all, and threads at one.
#[test]
fn select_stress() {
    let ends = [0, 2, 3, 10].map(bounded::<u32>);
    let counts = [const { AtomicU32::new(0) }; 2];
    thread::scope(|scope| {
        let counts = &counts;
        let [(a, a_out), (b, b_out), (c, c_out), (d, d_out)] = ends;
        let senders = [a.clone(), b.clone(), c.clone(), d.clone()].map(|sender| {
            scope.spawn(move || {
                for n in 0..1000 {
                    sender.blocking_send(n).unwrap();
                    counts[0].fetch_add(n, Ordering::Relaxed);
                }
            })
        });
        let reserves = scope.spawn(move || {
            system_scheduler().run(async move {
                for n in 0..1000 {
                    // A reservation that is given up has sent nothing.
                    let one = select(a.reserve(), b.reserve());
                    let other = select(c.reserve(), d.reserve());
                    let permit = match select(one, other).await {
                        Either::Left((
                            Either::Left((permit, _)) | Either::Right((permit, _)),
                            _,
                        ))
                        | Either::Right((
                            Either::Left((permit, _)) | Either::Right((permit, _)),
                            _,
                        )) => permit,
                    };
                    permit.unwrap().send(n).unwrap();
                    counts[0].fetch_add(n, Ordering::Relaxed);
                }
            });
        });
        let receives = scope.spawn(move || {
            system_scheduler().run(async move {
                for _ in 0..5000 {
                    let one = select(a_out.recv(), b_out.recv());
                    let other = select(c_out.recv(), d_out.recv());
                    let received = match select(one, other).await {
                        Either::Left((Either::Left((n, _)) | Either::Right((n, _)), _))
                        | Either::Right((Either::Left((n, _)) | Either::Right((n, _)), _)) => n,
                    };
                    // The end of one channel is always ready: then the others are waited for in turn.
                    let n = match received {
                        Ok(n) => n,
                        Err(_) => next_of_any([&a_out, &b_out, &c_out, &d_out]).await,
                    };
                    counts[1].fetch_add(n, Ordering::Relaxed);
                }
            });
        });
        senders.into_iter().for_each(|sender| sender.join().unwrap());
        reserves.join().unwrap();
        receives.join().unwrap();
    });
    let [sent, received] = counts.map(AtomicU32::into_inner);
    assert_eq!((sent, received), (5 * 499_500, 5 * 499_500));
}

async fn next_of_any(receivers: [&Receiver<u32>; 4]) -> u32 {
    for receiver in receivers {
        if let Ok(n) = receiver.recv().await {
            return n;
        }
    }
    panic!("all have ended");
}

/// `TestMultiConsumer`: many consumers, each value worked off once.
#[test]
fn multi_consumer() {
    let (work, todo) = bounded(13);
    let (done, results) = bounded(7);
    let workers = [(); 5].map(|()| {
        let (todo, done) = (todo.clone(), done.clone());
        thread::spawn(move || {
            while let Ok(n) = todo.blocking_recv() {
                if n % 5 == 0 {
                    thread::yield_now();
                }
                done.blocking_send(n).unwrap();
            }
        })
    });
    drop((todo, done));
    let feeder = thread::spawn(move || (0..3000_u32).for_each(|n| work.blocking_send(n).unwrap()));
    let sum: u32 = std::iter::from_fn(|| results.blocking_recv().ok()).sum();
    assert_eq!(sum, (0..3000).sum());
    feeder.join().unwrap();
    workers.into_iter().for_each(|worker| worker.join().unwrap());
}

//! Tokio's primitives of synchronisation, which know no runtime, between our tasks.

use std::sync::Arc;

use coweave::{Instant, sleep, spawn, yield_now};
use futures::future::join_all;
use tokio::sync::{
    Barrier, Mutex, Notify, OnceCell, RwLock, Semaphore, broadcast, mpsc, oneshot, watch,
};

use crate::support::{MS, Trace, on_both_clocks, virtual_scheduler};

#[coweave::coroutine]
fn locks_and_sleeps(mutex: Arc<Mutex<Vec<u32>>>, n: u32) {
    let mut order = mutex.lock().await;
    sleep(MS).await;
    order.push(n);
}

#[test]
fn a_mutex_is_held_over_a_sleep_and_passed_on_in_order() {
    let traces = on_both_clocks(async |trace| {
        let mutex = Arc::new(Mutex::new(Vec::new()));
        let tasks: Vec<_> = (0..5).map(|n| spawn(locks_and_sleeps(mutex.clone(), n))).collect();
        join_all(tasks).await;
        trace.add(format!("{:?}", mutex.lock().await));
    });
    assert_eq!(traces, [["[0, 1, 2, 3, 4]"]; 2]);
}

#[test]
fn a_cancelled_task_gives_up_its_place_at_a_mutex_and_the_lock_it_holds() {
    let traces = on_both_clocks(async |trace| {
        let mutex = Arc::new(Mutex::new(Vec::new()));
        let tasks: Vec<_> = (0..5).map(|n| spawn(locks_and_sleeps(mutex.clone(), n))).collect();
        yield_now().await;
        tasks[0].cancel();
        tasks[2].cancel();
        let outcomes = join_all(tasks).await;
        trace.add(format!("{:?}", outcomes.iter().map(Result::is_ok).collect::<Vec<_>>()));
        trace.add(format!("{:?}", mutex.lock().await));
    });
    assert_eq!(traces, [["[false, true, false, true, true]", "[1, 3, 4]"]; 2]);
}

#[test]
fn readers_share_a_lock_and_a_writer_has_it_alone() {
    let trace = Trace::new();
    virtual_scheduler().run(async {
        let lock = Arc::new(RwLock::new(0));
        let read = |name: &'static str| {
            let (lock, trace) = (lock.clone(), trace.clone());
            spawn(async move {
                let value = lock.read().await;
                sleep(MS * 2).await;
                trace.add(format!("{name} reads {value} at {:?}", Instant::now()));
            })
        };
        let (first, second) = (read("first"), read("second"));
        let write = {
            let (lock, trace) = (lock.clone(), trace.clone());
            spawn(async move {
                let mut value = lock.write().await;
                sleep(MS * 3).await;
                *value += 1;
                trace.add(format!("written at {:?}", Instant::now()));
            })
        };
        let late = read("late");
        join_all([first, second, write, late]).await;
    });
    assert_eq!(
        trace,
        [
            "first reads 0 at Instant(2ms)",
            "second reads 0 at Instant(2ms)",
            "written at Instant(5ms)",
            "late reads 1 at Instant(7ms)"
        ]
    );
}

#[test]
fn a_semaphore_lets_so_many_in() {
    let traces = on_both_clocks(async |trace| {
        let semaphore = Arc::new(Semaphore::new(3));
        let most = Arc::new(std::sync::Mutex::new((0, 0)));
        let tasks: Vec<_> = (0..12_u32)
            .map(|n| {
                let (semaphore, most) = (semaphore.clone(), most.clone());
                spawn(async move {
                    let permits = semaphore.acquire_many(1 + n % 2).await.unwrap();
                    let enter = |by: i32| {
                        let mut most = most.lock().unwrap();
                        most.0 += by * (1 + (n % 2) as i32);
                        most.1 = most.1.max(most.0);
                    };
                    enter(1);
                    sleep(MS).await;
                    enter(-1);
                    drop(permits);
                })
            })
            .collect();
        join_all(tasks).await;
        trace.add(format!("{:?}", most.lock().unwrap()));
        let waits = spawn(async move { semaphore.acquire_many_owned(4).await.is_err() });
        yield_now().await;
        trace.add(waits.is_finished());
        waits.cancel();
    });
    assert_eq!(traces, [["(0, 3)", "false"]; 2]);
}

#[test]
fn a_notify_wakes_one_or_all_and_remembers_one() {
    let traces = on_both_clocks(async |trace| {
        let notify = Arc::new(Notify::new());
        notify.notify_one();
        notify.notified().await;
        trace.add("the remembered one");
        let tasks: Vec<_> = (0..4)
            .map(|n| {
                let (notify, trace) = (notify.clone(), trace.clone());
                spawn(async move {
                    notify.notified().await;
                    trace.add(n);
                })
            })
            .collect();
        yield_now().await;
        notify.notify_one();
        sleep(MS).await;
        trace.add("all");
        notify.notify_waiters();
        join_all(tasks).await;
    });
    assert_eq!(traces, [["the remembered one", "0", "all", "1", "2", "3"]; 2]);
}

#[test]
fn a_oneshot_gives_its_value_or_says_that_it_never_will() {
    let traces = on_both_clocks(async |trace| {
        let (send, receive) = oneshot::channel();
        let receiver = spawn(receive);
        sleep(MS).await;
        send.send(5).unwrap();
        trace.add(format!("{:?}", receiver.await.unwrap()));
        let (send, receive) = oneshot::channel::<u32>();
        let receiver = spawn(receive);
        yield_now().await;
        drop(send);
        trace.add(receiver.await.unwrap().is_err());
        let (mut send, receive) = oneshot::channel::<u32>();
        let closed = spawn(async move { send.closed().await });
        yield_now().await;
        drop(receive);
        trace.add(closed.await.is_ok());
    });
    assert_eq!(traces, [["Ok(5)", "true", "true"]; 2]);
}

#[test]
fn a_bounded_mpsc_holds_its_senders_back() {
    let trace = Trace::new();
    virtual_scheduler().run(async {
        let (send, mut receive) = mpsc::channel(2);
        let inner = trace.clone();
        drop(spawn(async move {
            for n in 0..4 {
                send.send(n).await.unwrap();
                inner.add(format!("sent {n} at {:?}", Instant::now()));
            }
        }));
        while let Some(n) = receive.recv().await {
            trace.add(format!("got {n}"));
            sleep(MS).await;
        }
    });
    assert_eq!(
        trace,
        [
            "sent 0 at Instant(0ns)",
            "sent 1 at Instant(0ns)",
            "got 0",
            "sent 2 at Instant(0ns)",
            "got 1",
            "sent 3 at Instant(1ms)",
            "got 2",
            "got 3"
        ]
    );
}

#[test]
fn an_mpsc_brings_what_threads_send_while_the_worker_sleeps() {
    let traces = on_both_clocks(async |trace| {
        let (send, mut receive) = mpsc::channel::<u32>(1);
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let send = send.clone();
                std::thread::spawn(move || (0..50).for_each(|n| send.blocking_send(n).unwrap()))
            })
            .collect();
        drop(send);
        let mut sum = 0;
        while let Some(n) = receive.recv().await {
            sum += n;
        }
        trace.add(sum);
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    });
    assert_eq!(traces, [["4900"]; 2]);
}

#[test]
fn a_broadcast_reaches_all_and_tells_the_slow_what_they_missed() {
    let traces = on_both_clocks(async |trace| {
        let (send, mut receive) = broadcast::channel(2);
        let mut other = send.subscribe();
        let listener = spawn(async move {
            let mut sum = 0;
            while let Ok(n) = other.recv().await {
                sum += n;
            }
            sum
        });
        for n in 1..=4 {
            yield_now().await;
            send.send(n).unwrap();
        }
        drop(send);
        trace.add(listener.await.unwrap());
        trace.add(format!("{:?}", receive.recv().await));
        trace.add(format!("{:?}", receive.recv().await));
    });
    assert_eq!(traces, [["10", "Err(Lagged(2))", "Ok(3)"]; 2]);
}

#[test]
fn a_watch_shows_the_latest_value() {
    let traces = on_both_clocks(async |trace| {
        let (send, mut receive) = watch::channel(0);
        let inner = trace.clone();
        let watcher = spawn(async move {
            while receive.changed().await.is_ok() {
                inner.add(format!("saw {}", *receive.borrow_and_update()));
            }
            inner.add("closed");
        });
        sleep(MS).await;
        send.send(1).unwrap();
        send.send(2).unwrap();
        sleep(MS).await;
        send.send(3).unwrap();
        yield_now().await;
        drop(send);
        watcher.await.unwrap();
    });
    assert_eq!(traces, [["saw 2", "saw 3", "closed"]; 2]);
}

#[test]
fn a_barrier_holds_all_until_the_last_comes() {
    let traces = on_both_clocks(async |trace| {
        let barrier = Arc::new(Barrier::new(10));
        let tasks: Vec<_> = (0..10_u32)
            .map(|n| {
                let (barrier, trace) = (barrier.clone(), trace.clone());
                spawn(async move {
                    sleep(MS * n).await;
                    if n == 9 {
                        trace.add("the last comes");
                    }
                    let waited = barrier.wait().await;
                    if n == 0 {
                        trace.add("the first goes on");
                    }
                    waited.is_leader()
                })
            })
            .collect();
        let leaders = join_all(tasks).await.into_iter().filter(|led| *led.as_ref().unwrap());
        trace.add(leaders.count());
    });
    assert_eq!(traces, [["the last comes", "the first goes on", "1"]; 2]);
}

#[test]
fn a_once_cell_is_filled_once_by_whoever_came_first() {
    let traces = on_both_clocks(async |trace| {
        let cell = Arc::new(OnceCell::new());
        let fill = |n: u32| {
            let cell = cell.clone();
            spawn(async move {
                *cell
                    .get_or_init(async || {
                        sleep(MS).await;
                        n
                    })
                    .await
            })
        };
        let tasks = [fill(1), fill(2), fill(3)];
        yield_now().await;
        // Who came first is gone before it was done.
        tasks[0].cancel();
        let outputs = join_all(tasks).await.into_iter().map(Result::ok);
        trace.add(format!("{:?}", outputs.collect::<Vec<_>>()));
    });
    assert_eq!(traces, [["[None, Some(2), Some(2)]"]; 2]);
}

#[test]
fn a_select_of_tokio_mixes_its_futures_with_ours() {
    let traces = on_both_clocks(async |trace| {
        let (send, mut receive) = mpsc::unbounded_channel();
        drop(spawn(async move {
            for n in 0..2 {
                sleep(MS * 2).await;
                send.send(n).unwrap();
            }
            std::future::pending::<()>().await;
        }));
        loop {
            tokio::select! {
                biased;
                Some(n) = receive.recv() => trace.add(n),
                () = sleep(MS * 40) => break trace.add("nothing came"),
            }
        }
        let (a, b) = tokio::join!(sleep(MS), spawn(async { 3 }));
        trace.add(format!("{a:?} {}", b.unwrap()));
    });
    assert_eq!(traces, [["0", "1", "nothing came", "() 3"]; 2]);
}

//! Tasks on different workers that wait: for time, for each other, for other crates, for threads.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use coweave::channel::{bounded, broadcast, oneshot, unbounded, watch};
use coweave::group::TaskGroup;
use coweave::sync::{
    Barrier, Condvar, Event, Mutex, Notify, OnceCell, Promise, RwLock, Semaphore, WaitGroup,
};
use coweave::{
    MissedTicks, idle, interval, join, park, select, sleep, spawn, spawn_after, spawn_local, task,
    timeout, yield_now,
};
use futures::StreamExt;
use futures::stream::FuturesUnordered;

use crate::support::{Census, MS, hold_until, in_teams, spawn_elsewhere, team};

const ROUNDS: u32 = 100;

/// Runs `f` as a task on each of so many workers at once, and joins all.
async fn everywhere<F>(workers: usize, f: impl Fn(usize) -> F + Clone + Send + 'static)
where
    F: Future<Output = ()> + Send + 'static,
{
    let begun = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..workers)
        .map(|n| {
            let (f, begun) = (f.clone(), begun.clone());
            spawn(async move {
                // No worker takes a second one before all have one.
                begun.fetch_add(1, Ordering::AcqRel);
                hold_until(|| begun.load(Ordering::Acquire) == workers);
                f(n).await;
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

#[test]
fn sleeps_timeouts_and_intervals_keep_their_time_wherever_they_go_on() {
    in_teams(|workers| {
        team(workers).run(everywhere(workers, |_| async {
            for n in 0..20 {
                let began = Instant::now();
                sleep(MS / 10 * n).await;
                assert!(began.elapsed() >= MS / 10 * n);
                assert!(timeout(MS / 2, park()).await.is_err());
                assert_eq!(timeout(10_000 * MS, async { n }).await, Ok(n));
            }
            let began = Instant::now();
            let mut ticks = interval(MS / 2).with_missed_ticks(MissedTicks::Burst);
            for _ in 0..20 {
                ticks.tick().await;
                yield_now().await;
            }
            assert!(began.elapsed() >= MS / 2 * 19);
            let later = spawn_after(MS, async { Instant::now() });
            assert!(later.await.unwrap() >= began + MS);
        }));
    });
}

#[test]
fn a_sleep_goes_on_with_its_task_and_may_be_half_awaited_elsewhere() {
    in_teams(|workers| {
        team(workers).run(async {
            let began = Instant::now();
            let mut asleep = Box::pin(sleep(20 * MS));
            // Begun here, awaited there, and at last here again.
            assert!(futures::poll!(asleep.as_mut()).is_pending());
            let asleep = spawn_elsewhere(move || async move {
                assert!(futures::poll!(asleep.as_mut()).is_pending());
                asleep
            });
            asleep.await.unwrap().await;
            assert!(began.elapsed() >= 20 * MS);
        });
    });
}

#[test]
fn two_tasks_unpark_each_other_across_workers() {
    in_teams(|workers| {
        team(workers).run(async {
            let first = task::current().unparker();
            let (sender, receiver) = oneshot();
            let other = spawn_elsewhere(move || async move {
                sender.send(task::current().unparker()).unwrap();
                for _ in 0..ROUNDS {
                    park().await;
                    first.unpark();
                }
            });
            let second = receiver.await.unwrap();
            for _ in 0..ROUNDS {
                second.unpark();
                park().await;
            }
            other.await.unwrap();
        });
    });
}

#[test]
fn a_permit_is_kept_until_its_task_parks_wherever_it_is() {
    in_teams(|workers| {
        team(workers).run(async {
            for _ in 0..10 {
                let go = Arc::new(AtomicU32::new(0));
                let (goes, (sender, receiver)) = (go.clone(), bounded(1));
                let task = spawn_elsewhere(move || async move {
                    sender.send(task::current().unparker()).await.unwrap();
                    while goes.load(Ordering::Acquire) == 0 {
                        yield_now().await;
                    }
                    park().await;
                    park().await;
                });
                let unparker = receiver.recv().await.unwrap();
                unparker.unpark();
                go.store(1, Ordering::Release);
                while !task.is_finished() {
                    unparker.unpark();
                    yield_now().await;
                }
                task.await.unwrap();
            }
        });
    });
}

#[test]
fn wakers_of_other_crates_and_of_threads_wake_taken_tasks() {
    in_teams(|workers| {
        team(workers).run(everywhere(workers, |_| async {
            let mut threads = Vec::new();
            let mut futures: FuturesUnordered<_> = (0..ROUNDS)
                .map(|n| {
                    let (sender, receiver) = futures::channel::oneshot::channel();
                    match n % 3 {
                        0 => threads.push(thread::spawn(move || sender.send(n).unwrap())),
                        1 => drop(spawn(async move {
                            yield_now().await;
                            sender.send(n).unwrap();
                        })),
                        _ => drop(spawn(async move {
                            sleep(MS / 10).await;
                            sender.send(n).unwrap();
                        })),
                    }
                    async { receiver.await.unwrap() }
                })
                .collect();
            let mut sum = 0;
            while let Some(n) = futures.next().await {
                sum += n;
                yield_now().await;
            }
            assert_eq!(sum, ROUNDS * (ROUNDS - 1) / 2);
            threads.into_iter().for_each(|thread| thread.join().unwrap());
        }));
    });
}

#[test]
fn a_mutex_and_a_semaphore_let_in_as_many_as_they_should() {
    in_teams(|workers| {
        let (mutex, semaphore) = (Arc::new(Mutex::new(0)), Arc::new(Semaphore::new(2)));
        let (inside, lock) = (Arc::new(AtomicU32::new(0)), mutex.clone());
        team(workers).run(everywhere(workers, move |_| {
            let (mutex, semaphore, inside) = (mutex.clone(), semaphore.clone(), inside.clone());
            async move {
                for _ in 0..ROUNDS {
                    let mut guard = mutex.lock().await;
                    let before = *guard;
                    yield_now().await;
                    *guard = before + 1;
                    drop(guard);
                    let permit = semaphore.acquire().await.unwrap();
                    assert!(inside.fetch_add(1, Ordering::AcqRel) < 2);
                    yield_now().await;
                    inside.fetch_sub(1, Ordering::AcqRel);
                    drop(permit);
                }
            }
        }));
        assert_eq!(*lock.try_lock().unwrap(), ROUNDS * u32::try_from(workers).unwrap());
    });
}

#[test]
fn readers_never_see_a_half_written_value() {
    in_teams(|workers| {
        let lock = Arc::new(RwLock::new((0, 0)));
        team(workers).run(everywhere(workers, move |n| {
            let lock = lock.clone();
            async move {
                for _ in 0..ROUNDS {
                    if n == 0 {
                        let mut guard = lock.write().await;
                        guard.0 += 1;
                        yield_now().await;
                        guard.1 += 1;
                    } else {
                        let guard = lock.read().await;
                        yield_now().await;
                        assert_eq!(guard.0, guard.1);
                    }
                }
            }
        }));
    });
}

#[test]
fn rounds_of_a_barrier_and_events_are_seen_by_all() {
    in_teams(|workers| {
        let (barrier, round) = (Arc::new(Barrier::new(workers)), Arc::new(AtomicU32::new(0)));
        let (begins, ready, once) =
            (Arc::new(Event::new()), Arc::new(Promise::new()), Arc::new(OnceCell::new()));
        team(workers).run(everywhere(workers, move |n| {
            let (barrier, round) = (barrier.clone(), round.clone());
            let (begins, ready, once) = (begins.clone(), ready.clone(), once.clone());
            async move {
                if n == 0 {
                    sleep(MS).await;
                    ready.set(7).unwrap();
                    begins.set();
                }
                begins.wait().await;
                assert_eq!(*ready.wait().await, 7);
                let made = once.get_or_init(async || {
                    yield_now().await;
                    n
                });
                assert!(*made.await < workers);
                for at in 0..ROUNDS {
                    assert_eq!(round.load(Ordering::Acquire), at);
                    if barrier.wait().await.is_leader() {
                        round.fetch_add(1, Ordering::AcqRel);
                    }
                    barrier.wait().await;
                }
            }
        }));
    });
}

#[test]
fn conditions_notifications_and_wait_groups_lose_nobody() {
    in_teams(|workers| {
        let (turn, changed) = (Arc::new(Mutex::new(0_usize)), Arc::new(Condvar::new()));
        let (notify, group) = (Arc::new(Notify::new()), Arc::new(WaitGroup::new()));
        group.add(workers);
        team(workers).run(everywhere(workers, move |n| {
            let (turn, changed) = (turn.clone(), changed.clone());
            let (notify, group) = (notify.clone(), group.clone());
            async move {
                for _ in 0..ROUNDS / 4 {
                    let guard = turn.lock().await;
                    let mut guard = changed.wait_while(guard, |turn| *turn % workers != n).await;
                    *guard += 1;
                    drop(guard);
                    changed.notify_all();
                }
                // Each passes on one notification; the last is left over.
                if n == 0 {
                    notify.notify_one();
                }
                notify.notified().await;
                notify.notify_one();
                group.done();
                group.wait().await;
            }
        }));
    });
}

#[test]
fn channels_carry_every_value_once_in_the_order_of_its_sender() {
    in_teams(|workers| {
        let census = Census::default();
        let made = census.clone();
        team(workers).run(async move {
            for capacity in [1, 3, 64] {
                let (sender, receiver) = bounded(capacity);
                let senders: Vec<_> = (0..workers)
                    .map(|from| {
                        let (sender, census) = (sender.clone(), made.clone());
                        spawn_elsewhere(move || async move {
                            for n in 0..ROUNDS {
                                sender.send((from, n, census.value())).await.unwrap();
                            }
                        })
                    })
                    .collect();
                drop(sender);
                let receivers: Vec<_> = (0..2)
                    .map(|_| {
                        let (receiver, workers) = (receiver.clone(), workers);
                        spawn_elsewhere(move || async move {
                            let (mut count, mut last) = (0, vec![None; workers]);
                            while let Ok((from, n, held)) = receiver.recv().await {
                                held.touch();
                                assert!(last[from] < Some(n));
                                last[from] = Some(n);
                                count += 1;
                            }
                            count
                        })
                    })
                    .collect();
                drop(receiver);
                let mut count = 0;
                for task in receivers {
                    count += task.await.unwrap();
                }
                for task in senders {
                    task.await.unwrap();
                }
                assert_eq!(count, ROUNDS * u32::try_from(workers).unwrap());
            }
        });
        assert_eq!(census.live(), 0);
    });
}

#[test]
fn what_is_sent_to_all_reaches_each() {
    in_teams(|workers| {
        team(workers).run(async move {
            let (to_all, _) = broadcast(ROUNDS as usize);
            let (latest, watched) = watch(0);
            let receivers: Vec<_> = (0..workers)
                .map(|_| {
                    let (mut from_all, mut watched) = (to_all.subscribe(), watched.clone());
                    spawn_elsewhere(move || async move {
                        let mut sum = 0;
                        for _ in 0..ROUNDS {
                            sum += from_all.recv().await.unwrap();
                        }
                        let last = watched.wait_for(|n| *n == ROUNDS).await.map(|n| *n);
                        (sum, last.unwrap())
                    })
                })
                .collect();
            for n in 0..ROUNDS {
                to_all.send(n).unwrap();
                latest.send(n + 1).unwrap();
                yield_now().await;
            }
            for task in receivers {
                assert_eq!(task.await.unwrap(), (ROUNDS * (ROUNDS - 1) / 2, ROUNDS));
            }
        });
    });
}

#[test]
fn select_and_join_wait_for_what_other_workers_do() {
    in_teams(|workers| {
        team(workers).run(everywhere(workers, |_| async {
            let (sender, receiver) = unbounded();
            for n in 0..ROUNDS {
                let sender = sender.clone();
                let sends = spawn(async move { sender.send(n).await.unwrap() });
                let received = select! {
                    value = receiver.recv() => value.unwrap(),
                    () = sleep(60_000 * MS) => unreachable!("it is sent at once"),
                };
                assert_eq!(received, n);
                let (sent, late) = join!(sends, timeout(MS / 10, park()));
                sent.unwrap();
                assert!(late.is_err());
            }
        }));
    });
}

#[test]
fn groups_have_the_results_of_members_on_all_workers() {
    in_teams(|workers| {
        team(workers).run(async move {
            let group = TaskGroup::new();
            for n in 0..ROUNDS {
                group
                    .spawn(async move {
                        yield_now().await;
                        assert!(n % 10 != 9, "as it was told");
                        n
                    })
                    .await;
            }
            let (mut sum, mut failed) = (0, 0);
            while let Some((_, result)) = group.join_next().await {
                match result {
                    Ok(n) => sum += n,
                    Err(error) if error.is_panic() => failed += 1,
                    Err(_) => unreachable!("nobody cancels"),
                }
            }
            assert_eq!((sum, failed), ((0..ROUNDS).filter(|n| n % 10 != 9).sum(), 10));
            // Cancelled with the group, wherever its members are.
            let census = Census::default();
            let group = TaskGroup::new();
            let begun = Arc::new(AtomicUsize::new(0));
            for _ in 0..4 * workers {
                let (frame, begun) = (census.value(), begun.clone());
                group
                    .spawn(async move {
                        begun.fetch_add(1, Ordering::Release);
                        park().await;
                        frame.touch();
                    })
                    .await;
            }
            hold_until(|| begun.load(Ordering::Acquire) >= workers);
            group.cancel_all();
            while let Some((_, result)) = group.join_next().await {
                assert!(result.unwrap_err().is_cancelled());
            }
            assert_eq!(census.live(), 0);
        });
    });
}

#[test]
fn idle_tasks_go_on_when_their_worker_has_nothing_else() {
    in_teams(|workers| {
        team(workers).run(everywhere(workers, |_| async {
            for _ in 0..20 {
                idle().await;
                yield_now().await;
            }
        }));
    });
}

#[test]
fn values_that_stay_are_shared_by_tasks_of_one_worker() {
    in_teams(|workers| {
        team(workers).run(everywhere(workers, |_| async {
            let local = spawn_local(async {
                let log = std::rc::Rc::new(RefCell::new(Vec::new()));
                let lock = std::rc::Rc::new(coweave::sync::local::Mutex::new(()));
                let tasks: Vec<_> = (0..10)
                    .map(|n| {
                        let (log, lock) = (log.clone(), lock.clone());
                        spawn_local(async move {
                            let _guard = lock.lock().await;
                            yield_now().await;
                            log.borrow_mut().push(n);
                        })
                    })
                    .collect();
                for task in tasks {
                    task.await.unwrap();
                }
                log.take()
            });
            assert_eq!(local.await.unwrap(), (0..10).collect::<Vec<_>>());
        }));
    });
}

//! Threads that are no workers: they spawn, join, cancel, borrow, and outlive the scheduler.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use coweave::{Scheduler, SchedulerHandle, park, sleep, spawn, task, yield_now};
use futures::executor::block_on;

use crate::support::{Census, MS, here, hold_until, in_teams, team};

const TASKS: usize = 200;

/// Runs a scheduler until all of `threads` have ended, each of which has been given a handle.
fn beside<T: Send + 'static>(
    scheduler: &mut Scheduler,
    threads: usize,
    f: impl Fn(SchedulerHandle, usize) -> T + Clone + Send + 'static,
) -> Vec<T> {
    let threads: Vec<_> = (0..threads)
        .map(|n| {
            let (f, handle) = (f.clone(), scheduler.handle());
            thread::spawn(move || f(handle, n))
        })
        .collect();
    scheduler.run(async {
        while !threads.iter().all(thread::JoinHandle::is_finished) {
            sleep(MS / 2).await;
        }
    });
    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
}

#[test]
fn what_a_thread_spawns_runs_on_all_workers_at_once() {
    in_teams(|workers| {
        let mut scheduler = team(workers);
        let mut threads = beside(&mut scheduler, 1, move |handle, _| {
            let begun = Arc::new(AtomicUsize::new(0));
            let task = |_| {
                let begun = begun.clone();
                handle.spawn(async move {
                    // It holds up its worker until all others have begun.
                    begun.fetch_add(1, Ordering::AcqRel);
                    hold_until(|| begun.load(Ordering::Acquire) == workers);
                    here()
                })
            };
            let tasks: Vec<_> = (0..workers).map(task).collect();
            tasks.into_iter().map(|task| block_on(task).unwrap()).collect::<Vec<_>>()
        })
        .remove(0);
        threads.sort_unstable_by_key(|id| format!("{id:?}"));
        threads.dedup();
        assert_eq!(threads.len(), workers);
    });
}

#[test]
fn what_several_threads_spawn_is_joined_by_each() {
    in_teams(|workers| {
        let mut scheduler = team(workers);
        beside(&mut scheduler, 3, |handle, thread| {
            let tasks: Vec<_> = (0..TASKS)
                .map(|n| {
                    handle.spawn(async move {
                        yield_now().await;
                        thread * TASKS + n
                    })
                })
                .collect();
            for (n, task) in tasks.into_iter().enumerate() {
                assert_eq!(block_on(task).unwrap(), thread * TASKS + n);
            }
        });
    });
}

#[test]
fn threads_cancel_and_drop_the_handles_of_tasks_everywhere() {
    in_teams(|workers| {
        let census = Census::default();
        let mut scheduler = team(workers);
        let values = census.clone();
        beside(&mut scheduler, 3, move |handle, _| {
            for n in 0..TASKS {
                let (frame, output) = (values.value(), values.value());
                let task = handle.spawn(async move {
                    match n % 3 {
                        0 => yield_now().await,
                        1 => sleep(MS / 10).await,
                        _ => park().await,
                    }
                    frame.touch();
                    output
                });
                match n % 4 {
                    0 => task.cancel(),
                    1 if n % 3 == 2 => {
                        task.cancel();
                        assert!(block_on(task).is_err());
                    }
                    1 => block_on(task).unwrap().touch(),
                    2 => drop(task),
                    _ => task.on_completion(|outcome| {
                        if let Ok(output) = outcome {
                            output.touch();
                        }
                    }),
                }
            }
        });
        drop(scheduler);
        assert_eq!((census.live(), census.made()), (0, 6 * TASKS));
    });
}

#[test]
fn scopes_of_several_threads_borrow_and_wait() {
    in_teams(|workers| {
        let mut scheduler = team(workers);
        let sums = beside(&mut scheduler, 3, |handle, thread| {
            let numbers: Vec<_> = (0..TASKS).collect();
            let ended = AtomicUsize::new(0);
            let mut own = 0;
            let sum = handle.scope(|s| {
                let tasks: Vec<_> = numbers
                    .iter()
                    .map(|n| {
                        let ended = &ended;
                        s.spawn(async move {
                            yield_now().await;
                            ended.fetch_add(1, Ordering::Relaxed);
                            *n
                        })
                    })
                    .collect();
                s.spawn(async { own = thread });
                tasks.into_iter().map(|task| task.join().unwrap()).sum::<usize>()
            });
            assert_eq!(ended.into_inner(), TASKS);
            assert_eq!(own, thread);
            sum
        });
        assert_eq!(sums, [TASKS * (TASKS - 1) / 2; 3]);
    });
}

#[test]
fn the_scheduler_ends_while_threads_spawn_wake_and_cancel() {
    in_teams(|workers| {
        for _ in 0..20 {
            let census = Census::default();
            let mut scheduler = team(workers);
            let started = Arc::new(AtomicUsize::new(0));
            let threads: Vec<_> = (0..3)
                .map(|_| {
                    let (handle, census) = (scheduler.handle(), census.clone());
                    let started = started.clone();
                    thread::spawn(move || {
                        let mut tasks = Vec::new();
                        loop {
                            let frame = census.value();
                            let spawned = handle.try_spawn(async move {
                                yield_now().await;
                                drop(spawn(async move {
                                    park().await;
                                    frame.touch();
                                }));
                                sleep(MS / 20).await;
                                task::current().unparker()
                            });
                            let Ok(task) = spawned else { break };
                            started.fetch_add(1, Ordering::Release);
                            match tasks.len() % 3 {
                                0 => task.cancel(),
                                1 => drop(tasks.pop()),
                                _ => {}
                            }
                            tasks.push(handle.spawn(park()));
                        }
                        // The rest is told after the end, or by it.
                        for task in tasks {
                            assert!(block_on(task).unwrap_err().is_cancelled());
                        }
                    })
                })
                .collect();
            scheduler.run(async {
                while started.load(Ordering::Acquire) < 50 {
                    sleep(MS / 10).await;
                }
            });
            drop(scheduler);
            for thread in threads {
                thread.join().unwrap();
            }
            assert_eq!(census.live(), 0, "of {}", census.made());
        }
    });
}

#[test]
fn a_task_of_one_team_joins_and_unparks_those_of_another() {
    in_teams(|workers| {
        let mut one = team(workers);
        let handle = one.handle();
        let thread = thread::spawn(move || {
            team(workers).run(async move {
                let mut sum = 0;
                for n in 0..TASKS {
                    let task = handle.spawn(async move {
                        yield_now().await;
                        n
                    });
                    sum += spawn(async move { task.await.unwrap() }).await.unwrap();
                }
                sum
            })
        });
        one.run(async {
            while !thread.is_finished() {
                sleep(MS).await;
            }
        });
        assert_eq!(thread.join().unwrap(), TASKS * (TASKS - 1) / 2);
    });
}

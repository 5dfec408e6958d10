//! One run and the next, what is left at the end, and runs until nothing is ready.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use coweave::{Scheduler, park, sleep, spawn, spawn_after, yield_now};

use crate::support::{Census, MS, here, hold_until, in_teams, spawn_elsewhere, team};

#[test]
fn a_scheduler_runs_again_and_again() {
    in_teams(|workers| {
        let mut scheduler = team(workers);
        for round in 0..50 {
            let tasks: Vec<_> = scheduler.run(async {
                (0..round)
                    .map(|n| {
                        spawn(async move {
                            yield_now().await;
                            n
                        })
                    })
                    .collect()
            });
            let sum: usize = scheduler.run(async {
                let mut sum = 0;
                for task in tasks {
                    sum += task.await.unwrap();
                }
                sum
            });
            assert_eq!(sum, (0..round).sum());
        }
    });
}

#[test]
fn between_two_runs_the_others_go_on() {
    in_teams(|workers| {
        let mut scheduler = team(workers);
        let ticks = Arc::new(AtomicUsize::new(0));
        let ticking = ticks.clone();
        let task = scheduler.run(async {
            spawn_elsewhere(move || async move {
                loop {
                    sleep(MS).await;
                    ticking.fetch_add(1, Ordering::Release);
                }
            })
        });
        let before = ticks.load(Ordering::Acquire);
        hold_until(|| ticks.load(Ordering::Acquire) > before + 5);
        task.cancel();
        assert!(scheduler.run(task).unwrap_err().is_cancelled());
    });
}

#[test]
fn what_is_left_ready_by_a_run_is_taken() {
    in_teams(|workers| {
        let mut scheduler = team(workers);
        let done = Arc::new(AtomicUsize::new(0));
        let tasks: Vec<_> = scheduler.run(async {
            let task = |_| {
                let done = done.clone();
                spawn(async move {
                    yield_now().await;
                    done.fetch_add(1, Ordering::Release);
                })
            };
            (0..100).map(task).collect()
        });
        hold_until(|| done.load(Ordering::Acquire) == 100);
        assert_eq!(scheduler.run_until_idle(), 0);
        assert!(tasks.iter().all(coweave::JoinHandle::is_finished));
    });
}

#[test]
fn what_is_left_at_the_end_is_dropped_and_its_joiners_are_told() {
    in_teams(|workers| {
        let census = Census::default();
        let mut scheduler = team(workers);
        let inside = census.clone();
        let tasks = scheduler.run(async move {
            let waits = |n: usize| {
                let frame = inside.value();
                async move {
                    match n % 3 {
                        0 => park().await,
                        1 => sleep(1_000_000 * MS).await,
                        _ => loop {
                            yield_now().await;
                            frame.touch();
                        },
                    }
                    frame.touch();
                }
            };
            let mut tasks: Vec<_> = (0..10).map(|n| spawn(waits(n))).collect();
            tasks.extend((0..3).map(|n| {
                let waits = waits(n);
                spawn_elsewhere(move || waits)
            }));
            tasks
        });
        let handle = scheduler.handle();
        drop(scheduler);
        assert_eq!(census.live(), 0, "of {}", census.made());
        for task in tasks {
            assert!(task.is_finished());
            assert!(futures::executor::block_on(task).unwrap_err().is_cancelled());
        }
        let frame = census.value();
        let refused = handle.try_spawn(async move { frame.touch() });
        assert_eq!(census.live(), 1);
        drop(refused.unwrap_err().into_inner());
        assert_eq!(census.live(), 0);
        let refused = handle.spawn(async {});
        assert!(futures::executor::block_on(refused).unwrap_err().is_cancelled());
    });
}

#[test]
fn tasks_that_spawn_as_they_are_dropped_are_refused_at_the_end() {
    struct Spawns(Census);
    impl Drop for Spawns {
        fn drop(&mut self) {
            let frame = self.0.value();
            drop(spawn(async move { frame.touch() }));
        }
    }
    in_teams(|workers| {
        let census = Census::default();
        let mut scheduler = team(workers);
        let inside = census.clone();
        scheduler.run(async move {
            for _ in 0..workers {
                let spawns = Spawns(inside.clone());
                drop(spawn_elsewhere(move || async move {
                    park().await;
                    drop(spawns);
                }));
            }
        });
        drop(scheduler);
        assert_eq!((census.live(), census.made()), (0, workers));
    });
}

#[test]
fn a_panic_of_what_is_run_comes_out_and_the_scheduler_goes_on() {
    in_teams(|workers| {
        let mut scheduler = team(workers);
        let failed = catch_unwind(AssertUnwindSafe(|| {
            scheduler.run(async {
                yield_now().await;
                panic!("as it was told");
            });
        }));
        assert!(failed.is_err());
        assert_eq!(scheduler.run(async { spawn_elsewhere(|| async { 7 }).await.unwrap() }), 7);
    });
}

#[test]
fn a_run_inside_a_task_is_refused_on_every_worker() {
    in_teams(|workers| {
        team(workers).run(async {
            let refused = || {
                let mut other = Scheduler::builder().build().unwrap();
                catch_unwind(AssertUnwindSafe(|| other.run(async {}))).is_err()
            };
            assert!(refused());
            assert!(spawn_elsewhere(move || async move { refused() }).await.unwrap());
            // It may be dropped there all the same, and spawned upon.
            spawn_elsewhere(|| async {
                let task = team(2).spawn(async { 1 });
                assert!(task.await.unwrap_err().is_cancelled());
            })
            .await
            .unwrap();
        });
    });
}

#[test]
fn a_run_until_idle_waits_for_all_workers_and_counts_what_is_left() {
    in_teams(|workers| {
        let mut scheduler = team(workers);
        for _ in 0..20 {
            let done = Arc::new(AtomicUsize::new(0));
            let parked = scheduler.run(async {
                let done = done.clone();
                let task = move || {
                    let done = done.clone();
                    async move {
                        sleep(MS).await;
                        yield_now().await;
                        done.fetch_add(1, Ordering::Release);
                    }
                };
                drop(spawn(task()));
                drop(spawn_elsewhere(task.clone()));
                drop(spawn_after(2 * MS, task()));
                [spawn(park()), spawn_elsewhere(park)]
            });
            assert_eq!(scheduler.run_until_idle(), 2);
            assert_eq!(done.load(Ordering::Acquire), 3);
            parked.iter().for_each(coweave::JoinHandle::cancel);
            assert_eq!(scheduler.run_until_idle(), 0);
        }
    });
}

#[test]
fn a_run_until_an_instant_ends_there_while_tasks_are_busy_everywhere() {
    in_teams(|workers| {
        let mut scheduler = team(workers);
        let done = Arc::new(AtomicBool::new(false));
        let tasks: Vec<_> = scheduler.run(async {
            let busy = || {
                let done = done.clone();
                async move {
                    while !done.load(Ordering::Acquire) {
                        yield_now().await;
                        drop(spawn(async {}));
                    }
                }
            };
            (0..2 * workers).map(|_| spawn(busy())).collect()
        });
        let local = scheduler.spawn(async move {
            let home = here();
            while home == here() {
                yield_now().await;
            }
        });
        for _ in 0..20 {
            let end = scheduler.now() + 3 * MS;
            let began = Instant::now();
            assert!(scheduler.run_until(end) > 0);
            assert!(scheduler.now() >= end);
            assert!(began.elapsed() < Duration::from_secs(10));
        }
        done.store(true, Ordering::Release);
        local.cancel();
        scheduler.run(async {
            for task in tasks {
                task.await.unwrap();
            }
        });
        let still = scheduler.run_until_idle();
        assert_eq!(still, 0);
    });
}

#[test]
fn the_owner_may_ask_while_others_take_its_tasks() {
    in_teams(|workers| {
        let mut scheduler = team(workers);
        for _ in 0..50 {
            let tasks: Vec<_> =
                scheduler.run(async { (0..50).map(|_| spawn(sleep(MS / 10))).collect() });
            let began = Instant::now();
            let mut text = String::new();
            while began.elapsed() < MS {
                text = format!("{scheduler:?}");
                let before = scheduler.now();
                assert!(scheduler.now() >= before);
                drop(scheduler.spawn(async {}));
            }
            assert!(text.starts_with("Scheduler { tasks: "), "{text}");
            scheduler.run(async {
                for task in tasks {
                    task.await.unwrap();
                }
            });
        }
        let elsewhere = thread::spawn(here).join().unwrap();
        assert_ne!(elsewhere, here());
    });
}

//! Closed worlds of several workers: nothing can go on, on any of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use coweave::sync::Mutex;
use coweave::task::{self, Builder};
use coweave::{SchedulerHandle, park, sleep, spawn, spawn_local, yield_now};

use crate::support::{MS, in_teams, spawn_elsewhere, team};

#[test]
fn a_closed_world_ends_with_its_future() {
    in_teams(|workers| {
        let mut scheduler = team(workers);
        for n in 0..50 {
            let output = scheduler.try_run(async move {
                let task = spawn(async move {
                    yield_now().await;
                    n
                });
                task.await.unwrap()
            });
            assert_eq!(output.unwrap(), n);
        }
    });
}

#[test]
fn every_stuck_task_is_told_once_wherever_it_waits() {
    in_teams(|workers| {
        let mut scheduler = team(workers);
        for _ in 0..5 {
            let deadlock = scheduler.try_run(async {
                let mut ids = vec![task::current().id()];
                let named = Builder::new().name("named").spawn(park());
                let tasks = [
                    named,
                    spawn(park()),
                    spawn_local(park()),
                    spawn_elsewhere(|| async { park().await }),
                    spawn_elsewhere(|| async { spawn(park()).await.unwrap() }),
                    spawn_elsewhere(|| async {
                        sleep(MS).await;
                        park().await;
                    }),
                ];
                ids.extend(tasks.iter().map(coweave::JoinHandle::id));
                for task in tasks {
                    task.await.unwrap();
                }
                ids
            });
            let deadlock = deadlock.unwrap_err();
            let mut ids: Vec<_> = deadlock.tasks().iter().map(coweave::SuspendedTask::id).collect();
            // The future of the run, its six tasks, and the one that one of them spawned.
            assert_eq!(ids.len(), 8, "{deadlock}");
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), 8, "{deadlock}");
            let named = deadlock.tasks().iter().filter(|task| task.name() == Some("named"));
            assert_eq!(named.count(), 1, "{deadlock}");
            for task in deadlock.tasks() {
                let site = task.suspended_at().map(|site| site.to_string()).unwrap_or_default();
                assert!(task.spawned_at().is_some() && !site.contains("src/"), "{deadlock}");
            }
            // The scheduler is made anew: what was stuck is left to the old one.
            scheduler = team(workers);
        }
    });
}

#[test]
fn a_cycle_of_locks_across_workers_is_told_with_its_holders() {
    in_teams(|workers| {
        let (a, b) = (Arc::new(Mutex::new(())), Arc::new(Mutex::new(())));
        let deadlock = team(workers).try_run(async {
            let both = Arc::new(std::sync::Barrier::new(2));
            let lock = |first: &Arc<Mutex<()>>, second: &Arc<Mutex<()>>| {
                let (first, second, both) = (first.clone(), second.clone(), both.clone());
                move || async move {
                    let _first = first.lock().await;
                    // Each holds up its worker until the other has its lock: so they are on two.
                    both.wait();
                    let _second = second.lock().await;
                }
            };
            let one = Builder::new().name("one").spawn(lock(&a, &b)());
            let other = Builder::new().name("other").spawn(lock(&b, &a)());
            one.await.unwrap();
            other.await.unwrap();
        });
        let deadlock = deadlock.unwrap_err();
        let report = deadlock.to_string();
        let find = |name| deadlock.tasks().iter().find(|task| task.name() == Some(name)).unwrap();
        let (one, other) = (find("one"), find("other"));
        assert_eq!(
            (one.locked_by(), other.locked_by()),
            (Some(other.id()), Some(one.id())),
            "{report}"
        );
        assert_eq!(report.matches("a cycle").count(), 1, "{report}");
    });
}

#[test]
fn what_may_come_from_elsewhere_is_waited_for() {
    in_teams(|workers| {
        let mut scheduler = team(workers);
        for _ in 0..20 {
            // A handle, a guard, and a waker, of tasks on any worker.
            let handle = scheduler.handle();
            let thread = thread::spawn(move || {
                thread::sleep(MS);
                handle.spawn(async {
                    sleep(MS).await;
                    7
                })
            });
            let seven = scheduler.try_run(async {
                while !thread.is_finished() {
                    sleep(MS / 10).await;
                }
                thread.join().unwrap().await.unwrap()
            });
            assert_eq!(seven.unwrap(), 7);
            let answer = scheduler.try_run(async {
                spawn_elsewhere(|| async {
                    let (sender, receiver) = futures::channel::oneshot::channel();
                    let thread = thread::spawn(move || {
                        thread::sleep(MS);
                        sender.send(8).unwrap();
                    });
                    let eight = receiver.await.unwrap();
                    thread.join().unwrap();
                    eight
                })
                .await
                .unwrap()
            });
            assert_eq!(answer.unwrap(), 8);
            let unparked = scheduler.try_run(async {
                let guard = SchedulerHandle::try_current().unwrap().external();
                let task = spawn_elsewhere(park);
                let parks = spawn(async {
                    let unparker = task::current().unparker();
                    let thread = thread::spawn(move || {
                        thread::sleep(MS);
                        unparker.unpark();
                        drop(guard);
                    });
                    park().await;
                    thread.join().unwrap();
                });
                parks.await.unwrap();
                task.cancel();
                assert!(task.await.unwrap_err().is_cancelled());
            });
            unparked.unwrap();
        }
    });
}

#[test]
fn a_busy_or_sleeping_worker_keeps_the_world_going() {
    in_teams(|workers| {
        let mut scheduler = team(workers);
        for _ in 0..10 {
            let done = scheduler.try_run(async {
                let done = Arc::new(AtomicBool::new(false));
                let (does, unparker) = (done.clone(), task::current().unparker());
                drop(spawn_elsewhere(move || async move {
                    sleep(2 * MS).await;
                    let until = Instant::now() + 2 * MS;
                    while Instant::now() < until {
                        std::hint::spin_loop();
                    }
                    does.store(true, Ordering::Release);
                    unparker.unpark();
                }));
                park().await;
                done.load(Ordering::Acquire)
            });
            assert!(done.unwrap());
        }
    });
}

#[test]
fn background_tasks_anywhere_keep_no_world_going() {
    in_teams(|workers| {
        let mut scheduler = team(workers);
        let ticks = || async {
            loop {
                sleep(MS).await;
            }
        };
        let deadlock = scheduler.try_run(async {
            let background = || Builder::new().background(true);
            let begun = Arc::new(AtomicBool::new(false));
            let begins = begun.clone();
            drop(background().spawn(ticks()));
            drop(background().spawn(async move {
                begins.store(true, Ordering::Release);
                ticks().await;
            }));
            crate::support::hold_until(|| begun.load(Ordering::Acquire));
            park().await;
        });
        let deadlock = deadlock.unwrap_err();
        let background = deadlock.tasks().iter().filter(|task| task.is_background()).count();
        assert_eq!((deadlock.tasks().len(), background), (3, 2), "{deadlock}");
    });
}

//! Tasks that another worker takes: they end there, and whoever knows them notices nothing.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use coweave::task::{self, Builder};
use coweave::{Scheduler, park, sleep, spawn, spawn_local, yield_now};

use crate::support::{Census, MS, forget, here, hold_until, in_teams, spawn_elsewhere, team};

#[test]
fn each_of_many_tasks_gives_its_own_output() {
    in_teams(|workers| {
        let sum = team(workers).run(async {
            let tasks: Vec<_> = (0..10_000_u64)
                .map(|n| {
                    spawn(async move {
                        yield_now().await;
                        n
                    })
                })
                .collect();
            let mut sum = 0;
            for (n, task) in (0..).zip(tasks) {
                let output = task.await.unwrap();
                assert_eq!(output, n);
                sum += output;
            }
            sum
        });
        assert_eq!(sum, 10_000 * 9_999 / 2);
    });
}

#[test]
fn tasks_that_were_taken_join_each_other() {
    in_teams(|workers| {
        let outputs = team(workers).run(async {
            let first = spawn_elsewhere(|| async {
                sleep(MS).await;
                vec![1]
            });
            let second = spawn_elsewhere(move || async {
                let mut all = first.await.unwrap();
                all.push(2);
                all
            });
            let third = spawn(async {
                let mut all = second.await.unwrap();
                all.push(3);
                all
            });
            third.await.unwrap()
        });
        assert_eq!(outputs, [1, 2, 3]);
    });
}

#[test]
fn outputs_too_large_for_a_slot_cross_as_well() {
    in_teams(|workers| {
        let sum = team(workers).run(async {
            let large = spawn_elsewhere(|| async {
                let numbers = [7_u8; 30_000];
                yield_now().await;
                numbers
            });
            large.await.unwrap().iter().map(|n| usize::from(*n)).sum::<usize>()
        });
        assert_eq!(sum, 210_000);
    });
}

#[test]
fn a_panic_reaches_the_joiner() {
    in_teams(|workers| {
        team(workers).run(async {
            let at_once = spawn_elsewhere(|| async { panic!("at once") });
            let later = spawn_elsewhere(|| async {
                sleep(MS).await;
                panic!("later")
            });
            for (task, text) in [(at_once, "at once"), (later, "later")] {
                let (id, error) = (task.id(), task.await.unwrap_err());
                assert!(error.is_panic());
                assert_eq!(error.id(), id);
                assert_eq!(error.into_panic().downcast_ref::<&str>(), Some(&text));
            }
        });
    });
}

#[test]
fn a_panic_that_nobody_joins_is_told_once_with_name_and_place() {
    in_teams(|workers| {
        let told = Arc::new(Mutex::new(Vec::new()));
        let tells = told.clone();
        let mut scheduler = Scheduler::builder()
            .workers(workers)
            .on_panic(move |task| {
                let line = task.spawned_at().map(std::panic::Location::line);
                let text = (task.id(), task.name().map(str::to_owned), line);
                tells.lock().unwrap().push(text);
            })
            .build()
            .unwrap();
        let expected = scheduler.run(async {
            let begun = Arc::new(AtomicUsize::new(0));
            let (count, line) = (begun.clone(), line!() + 1);
            let task = Builder::new().name("fails").spawn(async move {
                count.fetch_add(1, Ordering::Release);
                sleep(MS).await;
                panic!("out of tea");
            });
            let id = task.id();
            drop(task);
            hold_until(|| begun.load(Ordering::Acquire) == 1);
            sleep(20 * MS).await;
            (id, Some("fails".to_owned()), Some(line))
        });
        drop(scheduler);
        assert_eq!(*told.lock().unwrap(), [expected]);
    });
}

#[test]
fn a_task_is_itself_wherever_it_runs() {
    coweave::task_local! {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        static USER: String;
    }
    fn count() -> u32 {
        COUNT.with(|count| count.fetch_add(1, Ordering::Relaxed))
    }
    in_teams(|workers| {
        team(workers).run(async {
            let begun = Arc::new(AtomicUsize::new(0));
            let begins = begun.clone();
            let task =
                Builder::new().name("reader").spawn(USER.scope("Ada".to_owned(), async move {
                    let before = (count(), task::current().id());
                    begins.store(1, Ordering::Release);
                    for _ in 0..10 {
                        yield_now().await;
                        sleep(MS / 10).await;
                    }
                    let after = (count(), task::current().id());
                    assert_eq!((before.0, after.0), (0, 1));
                    assert_eq!(before.1, after.1);
                    (after.1, task::current().name().map(str::to_owned), USER.with(String::clone))
                }));
            let id = task.id();
            hold_until(|| begun.load(Ordering::Acquire) == 1);
            assert_eq!(task.await.unwrap(), (id, Some("reader".to_owned()), "Ada".to_owned()));
            assert_eq!(count(), 0, "the values of another task are not this one's");
        });
    });
}

#[test]
fn ids_are_of_one_task_each() {
    in_teams(|workers| {
        let mut ids = team(workers).run(async {
            let tasks: Vec<_> = (0..8)
                .map(|_| {
                    spawn_elsewhere(|| async {
                        let inner: Vec<_> = (0..100).map(|_| spawn(yield_now())).collect();
                        let mut ids = vec![task::current().id()];
                        for task in inner {
                            ids.push(task.id());
                            task.await.unwrap();
                        }
                        ids
                    })
                })
                .collect();
            let mut ids = Vec::new();
            for task in tasks {
                ids.extend(task.await.unwrap());
            }
            ids
        });
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 808);
    });
}

#[test]
fn tasks_that_stay_are_resumed_by_one_thread() {
    in_teams(|workers| {
        let mut scheduler = team(workers);
        let outside = scheduler.spawn(async {
            let home = here();
            for _ in 0..100 {
                yield_now().await;
                assert_eq!(home, here());
            }
            home
        });
        let homes = scheduler.run(async move {
            let taken = spawn_elsewhere(|| async {
                let local = spawn_local(async {
                    let home = here();
                    for _ in 0..100 {
                        yield_now().await;
                        assert_eq!(home, here());
                    }
                    home
                });
                (here(), local.await.unwrap())
            });
            let (home, local) = taken.await.unwrap();
            assert_eq!(home, local);
            [here(), outside.await.unwrap(), spawn_local(async { here() }).await.unwrap()]
        });
        assert_eq!(homes, [here(); 3]);
    });
}

#[test]
fn whoever_is_cancelled_is_dropped_once_whatever_it_does() {
    in_teams(|workers| {
        let census = Census::default();
        let mut scheduler = team(workers);
        let inside = census.clone();
        scheduler.run(async move {
            let census = inside;
            // Ready, and never begun.
            let frame = census.value();
            let ready = spawn(async move { frame.touch() });
            ready.cancel();
            assert!(ready.await.unwrap_err().is_cancelled());
            // Away, parked and asleep.
            let frame = census.value();
            let parked = spawn_elsewhere(move || async move {
                park().await;
                frame.touch();
            });
            let frame = census.value();
            let asleep = spawn_elsewhere(move || async move {
                sleep(1_000_000 * MS).await;
                frame.touch();
            });
            for task in [parked, asleep] {
                task.cancel();
                assert!(task.await.unwrap_err().is_cancelled());
            }
            // Away, and running when it is told.
            let frame = census.value();
            let told = Arc::new(AtomicUsize::new(0));
            let is_told = told.clone();
            let running = spawn_elsewhere(move || async move {
                hold_until(|| is_told.load(Ordering::Acquire) == 1);
                park().await;
                frame.touch();
            });
            running.cancel();
            told.store(1, Ordering::Release);
            assert!(running.await.unwrap_err().is_cancelled());
            assert_eq!((census.live(), census.made()), (0, 4));
        });
    });
}

#[test]
fn what_a_taken_task_leaves_is_dropped_once_whatever_becomes_of_its_handle() {
    in_teams(|workers| {
        let census = Census::default();
        let mut scheduler = team(workers);
        let inside = census.clone();
        let kept = scheduler.run(async move {
            let census = inside;
            let mut kept = Vec::new();
            for ends in 0..3 {
                for handle in 0..4 {
                    let (frame, output) = (census.value(), census.value());
                    let task = spawn_elsewhere(move || async move {
                        sleep(MS).await;
                        frame.touch();
                        match ends {
                            0 => output,
                            1 => panic!("as it was told"),
                            // Cancelled, or left at the scheduler's end.
                            _ => {
                                park().await;
                                output
                            }
                        }
                    });
                    match handle {
                        0 => drop(task),
                        1 => forget(task),
                        2 => {
                            task.cancel();
                            kept.push(task);
                        }
                        _ => kept.push(task),
                    }
                }
            }
            sleep(10 * MS).await;
            kept
        });
        drop(scheduler);
        // On this thread, after the end; the one output of a forgotten handle is nobody's.
        drop(kept);
        assert_eq!((census.live(), census.made()), (1, 24));
    });
}

#[test]
fn what_is_not_send_is_dropped_by_its_own_thread() {
    in_teams(|workers| {
        use crate::support::AtHome;
        let census = Census::default();
        let mut scheduler = team(workers);
        let inside = census.clone();
        let handles = scheduler.run(async move {
            let mut handles = Vec::new();
            for _ in 0..workers {
                let census = inside.clone();
                handles.push(spawn_elsewhere(move || async move {
                    let locals = |n| {
                        let value = AtHome::new(&census);
                        spawn_local(async move {
                            match n {
                                0 => {}
                                1 => park().await,
                                _ => panic!("as it was told"),
                            }
                            value.touch();
                        })
                    };
                    let handles = [0, 1, 2, 0, 1, 2].map(locals);
                    // Another kind of output: it is dropped where its task was, though the handle is not.
                    let value = AtHome::new(&census);
                    drop(spawn_local(async move {
                        value.touch();
                        value
                    }));
                    yield_now().await;
                    handles
                }));
            }
            let mut all = Vec::new();
            for task in handles {
                all.extend(task.await.unwrap());
            }
            // Half of them are used and dropped here, the others after the scheduler.
            let kept = all.split_off(all.len() / 2);
            for task in all {
                task.cancel();
                drop(task.await);
            }
            kept
        });
        let dropped = thread::spawn(move || drop(handles));
        drop(scheduler);
        dropped.join().unwrap();
        assert_eq!((census.live(), census.made()), (0, 7 * workers));
    });
}

#[test]
fn callbacks_at_the_end_of_taken_tasks_are_called_once() {
    in_teams(|workers| {
        let told = Arc::new(AtomicUsize::new(0));
        let mut scheduler = team(workers);
        let tells = told.clone();
        scheduler.run(async move {
            for n in 0..20 {
                let task = spawn_elsewhere(move || async move {
                    if n % 2 == 0 {
                        sleep(MS).await;
                    } else {
                        park().await;
                    }
                    n
                });
                let tells = tells.clone();
                task.on_completion(move |outcome| {
                    assert_eq!(outcome.is_ok(), n % 2 == 0);
                    tells.fetch_add(1, Ordering::Release);
                });
            }
            while tells.load(Ordering::Acquire) < 10 {
                sleep(MS).await;
            }
        });
        assert_eq!(told.load(Ordering::Acquire), 10);
        drop(scheduler);
        assert_eq!(told.load(Ordering::Acquire), 20);
    });
}

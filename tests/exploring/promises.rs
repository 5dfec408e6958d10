//! What a seed does not change.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use coweave::sync::Mutex;
use coweave::{Instant, Scheduler, idle, sleep, spawn, spawn_local, yield_now};

use crate::support::{Trace, seeded};

const MS: Duration = Duration::from_millis(1);

#[test]
fn who_waits_for_a_lock_has_it_in_the_order_in_which_they_came() {
    for seed in 0..200 {
        let asked = Rc::new(RefCell::new(Vec::new()));
        let had = Rc::new(RefCell::new(Vec::new()));
        let mut scheduler = seeded(seed);
        scheduler.run(async {
            let lock = Rc::new(Mutex::new(()));
            let guard = lock.lock().await;
            let tasks: Vec<_> = (0..6)
                .map(|n| {
                    let (asked, had, lock) = (asked.clone(), had.clone(), lock.clone());
                    spawn_local(async move {
                        asked.borrow_mut().push(n);
                        let _guard = lock.lock().await;
                        had.borrow_mut().push(n);
                    })
                })
                .collect();
            sleep(MS).await;
            drop(guard);
            for task in tasks {
                task.await.unwrap();
            }
        });
        assert_eq!(asked, had, "seed {seed}");
    }
}

#[test]
fn deadlines_are_met_at_their_instants() {
    for seed in 0..100 {
        let trace = Trace::new();
        let mut scheduler = seeded(seed);
        let start = scheduler.now();
        for n in [3, 1, 4, 2] {
            let trace = trace.clone();
            drop(scheduler.spawn(async move {
                sleep(MS * n).await;
                trace.add(format!("{n} at {:?}", Instant::now() - start));
            }));
        }
        scheduler.run_until_idle();
        assert_eq!(trace, ["1 at 1ms", "2 at 2ms", "3 at 3ms", "4 at 4ms"]);
    }
}

#[test]
fn idle_tasks_come_last_and_in_their_order() {
    for seed in 0..100 {
        let trace = Trace::new();
        let mut scheduler = seeded(seed);
        let start = scheduler.now();
        scheduler.run(async {
            let mut tasks = Vec::new();
            for n in 0..3 {
                let (inner, waits) = (trace.clone(), Rc::new(Cell::new(false)));
                let is_about_to = waits.clone();
                tasks.push(spawn_local(async move {
                    is_about_to.set(true);
                    idle().await;
                    inner.add(format!("idle {n} at {:?}", Instant::now() - start));
                }));
                while !waits.get() {
                    yield_now().await;
                }
            }
            let inner = trace.clone();
            tasks.push(spawn_local(async move {
                for _ in 0..200 {
                    yield_now().await;
                }
                inner.add("busy");
            }));
            for task in tasks {
                task.await.unwrap();
            }
        });
        assert_eq!(trace, ["busy", "idle 0 at 0ns", "idle 1 at 0ns", "idle 2 at 0ns"]);
    }
}

#[test]
fn nobody_starves() {
    for seed in 0..50 {
        let mut scheduler = seeded(seed);
        let is_set = Rc::new(Cell::new(false));
        for _ in 0..10 {
            let is_set = is_set.clone();
            drop(scheduler.spawn(async move {
                while !is_set.get() {
                    yield_now().await;
                }
            }));
        }
        let sets = is_set.clone();
        drop(scheduler.spawn(async move { sets.set(true) }));
        assert_eq!(scheduler.run_until_idle(), 0, "seed {seed}");
    }
}

#[test]
fn mail_is_looked_at_while_tasks_are_ready_for_ever() {
    let mut scheduler = Scheduler::builder().seed(3).build().unwrap();
    let handle = scheduler.handle();
    let is_over = scheduler.run(async {
        let (sender, receiver) = coweave::channel::oneshot();
        let thread = std::thread::spawn(move || {
            drop(handle.spawn(async move { sender.send(7).expect("it waits") }));
        });
        let busy = spawn(async {
            loop {
                yield_now().await;
            }
        });
        let sent = receiver.await;
        busy.cancel();
        thread.join().unwrap();
        sent.unwrap()
    });
    assert_eq!(is_over, 7);
}

#[test]
fn a_scheduler_drops_its_tasks_in_the_order_of_their_ids() {
    struct Told(Trace, u32);
    impl Drop for Told {
        fn drop(&mut self) {
            self.0.add(self.1);
        }
    }
    for seed in 0..20 {
        let trace = Trace::new();
        let mut scheduler = seeded(seed);
        for n in 0..5 {
            let told = Told(trace.clone(), n);
            drop(scheduler.spawn(async move {
                coweave::park().await;
                drop(told);
            }));
        }
        scheduler.run_until_idle();
        drop(scheduler);
        assert_eq!(trace, ["0", "1", "2", "3", "4"], "seed {seed}");
    }
}

//! A worker that is held up by a task that does not suspend: what is behind it goes on elsewhere.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use coweave::{SchedulerHandle, Unparker, park, sleep, spawn, task, timeout, yield_now};
use futures::channel::oneshot;

use crate::support::{MS, hold_until, in_teams, spawn_elsewhere, team};

/// So long a worker is held up.
const HELD: Duration = Duration::from_millis(400);
/// What is behind it is begun so soon; on a machine that does something else not in every try.
const SOON: Duration = Duration::from_millis(10);
const TRIES: usize = 5;
const TASKS: usize = 100;

/// The median of some tries of what takes `once` so long.
fn median(once: impl FnMut() -> Duration) -> Duration {
    let mut tries: Vec<_> = std::iter::repeat_with(once).take(TRIES).collect();
    tries.sort_unstable();
    tries[TRIES / 2]
}

#[track_caller]
fn assert_soon(latest: Duration) {
    // A sanitizer, or several tests at once on few processors, cost more than the scheduler.
    assert!(latest < SOON * 5, "{latest:?}");
}

/// How late the last of them came, counted from an instant.
#[derive(Clone)]
struct Latest(Arc<Mutex<(Instant, Duration, usize)>>);

impl Latest {
    fn new() -> Self {
        Self(Arc::new(Mutex::new((Instant::now(), Duration::ZERO, 0))))
    }

    fn begins(&self) {
        self.0.lock().unwrap().0 = Instant::now();
    }

    fn comes(&self) {
        let mut latest = self.0.lock().unwrap();
        latest.1 = latest.1.max(latest.0.elapsed());
        latest.2 += 1;
    }

    fn have_come(&self) -> usize {
        self.0.lock().unwrap().2
    }

    fn get(&self) -> Duration {
        self.0.lock().unwrap().1
    }
}

/// Has tasks wait, as `wait` does, at a worker that is then held up; `wake` is called meanwhile. Returns
/// how late the last of them came.
fn latest<W>(
    workers: usize,
    wait: impl Fn(Latest) -> W,
    wake: impl FnOnce() + Send + 'static,
    before: Duration,
) -> Duration
where
    W: Future<Output = ()> + Send + 'static,
{
    let latest = Latest::new();
    let mut scheduler = team(workers);
    let inside = latest.clone();
    scheduler.run(async {
        let tasks: Vec<_> = (0..TASKS).map(|_| spawn(wait(inside.clone()))).collect();
        sleep(before).await;
        inside.begins();
        let wakes = thread::spawn(wake);
        // This task is held up with its worker: it ends when all have come, or after all.
        let held = Instant::now();
        while held.elapsed() < HELD && inside.have_come() < TASKS {
            thread::sleep(MS / 10);
        }
        wakes.join().unwrap();
        for task in tasks {
            task.await.unwrap();
        }
    });
    assert_eq!(latest.have_come(), TASKS);
    latest.get()
}

#[test]
fn what_is_ready_or_has_yielded_goes_on() {
    in_teams(|workers| {
        assert_soon(median(|| {
            let ready = |latest: Latest| async move {
                yield_now().await;
                latest.comes();
            };
            latest(workers, ready, || {}, Duration::ZERO)
        }));
    });
}

#[test]
fn whoever_was_asleep_goes_on_when_all_others_slept() {
    in_teams(|workers| {
        assert_soon(median(|| {
            let asleep = |latest: Latest| async move {
                sleep(50 * MS).await;
                // The worker is held up from 20 ms on, and the others are asleep by then.
                latest.comes();
            };
            latest(workers, asleep, || {}, 20 * MS).saturating_sub(30 * MS)
        }));
    });
}

#[test]
fn whoever_was_unparked_goes_on() {
    in_teams(|workers| {
        assert_soon(median(|| {
            let unparkers = Arc::new(Mutex::new(Vec::<Unparker>::new()));
            let parked = |latest: Latest| {
                let unparkers = unparkers.clone();
                async move {
                    unparkers.lock().unwrap().push(task::current().unparker());
                    park().await;
                    latest.comes();
                }
            };
            let waiting = unparkers.clone();
            let unpark = move || waiting.lock().unwrap().iter().for_each(Unparker::unpark);
            latest(workers, parked, unpark, 20 * MS)
        }));
    });
}

#[test]
fn whoever_was_woken_by_a_foreign_waker_goes_on() {
    in_teams(|workers| {
        assert_soon(median(|| {
            let senders = Arc::new(Mutex::new(Vec::<oneshot::Sender<()>>::new()));
            let waiting = |latest: Latest| {
                let (sender, receiver) = oneshot::channel();
                senders.lock().unwrap().push(sender);
                async move {
                    receiver.await.unwrap();
                    latest.comes();
                }
            };
            let sent = senders.clone();
            let send = move || {
                let senders = std::mem::take(&mut *sent.lock().unwrap());
                senders.into_iter().for_each(|sender| sender.send(()).unwrap());
            };
            latest(workers, waiting, send, 20 * MS)
        }));
    });
}

#[test]
fn guests_of_a_worker_that_is_held_up_go_on() {
    in_teams(|workers| {
        assert_soon(median(|| {
            team(workers).run(async {
                let latest = Latest::new();
                let (begun, done) =
                    (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
                // All are taken by another worker, and wait there; it is held up by one of them.
                let guests: Vec<_> = (0..20)
                    .map(|_| {
                        let (begun, latest) = (begun.clone(), latest.clone());
                        spawn_elsewhere(move || async move {
                            begun.lock().unwrap().push(task::current().unparker());
                            park().await;
                            latest.comes();
                        })
                    })
                    .collect();
                hold_until(|| begun.lock().unwrap().len() == guests.len());
                let holding: Vec<_> = (1..workers)
                    .map(|_| {
                        let done = done.clone();
                        spawn_elsewhere(move || async move {
                            let held = Instant::now();
                            while held.elapsed() < HELD && !done.load(Ordering::Acquire) {
                                thread::sleep(MS / 10);
                            }
                        })
                    })
                    .collect();
                latest.begins();
                begun.lock().unwrap().iter().for_each(Unparker::unpark);
                for guest in guests {
                    guest.await.unwrap();
                }
                done.store(true, Ordering::Release);
                for task in holding {
                    task.await.unwrap();
                }
                latest.get()
            })
        }));
    });
}

#[test]
fn what_others_spawn_on_it_goes_on() {
    in_teams(|workers| {
        assert_soon(median(|| {
            team(workers).run(async {
                let handle = SchedulerHandle::try_current().unwrap();
                sleep(5 * MS).await;
                let latest = Latest::new();
                let spawns = {
                    let latest = latest.clone();
                    move || {
                        latest.begins();
                        let spawn = |_| {
                            let latest = latest.clone();
                            handle.spawn(async move { latest.comes() })
                        };
                        (0..TASKS).map(spawn).collect::<Vec<_>>()
                    }
                };
                let thread = thread::spawn(spawns);
                let held = Instant::now();
                while held.elapsed() < HELD && latest.have_come() < TASKS {
                    thread::sleep(MS / 10);
                }
                for task in thread.join().unwrap() {
                    task.await.unwrap();
                }
                latest.get()
            })
        }));
    });
}

#[test]
fn others_that_are_busy_come_to_it_as_well() {
    in_teams(|workers| {
        assert_soon(median(|| {
            let done = Arc::new(AtomicBool::new(false));
            let busy = done.clone();
            let mut scheduler = team(workers);
            let latest = scheduler.run(async move {
                let spinning: Vec<_> = (1..workers)
                    .map(|_| {
                        let busy = busy.clone();
                        spawn_elsewhere(move || async move {
                            while !busy.load(Ordering::Acquire) {
                                yield_now().await;
                            }
                        })
                    })
                    .collect();
                let latest = Latest::new();
                let tasks: Vec<_> = (0..TASKS)
                    .map(|_| {
                        let latest = latest.clone();
                        spawn(async move {
                            yield_now().await;
                            latest.comes();
                        })
                    })
                    .collect();
                latest.begins();
                let held = Instant::now();
                while held.elapsed() < HELD && latest.have_come() < TASKS {
                    thread::sleep(MS / 10);
                }
                done.store(true, Ordering::Release);
                for task in tasks.into_iter().chain(spinning) {
                    task.await.unwrap();
                }
                latest.get()
            });
            drop(scheduler);
            latest
        }));
    });
}

#[test]
fn a_foreign_waker_of_a_timer_may_wait_for_a_lock_that_the_running_task_holds() {
    use std::task::{Context, Wake, Waker};

    /// Locks, as the wakers of other crates do.
    struct Locks(Arc<Mutex<u32>>, AtomicBool);
    impl Wake for Locks {
        fn wake(self: Arc<Self>) {
            self.1.store(true, Ordering::SeqCst);
            *self.0.lock().unwrap() += 1;
        }
    }
    in_teams(|workers| {
        let lock = Arc::new(Mutex::new(0));
        team(workers).run(async {
            let locks = Arc::new(Locks(lock.clone(), AtomicBool::new(false)));
            let waker = Waker::from(locks.clone());
            let mut asleep = Box::pin(sleep(5 * MS));
            assert!(asleep.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
            let guard = lock.lock().unwrap();
            // The others come to its timers meanwhile; this asks something of its own worker.
            let held = Instant::now();
            while !locks.1.load(Ordering::SeqCst) && held.elapsed() < 5000 * MS {
                drop(spawn(async {}));
                thread::sleep(MS / 10);
            }
            thread::sleep(5 * MS);
            drop(guard);
            timeout(1000 * MS, asleep).await.unwrap();
        });
        assert_eq!(*lock.lock().unwrap(), 1);
    });
}

//! The shared primitives between plain threads that block and a scheduler on a thread of its own.

use std::sync::Arc;
use std::thread;

use coweave::sync::{
    Barrier, Condvar, Event, Mutex, Notify, OnceCell, Promise, RwLock, Semaphore, WaitGroup,
};
use coweave::{spawn, yield_now};

use crate::asked_workers::system_scheduler;
use crate::support::{Trace, panic_text};

const ROUNDS: u32 = 200;

/// Runs a future on a scheduler on a thread of its own.
fn elsewhere<F: Future<Output = ()>>(
    f: impl FnOnce() -> F + Send + 'static,
) -> thread::JoinHandle<()> {
    thread::spawn(|| system_scheduler().run(f()))
}

#[test]
fn a_mutex_is_shared_by_threads_and_tasks() {
    let mutex = Arc::new(Mutex::new(0));
    let inner = mutex.clone();
    let tasks = elsewhere(move || async move {
        let tasks: Vec<_> = (0..3)
            .map(|_| {
                let mutex = inner.clone();
                spawn(async move {
                    for _ in 0..ROUNDS {
                        let mut guard = mutex.lock().await;
                        let before = *guard;
                        yield_now().await;
                        *guard = before + 1;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
    for _ in 0..ROUNDS {
        let mut guard = mutex.blocking_lock();
        let before = *guard;
        thread::yield_now();
        *guard = before + 1;
    }
    tasks.join().unwrap();
    assert_eq!(*mutex.blocking_lock(), 4 * ROUNDS);
}

#[test]
fn a_read_write_lock_is_shared_by_threads_and_tasks() {
    let lock = Arc::new(RwLock::new((0, 0)));
    let inner = lock.clone();
    let tasks = elsewhere(move || async move {
        let reader = inner.clone();
        let reads = spawn(async move {
            for _ in 0..ROUNDS {
                let guard = reader.read().await;
                yield_now().await;
                assert_eq!(guard.0, guard.1);
            }
        });
        for _ in 0..ROUNDS {
            let mut guard = inner.write().await;
            guard.0 += 1;
            yield_now().await;
            guard.1 += 1;
        }
        reads.await.unwrap();
    });
    for _ in 0..ROUNDS {
        let mut guard = lock.blocking_write();
        guard.0 += 1;
        guard.1 += 1;
        drop(guard);
        let guard = lock.blocking_read();
        assert_eq!(guard.0, guard.1);
    }
    tasks.join().unwrap();
    assert_eq!(*lock.blocking_read(), (2 * ROUNDS, 2 * ROUNDS));
}

#[test]
fn a_semaphore_passes_permits_between_threads_and_tasks() {
    let (full, empty) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(3)));
    let (filled, emptied) = (full.clone(), empty.clone());
    let tasks = elsewhere(move || async move {
        for _ in 0..ROUNDS {
            filled.acquire().await.unwrap().forget();
            emptied.release(1);
        }
        filled.close();
    });
    for _ in 0..ROUNDS {
        empty.blocking_acquire(1).unwrap().forget();
        full.release(1);
    }
    tasks.join().unwrap();
    assert!(full.blocking_acquire(1).is_err());
    assert_eq!((full.available_permits(), empty.available_permits()), (0, 3));
}

#[test]
fn a_condition_variable_passes_turns_between_threads_and_tasks() {
    let shared = Arc::new((Mutex::new(0), Condvar::new()));
    let inner = shared.clone();
    let tasks = elsewhere(move || async move {
        let (turn, changed) = &*inner;
        for _ in 0..ROUNDS {
            let guard = turn.lock().await;
            let mut guard = changed.wait_while(guard, |turn| *turn % 2 == 0).await;
            *guard += 1;
            drop(guard);
            changed.notify_all();
        }
    });
    let (turn, changed) = &*shared;
    for _ in 0..ROUNDS {
        let mut guard = changed.blocking_wait_while(turn.blocking_lock(), |turn| *turn % 2 == 1);
        *guard += 1;
        drop(guard);
        changed.notify_one();
    }
    tasks.join().unwrap();
    assert_eq!(*turn.blocking_lock(), 2 * ROUNDS);
}

#[test]
fn a_barrier_has_one_leader_a_round() {
    let barrier = Arc::new(Barrier::new(3));
    let inner = barrier.clone();
    let tasks = elsewhere(move || async move {
        let tasks: [_; 2] = std::array::from_fn(|_| {
            let barrier = inner.clone();
            spawn(async move {
                let mut leads = 0;
                for _ in 0..ROUNDS {
                    leads += u32::from(barrier.wait().await.is_leader());
                }
                leads
            })
        });
        let mut leads = 0;
        for task in tasks {
            leads += task.await.unwrap();
        }
        assert!(leads <= ROUNDS);
    });
    for _ in 0..ROUNDS {
        barrier.blocking_wait();
    }
    tasks.join().unwrap();
}

#[test]
fn values_and_signals_cross_from_tasks_to_threads() {
    let promise = Arc::new(Promise::new());
    let event = Arc::new(Event::new());
    let notify = Arc::new(Notify::new());
    let group = Arc::new(WaitGroup::new());
    let worker = group.worker_owned();
    let shared = (promise.clone(), event.clone(), notify.clone());
    let tasks = elsewhere(move || async move {
        let (promise, event, notify) = shared;
        promise.set("kept".to_owned()).unwrap();
        event.set();
        notify.notify_one();
        drop(worker);
    });
    assert_eq!(promise.blocking_wait(), "kept");
    event.blocking_wait();
    notify.blocking_notified();
    group.blocking_wait();
    tasks.join().unwrap();
}

#[test]
fn one_of_many_schedulers_makes_the_value() {
    let cell = Arc::new(OnceCell::new());
    let threads: Vec<_> = (0..3)
        .map(|n| {
            let cell = cell.clone();
            elsewhere(move || async move {
                let made = cell
                    .get_or_init(async || {
                        coweave::sleep(std::time::Duration::from_millis(1)).await;
                        n
                    })
                    .await;
                assert_eq!(cell.get(), Some(made));
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert!(cell.get().is_some_and(|made| *made < 3));
}

#[test]
fn what_blocks_is_refused_in_a_task_in_clear_words() {
    let trace = Trace::new();
    let inner = trace.clone();
    system_scheduler().run(async move {
        let (mutex, lock) = (Mutex::new(()), RwLock::new(()));
        let changed = Condvar::new();
        let texts = [
            panic_text(|| mutex.blocking_lock()),
            panic_text(|| lock.blocking_read()),
            panic_text(|| lock.blocking_write()),
            panic_text(|| Semaphore::new(0).blocking_acquire(1).map(drop)),
            panic_text(|| Semaphore::new(0).blocking_acquire(2).map(drop)),
            panic_text(|| Event::new().blocking_wait()),
            panic_text(|| *Promise::<u32>::new().blocking_wait()),
            panic_text(|| Barrier::new(2).blocking_wait()),
            panic_text(|| changed.blocking_wait(mutex.try_lock().unwrap())),
            panic_text(|| changed.blocking_wait_while(mutex.try_lock().unwrap(), |()| true)),
            panic_text(|| WaitGroup::new().blocking_wait()),
            panic_text(|| Notify::new().blocking_notified()),
        ];
        for text in texts {
            let (why, instead) = text.split_once("; ").unwrap();
            assert!(why.starts_with("a blocking operation was called in a task"));
            inner.add(instead);
        }
        assert!(mutex.try_lock().is_some());
    });
    assert_eq!(
        trace,
        [
            "use `lock().await`",
            "use `read().await`",
            "use `write().await`",
            "use `acquire().await`",
            "use `acquire_many(count).await`",
            "use `wait().await`",
            "use `wait().await`",
            "use `wait().await`",
            "use `wait(guard).await`",
            "use `wait_while(guard, condition).await`",
            "use `wait().await`",
            "use `notified().await`",
        ]
    );
}

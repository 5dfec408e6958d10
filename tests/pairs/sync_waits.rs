//! Waits at the primitives of `coweave::sync`.

use std::rc::Rc;

use coweave::{Instant, sleep_until, spawn_local};

use crate::wait::{Begin, Form, Make, Wait, at, begins, leaked, poll};
use crate::waits::in_both_modes;

in_both_modes! {
    sync, Owned: std::sync::Arc, std::rc::Rc;

    fn lock(instant, form) {
        let mutex = leaked(sync::Mutex::new(5));
        let held = mutex.try_lock().unwrap();
        at(instant, move || drop(held));
        Wait::kept(begins!(form, (mutex: sync::Mutex<u32>) {
            assert_eq!(*mutex.lock().await, 5);
        }))
    }

    fn read(instant, form) {
        let lock = leaked(sync::RwLock::new(5));
        let held = lock.try_write().unwrap();
        at(instant, move || drop(held));
        Wait::kept(begins!(form, (lock: sync::RwLock<u32>) {
            assert_eq!(*lock.read().await, 5);
        }))
    }

    fn write(instant, form) {
        let lock = leaked(sync::RwLock::new(5));
        let held = lock.try_read().unwrap();
        at(instant, move || drop(held));
        Wait::kept(begins!(form, (lock: sync::RwLock<u32>) {
            assert_eq!(*lock.write().await, 5);
        }))
    }

    fn acquire(instant, form) {
        let semaphore = leaked(sync::Semaphore::new(0));
        at(instant, move || semaphore.release(1));
        Wait::kept(begins!(form, (semaphore: sync::Semaphore) {
            assert_eq!(semaphore.acquire().await.unwrap().count(), 1);
        }))
    }

    fn acquire_many(instant, form) {
        let semaphore = leaked(sync::Semaphore::new(1));
        at(instant, move || semaphore.release(1));
        Wait::kept(begins!(form, (semaphore: sync::Semaphore) {
            assert_eq!(semaphore.acquire_many(2).await.unwrap().count(), 2);
        }))
    }

    fn acquire_owned(instant, form) {
        let semaphore = leaked(Owned::new(sync::Semaphore::new(0)));
        at(instant, move || semaphore.release(1));
        Wait::kept(begins!(form, (semaphore: Owned<sync::Semaphore>) {
            assert_eq!(semaphore.acquire_owned().await.unwrap().count(), 1);
        }))
    }

    fn acquire_of_what_is_closed(instant, form) {
        let semaphore = leaked(sync::Semaphore::new(0));
        at(instant, move || semaphore.close());
        Wait::kept(begins!(form, (semaphore: sync::Semaphore) {
            assert!(semaphore.acquire().await.is_err());
        }))
    }

    fn event(instant, form) {
        let event = leaked(sync::Event::new());
        at(instant, move || event.set());
        Wait::kept(begins!(form, (event: sync::Event) {
            event.wait().await;
            assert!(event.is_set());
        }))
    }

    fn promise(instant, form) {
        let promise = leaked(sync::Promise::new());
        at(instant, move || promise.set(5).unwrap());
        Wait::kept(begins!(form, (promise: sync::Promise<u32>) {
            assert_eq!(*promise.wait().await, 5);
        }))
    }

    fn barrier(instant, form) {
        let barrier = leaked(sync::Barrier::new(2));
        let other = spawn_local(async move {
            sleep_until(instant).await;
            barrier.wait().await
        });
        let begin = begins!(form, (barrier: sync::Barrier) {
            barrier.wait().await;
        });
        let again = begin.clone();
        Wait::kept(begin).alone().left_as(move |was_fulfilled| Box::pin(async move {
            if !was_fulfilled {
                again().await; // the other has come since, and waits
            }
            // The other has met somebody either way, and nobody is left.
            other.await.unwrap();
            assert!(poll(&mut again()));
        }))
    }

    fn condvar(instant, form) {
        let mutex = leaked(sync::Mutex::new(5));
        let changed = leaked(sync::Condvar::new());
        at(instant, move || changed.notify_one());
        let begin = begins!(form, (mutex: sync::Mutex<u32>, changed: sync::Condvar) {
            assert_eq!(*changed.wait(mutex.lock().await).await, 5);
        });
        Wait::forgotten(begin, move || changed.notify_one())
    }

    fn condvar_by_all(instant, form) {
        let mutex = leaked(sync::Mutex::new(5));
        let changed = leaked(sync::Condvar::new());
        at(instant, move || changed.notify_all());
        let begin = begins!(form, (mutex: sync::Mutex<u32>, changed: sync::Condvar) {
            assert_eq!(*changed.wait(mutex.lock().await).await, 5);
        });
        Wait::forgotten(begin, move || changed.notify_all())
    }

    fn condvar_while(instant, form) {
        let mutex = leaked(sync::Mutex::new(0));
        let changed = leaked(sync::Condvar::new());
        at(instant, move || {
            *mutex.try_lock().unwrap() = 5;
            changed.notify_all();
        });
        Wait::kept(begins!(form, (mutex: sync::Mutex<u32>, changed: sync::Condvar) {
            assert_eq!(*changed.wait_while(mutex.lock().await, |n| *n == 0).await, 5);
        }))
    }

    fn once_cell(instant, form) {
        let cell = leaked(sync::OnceCell::new());
        let (open, gate) = futures::channel::oneshot::channel::<()>();
        let mut making = Box::pin(cell.get_or_init(async || {
            gate.await.unwrap();
            5
        }));
        assert!(poll(&mut making));
        at(instant, move || {
            open.send(()).unwrap();
            assert!(!poll(&mut making));
        });
        Wait::kept(begins!(form, (cell: sync::OnceCell<u32>) {
            assert_eq!(*cell.get_or_init(async || 6).await, 5);
        }))
    }

    fn once_cell_given_up(instant, form) {
        let cell = leaked(sync::OnceCell::new());
        let mut making = Box::pin(cell.get_or_init(std::future::pending));
        assert!(poll(&mut making));
        at(instant, move || drop(making));
        Wait::kept(begins!(form, (cell: sync::OnceCell<u32>) {
            assert_eq!(*cell.get_or_init(async || 6).await, 6);
        }))
    }

    fn wait_group(instant, form) {
        let group = leaked(sync::WaitGroup::new());
        let worker = group.worker();
        at(instant, move || drop(worker));
        Wait::kept(begins!(form, (group: sync::WaitGroup) {
            group.wait().await;
            assert_eq!(group.count(), 0);
        }))
    }

    fn notified(instant, form) {
        let notify = leaked(sync::Notify::new());
        at(instant, move || notify.notify_one());
        Wait::kept(begins!(form, (notify: sync::Notify) {
            notify.notified().await;
        }))
    }

    fn notified_with_all(instant, form) {
        let notify = leaked(sync::Notify::new());
        at(instant, move || notify.notify_waiters());
        let begin = begins!(form, (notify: sync::Notify) {
            notify.notified().await;
        });
        Wait::forgotten(begin, move || notify.notify_waiters())
    }
}

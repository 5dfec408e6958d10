//! The table of waits, of both modes.

use std::rc::Rc;

use coweave::{
    Instant, JoinHandle, TaskGroup, Unparker, park, sleep_until, spawn_local, task, timeout_at,
};

use crate::wait::{Begin, Form, Home, Make, Wait, at, begins, leaked, poll};

/// The same functions with the shared primitives and with the local ones, and their list.
macro_rules! in_both_modes {
    ($(fn $name:ident($instant:ident, $form:ident) $body:block)*) => {
        pub(crate) mod shared {
            use coweave::{channel, sync};

            use super::*;

            type Counted<T> = std::sync::Arc<T>;

            $(fn $name($instant: Instant, $form: Form) -> Wait $body)*

            pub(crate) const WAITS: &[(&str, Make)] = &[$((stringify!($name), $name)),*];
        }

        pub(crate) mod local {
            use coweave::channel::local as channel;
            use coweave::sync::local as sync;

            use super::*;

            type Counted<T> = Rc<T>;

            $(fn $name($instant: Instant, $form: Form) -> Wait $body)*

            pub(crate) const WAITS: &[(&str, Make)] = &[$((stringify!($name), $name)),*];
        }
    };
}

in_both_modes! {
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
        let semaphore = leaked(Counted::new(sync::Semaphore::new(0)));
        at(instant, move || semaphore.release(1));
        Wait::kept(begins!(form, (semaphore: Counted<sync::Semaphore>) {
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

    fn send(instant, form) {
        let ends = leaked(channel::bounded(1));
        ends.0.try_send(4).unwrap();
        at(instant, move || assert_eq!(ends.1.try_recv(), Ok(4)));
        let begin = begins!(form, (ends: (channel::Sender<u32>, channel::Receiver<u32>)) {
            ends.0.send(5).await.unwrap();
        });
        let again = begin.clone();
        Wait::kept(begin).alone().left_as(move |was_fulfilled| Box::pin(async move {
            if !was_fulfilled {
                assert!(ends.1.is_empty(), "its value went with it");
                again().await;
            }
            assert_eq!(ends.1.try_recv(), Ok(5));
            assert!(ends.1.is_empty());
        }))
    }

    fn reserve(instant, form) {
        let ends = leaked(channel::bounded(1));
        ends.0.try_send(4).unwrap();
        at(instant, move || assert_eq!(ends.1.try_recv(), Ok(4)));
        Wait::kept(begins!(form, (ends: (channel::Sender<u32>, channel::Receiver<u32>)) {
            ends.0.reserve().await.unwrap().send(5).unwrap();
            assert_eq!(ends.1.try_recv(), Ok(5));
        }))
    }

    fn recv(instant, form) {
        let ends = leaked(channel::bounded(1));
        at(instant, move || ends.0.try_send(5).unwrap());
        Wait::kept(begins!(form, (ends: (channel::Sender<u32>, channel::Receiver<u32>)) {
            assert_eq!(ends.1.recv().await, Ok(5));
        }))
    }

    fn recv_of_unbounded(instant, form) {
        let ends = leaked(channel::unbounded());
        at(instant, move || ends.0.try_send(5).unwrap());
        Wait::kept(begins!(form, (ends: (channel::Sender<u32>, channel::Receiver<u32>)) {
            assert_eq!(ends.1.recv().await, Ok(5));
        }))
    }

    fn recv_the_greatest(instant, form) {
        let ends = leaked(channel::priority());
        at(instant, move || {
            ends.0.try_send(5).unwrap();
        });
        Wait::kept(begins!(form, (ends: (channel::Sender<u32>, channel::Receiver<u32>)) {
            assert_eq!(ends.1.recv().await, Ok(5));
        }))
    }

    fn recv_the_end(instant, form) {
        let (sender, receiver) = channel::bounded(1);
        let receiver = leaked(receiver);
        at(instant, move || drop(sender));
        Wait::kept(begins!(form, (receiver: channel::Receiver<u32>) {
            assert!(receiver.recv().await.is_err());
        }))
    }

    fn send_to_who_comes(instant, form) {
        let ends = leaked(channel::bounded(0));
        let receiving = spawn_local(async move {
            sleep_until(instant).await;
            ends.1.recv().await
        });
        let begin = begins!(form, (ends: (channel::Sender<u32>, channel::Receiver<u32>)) {
            ends.0.send(5).await.unwrap();
        });
        let again = begin.clone();
        Wait::kept(begin).alone().left_as(move |was_fulfilled| Box::pin(async move {
            if !was_fulfilled {
                again().await;
            }
            assert_eq!(receiving.await.unwrap(), Ok(5));
            assert!(ends.1.is_empty());
        }))
    }

    fn recv_from_who_comes(instant, form) {
        let ends = leaked(channel::bounded(0));
        drop(spawn_local(async move {
            sleep_until(instant).await;
            ends.0.send(5).await.unwrap();
        }));
        Wait::kept(begins!(form, (ends: (channel::Sender<u32>, channel::Receiver<u32>)) {
            assert_eq!(ends.1.recv().await, Ok(5));
        }))
    }

    fn oneshot(instant, form) {
        let (sender, receiver) = channel::oneshot();
        let receiver = Home::new(receiver);
        at(instant, move || sender.send(5).unwrap());
        Wait::kept(begins!(form, (receiver: Home<channel::oneshot::Receiver<u32>>) {
            let mut receiver = receiver.lend();
            assert_eq!((&mut *receiver).await, Ok(5));
        })).alone()
    }

    fn oneshot_closed(instant, form) {
        let (sender, receiver) = channel::oneshot();
        let sender = Home::new(sender);
        at(instant, move || drop(receiver));
        Wait::kept(begins!(form, (sender: Home<channel::oneshot::Sender<u32>>) {
            let mut sender = sender.lend();
            sender.closed().await;
            assert!(sender.is_closed());
        })).alone()
    }

    fn broadcast(instant, form) {
        let (sender, receiver) = channel::broadcast(2);
        let (sender, receiver) = (leaked(sender), Home::new(receiver));
        at(instant, move || assert!(sender.send(5).is_ok()));
        Wait::kept(begins!(form, (receiver: Home<channel::broadcast::Receiver<u32>>) {
            let mut receiver = receiver.lend();
            assert_eq!(receiver.recv().await, Ok(5));
        })).alone()
    }

    fn watch_changed(instant, form) {
        let (sender, receiver) = channel::watch(4);
        let (sender, receiver) = (leaked(sender), Home::new(receiver));
        at(instant, move || assert!(sender.send(5).is_ok()));
        Wait::kept(begins!(form, (receiver: Home<channel::watch::Receiver<u32>>) {
            let mut receiver = receiver.lend();
            receiver.changed().await.unwrap();
            assert_eq!(*receiver.borrow(), 5);
        })).alone()
    }

    fn watch_for(instant, form) {
        let (sender, receiver) = channel::watch(4);
        let (sender, receiver) = (leaked(sender), Home::new(receiver));
        at(instant, move || assert!(sender.send(5).is_ok()));
        Wait::kept(begins!(form, (receiver: Home<channel::watch::Receiver<u32>>) {
            let mut receiver = receiver.lend();
            assert_eq!(*receiver.wait_for(|n| *n == 5).await.unwrap(), 5);
        })).alone()
    }

    fn watch_closed(instant, form) {
        let (sender, receiver) = channel::watch(4);
        let sender = leaked(sender);
        at(instant, move || drop(receiver));
        Wait::kept(begins!(form, (sender: channel::watch::Sender<u32>) {
            sender.closed().await;
            assert_eq!(sender.receiver_count(), 0);
        }))
    }

    fn group(instant, form) {
        let group = leaked(TaskGroup::new());
        group.try_spawn_local(async move {
            sleep_until(instant).await;
            5
        }).expect("there is room");
        // So that the group goes on.
        group.try_spawn_local(std::future::pending()).expect("there is room");
        Wait::kept(begins!(form, (group: TaskGroup<u32>) {
            assert_eq!(group.join_next().await.unwrap().1.unwrap(), 5);
        }))
    }

    fn place_in_group(instant, form) {
        let group = leaked(TaskGroup::bounded(1));
        group.try_spawn_local(async move { sleep_until(instant).await }).expect("there is room");
        Wait::kept(begins!(form, (group: TaskGroup<()>) {
            group.wait_available().await;
            assert!(!group.is_full());
        }))
    }

    fn handle(instant, form) {
        let handle = Home::new(spawn_local(async move {
            sleep_until(instant).await;
            5
        }));
        Wait::kept(begins!(form, (handle: Home<JoinHandle<u32>>) {
            let mut handle = handle.lend();
            assert_eq!((&mut *handle).await.unwrap(), 5);
        })).alone()
    }

    fn sleep(instant, form) {
        let instant = leaked(instant);
        Wait::kept(begins!(form, (instant: Instant) {
            sleep_until(*instant).await;
            assert!(Instant::now() >= *instant);
        }))
    }

    fn timeout(instant, form) {
        let instant = leaked(instant);
        Wait::kept(begins!(form, (instant: Instant) {
            assert!(timeout_at(*instant, std::future::pending::<()>()).await.is_err());
            assert!(Instant::now() >= *instant);
        }))
    }

    fn parked(instant, form) {
        let unparker: Unparker = task::current().unparker();
        at(instant, move || unparker.unpark());
        Wait::kept(begins!(form, () {
            park().await;
        })).alone()
    }

    fn foreign_oneshot(instant, form) {
        let (sender, receiver) = futures::channel::oneshot::channel();
        let receiver = Home::new(receiver);
        at(instant, move || sender.send(5).unwrap());
        Wait::kept(begins!(form, (receiver: Home<futures::channel::oneshot::Receiver<u32>>) {
            let mut receiver = receiver.lend();
            assert_eq!((&mut *receiver).await, Ok(5));
        })).alone()
    }

    fn foreign_notify(instant, form) {
        let notify = leaked(tokio::sync::Notify::new());
        at(instant, move || notify.notify_one());
        Wait::kept(begins!(form, (notify: tokio::sync::Notify) {
            notify.notified().await;
        }))
    }
}

//! Every wait, as a leaf of a coroutine and as a future, in every place where it may be: in a task, in
//! another task than the one that began it, on a thread, in another scheduler, under other executors;
//! ended there, or dropped there.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Wake, Waker};
use std::thread;

use coweave::sync::{
    Barrier, Condvar, Event, Mutex, Notify, OnceCell, Promise, RwLock, Semaphore, WaitGroup,
};
use coweave::{Scheduler, WaitsFor, spawn};
use futures::future::BoxFuture;

use crate::support::{Trace, Wakes, begin, forget, poll, poll_with, settle};

/// A wait that has not begun.
struct Wait {
    name: &'static str,
    waits_for: WaitsFor,
    future: BoxFuture<'static, ()>,
    /// Ends it.
    open: Box<dyn FnOnce() + Send>,
}

/// The lock of a mutex that is held, and what gives it up.
fn open_by_drop<T: Send + 'static>(held: T) -> Box<dyn FnOnce() + Send> {
    Box::new(move || drop(held))
}

/// Keeps a guard for as long as its lock lives: that is, leaks the lock.
fn leaked<T>(value: T) -> &'static T {
    let leaked: &'static T = Box::leak(Box::new(value));
    forget(leaked);
    leaked
}

macro_rules! waits {
    ($($name:ident, $kind:ident, ($($argument:ident: $type:ty),*), $wait:expr, $open:expr;)*) => {
        /// Every wait, in a coroutine if that is wanted, else in an `async` block.
        fn waits(in_coroutine: bool) -> Vec<Wait> {
            vec![$({
                #[coweave::coroutine]
                fn wait($($argument: &'static $type),*) {
                    $wait
                }
                $(let $argument: &'static $type = leaked(Default::default());)*
                let open = $open;
                let future: BoxFuture<'static, ()> = if in_coroutine {
                    Box::pin(wait($($argument),*))
                } else {
                    Box::pin(async move { $wait })
                };
                Wait { name: stringify!($name), waits_for: WaitsFor::$kind, future, open }
            }),*]
        }
    };
}

/// With a capacity of none.
struct NoPermits(Arc<Semaphore>);

impl Default for NoPermits {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }
}

struct Two(Barrier);

impl Default for Two {
    fn default() -> Self {
        Self(Barrier::new(2))
    }
}

waits! {
    lock, Mutex, (mutex: Mutex<u32>),
        drop(mutex.lock().await), open_by_drop(mutex.try_lock());
    read, ReadLock, (lock: RwLock<u32>),
        drop(lock.read().await), open_by_drop(lock.try_write());
    write, WriteLock, (lock: RwLock<u32>),
        drop(lock.write().await), open_by_drop(lock.try_read());
    acquire, Semaphore, (semaphore: NoPermits),
        drop(semaphore.0.acquire_many(2).await.unwrap()),
        Box::new(move || semaphore.0.release(2));
    acquire_owned, Semaphore, (semaphore: NoPermits),
        drop(semaphore.0.acquire_owned().await.unwrap()),
        Box::new(move || semaphore.0.release(1));
    acquire_closed, Semaphore, (semaphore: NoPermits),
        assert!(semaphore.0.acquire().await.is_err()),
        Box::new(move || semaphore.0.close());
    event, Event, (event: Event),
        event.wait().await, Box::new(move || event.set());
    promise, Promise, (promise: Promise<u32>),
        { let _: &u32 = promise.wait().await; }, Box::new(move || promise.set(1).unwrap());
    barrier, Barrier, (barrier: Two),
        assert!(!barrier.0.wait().await.is_leader()),
        // Arrives as often as is needed, for the other may have left.
        Box::new(move || begin(barrier.0.wait()));
    condvar, Condvar, (mutex: Mutex<u32>, changed: Condvar),
        drop(changed.wait(mutex.lock().await).await), Box::new(move || changed.notify_one());
    condvar_all, Condvar, (mutex: Mutex<u32>, changed: Condvar),
        drop(changed.wait(mutex.lock().await).await), Box::new(move || changed.notify_all());
    wait_while, Condvar, (mutex: Mutex<u32>, changed: Condvar),
        drop(changed.wait_while(mutex.lock().await, |n| *n == 0).await),
        Box::new(move || {
            *mutex.try_lock().unwrap() = 1;
            changed.notify_one();
        });
    once_cell, OnceCell, (cell: OnceCell<u32>),
        assert_eq!(*cell.get_or_init(async || 1).await, 1),
        {
            let mut making = Box::pin(cell.get_or_init(std::future::pending));
            assert!(poll(&mut making).is_pending());
            Box::new(move || drop(making))
        };
    wait_group, WaitGroup, (group: WaitGroup),
        group.wait().await, open_by_drop(group.worker());
    notify, Notify, (notify: Notify),
        notify.notified().await, Box::new(move || notify.notify_one());
    notify_waiters, Notify, (notify: Notify),
        notify.notified().await, Box::new(move || notify.notify_waiters());
}

/// Each of them, in both forms.
fn each(mut test: impl FnMut(Wait)) {
    for in_coroutine in [false, true] {
        waits(in_coroutine).into_iter().for_each(&mut test);
    }
}

fn virtual_scheduler() -> Scheduler {
    Scheduler::builder().virtual_time().build().expect("the set-up is valid")
}

type Future = Pin<Box<dyn std::future::Future<Output = ()> + Send>>;

#[test]
fn a_task_that_waits_goes_on_when_the_wait_ends() {
    each(|wait| {
        let trace = Trace::new();
        let inner = trace.clone();
        virtual_scheduler()
            .try_run(async move {
                let waiting = inner.clone();
                let task = spawn(async move {
                    wait.future.await;
                    waiting.add("goes on");
                });
                settle().await;
                inner.add("opens");
                (wait.open)();
                task.await.unwrap();
            })
            .unwrap_or_else(|deadlock| panic!("{}: {deadlock}", wait.name));
        assert_eq!(trace, ["opens", "goes on"], "{}", wait.name);
    });
}

#[test]
fn what_is_never_ended_is_a_deadlock_that_says_what_it_waits_for() {
    each(|wait| {
        let deadlock = virtual_scheduler().try_run(wait.future).unwrap_err();
        assert_eq!(deadlock.tasks()[0].waits_for(), &wait.waits_for, "{}", wait.name);
        let site = deadlock.tasks()[0].suspended_at().expect(wait.name);
        assert_eq!(site.file(), file!());
    });
}

#[test]
fn a_half_awaited_wait_ends_in_another_task() {
    each(|mut wait| {
        virtual_scheduler()
            .try_run(async move {
                let begun: Future = spawn(async move {
                    assert!(futures::poll!(&mut wait.future).is_pending());
                    wait.future
                })
                .await
                .unwrap();
                let task = spawn(begun);
                settle().await;
                assert!(!task.is_finished());
                (wait.open)();
                task.await.unwrap();
            })
            .unwrap_or_else(|deadlock| panic!("{}: {deadlock}", wait.name));
    });
}

#[test]
fn a_half_awaited_wait_ends_in_another_scheduler_on_another_thread() {
    each(|mut wait| {
        virtual_scheduler().run(async move {
            assert!(futures::poll!(&mut wait.future).is_pending());
            let (future, open) = (wait.future, wait.open);
            let thread = thread::spawn(|| {
                virtual_scheduler()
                    .try_run(async {
                        let task = spawn(future);
                        settle().await;
                        open();
                        task.await.unwrap();
                    })
                    .map_err(|deadlock| deadlock.to_string())
            });
            thread.join().unwrap().unwrap_or_else(|deadlock| panic!("{}: {deadlock}", wait.name));
        });
    });
}

#[test]
fn a_wait_that_began_on_a_thread_ends_in_a_task_by_a_thread() {
    each(|mut wait| {
        let future = thread::spawn(|| {
            let (_, waker) = Wakes::new();
            assert!(poll_with(&mut wait.future, &waker).is_pending());
            wait.future
        });
        let future = future.join().unwrap();
        let mut scheduler = Scheduler::builder().build().unwrap();
        let external = scheduler.handle().external();
        let open = wait.open;
        let thread = scheduler.run(async move {
            let task = spawn(future);
            coweave::yield_now().await;
            let thread = thread::spawn(move || {
                open();
                drop(external);
            });
            task.await.unwrap();
            thread
        });
        thread.join().unwrap();
    });
}

#[test]
fn a_half_awaited_wait_is_dropped_anywhere_before_and_after_it_ended() {
    for ends_first in [false, true] {
        each(|mut wait| {
            virtual_scheduler().run(async {
                let mut future = spawn(async move {
                    assert!(futures::poll!(&mut wait.future).is_pending());
                    wait.future
                })
                .await
                .unwrap();
                assert!(futures::poll!(&mut future).is_pending());
                let open = wait.open;
                if ends_first {
                    open();
                    thread::spawn(|| drop(future)).join().unwrap();
                } else {
                    thread::spawn(|| drop(future)).join().unwrap();
                    open();
                }
            });
        });
    }
}

#[test]
fn a_half_awaited_wait_outlives_its_scheduler() {
    each(|mut wait| {
        let mut future = virtual_scheduler().run(async move {
            assert!(futures::poll!(&mut wait.future).is_pending());
            wait.future
        });
        (wait.open)();
        assert!(poll(&mut future).is_ready(), "{}", wait.name);
    });
}

#[test]
fn a_half_awaited_wait_that_is_leaked_harms_nobody() {
    each(|mut wait| {
        virtual_scheduler().run(async {
            let name = wait.name;
            assert!(futures::poll!(&mut wait.future).is_pending(), "{name}");
            forget(wait.future);
            (wait.open)();
            settle().await;
        });
    });
}

#[test]
fn only_the_last_waker_is_woken_once() {
    each(|mut wait| {
        let ((old, first), (new, second)) = (Wakes::new(), Wakes::new());
        assert!(poll_with(&mut wait.future, &first).is_pending());
        assert!(poll_with(&mut wait.future, &second).is_pending());
        assert!(poll_with(&mut wait.future, &second).is_pending());
        assert_eq!(Arc::strong_count(&old), 2, "{}: the old one is let go", wait.name);
        (wait.open)();
        assert_eq!((old.count(), new.count()), (0, 1), "{}", wait.name);
        assert!(poll(&mut wait.future).is_ready());
        drop(second);
        assert_eq!(Arc::strong_count(&new), 1, "{}: no waker is kept", wait.name);
    });
}

#[test]
fn a_wait_behind_a_combinator_is_woken_by_its_own_waker() {
    each(|wait| {
        virtual_scheduler()
            .try_run(async move {
                let opens = async {
                    settle().await;
                    (wait.open)();
                };
                let others = futures::future::join_all([coweave::sleep(std::time::Duration::ZERO)]);
                futures::join!(futures::future::join_all([wait.future]), opens, others);
            })
            .unwrap_or_else(|deadlock| panic!("{}: {deadlock}", wait.name));
    });
}

struct Panics;

impl Wake for Panics {
    fn wake(self: Arc<Self>) {
        panic!("a waker that panics, as it should");
    }
}

#[test]
fn a_waker_that_panics_harms_nobody() {
    each(|mut wait| {
        let waker = Waker::from(Arc::new(Panics));
        assert!(poll_with(&mut wait.future, &waker).is_pending());
        (wait.open)();
        assert!(poll(&mut wait.future).is_ready(), "{}", wait.name);
    });
}

/// Runs a future to its end.
type Run = fn(Future);

const EXECUTORS: [Run; 3] = [
    |future| futures::executor::block_on(future),
    |future| tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future),
    |future| {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(2).build().unwrap();
        runtime.block_on(runtime.spawn(future)).unwrap();
    },
];

#[test]
fn a_wait_under_another_executor_is_ended_by_a_thread() {
    for run in EXECUTORS {
        each(|wait| {
            let (begins, begun) = crossbeam_channel::unbounded();
            let thread = thread::spawn(move || {
                begun.recv().unwrap();
                (wait.open)();
            });
            run(Box::pin(async move {
                let mut future = wait.future;
                assert!(futures::poll!(&mut future).is_pending());
                begins.send(()).unwrap();
                future.await;
            }));
            thread.join().unwrap();
        });
    }
}

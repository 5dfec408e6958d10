//! Semaphores, between tasks and between threads; and locks where the same is asked of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use coweave::sync::{Mutex, Semaphore};
use coweave::{Scheduler, TaskGroup, spawn, timeout, yield_now};
use futures::future::BoxFuture;

use crate::asked_workers::system_scheduler;
use crate::support::{Trace, ms, settle};

#[coweave::test]
async fn who_waited_too_long_has_no_permit_and_takes_none() {
    let semaphore = Semaphore::new(0);
    assert!(timeout(ms(10), semaphore.acquire()).await.is_err());
    semaphore.release(1);
    assert_eq!(semaphore.available_permits(), 1);
    timeout(ms(0), semaphore.acquire()).await.unwrap().unwrap().forget();
    assert_eq!(semaphore.available_permits(), 0);
}

#[coweave::test]
async fn two_releases_at_once_let_two_go_on() {
    let (trace, semaphore) = (Trace::new(), Arc::new(Semaphore::new(0)));
    for name in ["a", "b", "c"] {
        let (trace, semaphore) = (trace.clone(), semaphore.clone());
        drop(spawn(async move {
            semaphore.acquire().await.unwrap().forget();
            trace.add(name);
        }));
    }
    yield_now().await;
    semaphore.release(1);
    semaphore.release(1);
    settle().await;
    assert_eq!(trace, ["a", "b"]);
}

#[coweave::test]
async fn a_destructor_takes_a_permit_of_its_own_semaphore() {
    struct Owner(Arc<AtomicUsize>, Semaphore);

    impl Drop for Owner {
        fn drop(&mut self) {
            let permits = self.1.try_acquire().map_or(0, |permit| permit.count());
            self.0.store(permits, Ordering::Relaxed);
        }
    }

    let taken = Arc::new(AtomicUsize::new(0));
    drop(Owner(taken.clone(), Semaphore::new(1)));
    assert_eq!(taken.load(Ordering::Relaxed), 1);
}

/// What three tasks share, two of which take and give in turn, each in a new task, until the third has
/// had the permit.
#[derive(Clone)]
struct Shared {
    semaphore: Arc<Semaphore>,
    must_quit: Arc<AtomicBool>,
}

impl Shared {
    fn quits(&self) -> bool {
        self.must_quit.load(Ordering::Relaxed)
    }

    fn takes(self) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            if self.quits() {
                return;
            }
            self.semaphore.acquire().await.unwrap().forget();
            spawn(self.gives()).await.unwrap();
        })
    }

    fn gives(self) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            self.semaphore.release(1);
            if !self.quits() {
                spawn(self.takes()).await.unwrap();
            }
        })
    }

    async fn takes_for_ever(self) {
        self.semaphore.acquire().await.unwrap().forget();
        self.must_quit.store(true, Ordering::Relaxed);
    }
}

#[test]
fn two_who_pass_a_permit_to_and_fro_do_not_keep_it_from_the_third() {
    let shared = Shared { semaphore: Arc::new(Semaphore::new(1)), must_quit: Arc::default() };
    let quits = shared.must_quit.clone();
    let mut scheduler = Scheduler::builder().virtual_time().build().expect("the set-up is valid");
    let first = scheduler.spawn(shared.clone().takes());
    let second = scheduler.spawn(shared.clone().takes());
    let third = scheduler.spawn(shared.takes_for_ever());
    scheduler.run_until_idle();
    // One of the two may still wait for the permit, which the third keeps.
    let ended = [first.is_finished(), second.is_finished()];
    assert!(quits.load(Ordering::Relaxed) && third.is_finished());
    assert!(ended.contains(&true), "{ended:?}");
}

/// A permit of a semaphore, or a lock: what is taken and given back on many threads.
trait Exclusive: Send + Sync + 'static {
    fn make() -> Self;
    fn hold(&self, inside: impl AsyncFnOnce()) -> impl Future<Output = ()>;
}

impl Exclusive for Semaphore {
    fn make() -> Self {
        Self::bounded(1)
    }

    async fn hold(&self, inside: impl AsyncFnOnce()) {
        let permit = self.acquire().await.unwrap();
        inside().await;
        drop(permit);
    }
}

impl Exclusive for Mutex<()> {
    fn make() -> Self {
        Self::new(())
    }

    async fn hold(&self, inside: impl AsyncFnOnce()) {
        let guard = self.lock().await;
        inside().await;
        drop(guard);
    }
}

/// Schedulers on two threads, each with three tasks, which all want the same; some give up.
fn duel<E: Exclusive>(is_limited: bool) -> usize {
    let shared = Arc::new((E::make(), AtomicUsize::new(0), AtomicUsize::new(0)));
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let shared = shared.clone();
            thread::spawn(move || {
                system_scheduler().run(async move {
                    let group = TaskGroup::new();
                    for _ in 0..3 {
                        let shared = shared.clone();
                        group
                            .spawn_local(async move { takes_turns(&shared, is_limited).await })
                            .await;
                    }
                    for result in group.join_all().await {
                        result.unwrap();
                    }
                });
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    shared.2.load(Ordering::Relaxed)
}

async fn takes_turns<E: Exclusive>(shared: &(E, AtomicUsize, AtomicUsize), is_limited: bool) {
    let (exclusive, inside, turns) = shared;
    let turn = || {
        exclusive.hold(async || {
            assert_eq!(inside.fetch_add(1, Ordering::Relaxed), 0, "nobody else is inside");
            yield_now().await;
            assert_eq!(inside.fetch_sub(1, Ordering::Relaxed), 1);
            turns.fetch_add(1, Ordering::Relaxed);
        })
    };
    for n in 0..100 {
        if is_limited && n % 10 == 0 {
            // Gives up, whatever it was given meanwhile.
            let mut waiting = Box::pin(exclusive.hold(async || {}));
            if futures::poll!(&mut waiting).is_pending() {
                yield_now().await;
            }
        }
        turn().await;
    }
}

#[test]
fn two_threads_that_want_the_same_both_get_it() {
    for is_limited in [false, true] {
        assert_eq!(duel::<Semaphore>(is_limited), 600);
        assert_eq!(duel::<Mutex<()>>(is_limited), 600);
    }
}

#[test]
fn a_thread_that_gives_up_leaves_the_permit_to_a_task() {
    let semaphore = Arc::new(Semaphore::new(0));
    system_scheduler().run(async {
        let waits = semaphore.clone();
        let thread = thread::spawn(move || {
            system_scheduler().run(async { timeout(ms(5), waits.acquire()).await.is_err() })
        });
        while !thread.is_finished() {
            yield_now().await;
        }
        assert!(thread.join().unwrap());
        let waits = semaphore.clone();
        let task = spawn(async move { waits.acquire().await.unwrap().count() });
        yield_now().await;
        semaphore.release(1);
        assert_eq!(task.await.unwrap(), 1);
    });
}

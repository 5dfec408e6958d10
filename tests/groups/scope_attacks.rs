//! Safe code that tries to have a task of a scope outlive what it borrows.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use coweave::{sleep, yield_now};

use crate::scopes::beside;
use crate::support::{
    OnDrop, Slot, Trace, forget, panic_text, start_thread, system_scheduler, wait_for_waker,
};

/// What is borrowed; asks whether it still may be.
struct Ground(AtomicBool);

impl Ground {
    fn new() -> Self {
        Self(AtomicBool::new(true))
    }

    fn touch(&self) {
        assert!(self.0.load(Ordering::Relaxed), "the ground was used after its end");
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

#[test]
fn a_scheduler_that_ends_during_the_scope_drops_the_children_first() {
    for _ in 0..20 {
        let scheduler = system_scheduler();
        let handle = scheduler.handle();
        let (ready, begins) = mpsc::channel();
        let thread = start_thread("scope", move || {
            let dropped = AtomicUsize::new(0);
            let ground = Ground::new();
            let results = handle.scope(|s| {
                let spawn = |_| {
                    let on_drop = OnDrop::new(|| {
                        ground.touch();
                        dropped.fetch_add(1, Ordering::Relaxed);
                    });
                    s.spawn(async move {
                        let _on_drop = on_drop;
                        std::future::pending::<()>().await;
                    })
                };
                let tasks: Vec<_> = (0..4).map(spawn).collect();
                ready.send(()).unwrap();
                tasks.into_iter().map(|task| task.join().is_err()).collect::<Vec<_>>()
            });
            (results, dropped.into_inner())
        });
        begins.recv().unwrap();
        drop(scheduler);
        assert_eq!(thread.join().unwrap(), (vec![true; 4], 4));
    }
}

#[test]
fn a_scope_of_a_scheduler_that_has_ended_drops_what_it_is_given() {
    let handle = system_scheduler().handle();
    let thread = std::thread::spawn(move || {
        let ground = Ground::new();
        handle.scope(|s| {
            let on_drop = OnDrop::new(|| ground.touch());
            let task = s.spawn(async move { drop(on_drop) });
            task.join().unwrap_err().is_cancelled()
        })
    });
    assert!(thread.join().unwrap());
}

#[test]
fn the_scheduler_ends_on_its_thread_while_children_spawn_siblings() {
    for _ in 0..20 {
        let mut scheduler = system_scheduler();
        let handle = scheduler.handle();
        let thread = start_thread("scope", move || {
            let ground = Ground::new();
            handle.scope(|s| {
                s.spawn(async {
                    loop {
                        drop(s.spawn(async {
                            ground.touch();
                            yield_now().await;
                            ground.touch();
                        }));
                        yield_now().await;
                    }
                });
            });
        });
        scheduler.run(sleep(Duration::from_millis(1)));
        drop(scheduler);
        thread.join().unwrap();
    }
}

#[test]
fn wakers_kept_for_ever_do_not_keep_the_frame() {
    let slot = Slot::new();
    let kept = slot.clone();
    beside(move |handle| {
        let ground = Ground::new();
        handle.scope(|s| {
            let task = s.spawn(async {
                wait_for_waker(kept).await;
                ground.touch();
            });
            std::thread::sleep(Duration::from_millis(5));
            task.cancel();
        });
    });
    slot.take().wake();
}

#[test]
fn outputs_that_borrow_are_dropped_before_the_scope_ends_or_never() {
    let trace = Trace::new();
    let inside = trace.clone();
    beside(move |handle| {
        let ground = Ground::new();
        let output = || {
            let (ground, trace) = (&ground, inside.clone());
            OnDrop::new(move || {
                ground.touch();
                trace.add("output dropped");
            })
        };
        handle.scope(|s| {
            drop(s.spawn(async { output() }));
            let kept = s.spawn(async { output() });
            while !kept.is_finished() {
                std::thread::yield_now();
            }
            drop(kept);
            forget(s.spawn(async { output() }));
        });
        inside.add("scope ended");
    });
    assert_eq!(trace, ["output dropped", "output dropped", "scope ended"]);
}

#[test]
fn a_destructor_that_panics_in_a_frame_does_not_free_the_scope_early() {
    let ended = Arc::new(AtomicUsize::new(0));
    let inside = ended.clone();
    let text = panic_text(|| {
        beside(move |handle| {
            let ground = Ground::new();
            handle.scope(|s| {
                let bomb = OnDrop::new(|| panic!("a destructor failed"));
                let after = OnDrop::new(|| {
                    ground.touch();
                    inside.fetch_add(1, Ordering::Relaxed);
                });
                let task = s.spawn(async move {
                    let _after = after;
                    let _bomb = bomb;
                    std::future::pending::<()>().await;
                });
                task.cancel();
            });
        });
    });
    assert_eq!((text.as_str(), ended.load(Ordering::Relaxed)), ("a task of a scope panicked", 1));
}

#[test]
fn scopes_nest_inside_another_executors_block_on_and_in_each_other() {
    let sum = beside(|handle| {
        futures::executor::block_on(async {
            let numbers = [1, 2, 3];
            handle.scope(|outer| {
                let first = outer.spawn(async { numbers[0] });
                let inner = handle.scope(|s| {
                    let second = s.spawn(async { numbers[1] + first.await.unwrap() });
                    second.join().unwrap()
                });
                inner + numbers[2]
            })
        })
    });
    assert_eq!(sum, 6);
}

#[test]
fn handles_are_passed_into_siblings_and_dropped_there() {
    let count = beside(|handle| {
        let ground = Ground::new();
        let dropped = AtomicUsize::new(0);
        handle.scope(|s| {
            let first = s.spawn(async {
                OnDrop::new(|| {
                    ground.touch();
                    dropped.fetch_add(1, Ordering::Relaxed);
                })
            });
            let place = Arc::new(Mutex::new(Some(first)));
            s.spawn(async move {
                sleep(Duration::from_millis(2)).await;
                drop(place.lock().unwrap().take());
            });
        });
        dropped.into_inner()
    });
    assert_eq!(count, 1);
}

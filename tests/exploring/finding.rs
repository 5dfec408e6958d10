//! Mistakes that depend on the order of tasks are found, and the seed that is named shows them again.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use coweave::sync::Mutex;
use coweave::{ExploreError, Scheduler, select, sleep, spawn, spawn_local, try_explore, yield_now};

use crate::support::{panic_text, seeded};

/// What is found in so many seeds; whatever it is, the seed shows it again, in an exploration and with
/// a scheduler of one's own, and a run first in first out does not have it.
fn found(seeds: u64, program: impl AsyncFn()) -> ExploreError {
    Scheduler::builder().virtual_time().build().unwrap().try_run(program()).unwrap();
    let explored = |seeds: Range<u64>| try_explore(seeds, &program).expect_err("it is found");
    let error = explored(0..seeds);
    let again = explored(error.seed()..error.seed() + 1);
    let (told, told_again) = (error.to_string(), again.to_string());
    let cause = |text: &str| text.split_once(": ").map(|(_, cause)| cause.to_owned());
    assert_eq!(cause(&told), cause(&told_again));
    if let Some(deadlock) = error.deadlock() {
        let alone = seeded(error.seed()).try_run(program()).expect_err("it is stuck again");
        assert_eq!(alone.tasks().len(), deadlock.tasks().len());
    } else {
        let text = panic_text(|| seeded(error.seed()).try_run(program()));
        assert!(told.ends_with(&text), "{told}: {text}");
    }
    error
}

/// Reads, yields by chance of the order alone, and writes what was read.
async fn adds(sum: Rc<Cell<u32>>, amount: u32) {
    let before = sum.get();
    if amount > 1 {
        yield_now().await;
    }
    sum.set(before + amount);
}

#[test]
fn a_lost_update_is_found() {
    let error = found(100, || async {
        let sum = Rc::new(Cell::new(0));
        let tasks = [1, 5].map(|amount| spawn_local(adds(sum.clone(), amount)));
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(sum.get(), 6, "an update is lost");
    });
    assert!(error.is_panic() && error.to_string().contains("an update is lost"), "{error}");
}

#[test]
fn a_check_that_no_longer_holds_is_found() {
    let error = found(100, || async {
        let stock = Rc::new(Cell::new(1_u32));
        let buys = |pauses: bool| {
            let stock = stock.clone();
            spawn_local(async move {
                if stock.get() > 0 {
                    if pauses {
                        yield_now().await;
                    }
                    stock.set(stock.get().checked_sub(1).expect("there is stock"));
                }
            })
        };
        let tasks = [buys(false), buys(true)];
        for task in tasks {
            task.await.unwrap();
        }
    });
    assert!(error.is_panic() && error.to_string().contains("there is stock"), "{error}");
}

/// Takes both locks one after the other.
async fn locks(first: Rc<Mutex<()>>, second: Rc<Mutex<()>>, pauses: usize) {
    for _ in 0..pauses {
        yield_now().await;
    }
    let first = first.lock().await;
    yield_now().await;
    let second = second.lock().await;
    drop((first, second));
}

#[test]
fn two_locks_taken_in_opposite_orders_are_found() {
    let error = found(100, || async {
        let (a, b) = (Rc::new(Mutex::new(())), Rc::new(Mutex::new(())));
        // First in first out, the second is late enough.
        let one = spawn_local(locks(a.clone(), b.clone(), 0));
        let other = spawn_local(locks(b, a, 3));
        one.await.unwrap();
        other.await.unwrap();
    });
    assert!(error.to_string().contains("a cycle: task 2 waits for task 3"), "{error}");
    assert_eq!(error.deadlock().map(|deadlock| deadlock.tasks().len()), Some(3));
}

#[test]
fn a_wake_that_comes_before_the_wait_is_found() {
    // A bell that keeps nothing: who comes after it waits for ever.
    let error = found(100, || async {
        let bell = Rc::new(coweave::sync::Notify::new());
        let rings = bell.clone();
        let waits = spawn_local(async move { bell.notified().await });
        drop(spawn_local(async move { rings.notify_waiters() }));
        waits.await.unwrap();
    });
    assert_eq!(error.deadlock().map(|deadlock| deadlock.tasks().len()), Some(2));
}

#[test]
fn results_that_are_taken_for_ordered_are_found() {
    let error = found(100, || async {
        let results = Rc::new(RefCell::new(VecDeque::new()));
        let tasks = [0, 1, 2].map(|n| {
            let results = results.clone();
            spawn_local(async move {
                sleep(Duration::from_millis(5)).await;
                results.borrow_mut().push_back(n);
            })
        });
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(results.take(), [0, 1, 2]);
    });
    assert!(error.is_panic(), "{error}");
}

#[test]
fn a_mistake_that_needs_one_of_many_orders_is_found() {
    // One of 120 orders of five tasks.
    let error = found(2000, || async {
        let order = Rc::new(RefCell::new(Vec::new()));
        let tasks: Vec<_> = (0..5)
            .map(|n| {
                let order = order.clone();
                spawn_local(async move { order.borrow_mut().push(n) })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_ne!(order.take(), [3, 1, 4, 0, 2]);
    });
    assert!(error.is_panic(), "{error}");
}

#[test]
fn a_program_without_a_mistake_passes_with_all_seeds() {
    let counted = Cell::new(0);
    let tried = try_explore(0..1000, || async {
        counted.set(counted.get() + 1);
        let sum = Rc::new(Mutex::new(0));
        let tasks = [1, 5].map(|amount| {
            let sum = sum.clone();
            spawn_local(async move {
                let mut sum = sum.lock().await;
                let before = *sum;
                yield_now().await;
                *sum = before + amount;
            })
        });
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(*sum.lock().await, 6);
    });
    assert_eq!((tried.unwrap(), counted.get()), (1000, 1000));
}

#[test]
fn a_coroutine_and_a_closure_that_keeps_count_are_programs_as_well() {
    #[coweave::coroutine]
    fn program() {
        spawn(async { yield_now().await }).await.unwrap();
    }
    let mut seeds = 0;
    let tried = try_explore(vec![3, 5, 8], async || {
        seeds += 1;
        select! {
            () = program() => {}
            () = sleep(Duration::from_secs(1)) => unreachable!("the clock stands still meanwhile"),
        }
    });
    assert_eq!((tried.unwrap(), seeds, try_explore([1], program).unwrap()), (3, 3, 1));
}

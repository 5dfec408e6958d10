//! Scopes: tasks that borrow.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use coweave::{Scheduler, SchedulerHandle, sleep, yield_now};

use crate::support::{Counted, Trace, outcome, panic_text, system_scheduler};

/// Runs `f` on a thread of its own, with a handle of a scheduler that runs meanwhile.
pub(crate) fn beside<T: Send + 'static>(
    f: impl FnOnce(SchedulerHandle) -> T + Send + 'static,
) -> T {
    let mut scheduler = system_scheduler();
    let handle = scheduler.handle();
    let thread = std::thread::spawn(move || f(handle));
    scheduler.run(async {
        while !thread.is_finished() {
            sleep(Duration::from_millis(1)).await;
        }
    });
    match thread.join() {
        Ok(output) => output,
        Err(payload) => std::panic::resume_unwind(payload),
    }
}

#[test]
fn tasks_borrow_from_the_thread_and_change_what_is_its_own() {
    let seen = beside(|handle| {
        let numbers = vec![1, 2, 3];
        let mut last = 0;
        let sum: u32 = handle.scope(|s| {
            let sum = s.spawn(async {
                yield_now().await;
                numbers.iter().sum()
            });
            s.spawn(async { last = numbers[2] });
            sum.join().unwrap()
        });
        (numbers, sum, last)
    });
    assert_eq!(seen, (vec![1, 2, 3], 6, 3));
}

#[test]
fn a_scope_waits_for_tasks_whose_handles_are_gone_or_forgotten() {
    let ended = beside(|handle| {
        let ended = AtomicUsize::new(0);
        handle.scope(|s| {
            for _ in 0..3 {
                let task = s.spawn(async {
                    sleep(Duration::from_millis(5)).await;
                    ended.fetch_add(1, Ordering::Relaxed);
                });
                crate::support::forget(task);
            }
            drop(s.spawn(async {
                sleep(Duration::from_millis(10)).await;
                ended.fetch_add(1, Ordering::Relaxed);
            }));
        });
        ended.into_inner()
    });
    assert_eq!(ended, 4);
}

#[test]
fn children_spawn_siblings_and_await_them() {
    let trace = Trace::new();
    let inside = trace.clone();
    beside(move |handle| {
        let words = [String::from("one"), String::from("two")];
        handle.scope(|s| {
            s.spawn(async {
                let sibling = s.spawn(async { words[1].as_str() });
                inside.add(sibling.await.unwrap());
                s.spawn(async {
                    yield_now().await;
                    inside.add(&words[0]);
                });
            });
        });
    });
    assert_eq!(trace, ["two", "one"]);
}

#[test]
fn a_panic_of_a_child_is_the_scopes_after_all_have_ended() {
    let ended = std::sync::Arc::new(AtomicUsize::new(0));
    let inside = ended.clone();
    let text = panic_text(|| {
        beside(move |handle| {
            handle.scope(|s| {
                s.spawn(async { panic!("a child failed") });
                s.spawn(async {
                    sleep(Duration::from_millis(10)).await;
                    inside.fetch_add(1, Ordering::Relaxed);
                });
            });
        });
    });
    assert_eq!((text.as_str(), ended.load(Ordering::Relaxed)), ("a task of a scope panicked", 1));
}

#[test]
fn a_panic_that_was_joined_is_not_the_scopes() {
    let error = beside(|handle| {
        handle.scope(|s| {
            let task = s.spawn(async { panic!("a child failed") });
            outcome::<()>(&task.join())
        })
    });
    // Which worker was given it is not said.
    assert!(error.starts_with("1x") && error.ends_with(" panicked: a child failed"), "{error}");
}

#[test]
fn a_closure_that_panics_waits_as_well_and_its_panic_is_the_one_told() {
    let ended = std::sync::Arc::new(AtomicUsize::new(0));
    let inside = ended.clone();
    let text = panic_text(|| {
        beside(move |handle| {
            handle.scope(|s| {
                s.spawn(async { panic!("a child failed") });
                s.spawn(async {
                    sleep(Duration::from_millis(10)).await;
                    inside.fetch_add(1, Ordering::Relaxed);
                });
                panic!("the closure failed");
            });
        });
    });
    assert_eq!((text.as_str(), ended.load(Ordering::Relaxed)), ("the closure failed", 1));
}

#[test]
fn cancelled_children_are_dropped_before_the_scope_ends() {
    let trace = Trace::new();
    let inside = trace.clone();
    beside(move |handle| {
        handle.scope(|s| {
            let frame = Counted::new(&inside, "frame");
            let task = s.spawn(async move {
                let _frame = frame;
                std::future::pending::<()>().await;
            });
            task.cancel();
            inside.add(outcome(&task.join()));
        });
        inside.add("scope ended");
    });
    assert_eq!(trace.to_vec().last().unwrap(), "scope ended");
    // On whichever worker.
    let dropped = trace.to_vec().iter().filter(|event| event.starts_with("frame dropped")).count();
    assert_eq!((dropped, trace.count("cancelled")), (1, 1));
}

#[test]
fn on_the_schedulers_own_thread_a_scope_is_refused() {
    let mut scheduler: Scheduler = system_scheduler();
    let handle = scheduler.handle();
    let between = panic_text(|| handle.scope(|_| ()));
    let within = scheduler.run(async { panic_text(|| handle.scope(|_| ())) });
    assert!(between.contains("call it on another thread"), "{between}");
    assert_eq!(between, within);
}

#[test]
fn a_scope_without_tasks_returns_what_its_closure_does() {
    let handle = system_scheduler().handle();
    let thread = std::thread::spawn(move || handle.scope(|_| 7));
    assert_eq!(thread.join().unwrap(), 7);
}

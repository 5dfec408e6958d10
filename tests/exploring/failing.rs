//! What counts as a failure, and how it is told.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use coweave::{
    SchedulerHandle, explore, park, sleep, spawn, task, timeout, try_explore, yield_now,
};
use futures::future::join_all;

use crate::support::panic_text;

/// The first line of what is told, without places.
fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn a_panic_in_a_detached_task_is_a_failure() {
    let error = try_explore([4, 2], async || {
        let builder = task::Builder::new().name("kettle");
        drop(builder.spawn(async { std::panic::panic_any(String::from("out of tea")) }));
        for _ in 0..100 {
            yield_now().await;
        }
    });
    let error = error.unwrap_err();
    let told = "seed 4 fails, the first that was tried: task 2 (kettle) panicked: out of tea";
    assert_eq!(first_line(&error.to_string()), told);
    assert!(error.to_string().contains(&format!("spawned at {}:", file!())), "{error}");
    assert_eq!((error.seed(), error.seed_count(), error.is_panic()), (4, 1, true));
    let payload = error.try_into_panic().unwrap();
    assert_eq!(payload.downcast_ref::<String>().unwrap(), "out of tea");
}

#[test]
fn a_panic_in_a_detached_task_is_told_in_place_of_what_it_led_to() {
    let error = try_explore(0..1, async || {
        drop(spawn(async { panic!("the cause") }));
        park().await;
    });
    let told = "seed 0 fails, the first that was tried: task 2 panicked: the cause";
    assert_eq!(first_line(&error.unwrap_err().to_string()), told);
}

#[test]
fn of_several_panics_the_first_is_told() {
    let error = try_explore(0..1, async || {
        for what in ["the first", "another", "one more"] {
            drop(spawn(async move { std::panic::panic_any(what) }));
            sleep(Duration::from_secs(1)).await;
        }
        panic!("the last");
    });
    let error = error.unwrap_err();
    assert!(error.to_string().contains("task 2 panicked: the first\n"), "{error}");
    assert_eq!(error.try_into_panic().unwrap().downcast_ref(), Some(&"the first"));
}

#[test]
fn a_panic_that_somebody_joins_is_the_programs() {
    let tried = try_explore(0..50, async || {
        let error = spawn(async { panic!("expected") }).await.unwrap_err();
        assert!(error.is_panic());
    });
    assert_eq!(tried.unwrap(), 50);
}

#[test]
fn a_panic_while_what_is_left_is_dropped_is_a_failure() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("the bomb went off");
        }
    }
    let error = try_explore([0], async || {
        drop(spawn(async {
            let _bomb = Bomb;
            park().await;
        }));
        for _ in 0..100 {
            yield_now().await;
        }
    });
    assert!(error.unwrap_err().to_string().contains("task 2 panicked: the bomb went off"));
}

#[test]
fn an_error_that_is_returned_is_a_failure() {
    let error = try_explore(7..9, async || Err::<(), _>("no tea")).unwrap_err();
    let told = "seed 7 fails, the first that was tried: the program returned an error";
    assert_eq!(error.to_string(), told);
    assert!(!error.is_panic() && error.deadlock().is_none());
    assert_eq!(error.try_into_panic().unwrap_err().seed(), 7);
    assert_eq!(try_explore(7..9, async || Ok::<(), String>(())).unwrap(), 2);
}

#[test]
fn an_error_whose_text_panics_is_a_failure() {
    struct Unspeakable;
    impl std::fmt::Debug for Unspeakable {
        fn fmt(&self, _f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            panic!("it cannot be told");
        }
    }
    let error = try_explore([1], async || Err::<(), _>(Unspeakable)).unwrap_err();
    assert!(error.to_string().ends_with("task 1 panicked: it cannot be told"), "{error}");
}

#[test]
fn a_program_that_panics_before_it_is_awaited_is_a_failure() {
    let error = try_explore([1], || -> std::future::Ready<()> { panic!("too early") });
    assert!(error.unwrap_err().to_string().ends_with("task 1 panicked: too early"));
}

#[test]
fn what_fails_is_the_first_seed_that_fails() {
    let mut runs = 0;
    let program = async || {
        runs += 1;
        assert!(runs < 18, "tired");
    };
    let text = panic_text(|| explore(0..1000, program));
    let again = "run it again with COWEAVE_SEED=17 in the environment; \
                 `coweave::explore([17], …)` or `#[coweave::test(seed = 17)]` keeps it";
    assert_eq!(
        text,
        format!("seed 17 fails, after 17 that did not: task 1 panicked: tired\n{again}")
    );
    assert_eq!(runs, 18);
}

#[test]
fn a_deadlock_is_told_with_its_report() {
    let text = panic_text(|| explore([9], park));
    let told =
        "seed 9 fails, the first that was tried: deadlock: nothing is left that could wake a task";
    assert_eq!(first_line(&text), told);
    assert!(text.contains("task 1 parked, waiting for an Unparker"), "{text}");
    assert!(text.contains("COWEAVE_SEED=9"), "{text}");
}

/// A closed world would wait for these, for another thread may have them as well.
#[test]
fn what_stuck_tasks_hold_themselves_is_a_deadlock_at_once() {
    let wakers = try_explore([0], async || {
        join_all([spawn(park()), spawn(park())]).await;
    });
    assert_eq!(wakers.unwrap_err().deadlock().unwrap().tasks().len(), 3);
    let handle = try_explore([0], async || {
        let _handle = SchedulerHandle::try_current();
        park().await;
    });
    assert!(handle.unwrap_err().deadlock().is_some());
    let background = try_explore([0], async || {
        drop(task::Builder::new().background(true).spawn(async {
            loop {
                sleep(Duration::from_secs(1)).await;
            }
        }));
        let _handle = SchedulerHandle::try_current();
        park().await;
    });
    assert!(background.unwrap_err().deadlock().is_some());
}

#[test]
fn a_thread_that_is_announced_is_waited_for() {
    let tried = try_explore(0..3, async || {
        let external = SchedulerHandle::try_current().unwrap().external();
        let unparker = task::current().unparker();
        let thread = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(5));
            unparker.unpark();
            drop(external);
        });
        park().await;
        thread.join().unwrap();
    });
    assert_eq!(tried.unwrap(), 3);
}

#[test]
fn no_seeds_are_no_failure_but_explore_says_so() {
    let program = async || unreachable!("nothing is tried");
    assert_eq!(try_explore(5..5, program).unwrap(), 0);
    let text = panic_text(|| explore(0..0, program));
    assert_eq!(text, "coweave::explore was given no seed, so nothing was tried");
}

#[test]
fn an_exploration_within_a_scheduler_is_refused() {
    let runs = Arc::new(AtomicUsize::new(0));
    let counts = || async {
        runs.fetch_add(1, Ordering::Relaxed);
    };
    let text = |f: fn(&dyn Fn())| panic_text(|| f(&|| drop(try_explore([1], counts))));
    assert_eq!(text(|f| f()), "no panic");
    for (text, name) in [
        (coweave::run(async { panic_text(|| explore([1], counts)) }), "coweave::explore"),
        (coweave::run(async { panic_text(|| try_explore([1], counts)) }), "coweave::try_explore"),
    ] {
        let told =
            format!("{name} was called inside a task of a scheduler that runs on this thread");
        assert!(text.starts_with(&told), "{text}");
    }
    assert_eq!(runs.load(Ordering::Relaxed), 1);
}

#[test]
fn an_exploration_within_a_program_fails_its_seed() {
    let error = try_explore([3], async || explore([1], async || {})).unwrap_err();
    assert!(error.to_string().contains("coweave::explore was called inside a task"), "{error}");
}

#[test]
fn payloads_whose_destructors_panic_harm_nobody() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("the payload went off");
        }
    }
    fn throw() {
        std::panic::panic_any(Bomb);
    }
    let text = panic_text(|| explore([1], async || throw()));
    assert!(
        text.starts_with("seed 1 fails, the first that was tried: task 1 panicked\n"),
        "{text}"
    );
    // Of several, one is kept, and the others go as they come.
    let text = panic_text(|| {
        explore([1], async || {
            for _ in 0..3 {
                drop(spawn(async { throw() }));
            }
            timeout(Duration::from_secs(1), park()).await.expect_err("nobody unparks it");
            throw();
        });
    });
    assert!(text.starts_with("seed 1 fails, the first that was tried: task "), "{text}");
}

#[test]
fn an_error_is_shared_between_threads() {
    fn is_shared<T: Send + Sync + 'static>(it: T) -> T {
        it
    }
    let error = is_shared(try_explore([1], async || panic!("out of tea")).unwrap_err());
    let error: Box<dyn std::error::Error + Send + Sync> = error.into();
    assert_eq!(
        format!("{error:?}"),
        "ExploreError(seed 1 fails, the first that was tried: task 1 panicked: out of tea)"
    );
    let payload: Option<Box<dyn Any + Send>> =
        error.downcast::<coweave::ExploreError>().ok().and_then(|it| it.try_into_panic().ok());
    assert_eq!(payload.unwrap().downcast_ref(), Some(&"out of tea"));
}

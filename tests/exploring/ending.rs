//! A seed leaves nothing to the next.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use coweave::{Instant, JoinHandle, park, sleep, spawn, spawn_local, task, try_explore, yield_now};

use crate::support::Trace;

/// Counts itself while it lives.
struct Counted<'a>(&'a Cell<usize>);

impl<'a> Counted<'a> {
    fn new(count: &'a Cell<usize>) -> Self {
        count.set(count.get() + 1);
        Self(count)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

thread_local! {
    static ALIVE: Cell<usize> = const { Cell::new(0) };
}

/// The same for what lives in tasks.
struct Alive;

impl Alive {
    fn new() -> Self {
        ALIVE.set(ALIVE.get() + 1);
        Self
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        ALIVE.set(ALIVE.get() - 1);
    }
}

#[test]
fn what_a_run_leaves_is_dropped_before_the_next_begins() {
    let count = Cell::new(0);
    let tried = try_explore(0..100, || async {
        assert_eq!((count.get(), ALIVE.get()), (0, 0), "the run before has left something");
        let _borrows = Counted::new(&count);
        for _ in 0..10 {
            drop(spawn_local(async {
                let _alive = Alive::new();
                yield_now().await;
                sleep(Duration::from_secs(1)).await;
                park().await;
            }));
        }
        drop(spawn(async { sleep(Duration::from_secs(9)).await }));
        sleep(Duration::from_secs(1)).await;
        assert_eq!(ALIVE.get(), 10);
    });
    assert_eq!((tried.unwrap(), count.get(), ALIVE.get()), (100, 0, 0));
}

#[test]
fn what_a_failed_run_leaves_is_dropped_before_it_is_told() {
    let count = Cell::new(0);
    for fails in [false, true] {
        let error = try_explore([1], || async {
            let _borrows = Counted::new(&count);
            let stuck = spawn_local(async {
                let _alive = Alive::new();
                park().await;
            });
            sleep(Duration::from_secs(1)).await;
            assert!(!fails);
            stuck.await.unwrap();
        });
        assert_eq!((error.unwrap_err().is_panic(), count.get(), ALIVE.get()), (fails, 0, 0));
    }
}

#[test]
fn every_run_begins_with_the_same_ids_and_instants() {
    let trace = Trace::new();
    let tried = try_explore(0..3, async || {
        let child = spawn(async {});
        trace.add(format!("{} {} {:?}", task::current().id(), child.id(), Instant::now()));
        sleep(Duration::from_secs(5)).await;
    });
    assert_eq!(tried.unwrap(), 3);
    assert_eq!(trace, ["1 2 Instant(0ns)"; 3]);
}

#[test]
fn a_handle_that_is_kept_for_the_next_run_is_cancelled() {
    let kept: Rc<Cell<Option<JoinHandle<()>>>> = Rc::default();
    let mut cancelled = 0;
    let tried = try_explore(0..20, async || {
        if let Some(handle) = kept.replace(Some(spawn(park()))) {
            cancelled += usize::from(handle.await.unwrap_err().is_cancelled());
        }
    });
    assert_eq!((tried.unwrap(), cancelled), (20, 19));
    drop(kept);
}

#[test]
fn a_panic_told_after_the_end_of_its_run_is_nobodys() {
    struct Payload(std::sync::Arc<()>);
    impl Drop for Payload {
        fn drop(&mut self) {
            assert!(std::sync::Arc::strong_count(&self.0) > 9, "destructors of payloads may panic");
        }
    }
    let shared = std::sync::Arc::new(());
    let mut kept = Vec::new();
    let tried = try_explore(0..5, async || {
        let payload = Payload(shared.clone());
        let handle = spawn(async move { std::panic::panic_any(payload) });
        while !handle.is_finished() {
            yield_now().await;
        }
        kept.push(handle);
    });
    assert_eq!(tried.unwrap(), 5);
    assert_eq!(std::sync::Arc::strong_count(&shared), 6);
    drop(kept);
    assert_eq!(std::sync::Arc::strong_count(&shared), 1);
}

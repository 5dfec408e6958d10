//! What a deadlock's report says of primitives.

use std::panic::Location;
use std::sync::Arc;

use coweave::sync::{Mutex, RwLock, Semaphore};
use coweave::{Scheduler, WaitsFor, channel, spawn, task, try_run, yield_now};

/// A place of this file as a report shows it.
fn at(line: u32, column: u32) -> String {
    format!("{}:{line}:{column}", file!())
}

/// Where `lock_both` waits for its second lock.
const SECOND: u32 = line!() + 6;

#[coweave::coroutine]
fn lock_both(first: Arc<Mutex<()>>, second: Arc<Mutex<()>>) {
    let _first = first.lock().await;
    yield_now().await;
    let _second = second.lock().await;
}

#[test]
fn a_cycle_of_locks_is_told_as_one() {
    let mut scheduler = Scheduler::builder().virtual_time().build().unwrap();
    let (a, b) = (Arc::new(Mutex::new(())), Arc::new(Mutex::new(())));
    let line = line!() - 1;
    let deadlock = scheduler.try_run(async move {
        let one = task::Builder::new().name("one").spawn(lock_both(a.clone(), b.clone()));
        let other = task::Builder::new().name("other").spawn(lock_both(b, a));
        one.await.unwrap();
        other.await.unwrap();
    });
    let deadlock = deadlock.unwrap_err();
    let report = deadlock.to_string();
    let waits_at = deadlock.tasks()[1].waits_at().map(Location::line);
    assert_eq!(waits_at, Some(line));
    let held = format!(
        "task 2 (one) waiting for a Mutex made at {}, held by task 3 (other) suspended at {} in lock_both",
        at(line, 54),
        at(SECOND, 33),
    );
    assert!(report.contains(&held), "{report}");
    assert!(
        report.contains(
            "a cycle: task 2 (one) waits for task 3 (other), which waits for task 2 (one)"
        ),
        "{report}"
    );
    assert_eq!(report.matches("a cycle").count(), 1, "{report}");
}

#[test]
fn a_task_that_waits_for_itself_is_a_cycle() {
    let mutex = Mutex::new(());
    let deadlock = try_run(async {
        let _first = mutex.lock().await;
        let _second = mutex.lock().await;
    });
    let report = deadlock.unwrap_err().to_string();
    assert!(report.contains("held by task 1 suspended at"), "{report}");
    assert!(report.contains("a cycle: task 1 waits for task 1"), "{report}");
}

#[test]
fn a_lock_that_is_passed_on_is_told_as_the_next_ones() {
    let lock = Arc::new(RwLock::new(()));
    let deadlock = try_run(async {
        let guard = lock.write().await;
        let tasks: Vec<_> = (0..2)
            .map(|_| {
                let lock = lock.clone();
                spawn(async move {
                    let _guard = lock.write().await;
                    coweave::park().await;
                })
            })
            .collect();
        yield_now().await;
        drop(guard);
        for task in tasks {
            task.await.unwrap();
        }
    });
    let deadlock = deadlock.unwrap_err();
    let last = &deadlock.tasks()[2];
    assert_eq!(last.waits_for(), &WaitsFor::WriteLock);
    assert_eq!(last.locked_by(), Some(deadlock.tasks()[1].id()));
}

#[test]
fn channels_and_semaphores_are_told_by_where_they_were_made() {
    let semaphore = Semaphore::new(0);
    let semaphore_line = line!() - 1;
    let deadlock = try_run(async {
        let (sender, receiver) = channel::bounded::<u32>(1);
        let channel_line = line!() - 1;
        let receives = spawn(async move {
            let received = receiver.recv().await;
            (received, sender)
        });
        let _permit = semaphore.acquire().await;
        drop(receives);
        channel_line
    });
    let deadlock = deadlock.unwrap_err();
    let [main, receiver] = deadlock.tasks() else { panic!("two tasks: {deadlock}") };
    assert_eq!(main.waits_at().map(Location::line), Some(semaphore_line));
    assert_eq!(main.locked_by(), None);
    assert_eq!(receiver.waits_for(), &WaitsFor::ChannelValue);
    assert_eq!(receiver.waits_at().map(Location::line), Some(semaphore_line + 3));
}

#[test]
fn what_the_standard_library_made_is_told_without_a_place() {
    let mutex = Arc::<Mutex<()>>::default();
    let _guard = mutex.try_lock();
    let deadlock = try_run(async { drop(mutex.lock().await) }).unwrap_err();
    assert_eq!(deadlock.tasks()[0].waits_at(), None);
    assert!(deadlock.to_string().contains("task 1 waiting for a Mutex, for"), "{deadlock}");
}

#[test]
fn a_wait_at_a_primitive_knows_since_when() {
    let mut scheduler = Scheduler::builder().virtual_time().build().unwrap();
    let semaphore = Semaphore::new(0);
    let deadlock = scheduler.try_run(async {
        coweave::sleep(std::time::Duration::from_millis(1500)).await;
        let other = spawn(coweave::sleep(std::time::Duration::from_millis(750)));
        drop(semaphore.acquire().await);
        other.await.unwrap();
    });
    let report = deadlock.unwrap_err().to_string();
    assert!(report.contains("for 750ms"), "{report}");
}

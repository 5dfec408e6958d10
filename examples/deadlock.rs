//! What coweave says when nothing can go on: two philosophers who wait for each other, and the
//! program that waits for them.
//!
//! ```text
//! deadlock: nothing is left that could wake a task
//! 103 suspended tasks:
//!   task 1 waiting for task 2 to end, for 0ns
//!       at examples/deadlock.rs:54:15
//!       spawned at examples/deadlock.rs:48:27
//!   task 2 (Plato) parked, waiting for an Unparker, for 750ms
//!       at examples/deadlock.rs:29:12 in wait_for_fork
//!       spawned at examples/deadlock.rs:50:21
//!   task 3 (Kant) parked, waiting for an Unparker, for 750ms
//!       at examples/deadlock.rs:29:12 in wait_for_fork
//!       spawned at examples/deadlock.rs:51:20
//!   100 tasks (4, 5, 6, …) parked, waiting for an Unparker, for 1s
//!       at examples/deadlock.rs:52:61
//!       spawned at examples/deadlock.rs:52:47
//! ```
#![feature(coroutines)]

use std::time::Duration;

use coweave::{JoinHandle, Scheduler, Unparker, park, sleep, spawn, task};

/// Waits for the neighbour, two calls deep.
#[coweave::coroutine]
fn wait_for_fork() {
    park().await;
}

#[coweave::coroutine]
fn dine(neighbour: Option<Unparker>) {
    sleep(Duration::from_millis(250)).await;
    wait_for_fork().await;
    if let Some(neighbour) = neighbour {
        neighbour.unpark();
    }
}

#[track_caller]
fn philosopher(name: &str, neighbour: Option<Unparker>) -> JoinHandle<()> {
    task::Builder::new().name(name).spawn(dine(neighbour))
}

fn main() -> Result<(), coweave::BuildError> {
    let mut scheduler = Scheduler::builder().virtual_time().build()?;
    let stuck = scheduler.try_run(async {
        let table = task::current().unparker();
        let plato = philosopher("Plato", Some(table));
        let kant = philosopher("Kant", None);
        let guests: Vec<_> = (0..100).map(|_| spawn(async { park().await })).collect();
        sleep(Duration::from_secs(1)).await;
        plato.await.expect("Plato does not panic");
        kant.await.expect("Kant does not panic");
        drop(guests);
    });
    match stuck {
        Ok(()) => println!("they have dined"),
        Err(deadlock) => println!("{deadlock}"),
    }
    Ok(())
}

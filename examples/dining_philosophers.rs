//! The dining philosophers: five at a round table, a fork between any two, and each needs both
//! forks beside the plate to eat. All take the one with the lower number first. So nobody ever waits
//! in a circle: whoever holds the highest of all forks that are taken waits for none.
//!
//! ```text
//! 1100 ms: Arendt eats
//! 1600 ms: Hume eats
//! 2100 ms: Kant eats
//! 2600 ms: Plato eats
//! 2700 ms: Arendt eats
//! 3200 ms: Hume eats
//! 3200 ms: Laozi eats
//! 3700 ms: Kant eats
//! 4200 ms: Plato eats
//! 4800 ms: Laozi eats
//! all have eaten twice
//! ```
//!
//! With `--naive` everybody takes the left fork first. Then all wait for their right one, and the
//! scheduler says so:
//!
//! ```text
//! deadlock: nothing is left that could wake a task
//! 6 suspended tasks:
//!   task 1 waiting for task 2 to end, for 1.1s
//!       at examples/dining_philosophers.rs:113:15 in dinner
//!       spawned at examples/dining_philosophers.rs:120:21
//!   task 2 (Plato) waiting for a Mutex made at examples/dining_philosophers.rs:99:61, held by task 3 (Kant) suspended at examples/dining_philosophers.rs:90:37 in philosopher, for 0ns
//!       at examples/dining_philosophers.rs:90:37 in philosopher
//!       spawned at examples/dining_philosophers.rs:109:45
//!   task 3 (Kant) waiting for a Mutex made at examples/dining_philosophers.rs:99:61, held by task 4 (Hume) suspended at examples/dining_philosophers.rs:90:37 in philosopher, for 0ns
//!       at examples/dining_philosophers.rs:90:37 in philosopher
//!       spawned at examples/dining_philosophers.rs:109:45
//!   task 4 (Hume) waiting for a Mutex made at examples/dining_philosophers.rs:99:61, held by task 5 (Arendt) suspended at examples/dining_philosophers.rs:90:37 in philosopher, for 0ns
//!       at examples/dining_philosophers.rs:90:37 in philosopher
//!       spawned at examples/dining_philosophers.rs:109:45
//!   task 5 (Arendt) waiting for a Mutex made at examples/dining_philosophers.rs:99:61, held by task 6 (Laozi) suspended at examples/dining_philosophers.rs:90:37 in philosopher, for 0ns
//!       at examples/dining_philosophers.rs:90:37 in philosopher
//!       spawned at examples/dining_philosophers.rs:109:45
//!   task 6 (Laozi) waiting for a Mutex made at examples/dining_philosophers.rs:99:61, held by task 2 (Plato) suspended at examples/dining_philosophers.rs:90:37 in philosopher, for 0ns
//!       at examples/dining_philosophers.rs:90:37 in philosopher
//!       spawned at examples/dining_philosophers.rs:109:45
//!   a cycle: task 2 (Plato) waits for task 3 (Kant), which waits for task 4 (Hume), which waits for task 5 (Arendt), which waits for task 6 (Laozi), which waits for task 2 (Plato)
//! ```
//!
//! Run: --naive
#![feature(coroutines)]

use std::mem::swap;
use std::sync::Arc;
use std::time::Duration;

use coweave::sync::Mutex;
use coweave::{Instant, Scheduler, sleep, task};
use lexopt::prelude::*;

const USAGE: &str = "\
Usage: dining_philosophers [--naive]

  --naive   everybody takes the left fork first";

const NAMES: [&str; 5] = ["Plato", "Kant", "Hume", "Arendt", "Laozi"];

/// One philosopher at a time has it in hand.
type Fork = Arc<Mutex<()>>;

fn is_naive() -> Result<bool, lexopt::Error> {
    let mut is_naive = false;
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("naive") => is_naive = true,
            Short('h') | Long("help") => {
                println!("{USAGE}");
                std::process::exit(0);
            }
            Short(_) | Long(_) | Value(_) => return Err(argument.unexpected()),
        }
    }
    Ok(is_naive)
}

#[coweave::coroutine]
fn philosopher(name: &'static str, first: Fork, second: Fork) {
    let start = Instant::now();
    for _ in 0..2 {
        sleep(Duration::from_millis(1000)).await; // thinks
        let _first = first.lock().await;
        sleep(Duration::from_millis(100)).await; // reaches for the other one
        let _second = second.lock().await;
        println!("{} ms: {name} eats", start.elapsed().as_millis());
        sleep(Duration::from_millis(500)).await;
        // Both forks are put down.
    }
}

#[coweave::coroutine]
fn dinner(is_naive: bool) {
    let forks: [Fork; 5] = std::array::from_fn(|_| Arc::new(Mutex::new(())));
    let guests: Vec<_> = NAMES
        .into_iter()
        .enumerate()
        .map(|(left, name)| {
            let (mut first, mut second) = (left, (left + 1) % forks.len());
            if !is_naive && second < first {
                swap(&mut first, &mut second);
            }
            let philosopher = philosopher(name, forks[first].clone(), forks[second].clone());
            task::Builder::new().name(name).spawn(philosopher)
        })
        .collect();
    for guest in guests {
        guest.await.expect("no philosopher panics");
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let is_naive = is_naive().inspect_err(|_| eprintln!("{USAGE}\n"))?;
    let mut scheduler = Scheduler::builder().virtual_time().build()?;
    match scheduler.try_run(dinner(is_naive)) {
        Ok(()) => println!("all have eaten twice"),
        Err(deadlock) => println!("{deadlock}"),
    }
    Ok(())
}

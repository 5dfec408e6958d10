//! The sieve of Eratosthenes as a chain of tasks, as Hoare's "Communicating Sequential Processes"
//! has it: each prime is a task that passes on to the next all numbers but its own multiples.
//!
//! ```text
//! 2 3 5 7 11 13 17 19 23 29
//! 31 37 41 43 47 53 59 61 67 71
//! 73 79 83 89 97 101 103 107 109 113
//! 31 tasks have ended
//! ```
#![feature(coroutines)]

use coweave::channel::{Receiver, Sender, bounded};
use coweave::{JoinHandle, spawn};
use lexopt::prelude::*;

const USAGE: &str = "\
Usage: sieve [--count N]

  --count N   how many primes (30)";

fn count() -> Result<usize, lexopt::Error> {
    let mut count = 30;
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("count") => count = arguments.value()?.parse()?,
            Short('h') | Long("help") => {
                println!("{USAGE}");
                std::process::exit(0);
            }
            Short(_) | Long(_) | Value(_) => return Err(argument.unexpected()),
        }
    }
    Ok(count)
}

/// Sends 2, 3, 4 and so on, until nobody listens any more.
#[coweave::coroutine]
fn numbers(output: Sender<u64>) {
    let mut n = 2;
    while output.send(n).await.is_ok() {
        n += 1;
    }
}

/// Passes on what `prime` does not divide.
#[coweave::coroutine]
fn filter(prime: u64, input: Receiver<u64>, output: Sender<u64>) {
    while let Ok(n) = input.recv().await {
        if !n.is_multiple_of(prime) && output.send(n).await.is_err() {
            break;
        }
    }
}

/// The first number that comes through all filters is a prime, and becomes the next filter.
#[coweave::coroutine]
fn sieve(count: usize) -> (Vec<u64>, Vec<JoinHandle<()>>) {
    let (output, mut input) = bounded(1);
    let (mut primes, mut tasks) = (Vec::new(), vec![spawn(numbers(output))]);
    while primes.len() < count {
        let prime = input.recv().await.expect("there is no greatest prime");
        primes.push(prime);
        let (output, filtered) = bounded(1);
        tasks.push(spawn(filter(prime, input, output)));
        input = filtered;
    }
    // The last receiver goes here; so its filter ends, then the one before, and so on.
    (primes, tasks)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count = count().inspect_err(|_| eprintln!("{USAGE}\n"))?;
    coweave::run(async {
        let (primes, tasks) = sieve(count).await;
        for row in primes.chunks(10) {
            let row: Vec<String> = row.iter().map(u64::to_string).collect();
            println!("{}", row.join(" "));
        }
        let task_count = tasks.len();
        for task in tasks {
            task.await.expect("no filter panics");
        }
        println!("{task_count} tasks have ended");
    });
    Ok(())
}

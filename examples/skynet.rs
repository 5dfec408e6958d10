//! Skynet, a benchmark known from many languages: a task spawns ten, each of them ten, and so on down
//! to a million that give a number each; on the way back every task adds up what its ten have given.
//!
//! ```text
//! 1111111 tasks, sum 499999500000
//! ```
//!
//! How long it took goes to standard error.
#![feature(coroutines)]

use coweave::{JoinHandle, spawn};
use lexopt::prelude::*;

const USAGE: &str = "\
Usage: skynet [--depth N] [--workers N]

  --depth N     how many times ten tasks are spawned by each (6, for a million at the end)
  --workers N   how many threads run them (1)";

struct Options {
    depth: u32,
    workers: usize,
}

fn options() -> Result<Options, lexopt::Error> {
    let mut options = Options { depth: 6, workers: 1 };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("depth") => options.depth = arguments.value()?.parse()?,
            Long("workers") => options.workers = arguments.value()?.parse()?,
            Short('h') | Long("help") => {
                println!("{USAGE}");
                std::process::exit(0);
            }
            Short(_) | Long(_) | Value(_) => return Err(argument.unexpected()),
        }
    }
    Ok(options)
}

#[coweave::coroutine]
fn leaf(number: u64) -> u64 {
    number
}

/// Spawns ten and adds up what they give.
#[coweave::coroutine]
fn node(first: u64, depth: u32) -> u64 {
    let leaves = 10_u64.pow(depth - 1);
    let tasks: Vec<_> = (0..10).map(|n| spawn_tree(first + n * leaves, depth - 1)).collect();
    let mut sum = 0;
    for task in tasks {
        sum += task.await.expect("no task panics");
    }
    sum
}

/// Spawns the task at the root of a tree whose leaves are numbered from `first` on.
fn spawn_tree(first: u64, depth: u32) -> JoinHandle<u64> {
    if depth == 0 { spawn(leaf(first)) } else { spawn(node(first, depth)) }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Options { depth, workers } = options().inspect_err(|_| eprintln!("{USAGE}\n"))?;
    let mut scheduler = coweave::Scheduler::builder().workers(workers).build()?;
    let start = std::time::Instant::now();
    let sum = scheduler.run(async { spawn_tree(0, depth).await })?;
    let time = start.elapsed();
    let tasks: u64 = (0..=depth).map(|level| 10_u64.pow(level)).sum();
    println!("{tasks} tasks, sum {sum}");
    eprintln!("{time:.3?}, {} ns a task", time.as_nanos() / u128::from(tasks));
    Ok(())
}

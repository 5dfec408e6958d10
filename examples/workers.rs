//! Many workers, each of which prints its round and sleeps a second, five rounds long: the program
//! with which gevent is often shown, here with 394 workers, so about five seconds in all.
//!
//! ```text
//! worker 0: round 0
//! worker 1: round 0
//! worker 2: round 0
//! worker 0: round 1
//! worker 1: round 1
//! worker 2: round 1
//! 3 workers slept 6 times in 2.000s
//! ```
//!
//! Run: --workers 3 --rounds 2 --virtual-time
#![feature(coroutines)]

use std::time::Duration;

use coweave::{Instant, Scheduler, sleep, spawn};
use lexopt::prelude::*;

const USAGE: &str = "\
Usage: workers [--workers N] [--rounds N] [--virtual-time] [--plain]

  --workers N      how many workers (394)
  --rounds N       how many rounds each (5)
  --virtual-time   sleeps cost nothing
  --plain          print the number of the round, and nothing else";

struct Options {
    workers: usize,
    rounds: usize,
    virtual_time: bool,
    plain: bool,
}

fn options() -> Result<Options, lexopt::Error> {
    let mut options = Options { workers: 394, rounds: 5, virtual_time: false, plain: false };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("workers") => options.workers = arguments.value()?.parse()?,
            Long("rounds") => options.rounds = arguments.value()?.parse()?,
            Long("virtual-time") => options.virtual_time = true,
            Long("plain") => options.plain = true,
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
fn worker(id: usize, rounds: usize, plain: bool) {
    for round in 0..rounds {
        if plain {
            println!("{round}");
        } else {
            println!("worker {id}: round {round}");
        }
        sleep(Duration::from_secs(1)).await;
    }
}

#[coweave::coroutine]
fn all_workers(options: Options) {
    let Options { workers, rounds, plain, .. } = options;
    let start = Instant::now();
    let handles: Vec<_> = (0..workers).map(|id| spawn(worker(id, rounds, plain))).collect();
    for handle in handles {
        handle.await.expect("no worker panics");
    }
    if !plain {
        println!("{workers} workers slept {} times in {:.3?}", workers * rounds, start.elapsed());
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = options().inspect_err(|_| eprintln!("{USAGE}\n"))?;
    let builder = Scheduler::builder();
    let builder = if options.virtual_time { builder.virtual_time() } else { builder };
    builder.build()?.run(all_workers(options));
    Ok(())
}

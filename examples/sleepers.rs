//! Very many tasks, each asleep until a deadline of its own: what one costs in memory and in time on
//! the processor, and how late it wakes.
//!
//! ```text
//! 1000 tasks slept, all at a time; late by 0ns (median), 0ns (maximum)
//! ```
//!
//! Run: --tasks 1000 --virtual-time
//!
//! On the system's clock a line says besides how many bytes and nanoseconds a task took. They are
//! Linux's: the most memory that was ever resident, and the time that the thread was on a processor,
//! from the first spawn to the last wake.
#![feature(coroutines)]

use std::cell::{Cell, RefCell};
use std::time::Duration;
use std::{fs, io};

use coweave::{Instant, Scheduler, sleep, sleep_until, spawn, yield_now};
use lexopt::prelude::*;

const USAGE: &str = "\
Usage: sleepers [--tasks N] [--spread SECONDS] [--virtual-time]

  --tasks N          how many tasks (100000)
  --spread SECONDS   over how long their deadlines are spread (60)
  --virtual-time     sleeps cost nothing, and nothing is measured";

#[derive(Clone, Copy)]
struct Options {
    tasks: u64,
    spread: Duration,
    virtual_time: bool,
}

fn options() -> Result<Options, lexopt::Error> {
    let mut options =
        Options { tasks: 100_000, spread: Duration::from_secs(60), virtual_time: false };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("tasks") => options.tasks = arguments.value()?.parse()?,
            Long("spread") => options.spread = Duration::from_secs(arguments.value()?.parse()?),
            Long("virtual-time") => options.virtual_time = true,
            Short('h') | Long("help") => {
                println!("{USAGE}");
                std::process::exit(0);
            }
            Short(_) | Long(_) | Value(_) => return Err(argument.unexpected()),
        }
    }
    Ok(options)
}

/// How late the tasks were, as counts: 16 for each doubling, so that the median is known to 6 %.
struct Lateness {
    counts: [u64; 64 * 16],
    woken: u64,
    most: Duration,
}

impl Lateness {
    fn add(&mut self, late: Duration) {
        let ns = u64::try_from(late.as_nanos()).unwrap_or(u64::MAX);
        let doublings = ns.max(16).ilog2() as usize - 4;
        self.counts[doublings * 16 + (ns >> doublings) as usize] += 1;
        self.woken += 1;
        self.most = self.most.max(late);
    }

    fn median(&self) -> Duration {
        let mut left = self.woken / 2;
        let is_there = |count: &u64| {
            let is_there = left < *count;
            left = left.saturating_sub(*count);
            is_there
        };
        let place = self.counts.iter().position(is_there).unwrap_or(0);
        let doublings = (place / 16).saturating_sub(1);
        Duration::from_nanos(((place - doublings * 16) as u64) << doublings)
    }
}

thread_local! {
    static ASLEEP: Cell<u64> = const { Cell::new(0) };
    static LATENESS: RefCell<Lateness> =
        const { RefCell::new(Lateness { counts: [0; 1024], woken: 0, most: Duration::ZERO }) };
}

#[coweave::coroutine]
fn sleeper(deadline: Instant) {
    ASLEEP.set(ASLEEP.get() + 1);
    sleep_until(deadline).await;
    let late = Instant::now().duration_since(deadline);
    LATENESS.with_borrow_mut(|lateness| lateness.add(late));
}

/// Spawns all tasks, with deadlines after the last spawn; every so often those that are new go to
/// sleep.
#[coweave::coroutine]
fn spawns_all(options: Options) {
    let Options { tasks, spread, .. } = options;
    let first =
        Instant::now() + Duration::from_millis(10) + Duration::from_nanos(500) * tasks as u32;
    let spread_ns = spread.as_nanos() as u64;
    for n in 0..tasks {
        // Fibonacci hashing: the fractions of the golden ratio's multiples are spread evenly.
        let fraction = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let offset = (u128::from(fraction) * u128::from(spread_ns)) >> 64;
        drop(spawn(sleeper(first + Duration::from_nanos(offset as u64))));
        if n % 1000 == 999 {
            yield_now().await;
        }
    }
    yield_now().await;
    assert_eq!(ASLEEP.get(), tasks);
    if Instant::now() > first {
        eprintln!("the spawns took longer than expected: the first tasks may be late");
    }
}

#[coweave::coroutine]
fn shows_progress(tasks: u64) {
    while LATENESS.with_borrow(|lateness| lateness.woken) < tasks {
        let woken = LATENESS.with_borrow(|lateness| lateness.woken);
        eprint!("\r{} of {tasks} asleep ", ASLEEP.get() - woken);
        sleep(Duration::from_secs(1)).await;
    }
    eprintln!();
}

/// The time that this thread was on a processor, in nanoseconds.
fn time_on_processor() -> io::Result<u64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    text.split_whitespace().next().and_then(|ns| ns.parse().ok()).ok_or(io::ErrorKind::Other.into())
}

/// The most memory that was ever resident, in bytes.
fn peak_memory() -> io::Result<u64> {
    let text = fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.map(|kilobytes| kilobytes * 1024).ok_or(io::ErrorKind::Other.into())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = options().inspect_err(|_| eprintln!("{USAGE}\n"))?;
    let tasks = options.tasks;
    let builder = Scheduler::builder();
    let builder = if options.virtual_time { builder.virtual_time() } else { builder };
    let mut scheduler = builder.build()?;
    let before = (peak_memory(), time_on_processor());
    if !options.virtual_time {
        drop(scheduler.spawn(shows_progress(tasks)));
    }
    scheduler.run(spawns_all(options));
    scheduler.run_until_idle();
    let after = (peak_memory(), time_on_processor());
    let (woken, median, most) =
        LATENESS.with_borrow(|lateness| (lateness.woken, lateness.median(), lateness.most));
    println!("{woken} tasks slept, all at a time; late by {median:?} (median), {most:?} (maximum)");
    if let ((Ok(memory), Ok(time)), (Ok(memory_after), Ok(time_after)), false) =
        (before, after, options.virtual_time)
    {
        let each = |total: u64| total as f64 / tasks.max(1) as f64;
        println!(
            "{:.1} bytes and {:.0} ns on the processor a task",
            each(memory_after - memory),
            each(time_after - time)
        );
    }
    Ok(())
}

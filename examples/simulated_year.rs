//! Workers that wake every minute of a simulated year, on virtual time: as many events as the year
//! has minutes, for each worker, and not a moment of waiting. The whole year of a thousand workers is
//! `--workers 1000 --years 1`: 525,600,000 events.
//!
//! ```text
//! 10 workers woke 600 times in 1h 0m
//! the first at 1m, the last at 1h 0m
//! ```
//!
//! Run: --workers 10 --minutes 60
#![feature(coroutines)]

use std::fmt;
use std::time::Duration;

use coweave::{Instant, Scheduler, sleep, spawn_local};
use lexopt::prelude::*;

const USAGE: &str = "\
Usage: simulated_year [--workers N] [--years N] [--minutes N]

  --workers N   how many workers (10)
  --years N     how many years of 365 days they work
  --minutes N   how many minutes besides (1440, if no years are given)

How many events there were in a second of the processor's time goes to standard error.";

const MINUTE: Duration = Duration::from_secs(60);
const MINUTES_OF_A_YEAR: u64 = 365 * 24 * 60;

struct Options {
    workers: u64,
    minutes: u64,
}

fn options() -> Result<Options, lexopt::Error> {
    let (mut workers, mut years, mut minutes) = (10, None, None);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("workers") => workers = arguments.value()?.parse()?,
            Long("years") => years = Some(arguments.value()?.parse::<u64>()?),
            Long("minutes") => minutes = Some(arguments.value()?.parse()?),
            Short('h') | Long("help") => {
                println!("{USAGE}");
                std::process::exit(0);
            }
            Short(_) | Long(_) | Value(_) => return Err(argument.unexpected()),
        }
    }
    let besides = minutes.unwrap_or(if years.is_some() { 0 } else { 1440 });
    Ok(Options { workers, minutes: years.unwrap_or(0) * MINUTES_OF_A_YEAR + besides })
}

#[coweave::coroutine]
fn worker(minutes: u64) -> (u64, Instant) {
    for _ in 0..minutes {
        sleep(MINUTE).await;
    }
    (minutes, Instant::now())
}

struct Work {
    events: u64,
    first: Duration,
    last: Duration,
}

#[coweave::coroutine]
fn all_workers(options: Options) -> Work {
    let Options { workers, minutes } = options;
    let start = Instant::now();
    let first = spawn_local(worker(minutes.min(1)));
    let handles: Vec<_> = (0..workers).map(|_| spawn_local(worker(minutes))).collect();
    let (_, first_at) = first.await.expect("no worker panics");
    let (mut events, mut last) = (0, first_at);
    for handle in handles {
        let (woken, ended) = handle.await.expect("no worker panics");
        events += woken;
        last = last.max(ended);
    }
    Work { events, first: first_at - start, last: last - start }
}

/// In days, hours and minutes, those that are not zero before the first.
struct Readable(Duration);

impl fmt::Display for Readable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = self.0.as_secs() / 60;
        let (days, hours) = (minutes / (24 * 60), minutes / 60 % 24);
        if days > 0 {
            write!(f, "{days}d ")?;
        }
        if minutes >= 60 {
            write!(f, "{hours}h ")?;
        }
        write!(f, "{}m", minutes % 60)
    }
}

/// What this process has had of the processor: on Linux as the kernel counts it, in hundredths of a
/// second, else the time that has passed since `start`.
fn processor_time(start: std::time::Instant) -> Duration {
    let counted = std::fs::read_to_string("/proc/self/stat").ok();
    // Behind the name in brackets: user time is the 12th field, system time the 13th.
    let ticks = counted.as_deref().and_then(|text| {
        let mut fields = text.rsplit_once(')')?.1.split_whitespace().skip(11);
        let (user, system): (u64, u64) =
            (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        Some(user + system)
    });
    ticks.map_or_else(|| start.elapsed(), |ticks| Duration::from_millis(ticks * 10))
}

#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = options().inspect_err(|_| eprintln!("{USAGE}\n"))?;
    let workers = options.workers;
    let start = std::time::Instant::now();
    let before = processor_time(start);
    let work = Scheduler::builder().virtual_time().build()?.run(all_workers(options));
    let spent = processor_time(start).saturating_sub(before);
    println!("{workers} workers woke {} times in {}", work.events, Readable(work.last));
    println!("the first at {}, the last at {}", Readable(work.first), Readable(work.last));
    if !spent.is_zero() {
        let rate = work.events as f64 / spent.as_secs_f64() / 1e6;
        eprintln!("{rate:.2} million events in a second of the processor's time ({spent:.2?})");
    }
    Ok(())
}

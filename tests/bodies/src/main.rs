//! Compares random function bodies: as plain functions with a callback at each suspension, and as
//! coroutines of every kind.
//!
//! ```text
//! cargo run -p coweave-bodies --release -- --count 10000 --seed 1
//! ```
//!
//! Each body is compiled as a task, a generator, a generator that values go into, and a stream, and
//! beside them as plain functions. Trace, result and order of drops are compared for a run to the
//! end, and for runs that are dropped after 0, 1, 2, … suspensions; the frame of the task is
//! compared with that of the same body in an `async` block. Then three bugs are planted in a copy
//! of the macro, and the same comparison must find each.
//!
//! It fails if anything differs, if a construct occurred less often than it must, or if a planted
//! bug is not found.

mod arguments;
mod body;
mod code;
mod expressions;
mod macro_calls;
mod package;
mod plant;
mod statements;
mod writer;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use lexopt::prelude::{Long, Short, Value, ValueExt};
use package::{Failure, Findings, Package};
use plant::Plant;
use writer::Counts;

const USAGE: &str = "\
--count N      how many bodies (300)
--seed N       which ones (1)
--first N      the number of the first body (0)
--plants N     how many bodies look for each planted bug (40); 0 leaves them out
--show N       prints body N as it is compiled, and ends
";

/// Bodies in one program: enough to pay for linking it, few enough to compile beside others.
const BODIES_A_PROGRAM: u32 = 50;

/// Programs handed to cargo at once.
const PROGRAMS_A_ROUND: u32 = 8;

#[derive(Debug)]
struct Options {
    count: u32,
    seed: u64,
    first: u32,
    plants: u32,
    show: Option<u32>,
}

fn options() -> Result<Options, lexopt::Error> {
    let mut options = Options { count: 300, seed: 1, first: 0, plants: 40, show: None };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("count") => options.count = parser.value()?.parse()?,
            Long("seed") => options.seed = parser.value()?.parse()?,
            Long("first") => options.first = parser.value()?.parse()?,
            Long("plants") => options.plants = parser.value()?.parse()?,
            Long("show") => options.show = Some(parser.value()?.parse()?),
            Short(_) | Long(_) | Value(_) => return Err(argument.unexpected()),
        }
    }
    Ok(options)
}

/// Where the library is, and where what is generated goes.
struct Places {
    library: PathBuf,
    below: PathBuf,
}

fn places() -> Places {
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let program = std::env::current_exe().expect("a program knows where it is");
    let target = program.ancestors().nth(2).expect("a program lies in the target directory");
    Places {
        library: library.canonicalize().expect("the library exists"),
        below: target.join("bodies"),
    }
}

/// Writes, compiles, runs and compares bodies; says on standard error how far it is.
fn compare(
    package: &Package,
    options: &Options,
    count: u32,
    counts: &mut Counts,
) -> Result<Findings, Failure> {
    let (began, end) = (Instant::now(), options.first + count);
    let mut findings = Findings::default();
    let mut next = options.first;
    while next < end {
        let mut programs = Vec::new();
        while next < end && programs.len() < PROGRAMS_A_ROUND as usize {
            let bodies = next..end.min(next + BODIES_A_PROGRAM);
            let modules: Vec<_> =
                bodies.clone().map(|number| body::write(options.seed, number, counts)).collect();
            programs.push((format!("from_{next}"), body::program(next, &modules)));
            next = bodies.end;
        }
        findings += package.run(&programs)?;
        let seconds = began.elapsed().as_secs();
        eprintln!(
            "{} of {count} bodies, {seconds} s, {} differences",
            next - options.first,
            findings.differences
        );
    }
    Ok(findings)
}

/// Prints how often each construct occurred; gives how many occurred too seldom.
fn print_counts(counts: &Counts, bodies: u32) -> usize {
    let minimum = u64::from(bodies) / 50;
    let mut names: Vec<&str> = writer::constructs().collect();
    names.sort_unstable();
    names.dedup();
    println!("{:<42} {:>9}   at least {minimum}", "construct", "times");
    let mut rare = 0;
    for name in names {
        let times = counts.get(name).copied().unwrap_or(0);
        let note = if times < minimum { "   TOO SELDOM" } else { "" };
        rare += usize::from(times < minimum);
        println!("{name:<42} {times:>9}{note}");
    }
    rare
}

/// Whether the comparison finds the bug.
fn finds(plant: &Plant, places: &Places, options: &Options) -> Result<bool, Failure> {
    let library = plant.copy_library(&places.library, &places.below)?;
    let package = Package::new(&places.below, plant.name, &library)?;
    let findings = compare(&package, options, options.plants, &mut Counts::new())?;
    let found = findings.differences;
    println!("planted bug {:<12} {found:>6} differences: {}", plant.name, plant.shows_in);
    Ok(found > 0)
}

fn run(options: &Options) -> Result<bool, Failure> {
    let (places, mut counts) = (places(), Counts::new());
    let package = Package::new(&places.below, "package", &places.library)?;
    let findings = compare(&package, options, options.count, &mut counts)?;
    let rare = print_counts(&counts, options.count);
    let Findings { runs, returned, failed, stopped, events, sites, differences, shown } = findings;
    println!(
        "\n{} bodies of seed {}, {sites} suspension points reached",
        options.count, options.seed
    );
    println!(
        "{runs} runs of coroutines: {returned} returned, {failed} panicked, {stopped} were dropped"
    );
    println!("{events} events compared: {differences} differences\n{shown}");
    let mut is_good = differences == 0 && rare == 0;
    if options.plants > 0 {
        for plant in &plant::ALL {
            is_good &= finds(plant, &places, options)?;
        }
    }
    Ok(is_good)
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(options) => options,
        Err(error) => {
            eprintln!("{error}\n{USAGE}");
            return ExitCode::FAILURE;
        }
    };
    if let Some(number) = options.show {
        let module = body::write(options.seed, number, &mut Counts::new());
        println!("{}", body::program(number, &[module]));
        return ExitCode::SUCCESS;
    }
    match run(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            println!("FAILED");
            ExitCode::FAILURE
        }
        Err(Failure::Build(text) | Failure::Program(text)) => {
            println!("{text}");
            ExitCode::FAILURE
        }
        Err(Failure::Io(error)) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

//! The interleaved run: within each program, round by round, all runtimes in turn.

use std::path::PathBuf;

use crate::arguments::Options;
use crate::figures::Figures;
use crate::instructions;
use crate::measuring::{One, measure_in_child};
use crate::meter::Sample;
use crate::program::{Program, ROWS, Row, Unit};
use crate::runtimes::RUNTIMES;

/// Rounds of what takes a second each time.
const MOST_ROUNDS_OF_SLOW: usize = 3;

/// A row that was asked for, and its figures.
pub(crate) type Measured = (&'static Row, Figures);

/// Measures all rows that were asked for.
pub(crate) fn measure_all(options: &Options, executables: &[PathBuf]) -> Vec<Measured> {
    let counts_instructions = options.instructions && instructions::can_be_counted();
    if options.instructions && !counts_instructions {
        eprintln!("valgrind was not found: no instructions are counted");
    }
    let mut measured: Vec<Measured> = Vec::new();
    let mut samples = Vec::new();
    for (place, row) in ROWS.iter().enumerate() {
        if !row.name.to_lowercase().contains(&options.only) {
            continue;
        }
        eprintln!("{}", row.name);
        // Two rows may read one run.
        if measured.last().is_none_or(|(last, _)| last.program != row.program) {
            samples = run_in_rounds(options, executables, place);
        }
        let figures = samples.iter().enumerate().map(|(runtime, of_one)| {
            let count = count_of(options, row, runtime) as f64;
            of_one.iter().map(|sample| read(row.unit, sample) as f64 / count).collect()
        });
        let series = figures.collect();
        let counted = row.instructions.filter(|_| counts_instructions);
        let instructions = (0..RUNTIMES.len())
            .map(|runtime| {
                let (few, many) = counted.filter(|_| !samples[runtime].is_empty())?;
                let share = (RUNTIMES[runtime].share)(row.program);
                let counts = (few / share, many / share);
                let counted = instructions::count(&executables[0], place, runtime, counts);
                let name = RUNTIMES[runtime].name;
                counted.map_err(|why| eprintln!("    {name}, instructions: {why}")).ok()
            })
            .collect();
        measured.push((row, Figures { measured: series, instructions }));
    }
    measured
}

fn count_of(options: &Options, row: &Row, runtime: usize) -> usize {
    let count = if options.is_quick { row.quick_count } else { row.count };
    count / (RUNTIMES[runtime].share)(row.program)
}

fn read(unit: Unit, sample: &Sample) -> u64 {
    match unit {
        Unit::CpuNs => sample.cpu_ns,
        Unit::PeakBytes => sample.peak_bytes,
    }
}

/// The samples of each runtime; none of those that have no such program, or fail.
fn run_in_rounds(options: &Options, executables: &[PathBuf], place: usize) -> Vec<Vec<Sample>> {
    let row = &ROWS[place];
    let is_slow = matches!(row.program, Program::Sleepers | Program::Parked { .. });
    let rounds = if is_slow { options.rounds.min(MOST_ROUNDS_OF_SLOW) } else { options.rounds };
    let mut samples = vec![Vec::new(); RUNTIMES.len()];
    let mut is_left = vec![true; RUNTIMES.len()];
    let turns = (0..rounds).flat_map(|round| executables.iter().map(move |built| (round, built)));
    for (round, executable) in turns {
        eprint!("\r    round {} of {rounds}", round + 1);
        for (runtime, samples) in samples.iter_mut().enumerate() {
            if !is_left[runtime] {
                continue;
            }
            let count = count_of(options, row, runtime);
            match measure_in_child(executable, One { row: place, runtime, count }) {
                Ok(Some(sample)) => samples.push(sample),
                Ok(None) => is_left[runtime] = false,
                Err(why) => {
                    eprintln!("\r    {} cannot run this here: {why}", RUNTIMES[runtime].name);
                    samples.clear();
                    is_left[runtime] = false;
                }
            }
        }
    }
    eprintln!();
    samples
}

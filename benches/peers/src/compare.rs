//! The interleaved run: round by round, within each all programs, within each of those all runtimes in turn.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::arguments::{Counted, Options};
use crate::figures::Figures;
use crate::instructions;
use crate::measuring::{One, measure_in_child};
use crate::meter::Sample;
use crate::program::{Program, ROWS, Row, Unit};
use crate::runtimes::{Prepared, RUNTIMES, Runtime, TOKIO};

/// Rounds of what takes a second each time.
const MOST_ROUNDS_OF_SLOW: usize = 3;

/// So long the rounds may take, unless a number of them was asked for: what would last longer is left
/// out, but for the first round.
const LONGEST: Duration = Duration::from_secs(480);

/// A row that was asked for, and its figures.
pub(crate) type Measured = (&'static Row, Figures);

/// What is measured with.
#[derive(Debug)]
pub(crate) struct Tools {
    pub(crate) executables: Vec<PathBuf>,
    pub(crate) foreign: Prepared,
}

/// Measures all rows that were asked for.
pub(crate) fn measure_all(options: &Options, tools: &Tools) -> Vec<Measured> {
    let is_asked_for = |row: &Row| row.name.to_lowercase().contains(&options.only);
    let rows: Vec<_> = ROWS.iter().enumerate().filter(|(_, row)| is_asked_for(row)).collect();
    let mut runs: Vec<Run> = Vec::new();
    for (place, row) in &rows {
        // Two rows may read one run.
        if runs.last().is_none_or(|run| ROWS[run.row].program != row.program) {
            runs.push(Run::of(*place));
        }
    }
    run_in_rounds(options, tools, &mut runs);
    let are_wanted = options.instructions != Counted::None;
    let can_count = are_wanted && instructions::can_be_counted();
    if are_wanted && !can_count {
        eprintln!("valgrind was not found: no instructions are counted");
    }
    let mut measured = Vec::new();
    for (place, row) in rows {
        let run = runs.iter().find(|run| ROWS[run.row].program == row.program);
        let samples = &run.expect("each row has a run").samples;
        let series = RUNTIMES.iter().zip(samples).map(|(runtime, of_one): (_, &Vec<Sample>)| {
            let count = count_of(options, row, runtime) as f64;
            of_one.iter().map(|sample| read(row.unit, sample) as f64 / count).collect()
        });
        let series = series.collect();
        let counted = row.instructions.filter(|_| can_count);
        if counted.is_some() {
            eprint!("\r\x1b[Kcounting instructions: {}", row.name);
        }
        let instructions = (0..RUNTIMES.len())
            .map(|runtime| {
                let counts = counted.filter(|_| !samples[runtime].is_empty())?;
                let Runtime { name, counts_instructions, .. } = RUNTIMES[runtime];
                let is_counted = counts_instructions
                    && (runtime <= TOKIO || options.instructions == Counted::All);
                let counts = is_counted.then_some(counts)?;
                let counted = instructions::count(&tools.executables[0], place, runtime, counts);
                counted.map_err(|why| eprintln!("\r\x1b[K{name}, instructions: {why}")).ok()
            })
            .collect();
        measured.push((row, Figures { measured: series, instructions }));
    }
    eprintln!();
    measured
}

fn count_of(options: &Options, row: &Row, runtime: &Runtime) -> usize {
    let count = if options.is_quick { row.quick_count } else { row.count };
    // A tree that is cut by a power of ten has one level less for each.
    count / runtime.fewer
}

fn read(unit: Unit, sample: &Sample) -> u64 {
    match unit {
        Unit::CpuNs => sample.cpu_ns,
        Unit::WallNs => sample.wall_ns,
        Unit::PeakBytes => sample.peak_bytes,
    }
}

/// One program, and what was measured of it.
struct Run {
    /// The place of a row with that program.
    row: usize,
    /// Of each runtime; none of those that have no such program, or fail.
    samples: Vec<Vec<Sample>>,
    is_left: Vec<bool>,
    /// How long its last round took.
    took: Duration,
}

impl Run {
    fn of(row: usize) -> Self {
        let samples = vec![Vec::new(); RUNTIMES.len()];
        Self { row, samples, is_left: vec![true; RUNTIMES.len()], took: Duration::ZERO }
    }

    fn measure_once(&mut self, options: &Options, tools: &Tools, executable: &Path, round: usize) {
        let started = Instant::now();
        for (runtime, samples) in self.samples.iter_mut().enumerate() {
            let is_slow = RUNTIMES[runtime].fewer > 1 && round >= MOST_ROUNDS_OF_SLOW;
            if !self.is_left[runtime] || is_slow {
                continue;
            }
            let count = count_of(options, &ROWS[self.row], &RUNTIMES[runtime]);
            let one = One { row: self.row, runtime, count };
            match measure_in_child(executable, &tools.foreign, one) {
                Ok(Some(sample)) => samples.push(sample),
                Ok(None) => self.is_left[runtime] = false,
                Err(why) => {
                    let name = RUNTIMES[runtime].name;
                    eprintln!(
                        "\r\x1b[K{}: {name} cannot run this here: {why}",
                        ROWS[self.row].name
                    );
                    samples.clear();
                    self.is_left[runtime] = false;
                }
            }
        }
        self.took = started.elapsed();
    }
}

fn run_in_rounds(options: &Options, tools: &Tools, runs: &mut [Run]) {
    let started = Instant::now();
    let count = runs.len();
    for round in 0..options.rounds {
        for (done, run) in runs.iter_mut().enumerate() {
            let Row { name, program, .. } = &ROWS[run.row];
            let is_slow = matches!(program, Program::Sleepers | Program::Parked { .. });
            let would_end = started.elapsed() + run.took;
            let is_too_long = !options.makes_all_rounds && round > 0 && would_end > LONGEST;
            if is_too_long || is_slow && round >= MOST_ROUNDS_OF_SLOW {
                continue;
            }
            let (seconds, done) = (started.elapsed().as_secs(), done + 1);
            let rounds = options.rounds;
            eprint!(
                "\r\x1b[K{seconds:>4} s, round {} of {rounds}, {done} of {count}: {name}",
                round + 1
            );
            for executable in &tools.executables {
                run.measure_once(options, tools, executable, round);
            }
        }
    }
    eprintln!();
}

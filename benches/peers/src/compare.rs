//! The interleaved run: within each program, round by round, all runtimes in turn.

use std::path::PathBuf;
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

/// So long a run may take, unless a number of rounds was asked for. Each row has its share of what is
/// left, and makes as many rounds as that holds, but one at least.
const LONGEST: Duration = Duration::from_secs(540);

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
    let started = Instant::now();
    let is_asked_for = |row: &Row| row.name.to_lowercase().contains(&options.only);
    let are_wanted = options.instructions != Counted::None;
    let can_count = are_wanted && instructions::can_be_counted();
    if are_wanted && !can_count {
        eprintln!("valgrind was not found: no instructions are counted");
    }
    let mut measured: Vec<Measured> = Vec::new();
    let mut samples = Vec::new();
    let rows: Vec<_> = ROWS.iter().enumerate().filter(|(_, row)| is_asked_for(row)).collect();
    for (done, (place, row)) in rows.iter().enumerate() {
        let (place, row, seconds) = (*place, *row, started.elapsed().as_secs());
        eprintln!("{seconds:>4} s, {} of {}: {}", done + 1, rows.len(), row.name);
        // Two rows may read one run.
        if measured.last().is_none_or(|(last, _)| last.program != row.program) {
            let left = LONGEST.saturating_sub(started.elapsed());
            let share = left / u32::try_from(rows.len() - done).unwrap_or(u32::MAX);
            let share = if options.makes_all_rounds { Duration::MAX } else { share };
            samples = run_in_rounds(options, tools, place, share);
        }
        let series = RUNTIMES.iter().zip(&samples).map(|(runtime, of_one): (_, &Vec<Sample>)| {
            let count = count_of(options, row, runtime) as f64;
            of_one.iter().map(|sample| read(row.unit, sample) as f64 / count).collect()
        });
        let series = series.collect();
        let counted = row.instructions.filter(|_| can_count);
        let instructions = (0..RUNTIMES.len())
            .map(|runtime| {
                let counts = counted.filter(|_| !samples[runtime].is_empty())?;
                let Runtime { name, counts_instructions, .. } = RUNTIMES[runtime];
                let is_counted = counts_instructions
                    && (runtime <= TOKIO || options.instructions == Counted::All);
                let counts = is_counted.then_some(counts)?;
                let counted = instructions::count(&tools.executables[0], place, runtime, counts);
                counted.map_err(|why| eprintln!("    {name}, instructions: {why}")).ok()
            })
            .collect();
        measured.push((row, Figures { measured: series, instructions }));
    }
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

/// The samples of each runtime; none of those that have no such program, or fail.
fn run_in_rounds(
    options: &Options,
    tools: &Tools,
    place: usize,
    share: Duration,
) -> Vec<Vec<Sample>> {
    let row = &ROWS[place];
    let is_slow = matches!(row.program, Program::Sleepers | Program::Parked { .. });
    let rounds = if is_slow { options.rounds.min(MOST_ROUNDS_OF_SLOW) } else { options.rounds };
    let mut samples = vec![Vec::new(); RUNTIMES.len()];
    let mut is_left = vec![true; RUNTIMES.len()];
    let builds = tools.executables.iter();
    let turns = (0..rounds).flat_map(|round| builds.clone().map(move |built| (round, built)));
    let started = Instant::now();
    for (round, executable) in turns {
        // One more takes as long as those before.
        let next = started.elapsed() / u32::try_from(round.max(1)).unwrap_or(u32::MAX);
        if round > 0 && started.elapsed().saturating_add(next) > share {
            break;
        }
        eprint!("\r    round {} of {rounds}", round + 1);
        for (runtime, samples) in samples.iter_mut().enumerate() {
            let is_slow = RUNTIMES[runtime].fewer > 1 && round >= MOST_ROUNDS_OF_SLOW;
            if !is_left[runtime] || is_slow {
                continue;
            }
            let count = count_of(options, row, &RUNTIMES[runtime]);
            let one = One { row: place, runtime, count };
            match measure_in_child(executable, &tools.foreign, one) {
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

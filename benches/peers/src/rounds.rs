//! The interleaved rounds: in each all programs, in each of those all runtimes in turn.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::arguments::Options;
use crate::compare::Tools;
use crate::measuring::{One, measure_in_child};
use crate::meter::Sample;
use crate::program::{Program, ROWS, Row, Unit};
use crate::progress::Progress;
use crate::runtimes::{RUNTIMES, Runtime};

/// So long the rounds may take, unless a number of them was asked for: what would last longer is left
/// out, but for the first round.
const LONGEST: Duration = Duration::from_secs(390);

/// A sample of so long tells enough: it has fewer operations where all would take longer.
const ENOUGH: Duration = Duration::from_millis(50);

/// This part of the operations shows beforehand how long all would take, and is the least of a sample.
const LOOK: usize = 20;

/// What takes longer than so each time, with what goes before and after it, is slow.
const SLOW: Duration = Duration::from_millis(500);
const MOST_ROUNDS_OF_SLOW: usize = 3;

/// From round to round bytes differ by less than a hundredth.
const MOST_ROUNDS_OF_BYTES: usize = 2;

/// One program, and what was measured of it.
#[derive(Debug)]
pub(crate) struct Run {
    /// The place of a row with that program.
    pub(crate) row: usize,
    /// By runtime.
    pub(crate) parts: Vec<Part>,
    /// How long its last round took.
    took: Duration,
}

/// One runtime's part in it.
#[derive(Debug)]
pub(crate) struct Part {
    /// None if it has no such program, or fails.
    pub(crate) made: Vec<Made>,
    /// Operations of the next sample: so many, or all of them.
    count: usize,
    least: usize,
    all: usize,
    /// So many rounds it takes part in.
    rounds: usize,
}

/// A sample, and of how many operations it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Made {
    pub(crate) sample: Sample,
    pub(crate) count: usize,
}

/// What a round is made with.
struct With<'a> {
    tools: &'a Tools,
    progress: &'a Progress,
}

impl Run {
    pub(crate) fn of(row: usize, options: &Options) -> Self {
        let Row { program, .. } = ROWS[row];
        let is_of_bytes = matches!(program, Program::Parked { .. });
        let most = if is_of_bytes { MOST_ROUNDS_OF_BYTES } else { usize::MAX };
        let part = |runtime| {
            let all = count_of(options, &ROWS[row], runtime);
            let least = if program.needs_all() { all } else { all / LOOK };
            let least = least.max(program.least()).min(all);
            Part { made: Vec::new(), count: all, least, all, rounds: options.rounds.min(most) }
        };
        Self { row, parts: RUNTIMES.iter().map(part).collect(), took: Duration::ZERO }
    }

    /// Finds out how many operations each runtime makes, and who has no such program.
    fn look(&mut self, with: &With<'_>) {
        let Row { program, unit, .. } = ROWS[self.row];
        if program.needs_all() {
            return;
        }
        for runtime in 0..RUNTIMES.len() {
            let count = self.parts[runtime].least;
            if let Some(sample) = self.measure(with, &with.tools.executables[0], runtime, count) {
                self.parts[runtime].plan(unit, Made { sample, count });
            }
        }
    }

    fn measure_all(&mut self, with: &With<'_>, executable: &Path, round: usize) {
        let Row { unit, .. } = ROWS[self.row];
        for runtime in 0..RUNTIMES.len() {
            let Part { count, rounds, .. } = self.parts[runtime];
            if round >= rounds {
                continue;
            }
            let started = Instant::now();
            let Some(sample) = self.measure(with, executable, runtime, count) else { continue };
            let (part, made) = (&mut self.parts[runtime], Made { sample, count });
            part.made.push(made);
            if started.elapsed() < SLOW {
                continue;
            }
            if made.of(unit) > SLOW && count > part.least {
                // It did not show before: locks, for one, are quick until two meet at them.
                part.plan(unit, made);
            } else {
                part.rounds = rounds.min(MOST_ROUNDS_OF_SLOW);
            }
        }
    }

    fn measure(
        &mut self,
        with: &With<'_>,
        executable: &Path,
        runtime: usize,
        count: usize,
    ) -> Option<Sample> {
        let one = One { row: self.row, runtime, count };
        let sample = measure_in_child(executable, &with.tools.foreign, one);
        let sample = sample.unwrap_or_else(|why| {
            let (program, name) = (ROWS[self.row].name, RUNTIMES[runtime].name);
            with.progress.note(format_args!("{program}: {name} cannot run this here: {why}"));
            None
        });
        if sample.is_none() {
            let part = &mut self.parts[runtime];
            part.made.clear();
            part.rounds = 0;
        }
        sample
    }
}

impl Made {
    /// How long it took, in that kind of time.
    fn of(&self, unit: Unit) -> Duration {
        Duration::from_nanos(if unit == Unit::WallNs {
            self.sample.wall_ns
        } else {
            self.sample.cpu_ns
        })
    }
}

impl Part {
    /// As many operations as take long enough, after what so many took; whole times the least, so that
    /// each of many tasks has equally many.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number to do")]
    fn plan(&mut self, unit: Unit, made: Made) {
        let of_least = made.of(unit).as_secs_f64() / made.count as f64 * self.least as f64;
        let times = (ENOUGH.as_secs_f64() / of_least).ceil() as usize;
        self.count = self.least * times.clamp(1, self.all / self.least);
    }
}

/// The most operations of a sample.
fn count_of(options: &Options, row: &Row, runtime: &Runtime) -> usize {
    let count = if options.is_quick { row.quick_count } else { row.count };
    // The bytes of a task show with few of them.
    let times = if matches!(row.program, Program::Parked { .. }) { 2 } else { 1 };
    count / runtime.fewer.pow(times)
}

/// Makes as many rounds of all as were asked for, or as there is time for.
pub(crate) fn make(options: &Options, tools: &Tools, progress: &Progress, runs: &mut [Run]) {
    let started = Instant::now();
    let (with, count, rounds) = (With { tools, progress }, runs.len(), options.rounds);
    for round in 0..rounds {
        for (done, run) in runs.iter_mut().enumerate() {
            let would_end = started.elapsed() + run.took;
            let is_too_long = !options.makes_all_rounds && round > 0 && would_end > LONGEST;
            if is_too_long || run.parts.iter().all(|part| round >= part.rounds) {
                continue;
            }
            let (seconds, name) = (started.elapsed().as_secs(), ROWS[run.row].name);
            let (round_of, done) = (round + 1, done + 1);
            progress.say(format_args!(
                "{seconds:>4} s, round {round_of} of {rounds}, {done} of {count}: {name}"
            ));
            if round == 0 && !options.is_quick {
                run.look(&with);
            }
            let begun = Instant::now();
            for executable in &tools.executables {
                run.measure_all(&with, executable, round);
            }
            run.took = begun.elapsed();
        }
    }
    progress.say(format_args!("{:>4} s", started.elapsed().as_secs()));
    progress.end();
}

//! Measures all that was asked for, and puts its figures together by rows.

use std::path::PathBuf;

use crate::arguments::{Counted, Options};
use crate::figures::Figures;
use crate::instructions::{self, Wanted};
use crate::meter::Sample;
use crate::program::{ROWS, Row, Unit};
use crate::progress::Progress;
use crate::rounds::{self, Part, Run};
use crate::runtimes::{Prepared, RUNTIMES, TOKIO};

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
    let progress = Progress::new();
    let is_asked_for = |row: &Row| row.name.to_lowercase().contains(&options.only);
    let rows: Vec<_> = (0..ROWS.len()).filter(|row| is_asked_for(&ROWS[*row])).collect();
    let mut runs: Vec<Run> = Vec::new();
    for row in &rows {
        // Two rows may read one run.
        if runs.last().is_none_or(|run| ROWS[run.row].program != ROWS[*row].program) {
            runs.push(Run::of(*row, options));
        }
    }
    rounds::make(options, tools, &progress, &mut runs);
    let figures = |row: usize| {
        let run = runs.iter().find(|run| ROWS[run.row].program == ROWS[row].program);
        let of_part = |part: &Part| {
            let figure =
                |made: &rounds::Made| read(ROWS[row].unit, &made.sample) / made.count as f64;
            part.made.iter().map(figure).collect()
        };
        let measured = run.expect("each row has a run").parts.iter().map(of_part).collect();
        Figures { measured, instructions: vec![None; RUNTIMES.len()] }
    };
    let mut figures: Vec<_> = rows.iter().map(|row| figures(*row)).collect();
    count_instructions(options, tools, &progress, &rows, &mut figures);
    rows.iter().map(|row| &ROWS[*row]).zip(figures).collect()
}

fn count_instructions(
    options: &Options,
    tools: &Tools,
    progress: &Progress,
    rows: &[usize],
    figures: &mut [Figures],
) {
    if options.instructions == Counted::None {
        return;
    }
    if !instructions::can_be_counted() {
        progress.note("valgrind was not found: no instructions are counted");
        return;
    }
    let is_counted = |runtime: &usize| {
        RUNTIMES[*runtime].counts_instructions
            && (*runtime <= TOKIO || options.instructions == Counted::All)
    };
    let (mut places, mut wanted) = (Vec::new(), Vec::new());
    for (at, row) in rows.iter().copied().enumerate() {
        let Some(counts) = ROWS[row].instructions else { continue };
        let has_run = |runtime: &usize| !figures[at].measured[*runtime].is_empty();
        for runtime in (0..RUNTIMES.len()).filter(is_counted).filter(has_run) {
            places.push((at, runtime));
            wanted.push(Wanted { row, runtime, counts });
        }
    }
    let counted = instructions::count_all(&tools.executables[0], &wanted, progress);
    for ((at, runtime), count) in places.into_iter().zip(counted) {
        let name = RUNTIMES[runtime].name;
        let count = count.map_err(|why| progress.note(format_args!("{name}, instructions: {why}")));
        figures[at].instructions[runtime] = count.ok();
    }
    progress.end();
}

fn read(unit: Unit, sample: &Sample) -> f64 {
    let figure = match unit {
        Unit::CpuNs => sample.cpu_ns,
        Unit::WallNs => sample.wall_ns,
        Unit::PeakBytes => sample.peak_bytes,
    };
    figure as f64
}

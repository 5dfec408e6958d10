//! The same programs on bare loops, on coweave and on other runtimes, in one run.
#![feature(coroutines, coroutine_trait)]

mod bare;
mod chain;
mod meter;
mod program;

use program::{ROWS, Unit};

fn main() {
    for row in ROWS {
        let Some(sample) = bare::run(row.program, row.count) else { continue };
        let figure = match row.unit {
            Unit::WallNs => sample.wall_ns,
            Unit::CpuNs => sample.cpu_ns,
            Unit::PeakBytes => sample.peak_bytes,
        };
        println!("{}: {:.2} {:?}", row.name, figure as f64 / row.count as f64, row.unit);
    }
}

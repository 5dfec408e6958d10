//! Every single figure, as comma-separated values.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::compare::Measured;
use crate::runtimes::RUNTIMES;

/// Writes them to `file`.
pub(crate) fn write(file: &Path, measured: &[Measured]) -> std::io::Result<()> {
    let mut text = String::from("program,unit,runtime,round,figure\n");
    for (row, figures) in measured {
        for (at, runtime) in RUNTIMES.iter().enumerate() {
            let program = row.name.replace(',', "");
            for (round, figure) in figures.measured[at].iter().enumerate() {
                let _ =
                    writeln!(text, "{program},{:?},{},{round},{figure}", row.unit, runtime.name);
            }
            if let Some(figure) = figures.instructions[at] {
                let _ = writeln!(text, "{program},Instructions,{},0,{figure}", runtime.name);
            }
        }
    }
    fs::write(file, text)
}

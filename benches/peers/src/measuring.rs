//! Each measurement is made in a process of its own, so that memory is as fresh for each, and a
//! runtime that cannot start here spoils nothing.

use std::path::Path;
use std::process::{Command, Output};

use crate::meter::Sample;
use crate::processors;
use crate::program::ROWS;
use crate::runtimes::{Prepared, RUNTIMES};

/// One measurement: places in `ROWS` and `RUNTIMES`, and how many operations.
#[derive(Debug, Clone, Copy)]
pub(crate) struct One {
    pub(crate) row: usize,
    pub(crate) runtime: usize,
    pub(crate) count: usize,
}

/// What a runtime has no program for.
const NONE: &str = "none";

/// Measures in this process, and says what came of it in one line.
pub(crate) fn measure_here(one: &One) -> Result<(), String> {
    let row = ROWS.get(one.row).ok_or("there is no such program")?;
    processors::pin(row.program.workers());
    run_here(one)
}

/// The same on whichever processors are free, for where no time is taken.
pub(crate) fn run_here(one: &One) -> Result<(), String> {
    let row = ROWS.get(one.row).ok_or("there is no such program")?;
    let runtime = RUNTIMES.get(one.runtime).ok_or("there is no such runtime")?;
    match (runtime.run)(row.program, one.count) {
        None => println!("{NONE}"),
        Some(sample) => println!("{sample}"),
    }
    Ok(())
}

fn run(mut command: Command, what: &str, one: One) -> Result<Output, String> {
    command.arg(what).args([one.row, one.runtime, one.count].map(|n| n.to_string()));
    let output = command.output().map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    Err(format!("{}: {line}", output.status))
}

/// Measures in a child; `None` if the runtime has no such program.
pub(crate) fn measure_in_child(
    executable: &Path,
    foreign: &Prepared,
    one: One,
) -> Result<Option<Sample>, String> {
    let mut command = Command::new(executable);
    foreign.show_to(&mut command);
    let output = run(command, "--measure", one)?;
    let line = String::from_utf8_lossy(&output.stdout);
    if line.trim() == NONE { Ok(None) } else { line.parse().map(Some) }
}

/// How many instructions callgrind counts in a child, from the beginning of the measured part on:
/// what a runtime does at its start may depend on the clock.
pub(crate) fn count_in_child(executable: &Path, one: One) -> Result<u64, String> {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    command.arg("--zero-before=*Meter*::start").arg(executable);
    let output = run(command, "--count", one)?;
    let said = String::from_utf8_lossy(&output.stderr);
    let collected =
        said.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
    collected.ok_or_else(|| "callgrind counted nothing".to_owned())
}

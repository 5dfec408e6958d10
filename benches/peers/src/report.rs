//! What is printed: tables in Markdown, then the targets.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::arguments::Options;
use crate::compare::{Measured, measure_all};
use crate::figures::Figures;
use crate::program::{ROWS, Unit};
use crate::runtimes::{BARE, COWEAVE, RUNTIMES, header_bytes};
use crate::{builds, targets};

/// Compares, and prints what came of it.
pub(crate) fn compare(options: &Options) -> Result<(), String> {
    let executables = builds::executables(options.builds)?;
    let measured = measure_all(options, &executables);
    if measured.is_empty() {
        let names: Vec<_> = ROWS.iter().map(|row| row.name).collect();
        return Err(format!("no program is so called; there are\n{}", names.join("\n")));
    }
    if let Some(file) = &options.csv {
        write_csv(file, &measured).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    println!("{}", heading(options, executables.len()));
    print_table(
        &measured,
        "an operation: median ± half the distance of the quartiles",
        |row, at| Some(format!("{} ± {}", digits(row.median(at)?), digits(row.spread(at)?))),
    );
    print_table(&measured, "ratio to bare / to coweave", |row, at| {
        let ratio = |to| row.ratio(at, to).map_or("–".to_owned(), digits);
        row.median(at).map(|_| format!("{} / {}", ratio(BARE), ratio(COWEAVE)))
    });
    if measured.iter().any(|(_, row)| row.instructions.iter().any(Option::is_some)) {
        print_table(&measured, "instructions an operation", |row, at| {
            Some(digits(row.instructions[at]?))
        });
    }
    print_sizes();
    targets::print(&measured);
    Ok(())
}

fn heading(options: &Options, builds: usize) -> String {
    let versions: Vec<String> = RUNTIMES
        .iter()
        .flat_map(|runtime| runtime.packages)
        .filter_map(|package| Some(format!("{package} {}", version(package)?)))
        .collect();
    let work = if options.is_quick { "quick: too short to judge by, " } else { "" };
    format!("{}\n\n{work}{} rounds, {builds} builds", versions.join(", "), options.rounds)
}

/// The version of a package that was built in.
fn version(package: &str) -> Option<&'static str> {
    let lock = include_str!("../Cargo.lock");
    let found = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?.1;
    found.split('"').next()
}

/// Three digits, or more before the point.
pub(crate) fn digits(figure: f64) -> String {
    let decimals = match figure.abs() {
        100.0.. => 0,
        10.0.. => 1,
        _ => 2,
    };
    format!("{figure:.decimals$}")
}

fn line(cells: impl IntoIterator<Item = String>) -> String {
    cells.into_iter().fold("|".to_owned(), |mut line, cell| {
        let _ = write!(line, " {cell} |");
        line
    })
}

fn print_table(
    measured: &[Measured],
    what: &str,
    cell: impl Fn(&Figures, usize) -> Option<String>,
) {
    // Two tables, each with the columns of those that have something to show in it.
    for is_waiting in [false, true] {
        let rows = measured.iter().filter(|(row, _)| row.program.is_waiting() == is_waiting);
        print_group(&rows.collect::<Vec<_>>(), what, &cell);
    }
}

fn print_group(
    measured: &[&Measured],
    what: &str,
    cell: &impl Fn(&Figures, usize) -> Option<String>,
) {
    let has_some = |at: &usize| measured.iter().any(|(_, row)| row.median(*at).is_some());
    let columns: Vec<usize> = (0..RUNTIMES.len()).filter(has_some).collect();
    if columns.is_empty() {
        return;
    }
    println!();
    let names = columns.iter().map(|at| RUNTIMES[*at].name.to_owned());
    println!("{}", line([what.to_owned()].into_iter().chain(names)));
    println!("|{}", " --- |".repeat(columns.len() + 1));
    for (row, figures) in measured {
        let unit = match row.unit {
            Unit::CpuNs => "ns",
            Unit::PeakBytes => "bytes",
        };
        let cells = columns.iter().map(|at| cell(figures, *at).unwrap_or("–".to_owned()));
        println!("{}", line([format!("{} ({unit})", row.name)].into_iter().chain(cells)));
    }
}

fn print_sizes() {
    let handles = RUNTIMES
        .iter()
        .filter_map(|runtime| Some(format!("{} {}", runtime.name, runtime.handle_bytes?)));
    println!("\nBytes of a task's header: coweave {}.", header_bytes());
    println!("Bytes of a task's handle: {}.", handles.collect::<Vec<_>>().join(", "));
}

fn write_csv(file: &Path, measured: &[Measured]) -> std::io::Result<()> {
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
